"""Who goes first of those who wait: help and safety, then people, then machines."""

import asyncio
from typing import Any

import pytest

from coordinator.clock import SetClock
from coordinator.engine.inbox import Inbox
from coordinator.engine.lanes import Lane, Lanes, lane_of
from coordinator.errors import Busy, NotDeciding, TooMuchOfOne
from coordinator.log.memory import MemoryLog
from schemas import catalogue
from schemas.events.assignment import AnswerOverdue, AssignmentExpired
from schemas.roles import can
from schemas.signals.assignment import AcceptAssignment
from schemas.signals.command import CallHelp
from schemas.signals.envelope import Signal
from schemas.signals.incident import OutageReported
from schemas.signals.unit import MusterProposed
from schemas.vocabulary import Role
from tests.engine.county import PEOPLE, Watching, away, decided_ids, outage, owned, roster, say
from tests.engine.test_inbox import line_of, serving, settled
from tests.patience import PATIENCE_S
from tests.story import HERE, MINUTE, START

FEED: dict[str, Any] = {"actor_id": "map", "actor_role": Role.FEED}
OTHER: dict[str, Any] = {"actor_id": "meters", "actor_role": Role.FEED}


def by(member_id: str) -> dict[str, Any]:
    return {"actor_id": member_id, "actor_role": Role.MEMBER}


def calls_help(member_id: str = PEOPLE[1], key: object = "help", **more: Any) -> CallHelp:
    return say(CallHelp, key, member_id=member_id, **(by(member_id) | more))


def flood(number: int, **sender: Any) -> list[Signal]:
    of = sender or FEED
    return [outage(f"{of['actor_id']}-{it}", **of) for it in range(number)]


async def decided(inbox: Inbox, log: MemoryLog, *signals: Signal) -> list[str]:
    """Let signals wait in this order, and return the ids in the order they are decided."""
    answers = [inbox.submit(it) for it in signals]
    async with serving(inbox):
        await asyncio.gather(*answers)
    return await decided_ids(log)


async def test_a_call_for_help_overtakes_what_machines_sent() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), batch_max=4)
    help_ = calls_help()

    ids = await decided(inbox, log, roster(), *flood(40), help_)

    assert help_.signal_id in ids[:4]
    assert len(ids) == 42


async def test_an_answer_goes_before_what_machines_sent_and_machines_still_get_their_turn() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), batch_max=8)
    machines, people = flood(20), [away(1, it) for it in range(20)]

    ids = await decided(inbox, log, roster(), *machines, *people)

    assert [it.signal_id for it in people[:6]] == [
        it for it in ids[:8] if it in {one.signal_id for one in people}
    ]
    assert machines[0].signal_id in ids[:8], "nobody waits for ever"


async def test_what_one_sender_says_keeps_its_order_though_help_overtakes_others() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), batch_max=4)
    before = away(1, "before", **by(PEOPLE[1]))
    of_others = [away(2, it) for it in range(20)]

    ids = await decided(inbox, log, roster(), *of_others, before, calls_help())

    assert ids.index(before.signal_id) < ids.index(calls_help().signal_id) < 5


async def test_many_calls_for_help_that_take_along_what_was_said_before_fill_a_batch() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), batch_max=8)
    said: list[Signal] = [roster()]
    for number in range(1, 11):
        of = by(PEOPLE[number])
        said += [away(number, f"{number}-{it}", **of) for it in range(3)]
        said.append(calls_help(PEOPLE[number], f"help-{number}"))

    ids = await decided(inbox, log, *said, *flood(9))

    assert sorted(ids) == sorted(it.signal_id for it in (*said, *flood(9)))


async def test_one_feed_does_not_keep_another_waiting() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), batch_max=8)
    one, other = flood(40), flood(2, **OTHER)

    ids = await decided(inbox, log, *one, *other)

    assert {it.signal_id for it in other} <= set(ids[:8])
    assert [it for it in ids if it in {x.signal_id for x in one}] == [it.signal_id for it in one]


async def test_a_full_lane_of_machines_turns_no_person_away() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), waiting_max=10)
    waiting = [inbox.submit(it) for it in (*flood(5), *flood(5, **OTHER))]
    with pytest.raises(Busy):
        inbox.submit(outage("one-more", actor_id="third", actor_role=Role.FEED))

    waiting += [inbox.submit(it) for it in (roster(), calls_help())]

    async with serving(inbox):
        await asyncio.gather(*waiting)
    assert len(await decided_ids(log)) == 12


async def test_who_sends_too_much_waits_and_others_still_send() -> None:
    log = MemoryLog(HERE)
    inbox = line_of(await owned(log), SetClock(START), waiting_max=10)
    waiting = [inbox.submit(it) for it in flood(5)]

    with pytest.raises(TooMuchOfOne, match="map"):
        inbox.submit(outage("one-more", **FEED))
    waiting += [inbox.submit(it) for it in flood(1, **OTHER)]

    async with serving(inbox):
        await asyncio.gather(*waiting)


async def test_an_answer_that_waits_in_the_line_in_time_is_not_late() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    watching = Watching(log)
    owner = await owned(log, watching, clock=clock)
    inbox = line_of(owner, clock, batch_max=1)
    async with serving(inbox):
        await asyncio.gather(inbox.submit(roster()), inbox.submit(outage("o")))
        clock.set(START + MINUTE)
        await settled()
        offered = next(iter(owner.state.assignments.by_id.values()))
        assert owner.next_deadline is not None
        at = clock.now()
        answers = [
            inbox.submit(away(4, "first", at=at)),
            inbox.submit(
                say(
                    AcceptAssignment, "yes", at=at, assignment_id=offered.assignment_id,
                    **by(offered.member_id),
                )
            ),
        ]  # fmt: skip
        # The first is decided when the answer clock has run out.
        clock.set(offered.answer_by + MINUTE)
        first, yes = await asyncio.gather(*answers)

    assert (first.refused, yes.refused, yes.nothing_changed) == (None, None, False)
    facts = [it for step in watching.steps for it in step.events]
    late = [it for it in facts if isinstance(it, AnswerOverdue | AssignmentExpired)]
    assert not [it for it in late if it.assignment_id == offered.assignment_id]


def test_of_all_that_a_machine_may_send_only_the_weather_goes_with_help_and_safety() -> None:
    sent = [it for it in catalogue.SIGNALS.values() if can(Role.FEED, it.needs)]
    assert [it.__name__ for it in sent if lane_of(it, Role.FEED) is Lane.LIFE] == [
        "WeatherReported"
    ]
    assert lane_of(OutageReported, Role.DISPATCHER) is Lane.PEOPLE
    # What the coordinator says itself is for people: that a call-out has left, what is planned.
    assert lane_of(MusterProposed, Role.SYSTEM) is Lane.PEOPLE


async def test_a_line_that_falls_over_lets_nobody_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = await owned(MemoryLog(HERE))
    inbox = line_of(owner, SetClock(START))

    def falls_over(self: Lanes[Any], most: int) -> list[Any]:
        raise ZeroDivisionError

    monkeypatch.setattr(Lanes, "take", falls_over)
    running, waiting = asyncio.create_task(inbox.run()), inbox.submit(roster())

    with pytest.raises(NotDeciding, match="ZeroDivisionError"):
        await asyncio.wait_for(waiting, PATIENCE_S)
    with pytest.raises(ZeroDivisionError):
        await running
    with pytest.raises(NotDeciding):
        inbox.submit(away(1, "later"))
    assert owner.stopped_because is not None
