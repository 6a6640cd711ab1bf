"""The outbox: who is told what, at least once, after confirmation, and by realm."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from coordinator.clock import SetClock
from coordinator.engine.owner import Owner
from coordinator.log.follow import Step
from coordinator.log.memory import MemoryLog, MemoryPositions, MemorySnapshots
from coordinator.outbox.effects import ActualEffect, ExerciseEffect, effect_id
from coordinator.outbox.outbox import Outbox
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import AssignmentOffered, AssignmentReleased
from schemas.signals.envelope import Signal
from schemas.signals.incident import Extent, OutageGone
from schemas.vocabulary import Realm
from tests.engine.county import BEGINNING, Watching, outage, owned, roster, say
from tests.patience import PATIENCE_S
from tests.story import HERE, MINUTE, START

THERE = "hill-city"


class Sink:
    """Keeps what it is given; fails the first `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.given: list[ActualEffect | ExerciseEffect] = []
        self.failures = failures
        self.tries = 0

    async def deliver(self, effects: Sequence[ActualEffect] | Sequence[ExerciseEffect]) -> None:
        self.tries += 1
        if self.tries <= self.failures:
            raise OSError("the line is dead")
        self.given.extend(effects)

    @property
    def ids(self) -> list[str]:
        return [it.effect_id for it in self.given]


class Sending:
    """An outbox with its sinks."""

    def __init__(self, *, failures: int = 0) -> None:
        self.positions = MemoryPositions()
        self.clock = SetClock(START)
        self.actual, self.exercise = Sink(failures), Sink()
        self.peers: list[Signal] = []
        self.outbox = Outbox(
            self.positions,
            self.clock,
            actual=(self.actual,),
            exercise=(self.exercise,),
            to_peer=self.peers.append,
        )


async def a_formed_unit(log: MemoryLog, outbox: Outbox) -> tuple[Owner, Watching]:
    watching = Watching(log)
    owner = await owned(log, watching, outbox)
    await owner.turn([roster(), outage("o")])
    return owner, watching


def facts(steps: Sequence[Step], kind: type[AssignmentOffered | AssignmentReleased]) -> list[str]:
    return [it.assignment_id for step in steps for it in step.events if isinstance(it, kind)]


async def test_each_called_member_finds_the_offer_in_their_own_inbox() -> None:
    sending, log = Sending(), MemoryLog(HERE)
    _, watching = await a_formed_unit(log, sending.outbox)

    await sending.outbox.drain()

    offers = {
        (it.member_id, it.assignment_id)
        for step in watching.steps
        for it in step.events
        if isinstance(it, AssignmentOffered)
    }
    assert offers
    told = {(it.target, it.about) for it in sending.actual.given if it.kind == "assignment_offered"}
    assert told == offers


async def test_who_is_released_is_told_though_the_unit_is_gone() -> None:
    sending, log = Sending(), MemoryLog(HERE)
    owner, watching = await a_formed_unit(log, sending.outbox)

    await owner.turn(
        [say(OutageGone, "gone", at=START + MINUTE, source="phone", dedup_key="o")],
        until=START + 300 * MINUTE,
    )
    await sending.outbox.drain()

    released = facts(watching.steps, AssignmentReleased)
    assert released
    told = [it.about for it in sending.actual.given if it.kind == "assignment_released"]
    assert told == released


async def test_danger_to_life_goes_first_then_what_counts_most() -> None:
    sending, log = Sending(), MemoryLog(HERE)
    owner = await owned(log, sending.outbox)
    await owner.turn(
        [
            roster(),
            outage("few", circuit="few", device="few", extent=Extent(customers_out=10)),
            outage("many", circuit="many", device="many", extent=Extent(customers_out=900)),
            outage("danger", circuit="danger", device="danger", injury_risk=True),
        ]
    )
    await sending.outbox.drain()

    by_circuit = {
        it.document["surroundings"]["circuit"]: it.rank
        for it in sending.actual.given
        if it.kind == "assignment_offered"
    }
    assert by_circuit["danger"] == 0
    assert 0 < by_circuit["many"] < by_circuit["few"]


async def test_an_effect_has_the_same_id_whenever_it_is_sent() -> None:
    first, again, log = Sending(), Sending(), MemoryLog(HERE)
    await a_formed_unit(log, first.outbox)
    await first.outbox.drain()

    await owned(log, again.outbox, follow_from=BEGINNING)
    await again.outbox.drain()

    assert first.actual.ids
    assert again.actual.ids == first.actual.ids
    assert Counter(first.actual.ids).most_common(1)[0][1] == 1


def test_effects_of_one_record_differ() -> None:
    assert len({effect_id(bytes(32), 0), effect_id(bytes(32), 1), effect_id(b"1" * 32, 0)}) == 3


async def test_the_position_follows_the_delivery() -> None:
    sending, log = Sending(), MemoryLog(HERE)
    owner, _ = await a_formed_unit(log, sending.outbox)
    assert await sending.positions.load("outbox", HERE) is None

    await sending.outbox.drain()

    position = await sending.positions.load("outbox", HERE)
    tip = owner.confirmed.tip
    assert position == (tip.seq, tip.hash)


async def test_after_a_crash_between_confirm_and_effect_the_effect_leaves() -> None:
    before, after, log = Sending(), Sending(), MemoryLog(HERE)
    await a_formed_unit(log, before.outbox)

    position = await before.positions.load("outbox", HERE)
    await owned(log, after.outbox, follow_from=position or BEGINNING)
    await after.outbox.drain()

    assert before.actual.given == []
    assert {it.kind for it in after.actual.given} >= {"assignment_offered"}


async def test_a_failed_delivery_is_tried_again_and_shown_meanwhile() -> None:
    sending, log = Sending(failures=2), MemoryLog(HERE)
    owner, watching = await a_formed_unit(log, sending.outbox)
    offered_at = owner.confirmed.tip.seq
    task = asyncio.create_task(sending.outbox.run())
    for tries in (1, 2):
        await _settled()
        assert sending.actual.tries == tries
        assert sending.outbox.failing == "OSError: the line is dead"
        position = await sending.positions.load("outbox", HERE)
        assert position is None or position.seq < offered_at
        sending.clock.set(sending.clock.now() + 1_000)

    await _settled()
    sending.outbox.close()
    await asyncio.wait_for(task, PATIENCE_S)

    assert sending.outbox.failing is None
    told = [it.about for it in sending.actual.given if it.kind == "assignment_offered"]
    assert told == facts(watching.steps, AssignmentOffered)


async def test_what_waits_of_many_counties_leaves_in_one_writing() -> None:
    sending, log, there = Sending(), MemoryLog(HERE), MemoryLog(THERE)
    owner, _ = await a_formed_unit(log, sending.outbox)
    other = Owner(
        there, MemorySnapshots(), SetClock(START), (sending.outbox,), snapshot_every=10**6
    )
    await other.open(THERE, Realm.ACTUAL, DEFAULT_POLICY, follow_from=BEGINNING)
    await other.turn([roster(jurisdiction=THERE), outage("o", jurisdiction=THERE)])
    task = asyncio.create_task(sending.outbox.run())
    await _settled()
    sending.outbox.close()
    await asyncio.wait_for(task, PATIENCE_S)

    assert sending.actual.tries == 1
    assert {it.log_id for it in sending.actual.given} == {HERE, THERE}
    for held in (owner, other):
        tip = held.confirmed.tip
        assert await sending.positions.load("outbox", tip.log_id) == (tip.seq, tip.hash)


async def test_a_close_does_not_wait_for_a_line_that_stays_dead() -> None:
    sending, log = Sending(failures=1_000_000), MemoryLog(HERE)
    await a_formed_unit(log, sending.outbox)
    task = asyncio.create_task(sending.outbox.run())
    await _settled()

    sending.outbox.close()
    sending.clock.set(sending.clock.now() + 1_000)
    await asyncio.wait_for(task, PATIENCE_S)

    position = await sending.positions.load("outbox", HERE)
    assert position is None or position.seq < await log.tip_seq()


async def test_an_exercise_reaches_only_exercise_channels() -> None:
    sending, log = Sending(), MemoryLog(HERE)
    owner = Owner(log, MemorySnapshots(), SetClock(START), (sending.outbox,), snapshot_every=10**6)
    await owner.open(HERE, Realm.EXERCISE, DEFAULT_POLICY, follow_from=BEGINNING)

    await owner.turn([roster(realm=Realm.EXERCISE), outage("o", realm=Realm.EXERCISE)])
    await sending.outbox.drain()

    assert sending.actual.given == []
    assert {it.kind for it in sending.exercise.given} >= {"assignment_offered"}
    assert {type(it) for it in sending.exercise.given} == {ExerciseEffect}


async def _settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)
