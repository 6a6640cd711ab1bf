"""`coordinator plan --compare`: the units of a log planned again under another policy."""

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coordinator.cli.data import existing_file, one_log, print_json, settings_for
from coordinator.cli.inspect import read_moment
from coordinator.documents import BadDocument, read_yaml
from coordinator.errors import BadFile, BadInput
from coordinator.log.fold import empty
from coordinator.planning.comparing import Called, called_by, merged, planned_twice
from schemas.events.unit import UnitCalled, UnitFormed

_AT_ONCE = 2_000


async def compare_policies(  # noqa: C901 - a log read once, and what is shown of it
    data_dir: Path | None,
    jurisdiction: str | None,
    policy: Path,
    at: str | None,
    last: int,
    *,
    as_json: bool,
) -> None:
    """Plan the last units again as they were called, under the policy in force and another one."""
    settings, moment = settings_for(data_dir), read_moment(at)
    changes = _read_yaml(policy)
    file = existing_file(settings)
    log_id = one_log(file, jurisdiction)
    called: deque[Called] = deque(maxlen=last)
    sent: dict[str, set[str]] = {}
    fold, going = empty(log_id), True
    while going:
        records = await file.log(log_id).read(after_seq=fold.tip.seq, records_max=_AT_ONCE)
        going = len(records) == _AT_ONCE
        for record in records:
            if record.at > moment:
                going = False
                break
            fold, step = fold.step(record)
            for event in step.events:
                if isinstance(event, UnitFormed):
                    sent[event.unit_id] = {it.member_id for it in event.picks}
                elif isinstance(event, UnitCalled):
                    called.append(called_by(event, step.before, record.at))
    file.close()
    other = merged(fold.state.policy, changes)
    rows = [planned_twice(it, other, settings.travel, sent) for it in called]
    if as_json:
        print_json(rows)
        return
    print(f"{len(rows)} units of {log_id}, as they were called; now, and with {policy}:")
    for row in rows:
        now, then = row["now"], row["with"]
        print(
            f"  {row['unit_id']}  ready {now['ready_min']} → {then['ready_min']} min,"
            f" {now['teams']} → {then['teams']} teams,"
            f" {now['missing']} → {then['missing']} missing,"
            f" {row['others']} other people"
        )
    _print_sums(rows)


def _print_sums(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    for name in ("now", "with"):
        ready = sum(it[name]["ready_min"] for it in rows) / len(rows)
        teams = sum(it[name]["teams"] for it in rows) / len(rows)
        missing = sum(it[name]["missing"] for it in rows)
        reserve = sum(it[name]["reserve"] for it in rows)
        print(
            f"{name:>6}: ready in {ready:.1f} min and {teams:.2f} teams on average,"
            f" {reserve} of the reserve, {missing} places missing"
        )


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        found = read_yaml(path.read_bytes())
    except (OSError, BadDocument) as error:
        raise BadFile(path, str(error)) from None
    if not isinstance(found, dict):
        raise BadInput(f"compare: {path} holds no mapping")
    return found
