"""People at work where supply is said to be back are on the boards until their work has ended."""

from collections.abc import Callable

import pytest

from schemas.signals.incident import ReopenIncident, RestoreIncident
from tests.boards.test_drawing import command_story, redrawn, rows_of, shown
from tests.story import HOUR, Story


def supply_back_story() -> Story:
    """Return a story in which supply is said to be back while people are at work."""
    story = command_story()
    (incident_id,) = story.state.incidents.by_id
    return story.when(RestoreIncident, incident_id=incident_id)


def still_at_work_story() -> Story:
    """Return the same an hour later: nobody took the alarm on, and they are at work still."""
    return supply_back_story().after(HOUR)


def dark_again_story() -> Story:
    story = supply_back_story()
    (incident_id,) = story.state.incidents.by_id
    return story.when(ReopenIncident, incident_id=incident_id, reason="still dark")


@pytest.mark.parametrize(
    ("tell", "steps"),
    [
        (command_story, []), (supply_back_story, [None, 0]), (still_at_work_story, [None]),
        (dark_again_story, []),
    ],
)  # fmt: skip
async def test_the_alarm_stands_while_they_are_at_work(
    tell: Callable[[], Story], steps: list[int | None]
) -> None:
    story = tell()
    rows = rows_of(redrawn(story))
    alarms = [it for it in rows.values() if it.get("kind") == "supply_back_with_people_on_line"]
    (incident_id,), (task,) = story.state.incidents.by_id, story.state.safety.tasks.values()

    assert sorted(str(it["step"]) for it in alarms) == sorted(map(str, steps))
    assert {it["incident_id"] for it in alarms} <= {incident_id}
    shown_at = rows["incident_command", incident_id]["tasks"][0]["supply_back_at"]
    assert shown_at == (task.supply_back_at if steps else None)
    assert rows_of(await shown(story)) == rows
