"""Whoever is missing at a roll call, calls for help, or is still to be counted off a line is not
let go, given back, bound elsewhere or put to work, by whatever path it is asked.
"""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.roster.eligibility import why_not
from schemas.events.aid import AidCrewPromised, AidCrewReleased, AidOpened
from schemas.events.assignment import AssignmentDone, AssignmentOffered
from schemas.events.command import HelpCalled, HelpResolved, RollCallMissed, RollCallOpened
from schemas.events.notice import SignalRefused
from schemas.events.operation import GuardPosted, OperationOpened
from schemas.events.roster import LeaverKept, RosterChanged
from schemas.events.task import TaskCancelled
from schemas.events.unit import UnitFormed
from schemas.said import Said
from schemas.sentences import aid, guarding, reasons, rosters, units
from schemas.signals.aid import (
    AidCommitted,
    AidRequested,
    CallAid,
    CommitAid,
    CrewHandover,
    RecordAidArrival,
    ReleaseAid,
)
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    FinishAssignment,
    ReleaseMember,
)
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll, ResolveHelp
from schemas.signals.incident import RestoreIncident
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.signals.task import CancelTask
from schemas.signals.ticket import HandOverTicket
from schemas.signals.unit import CallRelief
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, Role, TicketRole
from schemas.why_not import WhyNot
from tests.county import HOSPITAL, county, member, outage, person
from tests.domain.line import Line, by
from tests.domain.test_task import at_work as task_at_work
from tests.story import HOUR, MINUTE, Story, name

PEER: dict[str, Any] = {"actor_role": Role.SYSTEM, "actor_id": "lake-city"}
GUESTS = range(40, 46)


def refused(story: Story) -> tuple[Said, Any]:
    said = story.the(SignalRefused)
    return said.rule, said.value


def _missing(line: Line, who: str) -> str:
    """One of a unit does not answer the roll; the rest of them do."""
    story = line.story
    story.when(CallRoll, incident_id=line.incident_id)
    id_ = story.the(RollCallOpened).roll_call_id
    there = tuple(it for it in sorted(line.unit.people) if it != who)
    story.when(AnswerRoll, roll_call_id=id_, member_ids=there)
    story.after(6 * MINUTE).then_includes(RollCallMissed)
    return id_


def missing() -> tuple[Story, str, WhyNot]:
    """Somebody missing, whose unit was stood down when supply was back."""
    line = Line()
    line.over()
    who = line.others[0]
    _missing(line, who)
    line.story.when(RestoreIncident, incident_id=line.incident_id)
    assert line.story.state.roster.members[who].assignment_id is None
    return line.story, who, WhyNot.MISSING


def in_need() -> tuple[Story, str, WhyNot]:
    """Somebody at home who calls for help."""
    story, who = county(size=16), member(0, 3)
    story.when(CallHelp, member_id=who, **by(who)).then_includes(HelpCalled)
    return story, who, WhyNot.CALLS_FOR_HELP


SOUGHT = pytest.mark.parametrize("sought", [missing, in_need])
Sought = Callable[[], tuple[Story, str, WhyNot]]


def another(story: Story, who: str) -> str:
    held = story.state.roster.members
    return next(it for it in sorted(held) if it != who and held[it].assignment_id is None)


@SOUGHT
def test_who_is_looked_for_is_not_taken_off_the_roster(sought: Sought) -> None:
    story, who, why = sought()

    story.when(ImportRoster, removed_members=(who,)).then_not(RosterChanged)

    assert refused(story) == (rosters.nobody_removed_while_bound(who, why), who)


@SOUGHT
def test_nor_do_they_leave_by_the_clock_of_their_last_day(sought: Sought) -> None:
    story, who, why = sought()
    last = replace(story.state.roster.members[who].person, leaves_at=story.at + HOUR)
    story.when(ImportRoster, people=(last,)).then_includes(RosterChanged)

    story.after(HOUR)

    assert [it.why for it in story.all(LeaverKept) if it.member_id == who] == [why]
    assert who in story.state.roster.members


@SOUGHT
def test_nor_are_they_lent(sought: Sought) -> None:
    story, who, why = sought()
    outage(story, "n")
    need = story.state.units.by_id[story.the(UnitFormed).unit_id].need
    aid_id = name("aid", "x")
    story.when(AidRequested, aid_id=aid_id, peer="lake-city", need=need,
               reason=reasons.as_typed("flood"), **PEER)  # fmt: skip
    people = tuple(story.state.roster.members[it].person for it in (another(story, who), who))
    package = CrewHandover(people=people, safety_briefing="b", briefed_by="x")

    story.when(CommitAid, aid_id=aid_id, package=package, arrives_at=story.at + HOUR)

    story.then_not(AidCrewPromised)
    assert refused(story) == (guarding.not_fit(why), who)


@SOUGHT
@pytest.mark.parametrize("hours_ahead", [0, 2])
def test_nor_are_they_posted_on_guard(sought: Sought, hours_ahead: int) -> None:
    story, who, why = sought()
    operation_id = _operation(story)
    post = GuardPost(site_id=HOSPITAL, member_ids=(another(story, who), who))
    begin = story.at + hours_ahead * HOUR

    story.when(PostGuard, operation_id=operation_id, post=post, starts_at=begin,
               ends_at=begin + HOUR).then_not(GuardPosted)  # fmt: skip

    assert refused(story) == (guarding.not_fit(why), who)


def _operation(story: Story) -> str:
    story.when(OpenOperation, name="o", level=GuaranteeLevel.SPECIAL, site_ids=(HOSPITAL,),
               basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="notice 7",
               guard_from=story.at, guard_until=story.at + 9 * HOUR,
               plan_approved_by="leading group")  # fmt: skip
    return story.all(OperationOpened)[0].operation_id


def test_who_calls_for_help_is_called_to_nothing_until_help_came() -> None:
    story = county(size=4)
    people = [member(0, it) for it in range(4)]
    for it in people:
        story.when(CallHelp, member_id=it, **by(it))

    outage(story, "n")

    assert not {it.member_id for it in story.all(AssignmentOffered)} & {*people}
    assert why_not(story.state, story.state.roster.members[people[0]], story.at) is (
        WhyNot.CALLS_FOR_HELP
    )
    for it in sorted(story.state.command.help_calls):
        story.when(ResolveHelp, help_call_id=it, outcome="a cramp, all is well")
        story.then_includes(HelpResolved)
    assert why_not(story.state, story.state.roster.members[people[0]], story.at) is None


class Guest:
    """One of a lent crew has come to a unit at a line."""

    def __init__(self) -> None:
        self.line = Line()
        story = self.story = self.line.story
        story.when(CallAid, neighbour="lake-city", incident_id=self.line.incident_id,
                   need=self.line.unit.need, reason="flood")  # fmt: skip
        self.aid_id = story.the(AidOpened).aid_id
        package = CrewHandover(people=tuple(person(0, it) for it in GUESTS), safety_briefing="b",
                               briefed_by="x")  # fmt: skip
        story.when(AidCommitted, aid_id=self.aid_id, peer="lake-city", package=package,
                   arrives_at=story.at + HOUR, **PEER)  # fmt: skip
        story.when(RecordAidArrival, aid_id=self.aid_id, briefing_acknowledged_by="x")
        self.guests = {member(0, it) for it in GUESTS}

    def at_the_line(self) -> str:
        """A guest, called in relief of one of the unit, is on scene."""
        story, line = self.story, self.line
        for it, held in sorted(story.state.roster.members.items()):
            if held.assignment_id is None and it not in self.guests:
                story.when(ChangeAvailability, member_id=it, available=False, **by(it))
        story.when(CallRelief, unit_id=line.unit_id, member_ids=(line.others[0],), reason="r")
        who = story.all(AssignmentOffered)[0].member_id
        for kind in (AcceptAssignment, Arrive):
            story.when(kind, assignment_id=line.assignment(who), **by(who))
        return who

    def given_back(self) -> None:
        self.story.when(ReleaseAid, aid_id=self.aid_id, reason="over")

    def stays(self, who: str, why: WhyNot) -> None:
        self.story.then_not(AidCrewReleased)
        assert refused(self.story) == (aid.released_when_free(who, why), who)
        assert who in self.story.state.roster.members


def test_a_guest_who_left_the_line_hurt_is_given_back_when_counted_off() -> None:
    guest = Guest()
    who, story = guest.at_the_line(), guest.story
    line = guest.line
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.CREW, to=who,
               **by(line.work_leader))  # fmt: skip
    for it in sorted(guest.guests - {who}):
        story.when(ChangeAvailability, member_id=it, available=False, **by(it))
    story.when(AbortAssignment, assignment_id=line.assignment(who), reason="hurt", **by(who))
    assert story.state.roster.members[who].assignment_id is None

    guest.given_back()

    guest.stays(who, WhyNot.COMMITTED)


def test_a_guest_who_is_missing_is_given_back_when_found() -> None:
    guest = Guest()
    who, story = guest.at_the_line(), guest.story
    guest.line.over()
    roll_call_id = _missing(guest.line, who)
    story.when(RestoreIncident, incident_id=guest.line.incident_id)

    guest.given_back()

    guest.stays(who, WhyNot.MISSING)
    story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=(who,))
    guest.given_back()
    story.then_includes(AidCrewReleased)


def test_a_guest_who_calls_for_help_is_given_back_when_help_came() -> None:
    guest = Guest()
    who, story = member(0, 40), guest.story
    story.when(CallHelp, member_id=who, **by(who))
    help_call_id = story.the(HelpCalled).help_call_id

    guest.given_back()

    guest.stays(who, WhyNot.CALLS_FOR_HELP)
    story.when(ResolveHelp, help_call_id=help_call_id, outcome="carried down")
    guest.given_back()
    story.then_includes(AidCrewReleased)


def test_all_are_not_in_while_one_of_them_calls_for_help() -> None:
    line = Line()
    line.over()
    story, who = line.story, line.others[0]
    story.when(CallHelp, member_id=who, hurt=True, **by(who))
    for id_, held in sorted(story.state.command.roll_calls.items()):
        story.when(AnswerRoll, roll_call_id=id_, member_ids=held.waiting, **by(line.leader))

    story.when(FinishAssignment, assignment_id=line.assignment(line.leader), all_in=True,
               **by(line.leader)).then_not(AssignmentDone)  # fmt: skip

    assert refused(story) == (units.helped_first((who,)), line.unit_id)
    story.when(ReleaseMember, assignment_id=line.assignment(who), reason="another goes")
    assert refused(story)[0] == units.helped_first((who,))


def test_a_task_is_not_over_while_one_of_its_people_calls_for_help() -> None:
    story, task_id, people = task_at_work()
    story.when(CallHelp, member_id=people[0], **by(people[0]))

    story.when(CancelTask, task_id=task_id, reason="no", all_in=True).then_not(TaskCancelled)

    assert refused(story) == (units.helped_first((people[0],)), task_id)
