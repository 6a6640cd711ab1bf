"""What became of a signal, read from its facts: refused, or taken with nothing new."""

from collections.abc import Sequence
from typing import Final

from schemas.events.alert import AlertRepeated
from schemas.events.assignment import LateAnswerRecorded
from schemas.events.envelope import Event
from schemas.events.escalation import LateAcknowledgementRecorded
from schemas.events.incident import ReportDuplicated
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.said import Said

_ONLY_NOTED: Final = (
    ReportDuplicated,
    AlertRepeated,
    LateAnswerRecorded,
    LateAcknowledgementRecorded,
)
"""Facts that note what was said again, or too late, and nothing else: no state comes of them."""


def refusal_in(events: Sequence[Event]) -> SignalRefused | None:
    """Return the refusal among the facts that a signal led to, None if it was taken."""
    return next((it for it in events if isinstance(it, SignalRefused)), None)


def warnings_in(events: Sequence[Event]) -> tuple[Said, ...]:
    """Return what a sender is warned of whose signal was taken: a soft rule passed, a time that
    was not believed. Each once, in the order of the facts."""
    found: list[Said] = []
    for it in events:
        if isinstance(it, RuleWarned) and it.rule not in found:
            found.append(it.rule)
    return tuple(found)


def nothing_changed(events: Sequence[Event]) -> bool:
    """Whether a signal was taken and all it said was so already, or over by then.

    Its sender is told: «accepted» alone reads as if something had been done. A refusal says for
    itself that nothing changed.
    """
    return all(isinstance(it, _ONLY_NOTED) for it in events)
