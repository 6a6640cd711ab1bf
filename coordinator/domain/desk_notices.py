"""The list of what a desk was told: each cause once, the latest of it, and who took note of it.

Alarms climb until somebody takes them on. A notice does not: where it is only sent, nobody at the
desk sees it again. The list is short and forgets what is oldest; all of it is on the log.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.notices import DeskNotice
from schemas.events.envelope import Event
from schemas.events.notice import NoticeGathered, NoticeNoted, NoticeOver, NoticeRaised
from schemas.sentences import rights
from schemas.signals.notice import NoteNotice
from schemas.vocabulary import NoticeKind, Recipient

LISTED_MAX: Final = 60
_DESKS: Final = frozenset({Recipient.DISPATCHER, Recipient.COMMANDER})


def key_of(event: NoticeRaised | NoticeGathered) -> str | None:
    """Return under what a notice is listed, None for one that is not a desk's to read.

    What is told together was listed one by one as it was gathered.
    """
    if event.recipient not in _DESKS or event.kind is NoticeKind.GATHERED:
        return None
    if isinstance(event, NoticeRaised) and event.targets:
        return None
    return f"{event.of or event.kind}/{event.about or ''}"


def listed(state: Jurisdiction, event: NoticeRaised | NoticeGathered, at: int) -> Jurisdiction:
    """Put a notice on the list; the same said again, or to the other desk, is the same line.

    Who took note of it has taken note of the same words, and of no others.
    """
    key = key_of(event)
    if key is None:
        return state
    held = state.notices.listed
    was = held.get(key)
    same = was is not None and was.text == event.text
    desks = {event.recipient.value, *(was.desks if was is not None and same else ())}
    held = held.set(
        key,
        DeskNotice(
            notice_id=event.notice_id,
            kind=event.of or event.kind,
            desks=tuple(sorted(desks)),
            about=event.about,
            text=event.text,
            at=at,
            # To another desk in the same breath is not once more.
            times=1 if was is None else was.times + (was.at != at),
            noted_by=was.noted_by if was is not None and same else None,
            noted_at=was.noted_at if was is not None and same else None,
        ),
    )
    if len(held) > LISTED_MAX:
        held = held.delete(min(held, key=lambda it: (held[it].at, it)))
    return replace(state, notices=replace(state.notices, listed=held))


def noted(state: Jurisdiction, event: NoticeNoted, at: int) -> Jurisdiction:
    """Remember who took note; of what is on the list no more, nothing."""
    held = state.notices.listed
    for key in sorted(held):
        if held[key].notice_id == event.notice_id:
            changed = replace(held[key], noted_by=event.by, noted_at=at)
            notices = replace(state.notices, listed=held.set(key, changed))
            return replace(state, notices=notices)
    return state


def taken_off(state: Jurisdiction, event: NoticeOver) -> Jurisdiction:
    """Forget a notice that is over; what is on the list no more, nothing."""
    turns, held = state.notices.turns, state.notices.listed
    for ticket_id, turn in sorted(turns.items()):
        if turn.notice_id == event.notice_id:
            notices = replace(state.notices, turns=turns.delete(ticket_id))
            return replace(state, notices=notices)
    for key in sorted(held):
        if held[key].notice_id == event.notice_id:
            return replace(state, notices=replace(state.notices, listed=held.delete(key)))
    return state


def take_note(state: Jurisdiction, signal: NoteNotice) -> Iterable[Event]:
    """Take note of a notice on the list; who was first stays named."""
    held = state.notices.listed
    found = next((it for _, it in sorted(held.items()) if it.notice_id == signal.notice_id), None)
    if found is None:
        return refuse(rights.NO_SUCH_NOTICE, field="notice_id", value=signal.notice_id)
    if found.noted_by is not None:
        return ()
    return (NoticeNoted(notice_id=signal.notice_id, by=signal.actor_id),)
