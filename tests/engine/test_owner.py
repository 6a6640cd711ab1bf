"""The owner of a log: one record for each signal, confirmed before anything leaves."""

import pytest
from msgspec.structs import replace

from coordinator.clock import SetClock
from coordinator.domain import jurisdiction
from coordinator.domain.canonical import digest
from coordinator.engine.speculation import FAILED_AT, Place, Speculation
from coordinator.errors import LogFull, NotDeciding
from coordinator.log.envelope import Kind
from coordinator.log.memory import MemoryLog
from coordinator.log.verify import verify
from schemas.catalogue import write_payload
from schemas.events.incident import IncidentOpened
from schemas.events.notice import SignalRefused
from schemas.sentences import rights
from schemas.vocabulary import Realm, Role
from tests.engine.county import (
    FailingLog,
    Watching,
    away,
    decided_ids,
    outage,
    owned,
    records_of,
    roster,
)
from tests.story import HERE, MINUTE, START


async def test_a_new_log_begins_with_its_founding_and_a_claim() -> None:
    log = MemoryLog(HERE)

    await owned(log)

    assert [(it.kind, it.epoch) for it in await records_of(log)] == [
        (Kind.GENESIS, 0),
        (Kind.CLAIM, 1),
    ]


async def test_each_signal_gives_one_record_in_its_order() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    signals = [roster(), away(1, "a"), outage("o"), away(2, "b")]

    receipts = await owner.turn(signals)

    assert await decided_ids(log) == [it.signal_id for it in signals]
    on_log = {it.seq: (it.signal_id, it.hash) for it in await records_of(log)}
    assert [on_log[it.seq] for it in receipts] == [(it.signal_id, it.hash) for it in receipts]


async def test_a_signal_that_changes_nothing_is_on_the_log_all_the_same() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), away(1, "a")])

    await owner.turn([away(1, "again")])

    last = (await records_of(log))[-1]
    assert last.signal_id == away(1, "again").signal_id
    assert last.payload == write_payload(away(1, "again"), ())


async def test_the_state_after_a_signal_that_changes_nothing_is_the_same_in_replay() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), away(1, "a"), away(1, "again", at=START + MINUTE)])

    finding, _ = await verify(log)

    assert finding.digest == digest(owner.state)


async def test_a_signal_sent_twice_in_one_batch_is_decided_once() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)

    first, second = await owner.turn([roster(), roster()])

    assert (first.duplicate, second.duplicate) == (False, True)
    assert (first.seq, first.hash) == (second.seq, second.hash)
    assert await decided_ids(log) == [roster().signal_id]


async def test_a_signal_sent_again_later_gets_the_receipt_of_the_first_time() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster()])
    (first,) = await owner.turn([outage("o")])

    new, again = await owner.turn([away(1, "a"), outage("o")])

    assert again == first._replace(duplicate=True)
    assert not new.duplicate
    assert await decided_ids(log) == [
        roster().signal_id,
        outage("o").signal_id,
        away(1, "a").signal_id,
    ]


async def test_a_signal_sent_again_after_a_restart_is_not_decided_again() -> None:
    log = MemoryLog(HERE)
    (first,) = await (await owned(log)).turn([roster()])

    (again,) = await (await owned(log)).turn([roster()])

    assert again == first._replace(duplicate=True)
    assert await decided_ids(log) == [roster().signal_id]


async def test_a_refusal_reaches_the_sender_and_the_log() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)

    (receipt,) = await owner.turn([roster(realm=Realm.EXERCISE)])

    assert receipt.refused is not None
    assert receipt.refused.field == "realm"
    assert b"signal_refused" in (await records_of(log))[receipt.seq].payload
    (again,) = await owner.turn([roster(realm=Realm.EXERCISE)])
    assert again.refused == receipt.refused


async def test_what_is_too_large_for_one_record_is_refused() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    large = roster()
    people = tuple(
        replace(person, member_id=f"mem_{roster(key).signal_id}")
        for key in range(50)
        for person in large.people[:1]
    )
    huge = large.model_copy(update={"people": people * 20})

    (receipt,) = await owner.turn([huge])

    assert receipt.refused is not None
    assert receipt.refused.rule == rights.TOO_LARGE_FOR_ONE_RECORD
    assert len(owner.state.roster.members) == 0


async def test_followers_are_told_only_what_is_on_the_log() -> None:
    log = MemoryLog(HERE)
    watching = Watching(log)
    owner = await owned(log, watching)

    await owner.turn([roster(), outage("o")])

    assert watching.seqs == [0, 1, 2, 3]
    assert all(was >= seq for was, seq in zip(watching.log_was, watching.seqs, strict=True))


async def test_a_full_log_takes_nothing_and_tells_nobody() -> None:
    log = FailingLog(HERE)
    watching = Watching(log)
    owner = await owned(log, watching)
    await owner.turn([roster()])
    before, told = digest(owner.state), list(watching.seqs)
    log.failures = ["full"]

    with pytest.raises(LogFull):
        await owner.turn([outage("o")])

    assert digest(owner.state) == before
    assert watching.seqs == told
    (receipt,) = await owner.turn([outage("o")])
    assert not receipt.duplicate


@pytest.mark.parametrize("failure", ["lost", "landed", "late"])
async def test_a_write_in_doubt_is_decided_once_whatever_became_of_it(failure: str) -> None:
    log = FailingLog(HERE)
    watching = Watching(log)
    owner = await owned(log, watching)
    await owner.turn([roster()])
    log.failures = [failure]

    (receipt,) = await owner.turn([outage("o")])

    assert await decided_ids(log) == [roster().signal_id, outage("o").signal_id]
    assert receipt.hash == (await records_of(log))[receipt.seq].hash
    opened = [it for step in watching.steps for it in step.events if type(it) is IncidentOpened]
    assert len(opened) == 1
    assert watching.seqs == list(range(await log.tip_seq() + 1))


async def test_after_a_write_in_doubt_a_barrier_stands_where_it_may_have_landed() -> None:
    log = FailingLog(HERE)
    owner = await owned(log)
    log.failures = ["lost"]

    await owner.turn([roster()])

    kinds = [it.kind for it in await records_of(log)]
    assert kinds == [Kind.GENESIS, Kind.CLAIM, Kind.BARRIER, Kind.DECISION]


async def test_a_log_that_never_answers_stops_the_owner() -> None:
    log = FailingLog(HERE)
    owner = await owned(log)
    log.failures = ["lost"] * 100

    with pytest.raises(NotDeciding):
        await owner.turn([roster()])

    assert "LogInDoubt" in str(owner.stopped_because)


async def test_a_new_owner_makes_the_older_one_step_down() -> None:
    log = MemoryLog(HERE)
    watching = Watching(log)
    paused = await owned(log, watching)
    newer = await owned(log)
    await newer.turn([roster()])
    told = list(watching.seqs)

    with pytest.raises(NotDeciding, match="another owner claimed epoch 2"):
        await paused.turn([outage("o")])

    assert await decided_ids(log) == [roster().signal_id]
    assert outage("o").signal_id not in {it.record.signal_id for it in watching.steps}
    assert watching.seqs[: len(told)] == told
    (receipt,) = await newer.turn([outage("o")])
    assert not receipt.duplicate


async def test_a_signal_the_coordinator_fails_at_is_refused_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster()])
    hit = away(1, "a")

    with monkeypatch.context() as broken:
        broken.setitem(jurisdiction._DECIDE, type(hit), lambda *_: 1 / 0)
        failed, after = await owner.turn([hit, outage("o")])

    assert failed.refused is not None
    assert (failed.refused.rule, failed.refused.value) == (FAILED_AT, "ZeroDivisionError")
    assert after.refused is None
    # It is there as it came, and reads alike for whoever has the defect mended.
    assert hit.signal_id.encode() in (await records_of(log))[failed.seq].payload
    again = await owned(log)
    assert digest(again.state) == digest(owner.state)
    assert (await again.turn([hit]))[0].duplicate


async def test_each_deadline_passes_at_its_own_time_before_what_comes_later() -> None:
    log = MemoryLog(HERE)
    clock = SetClock(START)
    owner = await owned(log, clock=clock)
    await owner.turn([roster(), outage("o")])
    due = owner.next_deadline
    assert due is not None
    assert due < START + 30 * MINUTE
    clock.set(START + 30 * MINUTE)

    (receipt,) = await owner.turn([away(11, "late", at=START + 30 * MINUTE)])

    after = (await records_of(log))[4:]
    assert after[0].at == due
    assert [it.at for it in after] == sorted(it.at for it in after)
    assert after[-1].seq == receipt.seq
    assert b'"deadline_passed"' in after[0].payload


async def test_what_came_due_while_nobody_owned_the_log_is_recorded_when_it_was_noticed() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("o")])
    assert owner.next_deadline is not None
    back = START + 30 * MINUTE
    later = await owned(log, clock=SetClock(back))

    await later.turn([], until=back)

    noticed = [it for it in await records_of(log) if b'"deadline_passed"' in it.payload]
    assert noticed
    assert {it.at for it in noticed} == {back}
    assert later.next_deadline is None or later.next_deadline > back


async def test_a_turn_with_nothing_due_writes_nothing() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster()])
    before = await log.tip_seq()

    assert await owner.turn([], until=START + 1) == []

    assert await log.tip_seq() == before


async def test_a_clock_that_goes_back_never_turns_the_record_back() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log, clock=SetClock(START + MINUTE))
    await owner.turn([roster(), away(1, "a", at=START + MINUTE)])
    slow = await owned(log, clock=SetClock(START))

    (receipt,) = await slow.turn([away(2, "b", at=START)])

    assert receipt.refused is None
    assert receipt.at == START + MINUTE
    assert (await verify(log))[0].fault is None


async def test_two_speculations_on_one_state_make_the_same_records() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster()])
    runs = []
    for _ in range(2):
        ahead = Speculation(owner.confirmed, 1)
        ahead.take(outage("o"), Place("inbox"))
        ahead.pass_deadlines(START + 30 * MINUTE, not_before=START)
        runs.append([it.raw for it in ahead.records])

    assert len(runs[0]) > 1
    assert runs[0] == runs[1]


async def test_a_receipt_carries_the_refusal_as_it_is_on_the_log() -> None:
    log = MemoryLog(HERE)
    watching = Watching(log)
    owner = await owned(log, watching)

    (receipt,) = await owner.turn([roster(actor_role=Role.MEMBER)])

    (event,) = watching.steps[-1].events
    assert isinstance(event, SignalRefused)
    assert receipt.refused == event
