"""A place that takes nothing is known of; a wrong number alone is not a place that is down."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.clock import SetClock
from coordinator.outbox.channel_watch import ChannelWatch, Late
from coordinator.troubles import TroubleKind
from tests.outbox.listening import Listener, listening
from tests.outbox.test_notices_out import LI, Sending, addresses, by_apprise, effect, until
from tests.story import START

SECOND = 1_000
SMS = "apprise|member|0"


@pytest.fixture
def world() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def told(watch: ChannelWatch, after_s: int) -> list[tuple[TroubleKind, str]]:
    return [(it.kind, it.about) for it in watch.troubles(START + after_s * SECOND)]


def refused(watch: ChannelWatch, *targets: str, after_s: int = 0) -> None:
    for target in targets:
        given = effect(f"e-{target}", target=target)
        watch.refused(SMS, [given], "500", START + after_s * SECOND)


def test_what_several_people_were_not_told_is_down_until_it_takes_something() -> None:
    watch = ChannelWatch()
    refused(watch, "li", "wang", "zhao")

    assert told(watch, 3) == [(TroubleKind.CHANNEL_DOWN, SMS)]
    (trouble,) = watch.troubles(START + 60 * SECOND)
    assert (trouble.why, trouble.amount) == ("500", 60)
    # Its messages may come to nothing: that does not mend it.
    for target in ("li", "wang", "zhao"):
        watch.gave_up(SMS, effect(f"e-{target}"))
    assert told(watch, 600) == [(TroubleKind.CHANNEL_DOWN, SMS)]

    watch.took(SMS)
    assert told(watch, 601) == []


def test_a_pause_of_a_moment_is_no_trouble() -> None:
    watch = ChannelWatch()
    refused(watch, "li", "wang", "zhao")

    assert told(watch, 2) == []
    watch.took(SMS)
    refused(watch, "li", "wang", after_s=60)
    assert told(watch, 600) == [(TroubleKind.CHANNEL_DOWN, SMS)]


def test_a_wrong_number_is_told_of_while_it_is_tried_and_no_longer() -> None:
    watch = ChannelWatch()
    refused(watch, "li")

    assert told(watch, 14) == []
    assert told(watch, 15) == [(TroubleKind.CHANNEL_DOWN, SMS)]
    watch.gave_up(SMS, effect("e-li"))
    assert told(watch, 16) == []


def test_a_wrong_number_among_many_that_are_right_is_no_trouble() -> None:
    watch = ChannelWatch()
    for at in range(20):
        refused(watch, "li", after_s=at)
        watch.took(SMS)

    assert told(watch, 60) == []


@pytest.mark.parametrize(("after_s", "late"), [(30, False), (31, True)])
def test_what_waits_for_its_first_try_is_told_of(after_s: int, late: bool) -> None:
    watch = ChannelWatch()
    watch.oldest = [Late(SMS, START)]

    assert told(watch, after_s) == ([(TroubleKind.CHANNEL_LATE, SMS)] if late else [])


def test_a_place_that_is_down_is_not_called_slow_as_well() -> None:
    watch = ChannelWatch()
    watch.oldest = [Late(SMS, START)]
    refused(watch, "li", "wang", "zhao")

    assert told(watch, 60) == [(TroubleKind.CHANNEL_DOWN, SMS)]


async def test_a_gateway_that_is_down_is_known_long_before_the_time_to_answer_is_over(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/sms": 503}
    text = f"member: ['json://127.0.0.1:{world.port}/sms']\n"
    async with by_apprise(tmp_path, text) as sending:
        out, clock = sending.reach.out, sending.clock
        assert out.troubles() == []
        await out.deliver([effect(it, target=it) for it in ("li", "wang", "zhao")])
        await until(lambda: len(world.at("/sms")) == 3)
        clock.set(START + 4_000)

        await until(lambda: bool(out.troubles()))
        (down,) = out.troubles()
        assert (down.kind, down.about) == (TroubleKind.CHANNEL_DOWN, "apprise|member|0")

        world.answers = {}
        clock.set(START + 20_000)
        await sending.until("sent", "sent", "sent")
        assert out.troubles() == []


async def test_a_person_nobody_has_a_number_of_makes_no_gateway_well(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/sms/13812345678": 503}
    text = f"member: ['json://127.0.0.1:{world.port}/sms/{{phone}}']\n"
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver([effect("a", target=LI)])
        await until(lambda: bool(sending.reach.out.failing))
        await sending.reach.out.deliver([effect("b", target="mem_unknown")])
        await sending.until("unreachable", "waiting")

        sending.clock.set(START + 16_000)
        assert "apprise|member|0" in sending.reach.out.failing
        assert [it.kind for it in sending.reach.out.troubles()] == [TroubleKind.CHANNEL_DOWN]


async def test_a_file_nobody_can_write_is_a_trouble_of_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "member: ['json://127.0.0.1:1/phone']\n"
    sending = Sending(tmp_path, SetClock(START), notify_urls=addresses(tmp_path, text))

    def full() -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sending.reach.out.deliveries, "begin_sending", full)
    sending.start()
    await until(lambda: bool(sending.reach.out.troubles()))
    (trouble,) = sending.reach.out.troubles()
    await sending.stop()

    assert trouble.kind is TroubleKind.SENDING_FAILED
    assert "disk is full" in trouble.why
