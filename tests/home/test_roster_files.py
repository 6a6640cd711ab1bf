"""A roster comes as offices keep it: read, or told by its row in words; and again every night."""

import gzip
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from coordinator.feeds.roster_rows import Known, RosterRows, read_roster
from coordinator.home.home import Home
from coordinator.home.rosters import importer
from coordinator.web.ports import Importing, RosterReport
from schemas.bounds import Position
from schemas.ids import ulid_of
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard
from schemas.vocabulary import (
    ActivationBasis,
    GuaranteeLevel,
    PartyStanding,
    Role,
    Skill,
    Standing,
)
from tests.home.test_rosters import COUNTY, LI, TEAM, home, person
from tests.story import DAY, HOUR, START

__all__ = ["home"]
HEAD = "staff_number,name,team_number,lon,lat"
ZHANG = "S001,张三,T1,110.5,30.5"
NIGHT = f"shf_{ulid_of(START, 'night')}"


def read(body: bytes | str, media_type: str = "text/csv", at: int = START) -> RosterRows:
    raw = body.encode() if isinstance(body, str) else body
    base = Position(lon=110.5, lat=30.5)
    known = Known(
        {"T1": TEAM}, lambda it: f"mem_{ulid_of(START, it)}", 1_000, {TEAM: base}, at, 8 * 60
    )
    return read_roster(raw, media_type, known)


def faults_of(rows: RosterRows) -> list[tuple[int | None, str, str]]:
    return [(line, it.field, it.said.code) for line, it in rows.bad]


def workbook(*rows: list[str | int | float | date]) -> bytes:
    """Return an xlsx of one sheet: texts as texts, numbers as numbers, days as days."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "人员"
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        f"{HEAD}\n{ZHANG}\n".encode("gb18030"),
        f"{HEAD}\n{ZHANG}\n".encode("utf-16"),
        f"{HEAD}\r{ZHANG}\r".encode(),
        f"{HEAD}\n{ZHANG}\n\n,,,,\n ,,,,\n".encode(),
        f"{HEAD}\n{ZHANG}\n".replace(",", ";").encode(),
        f"{HEAD}\n{ZHANG}\n".replace(",", "\t").encode(),
        f"某县应急人员名单,,,,\n Staff_Number ,Name,TEAM_NUMBER,lon,lat\n{ZHANG}\n".encode(),
        f"工号,姓名,班组,经度,纬度\n{ZHANG}\n".encode(),
        gzip.compress(f"{HEAD}\n{ZHANG}\n".encode()),
        workbook([*HEAD.split(",")], ["S001", "张三", "T1", 110.5, 30.5]),
    ],
)
def test_a_list_of_people_is_read_however_an_office_keeps_it(body: bytes) -> None:
    rows = read(body)

    assert rows.bad == []
    ((number, name, *_),) = rows.personal.values()
    assert (number, name) == ("S001", "张三")


@pytest.mark.parametrize("day", ["2027-06-30", "2027/6/30", "2027年6月30日", "20270630"])
def test_a_certificate_is_valid_to_the_end_of_its_day_however_it_is_written(day: str) -> None:
    rows = read(f"{HEAD},certificates\n{ZHANG},live_line/T1/{day}\n")

    ((held,),) = [it.certificates for it in rows.lists["people"]]
    # 2027-06-30 24:00 in a county whose clocks are eight hours ahead.
    assert held.valid_until == 1_814_399_999_999 - 8 * 3_600_000


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("13800000000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0086-13800000000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("13800000000.0", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("027-88880000", "02788880000"),
        ("13800000000/13900000000", "13800000000"),
        ("=13800000000", "13800000000"),
        ("1.38E+10", None),
        ("abc", None),
        ("1380000", None),
        ("", None),
    ],
)
def test_a_phone_is_kept_as_it_is_dialled_or_its_row_is_bad(
    written: str, dialled: str | None
) -> None:
    rows = read(f"{HEAD},phone\n{ZHANG},{written}\n")

    phones = [it[2] for it in rows.personal.values()]
    assert phones == ([] if dialled is None else [dialled])
    assert [(it[0], it[1]) for it in faults_of(rows)] == ([(2, "phone")] if not phones else [])


def test_codes_may_be_written_as_the_pages_call_them() -> None:
    head = f"{HEAD},技能,证书,岗位,政治面貌"
    row = f"{ZHANG},配电、带电作业、驾驶,带电/T1/2027-06-30,队长,中共党员"
    told = read(f"{head}\n{row}\n")
    assert told.bad == []
    ((person,),) = [told.lists["people"]]
    assert person.skills == (Skill.DISTRIBUTION, Skill.LIVE_LINE, Skill.DRIVING)
    assert [it.skill for it in person.certificates] == [Skill.LIVE_LINE]
    assert (person.standing, person.party) == (Standing.CAPTAIN, PartyStanding.FULL_MEMBER)

    # What is no word of ours is told by its row, not guessed at.
    assert [line for line, *_ in faults_of(read(f"{head}\n{row}派\n"))] == [2]


def test_a_day_that_excel_keeps_as_a_day_is_that_day() -> None:
    row: list[str | int | float | date] = ["S001", "张三", "T1", 110.5, 30.5, date(2027, 6, 30)]
    rows = read(workbook([*HEAD.split(","), "leaves_on"], row))

    assert rows.bad == []
    ((person,),) = [rows.lists["people"]]
    assert (
        person.leaves_at
        == read(f"{HEAD},leaves_on\n{ZHANG},2027-06-30\n").lists["people"][0].leaves_at
    )


def test_a_bad_row_of_a_workbook_has_the_number_it_has_in_the_sheet() -> None:
    rows = read(workbook([*HEAD.split(",")], [], [], ["S001", "张三", "T9", 110.5, 30.5]))

    assert [(line, field) for line, field, _ in faults_of(rows)] == [(4, "team_number")]


def test_a_workbook_that_unpacks_to_far_too_much_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 65_000_000)

    assert [code for _, _, code in faults_of(read(out.getvalue()))] == ["not_a_workbook"]


def test_a_phone_that_excel_keeps_as_a_number_is_whole() -> None:
    row: list[str | int | float | date] = ["S001", "张三", "T1", 110.5, 30.5, 13800000000]
    rows = read(workbook([*HEAD.split(","), "phone"], row))
    assert [it[2] for it in rows.personal.values()] == ["13800000000"]


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("S001,张三,T1,30.5,110.5", "lat", "less_than_equal"),
        ("S001,张三,T1,0,0", "lon, lat", "home_far"),
        ("S001,张三,T1,-122.4,37.7", "lon, lat", "home_far"),
        ("S001,,T1,110.5,30.5", "name", "missing"),
        (f"S001,{'张' * 5_000},T1,110.5,30.5", "name", "string_too_long"),
        ("S001,张三,T1,110.5", "lon, lat", "not_degrees"),
        ("S001,张三,T1,110.5,30.5,more", "row", "more_cells_than_columns"),
    ],
)
def test_a_row_that_cannot_be_is_told_by_its_line(row: str, field: str, code: str) -> None:
    rows = read(f"{HEAD}\n{row}\nS002,李四,T1,110.5,30.5\n")

    assert faults_of(rows) == [(2, field, code)]
    assert [it[1] for it in rows.personal.values()] == ["李四"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (gzip.compress(b"x" * 10_000)[:-20], "not_gzip"),
        (gzip.compress(b"x" * 70_000_000), "unpacks_too_large"),
        (b"PK\x03\x04 and nothing more", "not_a_workbook"),
        (b"\xff\xfe\x00", "not_utf8"),
        (b"", "column_missing"),
    ],
)
def test_a_file_that_is_no_table_is_told_as_one(body: bytes, code: str) -> None:
    assert [it[2] for it in faults_of(read(body))] == [code]


# Who leaves, and which shifts are deleted.


def test_whose_last_day_is_over_leaves_and_who_goes_later_is_kept_until_then() -> None:
    day, later = "2025-12-31", "2026/2/1"
    rows = read(f"{HEAD},leaves_on\n{ZHANG},{day}\nS002,李四,T1,110.5,30.5,{later}\n")

    assert rows.leavers == [f"mem_{ulid_of(START, 'S001')}"]
    assert [it.leaves_at for it in rows.lists["people"]] == [START + 32 * DAY - 1 - 8 * 3_600_000]
    assert faults_of(read(f"{HEAD},leaves_on\n{ZHANG},tomorrow\n")) == [
        (2, "leaves_on", "not_a_day")
    ]


def shift(*who: str) -> dict[str, Any]:
    return {
        "shift_id": NIGHT, "team_id": TEAM, "member_ids": [*who],
        "starts_at": START - HOUR, "ends_at": START + 10 * HOUR,
    }  # fmt: skip


WANG, ZHAO = f"mem_{ulid_of(START, 'wang')}", f"mem_{ulid_of(START, 'zhao')}"


async def bring(home: Home, *, dry_run: bool = False, **lists: Any) -> RosterReport:
    desk = Importing("desk", Role.DISPATCHER)
    base = {"lon": 110.5, "lat": 30.5}
    teams = [{"team_id": TEAM, "number": "T1", "name": "x", "base": base}]
    body = json.dumps({"teams": teams} | lists).encode()
    return await importer(home)(COUNTY, body, "application/json", dry_run, desk)


def crew() -> list[dict[str, Any]]:
    return [person("李"), person("王") | {"member_id": WANG, "staff_number": "2"}]


async def changes(home: Home) -> int:
    records = await home.file.log(COUNTY).read(after_seq=-1, records_max=1_000)
    return sum(b'"roster_changed"' in it.payload for it in records)


async def test_the_same_file_twice_changes_nothing(home: Home) -> None:
    file: dict[str, Any] = {"people": crew(), "shifts": [shift(LI, WANG)]}
    await bring(home, **file)
    before = await changes(home)

    again = await bring(home, **file)

    assert again.imported
    assert again.bad_rows == []
    assert await changes(home) == before


async def test_a_leaver_in_the_file_leaves_their_shift_and_stays_away_the_next_night(
    home: Home,
) -> None:
    await bring(home, people=crew(), shifts=[shift(LI, WANG)])
    last_day = [crew()[0], crew()[1] | {"leaves_on": "2025-12-31"}]
    file: dict[str, Any] = {"people": last_day, "shifts": [shift(LI, WANG)]}

    tried = await bring(home, dry_run=True, **file)
    assert tried.accepted["removed_members"] == 1
    assert WANG in home.state_of(COUNTY).roster.members

    done = await bring(home, **file)
    assert (done.bad_rows, done.accepted["removed_members"]) == ([], 1)
    roster = home.state_of(COUNTY).roster
    assert WANG not in roster.members
    assert roster.shifts[NIGHT].member_ids == (LI,)

    before = await changes(home)
    again = await bring(home, **file)
    assert (again.bad_rows, again.accepted["removed_members"]) == ([], 0)
    assert await changes(home) == before


async def said(home: Home, kind: Any, **fields: Any) -> None:
    receipt = await home.submit(
        kind(signal_id=ulid_of(START, kind.__name__), jurisdiction=COUNTY, at=START,
             actor_id="desk", actor_role=Role.DISPATCHER, **fields)
    )  # fmt: skip
    assert receipt.refused is None, receipt.refused


async def on_guard(home: Home) -> None:
    """Let 李 and 王 stand guard at a site."""
    site_id = f"sit_{ulid_of(START, 'hospital')}"
    site = {
        "site_id": site_id, "kind": "hospital", "customer_class": "first", "name": "Hospital",
        "place": {"lon": 110.5, "lat": 30.5},
    }  # fmt: skip
    await bring(home, sites=[site])
    await said(
        home, OpenOperation, name="exam", level=GuaranteeLevel.SPECIAL,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="7", plan_approved_by="group",
        site_ids=(site_id,), guard_from=START, guard_until=START + DAY,
    )  # fmt: skip
    (operation_id,) = home.state_of(COUNTY).operations.by_id
    post = GuardPost(site_id=site_id, member_ids=(LI, WANG))
    await said(
        home, PostGuard, operation_id=operation_id, post=post, starts_at=START - 1,
        ends_at=START + DAY,
    )  # fmt: skip


async def test_who_leaves_and_is_on_guard_is_told_by_row_and_keeps_nobody_else_here(
    home: Home,
) -> None:
    people = [*crew(), person("赵") | {"member_id": ZHAO, "staff_number": "3"}]
    await bring(home, people=people)
    await on_guard(home)
    file = [it | {"leaves_on": "2025-12-31"} for it in people]

    tried = await bring(home, dry_run=True, people=file)
    done = await bring(home, people=file)

    for report in (tried, done):
        assert [it.line for it in report.bad_rows] == [1, 2]
        said_of_li = report.bad_rows[0].fault.reason("en")
        assert "1 李" in said_of_li
        assert "on guard" in said_of_li
        assert report.accepted["removed_members"] == 1
    assert set(home.state_of(COUNTY).roster.members) == {LI, WANG}


async def test_a_shift_is_deleted_by_the_file_once_and_an_id_that_is_none_is_told(
    home: Home,
) -> None:
    await bring(home, people=crew(), shifts=[shift(LI, WANG)])

    tried = await bring(home, dry_run=True, removed_shifts=[NIGHT])
    assert tried.accepted["removed_shifts"] == 1
    await bring(home, removed_shifts=[NIGHT])
    assert not home.state_of(COUNTY).roster.shifts
    again = await bring(home, removed_shifts=[NIGHT, "night"])
    assert again.accepted["removed_shifts"] == 0
    assert [(it.line, it.fault.field) for it in again.bad_rows] == [(2, "removed_shifts")]


async def test_a_running_shift_that_would_be_over_is_refused_by_its_row(home: Home) -> None:
    await bring(home, people=crew(), shifts=[shift(LI, WANG)])

    report = await bring(home, shifts=[shift(LI, WANG) | {"ends_at": START - 1}])

    (bad,) = report.bad_rows
    assert (bad.line, bad.fault.field) == (1, "shifts.ends_at")
    longer = await bring(home, shifts=[shift(LI, WANG) | {"ends_at": START + DAY}])
    assert longer.bad_rows == []
    assert home.state_of(COUNTY).roster.running.get(NIGHT) == START + DAY
