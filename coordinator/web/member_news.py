"""Wakes the streams of members whose own rows changed: one reader of the feed for all of them.

A stream for each phone that looked at every change would cost phones times changes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from coordinator.boards.ports import BoardStore, LiveFeed

_MINE = frozenset({"my_assignment", "my_duty"})


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
        async for batch in self._feed.subscribe([jurisdiction], after=after):
            waiting = self._waiting.get(jurisdiction, {})
            # What a reset brings was perhaps changed before: everybody looks again.
            changed = {it.key for it in batch.changes if it.board in _MINE}
            for member_id in waiting if batch.reset else changed & waiting.keys():
                for news in waiting[member_id]:
                    news.set()
