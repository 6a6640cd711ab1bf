"""Starting again: from a snapshot, after a crash, on a log that is not what it was."""

import re
import zlib

import pytest

from coordinator.clock import SetClock
from coordinator.domain.canonical import digest
from coordinator.engine.owner import Owner
from coordinator.errors import BrokenLog, LogFull, NotAccepted, NotDeciding
from coordinator.log.envelope import Kind, Record, seal
from coordinator.log.fold import shape_of_state
from coordinator.log.kept_states import keep_newest
from coordinator.log.memory import MemoryLog, MemorySnapshots
from coordinator.log.ports import DecisionLog, FollowerPosition, Snapshot
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm
from tests.engine.county import (
    BEGINNING,
    Watching,
    away,
    outage,
    owned,
    records_of,
    roster,
)
from tests.story import HERE, HOUR, START


class CountingLog(MemoryLog):
    """Counts what is read, to see where a fold began."""

    reads_after: list[int]

    async def read(self, *, after_seq: int, records_max: int) -> list[Record]:
        if records_max > 1:
            self.reads_after.append(after_seq)
        return list(await super().read(after_seq=after_seq, records_max=records_max))


async def a_busy_log(log: DecisionLog, snapshots: MemorySnapshots) -> Owner:
    owner = await owned(log, snapshots=snapshots, snapshot_every=5)
    await owner.turn([roster()])
    for number in range(8):
        await owner.turn([away(number, number), outage(f"o{number}")])
    await owner.turn([away(9, "last")])
    return owner


async def test_another_owner_decides_the_same_and_gives_it_the_same_ids() -> None:
    """What deadlines make (units, call-outs) has the same ids however often owners changed: so
    two homes that were given the same are compared by their states."""
    digests = []
    for owners in (1, 3):
        log = MemoryLog(HERE)
        owner = await owned(log)
        await owner.turn([roster(), outage("o")])
        for _ in range(owners - 1):
            owner = await owned(log)
        due = owner.next_deadline
        assert due is not None
        await owner.turn([], until=due + HOUR)
        digests.append(digest(owner.state))

    assert digests[0] == digests[1]


async def refolded_from(log: CountingLog, snapshots: MemorySnapshots) -> tuple[int, str]:
    log.reads_after = []
    owner = await owned(log, snapshots=snapshots, follow_from=None)
    return log.reads_after[0], digest(owner.state)


async def test_a_restart_gives_the_state_that_was_left() -> None:
    log = MemoryLog(HERE)
    left = await a_busy_log(log, MemorySnapshots())

    again = await owned(log)

    assert digest(again.state) == digest(left.state)


async def test_a_restart_folds_from_the_newest_snapshot() -> None:
    log, snapshots = CountingLog(HERE), MemorySnapshots()
    log.reads_after = []
    left = await a_busy_log(log, snapshots)
    newest = await snapshots.latest(HERE)
    assert newest is not None

    began, state = await refolded_from(log, snapshots)

    assert (began, state) == (newest.seq, digest(left.state))


async def test_a_snapshot_that_is_not_on_the_chain_is_thrown_away() -> None:
    log, snapshots = CountingLog(HERE), MemorySnapshots()
    log.reads_after = []
    left = await a_busy_log(log, snapshots)
    good = await snapshots.latest(HERE)
    assert good is not None
    await snapshots.save(good._replace(seq=good.seq + 1))

    began, state = await refolded_from(log, snapshots)

    assert (began, state) == (good.seq, digest(left.state))


@pytest.mark.parametrize("broken", [b"", b"not compressed", "cut"])
async def test_a_snapshot_that_cannot_be_read_is_thrown_away(broken: bytes | str) -> None:
    log, snapshots = CountingLog(HERE), MemorySnapshots()
    log.reads_after = []
    left = await a_busy_log(log, snapshots)
    good = await snapshots.latest(HERE)
    assert good is not None
    there = (await records_of(log))[good.seq + 1]
    state = good.state[:-9] if isinstance(broken, str) else broken
    await snapshots.save(good._replace(seq=there.seq, hash=there.hash, state=state))

    began, folded = await refolded_from(log, snapshots)

    assert (began, folded) == (good.seq, digest(left.state))


async def test_a_snapshot_of_another_program_is_thrown_away() -> None:
    log, snapshots = CountingLog(HERE), MemorySnapshots()
    log.reads_after = []
    left = await a_busy_log(log, snapshots)
    others = MemorySnapshots()
    kept = await snapshots.latest(HERE)
    assert kept is not None
    await others.save(kept._replace(code_version="of another program"))

    assert await refolded_from(log, others) == (-1, digest(left.state))


async def test_a_follower_is_told_what_it_missed_and_nothing_twice() -> None:
    log, snapshots = MemoryLog(HERE), MemorySnapshots()
    left = await a_busy_log(log, snapshots)
    watching = Watching(log)
    there = (await records_of(log))[11]

    await owned(
        log,
        watching,
        snapshots=snapshots,
        follow_from=FollowerPosition(there.seq, there.hash),
    )

    assert watching.seqs == list(range(12, left.confirmed.tip.seq + 2))


async def test_a_cut_log_is_noticed_by_who_has_read_further() -> None:
    log = MemoryLog(HERE)
    left = await a_busy_log(log, MemorySnapshots())
    tip = left.confirmed.tip
    cut = MemoryLog(HERE)
    await cut.append((await records_of(log))[:-3])

    with pytest.raises(NotAccepted, match="cut or changed"):
        await owned(cut, follow_from=FollowerPosition(tip.seq, tip.hash))

    assert await cut.tip_seq() == tip.seq - 3


async def test_a_log_with_another_past_is_noticed_by_who_has_read_it() -> None:
    log = MemoryLog(HERE)
    left = await a_busy_log(log, MemorySnapshots())
    tip = left.confirmed.tip

    with pytest.raises(NotAccepted):
        await owned(log, follow_from=FollowerPosition(tip.seq - 1, tip.hash))


async def test_a_record_that_cannot_be_understood_stops_the_owner_before_its_claim() -> None:
    log = MemoryLog(HERE)
    tip = (await a_busy_log(log, MemorySnapshots())).confirmed.tip
    future = seal(
        seq=tip.seq + 1,
        prev=tip.hash,
        epoch=tip.epoch,
        at=0,
        kind=Kind.DECISION,
        log_id=HERE,
        signal_id="",
        cursor={"inbox": 1_000},
        payload=b'{"signal":null,"events":[{"type":"people_beamed_up","v":1}]}',
    )
    await log.append([future])
    owner = Owner(log, MemorySnapshots(), SetClock(START), (), snapshot_every=9)

    with pytest.raises(BrokenLog):
        await owner.open(HERE, Realm.ACTUAL, DEFAULT_POLICY, follow_from=BEGINNING)

    assert await log.tip_seq() == future.seq
    with pytest.raises(NotDeciding):
        await owner.turn([roster()])


class FullSnapshots(MemorySnapshots):
    async def save(self, snapshot: Snapshot) -> None:
        raise LogFull(snapshot.log_id, "no space left")


async def test_a_snapshot_that_cannot_be_kept_is_no_failure_of_the_decision() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log, snapshots=FullSnapshots(), snapshot_every=1)

    (receipt,) = await owner.turn([roster()])

    assert receipt.seq == await log.tip_seq()
    assert owner.stopped_because is None


async def test_a_state_kept_before_an_optional_field_was_added_is_used() -> None:
    log, snapshots = CountingLog(HERE), MemorySnapshots()
    log.reads_after = []
    left = await a_busy_log(log, snapshots)
    kept = await snapshots.latest(HERE)
    assert kept is not None
    whole = zlib.decompress(kept.state)
    without = re.sub(rb'"customer_ref":(null|"[^"]*"),?', b"", whole)
    assert len(without) < len(whole)
    others = MemorySnapshots()
    await others.save(kept._replace(state=zlib.compress(without)))

    assert await refolded_from(log, others) == (kept.seq, digest(left.state))


def test_an_added_field_is_another_shape_unless_states_without_it_can_be_used() -> None:
    shape = shape_of_state()

    assert shape_of_state(added={"Incident.device"}) != shape
    assert shape_of_state(added={"Incident.of_nothing"}) == shape


async def test_states_are_made_again_beside_the_deciding() -> None:
    log, snapshots = CountingLog(HERE), MemorySnapshots()
    log.reads_after = []
    left = await a_busy_log(log, snapshots)
    old = await snapshots.latest(HERE)
    assert old is not None
    others = MemorySnapshots()
    await others.save(old._replace(code_version="of the version before"))

    fold, kept = await keep_newest(log, others)
    _, again = await keep_newest(log, others)
    await left.turn([away(10, "meanwhile")])

    assert (kept, again) == (True, False)
    assert await refolded_from(log, others) == (fold.tip.seq, digest(left.state))
