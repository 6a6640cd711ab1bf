"""Rows of a roster: the example of the docs is taken, and a wrong team is told which there are."""

import re
from pathlib import Path
from typing import Any

import pytest

from coordinator.demo.province import province
from coordinator.feeds.roster_rows import Known, RosterRows, read_roster
from coordinator.feeds.row_faults import TEAMS_TOLD
from schemas.ids import ulid_of
from tests.story import DAY, START

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
MORE = {f"云河{number:02}队": f"tea_{ulid_of(START, str(number))}" for number in range(9)}


def read(body: str, teams: dict[str, str], media_type: str = "text/csv") -> RosterRows:
    return read_roster(
        body.encode(),
        media_type,
        Known(teams, lambda number: f"mem_{ulid_of(START, number)}", 1_000, {}, START, 0),
    )


def of(team: str) -> str:
    return f"staff_number,name,team_number,lon,lat\nN1,新人,{team},110.5,30.5\n"


def test_the_example_of_the_docs_is_taken_in_the_demo_province() -> None:
    found = re.search(r"```csv\n(.*?)```", (DOCS / "operating.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    (yunhe,) = (it for it in province(1, START) if it.code == "yunhe")

    rows = read(found[1], {it.number: it.team_id for it in yunhe.teams})

    assert rows.bad == []
    assert rows.counts()["people"] == 1


@pytest.mark.parametrize(
    ("sample", "media_type", "people", "leavers"),
    [("people.csv", "text/csv", 2, 1), ("roster.json", "application/json", 2, 0)],
)
def test_the_samples_are_taken_in_the_demo_province(
    sample: str, media_type: str, people: int, leavers: int
) -> None:
    (yunhe,) = (it for it in province(1, START) if it.code == "yunhe")
    teams = {it.number: it.team_id for it in yunhe.teams}
    bases = {it.team_id: it.base for it in yunhe.teams}
    known = Known(teams, lambda it: f"mem_{ulid_of(START, it)}", 1_000, bases, START + 365 * DAY, 0)

    rows = read_roster((DOCS / "samples" / sample).read_bytes(), media_type, known)

    assert rows.bad == []
    assert (rows.counts()["people"], len(rows.leavers)) == (people, leavers)


def test_a_team_that_there_is_not_is_told_which_there_are() -> None:
    rows = read(of("云河5队"), MORE)

    ((line, fault),) = rows.bad
    assert (line, fault.field, fault.value) == (2, "team_number", "云河5队")
    told = fault.said.ids["numbers"]
    assert (len(told), told[-1]) == (TEAMS_TOLD + 1, "…")
    assert set(told[:-1]) <= MORE.keys()
    assert read(of("云河05队"), MORE).bad == []


@pytest.mark.parametrize(("count", "numbers"), [(1, 1), (2, 2), (TEAMS_TOLD, TEAMS_TOLD)])
def test_few_teams_are_told_all(count: int, numbers: int) -> None:
    rows = read(of("ZZZ"), dict(list(MORE.items())[:count]))

    assert len(rows.bad[0][1].said.ids["numbers"]) == numbers


def test_where_there_is_no_team_yet_it_says_how_they_come() -> None:
    assert read(of("A"), {}).bad[0][1].said.code == "no_teams_yet"


@pytest.mark.parametrize("team", ["[]", "{}", "7", "null"])
def test_a_number_that_is_no_text_is_one_bad_row(team: Any) -> None:
    body = f'{{"people": [{{"staff_number": "1", "name": "x", "team_number": {team}}}]}}'

    rows = read(body, MORE, "application/json")

    assert [it.field for _, it in rows.bad] == ["team_number"]
