"""End the escalations of one cause about something, and leave those of other causes alone."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationStopped
from schemas.said import Said
from schemas.vocabulary import NoticeKind


def call_off(
    state: Jurisdiction, *, about: str, cause_kind: NoticeKind, reason: Said
) -> tuple[Event, ...]:
    return tuple(
        EscalationStopped(escalation_id=id_, reason=reason)
        for id_ in state.escalations.by_subject.get(about, ())
        if state.escalations.by_id[id_].cause is cause_kind
    )
