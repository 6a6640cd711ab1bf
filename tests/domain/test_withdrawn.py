"""A report made by mistake is withdrawn as one: nothing restored, promised or counted."""

from typing import Any

import pytest

from coordinator.domain.state.incidents import Incident, Phase
from coordinator.domain.state.units import Stage
from schemas.events.aid import AidCalledOff
from schemas.events.command import CommandEnded
from schemas.events.incident import (
    IncidentFiled,
    IncidentOpened,
    IncidentRestored,
    IncidentWithdrawn,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.events.notice import SignalRefused
from schemas.events.promise import PromiseBroken, PromiseDropped, PromiseKept, PromiseLapsed
from schemas.events.ticket import SupplyReportedBack
from schemas.events.unit import UnitStoodDown
from schemas.sentences import incidents, reasons
from schemas.signals.aid import CallAid
from schemas.signals.command import EstablishCommand
from schemas.signals.incident import (
    ControlIncident,
    ExtentReported,
    MergeIncidents,
    OutageGone,
    RestoreIncident,
    WithdrawIncident,
)
from schemas.signals.response import ActivateResponse, TerminateResponse
from schemas.vocabulary import ResponseLevel, Role
from tests.domain.line import Line
from tests.domain.outages import FAR_AWAY, gone, incident, opened, out, reported, with_crew
from tests.domain.test_aid import NEED
from tests.story import DAY, HOUR, MINUTE, Story, name

MEMBER: dict[str, Any] = {"actor_role": Role.MEMBER, "actor_id": name("mem", "passer-by")}
_NOTHING_OF_IT = (IncidentRestored, PromiseKept, PromiseBroken, PromiseLapsed)


def by_mistake(story: Story, incident_id: str) -> Story:
    return story.when(WithdrawIncident, incident_id=incident_id, reason="wrong street")


def counted(story: Story) -> int:
    return story.state.incidents.opened


def ended_without_a_trace(story: Story, incident_id: str) -> Incident:
    it = incident(story, incident_id)
    assert (it.phase, it.restored_at, dict(it.promises)) == (Phase.WITHDRAWN, None, {})
    assert story.state.timers.next() is not None, "it is filed, too"
    return it


def test_the_only_report_taken_back_as_a_mistake_ends_an_incident_that_never_was() -> None:
    story = Story()
    incident_id = opened(story)
    story.after(20 * MINUTE)

    gone(story, reason="withdrawn")

    story.then_includes(ReportWithdrawn, IncidentWithdrawn, PromiseDropped)
    story.then_not(*_NOTHING_OF_IT)
    assert story.the(IncidentWithdrawn).cause == "reports_withdrawn"
    ended_without_a_trace(story, incident_id)
    assert counted(story) == 0


@pytest.mark.parametrize("reason", ["restored", "unknown"])
def test_a_source_that_no_longer_lists_it_still_says_that_power_is_back(reason: str) -> None:
    story = Story()
    opened(story)

    gone(story, reason=reason)

    story.then_includes(IncidentRestored).then_not(IncidentWithdrawn)


def test_a_promise_that_was_kept_or_broken_for_it_counts_no_more() -> None:
    story = with_crew(Story())
    incident_id = opened(story, extent=out(40))
    story.after(2 * DAY)
    assert any(it.broken for it in incident(story, incident_id).promises.values())
    judged = set(incident(story, incident_id).promises)

    by_mistake(story, incident_id)

    assert {it.promise for it in story.all(PromiseDropped)} == judged
    ended_without_a_trace(story, incident_id)


def test_the_desk_withdraws_what_was_thought_restored() -> None:
    story = Story()
    incident_id = opened(story)
    story.when(RestoreIncident, incident_id=incident_id)

    by_mistake(story, incident_id)

    story.then_includes(IncidentWithdrawn)
    assert story.the(IncidentWithdrawn).cause == "said_so"
    ended_without_a_trace(story, incident_id)


def test_who_was_sent_is_told_why_and_stood_down() -> None:
    story = with_crew(Story())
    incident_id = opened(story, extent=out(400))
    (unit_id,) = story.state.units.by_incident[incident_id]

    by_mistake(story, incident_id)

    assert story.the(UnitStoodDown).reason == reasons.REPORTED_BY_MISTAKE
    assert story.state.units.by_id[unit_id].stage is Stage.STOOD_DOWN


def test_command_and_calls_for_help_from_neighbours_end_with_it() -> None:
    story = Story()
    incident_id = opened(story)
    story.when(EstablishCommand, incident_id=incident_id, commander_id=name("mem", "chief"))
    story.when(CallAid, incident_id=incident_id, neighbour="lake", need=NEED, reason="flood")

    by_mistake(story, incident_id)

    story.then_includes(CommandEnded, AidCalledOff)
    assert story.the(CommandEnded).reason == reasons.REPORTED_BY_MISTAKE


def test_one_mistake_among_several_reports_takes_only_its_own_numbers_away() -> None:
    story = Story()
    incident_id = opened(story, extent=out(300))
    reported(story, "r2", extent=out(90_000), customer_ref="c-2", device="t-2", circuit="c")
    reported(story, "r3", extent=out(20), customer_ref="c-3", device="t-1", circuit="c")
    before = incident(story, incident_id)
    assert set(before.customers) == {"c-2", "c-3"} or "c-2" not in before.customers

    gone(story, "r2", reason="withdrawn")

    it = incident(story, incident_id)
    story.then_not(IncidentWithdrawn, IncidentRestored)
    assert it.phase is Phase.OPEN
    assert (it.extent.customers_out or 0) < 90_000
    assert "c-2" not in it.customers


def test_a_mistake_beside_a_true_report_that_went_before_leaves_it_restored() -> None:
    story = Story()
    opened(story)
    reported(story, "r2").then_includes(ReportJoined)
    gone(story, reason="restored")

    gone(story, "r2", reason="withdrawn")

    story.then_includes(IncidentRestored).then_not(IncidentWithdrawn)


@pytest.mark.parametrize("told", [ControlIncident, ExtentReported])
def test_what_somebody_else_has_told_of_is_no_mistake_of_its_reporter(told: Any) -> None:
    story = Story()
    incident_id = opened(story)
    more = {"extent": out(12)} if told is ExtentReported else {}
    story.when(told, incident_id=incident_id, **more)

    gone(story, reason="withdrawn")

    story.then_includes(IncidentRestored).then_not(IncidentWithdrawn)


def test_the_same_report_again_is_another_outage_and_no_recurrence() -> None:
    story = Story()
    seen = {"device": "t-7", "customer_ref": "c-7", "correlation_key": "cause-7"}
    first = opened(story, **seen)
    by_mistake(story, first)

    for wait in (MINUTE, 3 * DAY):
        story.after(wait)
        again = reported(story, **seen).the(IncidentOpened)
        assert (again.recurrence_of, again.incident_id == first) == (None, False)
        by_mistake(story, again.incident_id)


def test_what_was_merged_into_it_never_was_either() -> None:
    story = Story()
    into = opened(story)
    other = opened(story, "far", place=FAR_AWAY, device="t-9")
    story.when(MergeIncidents, into=into, incident_ids=(other,), reason="one storm")
    assert counted(story) == 2

    by_mistake(story, into)

    assert counted(story) == 0
    assert not incident(story, other).promises
    story.after(3 * DAY)
    again = reported(story, "far", place=FAR_AWAY, device="t-9").the(IncidentOpened)
    assert again.recurrence_of is None


def test_it_leaves_the_working_state_like_one_that_is_closed() -> None:
    story = Story()
    incident_id = opened(story)
    by_mistake(story, incident_id)

    story.after(3 * DAY)

    story.then_includes(IncidentFiled)
    assert incident_id not in story.state.incidents.by_id


def test_a_member_withdraws_nothing() -> None:
    story = Story()
    incident_id = opened(story)

    story.when(WithdrawIncident, incident_id=incident_id, reason="no light", **MEMBER)

    story.then(SignalRefused)
    assert incident(story, incident_id).phase is Phase.OPEN


def test_twice_withdrawn_is_refused_with_what_is_possible() -> None:
    story = Story()
    incident_id = opened(story)
    by_mistake(story, incident_id)

    by_mistake(story, incident_id).then(SignalRefused)


def test_while_people_are_at_work_nothing_ends_and_after_it_the_mistake_does() -> None:
    line = Line()
    line.story.when(WithdrawIncident, incident_id=line.incident_id, reason="wrong street").then(
        SignalRefused
    )
    line.story.when(OutageGone, source="95598", dedup_key="1", reason="withdrawn")
    line.story.then_includes(ReportWithdrawn, SupplyReportedBack)
    line.goes_on()

    line.over()

    line.story.then_includes(IncidentWithdrawn, UnitStoodDown)
    line.story.then_not(IncidentRestored)


def test_a_response_is_ended_by_people_before() -> None:
    story = Story()
    incident_id = opened(story)
    chief: dict[str, Any] = {"actor_role": Role.COMMANDER, "actor_id": "chief"}
    story.when(
        ActivateResponse, incident_id=incident_id, level=ResponseLevel.III,
        matter="storm", expected_duration_h=4, measures="all out", **chief,
    )  # fmt: skip

    by_mistake(story, incident_id).then(SignalRefused)
    assert story.the(SignalRefused).rule == incidents.RESPONSE_ENDS_BEFORE_CLOSING
    gone(story, reason="withdrawn").then(ReportWithdrawn)
    story.after(HOUR)
    story.when(
        TerminateResponse, incident_id=incident_id, main_grid_normal=True, load_restored_pct=100,
        key_areas_restored_pct=100, hazards_removed=True, secondary_accidents_handled=True, **chief,
    )  # fmt: skip

    story.then_includes(IncidentWithdrawn)
