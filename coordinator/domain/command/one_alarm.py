"""Who is missing at a task is one alarm, as at an incident: another roll call lets it grow."""

from collections.abc import Iterable

from coordinator.domain.state.command import RollCall
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.escalation import EscalationGrew
from schemas.said import Said
from schemas.vocabulary import NoticeKind


def grows(
    state: Jurisdiction, roll_call_id: str, calls: Iterable[RollCall], text: Said
) -> tuple[EscalationGrew, ...]:
    """Return how the alarm grows that stands for one of these roll calls; nothing without one.

    Args:
        state: what is so.
        roll_call_id: the one at which somebody is missing.
        calls: all that are open there.
        text: who is missing at it.
    """
    by_id, by_subject = state.escalations.by_id, state.escalations.by_subject
    for it in calls:
        for id_ in by_subject.get(it.roll_call_id, ()):
            if by_id[id_].cause is NoticeKind.ROLL_CALL_MISSED:
                return (EscalationGrew(escalation_id=id_, about=roll_call_id, text=text),)
    return ()
