"""Who is at a ticket: handed over, taken off before the permit, counted off the line by name; and a
step that was set aside and is not any more.
"""

from typing import Any

import pytest

from coordinator.domain.at_work import begun, people_at, to_count
from schemas.events.assignment import AssignmentReleased
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.safety import SafetyOverridden, SafetyOverrideEnded
from schemas.events.ticket import (
    ClearConfirmed,
    InterlockConfirmed,
    TakenOffTicket,
    TicketCancelled,
    TicketHandedOver,
    WorkStarted,
    WorkStopped,
)
from schemas.sentences import reasons, rights, work
from schemas.signals.assignment import AbortAssignment, ReleaseMember
from schemas.signals.safety import OverrideSafety, WithdrawOverride
from schemas.signals.ticket import (
    CancelTicket,
    ConfirmClear,
    HandOverTicket,
    IssueTicket,
    StartWork,
    TakeOffTicket,
)
from schemas.vocabulary import Clearance, Interlock, Role, TicketRole, UnitRole
from tests.county import member
from tests.domain.line import ISSUER, PERMITTER, Line, by, made_safe
from tests.story import HOUR

CHIEF: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}


@pytest.fixture
def line() -> Line:
    return Line()


def guarded(line: Line, guardian: str = "") -> str:
    """Begin work on a guarded ticket, in place of the line's own, and return its id."""
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew, guardian=guardian or line.others[0])
    line.made_safe(ticket_id)
    line.story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader)).then(WorkStarted)
    return ticket_id


def hand_over(line: Line, ticket_id: str, role: TicketRole, to: str) -> None:
    line.story.when(HandOverTicket, ticket_id=ticket_id, role=role, to=to, reason="tired",
                    **ISSUER)  # fmt: skip


def count_off(line: Line, ticket_id: str, people: set[str]) -> None:
    held = line.story.state.safety.tickets[ticket_id]
    line.story.when(ConfirmClear, ticket_id=ticket_id, clearance=Clearance.PEOPLE_OFF,
                    people=tuple(sorted(people)), confirmed_by=held.work_leader,
                    **by(held.work_leader))  # fmt: skip


@pytest.mark.parametrize("role", [TicketRole.LEADER, TicketRole.GUARDIAN, TicketRole.CREW])
def test_whoever_was_at_the_line_in_a_role_handed_over_is_counted_off_it(
    line: Line, role: TicketRole
) -> None:
    story, ticket_id, new = line.story, guarded(line), line.others[1]
    was = {TicketRole.LEADER: line.work_leader, TicketRole.GUARDIAN: line.others[0]}.get(role)

    hand_over(line, ticket_id, role, new)
    assert story.the(TicketHandedOver).was == was
    hand_over(line, ticket_id, role, new)
    story.then_not(TicketHandedOver)
    if was is not None:
        story.when(StartWork, ticket_id=ticket_id,
                   **by(story.state.safety.tickets[ticket_id].work_leader))  # fmt: skip
        story.then(WorkStarted)

    everybody = {*line.at_work, line.others[0], new}
    held = story.state.safety.tickets[ticket_id]
    assert to_count(held) == everybody
    assert len(held.crew) == len(set(held.crew))
    left_out = was or new
    count_off(line, ticket_id, everybody - {left_out})
    assert story.the(SignalRefused).rule == work.still_on_line(left_out)
    story.when(ReleaseMember, assignment_id=line.assignment(left_out), reason="home")
    story.then_not(AssignmentReleased)
    count_off(line, ticket_id, everybody)
    assert set(story.the(ClearConfirmed).people) == everybody


def test_who_guarded_and_is_counted_off_is_let_go_and_not_counted_again(line: Line) -> None:
    # The supervisor stays with the unit while any of it is at work, counted off or not.
    roles = line.unit.roles
    was, new = sorted(line.others, key=lambda it: roles[it] is UnitRole.SAFETY_SUPERVISOR)
    story, ticket_id = line.story, guarded(line, was)
    hand_over(line, ticket_id, TicketRole.GUARDIAN, new)
    count_off(line, ticket_id, {*line.at_work, *line.others[:2]})

    story.when(ReleaseMember, assignment_id=line.assignment(was), reason="home")

    story.then_includes(AssignmentReleased)
    story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader)).then(WorkStarted)
    count_off(line, ticket_id, {*line.at_work, new})
    story.then_includes(ClearConfirmed)


def test_leadership_that_goes_and_comes_back_names_nobody_twice(line: Line) -> None:
    story, one, two = line.story, line.work_leader, line.crew[0]

    hand_over(line, line.ticket_id, TicketRole.LEADER, two)
    hand_over(line, line.ticket_id, TicketRole.LEADER, one)
    hand_over(line, line.ticket_id, TicketRole.LEADER, two)

    held = story.state.safety.tickets[line.ticket_id]
    assert held.work_leader == two
    assert sorted(held.crew) == sorted({one, *line.crew} - {two})


@pytest.mark.parametrize("role", [TicketRole.ISSUER, TicketRole.PERMITTER])
def test_a_desk_that_answers_for_a_ticket_is_not_counted_at_the_line(
    line: Line, role: TicketRole
) -> None:
    hand_over(line, line.ticket_id, role, "night-desk")

    line.story.then(TicketHandedOver)
    assert people_at(line.story.state.safety.tickets[line.ticket_id]) == {*line.at_work}


def test_who_left_before_the_permit_is_named_taken_off_and_holds_up_no_ticket(line: Line) -> None:
    line.over()
    story, gone = line.story, line.others[0]
    ticket_id = line.drafted(line.work_leader, (*line.crew, gone))
    story.when(AbortAssignment, assignment_id=line.assignment(gone), reason="ill", **by(gone))
    made_safe(story, ticket_id, Interlock.PERMIT)
    assert story.the(SignalRefused).rule == work.left_before_permit(gone)

    story.when(TakeOffTicket, ticket_id=ticket_id, member_id=gone, reason="ill",
               **by(member(1, 15)))  # fmt: skip
    assert story.the(SignalRefused).rule == rights.for_work_there(line.unit_id)
    story.when(TakeOffTicket, ticket_id=ticket_id, member_id=gone, reason="ill",
               **by(line.work_leader))  # fmt: skip

    assert story.the(TakenOffTicket).by == line.work_leader
    story.when(TakeOffTicket, ticket_id=ticket_id, member_id=gone, reason="ill", **ISSUER)
    assert story.the(SignalRefused).rule == work.OF_THIS_CREW
    made_safe(story, ticket_id, Interlock.PERMIT)
    story.then_includes(InterlockConfirmed)
    story.when(TakeOffTicket, ticket_id=ticket_id, member_id=line.crew[0], reason="x", **ISSUER)
    assert story.the(SignalRefused).rule == work.COUNTED_OFF_NOT_TAKEN_OFF


def aside(line: Line) -> str:
    """Begin work with nothing switched, as an approver let it, and return the ticket."""
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew, permitter="permit-desk")
    made_safe(line.story, ticket_id, Interlock.PERMIT)
    line.story.when(OverrideSafety, rule="interlock", ticket_id=ticket_id, approver="chief",
                    interlock=Interlock.SWITCHING, reason="nothing to switch",
                    valid_until=line.story.at + HOUR, **CHIEF).then(SafetyOverridden)  # fmt: skip
    made_safe(line.story, ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    line.story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader)).then(WorkStarted)
    return ticket_id


@pytest.mark.parametrize("sender", [CHIEF, PERMITTER], ids=["who set it aside", "permit giver"])
def test_a_step_set_aside_is_withdrawn_and_the_work_that_rests_on_it_stops_at_once(
    line: Line, sender: dict[str, Any]
) -> None:
    ticket_id = aside(line)
    said: dict[str, Any] = {
        "ticket_id": ticket_id, "interlock": Interlock.SWITCHING, "reason": "there is a switch",
    }  # fmt: skip
    story = line.story

    story.when(WithdrawOverride, **said, **ISSUER)
    assert story.the(SignalRefused).rule == work.OVERRIDE_WITHDRAWN_BY
    story.when(WithdrawOverride, **said, **by(line.work_leader))
    assert story.the(SignalRefused).rule == work.OVERRIDE_WITHDRAWN_BY
    story.when(WithdrawOverride, **said, **sender)

    ended = story.the(SafetyOverrideEnded)
    assert (ended.withdrawn_by, ended.reason) == (sender["actor_id"], "there is a switch")
    stopped = story.the(WorkStopped)
    assert (stopped.cause, stopped.reason) == (
        "override", reasons.override_withdrawn(Interlock.SWITCHING),
    )  # fmt: skip
    assert set(story.the(NoticeRaised).targets) == set(line.at_work)
    story.when(WithdrawOverride, **said, **sender).then_not(SafetyOverrideEnded, SignalRefused)
    story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader))
    assert story.the(SignalRefused).value == "switching"
    story.after(2 * HOUR).then_not(SafetyOverrideEnded)


def test_a_step_that_was_done_meanwhile_lets_the_work_go_on(line: Line) -> None:
    ticket_id = aside(line)
    made_safe(line.story, ticket_id, Interlock.SWITCHING)

    line.story.when(WithdrawOverride, ticket_id=ticket_id, interlock=Interlock.SWITCHING,
                    reason="done", **CHIEF)  # fmt: skip

    line.story.then_includes(SafetyOverrideEnded).then_not(WorkStopped)


def test_whoever_is_taken_off_hears_of_it_and_two_are_left_at_least() -> None:
    line = Line()
    line.over()
    ticket_id = line.drafted(line.work_leader, (*line.crew, line.work_leader))
    off = {"ticket_id": ticket_id, "reason": "at the doctor", **by(line.work_leader)}

    line.story.when(TakeOffTicket, member_id=line.crew[0], **off)
    line.story.then(TakenOffTicket, NoticeRaised)
    assert line.story.the(NoticeRaised).targets == (line.crew[0],)
    line.story.when(TakeOffTicket, member_id=line.crew[1], **off).then(SignalRefused)
    assert line.story.the(SignalRefused).rule == work.TWO_AT_WORK


@pytest.mark.parametrize("leaver", [0, 1], ids=["leader", "crew"])
def test_a_permit_is_set_aside_for_nobody_who_has_left(line: Line, leaver: int) -> None:
    people = line.others
    ticket_id = line.drafted(people[0], (people[1], line.crew[0]))
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    line.story.when(AbortAssignment, assignment_id=line.assignment(people[leaver]), reason="ill",
                    **by(people[leaver]))  # fmt: skip

    line.story.when(
        OverrideSafety, rule="interlock", ticket_id=ticket_id, interlock=Interlock.PERMIT,
        approver="cmdr", reason="no line to the desk", valid_until=line.story.at + HOUR // 3,
        actor_id="cmdr", actor_role=Role.COMMANDER,
    ).then(SignalRefused)  # fmt: skip
    assert line.story.the(SignalRefused).field == ("work_leader", "crew")[leaver]
    assert not begun(line.story.state.safety.tickets[ticket_id])
    line.story.when(CancelTicket, ticket_id=ticket_id, reason="they left").then_includes(
        TicketCancelled
    )
