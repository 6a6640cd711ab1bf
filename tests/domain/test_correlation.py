"""When reports are about one incident, and when a new one is a recurrence of an old one."""

import pytest

from schemas.bounds import Position
from schemas.events.incident import (
    IncidentOpened,
    IncidentUpdated,
    PriorityRaised,
    RecurrenceForgotten,
    ReportDuplicated,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.events.notice import SignalRefused
from schemas.signals.incident import CloseIncident, OutageUpdated, RestoreIncident
from schemas.vocabulary import CrewStatus, Role, Urgency
from tests.domain.outages import FAR_AWAY, MAP, SQUARE, gone, incident, opened, out, reported
from tests.story import DAY, HOUR, MINUTE, START, Story


def east_of_square(metres: float) -> Position:
    return Position(lon=SQUARE.lon + metres / 96_000, lat=SQUARE.lat)


def test_the_same_report_again_is_a_duplicate_and_adds_nothing() -> None:
    story = Story()
    opened(story, extent=out(5))

    reported(story, extent=out(5))

    story.then(ReportDuplicated)


def test_one_key_from_two_sources_is_two_reports() -> None:
    story = Story()
    opened(story)

    reported(story, source="sensors", place=FAR_AWAY)

    story.then_includes(IncidentOpened)


def test_reports_of_one_cause_join_wherever_they_are() -> None:
    story = Story()
    first = opened(story, correlation_key="storm-7")

    joined = reported(story, "r2", correlation_key="storm-7", place=FAR_AWAY).the(ReportJoined)

    assert (joined.incident_id, joined.rule, joined.key) == (first, "correlation_key", "storm-7")


def test_reports_of_one_device_join_within_the_policys_window() -> None:
    story = Story()
    first = opened(story, device="T-1")
    window = story.state.policy.correlation.device_window_min * MINUTE

    last = reported(story, "r2", device="T-1", place=FAR_AWAY, started_at=START - window).the(
        ReportJoined
    )
    late = reported(story, "r3", device="T-1", place=FAR_AWAY, started_at=START - window - 1)

    assert (last.incident_id, last.rule) == (first, "device")
    late.then_includes(IncidentOpened)


def test_an_unnamed_device_on_the_circuit_is_the_same_fault_and_another_device_is_another() -> None:
    story = Story()
    first = opened(story, circuit="L-9", device="T-1")

    unnamed = reported(story, "r2", circuit="L-9", place=FAR_AWAY).the(ReportJoined)
    other = reported(story, "r3", circuit="L-9", device="T-2", place=east_of_square(5_000))

    assert (unnamed.incident_id, unnamed.rule) == (first, "circuit")
    other.then_includes(IncidentOpened)


@pytest.mark.parametrize(("metres", "joins"), [(140, True), (160, False)])
def test_reports_join_by_place_only_within_the_radius(metres: float, joins: bool) -> None:
    story = Story()
    opened(story)

    reported(story, "r2", place=east_of_square(metres))

    assert bool(story.all(ReportJoined)) is joins


def test_reports_west_of_greenwich_join_by_place_too() -> None:
    story, place = Story(), Position(lon=-121.5, lat=38.6)
    opened(story, place=place)

    assert reported(story, "r2", place=place).the(ReportJoined).rule == "place"


def test_reports_of_one_place_half_an_hour_apart_are_two_incidents() -> None:
    story = Story()
    opened(story)

    reported(story, "r2", started_at=START - 30 * MINUTE).then_includes(ReportJoined)
    reported(story, "r3", started_at=START - 30 * MINUTE - 1).then_includes(IncidentOpened)


def test_a_customer_has_one_thread_for_as_long_as_it_is_open() -> None:
    story = Story()
    first = opened(story, customer_ref="c-17")
    story.after(5 * HOUR)

    joined = reported(story, "r2", customer_ref="c-17", place=FAR_AWAY).the(ReportJoined)

    assert (joined.incident_id, joined.rule) == (first, "customer")
    assert incident(story, first).customers == ("c-17",)


def test_what_a_joining_report_says_of_crew_and_cause_is_kept() -> None:
    story = Story()
    first = opened(story)

    reported(story, "r2", crew_status=CrewStatus.AWAITING, cause="tree on the line")

    story.then_includes(ReportJoined, IncidentUpdated)
    assert incident(story, first).account.crew_status is CrewStatus.AWAITING
    assert incident(story, first).account.cause == "tree on the line"


def test_a_joining_report_of_danger_to_people_makes_the_incident_urgent() -> None:
    story = Story()
    first = opened(story)
    assert incident(story, first).urgency is Urgency.GENERAL

    reported(story, "r2", injury_risk=True).then_includes(PriorityRaised)

    assert incident(story, first).urgency is Urgency.URGENT


def test_a_report_that_its_source_took_back_and_lists_again_returns_to_its_incident() -> None:
    story = Story()
    first = opened(story, extent=out(10))
    reported(story, "r2", extent=out(5), place=east_of_square(100))
    gone(story, "r2").then_includes(ReportWithdrawn)
    assert incident(story, first).extent.customers_out == 10

    joined = reported(story, "r2", extent=out(6), place=east_of_square(100)).the(ReportJoined)

    assert joined.rule == "returned"
    assert incident(story, first).extent.customers_out == 16


def test_an_update_of_a_report_that_is_gone_is_refused() -> None:
    story = Story()
    opened(story)
    reported(story, "r2", place=east_of_square(100))
    gone(story, "r2")

    story.when(OutageUpdated, source=MAP, dedup_key="r2", extent=out(9))

    assert story.the(SignalRefused).field == "dedup_key"


def test_going_twice_or_never_having_been_there_leads_to_nothing() -> None:
    story = Story()
    opened(story)
    reported(story, "r2")
    gone(story, "r2")

    gone(story, "r2").then()
    gone(story, "nobody-knows").then()


def test_a_restored_incident_absorbs_nothing_and_the_next_one_links_to_it() -> None:
    story = Story()
    first = opened(story, device="T-1")
    story.when(RestoreIncident, incident_id=first)

    again = reported(story, "r2", device="T-1").the(IncidentOpened)

    assert again.recurrence_of == first


def test_a_report_listed_again_after_its_incident_was_restored_is_a_recurrence() -> None:
    story = Story()
    first = opened(story)
    gone(story)

    assert reported(story).the(IncidentOpened).recurrence_of == first


def test_a_report_still_listed_when_the_crew_says_restored_is_the_same_report() -> None:
    story = Story()
    first = opened(story)
    story.when(RestoreIncident, incident_id=first)

    reported(story, actor_role=Role.FEED).then(ReportDuplicated)


@pytest.mark.parametrize("later", [HOUR, 2 * DAY], ids=["closed", "filed"])
def test_what_was_closed_or_filed_still_links_its_recurrence(later: int) -> None:
    story = Story()
    first = opened(story, device="T-1")
    story.when(RestoreIncident, incident_id=first)
    story.when(CloseIncident, incident_id=first)
    story.after(later)

    assert reported(story, "r2", device="T-1").the(IncidentOpened).recurrence_of == first


def test_after_the_window_it_is_no_recurrence_and_nothing_of_the_old_one_is_left() -> None:
    story = Story()
    first = opened(story, device="T-1", correlation_key="k", circuit="L", customer_ref="c-1")
    story.when(RestoreIncident, incident_id=first)
    story.after(10 * DAY).then_includes(RecurrenceForgotten)

    desk = story.state.incidents
    left = [
        desk.by_id,
        desk.by_report,
        desk.by_correlation,
        desk.by_customer,
        desk.by_device,
        desk.by_circuit,
        desk.by_square,
        desk.ended,
        desk.ended_keys,
        story.state.timers.due,
    ]
    assert [len(it) for it in left] == [0] * len(left)
    assert reported(story, "r2", device="T-1").the(IncidentOpened).recurrence_of is None


def test_a_chinese_utility_calls_its_lines_and_devices_as_it_does() -> None:
    story = Story()
    opened(story, circuit="10kV云河线", device="10kV云河线05号开关")

    reported(story, "另一户/第2次", circuit="10kV云河线", device="10kV云河线05号开关")

    joined = story.the(ReportJoined)
    assert (joined.device, joined.dedup_key) == ("10kV云河线05号开关", "另一户/第2次")
