"""A unit at work on a grounded line, as the tests of who may let it go know it."""

from typing import Any

from coordinator.domain.state.units import Stage
from schemas.events.assignment import AssignmentDone, AssignmentReleased
from schemas.events.command import RollCallClosed
from schemas.events.incident import IncidentClosed, IncidentsMerged
from schemas.events.safety import TicketDrafted, WorkFinished, WorkStarted
from schemas.events.unit import UnitStoodDown
from schemas.signals.incident import Extent
from schemas.signals.safety import ConfirmInterlock, DraftTicket, StartWork
from schemas.vocabulary import Interlock, UnitRole, WorkKind
from tests.county import HERE, county, unit_on_scene


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
        story = self.story
        story.when(
            DraftTicket, incident_id=self.incident_id, unit_id=self.unit_id,
            kind=WorkKind.LINE_REPAIR, place=HERE, work_leader=work_leader, crew=crew,
            text="splice",
        )  # fmt: skip
        ticket_id = story.the(TicketDrafted).ticket_id
        for interlock in Interlock:
            story.when(
                ConfirmInterlock, ticket_id=ticket_id, interlock=interlock,
                confirmed_by=work_leader if interlock is Interlock.GROUNDING else "permit-desk",
                reference="T-1",
            )  # fmt: skip
        story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)
        return ticket_id

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
                    | IncidentClosed
                    | IncidentsMerged
                    | RollCallClosed,
                ), it
