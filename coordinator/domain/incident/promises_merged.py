"""What was promised of an incident that is merged into another: nobody waits longer for it."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.state.incidents import Incident, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.promise import PromiseMade
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind


def taken_over(gone: Incident, into: Incident) -> Iterable[Event]:
    """What was promised earlier is not put off by a merge."""
    for name, promise in sorted(gone.promises.items()):
        held = into.promises.get(name)
        if held is None or held.due_at <= promise.due_at:
            continue
        if promise.runs and held.runs:
            yield PromiseMade(incident_id=into.incident_id, promise=name, due_at=promise.due_at)


def still_late(
    state: Jurisdiction, gone: Incident, into: Incident, cause: Cause
) -> Iterable[Event]:
    """Let the alarm that a promise was broken stand where its customers wait now."""
    met = {"arrival": into.arrived_at, "restoration": into.restored_at}
    over = [notices.promise_broken(name) for name, at in met.items() if at is not None]
    for id_ in state.escalations.by_subject.get(gone.incident_id, ()):
        known = state.escalations.by_id[id_]
        late = known.cause is NoticeKind.PROMISE_BROKEN and into.phase is not Phase.RESTORED
        for about, text in known.parts if late else ():
            if about == gone.incident_id and text not in over:
                yield from escalation.start(
                    state,
                    cause,
                    about=into.incident_id,
                    cause_kind=NoticeKind.PROMISE_BROKEN,
                    ladder="promise",
                    text=text,
                )
