"""That call-outs have left is told to whoever decides: the time to answer begins then.

Some are told at a time, so that a flood costs few records. What cannot be told is not told again
after a restart: the time to answer then runs from the decision.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from coordinator.clock import Clock
from coordinator.errors import Busy, CoordinatorError, LogFull
from coordinator.log.naming import jurisdiction_of
from coordinator.outbox.effects import ActualEffect
from schemas.ids import ulid_of
from schemas.signals.assignment import CALL_OUTS_MAX, CallOutsLeft
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role

log = structlog.get_logger()

ACTOR: Final = "outbox"
OFFERED: Final = "assignment_offered"
_GATHER_S: Final = 0.5
_AGAIN_S: Final = 1.0


class LeftCallOuts:
    """Gathers what left and hands it in, once for each call-out however many channels took it."""

    def __init__(self, submit: Callable[[Signal], Awaitable[object]], clock: Clock) -> None:
        """Begin.

        Args:
            submit: where signals are handed in.
            clock: what time it is told with.
        """
        self._submit = submit
        self._clock = clock
        self._left: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._telling: asyncio.Task[None] | None = None

    def note(self, effect: ActualEffect) -> None:
        """Take note of what has left; of anything but a call-out nobody waits for an answer so."""
        if effect.kind != OFFERED:
            return
        self._left[effect.log_id][effect.about] = None
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(), name="call-outs left")

    def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    async def _tell(self) -> None:
        while self._left:
            await asyncio.sleep(_GATHER_S)
            left, self._left = self._left, defaultdict(dict)
            for log_id, ids in sorted(left.items()):
                await self._hand_in(log_id, list(ids))

    async def _hand_in(self, log_id: str, ids: list[str]) -> None:
        for start in range(0, len(ids), CALL_OUTS_MAX):
            some = tuple(ids[start : start + CALL_OUTS_MAX])
            now = self._clock.now()
            signal = CallOutsLeft(
                signal_id=ulid_of(now, ACTOR, log_id, *some),
                jurisdiction=jurisdiction_of(log_id),
                at=now,
                actor_id=ACTOR,
                actor_role=Role.SYSTEM,
                assignment_ids=some,
            )
            try:
                await self._submit(signal)
            except (Busy, LogFull):
                # Whoever was told meanwhile gains a second; nobody loses one.
                self._left[log_id] |= dict.fromkeys(some)
                await asyncio.sleep(_AGAIN_S)
            except CoordinatorError as error:
                log.warning("call_outs_left.not_told", log_id=log_id, reason=str(error)[:300])
