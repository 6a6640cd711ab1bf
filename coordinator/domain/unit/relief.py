"""Relief: replacements are called, and who is relieved leaves when they are on scene.

It begins by itself before anybody's hours are over, so that nobody has to notice it in time.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.at_work import release
from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.eligibility import is_tired
from coordinator.domain.slip import until
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.fold import relief_key
from coordinator.domain.unit.greedy import form
from coordinator.domain.unit.muster import besides, short, without
from schemas.durations import MINUTE
from schemas.events.assignment import MemberOnScene
from schemas.events.envelope import Event
from schemas.events.unit import ReliefCame, ReliefCounts, ReliefStarted, UnitReinforced
from schemas.muster import RoleNeed
from schemas.said import Said
from schemas.sentences import reasons, units
from schemas.vocabulary import AssignmentStatus, UnitRole

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


def came(state: Jurisdiction, event: MemberOnScene, cause: Cause) -> tuple[Event, ...]:
    """Note whom somebody relieves who has come: one of the same role, one for one.

    Nobody leaves by that tap alone: it may be a stray finger, and their post would be nobody's.
    """
    assignment = state.assignments.by_id[event.assignment_id]
    unit = state.units.by_id.get(assignment.unit_id)
    who = assignment.member_id
    if unit is None or not unit.leaving or who in unit.leaving:
        return ()
    # Whoever comes a second time, as after a slip, relieves whom they relieved at the first.
    again = [it for it in unit.leaving if unit.relieved.get(it) == who]
    waiting = [
        it
        for it in again or unit.leaving
        if unit.roles.get(it) is assignment.role
        and it in unit.people
        and (again or not _is_there(state, unit, it))
    ]
    if not waiting:
        return ()
    # Who is at work leaves only when that has ended: somebody else goes first.
    free = [it for it in waiting if release(state, unit.people[it], reasons.RELIEVED)]
    leaves_at = until(state, at=cause.at, said_at=event.happened_at) + 1
    relieved = (free or waiting)[0]
    return (
        ReliefCame(unit_id=unit.unit_id, member_id=relieved, relieved_by=who, leaves_at=leaves_at),
    )


def counts(state: Jurisdiction, key: str) -> Iterable[Event]:
    """The arrival of a relief can be taken back no longer: whoever they relieve leaves now."""
    unit_id, _, member_id = key.partition("/")
    unit = state.units.by_id[unit_id]
    yield ReliefCounts(unit_id=unit_id, member_id=member_id)
    if member_id in unit.leaving and _is_there(state, unit, member_id):
        yield from release(state, unit.people[member_id], reasons.RELIEVED)


def leaves(state: Jurisdiction, unit: Unit, member_id: str) -> Iterable[Event]:
    """Let somebody go who is relieved, once their relief counts."""
    waits = state.timers.get("relief_counts", relief_key(unit.unit_id, member_id))
    if waits is None and _is_there(state, unit, member_id):
        return release(state, unit.people[member_id], reasons.RELIEVED)
    return ()


def _is_there(state: Jurisdiction, unit: Unit, member_id: str) -> bool:
    """Whether who came in somebody's place is on scene now: not one who took it back or left."""
    relief = unit.people.get(unit.relieved.get(member_id, ""))
    there = None if relief is None else state.assignments.by_id.get(relief)
    return there is not None and there.status is AssignmentStatus.ON_SCENE


def _due_for_rest(state: Jurisdiction, unit: Unit, at: int) -> tuple[str, ...]:
    members = state.roster.members
    return tuple([it for it in sorted(unit.people) if is_tired(state, members[it], at)])
