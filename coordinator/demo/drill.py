"""Running a drill: the agenda meets the clock, what is due is submitted, nobody real is told."""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from coordinator.clock import Clock
from coordinator.demo.agenda import Agenda, Line
from coordinator.errors import CoordinatorError
from schemas.signals.envelope import Signal

log = structlog.get_logger()

_IDLE_MS = 500


class Drill:
    """Says what is on the agenda when its time comes, by the clock it is given."""

    def __init__(
        self, agenda: Agenda, clock: Clock, submit: Callable[[Signal], Awaitable[Any]]
    ) -> None:
        self._agenda = agenda
        self._clock = clock
        self._submit = submit
        self.outcomes: Counter[str] = Counter()
        self.unanswered = 0

    async def run(self, *, until: float = math.inf) -> None:
        """Play until the clock shows `until`, in UTC milliseconds; without it, for ever."""
        while self._clock.now() < until:
            due = self._agenda.take(self._clock.now())
            if due:
                await asyncio.gather(*(self._say(line) for line in due))
            following = self._agenda.next_at
            wake = until if following is None else min(following, until)
            await self._clock.sleep_until(int(min(wake, self._clock.now() + _IDLE_MS * 60)))

    async def _say(self, line: Line) -> None:
        self.unanswered += 1
        try:
            receipt = await self._submit(self._agenda.signal(line, self._clock.now()))
        except CoordinatorError as error:
            self.outcomes["failed"] += 1
            log.warning("drill.signal_failed", type=line.fields["type"], reason=str(error))
            return
        finally:
            self.unanswered -= 1
        self.outcomes["refused" if receipt.refused else "accepted"] += 1
        if receipt.refused is not None:
            log.debug(
                "drill.signal_refused", type=line.fields["type"], rule=receipt.refused.rule.code
            )
