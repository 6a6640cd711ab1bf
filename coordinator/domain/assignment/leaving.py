"""When the time to answer begins: when a call-out has left for its member, not when it was decided.

In a flood, or while a gateway is down, minutes lie between the two. Whoever sends says what has
left. Nobody says so where people are reached by the inbox alone, or where nothing leaves at all:
then it runs from the decision, so that somebody else is called in the end.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.timers import Timers
from schemas.durations import MINUTE
from schemas.events.assignment import CallOutLeft
from schemas.events.envelope import Event
from schemas.signals.assignment import CallOutsLeft
from schemas.vocabulary import AssignmentStatus


def left(state: Jurisdiction, signal: CallOutsLeft, cause: Cause) -> Iterable[Event]:
    """Let the time of each begin, but of who has answered, is overdue or was told before."""
    answer_by = cause.at + state.policy.answering.answer_within_min * MINUTE
    for id_ in dict.fromkeys(signal.assignment_ids):
        assignment = state.assignments.by_id.get(id_)
        if assignment is None or assignment.told_at is not None:
            continue
        waits = assignment.status is AssignmentStatus.OFFERED
        if waits and state.timers.get("answer", id_) is not None:
            yield CallOutLeft(assignment_id=id_, answer_by=max(assignment.answer_by, answer_by))


def told(assignment: Assignment, event: CallOutLeft, at: int) -> Assignment:
    return replace(assignment, told_at=at, answer_by=event.answer_by)


def begun(timers: Timers, event: CallOutLeft) -> Timers:
    return timers.set("answer", event.assignment_id, event.answer_by)
