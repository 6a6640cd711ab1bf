"""What follows from a tap that is taken back: whom it calls off, who leads, what it lacks now."""

from collections import Counter
from typing import Any

import pytest

from coordinator.domain.state.units import Stage
from schemas.community import CommunityService
from schemas.events.assignment import (
    AssignmentExpired,
    AssignmentOffered,
    AssignmentReleased,
    TapTakenBack,
)
from schemas.events.escalation import (
    EscalationExhausted,
    EscalationResumed,
    EscalationStarted,
    EscalationStepTaken,
)
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.task import TaskOpened
from schemas.events.unit import RoleTakenOver, UnitCalled, UnitShort, UnitStoodDown
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.sentences import notices, units
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    DeclineAssignment,
    Depart,
    FinishAssignment,
    TakeBackTap,
)
from schemas.signals.command import CallHelp, ResolveHelp, TakeBackHelp
from schemas.signals.community import BlowWhistle, ClaimWhistle
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.signals.incident import Extent, RestoreIncident
from schemas.signals.roster import ChangeAvailability
from schemas.signals.task import FinishTask, OpenTask
from schemas.signals.unit import CallMuster
from schemas.vocabulary import (
    AssignmentStatus,
    DeclineReason,
    NoticeKind,
    Recipient,
    ResourceKind,
    Role,
    Tap,
    TaskAim,
    UnitRole,
)
from tests.county import HERE, county, everybody, outage, unit_on_scene
from tests.domain.called import Called
from tests.domain.line import Line, by
from tests.story import DAY, HOUR, MINUTE, SECOND, Story


def _with(called: Called, status: AssignmentStatus | None = None) -> Counter[UnitRole]:
    held = called.story.state.assignments.by_id
    return Counter(
        called.unit.roles[who]
        for who, id_ in called.unit.people.items()
        if status is None or held[id_].status is status
    )


@pytest.mark.parametrize(
    ("tap", "kind", "before"),
    [
        (Tap.DECLINED, DeclineAssignment, ()),
        (Tap.DONE, FinishAssignment, (AcceptAssignment, Arrive)),
        (Tap.EN_ROUTE, Arrive, (AcceptAssignment,)),
    ],
)
def test_a_tap_that_came_at_once_is_not_taken_back_later_by_what_a_phone_says_of_the_time(
    tap: Tap, kind: Any, before: tuple[Any, ...]
) -> None:
    called = Called(*before)
    tapped = called.story.at
    called.says(kind)
    tap = Tap.ON_SCENE if kind is Arrive else tap
    called.story.after(40 * SECOND)
    called.takes_back(tap, occurred_at=tapped + SECOND)
    assert called.story.the(SignalRefused).rule == units.too_late_to_take_back(10)


def test_both_late_is_no_longer_believed_after_a_minute() -> None:
    called = Called()
    tapped = called.story.at
    called.story.after(20 * MINUTE)
    called.says(AcceptAssignment, occurred_at=tapped)
    called.story.after(61 * SECOND)
    called.takes_back(Tap.ACCEPTED, occurred_at=tapped + 4 * SECOND).then(SignalRefused)


def test_only_who_was_called_for_this_tap_is_called_off() -> None:
    called = Called(extent=Extent(customers_out=2_000), size=20)
    story, whole = called.story, _with(called)
    first, second = [
        it for it in sorted(called.unit.people) if called.unit.roles[it] is UnitRole.LINE_WORKER
    ][:2]
    own = called.unit.people[first]
    instead = []
    for who in (first, second):
        story.when(DeclineAssignment, assignment_id=called.unit.people[who],
                   reason=DeclineReason.ILL, **by(who))  # fmt: skip
        instead.append(story.the(AssignmentOffered).assignment_id)
        story.after(3 * SECOND)

    story.when(TakeBackTap, assignment_id=own, tap=Tap.DECLINED, **by(first))

    assert [it.assignment_id for it in story.all(AssignmentReleased)] == instead[:1]
    assert _with(called) == whole


def test_who_was_called_in_place_of_the_replacement_is_called_off_too() -> None:
    called = Called(extent=Extent(customers_out=2_000), size=20)
    whole = _with(called)
    called.says(DeclineAssignment)
    instead = called.story.the(AssignmentOffered)
    called.story.when(DeclineAssignment, assignment_id=instead.assignment_id,
                      reason=DeclineReason.ILL, **by(instead.member_id))  # fmt: skip
    called.takes_back(Tap.DECLINED).then_includes(AssignmentReleased)
    assert _with(called) == whole


def test_who_claimed_a_whistle_meanwhile_does_not_stand_in_two_places() -> None:
    called = Called(AcceptAssignment, Arrive)
    story = called.story
    for _ in range(2):
        story.when(BlowWhistle, community="c1", service=next(iter(CommunityService)),
                   place=HERE, people_wanted=3, asked_by="x", text="y")  # fmt: skip
    one, other = sorted(story.state.community.whistles)
    called.says(FinishAssignment)
    story.when(ClaimWhistle, whistle_id=one, member_id=called.member, **by(called.member))
    called.takes_back(Tap.DONE)
    assert story.the(SignalRefused).rule == units.BOUND_ELSEWHERE_BY_NOW
    story.when(ClaimWhistle, whistle_id=other, member_id=called.member, **by(called.member))
    story.then(SignalRefused)


def test_nobody_goes_back_to_an_incident_that_was_restored_meanwhile() -> None:
    line = Line()
    unit = line.unit
    driver = next(it for it in sorted(unit.people) if unit.roles[it] is UnitRole.DRIVER)
    id_ = unit.people[driver]
    line.story.when(FinishAssignment, assignment_id=id_, **by(driver))
    line.story.after(SECOND)
    line.story.when(RestoreIncident, incident_id=line.incident_id)
    # The unit stands, for its people are at work still; it goes home with them.
    assert line.unit.stage is Stage.FORMED

    line.story.when(TakeBackTap, assignment_id=id_, tap=Tap.DONE, **by(driver))

    assert line.story.the(SignalRefused).rule == units.NO_SUCH_UNIT_AT_WORK


def _at_task(*roles: tuple[UnitRole, int]) -> tuple[Story, str, str]:
    """A unit of these roles on scene at a task, with a vehicle."""
    story = county(size=20)
    story.when(OpenTask, name="x", aim=TaskAim.SUPPORT, deadline_at=story.at + 5 * DAY)
    task_id = story.the(TaskOpened).task_id
    need = Need(
        roles=tuple(RoleNeed(role=role, count=count) for role, count in roles),
        resources=(ResourceNeed(kind=ResourceKind.REPAIR_VEHICLE, count=1),),
        muster_point=HERE,
        deadline_at=story.at + 12 * HOUR,
    )
    story.when(CallMuster, task_id=task_id, need=need, reason="x")
    unit_id = story.all(UnitCalled)[0].unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    return story, task_id, unit_id


def _task() -> tuple[Story, str, str, str, str]:
    """A unit of two at a task, with its vehicle, whose last has just said done."""
    story, task_id, unit_id = _at_task((UnitRole.LINE_WORKER, 2))
    people = dict(story.state.units.by_id[unit_id].people)
    for who, id_ in sorted(people.items()):
        story.when(FinishAssignment, assignment_id=id_, **by(who))
    story.then_includes(UnitStoodDown)
    last = max(people)
    return story, task_id, unit_id, last, people[last]


def test_nobody_goes_back_to_a_task_that_is_finished() -> None:
    story, task_id, _, who, id_ = _task()
    story.when(FinishTask, task_id=task_id, summary="ok")
    story.when(TakeBackTap, assignment_id=id_, tap=Tap.DONE, **by(who))
    assert story.the(SignalRefused).rule == units.NO_SUCH_UNIT_AT_WORK


def test_a_unit_that_stands_again_says_which_vehicle_others_have_now() -> None:
    story, _, unit_id, who, id_ = _task()
    (vehicle,) = story.state.units.by_id[unit_id].resource_ids
    for key in range(6):
        outage(story, f"o{key}")
    assert story.state.resources.by_id[vehicle].committed_to not in (None, unit_id)

    story.when(TakeBackTap, assignment_id=id_, tap=Tap.DONE, **by(who)).then_includes(TapTakenBack)

    unit = story.state.units.by_id[unit_id]
    assert unit.missing_resources == ((ResourceKind.REPAIR_VEHICLE, 1),)
    assert vehicle not in unit.resource_ids
    (told,) = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.VEHICLES_LACKING]
    assert told.recipient is Recipient.DISPATCHER


def test_where_the_leader_had_not_come_after_all_a_deputy_leads_until_they_come() -> None:
    story, _, unit_id = _at_task(
        (UnitRole.LEADER, 1), (UnitRole.DEPUTY, 1), (UnitRole.LINE_WORKER, 2)
    )
    unit = story.state.units.by_id[unit_id]
    who = {role: it for it, role in sorted(unit.roles.items())}
    leader, deputy = who[UnitRole.LEADER], who[UnitRole.DEPUTY]
    own: dict[str, Any] = {"assignment_id": unit.people[leader], **by(leader)}

    story.when(TakeBackTap, tap=Tap.ON_SCENE, **own)

    kinds = {it.kind: it for it in story.all(NoticeRaised)}
    assert kinds[NoticeKind.ROLE_VACANT].recipient is Recipient.DISPATCHER
    assert kinds[NoticeKind.LEADS_NOW].targets == (deputy,)
    assert story.state.units.by_id[unit_id].roles[deputy] is UnitRole.LEADER
    story.when(Arrive, **own)
    roles = story.state.units.by_id[unit_id].roles
    assert (roles[leader], roles[deputy]) == (UnitRole.LEADER, UnitRole.DEPUTY)


def test_where_the_leader_had_not_come_after_all_and_no_deputy_is_there_the_desk_is_told() -> None:
    line = Line()
    line.over()
    story, unit = line.story, line.unit
    story.when(TakeBackTap, assignment_id=unit.people[line.leader], tap=Tap.ON_SCENE,
               **by(line.leader))  # fmt: skip
    (told,) = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.ROLE_VACANT]
    assert told.recipient is Recipient.DISPATCHER
    assert told.text == notices.role_not_there(
        line.unit_id, UnitRole.LEADER, line.leader, len(unit.people)
    )
    story.then_not(RoleTakenOver)


def _help() -> tuple[Line, str, str, str]:
    line = Line()
    who = line.crew[0]
    line.story.when(CallHelp, member_id=who, **by(who))
    (id_,) = line.story.state.command.help_calls
    (alarm,) = line.story.state.escalations.by_subject[id_]
    return line, who, id_, alarm


def test_who_took_a_call_for_help_on_stays_known_when_their_time_has_run_out() -> None:
    line, who, id_, alarm = _help()
    line.story.when(AcknowledgeEscalation, escalation_id=alarm)
    line.story.after(20 * MINUTE)
    line.story.when(TakeBackHelp, help_call_id=id_, **by(who))
    assert line.story.the(SignalRefused).rule == units.help_is_coming("desk-1")
    assert id_ in line.story.state.command.help_calls


@pytest.mark.parametrize("taken_on", [False, True])
def test_an_open_call_for_help_never_loses_its_alarm(taken_on: bool) -> None:
    line, _, id_, alarm = _help()
    if taken_on:
        line.story.when(AcknowledgeEscalation, escalation_id=alarm)
    exhausted = line.story.after(20 * MINUTE).all(EscalationExhausted)
    assert alarm in {it.escalation_id for it in exhausted}
    for _ in range(6):
        line.story.after(20 * MINUTE)
        steps = [it for it in line.story.all(EscalationStepTaken) if it.escalation_id == alarm]
        assert {0, 1} <= {it.step for it in steps}
        assert line.story.state.timers.get("escalation", alarm) is not None
    line.story.when(AcknowledgeEscalation, escalation_id=alarm)
    line.story.after(11 * MINUTE).then_includes(EscalationResumed, EscalationStepTaken)
    line.story.when(ResolveHelp, help_call_id=id_, outcome="well", actor_role=Role.COMMANDER)
    assert alarm not in line.story.state.escalations.by_id
    again = line.story.after(HOUR).all(EscalationStepTaken)
    assert alarm not in {it.escalation_id for it in again}


def _alarms(called: Called, about: str) -> list[NoticeKind]:
    escalations = called.story.state.escalations
    return [escalations.by_id[it].cause for it in escalations.by_subject.get(about, ())]


@pytest.mark.parametrize(
    ("tap", "kind"),
    [
        (Tap.ACCEPTED, AcceptAssignment),
        (Tap.EN_ROUTE, Depart),
        (Tap.ON_SCENE, Arrive),
        (Tap.DECLINED, DeclineAssignment),
    ],
)
def test_the_alarm_of_no_answer_stands_again_when_the_answer_was_a_slip(
    tap: Tap, kind: Any
) -> None:
    called = Called(size=16)
    story = called.story
    story.after(5 * MINUTE)
    assert _alarms(called, called.id) == [NoticeKind.STEP]
    called.says(kind)
    assert not _alarms(called, called.id)

    story.at += 3 * SECOND
    called.takes_back(tap).then_includes(TapTakenBack, EscalationStarted)

    assert _alarms(called, called.id) == [NoticeKind.STEP]
    assert story.state.timers.get("answer", called.id) is None, "that time is over"
    # Silence passes the place on, as it would have.
    expired = story.after(HOUR).all(AssignmentExpired)
    assert called.id in [it.assignment_id for it in expired]


@pytest.mark.parametrize(
    ("tap", "kind"),
    [(Tap.EN_ROUTE, Depart), (Tap.ON_SCENE, Arrive), (Tap.ABORTED, AbortAssignment)],
)
def test_the_alarm_of_who_has_not_arrived_stands_again_when_the_arrival_was_a_slip(
    tap: Tap, kind: Any
) -> None:
    called = Called(AcceptAssignment)
    story = called.story
    due = story.state.timers.get("arrive", called.id)
    assert due is not None
    story.after(due + SECOND - story.at)
    assert _alarms(called, called.id) == [NoticeKind.NOT_ARRIVED]
    called.says(kind)

    story.at += 3 * SECOND
    called.takes_back(tap).then_includes(TapTakenBack)

    assert _alarms(called, called.id) == [NoticeKind.NOT_ARRIVED]
    assert story.state.timers.get("arrive", called.id) is None, "that time is over"


def test_an_answer_in_time_that_was_a_slip_raises_no_alarm() -> None:
    called = Called()
    called.says(AcceptAssignment)
    called.takes_back(Tap.ACCEPTED).then(TapTakenBack)
    assert called.story.state.timers.get("answer", called.id) is not None


def test_the_alarm_of_a_unit_that_waits_for_an_answer_stands_again_when_that_was_a_slip() -> None:
    called = Called(size=20)
    story = called.story
    others = [it for it in sorted(called.unit.people) if it != called.member]
    for who in others:
        story.when(AcceptAssignment, assignment_id=called.unit.people[who], **by(who))
    story.after(HOUR)
    waiting = [
        it for it in called.unit.people.values()
        if story.state.assignments.by_id[it].status is AssignmentStatus.OFFERED
    ]  # fmt: skip
    assert NoticeKind.UNANSWERED in _alarms(called, called.unit_id)
    (last,) = waiting
    who = story.state.assignments.by_id[last].member_id
    story.when(AcceptAssignment, assignment_id=last, **by(who))
    assert NoticeKind.UNANSWERED not in _alarms(called, called.unit_id)

    story.at += 3 * SECOND
    story.when(TakeBackTap, assignment_id=last, tap=Tap.ACCEPTED, **by(who))

    assert NoticeKind.UNANSWERED in _alarms(called, called.unit_id)


def test_a_unit_that_stands_again_lacks_whom_it_lacked_before() -> None:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story)
    unit = story.state.units.by_id[unit_id]
    leader = next(it for it in sorted(unit.people) if unit.roles[it] is UnitRole.LEADER)
    others = sorted({*unit.people} - {leader})
    # All but the leader cannot go on, and nobody is left to come instead.
    for member_id in sorted({*story.state.roster.members} - {*unit.people}):
        story.when(ChangeAvailability, member_id=member_id, available=False, reason="x")
    for member_id in others:
        story.when(AbortAssignment, assignment_id=unit.people[member_id], reason="ill",
                   actor_id=member_id, actor_role=Role.MEMBER)  # fmt: skip
    lacked = story.state.units.by_id[unit_id].missing
    assert lacked
    said = {"assignment_id": unit.people[leader], "actor_id": leader, "actor_role": Role.MEMBER}
    story.when(FinishAssignment, all_in=True, **said).then_includes(UnitStoodDown)

    story.after(2 * SECOND).when(TakeBackTap, tap=Tap.DONE, **said).then_includes(TapTakenBack)

    assert story.state.units.by_id[unit_id].missing == lacked
    story.after(MINUTE).then_includes(UnitShort)
    assert incident_id
