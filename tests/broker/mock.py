"""Not a broker: librdkafka's imitation of one, in this process, for machines that can run none.

It keeps what is produced and gives it back; it knows no admin requests and makes topics when they
are asked for. What needs a real broker is skipped on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Producer


@contextmanager
def mock_broker() -> Iterator[str]:
    """Run the imitation; gives its bootstrap address."""
    keeper = Producer({"bootstrap.servers": "nowhere:1", "test.mock.num.brokers": 1})
    (only,) = keeper.list_topics(timeout=10).brokers.values()
    yield f"{only.host}:{only.port}"
    keeper.flush(1)
