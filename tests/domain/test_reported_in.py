"""An outage reported on a circuit in its own planned outage: whoever is at that work is rung."""

from typing import Any

from schemas.events.notice import NoticeRaised
from schemas.events.unit import UnitCalled
from schemas.sentences import notices
from schemas.signals.incident import Extent, OutageReported
from schemas.signals.planned_work import CancelPlannedWork
from schemas.vocabulary import NoticeKind
from tests.boards.drawn import redrawn, shown
from tests.county import HERE
from tests.domain.line import Line
from tests.domain.test_planned_work import planned_work, work
from tests.story import HERE as RIVER
from tests.story import HOUR, START, Story


def told(story: Story) -> list[NoticeRaised]:
    return [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.IN_PLANNED_OUTAGE]


def reported(story: Story, circuit: str, key: str = "dark") -> str:
    story.when(
        OutageReported, source="95598", dedup_key=key, place=HERE, circuit=circuit,
        extent=Extent(customers_out=40),
    )  # fmt: skip
    return next(it for it in story.state.incidents.by_id if key in str(
        story.state.incidents.by_id[it].reports))  # fmt: skip


async def row(story: Story, board: str, key: str) -> Any:
    stepwise = (await shown(story)).row(board, RIVER, key)
    assert stepwise == redrawn(story).row(board, RIVER, key)
    return stepwise


async def test_a_report_on_a_line_in_its_planned_outage_says_so_and_whom_to_ring() -> None:
    story, work_id = planned_work(START + HOUR)
    story.after(2 * HOUR)

    incident_id = reported(story, "C-7")

    (notice,) = told(story)
    assert notice.about == incident_id
    assert notice.text.code == "in_planned_outage"
    assert (await row(story, "open_incidents", incident_id))["planned_works"] == [work_id]
    # A crew is called as ever: perhaps it is more than the planned outage.
    story.then_includes(UnitCalled)


async def test_another_line_or_another_hour_or_work_without_an_outage_says_nothing() -> None:
    story, _ = planned_work(START + HOUR)
    before = reported(story, "C-7", "before")
    assert not told(story)
    story.after(2 * HOUR)
    other = reported(story, "C-8", "other")
    assert not told(story)
    for it in (before, other):
        assert (await row(story, "open_incidents", it))["planned_works"] == []

    live, _ = planned_work(START + HOUR, cuts_supply=False)
    live.after(2 * HOUR)
    reported(live, "C-7")
    assert not told(live)


async def test_the_hint_goes_when_the_work_is_called_off_and_comes_when_it_is_put_in_late() -> None:
    story, work_id = planned_work(START + HOUR)
    story.after(2 * HOUR)
    incident_id = reported(story, "C-7")

    story.when(CancelPlannedWork, work_id=work_id, reason="storm")
    assert (await row(story, "open_incidents", incident_id))["planned_works"] == []

    work(story, story.at - HOUR, story.at + HOUR)
    (found,) = story.state.planned_works.by_id
    assert (await row(story, "open_incidents", incident_id))["planned_works"] == [found]


async def test_who_is_at_the_work_by_its_tickets_is_named_while_they_are() -> None:
    line = Line()
    line.over()
    story = line.story
    work(story, story.at - HOUR, story.at + 4 * HOUR, circuit="C-9")
    (work_id,) = story.state.planned_works.by_id
    ticket_id = line.drafted(line.work_leader, line.crew, work_id=work_id, permitter="permit-desk")
    assert (await row(story, "planned_works", work_id))["people"] == []

    line.made_safe(ticket_id)

    people = [line.work_leader, "permit-desk"]
    assert (await row(story, "planned_works", work_id))["people"] == people
    reported(story, "C-9")
    until = story.state.planned_works.by_id[work_id].ends_at
    assert told(story)[0].text == notices.in_planned_outage(work_id, until, 2, tuple(people))
