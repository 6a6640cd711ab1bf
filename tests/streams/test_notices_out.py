"""Effects from the topics of real people are handed over, and committed only once they are kept."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from coordinator.clock import SetClock
from coordinator.tasks import end_all
from streams.notices_out import NoticeFeed
from streams.topics import Topic
from tests.outbox.test_notices_out import Sending, addresses, effect, until
from tests.story import START

PLACE = TopicPartition(str(Topic.NOTICES), 0)


class Consumer:
    """One message a time, and what was committed."""

    def __init__(self, *keys: str) -> None:
        self._values = [json.dumps(asdict(effect(it))).encode() for it in keys]
        self.read = 0
        self.committed = 0

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[Any, Sequence[Any]]:
        await asyncio.sleep(0.001)
        if self.read == len(self._values):
            return {}
        self.read += 1
        return {PLACE: [SimpleNamespace(value=self._values[self.read - 1])]}

    async def commit(self) -> None:
        self.committed = self.read


async def test_what_cannot_be_kept_is_handed_over_again_before_anything_else_is_read(
    tmp_path: Path,
) -> None:
    text = "desk:dispatcher: ['json://127.0.0.1:9/desk']\n"
    sending = Sending(tmp_path, SetClock(START), notify_urls=addresses(tmp_path, text))
    out, consumer = sending.reach.out, Consumer("a", "b")
    file = out.deliveries._connection
    feed = NoticeFeed("127.0.0.1:9", out, session_s=6)
    await feed.stop()
    feed._consumer = consumer
    file.execute("PRAGMA query_only = ON")
    running = asyncio.create_task(feed.run())

    await until(lambda: "readonly" in out.health()["failing"].get("feed", ""))
    assert (consumer.read, consumer.committed) == (1, 0)
    file.execute("PRAGMA query_only = OFF")
    await until(lambda: consumer.committed == 2)
    await end_all([running])

    (counts,) = out.deliveries.counts().values()
    assert counts == {"waiting": 2}
    assert out.health()["failing"] == {}
    await sending.stop()
