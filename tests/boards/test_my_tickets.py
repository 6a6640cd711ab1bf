"""Whoever issues or permits a ticket sees it on their phone though they are called to nothing."""

from typing import Any

from schemas.events.ticket import InterlockConfirmed, TicketEnded, TicketHandedOver, TicketIssued
from schemas.signals.assignment import AbortAssignment
from schemas.signals.incident import RestoreIncident
from schemas.signals.ticket import (
    ConfirmInterlock,
    EndTicket,
    FinishWork,
    HandOverTicket,
    IssueTicket,
    StartWork,
)
from schemas.vocabulary import Clearance, Interlock, TicketRole, Unfit
from tests.boards.drawn import redrawn, shown
from tests.county import member
from tests.domain.line import Line, by, cleared
from tests.story import HERE, Story

ISSUES, PERMITS, NEXT = member(1, 9), member(1, 10), member(1, 11)


async def tickets(story: Story, who: str) -> list[dict[str, Any]]:
    stepwise = (await shown(story)).row("my_tickets", HERE, who)
    assert stepwise == redrawn(story).row("my_tickets", HERE, who)
    return [] if stepwise is None else stepwise["tickets"]


def drafted() -> tuple[Line, str]:
    line = Line()
    line.over()
    return line, line.drafted(line.work_leader, line.crew, issuer=ISSUES, permitter=PERMITS)


async def test_a_permit_giver_who_is_not_called_out_sees_what_waits_for_them() -> None:
    line, ticket_id = drafted()
    story = line.story
    assert story.state.roster.members[PERMITS].assignment_id is None
    (waits,) = await tickets(story, ISSUES)
    assert (waits["ticket_id"], waits["next"]) == (ticket_id, {"type": "issue_ticket"})

    story.when(IssueTicket, ticket_id=ticket_id, issued_by=ISSUES, **by(ISSUES))
    story.then_includes(TicketIssued)
    (waits,) = await tickets(story, PERMITS)
    assert waits["next"] == {"type": "confirm_interlock", "step": "permit"}
    assert waits["next_by"] == PERMITS
    for which in (Interlock.PERMIT, Interlock.SWITCHING):
        story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=which, confirmed_by=PERMITS,
                   reference="T-9", **by(PERMITS)).then_includes(InterlockConfirmed)  # fmt: skip
    (waits,) = await tickets(story, PERMITS)
    assert waits["stage"] == "isolated"


async def test_it_goes_with_its_end_and_to_whom_it_is_handed() -> None:
    line, ticket_id = drafted()
    story, leads = line.story, by(line.work_leader)
    story.when(IssueTicket, ticket_id=ticket_id, issued_by=ISSUES, **by(ISSUES))
    for which in Interlock:
        who = PERMITS if which in (Interlock.PERMIT, Interlock.SWITCHING) else line.work_leader
        story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=which, confirmed_by=who,
                   reference="T-9", **by(who))  # fmt: skip
    story.when(StartWork, ticket_id=ticket_id, **leads)
    story.when(HandOverTicket, ticket_id=ticket_id, role=TicketRole.PERMITTER, to=NEXT,
               reason="shift", **by(PERMITS)).then(TicketHandedOver)  # fmt: skip
    assert await tickets(story, PERMITS) == []
    cleared(story, ticket_id)
    story.when(FinishWork, ticket_id=ticket_id, **leads)
    (waits,) = await tickets(story, NEXT)
    assert waits["next"] == {"type": "end_ticket"}

    story.when(EndTicket, ticket_id=ticket_id, ended_by=NEXT, **by(NEXT))
    story.then_includes(TicketEnded)

    assert await tickets(story, NEXT) == []


async def test_whoever_is_called_out_reads_it_with_what_they_are_called_to() -> None:
    line, ticket_id = drafted()

    assert await tickets(line.story, line.work_leader) == []
    called_to = (await shown(line.story)).row("my_assignment", HERE, line.work_leader)
    assert called_to is not None
    assert [it["ticket_id"] for it in called_to["tickets"]] == [ticket_id]


async def test_who_gave_up_as_hurt_sees_that_supply_is_back_until_they_are_counted_off() -> None:
    line = Line()
    story, hurt = line.story, line.crew[0]
    story.when(AbortAssignment, assignment_id=line.assignment(hurt), unfit=Unfit.HURT, **by(hurt))
    assert story.state.roster.members[hurt].assignment_id is None

    story.when(RestoreIncident, incident_id=line.incident_id)
    (waits,) = await tickets(story, hurt)
    assert waits["supply_back_at"] is not None

    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF)
    assert await tickets(story, hurt) == []
