"""The home on one machine: many counties in one file, each stopped or served on its own."""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from coordinator.clock import SetClock
from coordinator.domain import jurisdiction
from coordinator.domain.canonical import digest
from coordinator.errors import BadInput, FolderHeld, NotDeciding, UnknownJurisdiction
from coordinator.home.aid_messages import _TOLD_MAX, AidMessages
from coordinator.home.home import Home
from coordinator.log.naming import log_id_of
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid_of
from schemas.policy import Policy
from schemas.signals.aid import AidArrived
from schemas.vocabulary import Realm, Role
from tests.engine.county import away, outage, roster
from tests.patience import PATIENCE_S
from tests.story import START

NORTH, SOUTH = "north-city", "south-city"
BOTH: dict[str, tuple[Realm, Policy]] = {
    NORTH: (Realm.ACTUAL, DEFAULT_POLICY),
    SOUTH: (Realm.ACTUAL, DEFAULT_POLICY),
}


async def at_home(folder: Path, founding: dict[str, tuple[Realm, Policy]] | None = None) -> Home:
    settings = Settings(data_dir=folder)
    return await Home.open(settings, SetClock(START), founding or {}, in_memory_tokens=True)


async def a_day_in(county: str, home: Home) -> None:
    await home.submit(roster(jurisdiction=county))
    await home.submit(outage("o", jurisdiction=county))
    await home.submit(away(3, "a", jurisdiction=county))


def spoil(folder: Path, sql: str, *parameters: object) -> None:
    """Change the file behind the coordinator's back."""
    with sqlite3.connect(folder / "coordinator.db") as connection:
        assert connection.execute(sql, parameters).rowcount
    connection.close()


async def test_counties_that_are_there_are_opened_again_without_being_named(
    tmp_path: Path,
) -> None:
    home = await at_home(tmp_path, BOTH)
    await a_day_in(NORTH, home)
    left = digest(home.state_of(NORTH))
    await home.close()

    again = await at_home(tmp_path)
    try:
        assert list(again.jurisdictions()) == [NORTH, SOUTH]
        assert digest(again.state_of(NORTH)) == left
        assert again.health()["jurisdictions"][NORTH]["epoch"] == 2
    finally:
        await again.close()


async def test_a_word_for_a_county_that_is_not_here_is_not_taken(tmp_path: Path) -> None:
    home = await at_home(tmp_path, BOTH)
    try:
        with pytest.raises(UnknownJurisdiction):
            await home.submit(roster())
    finally:
        await home.close()


async def test_a_stop_answers_what_waits_and_delivers_what_is_due(tmp_path: Path) -> None:
    home = await at_home(tmp_path, BOTH)
    await home.submit(roster(jurisdiction=NORTH))
    waiting = asyncio.create_task(home.submit(outage("o", jurisdiction=NORTH)))
    await asyncio.sleep(0)

    await home.close()

    assert (await waiting).refused is None
    rows = _rows(tmp_path, "SELECT count(*) FROM inboxes WHERE kind = 'assignment_offered'")
    assert rows[0][0] > 0
    with pytest.raises(NotDeciding):
        await home.submit(away(1, "late", jurisdiction=NORTH))


def _rows(folder: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(folder / "coordinator.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE records SET raw = substr(raw, 1, 40) WHERE log_id = ? AND seq = 3", "envelope"),
        ("DELETE FROM records WHERE log_id = ? AND seq >= 3", "cut or changed"),
        ("DELETE FROM records WHERE log_id = ? AND seq = 3", "seq is not the next one"),
    ],
)
async def test_a_broken_log_stops_its_county_and_no_other(
    tmp_path: Path, damage: str, said: str
) -> None:
    home = await at_home(tmp_path, BOTH)
    await a_day_in(NORTH, home)
    await a_day_in(SOUTH, home)
    await home.close()
    spoil(tmp_path, damage, NORTH)
    before = _rows(tmp_path, f"SELECT count(*) FROM records WHERE log_id = '{NORTH}'")

    again = await at_home(tmp_path)
    try:
        health = again.health()
        assert not health["ok"]
        assert said in health["jurisdictions"][NORTH]["stopped_because"]
        assert health["jurisdictions"][SOUTH]["stopped_because"] is None
        with pytest.raises(NotDeciding):
            await again.submit(away(4, "n", jurisdiction=NORTH))
        assert (await again.submit(away(4, "s", jurisdiction=SOUTH))).refused is None
    finally:
        await again.close()
    assert _rows(tmp_path, f"SELECT count(*) FROM records WHERE log_id = '{NORTH}'") == before


@pytest.mark.parametrize("county", ["anning", "yunhe"])
async def test_the_real_log_goes_on_where_an_exercise_is_kept_beside_it(
    tmp_path: Path, county: str
) -> None:
    for realm in (Realm.ACTUAL, Realm.EXERCISE):
        home = await at_home(tmp_path, {county: (realm, DEFAULT_POLICY)})
        await home.close()

    again = await at_home(tmp_path)
    try:
        assert again.realm_of(county) == Realm.ACTUAL
        assert sorted(again.file.log_ids()) == sorted([county, log_id_of(county, Realm.EXERCISE)])
    finally:
        await again.close()


async def test_a_second_home_on_the_same_folder_is_refused_and_the_first_goes_on(
    tmp_path: Path,
) -> None:
    first = await at_home(tmp_path, BOTH)
    try:
        with pytest.raises(FolderHeld, match=f"`a program of its own` .process {os.getpid()}"):
            await at_home(tmp_path)

        assert (await first.submit(roster(jurisdiction=NORTH))).refused is None
        assert first.health()["ok"]
        assert first.health()["jurisdictions"][NORTH]["epoch"] == 1
    finally:
        await first.close()
    again = await at_home(tmp_path)
    await again.close()


async def test_a_home_that_could_not_be_opened_leaves_the_folder_free(tmp_path: Path) -> None:
    wrong = Settings(data_dir=tmp_path, push_key=str(tmp_path / "push.pem"))
    with pytest.raises(BadInput, match="COORDINATOR_PUSH_CONTACT"):
        await Home.open(wrong, SetClock(START), BOTH)

    home = await at_home(tmp_path, BOTH)
    await home.close()


async def test_health_tells_where_each_county_stands(tmp_path: Path) -> None:
    home = await at_home(tmp_path, BOTH)
    try:
        receipt = await home.submit(roster(jurisdiction=NORTH))

        health = home.health()
    finally:
        await home.close()

    assert health["ok"]
    assert health["jurisdictions"][NORTH] == {
        "seq": receipt.seq,
        "epoch": 1,
        "waiting": 0,
        "stopped_because": None,
    }


async def test_a_task_that_died_shows_in_health(tmp_path: Path) -> None:
    home = await at_home(tmp_path, BOTH)
    assert home.health()["ok"]

    home.notification_setup.out._news = None  # type: ignore[assignment]
    async with asyncio.timeout(PATIENCE_S):
        while home.health()["ok"]:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.05)

    assert home.health()["failed"].startswith("notices out: AttributeError")
    home.notification_setup.out._news = asyncio.Event()
    await home.close()


async def test_a_signal_the_coordinator_fails_at_is_counted_and_the_county_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await at_home(tmp_path, BOTH)
    try:
        await home.submit(roster(jurisdiction=NORTH))
        hit = away(3, "a", jurisdiction=NORTH)
        monkeypatch.setitem(jurisdiction._DECIDE, type(hit), lambda *_: 1 / 0)

        receipt = await home.submit(hit)
        after = await home.submit(outage("o", jurisdiction=NORTH))

        assert receipt.refused is not None
        assert after.refused is None
        log_id = log_id_of(NORTH, Realm.ACTUAL)
        counted = home.registry.get_sample_value(
            "coordinator_failed_signals_total", {"log": log_id}
        )
        assert (counted, home.health()["ok"]) == (1, True)
    finally:
        await home.close()


def test_a_neighbour_nobody_knows_is_told_of_once_a_conversation() -> None:
    post = AidMessages({}, SetClock(START))
    first, other = (f"aid_{ulid_of(START, it)}" for it in ("a", "b"))

    with capture_logs() as lines:
        for key, aid_id in enumerate((first, first, other, first)):
            post.pass_on(
                AidArrived(
                    signal_id=ulid_of(START, str(key)), jurisdiction="nowhere", at=START,
                    actor_id="jurisdiction:yunhe", actor_role=Role.SYSTEM, aid_id=aid_id,
                    peer="yunhe",
                )
            )  # fmt: skip

    told = [(it["event"], it["aid_id"], it["peer"]) for it in lines]
    assert told == [("aid.peer_unknown", it, "nowhere") for it in (first, other)]


def test_of_calls_to_nobody_no_more_are_remembered_than_is_useful() -> None:
    post = AidMessages({}, SetClock(START))

    with capture_logs():
        for number in range(_TOLD_MAX + 5):
            post.pass_on(
                AidArrived(
                    signal_id=ulid_of(START, str(number)), jurisdiction="nowhere", at=START,
                    actor_id="jurisdiction:yunhe", actor_role=Role.SYSTEM, peer="yunhe",
                    aid_id=f"aid_{ulid_of(START, str(number))}",
                )
            )  # fmt: skip

    assert len(post._unknown) == _TOLD_MAX
