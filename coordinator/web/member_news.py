"""Wakes the streams of members whose own rows changed: one reader of the feed for all of them.

A stream for each phone that looked at every change would cost phones times changes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection

from coordinator.boards.ports import Batch, BoardStore, Change, LiveFeed, Row
from coordinator.web.my_whistles import WHISTLES, is_full, ties_of

_MINE = frozenset(
    {"my_assignment", "my_duty", "my_communities", "my_posts", "my_tickets", "people"}
)


class MemberNews:
    """Follows a jurisdiction for as long as anybody waits for it."""

    def __init__(self, boards: BoardStore, feed: LiveFeed) -> None:
        self._boards = boards
        self._feed = feed
        self._waiting: dict[str, dict[str, set[asyncio.Event]]] = {}
        self._followers: dict[str, asyncio.Task[None]] = {}

    @contextlib.asynccontextmanager
    async def of(self, jurisdiction: str, member_id: str) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set whenever something of this member's changed."""
        news = asyncio.Event()
        members = self._waiting.setdefault(jurisdiction, {})
        members.setdefault(member_id, set()).add(news)
        if jurisdiction not in self._followers:
            task = asyncio.create_task(self._follow(jurisdiction), name=f"news {jurisdiction}")
            self._followers[jurisdiction] = task
        try:
            yield news
        finally:
            members[member_id].discard(news)
            if not members[member_id]:
                del members[member_id]
            if not members:
                self._waiting.pop(jurisdiction, None)
                self._followers.pop(jurisdiction).cancel()

    async def _follow(self, jurisdiction: str) -> None:
        after = {jurisdiction: self._boards.seq(jurisdiction)}
        calling = {key: row for _, key, row in self._boards.rows(WHISTLES, [jurisdiction])}
        async for batch in self._feed.subscribe([jurisdiction], after=after):
            waiting = self._waiting.get(jurisdiction, {})
            changed = self._concerned(batch, calling, waiting.keys())
            # What a reset brings was perhaps changed before: everybody looks again.
            for member_id in waiting if batch.reset else changed & waiting.keys():
                for news in waiting[member_id]:
                    news.set()

    def _concerned(
        self, batch: Batch, calling: dict[str, Row], waiting: Collection[str]
    ) -> set[str]:
        """Return whose rows changed; `calling` is what was known of the whistles, and is kept."""
        if batch.reset:
            calling.clear()
        found: set[str] = set()
        for change in batch.changes:
            if change.board in _MINE:
                found.add(change.key)
            elif change.board == WHISTLES:
                found |= self._called(change, calling.pop(change.key, None), waiting)
                if change.row is not None:
                    calling[change.key] = change.row
        return found

    def _called(self, change: Change, was: Row | None, waiting: Collection[str]) -> set[str]:
        """Return who is to see at once what became of a whistle.

        Everybody, when one more or less can be claimed. One more who comes is news for those who
        belong there or go there; whoever else is told how many looks by themselves soon enough.
        """
        now = change.row
        if was is None or now is None or is_full(was) != is_full(now):
            return set(waiting)
        where, community = change.jurisdiction, now["community"]
        # Who gave it back is told by rows of their own, as whoever a fact names.
        return {*now["claimed"]} | {
            it for it in waiting if community in ties_of(self._boards, where, it)
        }
