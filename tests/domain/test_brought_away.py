"""Who gave up hurt or ill has been brought away: their alarm is over, though they are not fit."""

from typing import Any

import pytest

from coordinator.domain.roster.eligibility import why_not
from schemas.events.command import RollCallOpened
from schemas.events.escalation import EscalationStopped
from schemas.events.notice import NoticeOver, SignalRefused
from schemas.events.roster import MemberBroughtAway, MemberUnfit
from schemas.events.ticket import WorkStarted
from schemas.sentences import reasons, rights, work
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive
from schemas.signals.command import CallRoll, EstablishCommand
from schemas.signals.roster import BroughtAway, ReportFit, ReportUnfit
from schemas.signals.ticket import StartWork
from schemas.vocabulary import Clearance, NoticeKind, Unfit, UnitRole
from schemas.why_not import WhyNot
from tests.county import HERE
from tests.domain.called import Called
from tests.domain.line import Line, by, cleared
from tests.story import MINUTE, Story


class _Hurt(Called):
    """One of a unit on scene gave up hurt, and lies there as far as anybody knows."""

    def __init__(self) -> None:
        super().__init__(AcceptAssignment, Arrive, size=16)
        roles = self.unit.roles
        self.leader = next(it for it in self.unit.people if roles[it] is UnitRole.LEADER)
        self.says(AbortAssignment, unfit=Unfit.HURT)
        self.story.after(MINUTE)
        self.mate = next(it for it in sorted(self.unit.people) if it != self.leader)
        assert self.stands

    def brought(self, **sender: Any) -> Story:
        return self.story.when(BroughtAway, member_id=self.member, **sender)

    @property
    def stands(self) -> bool:
        alarms = self.story.state.escalations.by_id.values()
        return any(it.cause is NoticeKind.MEMBER_UNFIT for it in alarms)


@pytest.fixture
def hurt() -> _Hurt:
    return _Hurt()


@pytest.mark.parametrize("who", ["desk", "leader", "member", "commander"])
def test_the_alarm_ends_with_that_word_and_they_are_not_fit(hurt: _Hurt, who: str) -> None:
    story = hurt.story
    if who == "commander":
        story.when(EstablishCommand, incident_id=hurt.incident_id, commander_id=hurt.mate,
                   post=HERE)  # fmt: skip
    sender = {"desk": None, "commander": hurt.mate}.get(who, getattr(hurt, who, None))

    hurt.brought(**({} if sender is None else by(sender)))

    story.then_includes(MemberBroughtAway, EscalationStopped, NoticeOver)
    assert story.the(EscalationStopped).reason == reasons.BROUGHT_AWAY
    assert not hurt.stands
    member = story.state.roster.members[hurt.member]
    assert why_not(story.state, member, story.at) is WhyNot.UNFIT
    # Where they are is known: no roll call asks after them.
    story.when(CallRoll, incident_id=hurt.incident_id)
    assert hurt.member not in story.the(RollCallOpened).member_ids
    hurt.brought().then_not(MemberBroughtAway, SignalRefused)
    story.when(ReportFit, member_id=hurt.member, **by(hurt.member)).then_not(SignalRefused)


def test_a_mate_does_not_say_it(hurt: _Hurt) -> None:
    hurt.brought(**by(hurt.mate)).then(SignalRefused)

    assert hurt.story.the(SignalRefused).rule == rights.BROUGHT_AWAY_BY
    assert hurt.stands


def test_it_is_said_of_nobody_who_is_bound_there_still(hurt: _Hurt) -> None:
    hurt.story.when(ReportUnfit, member_id=hurt.mate, why=Unfit.HURT, **by(hurt.mate))

    hurt.story.when(BroughtAway, member_id=hurt.mate).then(SignalRefused)

    assert hurt.story.the(SignalRefused).rule == rights.BROUGHT_AWAY_WHEN_LEFT
    held = hurt.unit.people[hurt.mate]
    hurt.story.when(AbortAssignment, assignment_id=held, reason="-", on_behalf_of=hurt.mate)
    hurt.story.when(BroughtAway, member_id=hurt.mate).then_includes(MemberBroughtAway)


def test_of_who_is_fit_it_says_nothing_and_who_is_hurt_anew_is_an_alarm_anew(hurt: _Hurt) -> None:
    story = hurt.story
    story.when(BroughtAway, member_id=hurt.mate).then_not(MemberBroughtAway, SignalRefused)
    hurt.brought()
    story.when(ReportFit, member_id=hurt.member, **by(hurt.member))

    story.when(ReportUnfit, member_id=hurt.member, why=Unfit.HURT, **by(hurt.member))

    story.then_includes(MemberUnfit)
    hurt.brought().then_includes(MemberBroughtAway)


def test_they_cannot_have_been_brought_away_before_they_were_hurt(hurt: _Hurt) -> None:
    hurt.brought(occurred_at=hurt.story.at - 10 * MINUTE).then(SignalRefused)

    assert hurt.story.the(SignalRefused).rule == rights.HAPPENS_BEFORE_IT_BEGAN


def test_who_was_at_a_line_is_counted_off_it_by_name_all_the_same() -> None:
    line = Line()
    who, story = line.crew[0], line.story
    story.when(AbortAssignment, assignment_id=line.assignment(who), unfit=Unfit.HURT, reason="fell",
               **by(who))  # fmt: skip
    story.when(BroughtAway, member_id=who).then_includes(MemberBroughtAway, EscalationStopped)

    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(SignalRefused)
    assert story.the(SignalRefused).rule == work.kept_from_line(who, WhyNot.UNFIT)
    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF)
    story.then_not(SignalRefused, WorkStarted)
