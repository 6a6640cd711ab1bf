"""One process that owns a jurisdiction: the production parts, put together as a home does it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from coordinator.boards.drawing import Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.engine.inbox import Inbox
from coordinator.engine.intake import Inputs, Intake
from coordinator.engine.owner import Owner
from coordinator.errors import LogError
from coordinator.log.envelope import ZERO_HASH
from coordinator.log.follow import Step
from coordinator.log.ports import DecisionLog, FollowerPosition, Positions, SnapshotStore
from coordinator.outbox.effects import ActualSink, ExerciseSink
from coordinator.outbox.outbox import Outbox
from coordinator.simulation.process import Process
from schemas.policy import Policy
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm

_SNAPSHOT_EVERY = 40


class Ports(NamedTuple):
    """The world as a process reaches it."""

    log: DecisionLog
    snapshots: SnapshotStore
    positions: Positions
    actual: ActualSink
    exercise: ExerciseSink
    to_peer: Callable[[Signal], None]
    input: Inputs | None


class Watching:
    """A follower that holds every step it is told against the reference."""

    name = "watching"

    def __init__(self, seen: Callable[[Sequence[Step]], None]) -> None:
        self._seen = seen

    async def take(self, steps: Sequence[Step]) -> None:
        self._seen(steps)


class Node:
    def __init__(
        self,
        jurisdiction: str,
        realm: Realm,
        policy: Policy,
        process: Process,
        ports: Ports,
        seen: Callable[[Sequence[Step]], None],
    ) -> None:
        self.process = process
        self._jurisdiction = jurisdiction
        self._realm = realm
        self._policy = policy
        self.ports = ports
        self.boards = MemoryBoards()
        self._feed = MemoryFeed(self.boards)
        self._drawing = Boards(self.boards, self._feed)
        self.outbox = Outbox(
            ports.positions,
            process,
            actual=(ports.actual,),
            exercise=(ports.exercise,),
            to_peer=ports.to_peer,
        )
        self.owner = Owner(
            ports.log,
            ports.snapshots,
            process,
            (self._drawing, self.outbox, Watching(seen)),
            snapshot_every=_SNAPSHOT_EVERY,
        )
        self.inbox = Inbox(jurisdiction, self.owner, process, waiting_max=1_000, batch_max=20)
        self.ready = False

    async def open(self) -> None:
        """Own, from where the outbox got to.

        Raises:
            LogError: as `Owner.open` says.
        """
        log_id = self.ports.log.log_id
        position = await self.ports.positions.load(self.outbox.name, log_id)
        await self.owner.open(
            self._jurisdiction,
            self._realm,
            self._policy,
            follow_from=position or FollowerPosition(-1, ZERO_HASH),
        )

    async def run(self) -> None:
        """Own, serve, and end when another owner came or the log cannot be trusted."""
        try:
            await self.open()
        except LogError as error:
            self.process.say(f"did not open: {error}")
            return
        self._drawing.rebuild(self.owner.state, self.owner.confirmed.tip.seq)
        self.ready = True
        self.process.say(f"owns epoch {self.owner.confirmed.tip.epoch}")
        self.process.start(self.outbox.run(), "outbox")
        if self.ports.input is None:
            await self.inbox.run()
        else:
            await Intake(self.owner, self.ports.input, self.process, batch_max=20).run()
        self.ready = False
        self.process.say(f"stopped: {self.owner.stopped_because}")
        self.process.kill()

    def take_apart(self) -> None:
        """Let go of everything, once the world is over."""
        parts = (
            self.owner,
            self.inbox,
            self.outbox,
            self._drawing,
            self._feed,
            self.boards,
            self.process,
            self.ports.log,
        )
        for part in (*parts, self):
            vars(part).clear()
