"""No work starts under a ticket, or goes on, while one of its people is looked for, hurt or ill, or
stands guard elsewhere; the refusal names who it is and why.
"""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.events.command import RollCallMissed, RollCallOpened
from schemas.events.notice import SignalRefused
from schemas.events.operation import OperationOpened
from schemas.events.ticket import (
    ClearConfirmed,
    InterlockConfirmed,
    TicketDrafted,
    TicketHandedOver,
    WorkStarted,
    WorkStopped,
)
from schemas.sentences import work
from schemas.signals.assignment import AbortAssignment
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll, ResolveHelp
from schemas.signals.incident import RestoreIncident
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard, WithdrawPost
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.signals.ticket import ConfirmInterlock, HandOverTicket, PauseWork, StartWork
from schemas.vocabulary import (
    ActivationBasis,
    Clearance,
    GuaranteeLevel,
    Interlock,
    Role,
    TicketRole,
    Unfit,
)
from schemas.why_not import WhyNot
from tests.county import HOSPITAL, member
from tests.domain.line import ISSUER, PERMITTER, Line, by, cleared, made_safe, made_safe_anew
from tests.story import HOUR, MINUTE


class _Missing:
    """They do not answer a roll call, and are found."""

    why = WhyNot.MISSING

    def begins(self, line: Line, who: str) -> None:
        line.story.when(CallRoll, incident_id=line.incident_id)
        call = line.story.the(RollCallOpened)
        there = tuple(it for it in call.member_ids if it != who)
        line.story.when(AnswerRoll, roll_call_id=call.roll_call_id, member_ids=there)
        line.story.after(5 * MINUTE).then_includes(RollCallMissed)

    def ends(self, line: Line, who: str) -> None:
        for roll_call_id in sorted(line.story.state.command.roll_calls):
            line.story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=(who,))


class _CallsForHelp:
    """They call for help, and it comes."""

    why = WhyNot.CALLS_FOR_HELP

    def begins(self, line: Line, who: str) -> None:
        line.story.when(CallHelp, member_id=who, **by(who))

    def ends(self, line: Line, who: str) -> None:
        for id_ in sorted(line.story.state.command.help_calls):
            line.story.when(ResolveHelp, help_call_id=id_, outcome="-", actor_role=Role.COMMANDER)


class _Ill:
    """A mate says that they are ill, and they are fit again."""

    why = WhyNot.UNFIT

    def begins(self, line: Line, who: str) -> None:
        mate = next(it for it in line.at_work if it != who)
        line.story.when(ReportUnfit, member_id=who, why=Unfit.ILL, **by(mate))

    def ends(self, line: Line, who: str) -> None:
        line.story.when(ReportFit, member_id=who, **by(who))


class _OnGuard:
    """They were posted for hours that begin while they are here, and the post is taken back."""

    why = WhyNot.ON_GUARD

    def begins(self, line: Line, who: str) -> None:
        story, self.people = line.story, (who, member(1, 15))
        self.starts_at = story.at + MINUTE
        story.when(
            OpenOperation, name="-", level=GuaranteeLevel.L3, site_ids=(HOSPITAL,),
            basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="-",
            guard_from=self.starts_at, guard_until=story.at + 9 * HOUR,
        )  # fmt: skip
        self.operation_id = story.the(OperationOpened).operation_id
        story.when(
            PostGuard, operation_id=self.operation_id, starts_at=self.starts_at,
            post=GuardPost(site_id=HOSPITAL, member_ids=self.people), ends_at=story.at + 5 * HOUR,
        ).then_not(SignalRefused)  # fmt: skip
        story.after(2 * MINUTE)
        assert story.state.roster.members[who].posted_to == self.operation_id

    def ends(self, line: Line, who: str) -> None:
        line.story.when(WithdrawPost, operation_id=self.operation_id, site_id=HOSPITAL,
                        member_ids=self.people, starts_at=self.starts_at, reason="-")  # fmt: skip


KINDS = pytest.mark.parametrize("kind", [_Missing, _CallsForHelp, _Ill, _OnGuard])
Kind = Callable[[], Any]


@pytest.fixture
def line() -> Line:
    return Line()


def starts(line: Line, ticket_id: str = "") -> None:
    id_ = ticket_id or line.ticket_id
    leader = line.story.state.safety.tickets[id_].work_leader
    line.story.when(StartWork, ticket_id=id_, **by(leader))


def refused_for(line: Line, who: str, why: WhyNot) -> None:
    line.story.then(SignalRefused)
    assert line.story.the(SignalRefused).rule == work.kept_from_line(who, why)
    assert line.story.the(SignalRefused).value == who


@KINDS
@pytest.mark.parametrize("which", [0, 1], ids=["leader", "crew"])
def test_work_that_is_paused_goes_on_with_all_of_its_people(
    line: Line, kind: Kind, which: int
) -> None:
    who, kept = line.at_work[which], kind()
    line.story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    line.story.then_includes(WorkStopped)

    kept.begins(line, who)
    starts(line)
    refused_for(line, who, kept.why)

    kept.ends(line, who)
    starts(line)
    line.story.then(WorkStarted)


@KINDS
def test_after_word_of_supply_work_goes_on_with_all_of_its_people(line: Line, kind: Kind) -> None:
    who, kept = line.crew[0], kind()
    kept.begins(line, who)
    line.story.when(RestoreIncident, incident_id=line.incident_id)
    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)
    line.story.then_includes(ClearConfirmed)
    made_safe_anew(line.story, line.ticket_id)

    # They were counted off, which says where they are, and they are at this line still.
    starts(line)
    refused_for(line, who, kept.why)

    kept.ends(line, who)
    starts(line)
    line.story.then(WorkStarted)


@KINDS
def test_no_permit_is_given_and_no_first_work_starts_without_one_of_them(
    line: Line, kind: Kind
) -> None:
    line.over()
    who, kept = line.crew[1], kind()
    paper = line.drafted(line.work_leader, line.crew)
    ready = line.drafted(line.others[0], (line.others[1], who))
    made_safe(line.story, ready)
    kept.begins(line, who)

    made_safe(line.story, paper, Interlock.PERMIT)
    refused_for(line, who, kept.why)
    starts(line, ready)
    refused_for(line, who, kept.why)

    kept.ends(line, who)
    line.story.when(ConfirmInterlock, ticket_id=paper, interlock=Interlock.PERMIT, reference="T-1",
                    confirmed_by="permit-desk", **PERMITTER).then(InterlockConfirmed)  # fmt: skip
    starts(line, ready)
    line.story.then(WorkStarted)


@KINDS
def test_nobody_kept_away_is_drafted_or_handed_a_part_at_the_line(line: Line, kind: Kind) -> None:
    who, kept = line.others[0], kind()
    kept.begins(line, who)
    handed: dict[str, Any] = {
        "ticket_id": line.ticket_id, "role": TicketRole.CREW, "to": who, "reason": "-",
    }  # fmt: skip

    line.story.when(HandOverTicket, **handed, **ISSUER)
    refused_for(line, who, kept.why)
    with pytest.raises(AssertionError):
        line.drafted(line.others[1], (who, line.leader))
    refused_for(line, who, kept.why)

    kept.ends(line, who)
    line.story.when(HandOverTicket, **handed, **ISSUER).then(TicketHandedOver)
    line.drafted(line.others[1], (who, line.leader))
    line.story.then(TicketDrafted)


def test_who_left_hurt_holds_the_others_up_until_they_are_counted_off(line: Line) -> None:
    line.story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.CREW,
                    to=line.others[0], reason="-", **ISSUER)  # fmt: skip
    who, story = line.crew[0], line.story
    story.when(AbortAssignment, assignment_id=line.assignment(who), reason="fell",
               unfit=Unfit.HURT, **by(who)).then_includes(WorkStopped)  # fmt: skip

    starts(line)
    refused_for(line, who, WhyNot.UNFIT)

    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF)
    starts(line)
    story.then(WorkStarted)


def test_somebody_ill_of_another_ticket_holds_up_nobody(line: Line) -> None:
    other = line.others[0]
    line.story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    line.story.when(ReportUnfit, member_id=other, why=Unfit.ILL, **by(other))

    starts(line)

    line.story.then(WorkStarted)
