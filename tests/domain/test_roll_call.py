"""A roll call is open for as long as somebody who is there has not answered."""

import pytest

from schemas.events.command import RollAnswered, RollCallClosed, RollCallMissed, RollCallOpened
from schemas.events.escalation import EscalationStopped
from schemas.signals.assignment import ReleaseMember
from schemas.signals.command import AnswerRoll, CallRoll
from schemas.signals.unit import StandDownUnit
from tests.county import county, unit_on_scene
from tests.story import MINUTE, Story


@pytest.fixture
def called() -> tuple[Story, str, str, list[str]]:
    """Return a story, its unit, the roll call that is open, and the three whom it calls."""
    story = county()
    incident_id, unit_id = unit_on_scene(story)
    story.when(CallRoll, incident_id=incident_id)
    opened = story.the(RollCallOpened)
    return story, unit_id, opened.roll_call_id, list(opened.member_ids)


def test_one_who_is_named_three_times_does_not_stand_for_three(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, roll_call_id, people = called

    story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=(people[0],) * 3)

    assert story.the(RollAnswered).member_ids == (people[0],)
    story.then_not(RollCallClosed)
    assert len(story.state.command.roll_calls[roll_call_id].waiting) == 2


def test_a_missed_roll_call_ends_when_all_who_were_missing_have_left(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, unit_id, roll_call_id, _ = called
    story.after(6 * MINUTE).then_includes(RollCallMissed)

    story.when(StandDownUnit, unit_id=unit_id, reason="all are down in the valley")

    story.then_includes(RollCallClosed, EscalationStopped)
    assert not story.state.command.roll_calls
    assert roll_call_id not in story.state.escalations.by_subject


def test_the_last_answer_ends_it_though_another_has_left(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, roll_call_id, people = called
    story.after(6 * MINUTE).then_includes(RollCallMissed)
    assignment_id = story.state.roster.members[people[0]].assignment_id
    story.when(ReleaseMember, assignment_id=assignment_id, reason="went home")
    story.then_not(RollCallClosed)

    story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=tuple(people[1:]))

    story.then_includes(RollAnswered, RollCallClosed)
    assert roll_call_id not in story.state.escalations.by_subject
