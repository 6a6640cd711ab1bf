"""Everything of one jurisdiction: its log, its processes, the people who send and hear."""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from coordinator.engine.speculation import FAILED_AT, Receipt
from coordinator.errors import NotDeciding
from coordinator.log.follow import Step
from coordinator.log.partition import PartitionLog, PlacedSnapshots, SharedPartition
from coordinator.outbox.effects import ActualEffect, effect_id
from coordinator.simulation.broker import InputTopic, Topic, TopicInput, TopicPartition
from coordinator.simulation.county import confirmed_by_hand, county, policy
from coordinator.simulation.crews import Crews
from coordinator.simulation.desk import Desk
from coordinator.simulation.disk import Disk, DiskLog, DiskPositions, DiskSnapshots
from coordinator.simulation.faults import Fault, Shape
from coordinator.simulation.history import History
from coordinator.simulation.invariants import Broken, Invariant, hold
from coordinator.simulation.long_work import LongWork
from coordinator.simulation.loop import sleep
from coordinator.simulation.node import Node, Ports
from coordinator.simulation.phones import Effect, Line, Phones
from coordinator.simulation.process import Process
from coordinator.simulation.reference import Accepted, Reference
from coordinator.simulation.senders import Senders
from coordinator.simulation.weather import Weather
from schemas.events.deadline import DeadlineFailed
from schemas.events.notice import SignalRefused
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm

_SKEW_MS = 120_000
_SLOW_MS = 55_000
_RESTARTS_MAX = 20
_REMEMBERED = 150


class Cluster:
    def __init__(
        self,
        code: str,
        neighbour: str,
        shape: Shape,
        realm: Realm,
        weather: Weather,
        history: History,
        broke: Callable[[Broken], None],
        *,
        seed: int,
        planner: bool,
    ) -> None:
        self.code = code
        self.shape = shape
        self.realm = realm
        self.promised: dict[str, Receipt | None] = {}
        self.peer: Cluster | None = None
        self.nodes: list[Node] = []
        self._made: list[Node] = []
        self._weather = weather
        self._history = history
        self._broke = broke
        self._seed = seed
        self._started = 0
        self._restarts = 0
        self._chance = random.Random(f"{seed}/cluster/{code}")
        rules = policy()
        if planner:
            muster = replace(rules.muster, propose_within_s=20)
            rules = replace(rules, muster=muster)
        if random.Random(f"{seed}/closed soon/{code}").random() < 0.4:
            soon = replace(rules.correlation, close_after_restored_min=5)
            rules = replace(rules, correlation=soon)
        if random.Random(f"{seed}/by hand/{code}").random() < 0.3:
            rules = confirmed_by_hand(rules)
        self._policy = rules
        log_id = f"{realm.value}/{code}"
        self.reference = Reference(log_id, compare_and_set=shape is Shape.FILE)
        self.disk = Disk(log_id, self._landed)
        self.topic = Topic(self._landed)
        self.input = InputTopic()
        self.senders = Senders(code, realm, self, self._acknowledged, weather, history, seed=seed)
        self.phones = Phones(self.senders, weather, history, seed=seed, place=code)
        self.desk = Desk(county(seed, code), neighbour, self.senders, weather, seed=seed)
        self.long_work = LongWork(county(seed, code), self.senders, seed=seed)
        self.crews = Crews(self.senders, weather, seed=seed, place=code)
        self._heard = 0

    def check(self, what: Callable[[], None]) -> None:
        """Look at an invariant; production code that swallows errors must not swallow this."""
        try:
            what()
        except Broken as broken:
            self._broke(broken)

    def _landed(self, value: bytes) -> None:
        self.check(lambda: self.reference.land(value))
        while self._heard < len(self.reference.accepted):
            accepted = self.reference.accepted[self._heard]
            self._heard += 1
            self._history.count("accepted")
            kinds = ", ".join(type(it).__name__ for it in accepted.events)
            self._history.write(f"log {self.code}", f"seq {accepted.seq} {kinds}")
            self.check(partial(_failed_at_none, accepted))
            try:
                self.desk.hear(accepted)
                self.crews.hear(accepted)
                self.long_work.hear(accepted)
            except Exception as error:  # noqa: BLE001 - an owner would take it for its own failure
                self._broke(Broken(Invariant.DECISION_WHOLE, f"the desk fell over: {error!r}"))

    def _acknowledged(self, signal: Signal, receipt: Receipt | None) -> None:
        self.promised[signal.signal_id] = receipt
        if receipt is not None:
            self.check(lambda: self.keeps(signal.signal_id, receipt))

    def keeps(self, signal_id: str, receipt: Receipt) -> None:
        there = self.reference.record(receipt.seq)
        hold(
            Invariant.ACKNOWLEDGED_KEPT,
            there is not None and there.hash == receipt.hash and there.signal_id == signal_id,
            f"{signal_id} was acknowledged at seq {receipt.seq}, where it does not stand",
        )

    async def submit(self, signal: Signal) -> Receipt | None:
        """Hand a signal in, as a console or a gateway does."""
        if self.shape is Shape.FILE:
            await sleep(self._chance.random() * 0.05)
            open_ = [it for it in self.nodes if it.ready and it.process.alive]
            if not open_:
                raise NotDeciding(self.code, "nobody is open")
            node = self._chance.choice(open_)
            # The edge is in the same process: its clock says when a signal came in.
            signal = signal.model_copy(update={"at": node.process.now()})
            return await node.inbox.submit(signal)
        await sleep(self._chance.random() * 0.1)
        lost = self._weather.strikes(Fault.IN_DOUBT, self._chance, 0.1)
        if not (lost and self._chance.random() < 0.5):
            self.input.land(signal)
        if lost:
            raise TimeoutError
        return None

    def _seen(self, who: str) -> Callable[[Sequence[Step]], None]:
        def seen(steps: Sequence[Step]) -> None:
            self.check(lambda: self._on_chain(who, steps))

        return seen

    def _on_chain(self, who: str, steps: Sequence[Step]) -> None:
        for step in steps:
            there = self.reference.record(step.record.seq)
            hold(
                Invariant.NO_PHANTOM_EFFECT,
                there is not None and there.hash == step.record.hash,
                f"{who} told its followers of seq {step.record.seq}, which does not count",
            )
        last = steps[-1]
        self.reference.check_state(who, last.record.seq, last.after)

    def make_node(self) -> Node:
        """Make one more process for this jurisdiction."""
        self._started += 1
        process = Process(f"{self.code}-{self._started}", str(self._seed), self._history)
        if self._weather.strikes(Fault.CLOCK_SKEW, self._chance):
            self.set_off(process, self._chance.randint(-_SKEW_MS, _SKEW_MS))
        node = Node(
            self.code,
            self.realm,
            self._policy,
            process,
            self._ports(process),
            self._seen(process.name),
        )
        self._made.append(node)
        return node

    def set_off(self, process: Process, skew_ms: int) -> None:
        """Set a clock wrong; where gateways fill in `at`, an owner is not so slow that it would
        turn away all that they send."""
        slow = self.shape is Shape.PARTITION
        process.skew_ms = max(-_SLOW_MS, skew_ms) if slow else skew_ms

    def start_node(self) -> None:
        """Start one more process for this jurisdiction."""
        node = self.make_node()
        self.nodes.append(node)
        node.process.start(node.run(), "node")

    def _ports(self, process: Process) -> Ports:
        weather = self._weather
        snapshots = DiskSnapshots(self.disk, process, weather)
        positions = DiskPositions(self.disk, process, weather)
        line = Line(self.phones, process, weather, self._rings)
        if self.shape is Shape.FILE:
            log = DiskLog(self.disk, process, weather)
            return Ports(log, snapshots, positions, line, line, self._to_peer, None)
        partition = SharedPartition(TopicPartition(self.topic, process, weather))
        journal = PartitionLog(self.reference.log_id, partition, remembered=_REMEMBERED)
        return Ports(
            journal,
            PlacedSnapshots(snapshots, journal),
            positions,
            line,
            line,
            self._to_peer,
            TopicInput(self.input, process),
        )

    def _rings(self, effect: Effect) -> None:
        self.check(lambda: self._meant(effect))

    def _meant(self, effect: Effect) -> None:
        there = self.reference.record(effect.seq)
        named = b"" if there is None else there.hash + effect.target.encode()
        facts = 0 if there is None else len(there.events)
        hold(
            Invariant.NO_PHANTOM_EFFECT,
            any(effect.effect_id == effect_id(named, index) for index in range(facts)),
            f"{effect.kind} for {effect.target} of seq {effect.seq} follows from no record",
        )
        hold(
            Invariant.REALM_KEPT,
            isinstance(effect, ActualEffect) == (self.realm is Realm.ACTUAL),
            f"{type(effect).__name__} in the {self.realm.value} realm",
        )

    def _to_peer(self, signal: Signal) -> None:
        if self.peer is None or self._weather.strikes(Fault.AID_LOST, self._chance, 0.3):
            return
        times = 2 if self._weather.strikes(Fault.AID_LOST, self._chance, 0.3) else 1
        for _ in range(times):
            self.peer.senders.pass_on(signal, self._chance.random() * 30)

    @property
    def alive(self) -> list[Node]:
        self.nodes = [it for it in self.nodes if it.process.running]
        return self.nodes

    def take_apart(self) -> None:
        """Let go of everything, once the world is over.

        All of it holds all the rest, by what it calls and by the errors it kept. What nobody holds
        is freed at once; rings are found only by looking through all there is, world after world.
        """
        for node in self._made:
            node.take_apart()
        parts = (
            self.reference,
            self.disk,
            self.topic,
            self.input,
            self.senders,
            self.phones,
            self.desk,
            self.long_work,
            self.crews,
        )
        for part in (*parts, self):
            vars(part).clear()

    def _fell_over(self, ended: Iterable["asyncio.Task[Any]"]) -> None:
        """A process ends by a kill or because another owns: by an error of its own it may not."""
        errors = [error for it in ended if not it.cancelled() and (error := it.exception())]
        if errors:
            told = f"{self.code}: a process fell over: {errors[0]!r}"
            self._broke(Broken(Invariant.KEEPS_DECIDING, told))

    async def keep_owned(self) -> None:
        """See to it that somebody owns the jurisdiction, as an orchestrator does."""
        while True:
            working = [it.process.work for it in self.alive if it.process.running]
            if working:
                ended, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                self._fell_over(ended)
            else:
                self._restarts += self._weather.clear
                if self._restarts > _RESTARTS_MAX:
                    what = f"{self.code}: {self._restarts} owners in fair weather, none stays"
                    self._broke(Broken(Invariant.KEEPS_DECIDING, what))
                    return
                self.start_node()
            await sleep(1 + self._chance.random() * 20)


def _failed_at_none(accepted: Accepted) -> None:
    failed = [
        it.value if isinstance(it, SignalRefused) else it.why
        for it in accepted.events
        if isinstance(it, DeadlineFailed)
        or (isinstance(it, SignalRefused) and it.rule == FAILED_AT)
    ]
    hold(
        Invariant.KEEPS_DECIDING,
        not failed,
        f"seq {accepted.seq}: {FAILED_AT.code}: {failed[0] if failed else ''}",
    )
