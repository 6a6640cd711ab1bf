"""An incident's life: opened, graded, responded to, restored, closed, reviewed, filed."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.state.incidents import Phase
from schemas.events.incident import (
    CrewArrived,
    IncidentClosed,
    IncidentControlled,
    IncidentFiled,
    IncidentGraded,
    IncidentOpened,
    IncidentReopened,
    IncidentResponded,
    IncidentRestored,
    IncidentReviewed,
    IncidentUpdated,
    OwnerHandedOver,
)
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.promise import PromiseMade
from schemas.events.unit import UnitCalled, UnitFormed, UnitStoodDown
from schemas.signals.assignment import AcceptAssignment, Arrive
from schemas.signals.incident import (
    CloseIncident,
    ControlIncident,
    Extent,
    ExtentReported,
    HandOverIncident,
    OutageUpdated,
    ReopenIncident,
    RestoreIncident,
    ReviewIncident,
)
from schemas.signals.roster import AdoptPolicy
from schemas.vocabulary import AccidentGrade, CrewStatus, EventGrade, GridKind, NoticeKind, Role
from tests.domain.outages import FAR_AWAY, MAP, gone, incident, opened, out, reported
from tests.domain.outages import with_crew as crewed
from tests.story import DAY, HOUR, Story, name


def load(lost: float, before: float | None = None) -> Extent:
    return Extent(grid=GridKind.REGIONAL_GRID, load_before_mw=before, load_lost_mw=lost)


def updated(story: Story, dedup_key: str = "r1", **fields: Any) -> Story:
    return story.when(OutageUpdated, source=MAP, dedup_key=dedup_key, **fields)


def test_it_is_opened_graded_and_promised_at_once() -> None:
    story = reported(Story(), extent=out(3))

    story.then_includes(IncidentOpened, IncidentGraded, PromiseMade)
    assert story.the(IncidentGraded).grade is EventGrade.FAULT


def test_the_whole_life_in_order() -> None:
    story = Story()
    id_ = opened(story, crew_status=CrewStatus.EN_ROUTE)
    phases = [incident(story, id_).phase]
    for signal, event, fields in (
        (ControlIncident, IncidentControlled, {}),
        (RestoreIncident, IncidentRestored, {}),
        (CloseIncident, IncidentClosed, {"feedback": "quick"}),
        (ReviewIncident, IncidentReviewed, {"cause": "wind", "lessons": "trim trees"}),
    ):
        story.when(signal, incident_id=id_, **fields).then_includes(event)
        phases.append(incident(story, id_).phase)

    assert phases == [
        Phase.RESPONDED,
        Phase.CONTROLLED,
        Phase.RESTORED,
        Phase.CLOSED,
        Phase.REVIEWED,
    ]
    story.after(2 * DAY).then_includes(IncidentFiled)
    assert id_ not in story.state.incidents.by_id


@pytest.mark.parametrize(
    ("signal", "fields"),
    [
        (CloseIncident, {}),
        (ReviewIncident, {"cause": "wind", "lessons": "-"}),
        (ReopenIncident, {"reason": "again dark"}),
    ],
)
def test_what_comes_before_its_time_is_refused(signal: Any, fields: dict[str, str]) -> None:
    story = Story()
    id_ = opened(story)

    story.when(signal, incident_id=id_, **fields)

    assert story.the(SignalRefused).field == "incident_id"


def test_a_closed_incident_is_neither_controlled_nor_restored_nor_reopened() -> None:
    story = Story()
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_).when(CloseIncident, incident_id=id_)

    for signal, fields in (
        (ControlIncident, {}),
        (RestoreIncident, {}),
        (ReopenIncident, {"reason": "dark"}),
        (ExtentReported, {"extent": out(3)}),
    ):
        story.when(signal, incident_id=id_, **fields).then(SignalRefused)


def test_restored_ones_are_closed_by_the_clock_when_nobody_does() -> None:
    story = Story()
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_)

    closed = story.after(DAY).the(IncidentClosed)

    assert closed.by_clock


def test_power_by_a_detour_does_not_close_it_and_is_made_lasting_later() -> None:
    story = Story()
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_, temporary=True)
    first = incident(story, id_).restored_at
    story.after(2 * DAY).then_not(IncidentClosed)

    story.when(RestoreIncident, incident_id=id_).then_includes(IncidentRestored)

    assert incident(story, id_).restored_at == first
    story.after(DAY).then_includes(IncidentClosed)


def test_saying_restored_twice_adds_nothing() -> None:
    story = Story()
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_)

    story.when(RestoreIncident, incident_id=id_).then()


def test_the_last_report_going_restores_it_and_an_earlier_one_does_not() -> None:
    story = Story()
    id_ = opened(story)
    reported(story, "r2")

    gone(story, "r1").then_not(IncidentRestored)
    restored = gone(story, "r2").the(IncidentRestored)

    assert (restored.incident_id, restored.cause) == (id_, "last_report_gone")


def test_machines_restore_but_only_a_person_reopens() -> None:
    story = Story()
    id_ = opened(story)
    gone(story)

    story.when(
        ReopenIncident, incident_id=id_, reason="dark", actor_id="map", actor_role=Role.FEED
    ).then(SignalRefused)
    story.when(ReopenIncident, incident_id=id_, reason="still dark")

    story.then_includes(IncidentReopened, IncidentGraded, PromiseMade)
    assert incident(story, id_).phase is Phase.OPEN
    assert incident(story, id_).restored_at is None


def test_a_reopened_incident_is_sent_somebody_again() -> None:
    story = crewed(Story())
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_).then_includes(UnitStoodDown)

    story.when(ReopenIncident, incident_id=id_, reason="still dark").then_includes(UnitCalled)


def test_a_reopened_incident_was_not_fixed_at_the_first_visit() -> None:
    story = Story()
    id_ = opened(story, crew_status=CrewStatus.ON_SITE)
    restored = story.when(RestoreIncident, incident_id=id_, first_visit=True)
    assert restored.the(IncidentRestored).first_visit is True
    story.when(ReopenIncident, incident_id=id_, reason="still dark")
    updated(story, crew_status=CrewStatus.ON_SITE)

    again = story.when(RestoreIncident, incident_id=id_).the(IncidentRestored)

    assert again.first_visit is False


@pytest.mark.parametrize("crew", [None, CrewStatus.ON_SITE])
def test_where_nobody_said_so_nothing_is_said_of_the_first_visit(crew: CrewStatus | None) -> None:
    story = Story()
    id_ = opened(story, crew_status=crew)

    assert story.when(RestoreIncident, incident_id=id_).the(IncidentRestored).first_visit is None


def test_a_recurrence_was_not_fixed_at_the_first_visit() -> None:
    story = Story()
    first = opened(story, device="T-1")
    story.when(RestoreIncident, incident_id=first)
    again = opened(story, "r2", device="T-1", crew_status=CrewStatus.ON_SITE)

    assert story.when(RestoreIncident, incident_id=again).the(IncidentRestored).first_visit is False


def test_whoever_took_the_report_owns_it_until_it_is_handed_over_by_name() -> None:
    story = Story()
    id_ = opened(story, actor_id="desk-7")
    assert incident(story, id_).owner_id == "desk-7"

    story.when(HandOverIncident, incident_id=id_, to="desk-8", reason="end of shift")

    story.then(OwnerHandedOver)
    assert incident(story, id_).owner_id == "desk-8"


def test_it_is_regraded_as_numbers_change_and_the_commander_hears_of_a_new_grade_once() -> None:
    story = Story()
    id_ = opened(story, extent=load(1, before=100))

    story.when(ExtentReported, incident_id=id_, extent=load(10))
    assert story.the(IncidentGraded).grade is EventGrade.II
    assert [it.kind for it in story.all(NoticeRaised)].count(NoticeKind.GRADE_CHANGED) == 1

    story.when(ExtentReported, incident_id=id_, extent=Extent(customers_out=2_000))
    assert story.the(IncidentGraded).grade is EventGrade.II
    assert NoticeKind.GRADE_CHANGED not in [it.kind for it in story.all(NoticeRaised)]


def test_the_same_numbers_again_change_nothing() -> None:
    story = Story()
    id_ = opened(story)
    story.when(ExtentReported, incident_id=id_, extent=load(10, before=100))

    story.when(ExtentReported, incident_id=id_, extent=load(10)).then()


def test_the_share_of_load_is_that_of_the_largest_reduction_so_far() -> None:
    story = Story()
    id_ = opened(story, extent=load(30, before=100))
    assert incident(story, id_).grade is EventGrade.I

    updated(story, extent=load(5))

    assert incident(story, id_).extent.load_lost_mw == 5
    assert incident(story, id_).grade is EventGrade.I


def test_the_load_before_is_frozen_at_the_start() -> None:
    story = Story()
    id_ = opened(story, "b", extent=load(5, before=100))

    reported(story, "a", device="D-2", extent=load(5, before=50))
    story.when(ExtentReported, incident_id=id_, extent=load(10, before=20))

    assert incident(story, id_).extent.load_before_mw == 100
    assert incident(story, id_).grade is EventGrade.II


def test_numbers_that_were_wrong_are_corrected_and_no_longer_held_against_it() -> None:
    story = Story()
    id_ = opened(story, extent=load(90, before=100))
    assert incident(story, id_).grade is EventGrade.I

    story.when(ExtentReported, incident_id=id_, extent=load(9), corrected=True)

    assert incident(story, id_).grade is EventGrade.III

    story.when(ExtentReported, incident_id=id_, extent=load(9, before=200), corrected=True)

    assert incident(story, id_).grade is EventGrade.IV


def test_the_sources_own_later_number_replaces_its_earlier_one() -> None:
    story = Story()
    id_ = opened(story, extent=out(40), device="D-1")
    reported(story, "r2", extent=out(20), correlation_key=None)

    updated(story, "r1", extent=out(10)).then_includes(IncidentUpdated)

    assert incident(story, id_).extent.customers_out == 30


def test_the_dead_learned_of_after_restoration_still_raise_the_grade() -> None:
    story = Story()
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_)

    story.when(ExtentReported, incident_id=id_, extent=Extent(deaths=3))

    assert story.the(IncidentGraded).accident is AccidentGrade.SERIOUS
    story.when(ExtentReported, incident_id=id_, extent=Extent(customers_out=400))
    story.then_not(IncidentGraded)


def test_the_accident_is_graded_after_restoration_though_the_event_was_as_grave_before() -> None:
    story = Story()
    id_ = opened(story, extent=load(30, before=100))
    story.when(RestoreIncident, incident_id=id_)

    story.when(ExtentReported, incident_id=id_, extent=Extent(deaths=30))

    assert story.the(IncidentGraded).accident is AccidentGrade.EXTRAORDINARY


def test_a_unit_that_is_formed_is_a_response_and_the_first_of_it_on_scene_the_arrival() -> None:
    story = crewed(Story())
    id_ = opened(story)
    story.then_includes(UnitFormed, IncidentResponded)
    first, second, _ = (it for _, it in sorted(story.state.assignments.by_id.items()))

    said = {"assignment_id": first.assignment_id, "on_behalf_of": first.member_id}
    story.when(AcceptAssignment, **said).when(Arrive, **said).then_includes(CrewArrived)
    said = {"assignment_id": second.assignment_id, "on_behalf_of": second.member_id}
    story.when(AcceptAssignment, **said).when(Arrive, **said).then_not(CrewArrived)

    assert incident(story, id_).arrived_at == story.at


def test_a_crew_that_the_source_reports_counts_like_ours() -> None:
    story = Story()
    id_ = opened(story)

    updated(story, crew_status=CrewStatus.EN_ROUTE).then_includes(IncidentResponded)
    updated(story, crew_status=CrewStatus.ON_SITE).then_includes(CrewArrived)

    assert incident(story, id_).phase is Phase.RESPONDED


def test_an_unknown_incident_is_a_refusal() -> None:
    story, nobody = Story(), name("inc", "nobody")

    for signal in (ControlIncident, RestoreIncident, CloseIncident):
        story.when(signal, incident_id=nobody).then(SignalRefused)
    updated(story, "nobody").then(SignalRefused)


def test_ten_incidents_a_day_for_a_month_leave_the_state_as_small_as_before() -> None:
    story = Story()
    sizes = []
    for day in range(12):
        for number in range(3):
            id_ = opened(story, f"{day}-{number}", device=f"T-{number}", customer_ref=f"c-{number}")
            story.after(HOUR)
            story.when(RestoreIncident, incident_id=id_).when(CloseIncident, incident_id=id_)
        story.after(DAY)
        desk = story.state.incidents
        sizes.append(
            sum(len(it) for it in (desk.by_id, desk.by_report, desk.ended, desk.by_device))
        )

    assert max(sizes[6:]) <= max(sizes[:6])


def test_a_new_policy_grades_the_open_incidents_anew_and_leaves_the_closed_ones() -> None:
    story = Story()
    lost = Extent(grid=GridKind.PREFECTURE_CITY, load_before_mw=1_000.0, load_lost_mw=150.0)
    open_, closed = (
        opened(story, "r1", extent=lost),
        opened(story, "r2", extent=lost, place=FAR_AWAY),
    )
    story.when(RestoreIncident, incident_id=closed).when(CloseIncident, incident_id=closed)
    assert incident(story, open_).grade is EventGrade.FAULT
    grading = story.state.policy.grading
    rows = tuple(
        replace(row, at_iv=10.0) if row.grid is GridKind.PREFECTURE_CITY else row
        for row in grading.rows
    )
    stricter = replace(story.state.policy, version=2, grading=replace(grading, rows=rows))

    story.when(AdoptPolicy, actor_role=Role.COMMANDER, policy=stricter)

    assert story.the(IncidentGraded).incident_id == open_
    assert incident(story, open_).grade is EventGrade.IV
    assert incident(story, closed).grade is EventGrade.FAULT
