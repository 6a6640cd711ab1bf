"""Who stands guard where, counted from the facts alone, apart from the domain.

Every moment of a guard at every site has two who can come, or somebody was told that it has not.
"""

from dataclasses import dataclass, field

from coordinator.simulation.invariants import Invariant, hold
from schemas.durations import SECOND
from schemas.events import operation, roster
from schemas.events.envelope import Event
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal

_TWO = 2


@dataclass
class _Post:
    member_ids: tuple[str, ...]
    starts_at: int
    ends_at: int


@dataclass
class _Guard:
    begins: int
    ends: int
    changed_at: int
    posts: dict[str, list[_Post]]
    told: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


class GuardsLedger:
    def __init__(self) -> None:
        self._at = 0
        self._guards: dict[str, _Guard] = {}
        self._away: set[str] = set()
        self._unfit: set[str] = set()

    def take(self, seq: int, signal: Signal | None, events: tuple[Event, ...], at: int) -> None:
        """Hold what is unguarded by now against what was told, then note the facts of a record."""
        # Said at a time that others have passed already, it is no look at how it is now.
        told_at = 0 if signal is None or isinstance(signal, DeadlinePassed) else signal.at
        if told_at >= self._at and told_at:
            self._check(told_at, f"seq {seq} is decided")
        self._at = at
        for event in events:
            if isinstance(event, roster.AvailabilityChanged):
                change = self._away.discard if event.available else self._away.add
                change(event.member_id)
            elif isinstance(event, roster.MemberUnfit):
                self._unfit.add(event.member_id)
            elif isinstance(event, roster.MemberFit):
                self._unfit.discard(event.member_id)
            elif isinstance(event, operation.OperationEvent):
                self._note(event, at)

    def _note(self, event: operation.OperationEvent, at: int) -> None:  # noqa: C901 - one case for each fact
        if isinstance(event, operation.OperationOpened):
            posts: dict[str, list[_Post]] = {it: [] for it in event.site_ids}
            self._guards[event.operation_id] = _Guard(
                event.guard_from, event.guard_until, at, posts
            )
            return
        guard = self._guards.get(event.operation_id)
        if guard is None:
            return
        match event:
            case operation.OperationConcluded() | operation.OperationCancelled():
                del self._guards[event.operation_id]
            case operation.GuardProlonged():
                guard.ends, guard.changed_at = event.guard_until, at
            case operation.GuardPosted():
                post = _Post(event.post.member_ids, event.starts_at, event.ends_at)
                guard.posts[event.post.site_id].append(post)
            case operation.PostWithdrawn():
                guard.changed_at = at
                for it in guard.posts[event.site_id]:
                    if (it.starts_at, it.member_ids) == (event.starts_at, event.member_ids):
                        it.ends_at = min(it.ends_at, event.ended_at)
            case operation.GuardGapFound():
                told = guard.told.setdefault(event.site_id, [])
                told.append((event.starts_at, event.ends_at))

    def _check(self, at: int, when: str) -> None:
        for id_, guard in sorted(self._guards.items()):
            # What follows from a change is told a moment after it, by the clock.
            if not guard.begins <= at < guard.ends or at - guard.changed_at < SECOND:
                continue
            for site_id, posts in sorted(guard.posts.items()):
                there = {
                    who
                    for it in posts
                    if it.starts_at <= at < it.ends_at
                    for who in it.member_ids
                    if who not in self._away and who not in self._unfit
                }
                told = any(begin <= at < end for begin, end in guard.told.get(site_id, ()))
                hold(
                    Invariant.GUARD_TOLD,
                    len(there) >= _TWO or told,
                    f"{when} at {at}, and {site_id} of {id_} has {sorted(there)}, untold",
                )
