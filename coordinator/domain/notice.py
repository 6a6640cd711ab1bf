"""Notices, refusals and warnings: on record for those who read, nothing to remember."""

from typing import Final, Never

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Millis
from schemas.catalogue import members
from schemas.durations import HOUR
from schemas.events.notice import NoticeEvent, NoticeRaised
from schemas.said import Said
from schemas.vocabulary import NoticeKind, Recipient

_LASTS_MS = HOUR


def evolve(state: Jurisdiction, event: NoticeEvent, at: Millis) -> Jurisdiction:
    return state


def notify(  # noqa: PLR0913 - the fields of a notice
    cause: Cause,
    kind: NoticeKind,
    recipient: Recipient,
    text: Said,
    *,
    about: str | None = None,
    targets: tuple[str, ...] = (),
    lasts_ms: int = _LASTS_MS,
) -> NoticeRaised:
    """Return the fact that somebody must be told; it expires so that no stale message arrives."""
    return NoticeRaised(
        notice_id=cause.mint("ntc"),
        kind=kind,
        recipient=recipient,
        targets=targets,
        about=about,
        text=text,
        expires_at=cause.at + lasts_ms,
    )


CONCEPT: Final[Concept[Never, NoticeEvent]] = Concept(
    name="notice",
    facts=members(NoticeEvent),
    evolve=evolve,
)
