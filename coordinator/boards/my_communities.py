"""Which communities am I posted to, by which tie, and who is in my care?"""

from collections.abc import Mapping
from typing import Final, Protocol, TypeVar

from immutables import Map

from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.state.community import Posting, Ward
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.community import (
    PostingBegun,
    PostingEnded,
    WardEnded,
    WardTaken,
    WardVisited,
    WardVisitMissed,
)
from schemas.events.envelope import Event


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    match event:
        case PostingBegun() | WardTaken():
            return {event.member_id}
        case PostingEnded():
            return _whose("postings", event.posting_id, before, after)
        case WardVisited() | WardVisitMissed() | WardEnded():
            return _whose("wards", event.ward_id, before, after)
    return set()


def _whose(part: str, id_: str, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    held = (getattr(it.community, part).get(id_) for it in (before, after))
    return {it.member_id for it in held if it is not None}


def members(state: Jurisdiction) -> list[str]:
    """Return those who are posted anywhere, or have somebody in their care."""
    community = state.community
    return sorted(
        {*_by_member("postings", community.postings), *_by_member("wards", community.wards)}
    )


def row(state: Jurisdiction, key: str) -> Row | None:
    postings: list[Posting] = _by_member("postings", state.community.postings).get(key, [])
    wards: list[Ward] = _by_member("wards", state.community.wards).get(key, [])
    if not postings and not wards:
        return None
    return {
        "member_id": key,
        "realm": state.realm,
        "communities": [
            {"posting_id": it.posting_id, "community": it.community, "tie": it.tie}
            for it in sorted(postings, key=lambda it: (it.tie, it.posting_id))
        ],
        "wards": [
            {
                "ward_id": it.ward_id,
                "community": it.community,
                "subject": it.subject,
                "needs_help": it.needs_help,
                "visit_by": state.timers.get("ward", it.ward_id),
            }
            for it in sorted(wards, key=lambda it: (it.community, it.ward_id))
        ],
    }


class _Held(Protocol):
    @property
    def member_id(self) -> str: ...


_H = TypeVar("_H", bound=_Held)
_indexed: dict[str, tuple[object, dict[str, list[object]]]] = {}


def _by_member(part: str, held: Map[str, _H]) -> Mapping[str, list[_H]]:
    """Return what each member has of a part of the state.

    A whole roster is drawn member by member from one map: it is turned round once, not each time.
    """
    known = _indexed.get(part)
    if known is None or known[0] is not held:
        found: dict[str, list[object]] = {}
        for it in held.values():
            found.setdefault(it.member_id, []).append(it)
        known = _indexed[part] = (held, found)
    return known[1]  # type: ignore[return-value]


BOARD: Final = Board(
    name="my_communities",
    concerns=frozenset(
        {PostingBegun, PostingEnded, WardTaken, WardVisited, WardVisitMissed, WardEnded}
    ),
    touched=touched,
    row=row,
    keys=members,
    on_request=True,
)
