"""Commands that read: verify, show, replay, report, dead letters, schemas, policy."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import to_builtins
from pydantic import ValidationError

from coordinator.cli.data import END, chosen_logs, existing_file, one_log, print_json, settings_for
from coordinator.domain.canonical import digest as digest_of
from coordinator.domain.canonical import encode
from coordinator.domain.sound_policy import broken_policy_rule
from coordinator.errors import BadFile, BadInput, BrokenLog
from coordinator.log.fold import empty
from coordinator.log.kept_states import keep_newest
from coordinator.log.parallel_verify import Verifiers
from coordinator.log.ports import FollowerPosition
from coordinator.log.sqlite import SqliteDeadLetters, SqliteSnapshots
from coordinator.log.verify import verify
from coordinator.private.folder import VAULT_NAME
from coordinator.private.vault import Vault
from coordinator.replay.markup import inline
from coordinator.replay.moment import as_known_at
from coordinator.replay.naming import things_named, unread
from coordinator.replay.report import markdown, verification
from coordinator.replay.story import incident_story
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.export import json_schemas
from schemas.policy import Policy
from schemas.value import from_document
from schemas.vocabulary import Realm
from words.catalogue import Language, current
from words.faults import told_first


async def verify_logs(
    data_dir: Path | None,
    jurisdiction: str | None,
    head: str | None,
    *,
    processes: int | None,
    as_json: bool,
) -> None:
    file = existing_file(settings_for(data_dir))
    expected = None if head is None else _read_head(head)
    if expected is not None:
        one_log(file, jurisdiction)
    logs = [file.log(it) for it in chosen_logs(file, jurisdiction)]
    with Verifiers(file.path, SqliteSnapshots(file), processes=processes) as verifiers:
        findings = await verifiers.verify(logs, expected_head=expected)
    file.close()
    if as_json:
        print_json([_finding(it) for it in findings])
    else:
        for it in findings:
            state = "sound" if it.fault is None else f"BROKEN at seq {it.fault_seq}: {it.fault}"
            print(f"{it.log_id}: {it.records} records, head {it.head.seq}:{it.head.hash.hex()}")
            print(f"  {state}")
    broken = [it for it in findings if it.fault is not None]
    if broken:
        raise BrokenLog(f"{len(broken)} of {len(findings)} logs are broken")


async def keep_states(data_dir: Path | None, jurisdiction: str | None) -> None:
    """Keep a state of each log as this version reads it; a server may be using the folder.

    Raises:
        BrokenLog: some could not be read to their end; those that could are kept all the same.
    """
    file = existing_file(settings_for(data_dir))
    snapshots, logs, broken = SqliteSnapshots(file), chosen_logs(file, jurisdiction), 0
    for log_id in logs:
        try:
            fold, kept = await keep_newest(file.log(log_id), snapshots)
        except BrokenLog as error:
            broken += 1
            print(f"{log_id}: BROKEN: {error}")
            continue
        told = "state kept" if kept else "a state of this version is kept already"
        print(f"{log_id}: seq {fold.tip.seq}, {told}")
    file.close()
    if broken:
        raise BrokenLog(f"{broken} of {len(logs)} logs are broken")


def _finding(it: Any) -> dict[str, Any]:
    return {
        "log_id": it.log_id,
        "records": it.records,
        "decisions": it.decisions,
        "head": f"{it.head.seq}:{it.head.hash.hex()}",
        "digest": it.digest,
        "fault": it.fault,
        "fault_seq": it.fault_seq,
    }


def _read_head(text: str) -> FollowerPosition:
    seq, _, hash_ = text.partition(":")
    try:
        return FollowerPosition(int(seq), bytes.fromhex(hash_))
    except ValueError:
        raise BadInput(f"head: {text!r} is not SEQ:HASH") from None


async def show_log(
    data_dir: Path | None, jurisdiction: str | None, *, after: int, limit: int, as_json: bool
) -> None:
    file = existing_file(settings_for(data_dir))
    log_id = one_log(file, jurisdiction)
    records = await file.log(log_id).read(after_seq=after, records_max=limit)
    for record in records:
        payload = msgspec.json.decode(record.payload)
        if as_json:
            shown = {
                "seq": record.seq,
                "at": record.at,
                "kind": record.kind.name.lower(),
                "epoch": record.epoch,
                "signal_id": record.signal_id,
                "hash": record.hash.hex(),
                **payload,
            }
            print(json.dumps(shown, ensure_ascii=False))
            continue
        cause = (payload.get("signal") or {}).get("type", record.kind.name.lower())
        facts = ", ".join(it["type"] for it in payload.get("events", ()))
        print(f"{record.seq:>8} {_shown(record.at)} {record.hash.hex()[:12]} {cause} → {facts}")
    file.close()


def _shown(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def read_moment(text: str | None) -> int:
    """Return a moment in UTC milliseconds; None is after everything.

    Raises:
        BadInput: it is neither ISO 8601 with its offset from UTC nor a number of milliseconds.
    """
    if text is None:
        return END
    if text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"at: {text!r} is not ISO 8601 or UTC milliseconds") from None
    if moment.tzinfo is None:
        # Reports tell local times: taken for UTC, one of them would be another moment.
        raise BadInput(f"at: {text!r} gives no offset from UTC, as {text}+08:00 would")
    return int(moment.timestamp() * 1_000)


def _print_digests(digests: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(digests)
        return
    for log_id, value in digests.items():
        print(f"{value}  {log_id}")


async def replay_state(
    data_dir: Path | None,
    jurisdiction: str | None,
    at: str | None,
    incident: str | None,
    *,
    digest: bool,
    as_json: bool,
) -> None:
    moment = read_moment(at)
    file = existing_file(settings_for(data_dir))
    logs = chosen_logs(file, jurisdiction) if digest else [one_log(file, jurisdiction)]
    digests, fold = {}, empty(logs[0])
    for log_id in logs:
        fold = await as_known_at(file.log(log_id), SqliteSnapshots(file), moment)
        digests[log_id] = digest_of(fold.state)
    file.close()
    if digest:
        _print_digests(digests, as_json=as_json)
        return
    state = msgspec.json.decode(encode(fold.state))
    if incident is not None:
        held = state["incidents"]["by_id"].get(incident)
        if held is None:
            raise BadInput(f"incident: {incident} is not in the state of that moment")
        state = held
    if as_json:
        print_json({"seq": fold.tip.seq, "hash": fold.tip.hash.hex(), "state": state})
        return
    print(f"As known at {_shown(fold.state.now)}, seq {fold.tip.seq}, {fold.tip.hash.hex()}")
    for line in _lines(state) if incident is not None else _overview(fold.state):
        print(line)


def _lines(document: dict[str, Any]) -> list[str]:
    return [f"  {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in document.items()]


def _overview(state: Any) -> list[str]:
    lines = [
        f"  readiness {state.alerts.readiness.value}, policy {state.policy.policy_id}"
        f" v{state.policy.version}, {len(state.roster.members)} members",
    ]
    for incident in sorted(state.incidents.by_id.values(), key=lambda it: it.incident_id):
        grade = "-" if incident.grade is None else incident.grade.value
        units = len(state.units.by_incident.get(incident.incident_id, ()))
        lines.append(
            f"  {incident.incident_id} {grade:>5} {incident.phase.value:<10}"
            f" {incident.extent.customers_out or 0:>7} customers, {units} units"
        )
    return lines


def _names_of(people: list[str], settings: Settings) -> dict[str, str]:
    with closing(Vault(settings.data_dir / VAULT_NAME, untouched=True)) as vault:
        return vault.names(people)


def _with_words(report: str, settings: Settings) -> str:
    """Return a report with what people typed in place of its tokens."""
    with closing(Vault(settings.data_dir / VAULT_NAME, untouched=True)) as vault:
        return vault.texts.put_back(report, inline)


async def write_report(
    incident: str, data_dir: Path | None, language: Language, *, names: bool, as_json: bool
) -> None:
    settings = settings_for(data_dir)
    file = existing_file(settings)
    for log_id in file.log_ids():
        journal = file.log(log_id)
        story = await incident_story(journal, incident)
        if not story:
            continue
        if as_json:
            print_json([entry._asdict() | {"hash": entry.hash.hex()} for entry in story])
            file.close()
            return
        finding, fold = await verify(journal)
        head = finding.head
        verified = verification(
            log_id, finding.records, head.seq, head.hash, finding.fault, language
        )
        people = sorted(fold.state.roster.members)
        known = things_named(fold.state) | (_names_of(people, settings) if names else {})
        report = markdown(
            incident,
            story,
            names=known,
            verified=verified,
            utc_offset_min=fold.state.policy.reporting.utc_offset_min,
            language=language,
            exercise=fold.state.realm is Realm.EXERCISE,
        )
        print(_with_words(report, settings) if names else unread(report, language))
        file.close()
        return
    raise BadInput(f"incident: {incident} is on no log in {settings.data_dir}")


def show_dead_letters(data_dir: Path | None, limit: int, *, as_json: bool) -> None:
    file = existing_file(settings_for(data_dir))
    letters = SqliteDeadLetters(file)
    found, count = letters.newest(limit), letters.count()
    file.close()
    if as_json:
        print_json(
            [it._asdict() | {"original": it.original.decode("utf-8", "replace")} for it in found]
        )
        return
    print(f"{count} dead letters")
    for it in found:
        print(f"{_shown(it.at)} {it.source} {it.field}: {it.reason} (got {it.value!r})")


def export_schemas(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = json_schemas()
    count = 0
    for kind in ("signals", "events"):
        (folder / kind).mkdir(exist_ok=True)
        for name, schema in found[kind].items():
            _write(folder / kind / f"{name}.json", schema)
            count += 1
    _write(folder / "policy.json", found["policy"])
    print(f"{count + 1} schemas in {folder}")


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def show_policy(*, as_json: bool) -> None:
    document = to_builtins(DEFAULT_POLICY)
    if as_json:
        print_json(document)
        return
    print(f"{document['policy_id']} v{document['version']}: {document['title']}")
    for path, evidence in sorted(document["evidence"].items()):
        print(f"  {path:<45} {evidence['status']:<10} {evidence['source']}")


def check_policy(path: Path) -> None:
    try:
        policy = from_document(Policy, path.read_bytes())
    except OSError as error:
        raise BadFile(path, str(error)) from None
    except ValidationError as error:
        raise BadFile(path, told_first(error)) from None
    broken = broken_policy_rule(policy)
    if broken is not None:
        rule, field, value = broken
        raise BadFile(path, f"{field}: {current().say(rule, 'en')} (got {value!s})")
    print(f"{path}: sound, {policy.policy_id} v{policy.version}")
