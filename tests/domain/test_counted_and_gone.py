"""Who has left and was counted off the line is of its people no more: no later count asks for them,
and nothing there binds them. Nobody else comes off the list by a count.
"""

import pytest

from coordinator.domain.at_work import people_at, to_count, uncounted
from schemas.events.assignment import AssignmentAborted, TapTakenBack
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.ticket import (
    ClearConfirmed,
    LeftTicket,
    TicketHandedOver,
    WorkStarted,
    WorkStopped,
)
from schemas.signals.assignment import AbortAssignment, TakeBackTap
from schemas.signals.ticket import ConfirmClear, HandOverTicket, PauseWork, StartWork
from schemas.vocabulary import Clearance, NoticeKind, Tap, TicketRole, Unfit
from tests.domain.line import ISSUER, Line, by
from tests.story import MINUTE


@pytest.fixture
def line() -> Line:
    """A line with one hand more than it needs."""
    line = Line()
    handed(line, TicketRole.CREW, line.others[0])
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))
    return line


def handed(line: Line, role: TicketRole, to: str) -> None:
    line.story.when(HandOverTicket, ticket_id=line.ticket_id, role=role, to=to, reason="-",
                    **ISSUER)  # fmt: skip
    line.story.then_includes(TicketHandedOver)


def hurt(line: Line, who: str) -> None:
    line.story.when(AbortAssignment, assignment_id=line.assignment(who), reason="fell",
                    unfit=Unfit.HURT, **by(who)).then_includes(AssignmentAborted)  # fmt: skip


def counted(line: Line, *people: str, counter: str = "") -> None:
    who = counter or line.work_leader
    line.story.when(ConfirmClear, ticket_id=line.ticket_id, clearance=Clearance.PEOPLE_OFF,
                    people=people, confirmed_by=who, **by(who))  # fmt: skip


def on_list(line: Line) -> frozenset[str]:
    return people_at(line.story.state.safety.tickets[line.ticket_id])


def test_who_left_hurt_and_was_counted_off_is_asked_for_at_no_later_count(line: Line) -> None:
    who, story = line.crew[0], line.story
    rest = sorted(on_list(line) - {who})
    hurt(line, who)
    assert who in on_list(line)

    counted(line, *rest, who)

    story.then_includes(ClearConfirmed, LeftTicket)
    assert [it.member_id for it in story.all(LeftTicket)] == [who]
    assert on_list(line) == {*rest}
    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkStarted)
    # They lie in hospital, and are at no line, whatever goes on there.
    assert not uncounted(story.state, who)
    story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    story.then_includes(WorkStopped)
    counted(line, *rest)
    story.then_includes(ClearConfirmed).then_not(LeftTicket)
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkStarted)
    counted(line, *rest, who)
    story.then(SignalRefused)


def test_nobody_who_is_there_comes_off_the_list_by_a_count(line: Line) -> None:
    before = on_list(line)

    counted(line, *sorted(before))

    line.story.then_includes(ClearConfirmed).then_not(LeftTicket)
    assert on_list(line) == before


def test_who_leaves_after_the_count_is_off_the_list_by_that_and_who_leaves_before_it_is_not(
    line: Line,
) -> None:
    first, second = line.crew
    people = sorted(on_list(line))
    hurt(line, first)
    line.story.then_not(LeftTicket)
    assert first in to_count(line.story.state.safety.tickets[line.ticket_id])
    counted(line, *people)

    hurt(line, second)

    assert line.story.the(LeftTicket).member_id == second
    assert on_list(line) == {*people} - {first, second}


@pytest.mark.parametrize("role", [TicketRole.LEADER, TicketRole.GUARDIAN])
def test_a_leader_or_guardian_who_left_so_is_off_it_when_another_has_taken_over(
    line: Line, role: TicketRole
) -> None:
    story = line.story
    handed(line, TicketRole.GUARDIAN, line.others[1])
    was = line.work_leader if role is TicketRole.LEADER else line.others[1]
    people = sorted(on_list(line))
    hurt(line, was)
    counter = line.crew[0] if role is TicketRole.LEADER else line.work_leader
    counted(line, *people, counter=counter)
    story.then_includes(ClearConfirmed).then_not(LeftTicket)

    handed(line, role, line.leader)

    assert story.the(LeftTicket).member_id == was
    held = story.state.safety.tickets[line.ticket_id]
    assert to_count(held) == ({*people} - {was}) | {line.leader}


def test_a_leader_who_was_not_counted_yet_is_counted_still(line: Line) -> None:
    was = line.work_leader
    hurt(line, was)

    handed(line, TicketRole.LEADER, line.leader)

    line.story.then_not(LeftTicket)
    assert was in to_count(line.story.state.safety.tickets[line.ticket_id])


def test_who_left_by_a_slip_hears_that_they_are_of_it_no_more_and_is_handed_it_anew(
    line: Line,
) -> None:
    who, story = line.crew[0], line.story
    people = sorted(on_list(line))
    assignment_id = line.assignment(who)
    hurt(line, who)
    counted(line, *people)
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.TICKET_CHANGED]
    assert [it.targets for it in told] == [(who,)]

    story.when(TakeBackTap, assignment_id=assignment_id, tap=Tap.ABORTED, **by(who))
    story.then_includes(TapTakenBack)
    assert who not in on_list(line)

    handed(line, TicketRole.CREW, who)
    assert who in on_list(line)
    story.after(MINUTE)
