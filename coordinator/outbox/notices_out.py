"""Notices out: a channel to real people beside the inbox, by Apprise, Web Push or what comes.

`deliver` only writes down what is to be sent, so that no service that is slow or gone holds up the
outbox; `run` sends at least once, each try with a time-out, and records what became of it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter

from coordinator.clock import Clock
from coordinator.outbox.deliveries import Deliveries, Delivery, Fate
from coordinator.outbox.effects import ActualEffect

log = structlog.get_logger()

TIME_OUT_S = 20.0
_AT_ONCE = 32
_LOOK_S = 0.5
_LEASE_MS = 120_000
_TRIES_MAX = 10
_FIRST_PAUSE_MS = 5_000
_PAUSE_MAX_MS = 600_000
_ASSIGNMENT = "assignment_"
_FILE = "deliveries"


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

    async def send(self, effect: ActualEffect, place: str) -> Fate:
        """Send one message to one place: `SENT`, or `UNREACHABLE` when there is no address.

        Raises:
            NotSent: it may work later.
        """
        ...

    def close(self) -> None: ...


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
        self._swept = 0
        self._put_back = put_back
        self.failing: dict[str, str] = {}
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
            await asyncio.to_thread(self.deliveries.keep, messages)
            self._news.set()

    def health(self) -> dict[str, Any]:
        return {"places": self.deliveries.counts(), "failing": dict(self.failing)}

    async def run(self) -> None:
        """Send what is due until closed; what is left is sent after the next start.

        A file that cannot be written is shown in health and tried again. What was sent and could
        not be noted is sent once more.
        """
        while not self._closing:
            self._news.clear()
            try:
                some = await self._send_due()
            except Exception as error:  # noqa: BLE001 - a full disk, say; shown, and no end of it
                some = False
                if _FILE not in self.failing:
                    log.warning("notices.file_failing", reason=repr(error))
                self.failing[_FILE] = f"{type(error).__name__}: {error}"
            else:
                self.failing.pop(_FILE, None)
            if some:
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_S)

    async def _send_due(self) -> bool:
        """Send what is due, a few at once; False: there was nothing."""
        due = await asyncio.to_thread(
            self.deliveries.claim, self._clock.now(), limit=_AT_ONCE, lease_ms=_LEASE_MS
        )
        await asyncio.gather(*(self._take(it) for it in due))
        if not due and self._clock.now() - self._swept > _PAUSE_MAX_MS:
            self._swept = self._clock.now()
            await asyncio.to_thread(self.deliveries.forget_old, self._swept)
        return bool(due)

    def close(self) -> None:
        self._closing = True
        self._news.set()
        for channel in self._channels.values():
            channel.close()

    async def _take(self, delivery: Delivery) -> None:
        effect, now = delivery.effect, self._clock.now()
        channel = self._channels.get(delivery.channel)
        if channel is None:
            self._end(
                delivery, Fate.FAILED, f"no channel {delivery.channel!r} is set up here any more"
            )
        elif effect.expires_at <= now:
            self._end(delivery, Fate.EXPIRED, "it would have arrived too late")
        elif effect.kind.startswith(_ASSIGNMENT) and self.deliveries.is_superseded(delivery):
            self._end(delivery, Fate.SUPERSEDED, "something newer about it goes out")
        else:
            await self._send(channel, delivery)

    async def _send(self, channel: Channel, delivery: Delivery) -> None:
        effect = self._with_words(delivery.effect)
        try:
            fate = await asyncio.wait_for(channel.send(effect, delivery.place), TIME_OUT_S)
        except NotSent as error:
            self._put_off(delivery, str(error))
        except TimeoutError:
            self._put_off(delivery, f"no answer within {TIME_OUT_S:.0f} s")
        except Exception as error:  # noqa: BLE001 - a library may fail in its own way; it is shown
            self._put_off(delivery, f"{type(error).__name__}")
        else:
            self.failing.pop(delivery.place, None)
            self._end(delivery, fate)

    def _with_words(self, effect: ActualEffect) -> ActualEffect:
        return replace(effect, document=self._put_back_in(effect.document))

    def _put_back_in(self, held: Any) -> Any:
        if isinstance(held, str):
            return self._put_back(held)
        if isinstance(held, Mapping):
            return {name: self._put_back_in(it) for name, it in held.items()}
        if isinstance(held, list | tuple):
            return [self._put_back_in(it) for it in held]
        return held

    def _end(self, delivery: Delivery, fate: Fate, reason: str | None = None) -> None:
        self.deliveries.end(delivery, fate, self._clock.now(), reason)
        self._counted.labels(delivery.channel, fate.value).inc()

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
        self._counted.labels(delivery.channel, "retried").inc()
        pause = min(_PAUSE_MAX_MS, _FIRST_PAUSE_MS * 3 ** (delivery.tries - 1))
        self.deliveries.put_off(delivery, self._clock.now() + pause, reason)
