"""A refusal of a phase: it says where the incident stands, what is wanted, and what can be said."""

from typing import Any

import pytest

from schemas.events.notice import SignalRefused
from schemas.signals.incident import CloseIncident, ReopenIncident, RestoreIncident, ReviewIncident
from tests.domain.outages import opened
from tests.said import english
from tests.story import Story
from words.catalogue import current


@pytest.mark.parametrize(
    ("signal", "fields", "wanted"),
    [
        (CloseIncident, {}, "restored"),
        (ReviewIncident, {"cause": "wind", "lessons": "-"}, "closed"),
        (ReopenIncident, {"reason": "again dark"}, "restored"),
    ],
)
def test_what_comes_before_its_time_is_told_what_to_wait_for_and_what_to_do(
    signal: Any, fields: dict[str, str], wanted: str
) -> None:
    story = Story()
    id_ = opened(story)

    story.when(signal, incident_id=id_, **fields)

    rule = story.the(SignalRefused).rule
    assert english(rule) == (
        f"the incident is in phase: open. This is for: {wanted}. Possible now: Merge; Split off;"
        " Controlled; Supply is back; Withdraw as a mistake; Hand over; Explain; Tie to an alert"
    )
    assert current().say(rule, "zh").startswith("事件现处阶段：已受理。此操作须处于：")


def test_nothing_more_is_possible_with_what_was_reviewed() -> None:
    story = Story()
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_).when(CloseIncident, incident_id=id_)
    story.when(ReviewIncident, incident_id=id_, cause="wind", lessons="-")

    story.when(RestoreIncident, incident_id=id_)

    assert english(story.the(SignalRefused).rule).endswith("Possible now: nothing more")
