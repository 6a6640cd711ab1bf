"""Stories that between them put a row on every board, and take it off again."""

from typing import Any

from msgspec.structs import replace

from schemas.bounds import Position
from schemas.community import CommunityService
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.command import HelpCalled, ObjectiveSet, RollCallOpened
from schemas.events.task import TaskOpened
from schemas.events.ticket import TicketDrafted
from schemas.events.unit import UnitCalled
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.signals.aid import CallAid
from schemas.signals.alert import AlertReceived
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive
from schemas.signals.branch import DissolveBranch, GiveBranchPost
from schemas.signals.command import (
    AnswerRoll,
    CallHelp,
    CallRoll,
    EstablishCommand,
    MeetObjective,
    ResolveHelp,
    SetObjective,
    TransferCommand,
)
from schemas.signals.community import BlowWhistle, ClaimWhistle, EndPosting, PostMember, ReportIn
from schemas.signals.handover import HandOverDesk
from schemas.signals.incident import (
    CloseIncident,
    Extent,
    MergeIncidents,
    RestoreIncident,
)
from schemas.signals.operation import CheckIn, ConcludeOperation
from schemas.signals.planned_work import (
    CancelPlannedWork,
    GiveOutageNotice,
    MovePlannedWork,
    PlanWorkOnSupply,
)
from schemas.signals.roster import (
    AdoptPolicy,
    ChangeAvailability,
    ImportRoster,
    PlanLeave,
    TakeOverShift,
)
from schemas.signals.safety import Weather, WeatherReported
from schemas.signals.task import FinishTask, Milestone, OpenTask, PlanTaskShift, ReportTaskProgress
from schemas.signals.ticket import DraftTicket, HandOverTicket, StartWork
from schemas.signals.unit import CallMuster, ResourceStateChanged
from schemas.signals.violation import RecordViolation
from schemas.violations import ViolationClass, ViolationKind
from schemas.vocabulary import (
    BranchPost,
    Hazard,
    ResourceKind,
    Role,
    TaskAim,
    TicketRole,
    UnitRole,
    WarningColour,
    WorkKind,
)
from tests.county import FAR, HERE, HOSPITAL, county, everybody, member, outage, unit_on_scene
from tests.domain.line import made_safe, over
from tests.domain.test_aid import LAKE, NEED
from tests.domain.test_branch import approved
from tests.domain.test_operation import GUARDS, guarding, opened
from tests.domain.test_planned_work import guard, planned_work
from tests.story import DAY, HOUR, MINUTE, START, Story, name


def command_story() -> Story:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    people = sorted(story.state.units.by_id[unit_id].people)
    story.when(EstablishCommand, incident_id=incident_id, commander_id="chief-1")
    story.when(TransferCommand, incident_id=incident_id, to="chief-2", briefing="all known")
    for text in ("power back", "road open"):
        story.when(SetObjective, incident_id=incident_id, text=text, due_at=story.at + 4 * MINUTE)
    story.when(MeetObjective, objective_id=story.the(ObjectiveSet).objective_id)
    story.when(
        DraftTicket, incident_id=incident_id, unit_id=unit_id, kind=WorkKind.LIVE_LINE_WORK,
        place=HERE, work_leader=people[0], guardian=people[1], permitter="permit-desk",
        crew=tuple(people[2:4]), text="clamp",
    )  # fmt: skip
    ticket_id = story.the(TicketDrafted).ticket_id
    made_safe(story, ticket_id)
    story.when(StartWork, ticket_id=ticket_id)
    story.when(HandOverTicket, ticket_id=ticket_id, role=TicketRole.ISSUER, to=member(1, 15),
               reason="end of the shift")  # fmt: skip
    story.when(CallRoll, incident_id=incident_id)
    story.when(
        AnswerRoll, roll_call_id=story.the(RollCallOpened).roll_call_id, member_ids=(people[0],)
    )
    return story


def missed_story() -> Story:
    """Return a story whose roll call went unanswered while the weather stopped the work."""
    story = command_story().after(6 * MINUTE)
    story.when(WeatherReported, weather=Weather(thunder=True))
    story.when(CallHelp, member_id=member(1, 3), text="leg")
    return story


def help_over_story() -> Story:
    story = missed_story()
    (call,) = story.all(HelpCalled)
    return story.when(ResolveHelp, help_call_id=call.help_call_id, outcome="bandaged").after(HOUR)


def preparing_story() -> Story:
    return opened()[0]


def guard_story() -> Story:
    story, operation_id = guarding()
    story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind="check_in"
    )
    return story.after(45 * MINUTE)


def guard_over_story() -> Story:
    story = guard_story()
    (operation_id,) = story.state.operations.by_id
    return story.when(ConcludeOperation, operation_id=operation_id, summary="quiet").after(DAY)


def planned_story() -> Story:
    story = guard_story()
    return story.when(
        PlanWorkOnSupply, circuit="C-7", starts_at=story.at + DAY, ends_at=story.at + 2 * DAY,
        text="tap change",
    )  # fmt: skip


def planned_over_story() -> Story:
    story = planned_story()
    (work_id,) = story.state.planned_works.by_id
    story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))
    return story.when(CancelPlannedWork, work_id=work_id, reason="rain")


def moved_story() -> Story:
    story, work_id = planned_work(START + 2 * HOUR)
    guard(story, START + HOUR, START + 9 * HOUR)
    return story.when(
        MovePlannedWork, work_id=work_id, starts_at=START + 9 * HOUR, ends_at=START + 12 * HOUR,
        reason="the exam",
    )  # fmt: skip


def task_story() -> Story:
    story = county()
    story.when(
        OpenTask, name="医院迁改", aim=TaskAim.RELOCATE_LINE, deadline_at=story.at + 11 * DAY,
        milestones=(Milestone(milestone="立杆", due_at=story.at + DAY),),
    )  # fmt: skip
    task_id = story.the(TaskOpened).task_id
    story.when(CallMuster, task_id=task_id, need=NEED, reason="move the line")
    unit_id = story.the(UnitCalled).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    people = tuple(sorted(story.state.units.by_id[unit_id].people))
    story.when(
        PlanTaskShift, task_id=task_id, member_ids=people, starts_at=story.at,
        ends_at=story.at + 8 * HOUR,
    )  # fmt: skip
    story.when(ReportTaskProgress, task_id=task_id, percent=20)
    return story.after(2 * DAY)


def task_over_story() -> Story:
    story = task_story()
    (task_id,) = story.state.tasks.by_id
    return story.when(
        FinishTask, task_id=task_id, summary="done", all_in=True, unfinished=True, reason="snow"
    )


def branch_story() -> Story:
    story, branch_id, people = approved()
    story.when(
        GiveBranchPost, branch_id=branch_id, member_id=people[1], post=BranchPost.VANGUARD_POST,
        area="pole 7",
    )  # fmt: skip
    return story


def branch_over_story() -> Story:
    story = branch_story()
    (branch_id,) = story.state.branches.by_id
    return story.when(DissolveBranch, branch_id=branch_id, reason="done")


def roster_story() -> Story:
    story = county()
    story.when(
        PlanLeave, member_id=member(0, 1), starts_at=story.at + HOUR, ends_at=story.at + DAY,
        reason="wedding",
    )  # fmt: skip
    story.when(ChangeAvailability, member_id=member(0, 2), available=False, reason="ill")
    shift = story.state.roster.shifts[name("shf", 1)]
    rest = tuple(it for it in shift.member_ids if it != member(1, 3))
    story.when(ImportRoster, actor_role=Role.COMMANDER, shifts=(replace(shift, member_ids=rest),))
    story.when(
        TakeOverShift, shift_id=name("shf", 0), holder_id=member(0, 3), taker_id=member(1, 3),
        reason="swap",
    )  # fmt: skip
    story.when(
        ResourceStateChanged, resource_id=name("res", 2), in_service=False, reason="flat tyre"
    )
    return story


def off_shift_story() -> Story:
    return roster_story().after(8 * DAY)


def policy_story() -> Story:
    story = missed_story()
    story.when(HandOverDesk, text="the storm is over")
    other = replace(DEFAULT_POLICY, version=2, ladders={
        name: replace(ladder, steps=ladder.steps[:1], repeat=0, repeat_from=0)
        for name, ladder in DEFAULT_POLICY.ladders.items()
    })  # fmt: skip
    return story.when(AdoptPolicy, actor_role=Role.COMMANDER, policy=other)


def aid_story() -> Story:
    story = county()
    incident_id = outage(story)
    return story.when(
        CallAid, neighbour=LAKE, incident_id=incident_id, need=NEED, reason="flood"
    ).after(3 * MINUTE)


def alert_story() -> Story:
    story = county()
    return story.when(
        AlertReceived, actor_role=Role.FEED, sender="met", identifier="A1", sent_at=story.at,
        message="alert", hazard=Hazard.TYPHOON, event="typhoon", colour=WarningColour.RED,
        severity="extreme", urgency="immediate", certainty="observed", area="the county",
    )  # fmt: skip


def alert_over_story() -> Story:
    return alert_story().after(10 * DAY)


def merged_story() -> Story:
    story = county(size=16)
    first, second = outage(story, "1"), outage(story, "2", place=Position(lon=110.2, lat=30.2))
    story.when(MergeIncidents, into=first, incident_ids=(second,), reason="one line")
    return story.after(2 * HOUR)


def closed_story() -> Story:
    story = command_story()
    (incident_id,), (ticket_id,) = story.state.incidents.by_id, story.state.safety.tickets
    over(story, ticket_id)
    story.when(RestoreIncident, incident_id=incident_id)
    story.when(CloseIncident, incident_id=incident_id)
    return story.after(3 * DAY)


def aborted_story() -> Story:
    story = command_story()
    ((_, unit),) = story.state.units.by_id.items()
    member_id, assignment_id = sorted(unit.people.items())[0]
    story.when(
        AbortAssignment, actor_id=member_id, actor_role=Role.MEMBER, assignment_id=assignment_id,
        reason="injured",
    )  # fmt: skip
    return story.after(HOUR)


def vehicle_story() -> Story:
    story = county(size=16)
    incident_id = outage(story)
    need = Need(
        roles=tuple(
            RoleNeed(role=role, count=1)
            for role in (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR, UnitRole.LINE_WORKER)
        ),
        resources=(ResourceNeed(kind=ResourceKind.REPAIR_VEHICLE, count=2),),
        muster_point=FAR,
        deadline_at=story.at + HOUR,
    )
    return story.when(CallMuster, incident_id=incident_id, need=need, reason="more hands")


def whistle_story() -> Story:
    story = county()
    story.when(
        BlowWhistle, community="riverside", service=CommunityService.VOLUNTEERING, place=HERE,
        people_wanted=2, asked_by="committee", text="carry water",
    )  # fmt: skip
    (whistle_id,) = story.state.community.whistles
    come: dict[str, Any] = {
        "actor_id": member(0, 1), "actor_role": Role.MEMBER, "member_id": member(0, 1),
    }  # fmt: skip
    story.when(ClaimWhistle, whistle_id=whistle_id, **come)
    story.when(ReportIn, whistle_id=whistle_id, **come)
    for place in (1, 2):
        story.when(PostMember, member_id=member(0, place), community="riverside", tie="home")
    story.when(PostMember, member_id=member(0, 1), community="hill", tie="partner")
    ended = min(story.state.community.postings)
    story.when(EndPosting, posting_id=ended, reason="moved away")
    return story.after(2 * HOUR)


def off_post_story() -> Story:
    return county().when(
        RecordViolation, kind=ViolationKind.WORK, grade=ViolationClass.SERIOUS_I,
        clause="no safety belt at height", charged=(member(0, 1),),
    )  # fmt: skip


STORIES = [
    command_story, missed_story, help_over_story, guard_story, planned_story,
    planned_over_story, moved_story, task_story, task_over_story, guard_over_story, branch_story,
    branch_over_story, roster_story, off_shift_story, policy_story, aid_story, alert_story,
    alert_over_story, merged_story, closed_story, aborted_story, vehicle_story, preparing_story,
    whistle_story, off_post_story,
]  # fmt: skip
