"""The planner beside a home, as a real process: alive, dead, and standing still."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coordinator.clock import SetClock
from coordinator.domain.state.units import Stage, Unit
from coordinator.engine.speculation import Receipt
from coordinator.errors import Busy, LogFull
from coordinator.home.home import Home
from coordinator.home.planner import PlannerBeside
from coordinator.planning.planner import Planner
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm
from tests.county import county
from tests.county import outage as report
from tests.domain.test_unit import planned
from tests.engine.county import outage, roster
from tests.patience import PATIENCE_S
from tests.story import HERE, START

WITHIN_S = 600


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=WITHIN_S)
    policy = replace(DEFAULT_POLICY, muster=muster)
    found = await Home.open(
        Settings(data_dir=tmp_path), SetClock(START), {HERE: (Realm.ACTUAL, policy)},
        in_memory_tokens=True, planner=True,
    )  # fmt: skip
    await found.submit(roster())
    yield found
    await found.close()


def the_unit(home: Home) -> Unit | None:
    return next(iter(home.state_of(HERE).units.by_id.values()), None)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - what is awaited is in another process
            await asyncio.sleep(0.02)


def formed(home: Home) -> bool:
    unit = the_unit(home)
    return unit is not None and unit.stage is Stage.FORMED


def method(home: Home) -> str:
    unit = the_unit(home)
    return "" if unit is None or unit.explanation is None else unit.explanation.method.code


def process_of(home: Home) -> int:
    assert home.planner is not None
    assert home.planner._process is not None
    return home.planner._process.pid


async def running(home: Home) -> None:
    await until(lambda: bool(home.planner and home.planner.health()["running"]))


async def test_the_planner_proposes_and_the_decider_sends(home: Home) -> None:
    await home.submit(outage("o"))

    await until(lambda: formed(home))

    assert method(home) == "ready_first"
    # The unit is there a moment before the proposal's receipt is.
    await until(lambda: home.health()["planner"]["proposed"] == 1)
    (row,) = [row for _, _, row in home.boards.rows("units_in_the_field", [HERE])]
    assert row["explanation"]["solver"]
    assert {it["member_id"] for it in row["proposal"]} == {it["member_id"] for it in row["people"]}
    assert all(it["reasons"][0]["code"] == "minutes_away" for it in row["proposal"])
    assert all(it["next_best"]["dearer"] >= 0 for it in row["proposal"])


async def test_a_planner_that_stands_still_holds_up_nobody(home: Home) -> None:
    await running(home)
    os.kill(process_of(home), signal.SIGSTOP)
    await home.submit(outage("o"))
    assert not formed(home)

    assert isinstance(home.clock, SetClock)
    home.clock.set(START + WITHIN_S * 1_000)

    await until(lambda: formed(home))
    assert method(home) == "nearest_first"


async def test_a_planner_that_was_killed_is_started_again_and_goes_on(home: Home) -> None:
    await running(home)
    os.kill(process_of(home), signal.SIGKILL)
    await home.submit(outage("o"))

    await until(lambda: formed(home))

    assert method(home) == "ready_first"
    assert home.health()["planner"]["starts"] == 2


async def test_a_home_ends_with_its_planner(tmp_path: Path) -> None:
    home = await Home.open(
        Settings(data_dir=tmp_path), SetClock(START), {HERE: (Realm.ACTUAL, DEFAULT_POLICY)},
        in_memory_tokens=True, planner=True,
    )  # fmt: skip
    await running(home)
    pid = process_of(home)

    await home.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_proposal_waits_while_there_is_no_room_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordinator.home.planner._PAUSE_S", 0.01)
    answers: list[Exception] = [Busy(HERE, 9), LogFull(HERE, "disk full"), Busy(HERE, 9)]
    handed_in: list[str] = []

    async def submit(signal: Signal) -> Receipt:
        handed_in.append(signal.signal_id)
        if answers:
            raise answers.pop()
        return Receipt(signal.signal_id, 1, b"", START, None)

    planner = PlannerBeside(tmp_path / "x.db", SetClock(START), submit)
    proposal = outage("o")

    await planner._hand_in(proposal.model_dump_json().encode())

    assert handed_in == [proposal.signal_id] * 4
    assert planner.health()["proposed"] == 1


async def test_a_proposal_nobody_waits_for_any_more_costs_no_record(tmp_path: Path) -> None:
    handed_in: list[str] = []

    async def submit(signal: Signal) -> Receipt:
        handed_in.append(signal.signal_id)
        return Receipt(signal.signal_id, 1, b"", START, None)

    story, thinking = county(planned()), Planner()
    report(story)
    thinking.show(story.state)
    (proposal,) = thinking.proposals(story.at)
    line = proposal.model_dump_json().encode()
    planner = PlannerBeside(
        tmp_path / "x.db", SetClock(START), submit, state_of=lambda _: story.state
    )

    await planner._hand_in(line)
    story.when(proposal)
    await planner._hand_in(line)

    assert handed_in == [proposal.signal_id]
    assert (planner.health()["proposed"], planner.health()["dropped"]) == (1, 1)


async def test_proposals_are_handed_in_side_by_side(tmp_path: Path) -> None:
    decided = asyncio.Event()
    handed_in: list[str] = []

    async def submit(signal: Signal) -> Receipt:
        handed_in.append(signal.signal_id)
        await decided.wait()
        return Receipt(signal.signal_id, 1, b"", START, None)

    planner = PlannerBeside(tmp_path / "x.db", SetClock(START), submit)
    proposals = [outage(f"o{it}") for it in range(40)]
    for it in proposals:
        await planner._begin_to_hand_in(it.model_dump_json().encode())
    await asyncio.sleep(0)

    assert handed_in == [it.signal_id for it in proposals]
    decided.set()
    await until(lambda: planner.health()["proposed"] == 40)
