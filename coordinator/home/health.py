"""How the home on one machine is: looked at whenever somebody asks, and every few seconds.

Nobody may be asking: what begins and ends is in the program's log, too, and a moment that goes on
(`coordinator_alive_timestamp_seconds`) lets an alarm ring when this stops.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import structlog
from prometheus_client import CollectorRegistry, Gauge

from coordinator.boards.drawing import Boards
from coordinator.clock import Clock, WallClock
from coordinator.engine.owner import Owner
from coordinator.errors import Superseded
from coordinator.home.planner import PlannerBeside
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.outbox.outbox import Outbox
from coordinator.troubles import GRAVE, Trouble, TroubleGauge, TroubleKind, works

log = structlog.get_logger()

_EVERY_S: Final = 5.0
_LATE_S: Final = 10.0
_BEHIND_S: Final = 2.0
_DOWN_S: Final = 30.0
_MB: Final = 1_000_000
_FULL_MB: Final = 50


class Parts(Protocol):
    """What a home is made of, as far as its health goes."""

    @property
    def owners(self) -> Mapping[str, Owner]: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def drawing(self) -> Boards: ...

    @property
    def planner(self) -> PlannerBeside | None: ...

    @property
    def failed(self) -> str | None: ...

    @property
    def notification_setup(self) -> NotificationSetup: ...

    def waiting(self, jurisdiction: str) -> int: ...

    def decides(self, jurisdiction: str) -> bool: ...


class HomeHealth:
    """Looks at a home and tells what is wrong with it."""

    def __init__(
        self,
        home: Parts,
        clock: Clock,
        folder: Path,
        registry: CollectorRegistry,
        *,
        disk_low_mb: int,
    ) -> None:
        """Look at nothing yet.

        Args:
            home: what is looked at.
            clock: the home's, by which deadlines are due.
            folder: the data folder, whose disk is looked at.
            registry: where it is counted.
            disk_low_mb: with less left than this the disk is low, in megabytes.
        """
        self._home, self._clock, self._folder = home, clock, folder
        self._disk_low = disk_low_mb * _MB
        self._free: int | OSError | None = None
        self._planner_down_at: float | None = None
        self._known: dict[tuple[TroubleKind, str], Trouble] = {}
        self._alive = Gauge(
            "coordinator_alive_timestamp_seconds",
            "When it last looked after itself, real time; stands still if it hangs.",
            registry=registry,
        )
        registry.register(TroubleGauge(self.troubles))

    def troubles(self) -> list[Trouble]:
        """Return what is wrong now, the gravest first."""
        found = [*self._deciding(), *self._beside(), *self._disk()]
        return sorted(found, key=lambda it: (works([it]), list(TroubleKind).index(it.kind)))

    def document(self) -> dict[str, Any]:
        """Return what `/health` answers of the deciding and what is beside it."""
        home, troubles = self._home, self.troubles()
        owners = sorted(home.owners.items())
        return {
            "ok": works(troubles),
            "troubles": [it.document() for it in troubles],
            "failed": home.failed,
            "now": self._clock.now(),
            "speed": getattr(self._clock, "speed", 1),
            "outbox_waiting": home.outbox.waiting,
            "outbox_failing": home.outbox.failing,
            "planner": None if home.planner is None else home.planner.health(),
            "ahead_of_clock_ms": {it: owner.ahead_ms for it, owner in owners if owner.ahead_ms},
            "jurisdictions": {
                jurisdiction: {
                    "seq": owner.confirmed.tip.seq,
                    "epoch": owner.confirmed.tip.epoch,
                    "waiting": home.waiting(jurisdiction),
                    "stopped_because": owner.stopped_because,
                }
                for jurisdiction, owner in owners
            },
        }

    async def run(self) -> None:
        """Look every few seconds, for ever, and log what begins and what is over."""
        while True:
            self._alive.set(WallClock().now() / 1_000)
            await asyncio.to_thread(self.look_at_disk)
            now = {(it.kind, it.about): it for it in self.troubles()}
            for key in now.keys() - self._known.keys():
                it = now[key]
                tell = log.error if it.kind in GRAVE else log.warning
                tell("trouble.began", kind=it.kind.value, about=it.about, why=it.why)
            for kind, about in self._known.keys() - now.keys():
                log.info("trouble.over", kind=kind.value, about=about)
            self._known = now
            await asyncio.sleep(_EVERY_S)

    def _deciding(self) -> Iterator[Trouble]:
        speed = getattr(self._clock, "speed", 1)
        for where, owner in sorted(self._home.owners.items()):
            if owner.stopped_because is not None:
                superseded = isinstance(owner.stopped_by, Superseded)
                kind = TroubleKind.SUPERSEDED if superseded else TroubleKind.STOPPED
                yield Trouble(kind, where, owner.stopped_because)
                continue
            if not self._home.decides(where):
                yield Trouble(TroubleKind.NOBODY_DECIDES, where)
            if not owner.in_time:
                yield Trouble(TroubleKind.AHEAD_OF_CLOCK, where, amount=owner.ahead_ms / 1_000)
            wakes_at = owner.wakes_at
            late_s = 0 if wakes_at is None else (self._clock.now() - wakes_at) / 1_000 / speed
            if late_s > _LATE_S:
                yield Trouble(TroubleKind.DEADLINE_LATE, where, amount=round(late_s, 1))

    def _beside(self) -> Iterator[Trouble]:
        if self._home.failed is not None:
            yield Trouble(TroubleKind.PART_FAILED, why=self._home.failed)
        if self._home.outbox.failing is not None:
            yield Trouble(TroubleKind.SENDING_FAILED, why=self._home.outbox.failing)
        yield from self._home.notification_setup.out.troubles()
        behind_s = self._home.drawing.behind_s()
        if behind_s > _BEHIND_S:
            yield Trouble(TroubleKind.DRAWING_BEHIND, amount=round(behind_s, 1))
        planner = self._home.planner
        if planner is None or planner.ready.is_set():
            self._planner_down_at = None
            return
        now = time.monotonic()
        self._planner_down_at = self._planner_down_at or now
        # It takes seconds to start, and is started anew by itself.
        if now - self._planner_down_at > _DOWN_S:
            down_s = round(now - self._planner_down_at)
            yield Trouble(TroubleKind.PLANNER_DOWN, amount=down_s)

    def look_at_disk(self) -> None:
        """Ask how much is free; off the loop that decides, for a disk may hang."""
        try:
            self._free = shutil.disk_usage(self._folder).free
        except OSError as error:
            self._free = error

    def _disk(self) -> Iterator[Trouble]:
        free = self._free
        if isinstance(free, OSError):
            yield Trouble(TroubleKind.DISK_FULL, why=str(free))
        elif free is not None and free < _FULL_MB * _MB:
            yield Trouble(TroubleKind.DISK_FULL, amount=free)
        elif free is not None and free < self._disk_low:
            yield Trouble(TroubleKind.DISK_LOW, amount=free)
