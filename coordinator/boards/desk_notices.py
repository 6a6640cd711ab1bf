"""What was the desk told of late, and who has taken note of it?"""

from typing import Final

from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.desk_notices import key_of
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.notice import NoticeGathered, NoticeNoted, NoticeOver, NoticeRaised
from schemas.said import document_of
from schemas.signals.notice import NoteNotice


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    now, was = after.notices.listed, before.notices.listed
    if isinstance(event, NoticeNoted):
        return {it for it in now if now[it].notice_id == event.notice_id}
    if isinstance(event, NoticeOver):
        return {it for it in was if was[it].notice_id == event.notice_id}
    key = key_of(event) if isinstance(event, NoticeRaised | NoticeGathered) else None
    if key is None:
        return set()
    return {key, *(it for it in was if it not in now)}


def row(state: Jurisdiction, key: str) -> Row | None:
    held = state.notices.listed.get(key)
    if held is None:
        return None
    return {
        "realm": state.realm,
        "notice_id": held.notice_id,
        "kind": held.kind,
        "about": held.about,
        "text": document_of(held.text),
        "desks": list(held.desks),
        "at": held.at,
        "times": held.times,
        "noted_by": held.noted_by,
    }


BOARD: Final = Board(
    name="desk_notices",
    concerns=frozenset({NoticeRaised, NoticeGathered, NoticeNoted, NoticeOver}),
    touched=touched,
    row=row,
    keys=lambda state: state.notices.listed,
    panel=Panel(reads=("kind", "at", "noted_by"), adds=NoteNotice),
)
