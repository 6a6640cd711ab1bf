"""Which promise and which check-in is due when, counted from the facts alone.

Every clock that runs out is judged on the record once, and before anything later is decided.
"""

from typing import NamedTuple

from coordinator.simulation.invariants import Invariant, hold
from schemas.durations import MINUTE
from schemas.events import operation, promise
from schemas.events.envelope import Event
from schemas.policy import Policy
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.vocabulary import GuaranteeLevel

_KINDS = ("check_in", "patrol", "zero_report")
_ENDS_UNJUDGED = (promise.PromiseDropped, promise.PromiseLapsed)
_JUDGED = (promise.PromiseKept, promise.PromiseBroken, *_ENDS_UNJUDGED)


class _Guard(NamedTuple):
    level: GuaranteeLevel
    site_ids: tuple[str, ...]


class ClocksLedger:
    def __init__(self) -> None:
        self._promises: dict[tuple[str, str], int] = {}
        self._check_ins: dict[tuple[str, str, str], int] = {}
        self._silent: set[tuple[str, str]] = set()
        self._guards: dict[str, _Guard] = {}

    def take(
        self, seq: int, signal: Signal | None, events: tuple[Event, ...], at: int, policy: Policy
    ) -> None:
        """Note the facts of one record, and hold what was due against what was judged."""
        if signal is not None and not isinstance(signal, DeadlinePassed):
            self.check(signal.at, f"seq {seq} is decided")
        for event in events:
            if isinstance(event, promise.PromiseMade):
                self._promises[event.incident_id, event.promise] = event.due_at
            elif isinstance(event, _JUDGED):
                self._judge(seq, event, at)
            elif isinstance(event, operation.OperationEvent):
                self._guard(seq, event, at, policy)
        if isinstance(signal, DeadlinePassed):
            self.check(signal.at, f"after seq {seq}")

    def check(self, at: int, when: str) -> None:
        """Hold that nothing due by `at` (UTC milliseconds) waits to be judged."""
        late = [key for key, due_at in self._promises.items() if due_at <= at]
        hold(Invariant.PROMISES_JUDGED, not late, f"{when}, and {late} are not judged")
        silent = [key for key, due_at in self._check_ins.items() if due_at <= at]
        hold(Invariant.CHECK_INS_JUDGED, not silent, f"{when}, and {silent} are not missed")

    def _judge(
        self,
        seq: int,
        event: promise.PromiseKept
        | promise.PromiseBroken
        | promise.PromiseDropped
        | promise.PromiseLapsed,
        at: int,
    ) -> None:
        due_at = self._promises.pop((event.incident_id, event.promise), None)
        what = f"seq {seq}: {event.type} of {event.promise} of {event.incident_id}"
        if isinstance(event, _ENDS_UNJUDGED):
            return
        hold(Invariant.PROMISES_JUDGED, due_at is not None, f"{what}, which does not run")
        assert due_at is not None  # noqa: S101 - held a line ago
        if isinstance(event, promise.PromiseKept):
            true = event.happened_at <= due_at
        else:
            true = at >= due_at
        hold(Invariant.PROMISES_JUDGED, true, f"{what} at {at}, due at {due_at}")

    def _guard(self, seq: int, event: operation.OperationEvent, at: int, policy: Policy) -> None:  # noqa: C901 - one case for each fact
        id_ = event.operation_id
        match event:
            case operation.OperationOpened():
                self._guards[id_] = _Guard(event.level, event.site_ids)
            case operation.GuardStarted():
                for site_id in self._guards[id_].site_ids:
                    for kind in _KINDS:
                        self._wind(id_, site_id, kind, at, policy)
            case operation.CheckedIn():
                self._heard(event, at, policy)
                if event.kind in {"patrol", "zero_report"}:
                    # From when it was walked; told late it never brings a clock forward.
                    key = (id_, event.site_id, str(event.kind))
                    before = self._check_ins.get(key, 0)
                    self._wind(*key, event.happened_at, policy)
                    self._check_ins[key] = max(before, self._check_ins[key])
            case operation.CheckInTakenBack():
                due = (event.check_in_due, event.patrol_due, event.zero_report_due)
                was = zip(("check_in", "patrol", "zero_report"), due, strict=True)
                for clock, due_at in was:
                    if due_at is not None:
                        self._check_ins[id_, event.site_id, clock] = due_at
                if event.alarmed:
                    self._silent.add((id_, event.site_id))
            case operation.CheckInMissed():
                due_at = self._check_ins.get((id_, event.site_id, event.kind))
                true = due_at is not None and due_at == event.due_at <= at
                what = f"seq {seq}: {event.kind} missed at {at}, due at {due_at}"
                hold(Invariant.CHECK_INS_JUDGED, true, what)
                self._wind(id_, event.site_id, event.kind, at, policy)
                if event.kind == "check_in":
                    self._silent.add((id_, event.site_id))
            case operation.OperationConcluded() | operation.OperationCancelled():
                for key in [it for it in self._check_ins if it[0] == id_]:
                    del self._check_ins[key]

    def _heard(self, event: operation.CheckedIn, at: int, policy: Policy) -> None:
        """Word counts from when it was so; after a silence, only what ends that counts."""
        site = (event.operation_id, event.site_id)
        key = (*site, "check_in")
        level = self._guards[event.operation_id].level
        ends = event.happened_at + policy.guard[level].check_in_min * MINUTE > at
        before = self._check_ins.get(key, 0)
        self._wind(*key, event.happened_at, policy)
        if site not in self._silent:
            self._check_ins[key] = max(before, self._check_ins[key])
        elif not ends:
            self._check_ins[key] = before
        if ends:
            self._silent.discard(site)

    def _wind(self, id_: str, site_id: str, kind: str, at: int, policy: Policy) -> None:
        rules = policy.guard[self._guards[id_].level]
        minutes = getattr(rules, f"{kind}_min") + rules.grace_min
        self._check_ins[id_, site_id, kind] = at + minutes * MINUTE
