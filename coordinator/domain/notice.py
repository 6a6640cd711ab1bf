"""Notices, refusals and warnings: on record for those who read.

A desk that was told much of late is told of what can wait together, every few minutes. Whoever
raises a notice need not think of it: each goes through `gathered_or_told` before it is folded.
Calls for help and whatever else cannot wait are told at once, by any policy.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain import desk_notices, notices_over
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.notices import Turn
from schemas.bounds import Millis
from schemas.calm import NEVER_GATHERED
from schemas.catalogue import members
from schemas.durations import HOUR, MINUTE
from schemas.events.envelope import Event
from schemas.events.notice import NoticeEvent, NoticeGathered, NoticeNoted, NoticeOver, NoticeRaised
from schemas.said import LISTED_MAX, Said
from schemas.sentences import notices
from schemas.signals.notice import NoticeSignal
from schemas.vocabulary import NoticeKind, Recipient

_LASTS_MS = HOUR


def evolve(state: Jurisdiction, event: NoticeEvent, at: Millis) -> Jurisdiction:
    match event:
        case NoticeGathered():
            return _gathered(desk_notices.listed(state, event, at), event, at)
        case NoticeRaised() if not event.targets:
            return _told(desk_notices.listed(state, event, at), event, at)
        case NoticeRaised(kind=NoticeKind.TICKET_WAITS, about=str(ticket_id), targets=(who,)):
            turn = Turn(notice_id=event.notice_id, who=who, text=event.text)
            held = replace(state.notices, turns=state.notices.turns.set(ticket_id, turn))
            return replace(state, notices=held)
        case NoticeNoted():
            return desk_notices.noted(state, event, at)
        case NoticeOver():
            return desk_notices.taken_off(state, event)
    return state


def _can_wait(state: Jurisdiction, event: NoticeRaised) -> bool:
    """Whether a notice is for a desk, and of a cause that may be told with others."""
    kind = event.of or event.kind
    can = kind in state.policy.calm.gathered and kind not in NEVER_GATHERED
    return can and not event.targets


def _told(state: Jurisdiction, event: NoticeRaised, at: Millis) -> Jurisdiction:
    held, desk = state.notices, event.recipient.value
    if event.kind is NoticeKind.GATHERED:
        waits = held.gathered
        held = replace(held, gathered=waits.delete(desk) if desk in waits else waits)
        return replace(state, notices=held, timers=state.timers.clear("gathered", desk))
    most = state.policy.calm.singly_per_h
    moments = (*held.singly.get(desk, ()), at)[-most:]
    return replace(state, notices=replace(held, singly=held.singly.set(desk, moments)))


def _gathered(state: Jurisdiction, event: NoticeGathered, at: Millis) -> Jurisdiction:
    held, desk, kind = state.notices, event.recipient.value, event.of or event.kind
    waits = {it: (count, about) for it, count, about in held.gathered.get(desk, ())}
    count, about = waits.get(kind, (0, ()))
    if event.about is not None and event.about not in about:
        about = (*about, event.about)[:LISTED_MAX]
    waits[kind] = (count + 1, about)
    listed = tuple([(it, *waits[it]) for it in waits])
    timers = state.timers
    if timers.get("gathered", desk) is None:
        timers = timers.set("gathered", desk, at + state.policy.calm.gather_min * MINUTE)
    held = replace(held, gathered=held.gathered.set(desk, listed))
    return replace(state, notices=held, timers=timers)


def gathered_or_told(state: Jurisdiction, event: Event, at: Millis) -> Event:
    """Return a fact as it is; a notice that can wait as one that is gathered, where its desk was
    told so much within the hour that one more would be one too many.
    """
    if not isinstance(event, NoticeRaised) or not _can_wait(state, event):
        return event
    desk, rules = event.recipient.value, state.policy.calm
    moments = state.notices.singly.get(desk, ())
    full = len(moments) >= rules.singly_per_h and at - moments[0] < HOUR
    # What waits already comes first: nothing overtakes it.
    if not full and desk not in state.notices.gathered:
        return event
    return NoticeGathered(
        notice_id=event.notice_id,
        kind=event.kind,
        recipient=event.recipient,
        about=event.about,
        text=event.text,
        of=event.of,
    )


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    """Tell a desk at once of all that waited, by cause, with what it is about."""
    waits = state.notices.gathered.get(id_, ())
    causes = [notices.gathered_of(count, it, about) for it, count, about in waits]
    total = sum(count for _, count, _ in waits)
    text = notices.gathered(total, causes)
    return (notify(cause, NoticeKind.GATHERED, Recipient(id_), text),)


def notify(  # noqa: PLR0913 - the fields of a notice
    cause: Cause,
    kind: NoticeKind,
    recipient: Recipient,
    text: Said,
    *,
    about: str | None = None,
    targets: tuple[str, ...] = (),
    lasts_ms: int = _LASTS_MS,
    of: NoticeKind | None = None,
) -> NoticeRaised:
    """Return the fact that somebody must be told; it expires so that no stale message arrives.

    `of` names the cause of an alarm that nobody took on.
    """
    return NoticeRaised(
        notice_id=cause.mint("ntc"),
        kind=kind,
        recipient=recipient,
        targets=targets,
        about=about,
        text=text,
        expires_at=cause.at + lasts_ms,
        of=of,
    )


def decide(state: Jurisdiction, signal: NoticeSignal, cause: Cause) -> Iterable[Event]:
    return desk_notices.take_note(state, signal)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return notices_over.react(state, event)


CONCEPT: Final = Concept(
    name="notice",
    signals=members(NoticeSignal),
    decide=decide,
    facts=members(NoticeEvent),
    evolve=evolve,
    reacts_to=notices_over.ENDING,
    react=react,
    timers=frozenset({"gathered"}),
    due=due,
)
