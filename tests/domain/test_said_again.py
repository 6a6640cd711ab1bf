"""The same report key again: what is known adds nothing, and nothing new is swallowed."""

from typing import Any

import pytest

from coordinator.domain.state.incidents import Phase
from schemas.bounds import Position
from schemas.events.incident import (
    IncidentOpened,
    IncidentUpdated,
    PriorityRaised,
    ReportDuplicated,
    ReportJoined,
)
from schemas.events.site import SiteLinked
from schemas.signals.incident import OutageReported, OutageUpdated, RestoreIncident
from schemas.vocabulary import FaultClass, IncidentKind, Role, Urgency
from tests.county import HOSPITAL, county
from tests.domain.outages import FAR_AWAY, MAP, SQUARE, incident, opened, out, reported
from tests.story import HOUR, MINUTE, START, Story


def restored(story: Story, **fields: Any) -> str:
    """Let an outage be reported, and restored an hour later."""
    id_ = opened(story, **fields)
    story.after(HOUR)
    story.when(RestoreIncident, incident_id=id_)
    return id_


def listed(story: Story, **fields: Any) -> Story:
    """Let a source that lists what it knows, again and again, list it once more."""
    return reported(story, actor_role=Role.FEED, actor_id="feed", **fields)


def test_a_later_start_after_restoration_is_a_recurrence() -> None:
    story = Story()
    first = restored(story)
    story.after(HOUR)

    again = listed(story, started_at=story.at - MINUTE, extent=out(500), injury_risk=True).the(
        IncidentOpened
    )

    assert again.recurrence_of == first
    assert again.extent == out(500)
    assert again.urgent


def test_the_recurrence_hears_what_is_said_of_it_and_the_old_one_does_not() -> None:
    story = Story()
    first = restored(story)
    story.after(HOUR)
    second = listed(story, started_at=story.at).the(IncidentOpened).incident_id

    listed(story, started_at=story.at, extent=out(40))

    assert incident(story, second).extent == out(40)
    assert incident(story, first).extent != out(40)
    assert incident(story, first).phase is Phase.RESTORED


@pytest.mark.parametrize("before", [restored, opened])
def test_the_key_used_again_at_another_place_is_another_outage(before: Any) -> None:
    story = Story()
    before(story, started_at=START)

    listed(story, started_at=START, place=FAR_AWAY).then_includes(IncidentOpened)


def test_the_same_place_told_a_little_differently_is_the_same_outage() -> None:
    story = Story()
    restored(story, started_at=START)
    beside = Position(lon=SQUARE.lon + 0.001, lat=SQUARE.lat)

    listed(story, started_at=START, place=beside).then_not(IncidentOpened)


@pytest.mark.parametrize("start", [START, None], ids=["the old start", "no start"])
def test_what_is_still_listed_after_restoration_adds_nothing(start: int | None) -> None:
    story = Story()
    restored(story, started_at=START)
    story.after(HOUR)

    listed(story, started_at=start).then(ReportDuplicated)


def test_a_person_who_calls_again_after_restoration_is_in_the_dark_again() -> None:
    story = Story()
    first = restored(story)
    story.after(HOUR)

    again = reported(story, actor_role=Role.DISPATCHER).the(IncidentOpened)

    assert again.recurrence_of == first


def test_a_call_from_before_restoration_that_comes_late_is_no_recurrence() -> None:
    story = Story()
    restored(story)
    story.after(HOUR)

    reported(story, occurred_at=START + MINUTE).then(ReportDuplicated)


def test_danger_told_of_what_is_restored_is_never_swallowed_and_told_once() -> None:
    story = Story()
    restored(story, started_at=START)
    story.after(HOUR)

    listed(story, started_at=START, injury_risk=True).then_includes(IncidentOpened)
    listed(story, started_at=START, injury_risk=True).then(ReportDuplicated)


@pytest.mark.parametrize("worse", [{"injury_risk": True}, {"urgency": Urgency.URGENT}])
def test_danger_and_urgency_in_a_repeat_count_once(worse: dict[str, Any]) -> None:
    story = Story()
    id_ = opened(story)

    reported(story, **worse).then_includes(PriorityRaised)

    assert incident(story, id_).urgent
    reported(story, **worse).then(ReportDuplicated)


def test_a_circuit_named_in_a_repeat_links_the_hospital_it_supplies() -> None:
    story = county()
    circuit = story.state.sites.by_id[HOSPITAL].site.circuit
    id_ = opened(story, place=FAR_AWAY)

    reported(story, place=FAR_AWAY, circuit=circuit)

    assert (story.the(SiteLinked).site_id, story.the(SiteLinked).incident_id) == (HOSPITAL, id_)


def test_a_device_named_in_a_repeat_is_the_incidents_and_the_next_report_of_it_joins() -> None:
    story = Story()
    id_ = opened(story, extent=out(5))

    said = reported(story, device="T-7").the(ReportJoined)

    assert (said.rule, incident(story, id_).device) == ("repeated", "T-7")
    assert incident(story, id_).extent == out(5)
    assert reported(story, "r2", device="T-7", place=FAR_AWAY).the(ReportJoined).incident_id == id_
    reported(story, device="T-7").then(ReportDuplicated)


def test_a_place_named_anew_in_a_repeat_is_where_this_report_is_seen() -> None:
    story, beside = Story(), Position(lon=SQUARE.lon + 0.005, lat=SQUARE.lat)
    id_ = opened(story)

    reported(story, place=beside)

    seen = next(it for _, it in incident(story, id_).sightings.items())
    assert seen.place == beside


def test_a_customer_named_in_a_repeat_has_this_thread() -> None:
    story = Story()
    id_ = opened(story)

    reported(story, customer_ref="C-1")

    again = reported(story, "r2", customer_ref="C-1", place=FAR_AWAY).the(ReportJoined)
    assert (again.incident_id, again.rule) == (id_, "customer")


@pytest.mark.parametrize("kind", [OutageReported, OutageUpdated])
def test_a_repeat_that_names_another_kind_and_class_is_believed_of_its_own_report(
    kind: Any,
) -> None:
    story = Story()
    incident_id = opened(story)
    place = {"place": SQUARE} if kind is OutageReported else {}
    said: dict[str, Any] = {
        "source": MAP, "dedup_key": "r1", "kind": IncidentKind.EXTERNAL_DAMAGE,
        "fault_class": FaultClass.LOW_VOLTAGE, **place,
    }  # fmt: skip

    story.when(kind, **said).then_includes(IncidentUpdated)
    assert incident(story, incident_id).kind is IncidentKind.EXTERNAL_DAMAGE
    assert incident(story, incident_id).fault_class is FaultClass.LOW_VOLTAGE

    story.when(kind, **said).then_not(IncidentUpdated)
    # Nothing said of it is nothing new; and a report that joins may be of another kind.
    reported(story).then_not(IncidentUpdated)
    reported(story, "r2", kind=IncidentKind.EQUIPMENT_FAULT).then_not(IncidentUpdated)
    assert incident(story, incident_id).kind is IncidentKind.EXTERNAL_DAMAGE
