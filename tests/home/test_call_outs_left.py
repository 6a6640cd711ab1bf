"""A home whose call-outs leave by a channel: their time to answer begins when they do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.clock import SetClock
from coordinator.home.home import Home
from coordinator.private.vault import PersonalData
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm
from tests.engine.county import outage, roster
from tests.outbox.listening import Listener, listening
from tests.outbox.test_notices_out import until
from tests.story import HERE, MINUTE, START


@pytest.fixture
def world() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


async def test_the_time_to_answer_begins_when_the_gateway_took_it(
    tmp_path: Path, world: Listener
) -> None:
    (tmp_path / "addresses.yaml").write_text(
        f"member: ['json://127.0.0.1:{world.port}/sms/{{phone}}']\n"
    )
    phones = [f"/sms/1380000{number:04}" for number in range(12)]
    world.answers = dict.fromkeys(phones, 500)
    clock = SetClock(START)
    settings = Settings(data_dir=tmp_path, notify_urls=str(tmp_path / "addresses.yaml"))
    founding = {HERE: (Realm.ACTUAL, DEFAULT_POLICY)}
    home = await Home.open(settings, clock, founding, in_memory_tokens=True)
    people = roster().people
    home.vault.put(
        PersonalData(it.member_id, HERE, str(number), "李", f"1380000{number:04}")
        for number, it in enumerate(people)
    )
    await home.submit(roster())
    await home.submit(outage("o"))

    def held() -> list[tuple[int | None, int]]:
        found = home.state_of(HERE).assignments.by_id.values()
        return [(it.told_at, it.answer_by - START) for it in found]

    # Each was tried, and that it did not leave is written down: its next try is wound by then.
    tried = home.notification_setup.out.deliveries.troubled
    await until(lambda: len(tried(50)) == len(held()) > 0)
    within = DEFAULT_POLICY.answering.answer_within_min * MINUTE
    assert set(held()) == {(None, within)}

    world.answers = {}
    clock.set(START + 2 * MINUTE)
    await until(lambda: {it for it, _ in held()} == {START + 2 * MINUTE})
    assert {by for _, by in held()} == {2 * MINUTE + within}
    await home.close()
