"""What a worker counts, for Prometheus."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from coordinator.clock import Clock
from coordinator.home.measuring import Measuring
from coordinator.log.follow import Step

_TO_OWN = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)
_DECISION = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30)


class WorkerMeasuring(Measuring):
    """Counts what is confirmed, and how long it took to own and to decide."""

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        super().__init__(registry)
        self._clock = clock
        self._to_own = Histogram(
            "coordinator_time_to_own_seconds",
            "From the assignment of a partition to the first decision that may be made.",
            ["log"],
            buckets=_TO_OWN,
            registry=registry,
        )
        self._confirmed = Histogram(
            "coordinator_signal_to_confirmed_seconds",
            "From the moment a signal was sent to its decision being confirmed.",
            buckets=_DECISION,
            registry=registry,
        )
        self._lag = Gauge(
            "coordinator_input_lag",
            "Messages of an input partition beyond the cursor in the log.",
            ["input", "log"],
            registry=registry,
        )
        self._input_halted = Gauge(
            "coordinator_input_halted",
            "1 while nothing is taken from an input because its offsets went back.",
            ["input", "log"],
            registry=registry,
        )
        self._ahead = Gauge(
            "coordinator_log_ahead_of_clock_seconds",
            "How far the time of a log is ahead of its owner's clock.",
            ["log"],
            registry=registry,
        )
        self._rejected = Gauge(
            "coordinator_log_rejected_records",
            "Records of the partition that do not count, by reason.",
            ["log", "reason"],
            registry=registry,
        )
        self._in_doubt = Gauge(
            "coordinator_log_in_doubt_appends",
            "Appends whose outcome had to be read from the log, by this owner.",
            ["log"],
            registry=registry,
        )
        self._halts = Counter(
            "coordinator_halts",
            "Times a jurisdiction stopped being decided here.",
            ["log"],
            registry=registry,
        )

    async def take(self, steps: Sequence[Step]) -> None:
        await super().take(steps)
        now = self._clock.now()
        for step in steps:
            if step.record.signal_id:
                self._confirmed.observe(max(0, now - step.record.at) / 1_000)

    def owned(self, log_id: str, seconds: float) -> None:
        """Note how long it took to own a log."""
        self._to_own.labels(log_id).observe(seconds)

    def lag(self, source: str, log_id: str, messages: int) -> None:
        self._lag.labels(source, log_id).set(messages)

    def input_halted(self, source: str, log_id: str, *, halted: bool) -> None:
        self._input_halted.labels(source, log_id).set(halted)

    def ahead(self, log_id: str, milliseconds: int) -> None:
        self._ahead.labels(log_id).set(milliseconds / 1_000)

    def rejected(self, log_id: str, reason: str, records: int) -> None:
        self._rejected.labels(log_id, reason).set(records)

    def in_doubt(self, log_id: str, appends: int) -> None:
        self._in_doubt.labels(log_id).set(appends)

    def halted(self, log_id: str) -> None:
        """Count an owner that stopped."""
        self._halts.labels(log_id).inc()
