"""What outsiders keep and check, so that nobody has to trust the operator's own disk."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from coordinator.cli.data import chosen_logs, existing_file, one_of, print_json, settings_for
from coordinator.errors import BadFile, BadInput, BrokenLog, NotProved
from coordinator.log.checkpoint import (
    Checkpoint,
    Signer,
    extension,
    is_extension,
    is_record_proof,
    leaves_of,
    new_signer,
    read_checkpoint,
    read_extension,
    read_record_proof,
    read_signer,
    read_verifier,
    record_proof,
)
from coordinator.log.envelope import Record
from coordinator.log.memory import MemoryLog
from coordinator.log.merkle import root_of
from coordinator.log.ports import LogReader
from coordinator.private.file import keep_private, make_private_folder, write_new_private
from coordinator.settings import Settings
from words.catalogue import LANGUAGES, Catalogue, of_this_program, read_files

_BYTES_MAX = 4_000_000


async def show_keys(
    data_dir: Path | None, archive: Path | None, origin: str | None, *, as_json: bool
) -> None:
    settings = settings_for(data_dir)
    async with _logs(settings, None, archive) as logs:
        if origin is not None:
            _keep_new(_key_file(settings), new_signer(origin).to_text())
        signer = _signer(settings)
        found = {it.log_id: str(signer.verifier(it.log_id)) for it in logs}
    if as_json:
        print_json(found)
    else:
        for key in found.values():
            print(key)


async def sign_checkpoints(
    data_dir: Path | None,
    jurisdiction: str | None,
    archive: Path | None,
    since: Path | None,
    out: Path | None,
) -> None:
    settings = settings_for(data_dir)
    signer, old = _signer(settings), None if since is None else _note_of(_read(since))
    async with _logs(settings, jurisdiction, archive) as logs:
        for log in logs if old is None else [_only(logs)]:
            leaves = await leaves_of(log)
            before = None if old is None else read_checkpoint(old, signer.verifier(log.log_id))
            if before is not None:
                _hold(log.log_id, before, leaves)
            signed = _sign(settings, signer, log.log_id, leaves)
            text = signed.note if before is None else extension(before, signed, leaves)
            if out is None:
                print(text, end="")
            else:
                print(_written(out / f"{log.log_id}-{len(leaves)}.checkpoint", text))


async def prove_record(
    data_dir: Path | None, jurisdiction: str | None, archive: Path | None, seq: int
) -> None:
    settings = settings_for(data_dir)
    signer = _signer(settings)
    async with _logs(settings, jurisdiction, archive) as logs:
        log = _only(logs)
        last = _last(settings, signer, log.log_id)
        if last is None or seq >= last.size:
            raise BadInput(f"seq: {seq} is on no checkpoint yet; `proof checkpoint` signs one")
        leaves = await leaves_of(log, size=last.size)
        _hold(log.log_id, last, leaves)
        (found,) = await log.read(after_seq=seq - 1, records_max=1)
    print(record_proof(found, leaves, last), end="")


def check_file(
    path: Path, key: str, since: Path | None, words: Path | None, *, as_json: bool
) -> None:
    text, verifier = _read(path), read_verifier(key)
    shown: dict[str, Any] = {}
    if is_record_proof(text):
        record, there = read_record_proof(text, verifier)
        shown = {"record": _shown(record)}
        if words is not None:
            shown["told"] = _told(record, _words_of(there, words))
    elif is_extension(text):
        if since is None:
            raise BadInput("since: this leads on from an older checkpoint; name it with --since")
        older = read_checkpoint(_note_of(_read(since)), verifier)
        there = read_extension(text, older, verifier)
        shown = {"since": older.size}
    elif since is not None:
        raise BadInput(f"since: {path} is a checkpoint alone, and leads on from no other")
    else:
        there = read_checkpoint(text, verifier)
    if as_json:
        print_json({"origin": there.origin, "size": there.size, "root": there.root.hex(), **shown})
    else:
        for line in _lines(there, shown):
            print(line)


async def compare_log(
    path: Path, key: str, data_dir: Path | None, jurisdiction: str | None, archive: Path | None
) -> None:
    there = read_checkpoint(_note_of(_read(path)), read_verifier(key))
    async with _logs(settings_for(data_dir), jurisdiction, archive) as logs:
        log = _only(logs)
        _hold(log.log_id, there, await leaves_of(log, size=there.size))
    print(f"{log.log_id}: its first {there.size} records are those of {there.origin}")


@asynccontextmanager
async def _logs(
    settings: Settings, jurisdiction: str | None, archive: Path | None
) -> AsyncIterator[list[LogReader]]:
    """Give the logs of a data folder, or the one of an archive."""
    if archive is None:
        file = existing_file(settings)
        try:
            yield [file.log(it) for it in chosen_logs(file, jurisdiction)]
        finally:
            file.close()
        return
    from streams.archive import read_archive

    entry, records = read_archive(archive)
    log = MemoryLog(entry.log_id)
    await log.append(records)
    yield [log]


def _only(logs: Sequence[LogReader]) -> LogReader:
    one_of([it.log_id for it in logs])
    return logs[0]


def _lines(there: Checkpoint, shown: dict[str, Any]) -> Iterator[str]:
    yield f"{there.origin}: {there.size} records, root {there.root.hex()}, signed"
    if "since" in shown:
        yield f"the first {shown['since']} of them are those of the older checkpoint"
    for language, told in shown.get("told", {}).items():
        yield f"{language}: {'; '.join(told) or '-'}"
    if "record" in shown:
        yield msgspec.json.format(msgspec.json.encode(shown["record"]), indent=1).decode()


def _shown(it: Record) -> dict[str, Any]:
    return {
        "log_id": it.log_id,
        "seq": it.seq,
        "at": datetime.fromtimestamp(it.at / 1_000, UTC).isoformat(timespec="milliseconds"),
        "kind": it.kind.name.lower(),
        "hash": it.hash.hex(),
        "payload": msgspec.json.decode(it.payload),
    }


def _sign(settings: Settings, signer: Signer, log_id: str, leaves: Sequence[bytes]) -> Checkpoint:
    """Sign a log that still begins with what was signed before."""
    last = _last(settings, signer, log_id)
    if last is not None:
        _hold(log_id, last, leaves)
    words = of_this_program()
    signed = signer.sign(log_id, leaves, words=words.digest)
    # The words go with what is signed: a later program has others.
    _written(_words_file(settings, words.digest), words.to_document().decode())
    _written(_last_file(settings, log_id), signed.note)
    return signed


def _written(path: Path, text: str) -> Path:
    """Put a text where it belongs, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two commands may write the same file at once.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return path


def _hold(log_id: str, there: Checkpoint, leaves: Sequence[bytes]) -> None:
    """Refuse a log that does not begin with the records of a checkpoint."""
    if len(leaves) < there.size:
        raise BrokenLog(f"{log_id}: {there.size} records were signed, and {len(leaves)} are here")
    if root_of(leaves[: there.size]) != there.root:
        raise BrokenLog(f"{log_id}: its first {there.size} records are not those that were signed")


def _last(settings: Settings, signer: Signer, log_id: str) -> Checkpoint | None:
    path = _last_file(settings, log_id)
    return read_checkpoint(_read(path), signer.verifier(log_id)) if path.exists() else None


def _last_file(settings: Settings, log_id: str) -> Path:
    return settings.data_dir / "checkpoints" / f"{log_id}.checkpoint"


def _words_file(settings: Settings, digest: str) -> Path:
    return settings.data_dir / "checkpoints" / f"words-{digest}.json"


def show_words(data_dir: Path | None, digest: str | None) -> None:
    """Print the catalogues of words that a checkpoint names, or those of this program."""
    here, settings = of_this_program(), settings_for(data_dir)
    if digest is None or digest == here.digest:
        print(here.to_document().decode(), end="")
        return
    path = _words_file(settings, digest)
    if not path.exists():
        raise BadInput(f"digest: no words of {digest!r} were kept in {path.parent}")
    print(_read(path), end="")


def _words_of(there: Checkpoint, path: Path) -> Catalogue:
    """Return the catalogue in a file, which must be the one that was signed."""
    try:
        found = read_files(_read(path).encode())
        catalogue = Catalogue(found)
    except ValueError as error:
        raise BadFile(path, str(error)) from None
    if found.digest != there.words:
        raise NotProved(
            f"{path}: words of {found.digest}, and those of the checkpoint are {there.words or '-'}"
        )
    return catalogue


def _told(record: Record, words: Catalogue) -> dict[str, list[str]]:
    """Return what is said in a record, in every language of the words."""
    told = words.told_in(msgspec.json.decode(record.payload).get("events"))
    return {language: [words.say(it, language) for it in told] for language in LANGUAGES}


def _key_file(settings: Settings) -> Path:
    return settings.data_dir / "checkpoint.key"


def _signer(settings: Settings) -> Signer:
    path = _key_file(settings)
    if not path.exists():
        raise BadInput("origin: there is no key yet; `proof keys --origin NAME` makes one")
    keep_private(path)
    return read_signer(_read(path))


def _keep_new(path: Path, text: str) -> None:
    make_private_folder(path.parent)
    try:
        write_new_private(path, text.encode())
    except FileExistsError:
        raise BadInput(f"origin: there is a key already, {path}; move it away first") from None


def _note_of(text: str) -> str:
    """Return the checkpoint itself, without the proof before it."""
    return text.partition("\n\n")[2] if is_extension(text) else text


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise BadFile(path, f"more than {_BYTES_MAX} bytes")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(path, str(error)) from None
