"""The boards: drawn step by step they are what the state says, and they say what they should."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coordinator import boards
from coordinator.boards import my_assignment
from coordinator.boards.drawing import BOARDS
from tests.boards.drawn import redrawn, rows_of, shown
from tests.boards.stories import (
    STORIES,
    aid_story,
    command_story,
    guard_story,
    missed_story,
    roster_story,
)
from tests.county import TEAMS, member
from tests.domain.test_aid import LAKE
from tests.domain.test_operation import GUARDS, opened
from tests.story import DAY, HOUR, Story
from words.catalogue import current


@pytest.mark.parametrize("tell", STORIES, ids=lambda it: it.__name__)
async def test_drawn_step_by_step_is_drawn_at_once(tell: Callable[[], Story]) -> None:
    story = tell()

    assert rows_of(await shown(story)) == rows_of(redrawn(story))


def test_the_stories_fill_every_board() -> None:
    filled = {board for tell in STORIES for board, _ in rows_of(redrawn(tell()))}

    assert filled == set(BOARDS) - {my_assignment.BOARD.name}


def test_a_row_is_found_by_what_its_id_begins_with() -> None:
    found: dict[str, set[str]] = {}
    for tell in STORIES:
        for board, key in rows_of(redrawn(tell())):
            found.setdefault(board, set()).add(key.partition("_")[0])

    for name_, one in BOARDS.items():
        if one.of:
            # What is said to be live is told under the id of the work: no row for that work.
            about = {"tkt"} if name_ == "alarms" else set[str]()
            assert found[name_] - about == set(one.of), name_


def test_a_panel_reads_what_is_in_a_row_and_has_words_for_its_codes() -> None:
    rows = {board: row for tell in STORIES for (board, _), row in rows_of(redrawn(tell())).items()}
    words = current().groups["zh"]["vocabulary"]

    for name_, one in BOARDS.items():
        if one.panel is not None:
            row = rows[name_]
            assert {*one.panel.reads} <= row.keys(), name_
            assert one.panel.words.keys() <= {*one.panel.reads}, name_
            for field, group in one.panel.words.items():
                assert f"{group}_{row[field]}" in words, (name_, field)


def test_every_board_that_is_written_is_drawn() -> None:
    folder = Path(boards.__file__).parent
    written = {
        it.stem for it in folder.glob("*.py") if "BOARD: Final = Board(" in it.read_text("utf-8")
    }

    assert written == set(BOARDS)


def only(story: Story, board: str) -> Any:
    ((_, row),) = [it for it in rows_of(redrawn(story)).items() if it[0][0] == board]
    return row


def test_command_shows_who_answered_and_what_the_weather_forbids() -> None:
    before, after = only(command_story(), "incident_command"), missed_story()

    assert before["commander_id"] == "chief-2"
    assert [it["text"] for it in before["objectives"]] == ["power back"]
    (call,) = before["roll_calls"]
    assert call["missed"] == []
    assert len(call["waiting"]) > 1
    (ticket,) = before["tickets"]
    assert (ticket["stage"], ticket["forbidden_by"]) == ("working", None)
    assert ticket["interlocks"] == [
        {
            "interlock": "permit",
            "confirmed_by": "permit-desk",
            "overridden_until": None,
            "set_aside_by": None,
            "may_be_set_aside": True,
        }
    ]
    row = only(after, "incident_command")
    assert row["objectives"][0]["overdue"]
    assert row["roll_calls"][0]["missed"] == row["roll_calls"][0]["waiting"]
    assert (row["tickets"][0]["stage"], row["tickets"][0]["forbidden_by"]) == (
        "stopped",
        {"code": "thunder"},
    )


def test_a_guard_shows_what_is_due_when_and_what_was_missed() -> None:
    story = guard_story()
    (row,) = [it for key, it in rows_of(redrawn(story)).items() if key[0] == "guarded_operations"]

    assert row["missed"] == 1
    assert row["check_ins"] == 1
    (site,) = row["sites"]
    assert row["next_due_at"] == min(site["due"].values()) > story.at
    assert site["guards"][0]["member_ids"] == list(GUARDS)
    preparing = only(opened()[0], "guarded_operations")
    assert "nobody_posted" in {it["code"] for it in preparing["gaps"]}


def test_an_alarm_shows_the_step_it_is_at_and_what_comes_next() -> None:
    rows = rows_of(redrawn(missed_story()))
    alarms = [it for key, it in rows.items() if key[0] == "alarms" and it["step"] is not None]

    assert {it["kind"] for it in alarms} >= {"roll_call_missed", "help_called"}
    for it in alarms:
        assert it["told"] is not None
        assert it["next"]["at"] > missed_story().at - HOUR
        assert it["next"]["recipient"]


def test_people_show_what_keeps_them_from_being_called() -> None:
    story = roster_story()
    rows = {key[1]: row for key, row in rows_of(redrawn(story)).items() if key[0] == "people"}

    assert rows[member(0, 1)]["leaves"] == [[story.at + HOUR, story.at + DAY]]
    assert not rows[member(0, 2)]["available"]
    assert not rows[member(0, 3)]["on_shift"]
    assert rows[member(1, 3)]["on_shift"]
    assert rows[member(0, 0)]["team_id"] == TEAMS[0]


def test_a_talk_about_help_leaves_the_board_when_it_is_over() -> None:
    row = only(aid_story(), "aid")

    assert (row["side"], row["peer"], row["stage"]) == ("asking", LAKE, "requested")
    assert row["unheard"] == ["aid_requested"]
