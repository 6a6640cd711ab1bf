"""A county for tests of the engine: its people, its words, and logs that fail on command."""

from collections.abc import Sequence
from typing import Any, TypeVar

from coordinator.clock import Clock, SetClock
from coordinator.engine.owner import Owner
from coordinator.errors import LogFull, LogInDoubt
from coordinator.log.envelope import Kind, Record
from coordinator.log.follow import Follower, Step
from coordinator.log.memory import MemoryLog, MemorySnapshots
from coordinator.log.ports import DecisionLog, FollowerPosition, SnapshotStore
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid_of
from schemas.roster import Certificate, Person, Shift, Team
from schemas.signals.envelope import Signal
from schemas.signals.incident import OutageReported
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.vocabulary import PartyStanding, Realm, Role, Skill, Standing
from tests.story import DAY, HERE, START, name

TEAM = name("tea", "first")
PEOPLE = tuple(name("mem", str(number)) for number in range(12))
DEPOT = Position(lat=30.6, lon=114.3)
BEGINNING = FollowerPosition(-1, bytes(32))

S_ = TypeVar("S_", bound=Signal)


def say(kind: type[S_], key: object, *, at: int = START, **fields: Any) -> S_:
    """Make a signal; the same key gives the same signal id."""
    envelope: dict[str, Any] = {
        "signal_id": ulid_of(START, str(key)),
        "jurisdiction": HERE,
        "realm": Realm.ACTUAL,
        "at": at,
        "actor_id": "desk-1",
        "actor_role": Role.DISPATCHER,
    }
    return kind(**(envelope | fields))


def roster(
    key: object = "roster", *, at: int = START, days: int = 1, **fields: Any
) -> ImportRoster:
    """A team of twelve, all on shift for some days."""
    people = tuple(
        Person(
            member_id=member_id,
            team_id=TEAM,
            standing=Standing.CAPTAIN if number == 0 else Standing.MEMBER,
            party=PartyStanding.FULL_MEMBER,
            skills=tuple(Skill),
            certificates=tuple(
                Certificate(skill=skill, number="c-1", valid_until=START + 9_000 * DAY)
                for skill in Skill
            ),
            home=DEPOT,
        )
        for number, member_id in enumerate(PEOPLE)
    )
    shift = Shift(
        shift_id=name("shf", "day"),
        team_id=TEAM,
        member_ids=PEOPLE,
        starts_at=START,
        ends_at=START + days * DAY,
    )
    fields = {"actor_role": Role.COMMANDER} | fields
    team = Team(team_id=TEAM, number="1", name="First", base=DEPOT)
    return say(ImportRoster, key, at=at, teams=(team,), people=people, shifts=(shift,), **fields)


def away(
    number: int, key: object, *, at: int = START, available: bool = False, **fields: Any
) -> ChangeAvailability:
    """One of the twelve says that they cannot be called."""
    member_id = PEOPLE[number]
    return say(ChangeAvailability, key, at=at, member_id=member_id, available=available, **fields)


def outage(key: object, *, at: int = START, **fields: Any) -> OutageReported:
    place = fields.pop("place", DEPOT)
    return say(
        OutageReported, key, at=at, source="phone", dedup_key=str(key), place=place, **fields
    )


class Watching:
    """A follower that remembers, and sees how long the log was when it was told."""

    name = "watching"

    def __init__(self, log: DecisionLog) -> None:
        self._log = log
        self.steps: list[Step] = []
        self.log_was: list[int] = []

    async def take(self, steps: Sequence[Step]) -> None:
        self.steps.extend(steps)
        self.log_was.extend([await self._log.tip_seq()] * len(steps))

    @property
    def seqs(self) -> list[int]:
        return [step.record.seq for step in self.steps]


class FailingLog(MemoryLog):
    """Fails the next appends as told: `lost`, `landed` or `late` (all in doubt), or `full`.

    A late write lands just before the append that follows it: a ghost.
    """

    def __init__(self, log_id: str) -> None:
        super().__init__(log_id)
        self.failures: list[str] = []
        self.appends = 0
        self._ghost: Sequence[Record] = ()

    async def append(self, records: Sequence[Record]) -> None:
        self.appends += 1
        ghost, self._ghost = self._ghost, ()
        if ghost:
            await super().append(ghost)
        failure = self.failures.pop(0) if self.failures else None
        match failure:
            case "full":
                raise LogFull(self.log_id, "no space left")
            case "landed":
                await super().append(records)
            case "late":
                self._ghost = records
            case None:
                await super().append(records)
                return
        raise LogInDoubt(self.log_id, f"no answer ({failure})")


async def owned(
    log: DecisionLog,
    *followers: Follower,
    clock: Clock | None = None,
    snapshots: SnapshotStore | None = None,
    snapshot_every: int = 1_000_000,
    follow_from: FollowerPosition | None = BEGINNING,
) -> Owner:
    """Return an owner of a log that has folded it and claimed it."""
    owner = Owner(
        log,
        snapshots or MemorySnapshots(),
        clock or SetClock(START),
        followers,
        snapshot_every=snapshot_every,
    )
    await owner.open(HERE, Realm.ACTUAL, DEFAULT_POLICY, follow_from=follow_from)
    return owner


async def records_of(log: DecisionLog) -> Sequence[Record]:
    return await log.read(after_seq=-1, records_max=1_000_000)


async def decided_ids(log: DecisionLog) -> list[str]:
    """Return the signal ids on a log in order, the clock's left out."""
    return [
        record.signal_id
        for record in await records_of(log)
        if record.kind is Kind.DECISION and b'"type":"deadline_passed"' not in record.payload
    ]
