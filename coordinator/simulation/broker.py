"""A log as a broker's partition keeps it: everything lands, late, twice or in another order.

Reading may lag behind writing, and an acknowledgement may be lost on its way back.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from coordinator.engine.intake import Arrival
from coordinator.errors import LogInDoubt
from coordinator.simulation.faults import Fault
from coordinator.simulation.loop import now
from coordinator.simulation.process import Process
from coordinator.simulation.weather import Weather
from schemas.events.notice import SignalRefused
from schemas.signals.envelope import Signal

_SIGNALS = "signals"
_TIME_OUT_S, _GHOST_S, _LAG_S, _IDLE_S = 5.0, 90.0, 3.0, 3_600.0


class Topic:
    """One partition of the log topic: the values and when each one landed."""

    def __init__(self, landed: Callable[[bytes], None]) -> None:
        self.values: list[bytes] = []
        self._at: list[float] = []
        self._landed = landed

    def land(self, value: bytes) -> None:
        self.values.append(value)
        self._at.append(now())
        self._landed(value)

    def cut(self, length: int) -> None:
        """Lose what stands behind so many values, as an unclean election does."""
        del self.values[length:]
        del self._at[length:]

    def length_at(self, seconds: float) -> int:
        """Return how many values had landed at a moment."""
        length = len(self._at)
        while length and self._at[length - 1] > seconds:
            length -= 1
        return length


class TopicPartition:
    """The partition as one process reaches it."""

    def __init__(self, topic: Topic, process: Process, weather: Weather) -> None:
        self._topic = topic
        self._process = process
        self._weather = weather
        self._seen = 0

    async def produce(self, values: Sequence[bytes]) -> int:
        # Slow enough for signals to queue up behind it, so that many go into one write.
        await self._process.io(2)
        chance, strikes = self._process.chance, self._weather.strikes
        if strikes(Fault.GHOST_WRITE, chance, 0.15):
            asyncio.get_running_loop().call_later(
                _TIME_OUT_S + chance.random() * _GHOST_S, self._land_all, list(values)
            )
            await self._time_out("it is still on its way")
        landing = list(values)
        if strikes(Fault.REORDERED_WRITE, chance, 0.06):
            chance.shuffle(landing)
            landing = landing[: chance.randint(0, len(landing))]
        if strikes(Fault.DUPLICATED_WRITE, chance, 0.06):
            landing += landing[: chance.randint(1, len(landing))] if landing else []
        in_doubt = strikes(Fault.IN_DOUBT, chance, 0.06)
        if not (in_doubt and chance.random() < 0.5):
            self._land_all(landing)
        await self._process.io()
        if in_doubt or len(landing) < len(values):
            await self._time_out("no acknowledgement")
        if strikes(Fault.FOREIGN_RECORD, chance, 0.05):
            self._topic.land(chance.choice([b"", b"\x01not a record", values[0][:40]]))
        return len(self._topic.values)

    def _land_all(self, values: Sequence[bytes]) -> None:
        for value in values:
            self._topic.land(value)

    async def _time_out(self, why: str) -> None:
        await self._process.wait(_TIME_OUT_S)
        raise LogInDoubt("partition", why)

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        await self._process.io(0.002)
        last = min(len(self._topic.values), offset + values_max)
        return [(at, self._topic.values[at]) for at in range(offset, last)]

    async def end(self) -> int:
        await self._process.io(0.002)
        seconds = now()
        if self._weather.strikes(Fault.SLOW_READS, self._process.chance, 0.1):
            seconds -= self._process.chance.random() * _LAG_S
        # What a reader has seen once it goes on seeing: only cut logs grow shorter.
        self._seen = min(max(self._seen, self._topic.length_at(seconds)), len(self._topic.values))
        return self._seen


class InputTopic:
    """The signals of one jurisdiction, kept in the order they landed in."""

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self._news = asyncio.Event()

    def land(self, signal: Signal) -> None:
        self.signals.append(signal)
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait for a signal, but not for ever."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return


class TopicInput:
    """The input as one owner reads it."""

    def __init__(self, topic: InputTopic, process: Process) -> None:
        self._topic = topic
        self._process = process
        self._offset = 0

    def begin(self, cursor: Mapping[str, int]) -> None:
        self._offset = cursor.get(_SIGNALS, 0)

    async def fetch(self, *, signals_max: int, until: int | None) -> Sequence[Arrival]:
        await self._process.io()
        offset = self._offset
        if offset >= len(self._topic.signals):
            seconds = _IDLE_S if until is None else (until - self._process.now()) / 1_000
            await self._topic.news(min(_IDLE_S, max(0.05, seconds)))
            await self._process.io()
        found = self._topic.signals[offset : offset + signals_max]
        self._offset += len(found)
        return [Arrival(_SIGNALS, offset + index, signal) for index, signal in enumerate(found)]

    async def turned_away(self, arrival: Arrival, refused: SignalRefused) -> None:
        """No clock is so slow here, and no id taken twice."""
        raise AssertionError(f"{arrival.signal.signal_id}: {refused.rule.code}")
