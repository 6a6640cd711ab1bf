"""The same facts under another policy: who would have been called for each unit.

Each unit is planned twice as it was when it was called, under the policy in force and under the
other one, so that a difference comes from the policy and not from planning again.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import to_builtins
from msgspec.structs import replace
from pydantic import ValidationError

from coordinator.documents import BadFields
from coordinator.domain.sound_policy import broken_policy_rule
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit
from coordinator.planning.planner import Planner
from schemas.bounds import spelled_out
from schemas.events.unit import UnitCalled
from schemas.policy import Policy
from schemas.value import from_document
from words.faults import Fault, first_of


class Called(NamedTuple):
    """A unit, and the state before anybody was sent: the facts of one record may form it too."""

    state: Jurisdiction
    unit: Unit


def called_by(event: UnitCalled, before: Jurisdiction, at: int) -> Called:
    unit = Unit(
        unit_id=event.unit_id, need=event.need, priority=event.priority, called_at=at,
        incident_id=event.incident_id,
    )  # fmt: skip
    return Called(before, unit)


def planned_twice(
    called: Called, policy: Policy, travel: str, sent: Mapping[str, set[str]]
) -> dict[str, Any]:
    """Plan one unit under the policy in force and another one.

    Args:
        called: the unit.
        policy: the other policy.
        travel: as `travel_times` takes it.
        sent: for each unit who was really sent.
    """
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
            "people": sorted(people[-1]),
        }
    return {"unit_id": unit.unit_id, **found, "others": len(people[1] - people[0])}


def merged(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """Return a policy with some of its fields changed.

    Raises:
        BadFields: naming the field and its value.
    """
    document = to_builtins(policy)
    _merge(document, changes)
    try:
        changed = from_document(Policy, json.dumps(document, default=str))
    except ValidationError as error:
        first, said = first_of(error)
        field = spelled_out(".".join(map(str, first["loc"]))) or "-"
        got = spelled_out(str(first.get("input"))[:200])
        raise BadFields(Fault(field, got, said)) from None
    broken = broken_policy_rule(changed)
    if broken is not None:
        rule, field, value = broken
        raise BadFields(Fault(field, str(value), rule, rule=True))
    return changed


def _merge(document: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        held = document.get(name)
        if isinstance(value, dict) and isinstance(held, dict):
            _merge(held, value)
        else:
            document[name] = value
