"""The follower that counts, for Prometheus."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from coordinator.engine.speculation import FAILED_AT, Receipt
from coordinator.log.follow import Step
from schemas.events.deadline import DeadlineFailed
from schemas.events.notice import SignalRefused


class Measuring:
    name = "measuring"

    def __init__(self, registry: CollectorRegistry) -> None:
        self._records = Counter(
            "coordinator_records", "Records confirmed.", ["log"], registry=registry
        )
        self._events = Counter("coordinator_events", "Facts decided.", ["type"], registry=registry)
        self._tip = Gauge("coordinator_tip_seq", "Seq of the tip.", ["log"], registry=registry)
        self._signals = Counter(
            "coordinator_signals", "Signals answered.", ["outcome"], registry=registry
        )
        self._failed = Counter(
            "coordinator_failed_signals",
            "Signals refused because the coordinator failed at them: a defect, to be reported.",
            ["log"],
            registry=registry,
        )
        self._failed_deadlines = Counter(
            "coordinator_failed_deadlines",
            "Deadlines the coordinator failed at: tried again, then set aside; to be reported.",
            ["log"],
            registry=registry,
        )
        self._latency = Histogram(
            "coordinator_decision_seconds",
            "From a signal's arrival to its confirmation, by the coordinator's clock.",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
            registry=registry,
        )

    async def take(self, steps: Sequence[Step]) -> None:
        log_id = steps[-1].record.log_id
        self._records.labels(log_id).inc(len(steps))
        self._tip.labels(log_id).set(steps[-1].record.seq)
        # Shown as none before the first: an alert sees a step only from something.
        self._failed.labels(log_id)
        self._failed_deadlines.labels(log_id)
        counted: dict[str, int] = {}
        for step in steps:
            for event in step.events:
                kind = type(event).__name__
                counted[kind] = counted.get(kind, 0) + 1
                if isinstance(event, SignalRefused) and event.rule == FAILED_AT:
                    self._failed.labels(log_id).inc()
                elif isinstance(event, DeadlineFailed):
                    self._failed_deadlines.labels(log_id).inc()
        for kind, count in counted.items():
            self._events.labels(kind).inc(count)

    def answered(self, receipt: Receipt, seconds: float) -> None:
        """Count one answer to a sender."""
        if receipt.duplicate:
            outcome = "duplicate"
        elif receipt.nothing_changed:
            outcome = "nothing_changed"
        else:
            outcome = "accepted" if receipt.refused is None else "refused"
        self._signals.labels(outcome).inc()
        self._latency.observe(seconds)
