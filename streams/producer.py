"""A kafka-python producer that is replaced once it has failed, so that an outage has an end.

Its idempotent producer gives up its id when a message expires that was tried before, and then never
asks for another one: from then on it sends nothing and says nothing. So none is used any further
that let a message fail; whoever publishes is told, and the next one is made beside.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from coordinator.errors import CoordinatorError
from streams.brokers import Brokers, connecting
from streams.topics import NoBroker

log = structlog.get_logger()

TIME_OUT_S: Final = 15.0
"""After which a message is given up."""
_CONNECT_MS: Final = 5_000
_BYTES_MAX: Final = 1_000_000
_AGAIN_S: Final = 0.5
_RECONNECT_MS: Final = 1_000


class Disconnected(CoordinatorError):
    """The producer failed, and there is no other one yet."""

    code = "disconnected"

    def __init__(self) -> None:
        super().__init__("the brokers were lost and are being looked for")


class LastingProducer:
    """Gives the producer to use now, from any number of threads."""

    def __init__(self, bootstrap: Brokers | str, *, linger_ms: int) -> None:
        """Connect.

        Args:
            bootstrap: brokers, `host:port` with commas.
            linger_ms: how long a message may wait for others to travel with.

        Raises:
            NoBroker: the brokers do not answer.
        """
        self._bootstrap = bootstrap
        self._linger_ms = linger_ms
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._ending: list[threading.Thread] = []
        self._current: Any = self._make()

    @property
    def connected(self) -> bool:
        """Whether there is a producer to use now."""
        return self._current is not None

    def now(self) -> Any:
        """Return the producer.

        Raises:
            Disconnected: there is none now.
        """
        current = self._current
        if current is None:
            raise Disconnected
        return current

    def failed(self, producer: Any) -> None:
        """Use a producer no more; what it still holds has as long as it would have had."""
        with self._lock:
            if producer is not self._current or self._closed.is_set():
                return
            self._current = None
            self._ending = [it for it in self._ending if it.is_alive()]
            self._begin(_end, producer)
            self._begin(self._replace)
        log.warning("producer.failed")

    def flush(self) -> None:
        """Wait until nothing is on its way, as long as a message may take."""
        with suppress(KafkaError, Disconnected):
            self.now().flush(timeout=TIME_OUT_S)

    def close(self) -> None:
        """Send what waits and disconnect."""
        self._closed.set()
        with self._lock:
            current, self._current = self._current, None
            ending = list(self._ending)
        if current is not None:
            _end(current)
        for it in ending:
            it.join()

    def _begin(self, work: Callable[..., None], *given: Any) -> None:
        # A process that is told to end does not wait for brokers that are gone.
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._ending.append(thread)
        thread.start()

    def _replace(self) -> None:
        while not self._closed.is_set():
            try:
                made = self._make()
            except CoordinatorError as error:
                # No brokers yet; or a password or certificate that is being written anew.
                if not isinstance(error, NoBroker):
                    log.warning("producer.not_replaced", reason=str(error))
                self._closed.wait(_AGAIN_S)
                continue
            with self._lock:
                wanted = not self._closed.is_set()
                if wanted:
                    self._current = made
            if wanted:
                log.info("producer.replaced")
            else:
                _end(made)
            return

    def _make(self) -> Any:
        try:
            return KafkaProducer(
                **connecting(self._bootstrap),
                bootstrap_timeout_ms=_CONNECT_MS,
                # Left to itself it would look for a lost broker twice a minute after a while.
                reconnect_backoff_max_ms=_RECONNECT_MS,
                acks="all",
                enable_idempotence=True,
                linger_ms=self._linger_ms,
                max_request_size=_BYTES_MAX,
                max_block_ms=_CONNECT_MS,
                request_timeout_ms=int(TIME_OUT_S * 500),
                delivery_timeout_ms=int(TIME_OUT_S * 1_000),
            )
        except KafkaError as error:
            raise NoBroker(f"bootstrap: {self._bootstrap!r}: {error}") from None


def _end(producer: Any) -> None:
    """Send what waits, fail what cannot be sent, and disconnect."""
    try:
        producer.close(timeout=TIME_OUT_S)
    except KafkaError:
        # It gave up waiting before it would have ended its thread, and the futures with it.
        producer._sender.force_close()
        with suppress(KafkaError):
            producer.close(timeout=TIME_OUT_S)
