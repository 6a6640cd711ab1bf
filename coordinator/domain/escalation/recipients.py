"""Whom a step of a ladder reaches: people by id, or the desk of a role."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit
from schemas.bounds import MEMBERS_MAX
from schemas.policy import Ladder, LadderStep
from schemas.vocabulary import AssignmentStatus, Recipient

WAITING: Final = frozenset({AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED})
_DESKS = frozenset({Recipient.DISPATCHER, Recipient.COMMANDER, Recipient.PROVINCE})


class Reached(NamedTuple):
    """Who a step reaches: people by id, or (with none) the desk of that role."""

    targets: tuple[str, ...]


def ladder_of(state: Jurisdiction, escalation: Escalation) -> Ladder:
    ladders = state.policy.ladders
    return ladders.get(escalation.ladder) or ladders[min(ladders)]


def resolve(state: Jurisdiction, escalation: Escalation, rung: LadderStep) -> Reached | None:
    """Return whom a step reaches now, None for nobody; asked once, when the step is taken."""
    assignment = state.assignments.by_id.get(escalation.about)
    if rung.action in ("remind", "next_candidate"):
        if assignment is None or assignment.status not in WAITING:
            return None
        return Reached((assignment.member_id,))
    if rung.action == "call_aid" or rung.recipient is Recipient.NEIGHBOUR:
        neighbours = state.policy.aid.neighbours
        return Reached(neighbours) if neighbours else None
    if rung.recipient in _DESKS:
        return Reached(())
    captains = _captains(state, escalation)
    return Reached(captains) if captains else None


def reached(state: Jurisdiction, escalation: Escalation) -> frozenset[str]:
    """Return the people whom the steps taken so far reach now; desks have their roles."""
    ladder = ladder_of(state, escalation)
    every = len(ladder.steps) if escalation.loop else escalation.step + 1
    steps = (resolve(state, escalation, it) for it in ladder.steps[:every])
    return frozenset(who for it in steps if it is not None for who in it.targets)


def _captains(state: Jurisdiction, escalation: Escalation) -> tuple[str, ...]:
    """Return the captains of whom it is about, of each part of it, without those themselves."""
    found = set()
    for member_id in (it for about, _ in escalation.parts for it in _people(state, about)):
        member = state.roster.members.get(member_id)
        captain = None if member is None else state.roster.captains.get(member.person.team_id)
        if captain is not None and captain != member_id:
            found.add(captain)
    return tuple(sorted(found)[:MEMBERS_MAX])


def _people(state: Jurisdiction, about: str) -> Iterable[str]:
    """Return whom something is about: who was called, who does not answer, who is posted there."""
    assignment = state.assignments.by_id.get(about)
    if assignment is not None:
        return (assignment.member_id,)
    unit = state.units.by_id.get(about)
    if unit is not None:
        return unanswered(state, unit) or sorted(unit.people)
    operation_id = state.operations.guarding.get(about)
    if operation_id is None:
        return ()
    watch = state.operations.by_id[operation_id].sites[about]
    return [it for guard in watch.guards for it in guard.post.member_ids]


def unanswered(state: Jurisdiction, unit: Unit) -> tuple[str, ...]:
    """Return who was called to a unit and did not answer, in the order they were called."""
    called = (state.assignments.by_id.get(it) for it in unit.offered)
    return tuple(
        it.member_id for it in called if it is not None and it.status is AssignmentStatus.EXPIRED
    )
