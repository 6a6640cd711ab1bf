"""A partition of a Kafka topic, as the log needs it: produce, fetch, end.

The producer waits for all in-sync replicas and is idempotent; a time-out is doubt, never failure.
Nothing here knows the acceptance rule: that is `coordinator.log.partition`.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from coordinator.errors import LogFull, LogInDoubt
from streams.brokers import Brokers, connecting
from streams.clients import Client, connect, disconnect

_TIME_OUT_S = 15.0
_POLL_MS = 200
_WAIT_MS = 100
"""How long a fetch waits for messages; what is asked on its connection meanwhile waits, too."""
_BYTES_MAX = 1_100_000


class KafkaPartition:
    """One partition, over a producer and a consumer of its own."""

    def __init__(self, bootstrap: Brokers | str, topic: str, partition: int) -> None:
        """Prepare; `start` connects.

        Args:
            bootstrap: brokers, `host:port` with commas.
            topic: the log topic.
            partition: which of its partitions.
        """
        self._name = f"{topic}-{partition}"
        self._at = TopicPartition(topic, partition)
        self._position: int | None = None
        self._end = 0
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer
        self._consumer: AIOKafkaConsumer
        self._connected: tuple[Client, ...] = ()

    async def start(self) -> None:
        """Connect to the brokers; may be tried again: a client that failed once is not used."""
        self._producer = AIOKafkaProducer(
            **connecting(self._bootstrap),
            acks="all",
            enable_idempotence=True,
            max_request_size=_BYTES_MAX,
            request_timeout_ms=int(_TIME_OUT_S * 1_000),
        )
        self._consumer = AIOKafkaConsumer(
            **connecting(self._bootstrap),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=_WAIT_MS,
            max_partition_fetch_bytes=8 * _BYTES_MAX,
        )
        await connect(self._producer, self._consumer)
        self._connected = (self._producer, self._consumer)
        self._consumer.assign([self._at])

    async def stop(self) -> None:
        """Send what waits and disconnect."""
        connected, self._connected = self._connected, ()
        await disconnect(*connected)

    async def produce(self, values: Sequence[bytes]) -> int:
        topic, partition = self._at
        try:
            async with asyncio.timeout(_TIME_OUT_S):
                sent = [
                    await self._producer.send(topic, value, partition=partition) for value in values
                ]
                landed = await asyncio.gather(*sent)
        except MessageSizeTooLargeError as error:
            raise LogFull(self._name, str(error)) from None
        except (KafkaError, TimeoutError) as error:
            raise LogInDoubt(self._name, f"{type(error).__name__}: {error}") from None
        self._end = max([self._end, *(it.offset + 1 for it in landed)])
        return self._end

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        try:
            async with asyncio.timeout(_TIME_OUT_S):
                if offset >= self._end and offset >= await self.end():
                    return []
                if self._position != offset:
                    self._consumer.seek(self._at, offset)
                while True:
                    found = await self._consumer.getmany(
                        self._at, timeout_ms=_POLL_MS, max_records=values_max
                    )
                    values = [(it.offset, it.value or b"") for it in found.get(self._at, ())]
                    if values:
                        self._position = values[-1][0] + 1
                        return values
        except (KafkaError, TimeoutError) as error:
            raise LogInDoubt(self._name, f"{type(error).__name__}: {error}") from None

    async def end(self) -> int:
        try:
            async with asyncio.timeout(_TIME_OUT_S):
                ends = await self._consumer.end_offsets([self._at])
        except (KafkaError, TimeoutError) as error:
            raise LogInDoubt(self._name, f"{type(error).__name__}: {error}") from None
        self._end = int(ends[self._at])
        return self._end
