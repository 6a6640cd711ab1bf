"""Notices out: sent once for each effect, tried again, recorded; never late, never an exercise."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from coordinator.clock import SetClock
from coordinator.errors import BadFile, BadInput
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.notices_out import AT_ONCE
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.private.vault import PersonalData, Vault
from coordinator.settings import Settings
from schemas.ids import ulid_of
from schemas.said import document_of
from schemas.sentences import notices
from schemas.vocabulary import UnitRole
from tests.outbox.listening import Listener, listening
from tests.patience import PATIENCE_S
from tests.story import MINUTE, START

LI = f"mem_{ulid_of(START, 'li')}"
TASK = f"asg_{ulid_of(START, 'task')}"


@pytest.fixture
def world() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def effect(key: str, **more: Any) -> ActualEffect:
    fields: dict[str, Any] = {
        "effect_id": key, "log_id": "yunhe", "seq": 7, "at": START, "target": "desk:dispatcher",
        "kind": "notice_raised", "about": f"inc_{ulid_of(START, 'inc')}",
        "expires_at": START + 60 * MINUTE,
        "document": {
            "kind": "shortage", "recipient": "dispatcher",
            "text": document_of(notices.short_of(notices.lacking_people(2, UnitRole.LINE_WORKER))),
        },
    }  # fmt: skip
    return ActualEffect(**(fields | more))


class Sending:
    """Notices out of one folder, as a home has them."""

    def __init__(self, folder: Path, clock: SetClock, **settings: str) -> None:
        self.clock = clock
        self.vault = Vault(folder / "people.db")
        self.reach = NotificationSetup(
            Settings(data_dir=folder, **settings),
            self.vault,
            clock,
            CollectorRegistry(),
        )
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self.reach.out.run())

    async def until(self, *fates: str) -> None:
        """Wait until what is kept has these fates, as many as there are."""

        def found() -> list[str]:
            counts = self.reach.out.deliveries.counts().values()
            return sorted(f for it in counts for f, n in it.items() for _ in range(n))

        await until(lambda: found() == sorted(fates), found)

    async def stop(self) -> None:
        self.reach.out.close()
        if self._running is not None:
            await self._running
        self.reach.close()
        self.vault.close()


async def until(holds: Callable[[], bool], shown: Callable[[], object] = lambda: "") -> None:
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends, shown()
        await asyncio.sleep(0.02)


def addresses(folder: Path, text: str) -> str:
    path = folder / "addresses.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@asynccontextmanager
async def by_apprise(folder: Path, text: str) -> AsyncIterator[Sending]:
    sending = Sending(
        folder, SetClock(START), notify_urls=addresses(folder, text), notify_sender="国网黄石供电"
    )
    sending.vault.put([PersonalData(LI, "yunhe", "1", "李", "13812345678")])
    sending.start()
    try:
        yield sending
    finally:
        await sending.stop()


async def test_a_desk_is_told_at_its_own_address_once(tmp_path: Path, world: Listener) -> None:
    text = (
        f"desk:dispatcher: ['json://127.0.0.1:{world.port}/desk']\n"
        f"desk:dispatcher@qingshan: ['json://127.0.0.1:{world.port}/there']\n"
    )
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver([effect("a"), effect("b", target="desk:commander")])
        await sending.reach.out.deliver([effect("a")])
        await sending.reach.out.deliver([effect("c", log_id="qingshan")])
        await sending.until("sent", "sent")

    assert [len(world.at(path)) for path in ("/desk", "/there")] == [1, 1]
    assert json.loads(world.heard[0].body)["message"] == "缺少线路工2人"


async def test_a_gateway_knows_a_repeat_by_the_id_in_the_body(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/desk": 500}
    text = f"desk:dispatcher: ['json://127.0.0.1:{world.port}/desk?:id={{id}}']\n"
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver([effect("a")])
        await until(lambda: bool(sending.reach.out.failing))
        world.answers = {}
        sending.clock.set(START + 20_000)
        await sending.until("sent")

    assert [json.loads(it.body)["id"] for it in world.at("/desk")] == ["a", "a"]


async def test_a_member_is_told_by_phone_number_and_nothing_about_anybody(
    tmp_path: Path, world: Listener
) -> None:
    text = f"member: ['json://127.0.0.1:{world.port}/sms/{{phone}}']\n"
    async with by_apprise(tmp_path, text) as sending:
        offer = effect(
            "a", target=LI, kind="assignment_offered", about=TASK,
            document={"member_id": LI, "answer_by": START + 5 * MINUTE,
                      "arrive_by": START + 45 * MINUTE,
                      "surroundings": {"utc_offset_min": 480}},
        )  # fmt: skip
        unknown = effect("b", target=f"mem_{ulid_of(START, 'nobody')}", about="-")
        await sending.reach.out.deliver([offer, unknown])
        await sending.until("sent", "unreachable")

    (heard,) = world.at("/sms/13812345678")
    assert json.loads(heard.body)["message"] == (
        "【国网黄石供电】出动通知：请08:05前答复，08:45前到集结点。"
    )
    assert LI not in heard.body.decode()


async def test_each_try_says_the_time_to_answer_from_when_it_leaves(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/sms/13812345678": 500}
    text = f"member: ['json://127.0.0.1:{world.port}/sms/{{phone}}']\n"
    left: list[str] = []
    async with by_apprise(tmp_path, text) as sending:
        sending.reach.out.on_left = lambda it: left.append(it.about)
        offer = effect(
            "a", target=LI, kind="assignment_offered", about=TASK,
            document={"member_id": LI, "answer_by": START + 5 * MINUTE,
                      "arrive_by": START + 45 * MINUTE,
                      "surroundings": {"utc_offset_min": 480}},
        )  # fmt: skip
        await sending.reach.out.deliver([offer])
        await until(lambda: len(world.at("/sms/13812345678")) == 1)
        await until(lambda: bool(sending.reach.out.failing))
        assert left == []
        world.answers = {}
        sending.clock.set(START + 3 * MINUTE)
        await sending.until("sent")

    said = [json.loads(it.body)["message"] for it in world.at("/sms/13812345678")]
    assert ["请08:05前答复" in said[0], "请08:08前答复" in said[-1]] == [True, True]
    assert left == [TASK]


async def test_a_failure_is_shown_and_tried_again_and_holds_up_nobody(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/slow": 0, "/broken": 500}
    text = (
        f"desk:dispatcher: ['json://127.0.0.1:{world.port}/broken', "
        f"'json://127.0.0.1:{world.port}/slow?rto=1', 'json://127.0.0.1:{world.port}/good']\n"
    )
    async with by_apprise(tmp_path, text) as sending:
        began = time.monotonic()
        await sending.reach.out.deliver([effect("a")])
        assert time.monotonic() - began < 1
        await until(lambda: bool(world.at("/good")))
        await until(lambda: len(sending.reach.out.failing) == 2)
        await until(lambda: len(sending.reach.out.deliveries.troubled(10)) == 2)
        (one, _) = sending.reach.out.deliveries.troubled(10)
        assert (one["fate"], one["tries"]) == ("waiting", 1)
        world.answers = {"/slow": 0}
        sending.clock.set(START + 20_000)
        await until(lambda: len(world.at("/broken")) == 2)
        await until(lambda: "apprise|desk:dispatcher|0" not in sending.reach.out.failing)
        await sending.until("sent", "sent", "waiting")

    # What went through is not said again because another service fails.
    assert len(world.at("/good")) == 1


async def test_a_service_that_hangs_delays_no_other_however_much_waits_for_it(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/slow": 0}
    text = (
        f"desk:dispatcher: ['json://127.0.0.1:{world.port}/slow?rto=60', "
        f"'json://127.0.0.1:{world.port}/good']\n"
    )
    async with by_apprise(tmp_path, text) as sending:
        began = time.monotonic()
        await sending.reach.out.deliver([effect(f"{it:03}", seq=it) for it in range(100)])
        await until(lambda: len(world.at("/good")) == 100)
        assert time.monotonic() - began < 10
        assert len(world.at("/slow")) == AT_ONCE
        world.over.set()


async def test_a_file_that_others_hold_stops_nobody_who_answers(
    tmp_path: Path, world: Listener
) -> None:
    text = f"desk:dispatcher: ['json://127.0.0.1:{world.port}/desk']\n"
    async with by_apprise(tmp_path, text) as sending:
        with closing(sqlite3.connect(tmp_path / "deliveries.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            telling = asyncio.create_task(sending.reach.out.deliver([effect("a")]))
            await asyncio.sleep(0.2)
            began = time.monotonic()
            sending.reach.out.health()
            await asyncio.sleep(0)
            assert time.monotonic() - began < 0.2
            assert not telling.done()
            other.execute("COMMIT")
        await telling
        await sending.until("sent")


async def test_what_one_person_is_told_at_one_time_goes_out_as_one(
    tmp_path: Path, world: Listener
) -> None:
    text = f"member: ['json://127.0.0.1:{world.port}/sms/{{phone}}']\n"
    offer = {
        "kind": "assignment_offered",
        "target": LI,
        "document": {"answer_by": START + 5 * MINUTE, "arrive_by": START + 45 * MINUTE,
                     "surroundings": {"utc_offset_min": 480}},
    }  # fmt: skip
    roll = {"kind": "roll_call_opened", "target": LI, "document": {
        "due_at": START + 3 * MINUTE, "surroundings": {"utc_offset_min": 480}}}  # fmt: skip
    async with by_apprise(tmp_path, text) as sending:
        await sending.reach.out.deliver(
            [effect("a", about=TASK, rank=500, **offer), effect("b", about="-", rank=0, **roll)]
        )
        await sending.until("sent", "sent")

    (heard,) = world.at("/sms/13812345678")
    assert json.loads(heard.body)["message"] == (
        "【国网黄石供电】清点人数：请08:03前应答。\n出动通知：请08:05前答复，08:45前到集结点。"
    )


async def test_what_is_over_or_overtaken_is_not_sent(tmp_path: Path, world: Listener) -> None:
    text = f"member: ['json://127.0.0.1:{world.port}/phone']\n"
    sending = Sending(tmp_path, SetClock(START), notify_urls=addresses(tmp_path, text))
    offer = effect("old", target=LI, kind="assignment_offered", about=TASK, seq=3)
    released = effect("new", target=LI, kind="assignment_released", about=TASK, seq=9)
    over = effect("over", target=LI, about="-", expires_at=START)
    await sending.reach.out.deliver([offer, over, released])

    sending.start()
    await sending.until("superseded", "expired", "sent")
    await sending.stop()

    (heard,) = world.at("/phone")
    assert json.loads(heard.body)["title"] == "任务解除"


async def test_after_a_crash_what_was_not_sent_is_sent(tmp_path: Path, world: Listener) -> None:
    settings = {
        "notify_urls": addresses(
            tmp_path, f"desk:dispatcher: ['json://127.0.0.1:{world.port}/desk']\n"
        )
    }
    before = Sending(tmp_path, SetClock(START), **settings)
    await before.reach.out.deliver([effect("a"), effect("b")])
    # Claimed, and gone before it could say what became of it.
    place = "apprise|desk:dispatcher|0"
    before.reach.out.deliveries.turn(START, outcomes=[], room={place: 1}, lease_ms=600_000)
    await before.stop()

    after = Sending(tmp_path, SetClock(START), **settings)
    after.start()
    await after.until("sent", "sent")
    await after.stop()

    assert len(world.at("/desk")) == 2


async def test_a_file_that_cannot_be_written_is_shown_and_ends_nothing(
    tmp_path: Path, world: Listener
) -> None:
    text = f"desk:dispatcher: ['json://127.0.0.1:{world.port}/desk']\n"
    async with by_apprise(tmp_path, text) as sending:
        out = sending.reach.out
        file = out.deliveries._connection
        file.execute("PRAGMA query_only = ON")
        await until(lambda: "readonly" in out.health()["failing"].get("deliveries", ""))
        file.execute("PRAGMA query_only = OFF")

        await out.deliver([effect("a")])
        await sending.until("sent")

        assert out.health()["failing"] == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("desk:dispatcher: ['nothing://secret-token']", "desk:dispatcher: address 1"),
        ("desk:nobody: []", "desk:nobody"),
        ("member: json://x", "member: a list"),
        ("- a\n- b", "a mapping"),
        ("a: [", "line"),
    ],
)
def test_a_bad_address_book_is_told_without_its_secrets(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(BadFile, match=complaint) as caught:
        Sending(tmp_path, SetClock(START), notify_urls=addresses(tmp_path, text))

    assert "secret-token" not in str(caught.value)


def test_a_push_key_without_anybody_to_complain_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="COORDINATOR_PUSH_CONTACT"):
        Sending(tmp_path, SetClock(START), push_key=str(tmp_path / "key.pem"))
