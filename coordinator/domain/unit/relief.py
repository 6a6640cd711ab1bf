"""Relief: replacements are called, and who is relieved leaves when they are on scene.

It begins by itself before anybody's hours are over, so that nobody has to notice it in time.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.eligibility import is_tired
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.greedy import form
from coordinator.domain.unit.muster import besides, short, without
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.unit import ReliefStarted, UnitReinforced
from schemas.muster import RoleNeed
from schemas.said import Said
from schemas.sentences import reasons, units
from schemas.vocabulary import UnitRole

_TOGETHER_MS = 30 * MINUTE
"""Whose hours end so little later is relieved with who is due now."""


def relieve(
    state: Jurisdiction, unit: Unit, member_ids: tuple[str, ...], reason: Said, cause: Cause
) -> Iterable[Event]:
    """Call replacements; who is relieved leaves when they are on scene."""
    leaving = member_ids or _due_for_rest(state, unit, cause.at)
    for member_id in leaving:
        if member_id not in unit.people:
            return refuse(units.ONLY_OWN_PEOPLE_RELIEVED, field="member_ids", value=member_id)
    leaving = tuple(it for it in dict.fromkeys(leaving) if it not in unit.leaving)
    if not leaving:
        return ()
    counts: dict[UnitRole, int] = {}
    for member_id in leaving:
        role = unit.roles[member_id]
        counts[role] = counts.get(role, 0) + 1
    roles = tuple(RoleNeed(role=role, count=count) for role, count in counts.items())
    need = replace(unit.need, roles=roles, resources=())
    formed = form(state, need, cause.at, without=unit.tried)
    facts: list[Event] = [ReliefStarted(unit_id=unit.unit_id, leaving=leaving, reason=reason)]
    if formed.picks:
        facts.append(UnitReinforced(unit_id=unit.unit_id, picks=formed.picks, cause="relief"))
    still = without(counts, formed.picks)
    if still:
        facts.extend(short(state, unit, besides(unit, formed, still), cause))
    return facts


def relieve_in_time(state: Jurisdiction, member_id: str, cause: Cause) -> Iterable[Event]:
    """Begin to relieve somebody whose hours end soon, and with them who of their unit is next: one
    car brings both.
    """
    member = state.roster.members.get(member_id)
    bound = None if member is None else state.assignments.by_id.get(member.assignment_id or "")
    unit = None if bound is None else state.units.by_id.get(bound.unit_id)
    if unit is None or unit.stage is not Stage.FORMED or member_id not in unit.people:
        return ()
    soon = [
        it
        for it in sorted(unit.people)
        if (at := state.timers.get("relief", it)) is not None and at <= cause.at + _TOGETHER_MS
    ]
    leaving = (member_id, *(it for it in soon if it != member_id))
    return relieve(state, unit, leaving, reasons.HOURS_END_SOON, cause)


def _due_for_rest(state: Jurisdiction, unit: Unit, at: int) -> tuple[str, ...]:
    members = state.roster.members
    return tuple([it for it in sorted(unit.people) if is_tired(state, members[it], at)])
