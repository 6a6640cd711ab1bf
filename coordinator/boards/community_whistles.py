"""Which communities call for hands, how many come, and who is already there?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.signals.community import BlowWhistle


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return {event.whistle_id}  # type: ignore[attr-defined]


def row(state: Jurisdiction, key: str) -> Row | None:
    whistle = state.community.whistles.get(key)
    if whistle is None:
        return None
    return {
        "whistle_id": key,
        "realm": state.realm,
        "community": whistle.community,
        "service": whistle.service,
        "lon": whistle.lon,
        "lat": whistle.lat,
        "text": whistle.text,
        "wanted": whistle.wanted,
        "blown_at": whistle.blown_at,
        "report_by": whistle.report_by,
        "claim_by": whistle.claim_by,
        "unanswered": whistle.unanswered,
        "needs_help": whistle.needs_help,
        "claimed": sorted(whistle.claimed),
        "there": sorted(it for it, there in whistle.claimed.items() if there),
    }


BOARD: Final = Board(
    name="community_whistles",
    concerns=touches.concerning("whistle_id"),
    touched=touched,
    row=row,
    keys=lambda state: state.community.whistles,
    of=("whi",),
    panel=Panel(reads=("community", "text"), adds=BlowWhistle),
)
