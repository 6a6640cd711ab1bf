"""Which communities am I posted to, and by which tie?"""

from immutables import Map

from coordinator.boards.ports import Row
from coordinator.domain.state.community import Posting
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.community import PostingBegun, PostingEnded
from schemas.events.envelope import Event

NAME = "my_communities"
CONCERNS = frozenset({PostingBegun, PostingEnded})


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    match event:
        case PostingBegun():
            return {event.member_id}
        case PostingEnded():
            for state in (before, after):
                posting = state.community.postings.get(event.posting_id)
                if posting is not None:
                    return {posting.member_id}
    return set()


def posted(state: Jurisdiction) -> list[str]:
    """Return the members who are posted anywhere."""
    return sorted(_by_member(state.community.postings))


def row(state: Jurisdiction, key: str) -> Row | None:
    postings = _by_member(state.community.postings).get(key)
    if postings is None:
        return None
    return {
        "member_id": key,
        "realm": state.realm.value,
        "communities": [
            {"posting_id": it.posting_id, "community": it.community, "tie": it.tie}
            for it in postings
        ],
    }


_indexed: list[tuple[Map[str, Posting], dict[str, list[Posting]]]] = []


def _by_member(postings: Map[str, Posting]) -> dict[str, list[Posting]]:
    """Return the postings of each member, one for each tie, in the order of the ties.

    A whole roster is drawn member by member from one map: it is turned round once, not each time.
    """
    if not _indexed or _indexed[0][0] is not postings:
        found: dict[str, list[Posting]] = {}
        for posting in sorted(postings.values(), key=lambda it: (it.tie, it.posting_id)):
            found.setdefault(posting.member_id, []).append(posting)
        _indexed[:] = [(postings, found)]
    return _indexed[0][1]
