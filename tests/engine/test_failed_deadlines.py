"""A deadline that this program fails at: its county goes on, it is tried again, then set aside."""

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from coordinator.clock import SetClock
from coordinator.domain import jurisdiction
from coordinator.domain.canonical import decode, digest, encode
from coordinator.domain.cause import Cause
from coordinator.domain.deadline import WAITS_MS
from coordinator.engine.owner import Owner
from coordinator.home.measuring import Measuring
from coordinator.log.memory import MemoryLog
from schemas.catalogue import read_events
from schemas.events.deadline import DeadlineFailed
from schemas.events.notice import NoticeRaised
from schemas.vocabulary import NoticeKind
from tests.engine.county import away, outage, owned, records_of, roster
from tests.story import HERE, START


async def broken_at(
    monkeypatch: pytest.MonkeyPatch, becomes: Callable[..., Any], clock: SetClock
) -> tuple[MemoryLog, Owner, str]:
    """Own a county with an outage, whose next kind of deadline is broken; return that kind."""
    log = MemoryLog(HERE)
    owner = await owned(log, clock=clock)
    await owner.turn([roster(), outage("o")])
    following = owner.state.timers.next()
    assert following is not None
    monkeypatch.setitem(jurisdiction._DUE, following[1], becomes)
    return log, owner, following[1]


def not_as_its_fact_wants(_: Any, kind: str, id_: str, cause: Cause) -> tuple[DeadlineFailed, ...]:
    wrong: Any = 7
    return (DeadlineFailed(kind=kind, id=id_, times=1, why=wrong, again_at=cause.at + 1),)


def nothing(*_: object) -> tuple[()]:
    return ()


async def facts_of(log: MemoryLog, kind: type[Any]) -> list[Any]:
    found = []
    for record in await records_of(log):
        if record.signal_id:
            found += [it for it in read_events(record.payload) if isinstance(it, kind)]
    return found


@pytest.mark.parametrize(
    ("becomes", "why"),
    [
        (lambda *_: 1 / 0, "ZeroDivisionError"),
        (not_as_its_fact_wants, "NotReadBack"),
        (nothing, "AssertionError"),
    ],
)
async def test_its_county_goes_on_and_somebody_is_told(
    monkeypatch: pytest.MonkeyPatch, becomes: Callable[..., Any], why: str
) -> None:
    clock = SetClock(START)
    log, owner, kind = await broken_at(monkeypatch, becomes, clock)
    due = owner.next_deadline
    assert due is not None
    clock.set(due)

    (receipt,) = await owner.turn([away(1, "a", at=due)], until=due)

    assert receipt.refused is None
    assert owner.stopped_because is None
    first = (await facts_of(log, DeadlineFailed))[0]
    assert (first.kind, first.times, first.why) == (kind, 1, why)
    assert first.again_at == due + WAITS_MS[0]
    told = [it for it in await facts_of(log, NoticeRaised) if it.kind is NoticeKind.DEFECT]
    assert told[0].text.code == "deadline_failed"
    again = await owned(log, clock=clock)
    assert digest(again.state) == digest(owner.state) == digest(decode(encode(owner.state)))


async def test_others_that_are_due_with_it_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SetClock(START)
    log = MemoryLog(HERE)
    owner = await owned(log, clock=clock)
    await owner.turn([roster(), outage("o")])
    following = owner.state.timers.next()
    assert following is not None
    due, kind, id_ = following
    others = [key for key, at in owner.state.timers.due.items() if at == due]
    assert len(others) > 1
    whole = jurisdiction._DUE[kind]

    def one_is_broken(state: Any, of: str, it: str, cause: Any) -> Any:
        return 1 / 0 if it == id_ else whole(state, of, it, cause)

    monkeypatch.setitem(jurisdiction._DUE, kind, one_is_broken)
    clock.set(due)

    await owner.turn([], until=due)

    assert [it.id for it in await facts_of(log, DeadlineFailed)] == [id_]
    assert all(at > due for at in owner.state.timers.due.values())


async def test_it_is_tried_again_a_few_times_and_then_set_aside_with_an_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SetClock(START)
    log, owner, kind = await broken_at(monkeypatch, lambda *_: 1 / 0, clock)
    following = owner.state.timers.next()
    assert following is not None
    at, _, id_ = following
    for wait in (0, *WAITS_MS):
        at += wait
        clock.set(at)
        await owner.turn([], until=at)

    mine = [it for it in await facts_of(log, DeadlineFailed) if it.id == id_]
    assert [it.times for it in mine] == [1, 2, 3, 4]
    assert mine[-1].again_at is None
    assert owner.state.timers.get(kind, id_) is None
    assert f"{kind}:{id_}" not in owner.state.deadlines.failed
    told = [it.text for it in await facts_of(log, NoticeRaised) if it.kind is NoticeKind.DEFECT]
    mine_told = [it.code for it in told if it.ids["id"] == (id_,)]
    assert mine_told == ["deadline_failed", "deadline_set_aside"]


async def test_once_the_defect_is_mended_it_is_decided_and_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SetClock(START)
    with monkeypatch.context() as broken:
        log, owner, _ = await broken_at(broken, lambda *_: 1 / 0, clock)
        due = owner.next_deadline
        assert due is not None
        clock.set(due)
        await owner.turn([], until=due)
    failed = len(await facts_of(log, DeadlineFailed))
    clock.set(due + WAITS_MS[0])

    await owner.turn([], until=clock.now())

    assert len(await facts_of(log, DeadlineFailed)) == failed > 0
    assert all(at > clock.now() for at in owner.state.timers.due.values())


async def test_each_failure_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, registry = SetClock(START), CollectorRegistry()
    log = MemoryLog(HERE)
    owner = await owned(log, Measuring(registry), clock=clock)
    await owner.turn([roster(), outage("o")])
    following = owner.state.timers.next()
    assert following is not None
    monkeypatch.setitem(jurisdiction._DUE, following[1], lambda *_: 1 / 0)
    clock.set(following[0])

    await owner.turn([], until=following[0])

    counted = registry.get_sample_value("coordinator_failed_deadlines_total", {"log": log.log_id})
    assert counted == len(await facts_of(log, DeadlineFailed)) > 0
