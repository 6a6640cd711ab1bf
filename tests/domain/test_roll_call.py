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
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.sentences import units
from schemas.signals.assignment import ReleaseMember
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll, TakeBackRollAnswer
from schemas.vocabulary import NoticeKind, Recipient, UnitRole
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


def test_the_last_answer_ends_it_and_that_of_who_has_left_is_waited_for_too(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, roll_call_id, people = called
    assignment_id = story.state.roster.members[people[0]].assignment_id
    story.when(ReleaseMember, assignment_id=assignment_id, reason="went home")
    story.then_not(RollCallClosed)
    story.after(6 * MINUTE)
    assert story.the(RollCallMissed).member_ids == tuple(people)
    story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=tuple(people[1:]))
    story.then_not(RollCallClosed)

    story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=(people[0],), **by(people[0]))

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


@pytest.mark.parametrize("complete", [False, True])
def test_who_answers_for_themself_is_there_though_a_leader_takes_back_that_they_are(
    called: tuple[Story, str, str, list[str]], complete: bool
) -> None:
    story, unit_id, id_, people = called
    unit = story.state.units.by_id[unit_id]
    leader = next(it for it in people if unit.roles[it] is UnitRole.LEADER)
    one = next(it for it in people if it != leader)
    if complete:
        rest = tuple(it for it in people if it != one)
        story.when(AnswerRoll, roll_call_id=id_, member_ids=rest, **by(leader))
    said = {"roll_call_id": id_, "member_ids": (one,)}
    story.when(AnswerRoll, **said, **by(leader)).then_includes(RollAnswered)
    assert (id_ not in story.state.command.roll_calls) is complete

    story.at += 2 * SECOND
    story.when(AnswerRoll, **said, **by(one)).then(RollAnswered)
    # Said again it adds nothing.
    story.when(AnswerRoll, **said, **by(one)).then()
    story.when(TakeBackRollAnswer, **said, **by(leader)).then(RollAnswerTakenBack)

    assert story.the(RollAnswerTakenBack).answered == (one,)
    assert not any(one in it.waiting for it in story.state.command.roll_calls.values())
    assert one not in {
        who for it in story.after(6 * MINUTE).all(RollCallMissed) for who in it.member_ids
    }


def test_both_words_taken_back_let_the_roll_call_wait_for_them_again(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    said = {"roll_call_id": id_, "member_ids": (people[0],)}
    before = story.state.command.roll_calls[id_]
    story.when(AnswerRoll, **said).when(AnswerRoll, **said, **by(people[0])).then(RollAnswered)

    story.when(TakeBackRollAnswer, **said, **by(people[0])).then(RollAnswerTakenBack)
    assert people[0] not in story.state.command.roll_calls[id_].waiting
    story.when(TakeBackRollAnswer, **said).then(RollAnswerTakenBack)

    assert story.state.command.roll_calls[id_] == before


def test_a_word_that_can_be_taken_back_no_longer_needs_no_other(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    said = {"roll_call_id": id_, "member_ids": (people[0],)}
    story.when(AnswerRoll, **said).then(RollAnswered)
    story.at += 2 * MINUTE
    story.when(AnswerRoll, **said, **by(people[0])).then()


def test_the_commander_hears_at_once_that_an_answer_for_who_is_missing_was_a_slip(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    rest, missing = tuple(people[1:]), (people[0],)
    story.when(AnswerRoll, roll_call_id=id_, member_ids=rest)
    first = story.after(6 * MINUTE)
    told = [it.recipient for it in first.all(NoticeRaised)]
    assert Recipient.COMMANDER in told
    story.when(AnswerRoll, roll_call_id=id_, member_ids=missing).then_includes(EscalationStopped)

    story.at += 3 * SECOND
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=missing)

    again = story.after(SECOND)
    of_it = [it for it in again.all(NoticeRaised) if it.kind is NoticeKind.ROLL_CALL_MISSED]
    assert Recipient.COMMANDER in [it.recipient for it in of_it]


def test_an_answer_taken_back_while_the_alarm_of_another_stands_is_not_told_twice(
    called: tuple[Story, str, str, list[str]],
) -> None:
    story, _, id_, people = called
    story.after(6 * MINUTE).then_includes(RollCallMissed)
    story.when(AnswerRoll, roll_call_id=id_, member_ids=(people[0],))
    story.when(TakeBackRollAnswer, roll_call_id=id_, member_ids=(people[0],))
    again = story.after(SECOND)
    assert not [it for it in again.all(NoticeRaised) if it.kind is NoticeKind.ROLL_CALL_MISSED]
    assert set(story.state.command.roll_calls[id_].missed) == set(people)
