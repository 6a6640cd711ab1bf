"""Promised times: kept or broken by when it happened, put right by what is learned late."""

import pytest

from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.incident import IncidentRestored
from schemas.events.notice import NoticeRaised
from schemas.events.promise import (
    PromiseBroken,
    PromiseCorrected,
    PromiseDropped,
    PromiseExplained,
    PromiseKept,
    PromiseLapsed,
    PromiseMade,
    PromiseMetLate,
)
from schemas.sentences import reasons
from schemas.signals.incident import (
    CloseIncident,
    ExplainPromise,
    MergeIncidents,
    OutageUpdated,
    ReopenIncident,
    RestoreIncident,
)
from schemas.vocabulary import AreaClass, CrewStatus, NoticeKind, Promised, Recipient
from tests.domain.outages import FAR_AWAY, MAP, incident, opened, out
from tests.story import DAY, HOUR, MINUTE, SECOND, START, Story


def crew(story: Story, status: CrewStatus, *, at: int | None = None) -> Story:
    return story.when(OutageUpdated, source=MAP, dedup_key="r1", crew_status=status, occurred_at=at)


def restored(story: Story, incident_id: str, *, at: int | None = None) -> Story:
    return story.when(RestoreIncident, incident_id=incident_id, occurred_at=at)


def due(story: Story, incident_id: str, promise: Promised) -> int:
    return incident(story, incident_id).promises[promise].due_at


@pytest.mark.parametrize(
    ("area", "arrival_min", "restoration_min"),
    [(AreaClass.URBAN, 45, 180), (AreaClass.RURAL, 90, 240), (AreaClass.REMOTE, 120, 240)],
)
def test_arrival_and_restoration_are_promised_by_area(
    area: AreaClass, arrival_min: int, restoration_min: int
) -> None:
    story = Story()
    id_ = opened(story, area_class=area)
    assert due(story, id_, "arrival") == START + arrival_min * MINUTE

    story.after(10 * MINUTE)
    crew(story, CrewStatus.ON_SITE)

    assert due(story, id_, "restoration") == story.at + restoration_min * MINUTE


def test_arriving_at_the_very_minute_keeps_the_promise() -> None:
    story = Story()
    opened(story)
    story.at += 45 * MINUTE

    crew(story, CrewStatus.ON_SITE)

    assert [it.promise for it in story.all(PromiseKept)] == ["arrival"]


def test_nobody_there_in_time_breaks_it_and_the_dispatcher_hears() -> None:
    story = Story()
    id_ = opened(story)

    story.after(45 * MINUTE)

    assert [it.promise for it in story.all(PromiseBroken)] == ["accept", "arrival"]
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.PROMISE_BROKEN]
    assert [it.recipient for it in told] == [Recipient.DISPATCHER]
    assert incident(story, id_).promises["arrival"].broken


def test_arriving_late_corrects_nothing_and_stops_the_clock() -> None:
    story = Story()
    id_ = opened(story)
    story.after(45 * MINUTE + 51 * SECOND)

    crew(story, CrewStatus.ON_SITE)

    story.then_not(PromiseKept, PromiseCorrected, PromiseBroken)
    late = [it for it in story.all(PromiseMetLate) if it.promise == "arrival"]
    assert [it.happened_at for it in late] == [story.at]
    came_at = story.at
    held = incident(story, id_).promises["arrival"]
    assert (held.broken, held.met_at) == (True, came_at)
    assert incident(story, id_).arrived_at == came_at

    story.after(27 * MINUTE)
    crew(story, CrewStatus.AWAITING)
    crew(story, CrewStatus.ON_SITE).then_not(PromiseMetLate)
    assert incident(story, id_).promises["arrival"].met_at == came_at


def test_an_arrival_that_was_late_but_less_than_was_known_puts_its_time_right() -> None:
    story = Story()
    id_ = opened(story)
    story.after(2 * HOUR)
    crew(story, CrewStatus.ON_SITE)
    crew(story, CrewStatus.AWAITING)

    crew(story, CrewStatus.ON_SITE, at=START + HOUR)

    (late,) = story.all(PromiseMetLate)
    assert (late.promise, late.happened_at) == ("arrival", START + HOUR)
    held = incident(story, id_).promises["arrival"]
    assert (held.broken, held.met_at) == (True, START + HOUR)


def test_every_promise_that_is_met_late_says_when() -> None:
    story = Story()
    id_ = opened(story)
    story.after(10 * MINUTE)
    crew(story, CrewStatus.EN_ROUTE)
    assert story.the(PromiseMetLate).promise == "accept"
    story.after(HOUR)
    crew(story, CrewStatus.ON_SITE)
    assert story.the(PromiseMetLate).promise == "arrival"
    story.after(4 * HOUR)

    restored(story, id_)

    assert story.the(PromiseMetLate).promise == "restoration"
    held = incident(story, id_).promises
    assert {name: it.met_at - it.due_at for name, it in held.items() if it.met_at} == {
        "accept": 7 * MINUTE, "arrival": 25 * MINUTE, "restoration": HOUR,
    }  # fmt: skip
    assert all(it.broken for it in held.values())


def test_late_with_its_clock_not_yet_passed_is_broken_and_met_at_once() -> None:
    story = Story()
    id_ = opened(story)
    story.at += 46 * MINUTE

    crew(story, CrewStatus.ON_SITE)

    story.then_includes(PromiseBroken, PromiseMetLate).then_not(PromiseKept)
    assert incident(story, id_).promises["arrival"].met_at == story.at


def test_a_crew_that_was_offline_and_on_time_puts_a_broken_promise_right() -> None:
    story = Story()
    id_ = opened(story)
    story.after(2 * HOUR).then_includes(PromiseBroken)

    crew(story, CrewStatus.ON_SITE, at=START + 30 * MINUTE)

    corrected = story.the(PromiseCorrected)
    assert (corrected.promise, corrected.kept) == ("arrival", True)
    assert not incident(story, id_).promises["arrival"].broken
    assert due(story, id_, "restoration") == START + 30 * MINUTE + 3 * HOUR
    assert [it for at, facts in story.history for it in facts if isinstance(it, PromiseBroken)]


def test_an_acceptance_learned_late_is_judged_by_when_it_happened() -> None:
    story = Story()
    opened(story)
    story.after(10 * MINUTE).then_includes(PromiseBroken)

    crew(story, CrewStatus.EN_ROUTE, at=START + 2 * MINUTE)

    corrected = story.the(PromiseCorrected)
    assert (corrected.promise, corrected.kept) == ("accept", True)


def test_a_crew_on_site_with_the_first_report_keeps_acceptance_and_arrival_at_once() -> None:
    story = Story()
    opened(story, crew_status=CrewStatus.ON_SITE)

    assert [it.promise for it in story.all(PromiseKept)] == ["accept", "arrival"]


def test_restoration_is_kept_or_broken_from_the_arrival_on() -> None:
    story = Story()
    id_ = opened(story, crew_status=CrewStatus.ON_SITE)
    story.after(3 * HOUR - 1).then_not(PromiseBroken)

    assert restored(story, id_).the(PromiseKept).promise == "restoration"

    story = Story()
    opened(story, crew_status=CrewStatus.ON_SITE)
    assert story.after(3 * HOUR).the(PromiseBroken).promise == "restoration"


def test_power_that_was_back_earlier_than_was_known_puts_the_restoration_right() -> None:
    story = Story()
    id_ = opened(story, crew_status=CrewStatus.ON_SITE)
    story.after(5 * HOUR)
    restored(story, id_).then_not(PromiseCorrected)

    restored(story, id_, at=START + 2 * HOUR).then_includes(IncidentRestored)

    corrected = story.the(PromiseCorrected)
    assert (corrected.promise, corrected.kept) == ("restoration", True)
    assert incident(story, id_).restored_at == START + 2 * HOUR


def test_power_that_comes_back_before_anybody_arrives_is_no_arrival() -> None:
    story = Story()
    id_ = opened(story)
    story.after(MINUTE)

    restored(story, id_).then_not(PromiseKept)

    assert [it.promise for it in story.all(PromiseLapsed)] == ["accept", "arrival"]
    held = incident(story, id_).promises["arrival"]
    assert (held.met_at, held.broken, held.lapsed_at) == (None, False, story.at)
    story.after(DAY).then_not(PromiseBroken)


def test_power_that_comes_back_while_nobody_has_come_in_time_leaves_the_arrival_broken() -> None:
    story = Story()
    id_ = opened(story)
    story.after(HOUR)

    restored(story, id_).then_not(PromiseMetLate)

    held = incident(story, id_).promises["arrival"]
    assert (held.met_at, held.broken, held.lapsed_at) == (None, True, story.at)


def test_power_that_was_back_before_anybody_had_to_come_breaks_nothing_when_told_late() -> None:
    story = Story()
    id_ = opened(story)
    story.after(HOUR)
    assert incident(story, id_).promises["arrival"].broken

    restored(story, id_, at=START + 30 * MINUTE)

    held = incident(story, id_).promises["arrival"]
    assert (held.met_at, held.broken, held.lapsed_at) == (None, False, START + 30 * MINUTE)


def test_who_came_after_power_was_back_is_not_late_and_who_came_before_is_judged() -> None:
    story = Story()
    id_ = opened(story)
    story.after(30 * MINUTE)
    restored(story, id_)
    story.after(HOUR)

    crew(story, CrewStatus.ON_SITE)
    story.then_not(PromiseBroken, PromiseMetLate, PromiseCorrected)
    crew(story, CrewStatus.AWAITING)
    crew(story, CrewStatus.ON_SITE, at=START + 20 * MINUTE)

    assert [it.promise for it in story.all(PromiseCorrected)] == ["arrival"]
    held = incident(story, id_).promises["arrival"]
    assert (held.met_at, held.broken, held.lapsed_at) == (START + 20 * MINUTE, False, None)


def test_a_restoration_that_turns_out_to_be_late_is_late_by_its_true_due_time() -> None:
    story = Story()
    id_ = opened(story)
    story.after(40 * MINUTE)
    crew(story, CrewStatus.ON_SITE)
    story.after(3 * HOUR - MINUTE)
    restored(story, id_).then_includes(PromiseKept)
    crew(story, CrewStatus.AWAITING)

    crew(story, CrewStatus.ON_SITE, at=START + 10 * MINUTE)

    held = incident(story, id_).promises["restoration"]
    assert held.broken
    assert held.met_at == START + 3 * HOUR + 39 * MINUTE
    assert held.met_at - held.due_at == 29 * MINUTE


def test_an_arrival_learned_of_after_restoration_judges_both_at_once() -> None:
    story = Story()
    id_ = opened(story)
    story.after(2 * HOUR)
    restored(story, id_)

    crew(story, CrewStatus.ON_SITE, at=START + 20 * MINUTE)

    assert story.the(PromiseCorrected).promise == "arrival"
    assert story.the(PromiseMade).promise == "restoration"
    assert [it.promise for it in story.all(PromiseKept)] == ["restoration"]
    story.after(DAY).then_not(PromiseBroken)


def test_a_crew_that_came_earlier_than_was_known_makes_the_restoration_due_earlier() -> None:
    story = Story()
    id_ = opened(story)
    story.after(40 * MINUTE)
    crew(story, CrewStatus.ON_SITE)
    story.after(MINUTE)
    story.when(
        OutageUpdated,
        source=MAP,
        dedup_key="r1",
        crew_status=CrewStatus.AWAITING,
    )

    crew(story, CrewStatus.ON_SITE, at=START + 10 * MINUTE)

    assert due(story, id_, "restoration") == START + 10 * MINUTE + 3 * HOUR


def test_the_clock_does_not_stop_for_a_second_report_or_another_owner() -> None:
    story = Story()
    id_ = opened(story)
    before = due(story, id_, "arrival")
    story.after(20 * MINUTE)

    story.when(OutageUpdated, source=MAP, dedup_key="r1", cause="wind").then_not(PromiseMade)

    assert due(story, id_, "arrival") == before


def test_an_explained_promise_is_still_broken_but_says_why() -> None:
    story = Story()
    id_ = opened(story)
    story.after(HOUR)

    story.when(ExplainPromise, incident_id=id_, promise="arrival", reason="road under water")

    story.then(PromiseExplained)
    held = incident(story, id_).promises["arrival"]
    assert (held.broken, held.explained) == (True, "road under water")


def test_an_urgent_broken_promise_climbs_until_somebody_is_there() -> None:
    story = Story()
    opened(story, extent=out(900))
    story.after(45 * MINUTE).then_includes(EscalationStarted)

    crew(story, CrewStatus.ON_SITE)

    # What it lacked ends with the unit, which is not wanted any more.
    assert [it.reason for it in story.all(EscalationStopped)] == [
        reasons.CREW_IS_THERE,
        reasons.CREW_ON_ITS_WAY,
    ]


def test_a_general_broken_promise_is_told_once_and_does_not_climb() -> None:
    story = Story()
    opened(story, extent=out(9))

    story.after(2 * HOUR).then_not(EscalationStarted)


def test_a_reopened_incident_promises_arrival_anew() -> None:
    story = Story()
    id_ = opened(story, crew_status=CrewStatus.ON_SITE)
    story.after(HOUR)
    restored(story, id_)

    story.when(ReopenIncident, incident_id=id_, reason="still dark")

    assert {it.promise for it in story.all(PromiseDropped)} == {"arrival", "restoration"}
    assert due(story, id_, "arrival") == story.at + 45 * MINUTE
    assert "restoration" not in incident(story, id_).promises


def test_a_merged_incident_no_longer_promises_anything() -> None:
    story = Story()
    into = opened(story)
    other = opened(story, "r2", place=FAR_AWAY)

    story.when(MergeIncidents, into=into, incident_ids=(other,), reason="one")

    assert len(story.all(PromiseDropped)) == 2
    broken = story.after(DAY).all(PromiseBroken)
    assert {it.incident_id for it in broken} == {into}


def test_what_was_promised_earlier_is_not_put_off_by_a_merge() -> None:
    story = Story()
    earlier = opened(story)
    story.after(40 * MINUTE)
    into = opened(story, "r2", place=FAR_AWAY)
    story.after(4 * MINUTE)

    story.when(MergeIncidents, into=into, incident_ids=(earlier,), reason="one")

    assert due(story, into, "arrival") == START + 45 * MINUTE
    broken = story.after(2 * MINUTE).all(PromiseBroken)
    assert [(it.incident_id, it.promise) for it in broken] == [(into, "arrival")]


def test_nothing_is_broken_once_it_is_closed() -> None:
    story = Story()
    id_ = opened(story)
    restored(story, id_)
    story.when(CloseIncident, incident_id=id_)

    story.after(3 * DAY).then_not(PromiseBroken)
