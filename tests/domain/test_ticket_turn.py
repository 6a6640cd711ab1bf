"""Whoever issues, permits or ends a ticket is told once when it is their turn, until it is done."""

from schemas.events.notice import NoticeOver, NoticeRaised
from schemas.events.ticket import TicketCancelled
from schemas.signals.ticket import (
    CancelTicket,
    ConfirmInterlock,
    EndTicket,
    FinishWork,
    HandOverTicket,
    IssueTicket,
    StartWork,
    WithdrawInterlock,
)
from schemas.vocabulary import Interlock, NoticeKind, Role, TicketRole
from tests.county import member
from tests.domain.line import Line, by, cleared
from tests.story import Story

ISSUES, PERMITS, NEXT = member(1, 9), member(1, 10), member(1, 11)


def drafted() -> tuple[Line, str]:
    line = Line()
    line.over()
    return line, line.drafted(line.work_leader, line.crew, issuer=ISSUES, permitter=PERMITS)


def told(story: Story) -> list[tuple[str, str]]:
    """Who was told by the last signal that a ticket waits for them, and for what."""
    found = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.TICKET_WAITS]
    return [(who, it.text.code) for it in found for who in it.targets]


def waits(story: Story) -> dict[str, str]:
    """For whom each ticket waits, as they were told and are told no more."""
    return {id_: it.who for id_, it in story.state.notices.turns.items()}


def issued(line: Line, ticket_id: str) -> None:
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by=ISSUES, **by(ISSUES))


def permitted(line: Line, ticket_id: str) -> None:
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT,
                    confirmed_by=PERMITS, reference="T-9", **by(PERMITS))  # fmt: skip


def test_the_issuer_is_told_of_a_draft_and_the_permit_giver_when_it_is_issued() -> None:
    line, ticket_id = drafted()
    assert told(line.story) == [(ISSUES, "ticket_to_issue")]
    text = line.story.state.notices.turns[ticket_id].text
    assert (text.texts["work"], text.ids["where"]) == ("splice", (line.incident_id,))

    issued(line, ticket_id)
    assert line.story.the(NoticeOver).because == "ticket_issued"
    assert told(line.story) == [(PERMITS, "ticket_to_permit")]

    permitted(line, ticket_id)
    assert line.story.all(NoticeOver)[0].because == "interlock_confirmed"
    assert told(line.story) == []
    assert waits(line.story) == {}


def test_the_permit_giver_is_told_when_the_work_has_ended() -> None:
    line, ticket_id = drafted()
    story, leads = line.story, by(line.work_leader)
    issued(line, ticket_id)
    permitted(line, ticket_id)
    for which in (it for it in Interlock if it is not Interlock.PERMIT):
        who = PERMITS if which is Interlock.SWITCHING else line.work_leader
        story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=which, confirmed_by=who,
                   reference="T-9", **by(who))  # fmt: skip
    story.when(StartWork, ticket_id=ticket_id, **leads)
    cleared(story, ticket_id)
    story.when(FinishWork, ticket_id=ticket_id, **leads)
    assert told(story) == [(PERMITS, "ticket_to_end")]

    story.when(EndTicket, ticket_id=ticket_id, ended_by=PERMITS, **by(PERMITS))
    assert "ticket_ended" in {it.because for it in story.all(NoticeOver)}
    assert waits(story) == {}


def test_what_is_said_of_it_meanwhile_tells_nobody_twice() -> None:
    line, ticket_id = drafted()
    issued(line, ticket_id)
    line.story.when(HandOverTicket, ticket_id=ticket_id, role=TicketRole.CREW, to=line.others[0],
                    reason="help")  # fmt: skip

    assert told(line.story) == []
    assert waits(line.story) == {ticket_id: PERMITS}


def test_whoever_is_handed_it_at_their_turn_is_told_and_who_had_it_no_more() -> None:
    line, ticket_id = drafted()
    line.story.when(HandOverTicket, ticket_id=ticket_id, role=TicketRole.ISSUER, to=NEXT,
                    reason="off duty")  # fmt: skip

    assert line.story.the(NoticeOver).because == "ticket_handed_over"
    assert told(line.story) == [(NEXT, "ticket_to_issue")]


def test_a_permit_that_is_taken_back_waits_for_its_giver_anew() -> None:
    line, ticket_id = drafted()
    issued(line, ticket_id)
    permitted(line, ticket_id)

    line.story.when(WithdrawInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT, reason="x")

    assert told(line.story) == [(PERMITS, "ticket_to_permit")]


def test_a_ticket_that_is_not_used_waits_for_nobody() -> None:
    line, ticket_id = drafted()

    line.story.when(CancelTicket, ticket_id=ticket_id, reason="rain")

    line.story.then_includes(TicketCancelled)
    assert line.story.the(NoticeOver).because == "ticket_cancelled"
    assert waits(line.story) == {}


def test_whoever_names_themself_and_a_desk_that_is_named_are_not_told() -> None:
    line = Line()
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew, issuer="issuing-desk", permitter=PERMITS)
    assert told(line.story) == []
    line.story.when(CancelTicket, ticket_id=ticket_id, reason="x")

    sender = {"actor_id": ISSUES, "actor_role": Role.DISPATCHER}
    line.drafted(line.work_leader, line.crew, issuer=ISSUES, permitter=PERMITS, **sender)
    assert told(line.story) == []
