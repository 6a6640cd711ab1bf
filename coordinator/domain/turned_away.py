"""What an owner turns away before it is decided: it is on record as refused, and moves nothing.

Such a signal says nothing about the state, so that nobody who decides a log anew decides it either.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from coordinator.domain.event_time import CLOCKS_DIFFER_MS
from coordinator.domain.refusal import refuse
from schemas.events.notice import SignalRefused
from schemas.ids import SignalId, beside
from schemas.sentences import rights
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.told import TOKEN, words_of

AHEAD: Final = "ahead_of_clock"
NOT_FROM_OUTSIDE: Final = rights.DEADLINE_BY_OWN_CLOCK_ONLY.code
TAKEN: Final = rights.SIGNAL_ID_TAKEN.code
_CODES: Final = frozenset({AHEAD, NOT_FROM_OUTSIDE, TAKEN})
_TIMES: Final = frozenset({"at", "occurred_at"})


def of_the_wrong_time(signal: Signal, now: int) -> tuple[SignalRefused, ...]:
    """Refuse what would move a log's time from outside.

    Args:
        signal: as it came in.
        now: the owner's time, UTC milliseconds.
    """
    if isinstance(signal, DeadlinePassed):
        return refuse(rights.DEADLINE_BY_OWN_CLOCK_ONLY, field="type", value=signal.type)
    if signal.at > now + CLOCKS_DIFFER_MS:
        return refuse(rights.ahead_of_clock(now), field="at", value=signal.at)
    return ()


def of_a_taken_id(signal: Signal) -> tuple[SignalRefused, ...]:
    return refuse(rights.SIGNAL_ID_TAKEN, field="signal_id", value=signal.signal_id)


def same_said(first: Signal | None, again: Signal) -> bool:
    """Say whether the same sender said the same again.

    Times are not compared: `at` is filled in wherever a signal comes in, anew at each try, and a
    log that is ahead of the clock moves `occurred_at` along. A record too large to hold its cause
    cannot be compared; it is a refusal, and told as one. Nor are words compared of which only
    tokens are here: two machines that take in the same words make two of them.
    """
    if first is None:
        return True
    return type(first) is type(again) and _said(first) == _said(again)


def _said(signal: Signal) -> dict[str, Any]:
    said = signal.model_dump(exclude=set(_TIMES))
    for name, words in words_of(signal).items():
        said[name] = "told" if TOKEN.fullmatch(words) else words
    return said


def own_id(refusals: Collection[SignalRefused], signal: Signal) -> SignalId:
    """Return the id under which what is turned away is recorded: the id it came with stays free."""
    return beside(signal.signal_id, signal.actor_id, *(it.rule.code for it in refusals))


def ids_refused(signal_id: str, actor_id: str) -> tuple[SignalId, ...]:
    """Return the ids to look under for what became of a sender's signal that was turned away."""
    return tuple(beside(signal_id, actor_id, code) for code in (TAKEN, AHEAD, NOT_FROM_OUTSIDE))


def ids_to_look_under(signal_id: str, asked_by: str) -> tuple[SignalId, ...]:
    """Return the ids under which an actor who asks finds what became of a signal, the first first.

    What was turned away for its time stands last: said again at another time it was decided.
    """
    taken, *others = ids_refused(signal_id, asked_by)
    return (taken, signal_id, *others)


def is_turning_away(refused: object) -> bool:
    """Say whether a fact is no refusal by a decider but a turning away."""
    return isinstance(refused, SignalRefused) and refused.rule.code in _CODES


def was_turned_away(events: Iterable[object]) -> bool:
    """Say whether the facts of a record are no decision but a turning away."""
    return any(map(is_turning_away, events))
