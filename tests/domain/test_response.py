"""The emergency response: its level, its reports upwards, and the conditions that end it."""

from typing import Any

import pytest

from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.incident import IncidentClosed, IncidentGraded
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.response import (
    ReportFellDue,
    ReportSent,
    ResponseActivated,
    ResponseFiled,
    ResponseTerminated,
)
from schemas.signals.incident import (
    CloseIncident,
    Extent,
    ExtentReported,
    MergeIncidents,
    ReopenIncident,
    RestoreIncident,
)
from schemas.signals.response import ActivateResponse, RecordReport, TerminateResponse
from schemas.vocabulary import GridKind, NoticeKind, ResponseLevel, Role
from tests.domain.outages import FAR_AWAY, opened
from tests.story import DAY, HOUR, MINUTE, START, Story

EIGHT = START  # 2026-01-01T00:00Z is 08:00 in China
COMMANDER = {"actor_id": "chief", "actor_role": Role.COMMANDER}
MET = {
    "main_grid_normal": True,
    "hazards_removed": True,
    "secondary_accidents_handled": True,
    "load_restored_pct": 80.0,
    "key_areas_restored_pct": 90.0,
}


def lost(percent: float) -> Extent:
    return Extent(grid=GridKind.REGIONAL_GRID, load_before_mw=100.0, load_lost_mw=percent)


def responding(percent: float = 10) -> tuple[Story, str]:
    story = Story()
    return story, opened(story, extent=lost(percent))


def ended(story: Story, incident_id: str, **stated: Any) -> Story:
    return story.when(TerminateResponse, incident_id=incident_id, **COMMANDER, **(MET | stated))


def sent(story: Story, incident_id: str, report: str) -> Story:
    return story.when(RecordReport, incident_id=incident_id, report=report)


def fell_due(story: Story) -> list[tuple[str, int]]:
    return [(it.report, it.due_at) for it in story.all(ReportFellDue)]


@pytest.mark.parametrize(
    ("percent", "level", "led_by"),
    [
        (30, ResponseLevel.I, "province"),
        (10, ResponseLevel.II, "province"),
        (7, ResponseLevel.III, "city"),
        (4, ResponseLevel.IV, "county"),
    ],
)
def test_the_level_follows_the_grade_and_says_who_leads(
    percent: float, level: ResponseLevel, led_by: str
) -> None:
    story, _ = responding(percent)

    activated = story.the(ResponseActivated)

    assert (activated.level, activated.led_by) == (level, led_by)


def test_a_fault_below_the_grades_needs_no_response() -> None:
    responding(3)[0].then_not(ResponseActivated)


def test_a_higher_grade_raises_the_level_and_a_lower_one_leaves_it_to_the_commander() -> None:
    story, id_ = responding(4)

    raised = story.when(ExtentReported, incident_id=id_, extent=lost(30)).the(ResponseActivated)
    assert raised.level is ResponseLevel.I
    story.when(ExtentReported, incident_id=id_, extent=lost(4), corrected=True)
    story.then_includes(IncidentGraded).then_not(ResponseActivated)

    story.when(
        ActivateResponse,
        incident_id=id_,
        level=ResponseLevel.III,
        matter="typhoon passed",
        expected_duration_h=12,
        measures="patrols",
        **COMMANDER,
    )
    assert story.state.responses.by_incident[id_].level is ResponseLevel.III


def test_a_response_is_activated_by_a_commander_to_an_open_incident_at_a_level() -> None:
    story = Story()
    id_ = opened(story)
    said = {
        "incident_id": id_,
        "level": ResponseLevel.IV,
        "matter": "m",
        "expected_duration_h": 1,
        "measures": "-",
    }

    story.when(ActivateResponse, **said).then(SignalRefused)
    story.when(ActivateResponse, **(said | COMMANDER | {"level": ResponseLevel.NONE}))
    assert story.the(SignalRefused).field == "level"
    story.when(ActivateResponse, **(said | COMMANDER)).then_includes(ResponseActivated)
    ended(story, id_)
    story.when(RestoreIncident, incident_id=id_).when(CloseIncident, incident_id=id_)
    story.when(ActivateResponse, **(said | COMMANDER))
    assert story.the(SignalRefused).field == "incident_id"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("main_grid_normal", False),
        ("hazards_removed", False),
        ("secondary_accidents_handled", False),
        ("load_restored_pct", 79.9),
        ("key_areas_restored_pct", 89.9),
    ],
)
def test_it_ends_only_when_every_condition_holds(field: str, value: Any) -> None:
    story, id_ = responding()

    assert ended(story, id_, **{field: value}).the(SignalRefused).field == field
    ended(story, id_).then(ResponseTerminated)
    assert ended(story, id_).the(SignalRefused).field == "incident_id"


def test_the_first_report_falls_due_within_the_hour_and_climbs_until_it_is_sent() -> None:
    story, id_ = responding()
    story.after(HOUR - 1).then_not(ReportFellDue)

    story.after(1).then_includes(ReportFellDue, NoticeRaised, EscalationStarted)

    assert fell_due(story) == [("flash", START + HOUR)]
    story.at += MINUTE
    assert sent(story, id_, "flash").the(ReportSent).late
    story.then_includes(EscalationStopped)


def test_a_report_that_went_up_in_time_does_not_fall_due() -> None:
    story, id_ = responding()

    assert not sent(story, id_, "flash").the(ReportSent).late

    assert "flash" not in [it for it, _ in fell_due(story.after(DAY))]


def test_situation_reports_fall_due_at_eight_and_at_seventeen_while_it_lasts() -> None:
    story, id_ = responding()

    story.after(2 * DAY)

    situations = [at for report, at in fell_due(story) if report == "situation"]
    hours = [(at - EIGHT) // HOUR for at in situations]
    assert hours == [9, 24, 33, 48]
    ended(story, id_)
    assert "situation" not in [it for it, _ in fell_due(story.after(2 * DAY))]


def test_a_situation_report_sent_since_the_cut_off_is_the_one_that_is_due() -> None:
    story, id_ = responding()
    sent(story, id_, "flash")
    story.after(8 * HOUR)  # 16:00, data of 15:00

    sent(story, id_, "situation")

    assert fell_due(story.after(15 * HOUR)) == []
    assert fell_due(story.after(HOUR)) == [("situation", EIGHT + DAY)]


def test_a_situation_report_before_the_cut_off_does_not_stand_for_the_next_one() -> None:
    story, id_ = responding()
    sent(story, id_, "flash")
    story.after(6 * HOUR)

    sent(story, id_, "situation")

    assert fell_due(story.after(3 * HOUR)) == [("situation", EIGHT + 9 * HOUR)]


def test_verified_totals_are_due_two_days_after_its_end_and_close_its_file() -> None:
    story, id_ = responding()
    sent(story, id_, "flash")
    ended(story, id_)

    assert fell_due(story.after(2 * DAY)) == [("verified", START + 2 * DAY)]
    sent(story, id_, "verified").then_includes(ReportSent, ResponseFiled)
    assert id_ not in story.state.responses.by_incident


def test_an_incident_is_not_closed_while_its_response_runs_by_no_person_and_no_clock() -> None:
    story, id_ = responding()
    story.when(RestoreIncident, incident_id=id_)

    assert story.when(CloseIncident, incident_id=id_).the(SignalRefused).field == "incident_id"
    story.after(3 * DAY).then_not(IncidentClosed)

    ended(story, id_)
    story.after(DAY - 1).then_not(IncidentClosed)
    story.after(1).then_includes(IncidentClosed)


def test_the_reports_of_a_merged_incident_are_no_longer_owed() -> None:
    story, id_ = responding()
    into = opened(story, "r2", place=FAR_AWAY)

    story.when(MergeIncidents, into=into, incident_ids=(id_,), reason="one").then_includes(
        ResponseFiled
    )

    assert story.state.responses.by_incident[into].level is ResponseLevel.II
    owed = story.after(HOUR).all(ReportFellDue)
    assert {it.incident_id for it in owed} == {into}


def by_hand(story: Story, incident_id: str, level: ResponseLevel) -> None:
    story.when(
        ActivateResponse, incident_id=incident_id, level=level, matter="dam", measures="all",
        expected_duration_h=9, **COMMANDER,
    ).then_includes(ResponseActivated)  # fmt: skip


def test_a_response_goes_on_with_the_incident_that_its_own_was_merged_into() -> None:
    story = Story()
    into, id_ = opened(story), opened(story, "r2", place=FAR_AWAY)
    by_hand(story, id_, ResponseLevel.III)
    story.after(50 * MINUTE)
    by_hand(story, into, ResponseLevel.IV)

    story.when(MergeIncidents, into=into, incident_ids=(id_,), reason="one")

    assert story.state.responses.by_incident[into].level is ResponseLevel.III
    assert story.the(ResponseActivated).led_by == "city"
    owed = story.after(10 * MINUTE).the(ReportFellDue)
    assert (owed.incident_id, owed.due_at) == (into, START + HOUR)


def test_a_report_that_is_owed_is_owed_after_a_merge_as_well() -> None:
    story, id_ = responding()
    into = opened(story, "r2", place=FAR_AWAY)
    story.after(HOUR).then_includes(ReportFellDue)

    story.when(MergeIncidents, into=into, incident_ids=(id_,), reason="one")

    assert into in {it.about for it in story.all(EscalationStarted)}
    story.after(MINUTE)
    assert sent(story, into, "flash").the(ReportSent).late
    alarms = story.state.escalations
    left = {alarms.by_id[it].cause for it in alarms.by_subject.get(into, ())}
    # Nobody has come to those who reported it first, either.
    assert left == {NoticeKind.PROMISE_BROKEN}


def test_a_response_that_had_ended_begins_anew_with_a_reopened_incident() -> None:
    story, id_ = responding(4)
    ended(story, id_).then_includes(ResponseTerminated)
    story.when(RestoreIncident, incident_id=id_)

    story.when(ReopenIncident, incident_id=id_, reason="tripped again")

    assert story.the(ResponseActivated).level is ResponseLevel.IV
    assert story.state.responses.by_incident[id_].terminated_at is None


def test_what_is_owed_is_told_to_the_dispatcher() -> None:
    story, _ = responding()

    notices = story.after(HOUR).all(NoticeRaised)

    assert NoticeKind.REPORT_DUE in [it.kind for it in notices]
