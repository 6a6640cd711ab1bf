"""A partition of its own on a real broker, for as long as a test runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.partition import KafkaPartition

_NUMBER = count()


@asynccontextmanager
async def on_kafka(bootstrap: str, *, real: bool = True) -> AsyncIterator[KafkaPartition]:
    """Give a partition nobody else uses; an imitation of a broker makes it when it is asked for."""
    topic = f"log-{next(_NUMBER)}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    if real:
        await admin.start()
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"retention.ms": "-1"})])
    partition = KafkaPartition(bootstrap, topic, 0)
    await partition.start()
    try:
        yield partition
    finally:
        await partition.stop()
        if real:
            await admin.delete_topics([topic])
            await admin.close()
