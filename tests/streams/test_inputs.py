"""Each signal of a jurisdiction comes once and in order, whoever joins or leaves meanwhile."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition

from coordinator.clock import WallClock
from coordinator.tasks import end_all
from schemas.ids import ulid_of
from schemas.signals.aid import AidHeard
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.signals.roster import ChangeAvailability
from schemas.vocabulary import Role
from streams.inputs import JurisdictionInputs, Message, PartitionInputs, Stray, source_of
from streams.topics import INPUTS, Topic
from tests.engine.county import PEOPLE, outage, say
from tests.patience import PATIENCE_S
from tests.story import DAY, HERE, START

PARTITION = 3
TOPIC, OTHER = str(INPUTS[0]), str(INPUTS[1])
ELSEWHERE = "elsewhere"


def message(offset: int, *, topic: str = TOPIC, key: str = HERE, value: bytes = b"") -> Message:
    raw = value or outage(f"{topic}{offset}", jurisdiction=key).model_dump_json().encode()
    return Message(topic, PARTITION, offset, key.encode(), raw)


class Topics:
    """What lies on the topics, and the position of the one who reads them."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Message]] = {str(it): [] for it in INPUTS}
        self.sought: list[tuple[str, int]] = []
        self._at = dict.fromkeys(self.kept, 0)

    def land(self, count: int, *, topic: str = TOPIC, key: str = HERE) -> None:
        kept = self.kept[topic]
        kept += [message(len(kept) + it, topic=topic, key=key) for it in range(count)]

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.sought.append((partition.topic, offset))
        self._at[partition.topic] = offset

    def begin_anew(self) -> None:
        """Deleted and made again: the brokers know none of the places in it."""
        self.kept[TOPIC] = []
        self._at[TOPIC] = 0

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> Mapping[TopicPartition, Sequence[Message]]:
        await asyncio.sleep(0.001)
        found = {}
        for topic, kept in self.kept.items():
            part = [it for it in kept if it.offset >= self._at[topic]][: min(7, max_records)]
            if part:
                self._at[topic] = part[-1].offset + 1
                found[TopicPartition(topic, PARTITION)] = part
        return found


class Desk:
    def __init__(self) -> None:
        self.topics = Topics()
        self.partition = PartitionInputs(PARTITION, self.topics)
        self.strays: list[Stray] = []

    def inputs(self, jurisdiction: str = HERE) -> JurisdictionInputs:
        return JurisdictionInputs(jurisdiction, self.partition, WallClock(), self._set_aside)

    async def _set_aside(self, stray: Stray) -> None:
        self.strays.append(stray)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    running = asyncio.create_task(made.partition.run())
    yield made
    await end_all([running])


async def given(inputs: JurisdictionInputs, count: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(found) < count:
            part = await inputs.fetch(signals_max=5, until=WallClock().now() + 200)
            found += [(it.source, it.offset) for it in part]
    return found


def places(*offsets: int, topic: str = TOPIC) -> list[tuple[str, int]]:
    return [(source_of(topic, PARTITION), it) for it in offsets]


async def test_reading_begins_where_the_log_says(desk: Desk) -> None:
    desk.topics.land(10)
    inputs = desk.inputs()

    inputs.begin({source_of(TOPIC, PARTITION): 6})

    assert await given(inputs, 4) == places(6, 7, 8, 9)
    assert (TOPIC, 6) in desk.topics.sought


async def test_one_that_joins_from_further_back_takes_nothing_from_the_others(desk: Desk) -> None:
    desk.topics.land(5)
    desk.topics.land(5, key=ELSEWHERE)
    first, second = desk.inputs(), desk.inputs(ELSEWHERE)
    desk.topics.land(2)
    first.begin({})
    assert await given(first, 7) == places(0, 1, 2, 3, 4, 10, 11)
    desk.topics.land(3)

    second.begin({source_of(TOPIC, PARTITION): 7})

    assert await given(second, 3) == places(7, 8, 9)
    assert await given(first, 3) == places(12, 13, 14)


async def test_offsets_with_nothing_behind_them_are_passed_over(desk: Desk) -> None:
    desk.topics.kept[TOPIC] = [message(0), message(5), message(6)]
    inputs = desk.inputs()

    inputs.begin({})

    assert await given(inputs, 3) == places(0, 5, 6)


async def test_signals_of_a_neighbour_are_counted_and_left(desk: Desk) -> None:
    desk.topics.land(3, key=ELSEWHERE)
    desk.topics.land(1)
    inputs = desk.inputs()

    inputs.begin({})

    assert await given(inputs, 1) == places(3)
    assert inputs.positions[TOPIC] == 4


async def test_what_cannot_be_read_is_set_aside_and_stops_nothing(desk: Desk) -> None:
    wrong = [
        message(0, value=b"{"),
        message(1, value=b'{"type":"outage_reported","v":1,"signal_id":"no"}'),
        message(2, value=outage("x", jurisdiction=ELSEWHERE).model_dump_json().encode()),
        message(3, value=b'{"type":"outage_reported","v":99}'),
        message(4, value=b"[" * 100_000),
    ]
    desk.topics.kept[TOPIC] = [*wrong, message(5)]
    inputs = desk.inputs()

    inputs.begin({})

    assert await given(inputs, 1) == places(5)
    assert [it.message for it in desk.strays] == wrong
    assert desk.strays[2].field == "jurisdiction"
    assert "99" in desk.strays[3].reason


@pytest.mark.parametrize("seed", range(20))
async def test_owners_that_come_and_go_miss_nothing_and_have_nothing_twice(
    desk: Desk, seed: int
) -> None:
    chance = random.Random(seed)
    had: dict[str, list[tuple[str, int]]] = {HERE: [], ELSEWHERE: []}
    cursors: dict[str, dict[str, int]] = {HERE: {}, ELSEWHERE: {}}
    for _ in range(8):
        for key in had:
            desk.topics.land(chance.randint(0, 9), topic=chance.choice((TOPIC, OTHER)), key=key)
        owner = chance.choice((HERE, ELSEWHERE))
        inputs = desk.inputs(owner)
        inputs.begin(cursors[owner])
        for _ in range(chance.randint(1, 4)):
            for it in await inputs.fetch(signals_max=4, until=WallClock().now() + 30):
                had[owner].append((it.source, it.offset))
                cursors[owner][it.source] = it.offset + 1
        inputs.close()

    for owner, found in had.items():
        wanted = {
            (source_of(topic, PARTITION), it.offset)
            for topic, kept in desk.topics.kept.items()
            for it in kept
            if it.key == owner.encode()
        }
        last = desk.inputs(owner)
        last.begin(cursors[owner])
        rest = await given(last, len(wanted) - len(found))
        assert len([*found, *rest]) == len(wanted)
        assert {*found, *rest} == wanted
        for topic in (TOPIC, OTHER):
            offsets = [
                at for source, at in (*found, *rest) if source == source_of(topic, PARTITION)
            ]
            assert offsets == sorted(offsets)


async def test_a_full_line_makes_the_reading_wait(desk: Desk) -> None:
    desk.topics.land(2_050)
    inputs = desk.inputs()
    inputs.begin({})
    async with asyncio.timeout(PATIENCE_S):
        while inputs.waiting < 2_000:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)

    assert inputs.waiting == 2_000
    assert await given(inputs, 2_050) == places(*range(2_050))


def said(offset: int, kind: type[Signal], topic: str = TOPIC, **fields: Any) -> Message:
    """What somebody writes to a topic by themselves."""
    signal = say(kind, f"{kind.__name__}{offset}", **fields)
    return Message(topic, PARTITION, offset, HERE.encode(), signal.model_dump_json().encode())


async def test_a_topic_brings_nothing_that_its_writers_may_not_say(desk: Desk) -> None:
    system = {"actor_id": "clock", "actor_role": Role.SYSTEM}
    aid = {"aid_id": f"aid_{ulid_of(START, 'a')}", "peer": "elsewhere", "verb": "aid_arrived"}
    members, aids = str(Topic.MEMBER_RESPONSES), str(Topic.MUTUAL_AID)
    wrong = [
        said(0, DeadlinePassed, **system),
        said(1, AidHeard, **system, **aid),
        said(0, DeadlinePassed, aids, **system),
        said(1, ChangeAvailability, aids, member_id=PEOPLE[1], available=True),
        said(0, ChangeAvailability, members, member_id=PEOPLE[1], available=True),
    ]
    for it in wrong:
        desk.topics.kept[it.topic].append(it)
    desk.topics.kept[aids].append(said(2, AidHeard, aids, **system, **aid))
    desk.topics.kept[TOPIC].append(message(2))
    inputs = desk.inputs()

    inputs.begin({})

    found = await given(inputs, 2)
    assert sorted(found) == sorted([*places(2), *places(2, topic=aids)])
    assert {it.message for it in desk.strays} == set(wrong)
    assert {it.field for it in desk.strays} == {"type"}


async def test_a_token_in_a_field_that_stays_is_set_aside_and_one_that_a_gateway_made_is_taken(
    desk: Desk,
) -> None:
    token = f"told:{'ab' * 20}"
    wrong = [
        message(0, value=outage("a", device=token).model_dump_json().encode()),
        message(1, value=outage(f"x/{token}").model_dump_json().encode()),
    ]
    change = say(ChangeAvailability, "away", member_id=PEOPLE[1], available=False, reason=token)
    desk.topics.kept[TOPIC] = [*wrong, message(2, value=change.model_dump_json().encode())]
    inputs = desk.inputs()

    inputs.begin({})

    assert await given(inputs, 1) == places(2)
    assert [it.message for it in desk.strays] == wrong
    assert [it.field for it in desk.strays] == ["device", "dedup_key"]
    assert all("token" in it.reason or "told:" in it.reason for it in desk.strays)


async def test_a_field_that_stands_there_twice_is_set_aside_by_its_name(desk: Desk) -> None:
    raw = outage("a").model_dump_json().encode()
    desk.topics.kept[TOPIC] = [
        message(0, value=raw[:-1] + b',"circuit":"L1","circuit":"L2"}'), message(1)
    ]  # fmt: skip
    inputs = desk.inputs()

    inputs.begin({})

    assert await given(inputs, 1) == places(1)
    (stray,) = desk.strays
    assert (stray.field, "twice" in stray.reason) == ("circuit", True)


async def test_a_signal_of_next_year_is_set_aside_with_the_time_it_was_seen_at(desk: Desk) -> None:
    far = outage("far", at=WallClock().now() + 365 * DAY)
    desk.topics.kept[TOPIC] = [message(0, value=far.model_dump_json().encode()), message(1)]
    inputs = desk.inputs()

    inputs.begin({})

    assert await given(inputs, 1) == places(1)
    (stray,) = desk.strays
    assert stray.field == "at"
    assert (stray.value, "which says" in stray.reason) == (str(far.at), True)


async def test_a_topic_that_begins_anew_is_taken_no_more_and_the_others_are(desk: Desk) -> None:
    desk.topics.land(3)
    inputs, newcomer = desk.inputs(), desk.inputs(ELSEWHERE)
    inputs.begin({})
    assert await given(inputs, 3) == places(0, 1, 2)

    desk.topics.begin_anew()
    desk.topics.land(5)
    desk.topics.land(1, topic=OTHER)

    assert await given(inputs, 1) == places(0, topic=OTHER)
    assert "3" in inputs.halted[TOPIC]
    assert inputs.positions[TOPIC] == 3
    # Who had nothing from it reads it from its new beginning.
    newcomer.begin({})
    desk.topics.land(1, key=ELSEWHERE)
    assert await given(newcomer, 1) == places(5)
    assert newcomer.halted == {}


async def test_a_topic_that_ends_before_our_place_is_halted_when_it_is_sure(desk: Desk) -> None:
    inputs = desk.inputs()
    inputs.begin({source_of(TOPIC, PARTITION): 6})

    for end in (5, 5, 6, 5, 5):
        inputs.look_at_end(TOPIC, end)
    assert inputs.halted == {}
    inputs.look_at_end(TOPIC, 5)

    assert TOPIC in inputs.halted


async def test_a_topic_made_anew_is_read_under_a_name_of_its_own(desk: Desk) -> None:
    desk.topics.land(2)
    inputs = JurisdictionInputs(
        HERE, desk.partition, WallClock(), desk._set_aside, generation=1, renewed={TOPIC: 1}
    )

    inputs.begin({source_of(TOPIC, PARTITION, 1): 9})

    source = source_of(TOPIC, PARTITION, 2)
    assert await given(inputs, 2) == [(source, 0), (source, 1)]
