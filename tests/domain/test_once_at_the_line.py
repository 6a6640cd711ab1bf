"""Whoever was given the permit stays bound, is told and alarmed, until all is clear."""

from typing import Any

import pytest

from coordinator.domain.state.safety import TicketStage
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.safety import SafetyOverridden, SafetyOverrideEnded
from schemas.events.ticket import InterlockWithdrawn, WorkStopped
from schemas.sentences import notices, reasons, work
from schemas.signals.assignment import ReleaseMember
from schemas.signals.safety import OverrideSafety
from schemas.signals.ticket import CancelTicket, IssueTicket, PauseWork, WithdrawInterlock
from schemas.signals.unit import StandDownUnit
from schemas.vocabulary import Clearance, Interlock, NoticeKind, Role
from tests.domain.line import ISSUER, PERMITTER, Line, by, cleared, made_safe
from tests.story import MINUTE

CHIEF: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}


@pytest.fixture
def line() -> Line:
    return Line()


def anew(line: Line) -> str:
    """End the first ticket, and draft and issue another for the same people."""
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew)
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    return ticket_id


def takes_back(line: Line, ticket_id: str, which: Interlock) -> None:
    line.story.when(WithdrawInterlock, ticket_id=ticket_id, interlock=which, reason="fault",
                    **PERMITTER)  # fmt: skip


def sets_aside(line: Line, ticket_id: str, which: Interlock) -> None:
    line.story.when(
        OverrideSafety, rule="interlock", ticket_id=ticket_id, interlock=which, approver="chief",
        reason="no line", valid_until=line.story.at + MINUTE, **CHIEF,
    ).then(SafetyOverridden)  # fmt: skip


def told(line: Line) -> set[str]:
    found = [it for it in line.story.all(NoticeRaised) if it.kind is NoticeKind.WORK_STOPPED]
    return {who for it in found for who in it.targets}


def nobody_goes(line: Line, ticket_id: str) -> None:
    """Nobody on the ticket is let go, their unit stays, and the ticket is not torn up."""
    story = line.story
    for who in line.at_work:
        story.when(ReleaseMember, assignment_id=line.assignment(who), reason="go")
        story.then(SignalRefused)
    story.when(StandDownUnit, unit_id=line.unit_id, reason="enough").then(SignalRefused)
    story.when(CancelTicket, ticket_id=ticket_id, reason="not needed")
    assert story.the(SignalRefused).rule == work.BEGUN_IS_ENDED
    assert story.state.incidents.by_id[line.incident_id].ready_to_energise_at is None


def test_a_permit_taken_back_is_told_and_lets_nobody_go_before_they_are_counted(
    line: Line,
) -> None:
    ticket_id = anew(line)
    made_safe(line.story, ticket_id, Interlock.PERMIT)

    takes_back(line, ticket_id, Interlock.PERMIT)

    line.story.then_includes(InterlockWithdrawn, WorkStopped)
    assert told(line) == set(line.at_work)
    nobody_goes(line, ticket_id)
    line.over(ticket_id)
    assert ticket_id not in line.story.state.safety.tickets


def test_a_permit_set_aside_binds_like_one_that_was_given(line: Line) -> None:
    ticket_id = anew(line)

    sets_aside(line, ticket_id, Interlock.PERMIT)

    nobody_goes(line, ticket_id)
    # Set aside no longer: they are told, and stay until they are counted.
    line.story.after(2 * MINUTE).then_includes(SafetyOverrideEnded, WorkStopped)
    assert told(line) == set(line.at_work)
    nobody_goes(line, ticket_id)
    line.over(ticket_id)
    assert ticket_id not in line.story.state.safety.tickets


def test_no_step_is_set_aside_on_paper_that_nobody_issued(line: Line) -> None:
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew)
    with pytest.raises(AssertionError):
        sets_aside(line, ticket_id, Interlock.PERMIT)
    assert line.story.the(SignalRefused).rule == work.ISSUED_FIRST

    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    sets_aside(line, ticket_id, Interlock.PERMIT)
    nobody_goes(line, ticket_id)


@pytest.mark.parametrize("which", Interlock)
def test_a_step_taken_back_while_work_stands_still_is_told_to_everybody_at_it(
    line: Line, which: Interlock
) -> None:
    story = line.story
    story.when(PauseWork, ticket_id=line.ticket_id, reason="lunch", **by(line.work_leader))

    takes_back(line, line.ticket_id, which)

    story.then(InterlockWithdrawn, NoticeRaised)
    assert told(line) == set(line.at_work)
    why = reasons.interlock_withdrawn(which)
    assert story.the(NoticeRaised).text == notices.stop_work("splice", line.incident_id, why)
    assert story.state.safety.tickets[line.ticket_id].stage is TicketStage.STOPPED


def test_while_tools_and_earths_are_taken_off_a_step_taken_back_is_told(line: Line) -> None:
    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF, Clearance.TOOLS_OUT)
    takes_back(line, line.ticket_id, Interlock.SWITCHING)
    assert told(line) == set(line.at_work)

    # When all is clear nobody is there whom it concerns.
    cleared(line.story, line.ticket_id, Clearance.EARTHS_REMOVED)
    takes_back(line, line.ticket_id, Interlock.PERMIT)
    line.story.then(InterlockWithdrawn)
