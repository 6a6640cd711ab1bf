"""What a desk was told leaves its list when it is over, by the fact that ended it."""

from typing import Any

import pytest

from coordinator.domain import notices_over
from coordinator.domain.notice import evolve
from schemas.events.incident import IncidentRestored
from schemas.events.notice import NoticeOver
from schemas.events.ticket import InterlockConfirmed
from schemas.events.unit import UnitFormed
from schemas.signals.incident import CloseIncident, RestoreIncident, WithdrawIncident
from schemas.signals.ticket import ConfirmInterlock, IssueTicket
from schemas.vocabulary import Interlock, NoticeKind, Role
from tests.county import FAR, county, outage
from tests.domain.line import ISSUER, PERMITTER, Line
from tests.domain.test_desk_notices import told
from tests.story import HOUR, MINUTE, Story


def listed(story: Story, about: str) -> set[NoticeKind]:
    return {it.kind for it in story.state.notices.listed.values() if it.about == about}


def because(story: Story) -> set[str]:
    return {it.because for it in story.all(NoticeOver)}


def test_that_a_line_is_ready_leaves_when_supply_is_back() -> None:
    line = Line()
    line.over()
    assert NoticeKind.READY_TO_ENERGISE in listed(line.story, line.incident_id)
    line.story.after(MINUTE)

    line.story.when(RestoreIncident, incident_id=line.incident_id)
    line.story.then_includes(IncidentRestored, NoticeOver)
    assert because(line.story) == {"incident_restored"}
    assert NoticeKind.READY_TO_ENERGISE not in listed(line.story, line.incident_id)


def test_or_when_somebody_goes_to_it_again_and_not_for_a_draft() -> None:
    line = Line()
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew)
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    assert NoticeKind.READY_TO_ENERGISE in listed(line.story, line.incident_id)

    line.story.when(
        ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT, reference="T-1",
        confirmed_by="permit-desk", **PERMITTER,
    )  # fmt: skip
    line.story.then_includes(InterlockConfirmed, NoticeOver)
    assert NoticeKind.READY_TO_ENERGISE not in listed(line.story, line.incident_id)


def test_a_shortage_leaves_when_its_unit_stands() -> None:
    story = county()
    incident_id = outage(story)
    (formed,) = [it for it in story.events if isinstance(it, UnitFormed)]
    short = told(1, about=formed.unit_id, kind=NoticeKind.SHORTAGE)
    other = told(2, about=incident_id, kind=NoticeKind.SHORTAGE)
    state = evolve(evolve(story.state, short, story.at), other, story.at)

    (over,) = notices_over.react(state, formed)
    assert over == NoticeOver(notice_id=short.notice_id, because="unit_formed")
    assert {it.about for it in evolve(state, over, story.at).notices.listed.values()} == {
        incident_id
    }


@pytest.mark.parametrize("end", [CloseIncident, WithdrawIncident])
def test_with_an_incident_all_that_was_said_of_it_is_over(end: Any) -> None:
    story = county(size=1)
    incident_id, other = outage(story), outage(story, key="2", place=FAR, device="T-9")
    story.after(3 * HOUR)
    assert listed(story, incident_id)
    assert listed(story, other)
    more: dict[str, Any] = {"reason": "a drill", "actor_id": "chief", "actor_role": Role.COMMANDER}
    if end is CloseIncident:
        more = {}
        story.when(RestoreIncident, incident_id=incident_id)

    story.when(end, incident_id=incident_id, **more)

    assert not listed(story, incident_id)
    assert listed(story, other)
