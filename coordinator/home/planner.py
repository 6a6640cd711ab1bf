"""The planner beside a home: a process that is told of news and whose proposals are handed in.

Deciding never waits for it. When it dies it is started again, less and less soon. Proposals are
handed in as they come, side by side: no county waits for another's disk. One whose unit was formed
meanwhile is dropped here, before it costs a record.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog
from pydantic import ValidationError

from coordinator.clock import Clock
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.unit.muster import waits
from coordinator.engine.speculation import Receipt
from coordinator.errors import Busy, CoordinatorError, LogFull
from coordinator.log.follow import Step
from coordinator.private.file import append_to_private
from coordinator.tasks import end_all
from schemas.catalogue import read_signal_document
from schemas.signals.envelope import Signal
from schemas.signals.unit import MusterProposed

log = structlog.get_logger()

_AT_MOST_EVERY_S: Final = 0.02
_AGAIN_S: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
_LINE_MAX: Final = 4_000_000
_END_S: Final = 2.0
_PAUSE_S: Final = 1.0
_ON_THEIR_WAY_MAX: Final = 2_000


class PlannerBeside:
    """Starts the process, passes news on, hands its signals in."""

    name = "planner"

    def __init__(
        self,
        database: Path,
        clock: Clock,
        submit: Callable[[Signal], Awaitable[Receipt]],
        *,
        state_of: Callable[[str], Jurisdiction] | None = None,
        travel: str = "",
    ) -> None:
        """Prepare.

        Args:
            database: the home's file.
            clock: what time the planner is told.
            submit: where proposals are handed in.
            state_of: the confirmed state of a jurisdiction; None where nobody knows it.
            travel: as `planning.travel.travel_times` takes it.
        """
        self._database = database
        self._clock = clock
        self._submit = submit
        self._travel = travel
        self._state_of = state_of
        self._handing_in: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._grown: set[str] = set()
        self._process: Process | None = None
        self._running: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.starts = 0
        self._closing = False
        self.proposed = 0
        self.refused = 0
        self.dropped = 0

    async def take(self, steps: Sequence[Step]) -> None:
        if steps:
            self._grown.add(steps[0].record.log_id)
            self._news.set()

    def start(self) -> None:
        self._running = asyncio.create_task(self._run(), name="planner")

    async def close(self) -> None:
        """End the process."""
        self._closing = True
        if self._process is not None:
            await _end(self._process)
        if self._running is not None:
            await end_all([self._running])

    def health(self) -> dict[str, Any]:
        running = self._process is not None and self._process.returncode is None
        return {
            "running": running,
            "ready": self.ready.is_set(),
            "starts": self.starts,
            "proposed": self.proposed,
            "refused": self.refused,
            "dropped": self.dropped,
        }

    async def _run(self) -> None:
        failures = 0
        while not self._closing:
            self.starts += 1
            began = asyncio.get_running_loop().time()
            try:
                await self._once()
            except (OSError, ValueError) as error:
                if self._closing:
                    return
                log.warning("planner.failed", reason=repr(error))
            if self._closing:
                return
            lived_s = asyncio.get_running_loop().time() - began
            failures = 1 if lived_s > _AGAIN_S[-1] else failures + 1
            again_s = _AGAIN_S[min(failures, len(_AGAIN_S)) - 1]
            log.warning("planner.ended", starts=self.starts, again_s=again_s)
            await asyncio.sleep(again_s)

    async def _once(self) -> None:
        with append_to_private(self._database.with_name("planner.log")) as words:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "coordinator.planning.process", str(self._database),
                "--travel", self._travel, stdin=PIPE, stdout=PIPE, stderr=words, limit=_LINE_MAX,
                # Ctrl-C at a terminal is for us alone; we end it when nothing is owed to it.
                start_new_session=True,
            )  # fmt: skip
        self._process = process
        self._news.set()
        telling = asyncio.create_task(self._tell(process), name="planner news")
        try:
            if process.stdout is None:
                raise ValueError("the planner has no output")
            async for line in process.stdout:
                self.ready.set()
                if line.strip():
                    await self._begin_to_hand_in(line)
        finally:
            self.ready.clear()
            await end_all([telling, *self._handing_in])
            await _end(process)

    async def _tell(self, process: Process) -> None:
        """Say that there is news; the process reads by itself what it is."""
        while process.stdin is not None:
            await self._news.wait()
            self._news.clear()
            words = (str(self._clock.now()), *sorted(self._grown))
            self._grown.clear()
            process.stdin.write(f"{' '.join(words)}\n".encode())
            await process.stdin.drain()
            await asyncio.sleep(_AT_MOST_EVERY_S)

    async def _begin_to_hand_in(self, line: bytes) -> None:
        """Hand in beside what is still on its way, in the order they came."""
        if len(self._handing_in) >= _ON_THEIR_WAY_MAX:
            await asyncio.wait(self._handing_in, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._hand_in(line), name="proposal")
        self._handing_in.add(task)
        task.add_done_callback(self._handing_in.discard)

    async def _hand_in(self, line: bytes) -> None:
        try:
            signal = read_signal_document(line)
            receipt = await self._taken(signal)
            if receipt is None:
                self.dropped += 1
                return
        except (ValidationError, CoordinatorError) as error:
            log.warning("planner.not_taken", reason=str(error)[:300])
            return
        self.proposed += 1
        self.refused += receipt.refused is not None

    async def _taken(self, signal: Signal) -> Receipt | None:
        """Hand in until there is room: the planner proposes each unit once.

        None: nobody waits for it any more.
        """
        while True:
            if not self._is_waited_for(signal):
                return None
            try:
                return await self._submit(signal)
            except (Busy, LogFull) as error:
                log.warning("planner.waits", reason=str(error)[:300])
                await asyncio.sleep(_PAUSE_S)

    def _is_waited_for(self, signal: Signal) -> bool:
        if self._state_of is None or not isinstance(signal, MusterProposed):
            return True
        unit = self._state_of(signal.jurisdiction).units.by_id.get(signal.unit_id)
        return unit is not None and waits(unit)


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _END_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
