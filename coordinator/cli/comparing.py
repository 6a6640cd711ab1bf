"""`coordinator plan --compare`: the units of a log planned again under another policy."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from msgspec.structs import replace
from pydantic import ValidationError

from coordinator.cli.data import existing_file, one_log, print_json, settings_for
from coordinator.cli.looking import read_moment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit
from coordinator.errors import BadFile, BadInput
from coordinator.log.fold import empty
from coordinator.planning.planner import Planner
from schemas.events.unit import UnitCalled, UnitFormed
from schemas.policy import Policy

_AT_ONCE = 2_000


class _Called(NamedTuple):
    state: Jurisdiction
    unit: Unit


async def compare_policies(
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
    called: deque[_Called] = deque(maxlen=last)
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
                    # As it was before anybody was sent: the facts of one record may form it too.
                    called.append(_Called(step.before, _unit_of(event, record.at)))
    file.close()
    other = _merged(fold.state.policy, changes)
    rows = [_compared(it, other, settings.travel, sent) for it in called]
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


def _unit_of(event: UnitCalled, at: int) -> Unit:
    return Unit(
        unit_id=event.unit_id, need=event.need, priority=event.priority, called_at=at,
        incident_id=event.incident_id,
    )  # fmt: skip


def _compared(
    called: _Called, policy: Policy, travel: str, sent: Mapping[str, set[str]]
) -> dict[str, Any]:
    unit, found = called.unit, {}
    people = []
    states = {"now": called.state, "with": replace(called.state, policy=policy)}
    for name, state in states.items():
        planner = Planner(travel)
        planner.show(state)
        _, plan, _ = planner.explain(state.jurisdiction, unit, unit.called_at)
        people.append({it.person.member_id for it, _ in plan.picks})
        found[name] = {
            "ready_min": plan.ready_min,
            "teams": plan.teams,
            "reserve": plan.reserve,
            "missing": sum(plan.missing.values()),
            "as_sent": people[-1] == sent.get(unit.unit_id),
        }
    return {"unit_id": unit.unit_id, **found, "others": len(people[1] - people[0])}


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
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadFile(path, str(error)) from None
    if not isinstance(found, dict):
        raise BadInput(f"compare: {path} holds no mapping")
    return found


def _merged(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """Return a policy with some of its fields changed.

    Raises:
        BadInput: naming the field and its value.
    """
    document = policy.model_dump(mode="json")
    _merge(document, changes)
    try:
        return Policy.model_validate_json(json.dumps(document))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise BadInput(f"{field}: {first['msg']} (got {first['input']!r})") from None


def _merge(document: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        held = document.get(name)
        if isinstance(value, dict) and isinstance(held, dict):
            _merge(held, value)
        else:
            document[name] = value
