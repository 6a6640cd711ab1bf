"""A dispatcher says that incidents are one, or that one is two."""

from typing import Any

from coordinator.domain.state.incidents import Phase
from schemas.events.alert import AlertRaised
from schemas.events.incident import (
    CrewArrived,
    IncidentFiled,
    IncidentOpened,
    IncidentResponded,
    IncidentsMerged,
    IncidentSplit,
    ReportJoined,
)
from schemas.events.notice import SignalRefused
from schemas.events.promise import PromiseDropped
from schemas.events.unit import UnitStoodDown
from schemas.sentences import incidents as words
from schemas.signals.alert import AlertReceived
from schemas.signals.customer_call import CallOutcome, RecordCustomerCall
from schemas.signals.incident import (
    Account,
    CloseIncident,
    Extent,
    ExtentReported,
    LinkAlert,
    MergeIncidents,
    RestoreIncident,
    SplitIncident,
)
from schemas.vocabulary import (
    AccidentGrade,
    CrewStatus,
    Hazard,
    NoticeKind,
    Role,
    Urgency,
    WarningColour,
)
from tests.county import FAR, HERE, county, outage
from tests.domain.outages import FAR_AWAY, MAP, SQUARE, gone, incident, opened, out, reported
from tests.story import DAY, HOUR, MINUTE, START, Story, name


def merged(story: Story, into: str, *others: str) -> Story:
    return story.when(MergeIncidents, into=into, incident_ids=others, reason="one line")


def test_merged_incidents_are_one_with_all_reports_customers_and_numbers() -> None:
    story = Story()
    into = opened(story, "r1", extent=out(40), customer_ref="c-1")
    other = opened(story, "r2", extent=out(20), customer_ref="c-2", place=FAR_AWAY)

    merged(story, into, other).then_includes(IncidentsMerged)

    held = incident(story, into)
    assert held.extent.customers_out == 60
    assert held.customers == ("c-1", "c-2")
    assert sorted(held.reports) == [f"{MAP}|r1", f"{MAP}|r2"]
    assert incident(story, other).phase is Phase.MERGED


def test_what_was_stated_of_a_merged_incident_is_not_lost() -> None:
    story = Story()
    into = opened(story, "r1", extent=out(40))
    other = opened(story, "r2", extent=out(20), place=FAR_AWAY)
    story.when(ExtentReported, incident_id=other, extent=Extent(customers_out=25, deaths=1))

    merged(story, into, other)

    assert incident(story, into).extent == Extent(customers_out=65, deaths=1)
    assert incident(story, into).accident is AccidentGrade.ORDINARY


def test_a_report_of_a_merged_incidents_device_or_place_joins_the_one_it_is_now() -> None:
    story = Story()
    into = opened(story, "r1")
    other = opened(story, "r2", device="T-2", place=FAR_AWAY)
    merged(story, into, other)

    by_device = reported(story, "r3", device="T-2", place=SQUARE).the(ReportJoined)
    by_place = reported(story, "r4", place=FAR_AWAY).the(ReportJoined)

    assert (by_device.incident_id, by_device.rule) == (into, "device")
    assert (by_place.incident_id, by_place.rule) == (into, "place")
    assert gone(story, "r2").events[0].incident_id == into  # type: ignore[attr-defined]


def test_a_crew_at_the_merged_incident_is_a_crew_at_the_one_it_is_now() -> None:
    story = Story()
    into = opened(story, "r1")
    other = opened(story, "r2", place=FAR_AWAY, crew_status=CrewStatus.ON_SITE)

    merged(story, into, other).then_includes(IncidentResponded, CrewArrived)

    assert incident(story, into).arrived_at == story.at


def test_merged_incidents_are_filed_with_the_one_they_are_now_and_not_before() -> None:
    story = Story()
    into = opened(story, "r1")
    other = opened(story, "r2", place=FAR_AWAY)
    merged(story, into, other)
    story.after(5 * DAY).then_not(IncidentFiled)

    story.when(RestoreIncident, incident_id=into).when(CloseIncident, incident_id=into)
    filed = story.after(DAY).all(IncidentFiled)

    assert {it.incident_id for it in filed} == {into, other}


def test_nothing_is_merged_into_what_is_over_nor_into_itself() -> None:
    story = Story()
    over = opened(story, "r1")
    running = opened(story, "r2", place=FAR_AWAY)
    story.when(RestoreIncident, incident_id=over)

    assert merged(story, over, running).the(SignalRefused).field == "into"
    assert merged(story, running, over).the(SignalRefused).field == "incident_ids"
    assert merged(story, running, running).the(SignalRefused).field == "incident_ids"
    assert merged(story, name("inc", "?"), running).the(SignalRefused).field == "into"


def split(story: Story, incident_id: str, *dedup_keys: str) -> Story:
    return story.when(
        SplitIncident, incident_id=incident_id, dedup_keys=dedup_keys, reason="two faults"
    )


def test_a_split_takes_reports_with_their_numbers_places_and_customers_out() -> None:
    story = Story()
    id_ = opened(story, "r1", correlation_key="k", extent=out(40))
    reported(story, "r2", correlation_key="k", place=FAR_AWAY, device="T-2", extent=out(5))
    reported(story, "r3", correlation_key="k", customer_ref="c-3", extent=out(1))

    new = split(story, id_, "r2", "r3").the(IncidentOpened)

    story.then_includes(IncidentSplit, ReportJoined)
    assert (new.split_from, new.place, new.device) == (id_, FAR_AWAY, "T-2")
    assert incident(story, id_).extent.customers_out == 40
    assert incident(story, id_).customers == ()
    assert incident(story, new.incident_id).extent.customers_out == 6
    assert incident(story, new.incident_id).customers == ("c-3",)
    again = reported(story, "r9", device="T-2", place=FAR_AWAY).the(ReportJoined)
    assert again.incident_id == new.incident_id


def test_a_customer_of_whose_two_reports_one_leaves_waits_at_both() -> None:
    story = Story()
    id_ = opened(story, "r1", correlation_key="k", customer_ref="c-1")
    reported(story, "r2", correlation_key="k", customer_ref="c-1")

    new = split(story, id_, "r2").the(IncidentOpened)

    assert incident(story, new.incident_id).customers == ("c-1",)
    assert incident(story, id_).customers == ("c-1",)


def test_reports_of_two_sources_under_one_key_leave_together() -> None:
    story = Story()
    id_ = opened(story, "r1", correlation_key="k")
    reported(story, "r2", correlation_key="k", device="T-2", extent=out(3))
    reported(story, "r2", source="sensors", correlation_key="k", device="T-3", extent=out(4))

    new = split(story, id_, "r2").the(IncidentOpened).incident_id

    assert sorted(incident(story, new).reports) == [f"{MAP}|r2", "sensors|r2"]
    assert sorted(incident(story, id_).reports) == [f"{MAP}|r1"]


def test_the_wait_does_not_begin_anew_with_a_split() -> None:
    story = Story()
    id_ = opened(story, "r1", correlation_key="k")
    reported(story, "r2", correlation_key="k", device="T-2")
    due_at = incident(story, id_).promises["arrival"].due_at
    story.after(20 * MINUTE)

    new = split(story, id_, "r2").the(IncidentOpened).incident_id

    assert incident(story, new).promises["arrival"].due_at == due_at


def test_what_is_split_off_is_as_urgent() -> None:
    story = Story()
    id_ = opened(story, "r1", correlation_key="k")
    reported(story, "r2", correlation_key="k", device="T-2", injury_risk=True)

    new = split(story, id_, "r2").the(IncidentOpened).incident_id

    assert incident(story, new).urgency is Urgency.URGENT


def test_what_is_split_off_keeps_what_was_said_of_the_outage_but_not_the_crew_of_the_other() -> (
    None
):
    story = Story()
    cell = name("cel", 3)
    said: dict[str, Any] = {
        "cause": "ice",
        "expected_restored_at": story.at + HOUR,
        "cell_id": cell,
    }
    id_ = opened(story, "r1", correlation_key="k", crew_status=CrewStatus.EN_ROUTE, **said)
    reported(story, "r2", correlation_key="k", device="T-2")

    new = split(story, id_, "r2").the(IncidentOpened)

    assert new.account == Account(cause="ice", expected_restored_at=said["expected_restored_at"])
    assert new.cell_id == cell
    assert incident(story, id_).account.crew_status is CrewStatus.EN_ROUTE


def test_a_split_leaves_a_report_behind_and_takes_only_what_is_there() -> None:
    story = Story()
    id_ = opened(story, "r1")

    assert split(story, id_, "r1").the(SignalRefused).field == "dedup_keys"
    assert split(story, id_, "r7").the(SignalRefused).field == "dedup_keys"


def test_what_was_broken_before_a_merge_stays_broken() -> None:
    story = Story()
    late = opened(story)
    into = opened(story, "r2", place=FAR_AWAY)
    story.after(2 * HOUR)
    assert incident(story, late).promises["arrival"].broken

    story.when(MergeIncidents, into=into, incident_ids=(late,), reason="one")

    assert "arrival" not in {it.promise for it in story.all(PromiseDropped)}
    assert incident(story, late).promises["arrival"].broken


def test_a_merge_that_sends_a_crew_home_names_it_before() -> None:
    story = county()
    into, other = outage(story, "1"), outage(story, "2", place=FAR, extent=out(900))
    (unit_id,) = story.state.units.by_incident[other]
    said: dict[str, Any] = {"into": into, "incident_ids": (other,), "reason": "one line"}

    story.when(MergeIncidents, **said).then(SignalRefused)
    refusal = story.the(SignalRefused)
    assert (refusal.rule, refusal.field) == (words.merge_stands_down([unit_id]), "stands_down")

    story.when(MergeIncidents, stands_down=(unit_id,), **said)
    assert story.the(UnitStoodDown).unit_id == unit_id


def test_what_is_split_off_keeps_device_alerts_and_what_it_recurs_from() -> None:
    story = Story()
    first = opened(story, device="t-1", circuit="c-1")
    story.when(RestoreIncident, incident_id=first)
    story.after(HOUR)
    again = opened(story, started_at=story.at, device="t-1", circuit="c-1")
    assert incident(story, again).recurrence_of == first
    story.when(
        AlertReceived, sender="met", identifier="a", message="alert", sent_at=story.at,
        hazard=Hazard.EARTHQUAKE, event="shaking", colour=WarningColour.RED, severity="severe",
        urgency="immediate", certainty="observed", area="all", actor_role=Role.FEED,
    )  # fmt: skip
    alert_id = story.the(AlertRaised).alert_id
    story.when(LinkAlert, incident_id=again, alert_id=alert_id)
    reported(story, "r2", device="t-1", circuit="c-1").then_includes(ReportJoined)

    split(story, again, "r2")

    parted = incident(story, story.the(IncidentOpened).incident_id)
    assert (parted.device, parted.circuit) == ("t-1", "c-1")
    assert parted.recurrence_of == first
    assert parted.alert_ids == (alert_id,)
    # What is reported of that device next joins the one that was there, not the one split off.
    reported(story, "r3", device="t-1")
    assert story.the(ReportJoined).incident_id == again


def test_who_was_let_down_before_a_merge_is_still_an_alarm_after_it() -> None:
    story = county(size=1)
    late = outage(story, key="a", place=FAR, injury_risk=True)
    story.after(50 * MINUTE)
    assert alarms(story, late) == [NoticeKind.PROMISE_BROKEN]
    into = outage(story, key="b", place=HERE, device="T-b", injury_risk=True)
    units = tuple(story.state.units.by_incident.get(late, ()))

    story.when(MergeIncidents, into=into, incident_ids=(late,), stands_down=units, reason="one")

    assert NoticeKind.PROMISE_BROKEN not in alarms(story, late)
    assert alarms(story, into) == [NoticeKind.PROMISE_BROKEN]


def alarms(story: Story, about: str) -> list[NoticeKind]:
    held = story.state.escalations
    found = (held.by_id[it].cause for it in held.by_subject.get(about, ()))
    return [it for it in found if it is NoticeKind.PROMISE_BROKEN]


def test_of_two_appointments_the_earlier_is_kept_by_a_merge() -> None:
    for hours, kept in (((20, 22), 20), ((22, 20), 20)):
        story = county()
        ids = []
        for key, hour, place in zip("ab", hours, (SQUARE, FAR_AWAY), strict=True):
            id_ = opened(story, key, customer_ref=key, extent=out(1), place=place)
            story.when(RecordCustomerCall, incident_id=id_, outcome=CallOutcome.APPOINTMENT,
                       visit_at=START + hour * HOUR)  # fmt: skip
            ids.append(id_)

        merged(story, ids[1], ids[0])

        call = incident(story, ids[1]).call
        assert call is not None
        assert call.visit_at == START + kept * HOUR
        story.after(kept * HOUR)
        assert incident(story, ids[1]).call.somebody_goes  # type: ignore[union-attr]


def test_what_was_merged_in_and_leaves_again_has_its_own_address() -> None:
    story = Story()
    into = opened(story, "a", address="Village A", place=SQUARE)
    other = opened(story, "b", address="Village B", access="key at No. 4", place=FAR_AWAY)
    merged(story, into, other)

    story.when(SplitIncident, incident_id=into, dedup_keys=("b",), reason="two after all")

    part = story.the(IncidentOpened)
    assert part.place == FAR_AWAY
    assert (part.account.address, part.account.access) == ("Village B", "key at No. 4")
    assert incident(story, into).account.address == "Village A"


def test_a_part_that_lies_elsewhere_does_not_take_the_address_along() -> None:
    story = Story()
    into = opened(story, "a", address="Village A", device="T-1", place=SQUARE)
    reported(story, "b", device="T-1", place=FAR_AWAY).then_includes(ReportJoined)

    story.when(SplitIncident, incident_id=into, dedup_keys=("b",), reason="two after all")

    assert story.the(IncidentOpened).account.address is None
