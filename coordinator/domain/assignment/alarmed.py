"""The alarms about a member that their tap has ended: taken back, they stand again as before."""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm
from coordinator.domain.escalation.recipients import unanswered
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from schemas.events.assignment import TapTakenBack
from schemas.events.envelope import Event
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind

_OF_A_MEMBER: Final = frozenset({NoticeKind.STEP, NoticeKind.NOT_ARRIVED})


def standing(state: Jurisdiction, assignment: Assignment) -> tuple[NoticeKind, ...]:
    """Return which alarms stand: about the member's silence, or that of others in their unit."""
    escalations = state.escalations
    of_unit = {
        escalations.by_id[it].cause for it in escalations.by_subject.get(assignment.unit_id, ())
    } & {NoticeKind.UNANSWERED}
    of_member = {
        escalations.by_id[it].cause
        for it in escalations.by_subject.get(assignment.assignment_id, ())
    } & _OF_A_MEMBER
    return tuple(sorted(of_unit | of_member))


def again(state: Jurisdiction, event: TapTakenBack, cause: Cause) -> Iterable[Event]:
    """Let the alarms that stood before the tap stand again; one that still does stays as it is."""
    assignment = state.assignments.by_id.get(event.assignment_id)
    if assignment is None:
        return
    for kind in event.alarms:
        if kind is NoticeKind.UNANSWERED:
            yield from _unit_waits(state, assignment, cause)
        else:
            yield from about_member(state, assignment, kind, cause)


def about_member(
    state: Jurisdiction, assignment: Assignment, kind: NoticeKind, cause: Cause
) -> tuple[Event, ...]:
    """Raise the alarm that a member has not answered (`STEP`), or else has not arrived in time."""
    silent = kind is NoticeKind.STEP
    say = notices.no_answer if silent else notices.not_arrived
    return alarm.start(
        state,
        cause,
        about=assignment.assignment_id,
        cause_kind=kind,
        ladder="assignment" if silent else "arrival",
        text=say(assignment.member_id, assignment.role),
    )


def _unit_waits(state: Jurisdiction, assignment: Assignment, cause: Cause) -> Iterable[Event]:
    unit = state.units.by_id.get(assignment.unit_id)
    if unit is None or unit.stage is not Stage.FORMED or unit.missing:
        return ()
    if NoticeKind.UNANSWERED in standing(state, assignment):
        return ()
    silent = unanswered(state, unit)
    return alarm.start(
        state,
        cause,
        about=unit.unit_id,
        cause_kind=NoticeKind.UNANSWERED,
        ladder="unanswered",
        text=notices.unanswered(len(silent), silent),
    )
