"""Notices out: a channel to real people beside the inbox, by Apprise, Web Push or what comes.

`deliver` only writes down what is to be sent, so that no service that is slow or gone holds up the
outbox; `run` sends at least once, each try with a time-out, and records what became of it. Each
place has a lane of its own: one that hangs delays no other. What is due is claimed while what was
claimed before is still on its way, and what ended is noted with the next claim, in one transaction
on a thread of its own.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import structlog
from prometheus_client import CollectorRegistry, Counter

from coordinator.clock import Clock
from coordinator.outbox.call_outs_left import OFFERED
from coordinator.outbox.channel_watch import ChannelWatch, Late
from coordinator.outbox.deliveries import Deliveries, Delivery, Fate, Outcome
from coordinator.outbox.effects import ActualEffect
from coordinator.troubles import Trouble, TroubleKind
from schemas.durations import MINUTE

log = structlog.get_logger()

TIME_OUT_S = 20.0
AT_ONCE: Final = 8
"""Messages on their way to one place at once."""
_CLAIMED_MAX: Final = 4 * AT_ONCE
"""Of one place: enough that its lane never waits for a transaction."""
_LOOK_S = 0.5
_GATHER_S = 0.01
_END_S = 5.0
_LEASE_MS = 120_000
_TRIES_MAX = 10
_FIRST_PAUSE_MS = 5_000
_PAUSE_MAX_MS = 600_000
_WATCH_MS = 5_000
_FILE = "deliveries"
FEED: Final = "feed"
"""In `failing`: what comes from brokers and cannot be written down."""

_T = TypeVar("_T")


class NotSent(Exception):
    """The service did not take it now; tried again later."""


class Channel(Protocol):
    """One channel to reach people."""

    @property
    def name(self) -> str: ...

    def places(self, effect: ActualEffect) -> Sequence[str]:
        """Return where a message goes on this channel, each tried for itself; none: not on it.

        Each is named `<name of the channel>` or `<name of the channel>|<which>`.
        """
        ...

    def limit(self, place: str) -> int | None:
        """Return how many messages a place takes in a minute; None: as many as come."""
        ...

    async def send(self, effects: Sequence[ActualEffect], place: str) -> Fate:
        """Send one message to one place: `SENT`, or `UNREACHABLE` when there is no address.

        Args:
            effects: what is told, all to the same target; the worst first.
            place: one of those that `places` named.

        Raises:
            NotSent: it may work later.
        """
        ...

    def close(self) -> None: ...


class _Lane:
    """What goes to one place: `claimed` are on their way or wait for their turn here."""

    def __init__(self, limit: int | None) -> None:
        self.claimed = 0
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.limit = limit
        self._sent_at: deque[int] = deque()

    def room(self, now: int) -> int:
        """Return how many more may be claimed: the place of what waits is with what is worse."""
        # Few at a time would be a transaction for few.
        left = _CLAIMED_MAX - self.claimed
        left = left if left >= _CLAIMED_MAX // 2 else 0
        if self.limit is None:
            return left
        # A clock that was put back holds nobody up.
        while self._sent_at and not 0 <= now - self._sent_at[0] < MINUTE:
            self._sent_at.popleft()
        return max(0, min(left, self.limit - len(self._sent_at) - self.claimed))

    def sends(self, now: int) -> None:
        """Note that a message goes out: a service counts also what it does not take."""
        if self.limit is not None:
            self._sent_at.append(now)


class NoticesOut:
    """An `ActualSink`: by its type it can never be handed an exercise."""

    def __init__(
        self,
        deliveries: Deliveries,
        channels: Sequence[Channel],
        clock: Clock,
        registry: CollectorRegistry,
        *,
        put_back: Callable[[str], str] = str,
    ) -> None:
        """Begin.

        Args:
            deliveries: what is to be sent, until it is.
            channels: by which it goes.
            clock: what is due, and what comes too late, by.
            registry: of the metrics.
            put_back: puts typed words in place of their tokens, in what leaves and nowhere else.
        """
        self.deliveries = deliveries
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._news = asyncio.Event()
        self._closing = False
        self._swept, self._looked = 0, 0
        self._put_back = put_back
        self._lanes: dict[str, _Lane] = {}
        self._outcomes: list[Outcome] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="deliveries")
        self.on_left: Callable[[ActualEffect], None] | None = None
        self.failing: dict[str, str] = {}
        self._watch = ChannelWatch()
        self._watched = 0
        self._counters: dict[tuple[str, str], Counter] = {}
        self._counted = Counter(
            "coordinator_notices_out",
            "Tries to reach people beside the inbox.",
            ["channel", "outcome"],
            registry=registry,
        )

    @property
    def channels(self) -> list[str]:
        return list(self._channels)

    async def deliver(self, effects: Sequence[ActualEffect]) -> None:
        messages = [
            (effect, place)
            for effect in effects
            for channel in self._channels.values()
            for place in channel.places(effect)
        ]
        if messages:
            await self._in_file(lambda: self.deliveries.keep(messages))
            for _, place in messages:
                self._lane(place)
            self._news.set()

    async def _in_file(self, work: Callable[[], _T]) -> _T:
        """Work with the file where no loop waits for its commits."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _lane(self, place: str) -> _Lane:
        if place not in self._lanes:
            channel = self._channels.get(place.partition("|")[0])
            self._lanes[place] = _Lane(None if channel is None else channel.limit(place))
        return self._lanes[place]

    def health(self) -> dict[str, Any]:
        return {"places": self.deliveries.counts(), "failing": dict(self.failing)}

    def troubles(self) -> list[Trouble]:
        """Return what keeps notices from leaving; a desk that knows it takes up the telephone."""
        stuck = [self.failing[it] for it in (_FILE, FEED) if it in self.failing]
        unwritten = [Trouble(TroubleKind.SENDING_FAILED, why=it) for it in stuck]
        return unwritten + self._watch.troubles(self._clock.now())

    async def run(self) -> None:
        """Send what is due until closed; what is left is sent after the next start.

        A file that cannot be written is shown in health and tried again. What was sent and could
        not be noted is sent once more.
        """
        freed = None
        while not self._closing:
            self._news.clear()
            try:
                if freed is None:
                    freed = await self._begin()
                some = await self._send_due()
            except Exception as error:  # noqa: BLE001 - a full disk, say; shown, and no end of it
                some = False
                if _FILE not in self.failing:
                    log.warning("notices.file_failing", reason=repr(error))
                self.failing[_FILE] = f"{type(error).__name__}: {error}"
            else:
                self.failing.pop(_FILE, None)
            if some:
                # While it is busy many share a transaction.
                await asyncio.sleep(_GATHER_S)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_S)
        await self._end_sending()

    async def _begin(self) -> int:
        freed = await self._in_file(self.deliveries.begin_sending)
        if freed:
            log.info("notices.freed", claimed_by_the_dead=freed)
        return freed

    async def _send_due(self) -> bool:
        """Note what ended, begin to send what is due where there is room; False: nothing was."""
        now = self._clock.now()
        if now - self._looked >= _LOOK_S * 1_000:
            # Another process, or a life before this one, may have left something here.
            self._looked = now
            for place in await self._in_file(self.deliveries.places_waiting):
                self._lane(place)
        if now - self._watched >= _WATCH_MS:
            self._watched = now
            oldest = await self._in_file(self.deliveries.untried_since)
            self._watch.oldest = [Late(*it) for it in oldest]
        ended, self._outcomes = self._outcomes, []
        room = {place: left for place, lane in self._lanes.items() if (left := lane.room(now))}
        scarce = frozenset(place for place in room if self._lanes[place].limit is not None)
        turn = partial(
            self.deliveries.turn, now, outcomes=ended, room=room, scarce=scarce, lease_ms=_LEASE_MS
        )
        try:
            due = await self._in_file(turn)
        except BaseException:
            self._outcomes = [*ended, *self._outcomes]
            raise
        for some in due:
            self._begin_to_send(some)
        if not due and now - self._swept > _PAUSE_MAX_MS:
            self._swept = now
            await self._in_file(partial(self.deliveries.forget_old, now))
        return bool(due or ended)

    def _begin_to_send(self, deliveries: list[Delivery]) -> None:
        lane = self._lane(deliveries[0].place)
        lane.claimed += len(deliveries)
        task = asyncio.create_task(self._take(deliveries, lane))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _end_sending(self) -> None:
        """Let what is on its way end, and note what became of it; who hangs is not waited for."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=_END_S)
        try:
            await self._in_file(partial(self.deliveries.note, self._outcomes))
        except Exception as error:  # noqa: BLE001 - what was sent is sent once more after the next start
            log.warning("notices.file_failing", reason=repr(error))
        self._thread.shutdown(wait=False)

    def close(self) -> None:
        self._closing = True
        self._news.set()
        for channel in self._channels.values():
            channel.close()

    async def _take(self, deliveries: Sequence[Delivery], lane: _Lane) -> None:
        try:
            async with lane.turns:
                going = [it for it in deliveries if self._still_goes(it)]
                if going:
                    lane.sends(self._clock.now())
                    await self._send(self._channels[going[0].channel], going)
        finally:
            lane.claimed -= len(deliveries)
            self._news.set()

    def _still_goes(self, delivery: Delivery) -> bool:
        """Say whether a delivery is to be sent; end it otherwise."""
        if delivery.channel not in self._channels:
            why = f"no channel {delivery.channel!r} is set up here any more"
            self._end(delivery, Fate.FAILED, why)
        elif delivery.effect.expires_at <= self._clock.now():
            self._end(delivery, Fate.EXPIRED, "it would have arrived too late")
        elif delivery.superseded:
            self._end(delivery, Fate.SUPERSEDED, "something newer about it goes out")
        else:
            return not self._closing
        return False

    async def _send(self, channel: Channel, deliveries: Sequence[Delivery]) -> None:
        effects = [self._with_words(it.effect) for it in deliveries]
        place = deliveries[0].place
        reason = ""
        fate = Fate.WAITING
        try:
            async with asyncio.timeout(TIME_OUT_S):
                fate = await channel.send(effects, place)
        except NotSent as error:
            reason = str(error)
        except TimeoutError:
            reason = f"no answer within {TIME_OUT_S:.0f} s"
        except Exception as error:  # noqa: BLE001 - a library may fail in its own way; it is shown
            reason = type(error).__name__
        self._note_try(deliveries, fate, reason)

    def _note_try(self, deliveries: Sequence[Delivery], fate: Fate, reason: str) -> None:
        """Note what became of one message at its place."""
        place = deliveries[0].place
        if fate is Fate.WAITING:
            self._watch.refused(place, [it.effect for it in deliveries], reason, self._clock.now())
            for it in deliveries:
                self._put_off(it, reason)
            return
        if fate is Fate.SENT:
            self.failing.pop(place, None)
            self._watch.took(place)
        for it in deliveries:
            self._end(it, fate)
            if fate is Fate.SENT and self.on_left is not None:
                self.on_left(it.effect)

    def _with_words(self, effect: ActualEffect) -> ActualEffect:
        document = self._put_back_in(effect.document)
        if effect.kind == OFFERED:
            # The time to answer begins when it leaves, at whichever try that is.
            later = max(0, self._clock.now() - effect.at)
            document["answer_by"] = int(document["answer_by"]) + later
        return replace(effect, document=document)

    def _put_back_in(self, held: Any) -> Any:
        if isinstance(held, str):
            return self._put_back(held)
        if isinstance(held, Mapping):
            return {name: self._put_back_in(it) for name, it in held.items()}
        if isinstance(held, list | tuple):
            return [self._put_back_in(it) for it in held]
        return held

    def _end(self, delivery: Delivery, fate: Fate, reason: str | None = None) -> None:
        self._watch.gave_up(delivery.place, delivery.effect)
        self._outcomes.append(Outcome(delivery, fate, self._clock.now(), reason))
        self._count(delivery.channel, fate.value)

    def _count(self, channel: str, outcome: str) -> None:
        counter = self._counters.get((channel, outcome))
        if counter is None:
            counter = self._counters[channel, outcome] = self._counted.labels(channel, outcome)
        counter.inc()

    def _put_off(self, delivery: Delivery, reason: str) -> None:
        self.failing[delivery.place] = reason
        log.warning(
            "notice.not_sent",
            place=delivery.place,
            effect_id=delivery.effect.effect_id,
            tries=delivery.tries,
            reason=reason,
        )
        if delivery.tries >= _TRIES_MAX:
            self._end(delivery, Fate.FAILED, reason)
            return
        self._count(delivery.channel, "retried")
        pause = min(_PAUSE_MAX_MS, _FIRST_PAUSE_MS * 3 ** (delivery.tries - 1))
        again_at = self._clock.now() + pause
        self._outcomes.append(Outcome(delivery, Fate.WAITING, again_at, reason))
