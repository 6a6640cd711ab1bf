"""The guardian of a ticket does nothing else, on whichever paper it is asked."""

from typing import Any

import pytest

from schemas.events.notice import SignalRefused
from schemas.events.ticket import TicketDrafted, TicketHandedOver, WorkStarted
from schemas.sentences import work
from schemas.signals.ticket import DraftTicket, HandOverTicket, StartWork
from schemas.vocabulary import Clearance, Interlock, TicketRole, WorkKind
from tests.county import FAR
from tests.domain.line import Line, by, cleared, made_safe
from tests.domain.line import over as ended
from tests.story import Story


class Height:
    """A line whose three workers have a guardian at work at height, and two others beside them."""

    def __init__(self, *, begins: bool = True) -> None:
        self.line = Line()
        self.story: Story = self.line.story
        self.line.over()
        self.workers = (self.line.work_leader, *self.line.crew)
        rest = [it for it in sorted(self.line.unit.people) if it not in self.workers]
        self.guardian, self.others = rest[0], tuple(rest[1:])
        self.ticket_id = self.line.drafted(
            self.workers[0], self.workers[1:], kind=WorkKind.WORK_AT_HEIGHT, guardian=self.guardian
        )
        if begins:
            self.starts(self.ticket_id).then_includes(WorkStarted)

    def starts(self, ticket_id: str) -> Story:
        made_safe(self.story, ticket_id)
        leader = self.story.state.safety.tickets[ticket_id].work_leader
        return self.story.when(StartWork, ticket_id=ticket_id, **by(leader))

    def drafts(self, leader: str, crew: tuple[str, ...], **more: Any) -> Story:
        return self.story.when(
            DraftTicket, incident_id=self.line.incident_id, unit_id=self.line.unit_id, text="x",
            place=FAR, work_leader=leader, crew=crew,
            **({"kind": WorkKind.LINE_REPAIR} | more),
        )  # fmt: skip


def _why(story: Story) -> tuple[Any, str | None]:
    refused = story.the(SignalRefused)
    return refused.rule, refused.field


def test_a_guardian_leads_no_other_work() -> None:
    it = Height()
    it.drafts(it.guardian, it.others)
    assert _why(it.story) == (work.GUARDIAN_DOES_NOTHING_ELSE, "crew")


def test_a_guardian_works_at_no_other_work() -> None:
    it = Height()
    it.drafts(it.others[0], (it.guardian, it.others[1]))
    assert _why(it.story) == (work.GUARDIAN_DOES_NOTHING_ELSE, "crew")


def test_who_works_guards_no_other_work() -> None:
    it = Height()
    it.drafts(
        it.others[0], (it.others[1], it.workers[2]), guardian=it.workers[1],
        kind=WorkKind.WORK_AT_HEIGHT,
    )  # fmt: skip
    assert _why(it.story) == (work.GUARDIAN_DOES_NOTHING_ELSE, "guardian")


def test_once_all_are_counted_off_the_guardian_is_free_for_other_work() -> None:
    it = Height()
    cleared(it.story, it.ticket_id, Clearance.PEOPLE_OFF)
    it.drafts(it.guardian, it.others).then_includes(TicketDrafted)


def test_of_two_papers_with_one_guardian_only_one_is_begun() -> None:
    it = Height(begins=False)
    it.drafts(it.guardian, it.others)
    other = it.story.the(TicketDrafted).ticket_id
    made_safe(it.story, it.ticket_id, Interlock.PERMIT)

    made_safe(it.story, other, Interlock.PERMIT)

    assert _why(it.story)[0] == work.GUARDIAN_DOES_NOTHING_ELSE
    made_safe(it.story, it.ticket_id, *it.story.state.safety.tickets[it.ticket_id].interlocks[1:])
    it.story.when(StartWork, ticket_id=it.ticket_id, **by(it.workers[0])).then_includes(WorkStarted)
    ended(it.story, it.ticket_id)
    it.starts(other).then_includes(WorkStarted)


@pytest.mark.parametrize("role", [TicketRole.LEADER, TicketRole.CREW])
def test_a_guardian_is_handed_no_other_work(role: TicketRole) -> None:
    it = Height()
    it.drafts(it.others[0], (it.others[1], it.workers[1]))
    other = it.story.the(TicketDrafted).ticket_id
    said = {"ticket_id": other, "role": role, "to": it.guardian, "reason": "r"}

    it.story.when(HandOverTicket, **said)

    assert _why(it.story) == (work.GUARDIAN_DOES_NOTHING_ELSE, "to")
    cleared(it.story, it.ticket_id, Clearance.PEOPLE_OFF)
    it.story.when(HandOverTicket, **said).then_includes(TicketHandedOver)


def test_who_works_elsewhere_is_handed_no_guarding() -> None:
    it = Height()
    it.drafts(it.others[0], (it.others[1], it.workers[1]))
    made_safe(it.story, it.story.the(TicketDrafted).ticket_id)
    it.story.when(
        HandOverTicket, ticket_id=it.ticket_id, role=TicketRole.GUARDIAN, to=it.others[1],
        reason="r",
    )  # fmt: skip
    assert _why(it.story) == (work.GUARDIAN_DOES_NOTHING_ELSE, "to")
