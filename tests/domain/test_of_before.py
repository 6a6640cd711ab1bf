"""What ends something happens after it: word of before, told late, ends no alarm and no work."""

from typing import Any

import pytest

from schemas.community import CommunityService
from schemas.events.assignment import AssignmentDone
from schemas.events.community import (
    WardTaken,
    WardVisited,
    WhistleBlown,
    WhistleNeedReported,
)
from schemas.events.incident import CustomerCalledBack, IncidentReopened
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.events.planned_work import OutageNoticeGiven
from schemas.events.task import TaskFinished
from schemas.events.ticket import (
    ClearConfirmed,
    SupplyBackOver,
    TicketHandedOver,
    WorkStarted,
)
from schemas.events.unit import UnitFormed
from schemas.sentences import rights
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    FinishAssignment,
)
from schemas.signals.command import AnswerRoll, EstablishCommand, MeetObjective, SetObjective
from schemas.signals.community import (
    BlowWhistle,
    ClaimWhistle,
    PostMember,
    ReportIn,
    ReportNeed,
    TakeWard,
    VisitWard,
)
from schemas.signals.incident import (
    OutageUpdated,
    RecordCallBack,
    RestoreIncident,
)
from schemas.signals.planned_work import GiveOutageNotice, MovePlannedWork
from schemas.signals.task import FinishTask, MeetMilestone, Milestone, OpenTask
from schemas.signals.ticket import (
    ConfirmClear,
    EndTicket,
    FinishWork,
    HandOverTicket,
    PauseWork,
    StartWork,
    WithdrawInterlock,
)
from schemas.vocabulary import (
    CallBackAnswer,
    Clearance,
    Interlock,
    Role,
    TaskAim,
    TicketRole,
    UnitRole,
)
from tests.county import HERE, all_answer, county, everybody, member, outage
from tests.domain.line import Line, by, made_safe_anew
from tests.domain.test_planned_work import planned_work
from tests.story import DAY, HOUR, MINUTE, START, Story

FEED: dict[str, Any] = {"actor_id": "feed", "actor_role": Role.FEED}
CHIEF: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}


def was_too_early(story: Story) -> bool:
    refused = story.all(SignalRefused)
    return [(it.rule.code, it.field) for it in refused] == [
        (rights.HAPPENS_BEFORE_IT_BEGAN.code, "occurred_at")
    ]


def alarms(story: Story, about: str) -> list[str]:
    held = story.state.escalations.by_id.values()
    return [it.cause for it in held if it.about == about]


def counted(line: Line, at: int) -> None:
    line.story.when(
        ConfirmClear, ticket_id=line.ticket_id, clearance=Clearance.PEOPLE_OFF,
        people=tuple(sorted(line.at_work)), confirmed_by=line.work_leader, occurred_at=at,
        **by(line.work_leader),
    )  # fmt: skip


def test_a_count_of_before_work_went_on_ends_no_alarm() -> None:
    line = Line()
    story = line.story
    story.after(10 * MINUTE)
    story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    story.after(10 * MINUTE)
    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkStarted)
    went_on = story.at
    story.after(10 * MINUTE)
    story.when(RestoreIncident, incident_id=line.incident_id)
    alarmed = story.at

    for told in (went_on - 5 * MINUTE, alarmed - 5 * MINUTE):
        counted(line, told)
        assert was_too_early(story)
        assert not story.all(SupplyBackOver)

    story.after(MINUTE)
    counted(line, story.at)
    story.then_includes(ClearConfirmed, SupplyBackOver)


@pytest.mark.parametrize("role", [TicketRole.CREW, TicketRole.LEADER])
def test_a_count_of_before_somebody_was_handed_the_ticket_does_not_count_them(
    role: TicketRole,
) -> None:
    line = Line()
    story = line.story
    story.after(HOUR)
    story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    story.after(HOUR)
    all_answer(story)
    newcomer = line.others[0]
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=role, to=newcomer,
               **by(line.work_leader)).then_includes(TicketHandedOver)  # fmt: skip
    story.when(RestoreIncident, incident_id=line.incident_id, occurred_at=story.at - 100 * MINUTE)
    leader = story.state.safety.tickets[line.ticket_id].work_leader
    count: dict[str, Any] = {
        "ticket_id": line.ticket_id, "clearance": Clearance.PEOPLE_OFF,
        "people": tuple(sorted({*line.at_work, newcomer})), "confirmed_by": leader, **by(leader),
    }  # fmt: skip

    story.when(ConfirmClear, occurred_at=story.at - 95 * MINUTE, **count)
    assert was_too_early(story)
    story.when(ConfirmClear, **count).then_includes(ClearConfirmed, SupplyBackOver)


def test_a_phone_whose_clock_is_slow_is_consistent_with_itself() -> None:
    line = Line()
    story = line.story
    story.after(HOUR)
    story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    all_answer(story)
    slow = 20 * MINUTE
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.CREW, to=line.others[0],
               occurred_at=story.at - slow, **by(line.work_leader))  # fmt: skip
    story.after(10 * MINUTE)

    people = tuple(sorted({*line.at_work, line.others[0]}))
    story.when(ConfirmClear, ticket_id=line.ticket_id, clearance=Clearance.PEOPLE_OFF,
               people=people, confirmed_by=line.work_leader, occurred_at=story.at - slow,
               **by(line.work_leader)).then_includes(ClearConfirmed)  # fmt: skip


def test_a_count_of_before_a_step_was_done_anew_is_none_of_who_did_it() -> None:
    line = Line()
    story = line.story
    story.after(HOUR)
    story.when(PauseWork, ticket_id=line.ticket_id, **by(line.work_leader))
    story.after(MINUTE)
    story.when(WithdrawInterlock, ticket_id=line.ticket_id, interlock=Interlock.GROUNDING,
               reason="earth slipped", **by(line.work_leader))  # fmt: skip
    story.after(HOUR)
    made_safe_anew(story, line.ticket_id)

    counted(line, story.at - 55 * MINUTE)
    assert was_too_early(story)
    counted(line, story.at)
    story.then_includes(ClearConfirmed)


def test_work_and_ticket_end_after_what_led_there() -> None:
    line = Line()
    story = line.story
    story.after(3 * HOUR)
    held = story.state.safety.tickets[line.ticket_id]
    for clearance in held.clearances:
        people = tuple(sorted(line.at_work)) if clearance is Clearance.PEOPLE_OFF else ()
        said: dict[str, Any] = {
            "ticket_id": line.ticket_id, "clearance": clearance, "people": people,
            "confirmed_by": line.work_leader, **by(line.work_leader),
        }  # fmt: skip
        story.when(ConfirmClear, occurred_at=START - 2 * MINUTE, **said)
        assert was_too_early(story)
        story.when(ConfirmClear, **said)

    story.when(FinishWork, ticket_id=line.ticket_id, occurred_at=story.at - HOUR,
               **by(line.work_leader))  # fmt: skip
    assert was_too_early(story)
    story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
    story.when(EndTicket, ticket_id=line.ticket_id, ended_by=held.permitter,
               occurred_at=story.at - HOUR, **by(str(held.permitter)))  # fmt: skip
    assert was_too_early(story)


def test_a_task_ends_after_its_milestones() -> None:
    story = county()
    step = Milestone(milestone="towers", due_at=START + 4 * DAY)
    story.when(OpenTask, name="rebuild", aim=next(iter(TaskAim)), deadline_at=START + 9 * DAY,
               milestones=(step,))  # fmt: skip
    task_id = next(iter(story.state.tasks.by_id))
    story.after(3 * DAY)
    story.when(MeetMilestone, task_id=task_id, milestone="towers")

    story.when(FinishTask, task_id=task_id, summary="done", occurred_at=START + HOUR)
    assert was_too_early(story)
    story.when(FinishTask, task_id=task_id, summary="done").then_includes(TaskFinished)


def test_a_visit_of_before_the_need_ends_no_alarm() -> None:
    story, who = county(), member(0, 1)
    story.when(PostMember, member_id=who, community="c1", tie="partner", **by(who))
    story.after(10 * DAY)
    story.when(TakeWard, member_id=who, community="c1", subject="h1", subject_kind="household",
               **by(who))  # fmt: skip
    ward_id = story.the(WardTaken).ward_id
    story.after(2 * HOUR)
    story.when(VisitWard, ward_id=ward_id, needs_help=True, text="x", **by(who))
    assert alarms(story, ward_id)
    story.after(HOUR)

    story.when(VisitWard, ward_id=ward_id, occurred_at=story.at - 90 * MINUTE, **by(who))
    story.then_includes(WardVisited)
    assert alarms(story, ward_id)
    assert story.state.community.wards[ward_id].needs_help

    story.when(VisitWard, ward_id=ward_id, occurred_at=story.at - 9 * DAY, **by(who))
    assert was_too_early(story)

    story.when(VisitWard, ward_id=ward_id, **by(who))
    assert not alarms(story, ward_id)


def test_that_no_help_was_needed_before_it_was_ends_no_alarm() -> None:
    story, who = county(), member(0, 1)
    story.when(BlowWhistle, community="c1", service=next(iter(CommunityService)), place=HERE,
               people_wanted=1, asked_by="x", text="t")  # fmt: skip
    whistle_id = story.the(WhistleBlown).whistle_id
    story.when(ClaimWhistle, whistle_id=whistle_id, member_id=who, **by(who))
    story.after(10 * MINUTE)
    story.when(ReportIn, whistle_id=whistle_id, member_id=who, **by(who))
    story.after(HOUR)
    need: dict[str, Any] = {"whistle_id": whistle_id, "member_id": who, **by(who)}
    story.when(ReportNeed, **need).then_includes(WhistleNeedReported)
    story.after(10 * MINUTE)

    story.when(ReportNeed, needs_help=False, occurred_at=story.at - 50 * MINUTE, **need).then()
    assert alarms(story, whistle_id)
    story.when(ReportNeed, needs_help=False, **need).then_includes(WhistleNeedReported)
    assert not alarms(story, whistle_id)


def test_a_notice_of_before_the_work_was_moved_tells_nobody_of_the_new_hours() -> None:
    story, work_id = planned_work()
    story.after(2 * HOUR)
    story.when(MovePlannedWork, work_id=work_id, starts_at=START + 9 * DAY,
               ends_at=START + 9 * DAY + 4 * HOUR, reason="crane")  # fmt: skip
    story.after(5 * DAY)

    story.when(GiveOutageNotice, work_id=work_id, occurred_at=START + HOUR)
    assert was_too_early(story)
    story.when(GiveOutageNotice, work_id=work_id).then_includes(OutageNoticeGiven)
    assert story.the(OutageNoticeGiven).late


def test_an_objective_is_met_after_it_was_set() -> None:
    story = county()
    incident_id = outage(story)
    story.when(EstablishCommand, incident_id=incident_id, commander_id="chief", **CHIEF)
    story.after(2 * HOUR)
    story.when(SetObjective, incident_id=incident_id, text="o", due_at=story.at + HOUR, **CHIEF)
    objective_id = next(iter(story.state.command.objectives))
    story.after(2 * HOUR)

    story.when(MeetObjective, objective_id=objective_id, occurred_at=START + HOUR, **CHIEF)
    assert was_too_early(story)


def test_a_customer_is_called_back_after_supply_was_back() -> None:
    story = county()
    incident_id = outage(story)
    story.after(2 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(MINUTE)
    said: dict[str, Any] = {"incident_id": incident_id, "answer": CallBackAnswer.SATISFIED}

    story.when(RecordCallBack, occurred_at=START + MINUTE, **said)
    assert was_too_early(story)
    story.when(RecordCallBack, **said).then_includes(CustomerCalledBack)


@pytest.mark.parametrize("temporary", [False, True])
def test_danger_told_as_more_of_what_is_over_begins_it_anew(temporary: bool) -> None:
    story = county()
    incident_id = outage(story)
    story.after(30 * MINUTE)
    story.when(RestoreIncident, incident_id=incident_id, temporary=temporary)
    units = set(story.state.units.by_incident.get(incident_id, ()))
    story.after(HOUR)

    story.when(OutageUpdated, source="95598", dedup_key="1", injury_risk=True, text="wire down",
               **FEED)  # fmt: skip
    assert story.the(IncidentReopened).cause == "danger"
    held = story.state.incidents.by_id[incident_id]
    assert (held.restored_at, held.urgent) == (None, True)
    assert units or story.state.units.by_incident.get(incident_id)


def test_danger_that_is_listed_again_after_all_was_over_is_no_news() -> None:
    story = county()
    incident_id = outage(story, injury_risk=True)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(HOUR)

    story.when(OutageUpdated, source="95598", dedup_key="1", injury_risk=True, **FEED)
    assert not story.all(IncidentReopened)


def _on_scene_for(hours: int) -> tuple[Line, str]:
    """Return a unit at work since so many hours, and one of it who is at no ticket."""
    line = Line()
    line.story.after(hours * HOUR)
    stays = UnitRole.SAFETY_SUPERVISOR
    return line, next(it for it in line.others if line.unit.roles[it] is not stays)


def test_whoever_answered_a_roll_call_was_there_until_then() -> None:
    line, who = _on_scene_for(1)
    story = line.story
    called = [it for it in story.state.command.roll_calls.values() if who in it.waiting]
    story.when(AnswerRoll, roll_call_id=called[0].roll_call_id, member_ids=(who,), **by(who))
    said_at = story.at
    story.after(2 * HOUR)

    assignment_id = line.assignment(who)
    story.when(FinishAssignment, assignment_id=assignment_id, occurred_at=START + 5 * MINUTE,
               **by(who)).then_includes(AssignmentDone, RuleWarned)  # fmt: skip
    assert story.the(AssignmentDone).happened_at == story.at > said_at
    assert story.state.roster.members[who].idle_since == story.at


@pytest.mark.parametrize("kind", [FinishAssignment, AbortAssignment])
def test_a_part_ends_after_the_arrival(kind: Any) -> None:
    story = county(size=6)
    outage(story)
    unit_id = story.the(UnitFormed).unit_id
    everybody(story, unit_id, AcceptAssignment)
    story.after(HOUR)
    everybody(story, unit_id, Arrive)
    unit = story.state.units.by_id[unit_id]
    who = next(it for it in sorted(unit.people) if unit.roles[it] is not UnitRole.LEADER)
    story.after(HOUR)
    more: dict[str, Any] = {"reason": "ill"} if kind is AbortAssignment else {}
    assignment_id = unit.people[who]

    story.when(kind, assignment_id=assignment_id, occurred_at=START + 10 * MINUTE, **more,
               **by(who)).then_includes(RuleWarned)  # fmt: skip
    assert story.state.assignments.by_id[assignment_id].ended_at == story.at


def test_who_was_counted_off_a_line_was_there_until_then() -> None:
    line, _ = _on_scene_for(3)
    story = line.story
    line.over()
    who = line.crew[0]
    story.after(HOUR)

    story.when(FinishAssignment, assignment_id=line.assignment(who), occurred_at=START + HOUR,
               **by(who)).then_includes(AssignmentDone, RuleWarned)  # fmt: skip
    assert story.state.roster.members[who].idle_since == story.at


def test_a_part_that_ended_before_it_was_told_ended_then() -> None:
    line, who = _on_scene_for(3)
    story = line.story
    said = story.at - HOUR

    story.when(FinishAssignment, assignment_id=line.assignment(who), occurred_at=said, **by(who))
    assert story.the(AssignmentDone).happened_at == said
    assert not story.all(RuleWarned)
