"""A unit at work on a grounded line, as the tests of who may let it go know it."""

from typing import Any

from coordinator.domain.at_work import people_at
from coordinator.domain.state.safety import TicketStage
from coordinator.domain.state.units import Stage
from schemas.events.assignment import AssignmentDone, AssignmentReleased
from schemas.events.command import RollCallClosed
from schemas.events.incident import IncidentClosed, IncidentsMerged
from schemas.events.ticket import (
    ReadyToEnergise,
    TicketDrafted,
    TicketEnded,
    WorkFinished,
    WorkStarted,
)
from schemas.events.unit import UnitStoodDown
from schemas.signals.incident import Extent
from schemas.signals.ticket import (
    ConfirmClear,
    ConfirmInterlock,
    DraftTicket,
    EndTicket,
    FinishWork,
    IssueTicket,
    StartWork,
)
from schemas.vocabulary import Clearance, Interlock, Role, UnitRole, WorkKind
from tests.county import HERE, county, unit_on_scene
from tests.story import Story

PERMITTER: dict[str, Any] = {"actor_id": "permit-desk", "actor_role": Role.DISPATCHER}
ISSUER: dict[str, Any] = {"actor_id": "issuing-desk", "actor_role": Role.DISPATCHER}


def by(who: str) -> dict[str, Any]:
    """Return the sender of what a member says themself."""
    return {"actor_id": who, "actor_role": Role.MEMBER}


def made_safe(story: Story, ticket_id: str, *which: Interlock) -> None:
    """Issue a ticket and confirm its steps in their order, or some of them."""
    held = story.state.safety.tickets[ticket_id]
    if held.stage is TicketStage.DRAFTED:
        story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    for interlock in which or held.interlocks:
        remote = interlock in (Interlock.PERMIT, Interlock.SWITCHING)
        sender = PERMITTER if remote else by(held.work_leader)
        story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=interlock, reference="T-1",
                   confirmed_by=sender["actor_id"], **sender)  # fmt: skip


def made_safe_anew(story: Story, ticket_id: str) -> None:
    """Confirm the steps that do not hold any more, in their order, by who confirms them."""
    held = story.state.safety.tickets[ticket_id]
    made_safe(story, ticket_id, *(it for it in held.interlocks if it not in held.confirmed))


def cleared(story: Story, ticket_id: str, *which: Clearance) -> None:
    """Confirm what is asked, or some of it, by the leader of the work."""
    held = story.state.safety.tickets[ticket_id]
    for clearance in which or held.clearances:
        people = tuple(sorted(people_at(held))) if clearance is Clearance.PEOPLE_OFF else ()
        story.when(ConfirmClear, ticket_id=ticket_id, clearance=clearance, people=people,
                   confirmed_by=held.work_leader, **by(held.work_leader))  # fmt: skip


def over(story: Story, ticket_id: str) -> None:
    """Clear the line, end the work and the ticket, as its people say."""
    held = story.state.safety.tickets[ticket_id]
    cleared(story, ticket_id)
    story.when(FinishWork, ticket_id=ticket_id, **by(held.work_leader))
    story.when(EndTicket, ticket_id=ticket_id, ended_by="permit-desk", **PERMITTER)


class Line:
    """A unit of six on scene, three of whom are at work on a grounded line."""

    def __init__(self) -> None:
        self.story = county(size=16)
        self.incident_id, self.unit_id = unit_on_scene(
            self.story, extent=Extent(customers_out=2_000)
        )
        unit = self.unit
        workers = [it for it in sorted(unit.people) if unit.roles[it] is UnitRole.LINE_WORKER]
        self.leader = next(it for it in unit.people if unit.roles[it] is UnitRole.LEADER)
        self.work_leader, self.crew = workers[2], tuple(workers[:2])
        self.others = sorted({*unit.people} - {*self.at_work, self.leader})
        self.ticket_id = self.begin(self.work_leader, self.crew)

    def begin(self, work_leader: str, crew: tuple[str, ...]) -> str:
        ticket_id = self.drafted(work_leader, crew)
        self.made_safe(ticket_id)
        self.story.when(StartWork, ticket_id=ticket_id, **by(work_leader)).then(WorkStarted)
        return ticket_id

    def drafted(self, work_leader: str, crew: tuple[str, ...], **more: Any) -> str:
        fields: dict[str, Any] = {
            "incident_id": self.incident_id, "unit_id": self.unit_id, "text": "splice",
            "kind": WorkKind.LINE_REPAIR, "place": HERE, "work_leader": work_leader, "crew": crew,
        }  # fmt: skip
        self.story.when(DraftTicket, **(fields | more))
        return self.story.the(TicketDrafted).ticket_id

    def made_safe(self, ticket_id: str) -> None:
        made_safe(self.story, ticket_id)

    def over(self, ticket_id: str = "") -> None:
        """Clear the line, end the work and the ticket, as its people say."""
        over(self.story, ticket_id or self.ticket_id)

    @property
    def unit(self) -> Any:
        return self.story.state.units.by_id[self.unit_id]

    @property
    def at_work(self) -> tuple[str, ...]:
        return (self.work_leader, *self.crew)

    def assignment(self, member_id: str) -> str:
        return str(self.unit.people[member_id])

    def goes_on(self) -> None:
        """Nobody was let go, nothing was finished or closed, by all that the story has said."""
        for member_id in self.at_work:
            assert self.story.state.roster.members[member_id].assignment_id is not None
        assert self.unit.stage is Stage.FORMED
        assert self.ticket_id in self.story.state.safety.tickets
        assert self.story.state.incidents.by_id[self.incident_id].closed_at is None
        for _, facts in self.story.history:
            for it in facts:
                assert not isinstance(
                    it,
                    AssignmentReleased
                    | AssignmentDone
                    | UnitStoodDown
                    | WorkFinished
                    | TicketEnded
                    | ReadyToEnergise
                    | IncidentClosed
                    | IncidentsMerged
                    | RollCallClosed,
                ), it
