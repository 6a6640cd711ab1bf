"""A roll call is open for as long as somebody who is there has not answered."""

import pytest

from schemas.durations import SECOND
from schemas.events.command import (
    HelpCalled,
    RollAnswered,
    RollAnswerTakenBack,
    RollCallClosed,
    RollCallMissed,
    RollCallOpened,
)
from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.notice import SignalRefused
from schemas.sentences import units
from schemas.signals.assignment import ReleaseMember
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll, TakeBackRollAnswer
from tests.county import county, unit_on_scene
from tests.domain.line import by
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


def test_the_last_answer_ends_it_though_another_has_left(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, roll_call_id, people = called
    assignment_id = story.state.roster.members[people[0]].assignment_id
    story.when(ReleaseMember, assignment_id=assignment_id, reason="went home")
    story.then_not(RollCallClosed)
    story.after(6 * MINUTE)
    assert story.the(RollCallMissed).member_ids == tuple(people[1:])

    story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=tuple(people[1:]))

    story.then_includes(RollAnswered, RollCallClosed)
    assert roll_call_id not in story.state.escalations.by_subject


def test_an_answer_taken_back_is_not_given_and_the_clock_goes_on_as_before(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    before = story.state.command.roll_calls[id_]
    due = story.state.timers.get("roll_call", id_)
    who = by(people[0])
    story.when(AnswerRoll, roll_call_id=id_, member_ids=(people[0],), **who)
    story.at += 5 * SECOND
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(people[0],), **who)

    story.then(RollAnswerTakenBack)
    assert story.state.command.roll_calls[id_] == before
    assert story.state.timers.get("roll_call", id_) == due
    # Said twice, there is nothing more to take back; given again it counts, once.
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(people[0],), **who)
    assert story.the(SignalRefused).rule == units.NOTHING_TO_TAKE_BACK
    story.when(AnswerRoll, roll_call_id=id_, member_ids=(people[0],), **who).then(RollAnswered)


def test_a_roll_call_that_was_complete_waits_again_and_whoever_is_silent_is_missed(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    due = story.state.command.roll_calls[id_].due_at
    for it in people:
        story.when(AnswerRoll, roll_call_id=id_, member_ids=(it,), **by(it))
    story.then_includes(RollCallClosed)
    story.when(CallHelp, member_id=people[1], **by(people[1])).then_includes(HelpCalled)

    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(people[-1],), **by(people[-1]))

    assert story.state.command.roll_calls[id_].waiting == (people[-1],)
    assert story.state.command.help_calls, "a call for help in between stays"
    (missed,) = [
        it for it in story.after(due + 1 - story.at).all(RollCallMissed) if it.roll_call_id == id_
    ]
    assert missed.member_ids == (people[-1],)
    assert id_ in story.state.escalations.by_subject


def test_the_alarm_of_who_was_missing_stands_again_when_their_answer_was_a_slip(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    for it in people[1:]:
        story.when(AnswerRoll, roll_call_id=id_, member_ids=(it,), **by(it))
    story.after(6 * MINUTE).then_includes(RollCallMissed)
    story.when(AnswerRoll, roll_call_id=id_, member_ids=(people[0],), **by(people[0]))
    story.then_includes(EscalationStopped)

    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(people[0],), **by(people[0]))
    story.after(SECOND).then_includes(RollCallMissed, EscalationStarted)

    assert id_ in story.state.escalations.by_subject


def test_only_who_answered_takes_it_back_and_only_for_some_seconds(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    one, other = people[:2]
    story.when(AnswerRoll, roll_call_id=id_, member_ids=(one,), **by(one))
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(one,), **by(other))
    assert story.the(SignalRefused).rule == units.TAKEN_BACK_BY_WHO_ANSWERED
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(other,), **by(other))
    assert story.the(SignalRefused).rule == units.NOTHING_TO_TAKE_BACK
    story.at += 11 * SECOND
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(one,), **by(one))
    assert story.the(SignalRefused).rule == units.too_late_to_take_back(10)
    assert one not in story.state.command.roll_calls[id_].waiting
