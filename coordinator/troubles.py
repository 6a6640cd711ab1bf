"""What can be wrong with a running coordinator, and which of it means that it is not working."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class TroubleKind(StrEnum):
    """One thing that is wrong; desks, metrics and alert rules know it by this name."""

    STOPPED = "stopped"
    SUPERSEDED = "superseded"
    NOBODY_DECIDES = "nobody_decides"
    AHEAD_OF_CLOCK = "ahead_of_clock"
    DEADLINE_LATE = "deadline_late"
    PART_FAILED = "part_failed"
    PUBLISHING_FAILED = "publishing_failed"
    SENDING_FAILED = "sending_failed"
    CHANNEL_DOWN = "channel_down"
    CHANNEL_LATE = "channel_late"
    DISK_FULL = "disk_full"
    DISK_LOW = "disk_low"
    DRAWING_BEHIND = "drawing_behind"
    PLANNER_DOWN = "planner_down"


GRAVE: Final = frozenset(TroubleKind) - {
    TroubleKind.CHANNEL_DOWN,
    TroubleKind.CHANNEL_LATE,
    TroubleKind.DISK_LOW,
    TroubleKind.DRAWING_BEHIND,
    TroubleKind.PLANNER_DOWN,
}
"""With one of these it does not do what it is there for; the others cost time, and are told.

A channel that is down is the world's fault, not its own: to start it anew would mend nothing."""


class Trouble(NamedTuple):
    """One thing that is wrong.

    `about` is the jurisdiction it is of, or the place of a channel, empty for the whole; `why` what
    the program knows of it; `amount` how much: seconds late, behind or down, milliseconds never,
    free bytes of a disk.
    """

    kind: TroubleKind
    about: str = ""
    why: str = ""
    amount: float | None = None

    def __str__(self) -> str:
        about = f" {self.about}" if self.about else ""
        amount = f" ({self.amount:g})" if self.amount is not None else ""
        return f"{self.kind.value}{about}{amount}" + (f": {self.why}" if self.why else "")

    def document(self) -> dict[str, Any]:
        """Return it as health answers it."""
        return {"grave": self.kind in GRAVE, **self._asdict()}


def works(troubles: Iterable[Trouble]) -> bool:
    """Say whether a coordinator with these troubles still does what it is there for."""
    return not any(it.kind in GRAVE for it in troubles)


class TroubleGauge(Collector):
    """`coordinator_trouble`: 1 for each thing that is wrong, nothing for what is not."""

    def __init__(self, read: Callable[[], Sequence[Trouble]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        gauge = GaugeMetricFamily(
            "coordinator_trouble",
            "What is wrong now, by kind and jurisdiction; 1 while it is.",
            labels=["kind", "about", "grave"],
        )
        for it in dict.fromkeys((one.kind, one.about) for one in self._read()):
            kind, about = it
            gauge.add_metric([kind.value, about, "yes" if kind in GRAVE else "no"], 1)
        yield gauge
