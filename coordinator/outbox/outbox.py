"""The follower that sends: assignments and notices to people, words of mutual aid to peers.

It keeps a durable position and sends at least once; sinks drop repeats by effect id. Who is off
duty, on leave or resting is left in peace, and that is logged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import structlog
from msgspec import to_builtins

from coordinator.clock import Clock
from coordinator.domain.aid.messages import message_signal
from coordinator.domain.roster.eligibility import may_be_told
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.follow import Step
from coordinator.log.ports import FollowerPosition, Positions
from coordinator.outbox.effects import (
    ActualEffect,
    ActualSink,
    ExerciseEffect,
    ExerciseSink,
    effect_id,
)
from coordinator.outbox.surroundings import rank_of, surroundings
from schemas.durations import DAY
from schemas.events.aid import AidMessageSent
from schemas.events.assignment import AssignmentExpired, AssignmentOffered, AssignmentReleased
from schemas.events.command import RollCallOpened
from schemas.events.envelope import Event
from schemas.events.notice import NoticeRaised
from schemas.signals.envelope import Signal
from schemas.vocabulary import NoticeKind, Realm, Recipient

log = structlog.get_logger()

_ASSIGNMENT_NEWS = (AssignmentOffered, AssignmentExpired, AssignmentReleased)
_AT_WORK = frozenset(
    {
        NoticeKind.WORK_STOPPED,
        NoticeKind.SUPPLY_BACK,
        NoticeKind.HELP_CALLED,
        NoticeKind.MEMBER_UNFIT,
    }
)
"""Told to who is at work, whatever their state: nobody there is left in ignorance."""
_RETRY_MS = 1_000
_LASTS_MS = DAY
_AT_ONCE = 500
"""Steps that leave together: so many only that none waits long for the writing of others."""


class Outbox:
    """One for all jurisdictions of a process; `take` only queues, `run` delivers."""

    name = "outbox"

    def __init__(
        self,
        positions: Positions,
        clock: Clock,
        *,
        actual: Sequence[ActualSink],
        exercise: Sequence[ExerciseSink],
        to_peer: Callable[[Signal], None],
    ) -> None:
        self._positions = positions
        self._clock = clock
        self._actual = actual
        self._exercise = exercise
        self._to_peer = to_peer
        self._line: asyncio.Queue[list[Step] | None] = asyncio.Queue()
        self._closing = False
        self._delivering = asyncio.Lock()
        self.failing: str | None = None

    async def take(self, steps: Sequence[Step]) -> None:
        self._line.put_nowait(list(steps))

    @property
    def waiting(self) -> int:
        return self._line.qsize()

    def close(self) -> None:
        self._closing = True
        self._line.put_nowait(None)

    async def run(self) -> None:
        """Deliver until closed and empty. What cannot be delivered is tried again, in order.

        All that waits goes in one writing, of whichever county. On closing it is left for the next
        start: the positions say where to go on.
        """
        open_ = True
        while open_:
            waiting, open_ = await self._taken()
            while waiting and not await self._delivered(waiting):
                if self._closing:
                    return
                await self._clock.sleep_until(self._clock.now() + _RETRY_MS)

    async def _taken(self) -> tuple[list[Step], bool]:
        """Return what waits, some at least, and whether more may come."""
        found: list[Step] = []
        while not found or (len(found) < _AT_ONCE and not self._line.empty()):
            steps = await self._line.get()
            if steps is None:
                return found, False
            found += steps
        return found, True

    async def _delivered(self, steps: Sequence[Step]) -> bool:
        try:
            async with self._delivering:
                await self.deliver(steps)
        except Exception as error:  # noqa: BLE001 - a channel may fail in its own way; shown in health
            self.failing = f"{type(error).__name__}: {error}"
            log.warning(
                "outbox.delivery_failed", log_id=steps[0].record.log_id, reason=self.failing
            )
            return False
        self.failing = None
        return True

    async def drain(self) -> None:
        """Deliver what waits, and await what is being delivered: for who keeps their own time."""
        async with self._delivering:
            while not self._line.empty():
                steps = self._line.get_nowait()
                if steps is not None:
                    await self.deliver(steps)
        async with self._delivering:
            # Whoever had taken something before, and waited for its turn, has delivered it by now.
            return

    async def deliver(self, steps: Sequence[Step]) -> None:
        """Send what these steps lead to, then remember how far it got on each log."""
        actual: list[ActualEffect] = []
        exercise: list[ExerciseEffect] = []
        peers: list[Signal] = []
        for step in steps:
            for index, event in enumerate(step.events):
                if isinstance(event, AidMessageSent):
                    peers.append(message_signal(event, step.after, step.record.at))
                    continue
                for target in _targets(step, event):
                    if step.after.realm is Realm.ACTUAL:
                        actual.append(_effect(ActualEffect, step, index, event, target))
                    else:
                        exercise.append(_effect(ExerciseEffect, step, index, event, target))
        await _all_done(
            [
                *(real.deliver(actual) for real in self._actual if actual),
                *(drill.deliver(exercise) for drill in self._exercise if exercise),
            ]
        )
        for signal in peers:
            self._to_peer(signal)
        last = {it.record.log_id: it.record for it in steps}
        await _all_done(
            [
                self._positions.save(self.name, log_id, FollowerPosition(it.seq, it.hash))
                for log_id, it in last.items()
            ]
        )


async def _all_done(works: Sequence[Awaitable[None]]) -> None:
    """Do them side by side, one transaction perhaps; what fails is told when all have ended."""
    if len(works) == 1:
        await works[0]
        return
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


_E = TypeVar("_E", ActualEffect, ExerciseEffect)


def _effect(kind: type[_E], step: Step, index: int, event: Event, target: str) -> _E:
    record = step.record
    about = getattr(event, "assignment_id", None) or getattr(event, "about", None) or "-"
    return kind(
        effect_id=effect_id(record.hash + target.encode(), index),
        log_id=record.log_id,
        seq=record.seq,
        at=record.at,
        target=target,
        kind=event.type,
        about=about,
        expires_at=getattr(event, "expires_at", record.at + _LASTS_MS),
        document=to_builtins(event) | {"surroundings": surroundings(step.after, event)},
        rank=rank_of(step.after, event),
    )


def _targets(step: Step, event: Event) -> Iterable[str]:
    """Return who is told of a fact now; who is silent is left out, and that is on the log lines."""
    state, at = step.after, step.record.at
    if isinstance(event, _ASSIGNMENT_NEWS):
        assignment = state.assignments.by_id.get(event.assignment_id)
        return () if assignment is None else (assignment.member_id,)
    if isinstance(event, RollCallOpened):
        return event.member_ids
    if not isinstance(event, NoticeRaised):
        return ()
    if not event.targets:
        return (f"desk:{event.recipient.value}",)
    return [it for it in event.targets if _may_hear(state, event, it, at)]


def _may_hear(state: Jurisdiction, event: NoticeRaised, target: str, at: int) -> bool:
    if event.kind in _AT_WORK or event.recipient is Recipient.NEIGHBOUR:
        return True
    allowed, reason = may_be_told(state, target, at)
    if not allowed:
        log.info("notice.withheld", member_id=target, notice_id=event.notice_id, reason=reason)
    return allowed
