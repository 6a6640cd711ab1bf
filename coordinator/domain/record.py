"""What the record says of itself: that it is a copy which was put back, and what it lacks.

People go on by what they were told after the copy was made, and the log knows nothing of it: the
desk and the commander have to hear that before they trust it. Pages that were open before it know
by it, too, that what they show is of another life of the log.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.record import PutBack
from schemas.catalogue import members
from schemas.durations import DAY
from schemas.events.envelope import Event
from schemas.events.record import RecordEvent, RecordPutBack
from schemas.sentences import notices
from schemas.signals.record import RecordSignal
from schemas.vocabulary import NoticeKind, Recipient


def evolve(state: Jurisdiction, event: RecordEvent, at: int) -> Jurisdiction:
    put_back = PutBack(at=at, until=event.until, lost=event.lost)
    return replace(state, put_back=put_back)


def decide(state: Jurisdiction, signal: RecordSignal, cause: Cause) -> Iterable[Event]:
    until = state.now if signal.until is None else min(signal.until, state.now)
    yield RecordPutBack(until=until, lost=signal.lost)
    if signal.lost is None:
        text = notices.put_back_unknown(until)
    else:
        text = notices.put_back(until, signal.lost)
    desks = (Recipient.DISPATCHER, Recipient.COMMANDER)
    for who in desks:
        yield notify(cause, NoticeKind.PUT_BACK, who, text, lasts_ms=DAY)
    # It stands at the desk until somebody has taken it on.
    yield from alarm.start(
        state,
        cause,
        about=cause.mint("rec"),
        cause_kind=NoticeKind.PUT_BACK,
        ladder="report",
        text=text,
        told=desks,
    )


CONCEPT: Final = Concept(
    name="record",
    signals=members(RecordSignal),
    decide=decide,
    facts=members(RecordEvent),
    evolve=evolve,
)
