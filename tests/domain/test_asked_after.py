"""Who gave up hurt or ill may lie there still: a roll call asks after them until somebody has said
where they are.
"""

from typing import Any

import pytest

from coordinator.domain.command.roll_call import on_scene
from schemas.events.command import (
    RollAnswered,
    RollCallClosed,
    RollCallMissed,
    RollCallNotNeeded,
    RollCallOpened,
)
from schemas.events.notice import SignalRefused
from schemas.sentences import rights
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive, Depart
from schemas.signals.command import AnswerRoll, CallRoll
from schemas.signals.roster import ReportFit
from schemas.vocabulary import Clearance, Unfit, UnitRole
from tests.county import everybody
from tests.domain.called import Called
from tests.domain.line import Line, by, cleared
from tests.story import MINUTE


def there() -> Called:
    return Called(AcceptAssignment, Arrive, size=16)


def gives_up(called: Called, **more: Any) -> None:
    called.says(AbortAssignment, **({"unfit": Unfit.HURT} | more))
    called.story.after(MINUTE)


def roll_of(called: Called) -> RollCallOpened:
    called.story.when(CallRoll, incident_id=called.incident_id)
    return called.story.the(RollCallOpened)


def leader_of(called: Called) -> str:
    roles = called.unit.roles
    return next(it for it in called.unit.people if roles[it] is UnitRole.LEADER)


@pytest.mark.parametrize("why", Unfit)
def test_who_gave_up_hurt_or_ill_is_asked_after_until_somebody_says_where_they_are(
    why: Unfit,
) -> None:
    called = there()
    gives_up(called, unfit=why)
    leader = leader_of(called)

    call = roll_of(called)
    assert called.member in call.member_ids
    # They are no hand on scene, and nobody is at work with them.
    assert called.member not in on_scene(called.story.state, called.incident_id)
    called.story.when(AnswerRoll, roll_call_id=call.roll_call_id, member_ids=call.member_ids,
                      **by(leader)).then_includes(RollAnswered, RollCallClosed)  # fmt: skip

    called.story.after(MINUTE)
    assert called.member not in roll_of(called).member_ids


def test_nobody_answers_for_them_they_are_missing_as_anybody_is() -> None:
    called = there()
    gives_up(called)
    call = roll_of(called)
    others = tuple(it for it in call.member_ids if it != called.member)
    called.story.when(AnswerRoll, roll_call_id=call.roll_call_id, member_ids=others)
    called.story.then_not(RollCallClosed)

    called.story.after(10 * MINUTE)

    assert called.story.the(RollCallMissed).member_ids == (called.member,)
    called.story.when(AnswerRoll, roll_call_id=call.roll_call_id, member_ids=(called.member,),
                      **by(called.member)).then_includes(RollCallClosed)  # fmt: skip


def test_who_taps_it_while_the_roll_is_called_has_not_answered_by_that() -> None:
    called = there()
    call = roll_of(called)
    other = next(it for it in sorted(called.unit.people) if it != called.member)
    gives_up(called)
    waiting = called.story.state.command.roll_calls[call.roll_call_id].waiting
    assert called.member in waiting

    # Whoever leaves for another reason has.
    held = called.unit.people[other]
    called.story.when(AbortAssignment, assignment_id=held, reason="called home", **by(other))
    waiting = called.story.state.command.roll_calls[call.roll_call_id].waiting
    assert called.member in waiting
    assert other not in waiting


def test_they_are_asked_after_though_nobody_else_is_left_on_scene() -> None:
    called = there()
    gives_up(called)
    for member_id, held in sorted(called.unit.people.items()):
        called.story.when(AbortAssignment, assignment_id=held, reason="storm", **by(member_id))

    called.story.after(35 * MINUTE).then_not(RollCallNotNeeded)

    assert called.story.all(RollCallOpened)[0].member_ids == (called.member,)


def test_who_is_fit_again_is_not_asked_after() -> None:
    called = there()
    gives_up(called)
    called.story.when(ReportFit, member_id=called.member, **by(called.member))

    assert called.member not in roll_of(called).member_ids


def test_who_left_for_another_reason_or_never_came_is_not_asked_after() -> None:
    called = there()
    gives_up(called, unfit=None)
    assert called.member not in roll_of(called).member_ids

    for more, asked in (({"unfit": Unfit.HURT}, True), ({"unfit": Unfit.ILL}, False)):
        on_way = Called(AcceptAssignment, size=16)
        everybody(on_way.story, on_way.unit_id, Depart)
        gives_up(on_way, **more)
        everybody(on_way.story, on_way.unit_id, Arrive)
        assert (on_way.member in roll_of(on_way).member_ids) is asked


def test_only_who_led_them_answers_for_them_beside_command_and_desk() -> None:
    called = there()
    gives_up(called)
    call = roll_of(called)
    leader = leader_of(called)
    mate = next(it for it in sorted(called.unit.people) if it != leader)
    said = {"roll_call_id": call.roll_call_id, "member_ids": (called.member,)}

    called.story.when(AnswerRoll, **said, **by(mate)).then(SignalRefused)
    assert called.story.the(SignalRefused).rule == rights.ANSWERS_FOR_SELF_OR_UNIT
    called.story.when(AnswerRoll, **said, **by(leader)).then(RollAnswered)


def test_who_was_counted_off_the_line_by_name_is_not_asked_after() -> None:
    line = Line()
    who = line.crew[0]
    line.story.when(AbortAssignment, assignment_id=line.assignment(who), unfit=Unfit.HURT,
                    reason="fell", **by(who))  # fmt: skip
    line.story.after(MINUTE)
    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)

    line.story.when(CallRoll, incident_id=line.incident_id)

    assert who not in line.story.the(RollCallOpened).member_ids
