"""Somebody who is missing at a roll call is missing until they say something, or a person says
their name: no feed, no unit stood down, no incident that is over ends that alarm.
"""

from collections.abc import Callable
from typing import Any

import pytest

from coordinator.boards import my_duty
from coordinator.domain.roster.eligibility import why_not
from schemas.durations import HOUR, SECOND
from schemas.events.assignment import AssignmentDone
from schemas.events.command import (
    RollAnswered,
    RollAnswerTakenBack,
    RollCallClosed,
    RollCallMissed,
    RollCallOpened,
)
from schemas.events.escalation import EscalationStopped
from schemas.events.incident import IncidentClosed, IncidentRestored
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.unit import UnitStoodDown
from schemas.sentences import units
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    FinishAssignment,
    ReleaseMember,
)
from schemas.signals.command import AnswerRoll, CallRoll, EstablishCommand, TakeBackRollAnswer
from schemas.signals.incident import (
    CloseIncident,
    Extent,
    MergeIncidents,
    OutageGone,
    RestoreIncident,
    WithdrawIncident,
)
from schemas.signals.unit import StandDownUnit
from schemas.vocabulary import NoticeKind, Role, UnitRole
from schemas.why_not import WhyNot
from tests.county import FAR, HERE, county, everybody, outage, unit_on_scene
from tests.domain.line import by
from tests.story import MINUTE, Story


class Missing:
    """A unit on scene, one of whom did not answer the roll call, while the others did."""

    def __init__(self) -> None:
        self.story = county(size=16)
        self.incident_id, self.unit_id = unit_on_scene(self.story)
        unit = self.story.state.units.by_id[self.unit_id]
        self.who = next(it for it in sorted(unit.people) if unit.roles[it] is UnitRole.LINE_WORKER)
        self.others = sorted({*unit.people} - {self.who})
        self.assignment_id = self.story.state.roster.members[self.who].assignment_id
        self.story.after(MINUTE)
        self.roll_call_id = self.called()

    def called(self) -> str:
        self.story.when(CallRoll, incident_id=self.incident_id)
        id_ = self.story.the(RollCallOpened).roll_call_id
        for it in self.others:
            self.story.when(AnswerRoll, roll_call_id=id_, member_ids=(it,), **by(it))
        self.story.after(6 * MINUTE).then_includes(RollCallMissed)
        return id_

    @property
    def stands(self) -> bool:
        alarms = self.story.state.escalations.by_id.values()
        return any(it.cause is NoticeKind.ROLL_CALL_MISSED for it in alarms)

    def found(self, who: Any = None) -> Story:
        sender = by(self.who) if who is None else who
        return self.story.when(
            AnswerRoll, roll_call_id=self.roll_call_id, member_ids=(self.who,), **sender
        )


@pytest.fixture
def missing() -> Missing:
    return Missing()


def gone_by_feed(it: Missing) -> None:
    it.story.when(OutageGone, source="95598", dedup_key="1", reason="restored", actor_id="feed",
                  actor_role=Role.FEED).then_includes(IncidentRestored, UnitStoodDown)  # fmt: skip


def restored(it: Missing) -> None:
    it.story.when(RestoreIncident, incident_id=it.incident_id).then_includes(UnitStoodDown)


def closed(it: Missing) -> None:
    restored(it)
    it.story.when(CloseIncident, incident_id=it.incident_id).then_includes(IncidentClosed)


def withdrawn(it: Missing) -> None:
    it.story.when(WithdrawIncident, incident_id=it.incident_id, reason="a slip")
    it.story.then_includes(UnitStoodDown)


def stood_down(it: Missing) -> None:
    it.story.when(StandDownUnit, unit_id=it.unit_id, reason="all are down in the valley")
    it.story.then_includes(UnitStoodDown)


def let_go(it: Missing) -> None:
    it.story.when(ReleaseMember, assignment_id=it.assignment_id, reason="another goes")


def merged(it: Missing) -> None:
    into = outage(it.story, key="b", place=FAR, device="T-9", extent=Extent(customers_out=2_000))
    it.story.when(MergeIncidents, into=into, incident_ids=(it.incident_id,), reason="one",
                  stands_down=(it.unit_id,)).then_includes(UnitStoodDown)  # fmt: skip


@pytest.mark.parametrize(
    "happens", [gone_by_feed, restored, closed, withdrawn, stood_down, let_go, merged]
)
def test_the_alarm_for_who_is_missing_stands_until_they_answer_themselves(
    missing: Missing, happens: Callable[[Missing], None]
) -> None:
    happens(missing)

    missing.story.then_not(RollCallClosed)
    assert missing.stands
    missing.found().then_includes(RollAnswered, RollCallClosed, EscalationStopped)
    assert not missing.stands


def test_or_until_the_desk_says_their_name(missing: Missing) -> None:
    gone_by_feed(missing)

    missing.found({}).then_includes(RollCallClosed, EscalationStopped)

    assert not missing.stands


def test_at_a_merged_incident_who_commands_it_now_says_their_name(missing: Missing) -> None:
    merged(missing)
    story = missing.story
    into = story.state.incidents.by_id[missing.incident_id].merged_into
    story.when(EstablishCommand, incident_id=into, commander_id=missing.others[0], post=HERE)

    missing.found(by(missing.others[0])).then_includes(RollCallClosed, EscalationStopped)


def test_who_is_missed_before_and_after_a_merge_is_one_alarm(missing: Missing) -> None:
    merged(missing)
    story = missing.story
    into = str(story.state.incidents.by_id[missing.incident_id].merged_into)
    (unit_id,) = story.state.units.by_incident[into]
    everybody(story, unit_id, AcceptAssignment, Arrive)
    story.when(CallRoll, incident_id=into, actor_id="chief", actor_role=Role.COMMANDER)
    called = story.the(RollCallOpened).roll_call_id
    story.after(30 * MINUTE)

    held = story.state.escalations.by_id.values()
    (alarm,) = [it for it in held if it.cause is NoticeKind.ROLL_CALL_MISSED]
    assert {about for about, _ in alarm.parts} == {missing.roll_call_id, called}
    missing.found({})
    assert missing.roll_call_id not in {
        about for it in story.state.escalations.by_id.values() for about, _ in it.parts
    }


def test_a_name_said_by_a_slip_is_taken_back_though_their_unit_has_left(missing: Missing) -> None:
    stood_down(missing)
    story, of = missing.story, {"member_ids": (missing.who,)}
    missing.found({}).then_includes(EscalationStopped)

    story.when(TakeBackRollAnswer, roll_call_id=missing.roll_call_id, **of)
    story.after(SECOND).then_includes(RollCallMissed)

    assert missing.stands


def test_a_tap_of_their_own_is_a_sign_of_life(missing: Missing) -> None:
    missing.story.when(FinishAssignment, assignment_id=missing.assignment_id, **by(missing.who))

    missing.story.then_includes(AssignmentDone, RollAnswered, RollCallClosed, EscalationStopped)


@pytest.mark.parametrize(
    ("ends", "more"),
    [
        (FinishAssignment, {}),
        (AbortAssignment, {"reason": "went home"}),
        (ReleaseMember, {"reason": "another goes"}),
    ],
)
def test_no_desk_ends_the_part_of_who_is_missing_before_they_are_found(
    missing: Missing, ends: Any, more: dict[str, Any]
) -> None:
    said = {"assignment_id": missing.assignment_id, **more}
    if ends is not ReleaseMember:
        said["on_behalf_of"] = missing.who

    missing.story.when(ends, **said).then(SignalRefused)

    assert missing.story.the(SignalRefused).rule == units.found_first((missing.who,))
    assert missing.stands
    missing.found({}).then_includes(RollCallClosed, EscalationStopped)
    missing.story.when(ends, **said).then_not(SignalRefused)
    assert missing.story.state.roster.members[missing.who].assignment_id is None


@pytest.mark.parametrize("by_the_desk", [False, True])
def test_a_leader_does_not_say_that_all_are_in_while_one_is_missing(
    missing: Missing, by_the_desk: bool
) -> None:
    story, unit = missing.story, missing.story.state.units.by_id[missing.unit_id]
    leader = next(it for it in missing.others if unit.roles[it] is UnitRole.LEADER)
    sender = {"on_behalf_of": leader} if by_the_desk else by(leader)
    said = {"assignment_id": unit.people[leader], "all_in": True, **sender}

    story.when(FinishAssignment, **said).then(SignalRefused)

    assert story.the(SignalRefused).rule == units.found_first((missing.who,))
    missing.found(by(leader))
    story.when(FinishAssignment, **said).then_includes(AssignmentDone, UnitStoodDown)


def test_whoever_is_missing_is_called_to_nothing_else(missing: Missing) -> None:
    stood_down(missing)
    story, member = missing.story, missing.story.state.roster.members[missing.who]
    assert member.assignment_id is None

    assert why_not(story.state, member, story.at) is WhyNot.MISSING
    missing.found({})

    assert why_not(story.state, member, story.at) is not WhyNot.MISSING


def test_a_tap_that_was_made_before_they_were_called_says_nothing_of_them_now(
    missing: Missing,
) -> None:
    early = missing.story.state.command.roll_calls[missing.roll_call_id].opened_at - 1

    missing.story.when(FinishAssignment, assignment_id=missing.assignment_id, occurred_at=early,
                       **by(missing.who)).then_includes(AssignmentDone)  # fmt: skip

    assert missing.stands


def test_whoever_is_missing_is_never_given_up_though_nobody_takes_it_on(missing: Missing) -> None:
    gone_by_feed(missing)
    missing.story.after(2 * HOUR)

    assert missing.stands
    told = [it for it in missing.story.all(NoticeRaised) if it.about == missing.roll_call_id]
    assert told
    missing.found().then_includes(EscalationStopped)


class Called(Missing):
    """The roll is called, and nobody has answered or is missed yet."""

    def called(self) -> str:
        self.story.when(CallRoll, incident_id=self.incident_id)
        return self.story.the(RollCallOpened).roll_call_id


@pytest.mark.parametrize(
    "happens", [gone_by_feed, restored, closed, withdrawn, stood_down, let_go, merged]
)
def test_a_roll_call_that_runs_goes_on_though_the_unit_is_gone_by_no_word_of_its_people(
    happens: Callable[[Missing], None],
) -> None:
    it = Called()
    story = it.story
    happens(it)
    story.then_not(RollCallClosed)
    # Whoever left is asked on their phone still, and answers as before.
    for who in it.others:
        row = my_duty.BOARD.row(story.state, who)
        assert row is not None
        assert row["roll_call"] is not None
        story.when(AnswerRoll, roll_call_id=it.roll_call_id, member_ids=(who,), **by(who))
        story.then_includes(RollAnswered).then_not(RollCallClosed)

    story.after(6 * MINUTE)

    assert story.the(RollCallMissed).member_ids == (it.who,)
    assert it.stands
    it.found().then_includes(RollCallClosed, EscalationStopped)


def test_one_that_runs_ends_when_the_last_leaves_by_a_tap_of_their_own() -> None:
    it = Called()
    rest = tuple(it.others)
    it.story.when(AnswerRoll, roll_call_id=it.roll_call_id, member_ids=rest)

    it.story.when(FinishAssignment, assignment_id=it.assignment_id, **by(it.who))

    it.story.then_includes(AssignmentDone, RollAnswered, RollCallClosed)
    later = it.story.after(HOUR).all(RollCallMissed)
    assert it.roll_call_id not in {missed.roll_call_id for missed in later}


def test_an_answer_by_a_slip_for_one_whose_unit_has_left_is_taken_back() -> None:
    it = Called()
    story, of = it.story, {"roll_call_id": it.roll_call_id, "member_ids": (it.who,)}
    story.when(AnswerRoll, **of)
    stood_down(it)

    story.when(TakeBackRollAnswer, **of).then(RollAnswerTakenBack)

    story.after(6 * MINUTE)
    assert it.who in story.the(RollCallMissed).member_ids
