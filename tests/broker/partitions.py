"""A partition of its own on a real broker, for as long as a test runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from aiokafka.admin import NewTopic

from streams.clients import administering, connected
from streams.partition import KafkaPartition

_NUMBER = count()


@asynccontextmanager
async def on_kafka(bootstrap: str, *, real: bool = True) -> AsyncIterator[KafkaPartition]:
    """Give a partition nobody else uses; an imitation of a broker makes it when it is asked for."""
    topic = f"log-{next(_NUMBER)}"
    if real:
        async with administering(bootstrap) as admin:
            await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"retention.ms": "-1"})])
    partition = KafkaPartition(bootstrap, topic, 0)
    async with connected(partition):
        yield partition
    if real:
        async with administering(bootstrap) as admin:
            await admin.delete_topics([topic])
