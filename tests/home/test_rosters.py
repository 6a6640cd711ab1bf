"""Names in the vault and people on the log: one never without the other."""

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from coordinator.clock import SetClock
from coordinator.domain.canonical import digest
from coordinator.domain.geography import cell_centre
from coordinator.errors import Busy
from coordinator.home.home import Home
from coordinator.home.rosters import importer
from coordinator.log.envelope import Record
from coordinator.log.fold import empty
from coordinator.log.naming import log_id_of
from coordinator.private.member_ids import KEY_NAME
from coordinator.private.vault import PersonalData
from coordinator.settings import Settings
from coordinator.web.ports import Importing, RosterReport
from schemas.bounds import Position
from schemas.catalogue import read_signal
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid_of
from schemas.roster import Person
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import Realm, Role
from tests.story import START

COUNTY, TEAM = "yunhe", f"tea_{ulid_of(START, 'team')}"
LI = f"mem_{ulid_of(START, 'li')}"
EXACT = {"lon": 110.512345, "lat": 30.512345}


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    opened = await Home.open(
        Settings(data_dir=tmp_path),
        SetClock(START),
        {COUNTY: (Realm.ACTUAL, DEFAULT_POLICY)},
        in_memory_tokens=True,
    )
    yield opened
    await opened.close()


def person(name: str, **more: Any) -> dict[str, Any]:
    return {
        "member_id": LI, "staff_number": "1", "name": name, "team_id": TEAM,
        "home": {"lon": 110.5, "lat": 30.5},
    } | more  # fmt: skip


async def imported(
    home: Home, *people: dict[str, Any], team: bool = True, dry_run: bool = False
) -> RosterReport:
    base = {"lon": 110.5, "lat": 30.5}
    teams = [{"team_id": TEAM, "number": "T1", "name": "x", "base": base}] if team else []
    body = json.dumps({"teams": teams, "people": people}).encode()
    desk = Importing("desk", Role.DISPATCHER)
    return await importer(home)(COUNTY, body, "application/json", dry_run, desk)


def on_the_log(home: Home) -> set[str]:
    return set(home.state_of(COUNTY).roster.members)


async def test_people_the_log_refuses_leave_no_name(home: Home) -> None:
    report = await imported(home, person("李"), team=False)

    assert not report.imported
    assert report.bad_rows
    assert on_the_log(home) == set()
    assert home.names([LI]) == {}


async def test_people_the_log_refuses_keep_the_name_they_had(home: Home) -> None:
    await imported(home, person("李"))
    elsewhere = f"tea_{ulid_of(START, 'nowhere')}"

    report = await imported(home, person("王", team_id=elsewhere), team=False)

    assert not report.imported
    assert on_the_log(home) == {LI}
    assert home.names([LI]) == {LI: "李"}


async def test_when_the_line_is_full_nothing_is_kept(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise Busy(COUNTY, 1)

    monkeypatch.setattr(home, "submit", full)

    with pytest.raises(Busy):
        await imported(home, person("李"), team=False)
    assert home.names([LI]) == {}


async def test_names_that_cannot_be_kept_keep_the_people_off_the_log(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(home.vault, "put", full)

    report = await imported(home, person("李"))

    assert not report.imported
    assert "disk is full" in report.bad_rows[-1].fault.reason("en")
    assert on_the_log(home) == set()


async def test_who_was_erased_meanwhile_is_not_brought_back(home: Home) -> None:
    old, fresh = (PersonalData(LI, COUNTY, "1", name, "") for name in ("李", "王"))
    home.vault.put([old])
    before = home.vault.put([fresh])
    home.vault.erase(LI)

    home.vault.take_back([fresh], before)

    assert home.names([LI]) == {}


def by_number(number: str) -> dict[str, Any]:
    """Return a person who is imported by a staff number alone, as from a spreadsheet."""
    return {key: it for key, it in person("李").items() if key != "member_id"} | {
        "staff_number": number
    }


async def test_the_same_spreadsheet_again_brings_the_same_people(home: Home) -> None:
    await imported(home, by_number("1"), by_number("2"))
    first = on_the_log(home)

    again = await imported(home, by_number("1"), by_number("2"))

    assert again.imported
    assert on_the_log(home) == first
    assert len(first) == 2


async def test_when_the_vault_is_lost_the_same_spreadsheet_still_brings_the_same_people(
    home: Home,
) -> None:
    await imported(home, by_number("1"))
    first = on_the_log(home)
    home.vault.erase(*first)

    again = await imported(home, by_number("1"))

    assert again.imported
    assert on_the_log(home) == first
    assert home.names([*first]) == dict.fromkeys(first, "李")


async def test_without_its_key_nobody_new_is_made_of_who_is_there(home: Home) -> None:
    await imported(home, by_number("1"))
    first = on_the_log(home)
    (home.settings.data_dir / KEY_NAME).unlink()

    known = await imported(home, by_number("1"))
    another = await imported(home, by_number("1"), by_number("2"))

    assert known.imported
    assert not another.imported
    (bad,) = another.bad_rows
    assert bad.fault.field == "staff_number"
    assert "member-ids.key: the key that ids of people are made with is gone" in bad.fault.reason(
        "en"
    )
    assert on_the_log(home) == first


async def test_nobodys_house_stands_on_the_log_whoever_writes_it(home: Home) -> None:
    await imported(home, by_number("1") | {"home": EXACT})
    (member,) = on_the_log(home)
    stranger = Person(member_id=LI, team_id=TEAM, home=Position(**EXACT))
    signal = ImportRoster(
        signal_id=ulid_of(START, "past the edge"), jurisdiction=COUNTY, at=START,
        actor_id="elsewhere", actor_role=Role.DISPATCHER, people=(stranger,),
    )  # fmt: skip
    (receipt,) = await home.owners[COUNTY].turn([signal])
    assert receipt.refused is None

    centre = cell_centre(Position(**EXACT), 1_000)
    assert centre != Position(**EXACT)
    for id_ in (member, LI):
        assert home.state_of(COUNTY).roster.members[id_].person.home == centre
    records = await home.file.log(COUNTY).read(after_seq=-1, records_max=100)
    written = b"".join(it.payload for it in records)
    assert str(centre.lat).encode() in written
    assert b"30.512345" not in written
    assert b"110.512345" not in written
    assert home.vault.homes(COUNTY) == [(110.512345, 30.512345)]


async def test_said_again_with_the_house_it_is_the_same_signal(home: Home) -> None:
    await imported(home)
    stranger = Person(member_id=LI, team_id=TEAM, home=Position(**EXACT))
    signal = ImportRoster(
        signal_id=ulid_of(START, "twice"), jurisdiction=COUNTY, at=START,
        actor_id="elsewhere", actor_role=Role.DISPATCHER, people=(stranger,),
    )  # fmt: skip

    first, again = [await home.owners[COUNTY].turn([signal]) for _ in range(2)]

    assert (first[0].duplicate, again[0].duplicate) == (False, True)


async def test_after_an_erasure_the_log_folds_to_the_same_bytes(home: Home) -> None:
    await imported(home, by_number("1") | {"home": EXACT})
    (member,) = on_the_log(home)
    log = home.file.log(COUNTY)
    before, state = await log.read(after_seq=-1, records_max=100), digest(home.state_of(COUNTY))

    assert home.vault.erase(member)

    assert home.vault.homes(COUNTY) == []
    fold = empty(COUNTY)
    for record in await log.read(after_seq=-1, records_max=100):
        fold, _ = fold.step(record)
    assert [it.hash for it in before][-1] == fold.tip.hash
    assert digest(fold.state) == state


async def test_who_imports_stands_on_the_record_with_their_own_role(home: Home) -> None:
    body = json.dumps({"teams": [{
        "team_id": TEAM, "number": "云河一队", "name": "x", "base": {"lon": 110.5, "lat": 30.5},
    }]}).encode()  # fmt: skip

    report = await importer(home)(
        COUNTY, body, "application/json", False, Importing("the-commander", Role.COMMANDER)
    )

    assert report.imported
    (record,) = (it for it in await _records(home) if b"import_roster" in it.payload)
    signal = read_signal(record.payload)
    assert signal is not None
    assert (signal.actor_id, signal.actor_role) == ("the-commander", Role.COMMANDER)


async def _records(home: Home) -> Sequence[Record]:
    journal = home.file.log(log_id_of(COUNTY, Realm.ACTUAL))
    return await journal.read(after_seq=-1, records_max=100)


async def test_a_dry_run_refuses_what_the_import_refuses_by_line_and_name(home: Home) -> None:
    people = (person("李", standing="captain"),)

    tried = await imported(home, *people, dry_run=True)
    done = await imported(home, *people)

    assert tried.bad_documents("zh") == done.bad_documents("zh")
    (bad,) = done.bad_documents("zh")
    assert (bad["line"], bad["field"]) == (1, "people.party")
    assert bad["reason"].endswith("：1 李")


async def test_a_dry_run_of_a_sound_roster_finds_nothing_and_changes_nothing(home: Home) -> None:
    tried = await imported(home, person("李"), dry_run=True)

    assert tried.bad_rows == []
    assert on_the_log(home) == set()
