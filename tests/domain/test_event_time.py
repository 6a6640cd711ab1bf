"""Nothing happens before what it is about began, nor after it was told, whatever clocks say."""

from typing import Any

import pytest

from coordinator.domain.event_time import CLOCKS_DIFFER_MS
from schemas.events.assignment import MemberOnScene
from schemas.events.command import HelpCalled
from schemas.events.incident import CrewArrived, IncidentRestored
from schemas.events.notice import SignalRefused
from schemas.events.operation import InterruptionStarted
from schemas.events.promise import PromiseCorrected
from schemas.events.site import SiteSupplyChanged
from schemas.signals.assignment import AcceptAssignment, Arrive
from schemas.signals.command import CallHelp
from schemas.signals.incident import (
    ControlIncident,
    OutageGone,
    OutageUpdated,
    ReopenIncident,
    RestoreIncident,
)
from schemas.signals.operation import SupplyInterrupted
from schemas.signals.safety import Weather, WeatherReported
from schemas.signals.site import SiteSupplyChanged as SupplySignal
from schemas.vocabulary import CrewStatus, Role
from tests.county import HOSPITAL, county, outage
from tests.domain.outages import MAP, incident, opened, reported
from tests.domain.test_assignment import called, says
from tests.domain.test_operation import guarding
from tests.story import DAY, HOUR, MINUTE, START, Story


def phone(story: Story, kind: Any, **fields: Any) -> Story:
    """Somebody says it who may, and whose clock may be wrong."""
    return story.when(kind, actor_id="commander-1", actor_role=Role.COMMANDER, **fields)


def refused_time(story: Story, said: int) -> None:
    refusal = story.the(SignalRefused)
    assert refusal.field == "occurred_at"
    assert str(said) in (refusal.value or "")


def test_a_phone_set_back_does_not_make_a_broken_promise_kept() -> None:
    story = county()
    incident_id = outage(story)
    story.after(9 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    before = incident(story, incident_id)
    assert before.promises["arrival"].broken

    phone(story, RestoreIncident, incident_id=incident_id, occurred_at=START - 30 * DAY)

    refused_time(story, START - 30 * DAY)
    assert incident(story, incident_id) == before


@pytest.mark.parametrize("off", [-30 * DAY, -CLOCKS_DIFFER_MS - 1, HOUR + CLOCKS_DIFFER_MS + 1])
@pytest.mark.parametrize("kind", [ControlIncident, RestoreIncident])
def test_an_impossible_time_is_refused_in_words(kind: Any, off: int) -> None:
    story = county()
    incident_id = outage(story)
    story.after(HOUR)

    phone(story, kind, incident_id=incident_id, occurred_at=START + off)

    refused_time(story, START + off)
    assert incident(story, incident_id).controlled_at is None
    assert incident(story, incident_id).restored_at is None


@pytest.mark.parametrize(("off", "taken"), [(-50_000, 0), (HOUR + 50_000, HOUR), (MINUTE, MINUTE)])
def test_clocks_that_differ_a_little_are_drawn_to_the_bound(off: int, taken: int) -> None:
    story = county()
    incident_id = outage(story)
    story.after(HOUR)

    phone(story, RestoreIncident, incident_id=incident_id, occurred_at=START + off)

    assert story.the(IncidentRestored).happened_at == START + taken


def test_what_a_slow_server_received_does_not_happen_before_the_incident() -> None:
    story = county()
    incident_id = outage(story)
    story.after(HOUR)

    story.when(RestoreIncident, incident_id=incident_id, at=START - HOUR)

    assert story.the(IncidentRestored).happened_at == START


def test_power_is_not_back_before_the_incident_was_reopened() -> None:
    story = county()
    incident_id = outage(story)
    story.after(HOUR).when(RestoreIncident, incident_id=incident_id)
    story.after(HOUR).when(ReopenIncident, incident_id=incident_id, reason="out again")
    story.after(HOUR)

    phone(story, RestoreIncident, incident_id=incident_id, occurred_at=START + HOUR)

    refused_time(story, START + HOUR)


def test_a_source_that_knows_of_no_incident_is_drawn_to_its_beginning() -> None:
    story = Story()
    opened(story)
    fields: dict[str, Any] = {"source": MAP, "dedup_key": "r1", "occurred_at": START - HOUR}

    story.after(HOUR).when(OutageUpdated, crew_status=CrewStatus.ON_SITE, **fields)

    assert story.the(CrewArrived).happened_at == START
    story.when(OutageGone, reason="restored", **fields)
    assert story.the(IncidentRestored).happened_at == START


def test_a_crew_whose_phone_is_wrong_arrives_when_it_says_so() -> None:
    for off in (-30 * DAY, 30 * DAY):
        story, who, assignment = called()
        says(story, AcceptAssignment, who, assignment)
        story.after(50 * MINUTE)

        says(story, Arrive, who, assignment, occurred_at=START + off)

        assert story.the(MemberOnScene).happened_at == START + 50 * MINUTE
        story.then_not(PromiseCorrected)


def test_a_call_for_help_is_never_turned_away_for_its_time() -> None:
    story, who, _ = called()

    story.when(
        CallHelp, actor_id=who, actor_role=Role.MEMBER, member_id=who, occurred_at=START + DAY
    )

    story.then_includes(HelpCalled)


def test_a_hospital_does_not_run_out_of_a_supply_it_lost_a_month_ago() -> None:
    story = county()

    phone(story, SupplySignal, site_id=HOSPITAL, supply="own", occurred_at=START - 30 * DAY)

    refused_time(story, START - 30 * DAY)
    phone(story, SupplySignal, site_id=HOSPITAL, supply="own", occurred_at=START - HOUR)
    assert story.the(SiteSupplyChanged).happened_at == START - HOUR


def test_weather_of_last_month_is_no_news() -> None:
    story = county()

    phone(story, WeatherReported, weather=Weather(thunder=True), occurred_at=START - 30 * DAY)

    refused_time(story, START - 30 * DAY)


def test_an_interruption_does_not_begin_before_the_operation_was_opened() -> None:
    story, operation_id = guarding()
    story.after(2 * HOUR)
    told = {"operation_id": operation_id, "site_id": HOSPITAL, "interrupted": True}

    phone(story, SupplyInterrupted, occurred_at=START - 30 * DAY, **told)

    refused_time(story, START - 30 * DAY)
    phone(story, SupplyInterrupted, occurred_at=story.at - HOUR, **told)
    assert story.the(InterruptionStarted).happened_at == story.at - HOUR


def test_an_outage_does_not_begin_after_it_was_reported() -> None:
    story = Story()

    reported(story, occurred_at=START + DAY)

    refused_time(story, START + DAY)


@pytest.mark.parametrize(("off", "taken"), [(-93 * DAY, False), (-91 * DAY, True),
                                            (MINUTE, True), (MINUTE + 1, False)])  # fmt: skip
def test_an_outage_began_before_it_was_told_and_not_in_another_year(off: int, taken: bool) -> None:
    story = Story()

    reported(story, started_at=START + off)

    assert bool(story.all(SignalRefused)) is not taken
    if not taken:
        assert story.the(SignalRefused).field == "started_at"
