"""Our topics on the broker that all tests share: each test that needs them begins without them."""

import time
from contextlib import suppress
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import UnknownTopicOrPartitionError

from streams.topics import Topic


def ours(client: Any) -> list[str]:
    """Return those of our topics that are there."""
    return [it for it in client.list_topics() if it in set(map(str, Topic))]


def forget(bootstrap: str) -> None:
    """Delete our topics and wait until the broker has forgotten them."""
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        for _ in range(100):
            left = ours(client)
            if not left:
                return
            with suppress(UnknownTopicOrPartitionError):
                client.delete_topics(left)
            time.sleep(0.1)
    finally:
        client.close()
    raise AssertionError("the broker keeps topics that were deleted")
