"""Those who send signals: each signal is sent again until somebody says that it was taken.

Over HTTP a receipt says that it is on the log; on a broker an acknowledgement says that it is in
the input. Both are promises, and both are held against the log in the end.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any, Protocol

from coordinator.domain.turned_away import is_turning_away
from coordinator.engine.speculation import Receipt
from coordinator.errors import Busy, LogError, NotDeciding
from coordinator.simulation.faults import Fault
from coordinator.simulation.history import START, History
from coordinator.simulation.loop import now, sleep
from coordinator.simulation.weather import Weather
from schemas import catalogue
from schemas.ids import ulid_of
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm, Role

_TIME_OUT_S, _AGAIN_S = 20.0, 15.0
_HOUR_S = 3_600.0


class Door(Protocol):
    """Where a signal is handed in."""

    async def submit(self, signal: Signal) -> Receipt | None:
        """Return a receipt, or None where taking it is all that is promised."""
        ...


class Senders:
    """Everybody who sends to one jurisdiction."""

    def __init__(
        self,
        jurisdiction: str,
        realm: Realm,
        door: Door,
        acknowledged: Callable[[Signal, Receipt | None], None],
        weather: Weather,
        history: History,
        *,
        seed: int,
    ) -> None:
        self._jurisdiction = jurisdiction
        self._realm = realm
        self._door = door
        self._acknowledged = acknowledged
        self._weather = weather
        self._history = history
        self._chance = random.Random(f"{seed}/senders/{jurisdiction}")
        self._sending: set[asyncio.Task[None]] = set()
        self._number = 0

    @property
    def waiting(self) -> int:
        return len(self._sending)

    def later(
        self, seconds: float, type_: str, role: Role, actor_id: str, /, **fields: Any
    ) -> None:
        """Say something in a while; the signal is made when it is said."""
        self._number += 1
        key = f"{self._jurisdiction}-{self._number}"
        self._begin(self._say(seconds, key, type_, role, actor_id, fields))

    def pass_on(self, signal: Signal, seconds: float) -> None:
        """Send a signal that was made elsewhere, once: who made it says it again if need be."""
        self._begin(self._once(signal, seconds))

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work, name=f"sender to {self._jurisdiction}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _once(self, signal: Signal, seconds: float) -> None:
        await sleep(seconds)
        await self._tried(signal.model_copy(update={"at": START + int(now() * 1_000)}))

    async def _say(
        self,
        seconds: float,
        key: str,
        type_: str,
        role: Role,
        actor_id: str,
        fields: dict[str, Any],
    ) -> None:
        await sleep(seconds)
        made = START + int(now() * 1_000)
        signal: Signal = catalogue.SIGNALS[type_](
            signal_id=ulid_of(made, key, type_),
            jurisdiction=self._jurisdiction,
            realm=self._realm,
            at=made,
            actor_id=actor_id,
            actor_role=role,
            **fields,
        )
        if self._weather.strikes(Fault.SIGNAL_LATE, self._chance, 0.1):
            await sleep(self._chance.random() * _HOUR_S)
        while not await self._tried(signal):
            await sleep(self._chance.random() * _AGAIN_S)
        while self._weather.strikes(Fault.SIGNAL_REPEATED, self._chance, 0.1):
            await sleep(self._chance.random() * _AGAIN_S)
            await self._tried(signal)

    async def _tried(self, signal: Signal) -> bool:
        try:
            receipt = await asyncio.wait_for(self._door.submit(signal), _TIME_OUT_S)
        except (TimeoutError, Busy, NotDeciding, LogError):
            return False
        if receipt is not None and is_turning_away(receipt.refused):
            # Its clock jumped back meanwhile: said again, it comes in at another time.
            return False
        self._acknowledged(signal, receipt)
        refused = "" if receipt is None or receipt.refused is None else " refused"
        again = " again" if receipt is not None and receipt.duplicate else ""
        self._history.count(f"acknowledged{again}")
        self._history.write(
            "sender",
            f"{signal.type} {signal.signal_id} taken{again}{refused}",  # type: ignore[attr-defined]
        )
        return True
