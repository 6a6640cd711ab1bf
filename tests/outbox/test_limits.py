"""A place that takes few messages gets few, the worst first; no other waits for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.errors import BadFile
from coordinator.outbox.apprise_channel import AppriseChannel
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.notices_out import _Lane
from coordinator.troubles import TroubleKind
from tests.outbox.listening import Listener, listening
from tests.outbox.test_notices_out import addresses, by_apprise, effect, until
from tests.story import MINUTE, START


@pytest.fixture
def world() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def people(number: int) -> list[ActualEffect]:
    """Return a message for each of so many people, the last one worst."""
    return [
        effect(f"{it:03}", seq=it, target=f"mem_{it:03}", about=f"inc-{it}", rank=1_000 - it)
        for it in range(number)
    ]


async def test_a_gateway_gets_as_many_a_minute_as_it_takes_the_worst_first(
    tmp_path: Path, world: Listener
) -> None:
    text = f"member: ['json://127.0.0.1:{world.port}/sms?:id={{id}}']\nlimits: {{member: 4}}\n"
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver(people(10))
        await sending.until(*["sent"] * 4, *["waiting"] * 6)
        sending.clock.set(START + MINUTE - 1)
        await until(lambda: bool(sending.reach.out.troubles()))
        assert [it.kind for it in sending.reach.out.troubles()] == [TroubleKind.CHANNEL_LATE]
        assert len(world.at("/sms")) == 4

        sending.clock.set(START + MINUTE)
        await sending.until(*["sent"] * 8, *["waiting"] * 2)

    said = [json.loads(it.body)["id"] for it in world.at("/sms")]
    assert sorted(said[:4]) == ["006", "007", "008", "009"]
    assert sorted(said[4:]) == ["002", "003", "004", "005"]


async def test_no_other_place_waits_for_one_that_takes_few(tmp_path: Path, world: Listener) -> None:
    text = (
        f"member: ['json://127.0.0.1:{world.port}/sms']\nlimits: {{member: 1}}\n"
        f"desk:dispatcher: ['json://127.0.0.1:{world.port}/desk']\n"
    )
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver([*people(5), *(effect(f"d{it}") for it in range(5))])
        await sending.until(*["sent"] * 6, *["waiting"] * 4)


async def test_where_few_messages_go_a_desk_gets_several_as_one(
    tmp_path: Path, world: Listener
) -> None:
    text = f"desk:dispatcher: ['json://127.0.0.1:{world.port}/robot']\n"
    notices = [effect(f"{it:03}", seq=it, about=f"inc-{it}") for it in range(10)]
    async with by_apprise(tmp_path, f"{text}limits: {{'desk:dispatcher': 2}}\n") as sending:
        await sending.reach.out.deliver(notices)
        await sending.until(*["sent"] * 10)

    assert len(world.at("/robot")) == 2


async def test_what_a_service_refuses_counts_as_well(tmp_path: Path, world: Listener) -> None:
    world.answers = {"/sms": 429}
    text = f"member: ['json://127.0.0.1:{world.port}/sms']\nlimits: {{member: 3}}\n"
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver(people(6))
        await until(lambda: len(world.at("/sms")) == 3)
        sending.clock.set(START + 30_000)
        await until(lambda: bool(sending.reach.out.troubles()))
        assert len(world.at("/sms")) == 3


def test_a_clock_that_is_put_back_holds_nobody_up() -> None:
    lane = _Lane(2)
    lane.sends(START + 5 * MINUTE)
    lane.sends(START + 5 * MINUTE)

    assert lane.room(START + 5 * MINUTE) == 0
    assert lane.room(START) == 2


def test_group_robots_have_the_limits_of_their_makers(tmp_path: Path) -> None:
    path = addresses(
        tmp_path,
        "desk:dispatcher: ['dingtalk://token', 'json://127.0.0.1/x', 'wecombot://key12345678']\n"
        "desk:commander: ['dingtalk://token']\nlimits: {'desk:commander': 7}\n",
    )
    channel = AppriseChannel(Path(path), lambda _: None)

    here = [channel.limit(f"apprise|desk:dispatcher|{it}") for it in range(3)]
    assert here == [20, None, 20]
    assert channel.limit("apprise|desk:commander|0") == 7


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("{member: 0}", "member: 0 is no number of messages from 1"),
        ("{member: 1.5}", "member: 1.5 is no number"),
        ("{member: true}", "member: True is no number"),
        ("{members: 5}", "'members' is none of"),
        ("5", "a mapping from target to messages a minute is wanted"),
    ],
)
def test_a_limit_that_is_none_is_told(tmp_path: Path, limits: str, told: str) -> None:
    path = addresses(tmp_path, f"member: ['json://127.0.0.1/x']\nlimits: {limits}\n")

    with pytest.raises(BadFile, match=told):
        AppriseChannel(Path(path), lambda _: None)
