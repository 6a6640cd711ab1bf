"""Whose hours are watched: everybody's who works, whatever called them and whatever ends beside."""

from typing import Any

from msgspec.structs import replace

from schemas.events.safety import (
    FatigueLimitReached,
    FatigueWatched,
    FatigueWatchEnded,
    ReliefFellDue,
)
from schemas.events.task import TaskShiftsTurned
from schemas.events.unit import ReliefStarted, UnitCalled, UnitFormed
from schemas.signals.assignment import (
    AcceptAssignment,
    Arrive,
    DeclineAssignment,
    Depart,
    ReleaseMember,
)
from schemas.signals.incident import Extent, RestoreIncident
from schemas.signals.roster import ImportRoster
from schemas.signals.safety import OverrideSafety
from schemas.signals.task import CancelTask
from schemas.signals.unit import CallMuster
from schemas.vocabulary import DeclineReason, Role
from tests.county import all_answer, county, everybody, outage, unit_on_scene
from tests.domain.line import by
from tests.domain.test_task import at_work, shift, task_of
from tests.story import HOUR, MINUTE, START, Story


def _sets_aside(story: Story, member_id: str, until: int) -> Story:
    return story.when(
        OverrideSafety, rule="fatigue", member_id=member_id, approver="cmdr", reason="storm",
        valid_until=until, actor_id="cmdr", actor_role=Role.COMMANDER,
    )  # fmt: skip


def _called_to_another(story: Story, member_id: str) -> dict[str, Any]:
    """Call people until this one is bound again; return how they answer."""
    teams = tuple(replace(it, on_duty_minimum=0) for it in story.state.roster.teams.values())
    story.when(ImportRoster, teams=teams, actor_id="cmdr", actor_role=Role.COMMANDER)
    incident_id = outage(story, "another", extent=Extent(customers_out=2_000))
    all_answer(story)
    for _ in range(8):
        if story.state.roster.members[member_id].assignment_id is not None:
            break
        story.when(CallMuster, incident_id=incident_id, reason="more people")
    assignment_id = story.state.roster.members[member_id].assignment_id
    assert assignment_id is not None
    return {"assignment_id": assignment_id, **by(member_id)}


def _of(story: Story, kind: Any, member_id: str) -> list[Any]:
    return [it for it in story.all(kind) if it.member_id == member_id]


def _first_of(story: Story, unit_id: str) -> str:
    return min(story.state.units.by_id[unit_id].people)


def test_whoever_is_called_again_under_an_override_is_watched_until_it_ends() -> None:
    story = county(size=6)
    incident_id, unit_id = unit_on_scene(story)
    member_id = _first_of(story, unit_id)
    story.after(10 * HOUR)
    _sets_aside(story, member_id, START + 18 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(150 * MINUTE)

    answers = _called_to_another(story, member_id)
    story.when(AcceptAssignment, **answers).when(Arrive, **answers)

    assert _of(story, FatigueWatched, member_id)[0].limit_at == START + 18 * HOUR
    story.after(START + 18 * HOUR - MINUTE - story.at)
    assert _of(story, ReliefFellDue, member_id)
    assert not _of(story, FatigueLimitReached, member_id)
    story.after(2 * MINUTE)
    assert _of(story, FatigueLimitReached, member_id)


def test_whoever_comes_when_their_hours_are_over_is_relieved_at_once_and_told_of_once() -> None:
    story = county(size=6)
    incident_id, unit_id = unit_on_scene(story)
    member_id = _first_of(story, unit_id)
    story.after(9 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(70 * MINUTE)
    answers = _called_to_another(story, member_id)
    story.when(AcceptAssignment, **answers)
    story.after(115 * MINUTE)

    story.when(Arrive, **answers).then_includes(ReliefStarted)

    assert _of(story, ReliefFellDue, member_id)
    assert _of(story, FatigueLimitReached, member_id)[0].worked_since == START
    story.after(3 * HOUR)
    assert not _of(story, FatigueLimitReached, member_id)


def test_their_hours_end_on_the_way_and_are_told_once() -> None:
    story = county(size=6)
    incident_id, unit_id = unit_on_scene(story)
    member_id = _first_of(story, unit_id)
    story.after(9 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(70 * MINUTE)
    answers = _called_to_another(story, member_id)
    story.when(AcceptAssignment, **answers).when(Depart, **answers)
    assert _of(story, FatigueWatched, member_id)[0].limit_at == START + 12 * HOUR

    story.after(115 * MINUTE)
    assert len(_of(story, FatigueLimitReached, member_id)) == 1
    story.when(Arrive, **answers).then_not(FatigueLimitReached, FatigueWatched)


def test_a_shift_of_a_task_that_somebody_left_takes_no_clock_from_them() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 0, 6)
    left, stayed = people[1], people[0]
    story.after(HOUR)
    story.when(ReleaseMember, reason="needed elsewhere",
               assignment_id=story.state.roster.members[left].assignment_id)  # fmt: skip
    story.after(2 * HOUR)
    answers = _called_to_another(story, left)
    story.when(AcceptAssignment, **answers).when(Arrive, **answers)

    story.after(START + 6 * HOUR - story.at).then_includes(TaskShiftsTurned)

    assert not _of(story, FatigueWatchEnded, left)
    assert _of(story, FatigueWatchEnded, stayed)
    assert story.state.roster.members[left].idle_since is None
    story.after(6 * HOUR)
    assert _of(story, FatigueLimitReached, left)


def test_a_shift_of_a_task_that_somebody_left_does_not_begin_their_rest_anew() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 0, 6)
    story.after(HOUR)
    story.when(ReleaseMember, reason="goes home",
               assignment_id=story.state.roster.members[people[1]].assignment_id)  # fmt: skip
    rests_since = story.at

    story.after(6 * HOUR).then_includes(TaskShiftsTurned)

    assert story.state.roster.members[people[1]].idle_since == rests_since


def test_an_override_shorter_than_the_hours_takes_none_of_them() -> None:
    story = county(size=8)
    _, unit_id = unit_on_scene(story)
    member_id = _first_of(story, unit_id)
    story.after(5 * HOUR)

    _sets_aside(story, member_id, story.at + HOUR).then_not(FatigueWatched)

    story.after(5 * HOUR)
    assert not _of(story, ReliefFellDue, member_id)
    story.after(2 * HOUR)
    assert _of(story, ReliefFellDue, member_id)
    assert _of(story, FatigueLimitReached, member_id)


def test_an_override_for_somebody_who_rests_starts_no_clock() -> None:
    story = county(size=8)
    incident_id, unit_id = unit_on_scene(story)
    member_id = _first_of(story, unit_id)
    story.after(5 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)

    _sets_aside(story, member_id, story.at + 2 * HOUR)

    story.after(8 * HOUR)
    assert not _of(story, FatigueLimitReached, member_id)


def test_a_shift_counts_no_hours_of_who_never_said_that_they_come() -> None:
    story, task_id, people = at_work()
    need = next(iter(story.state.units.by_id.values())).need
    story.when(CallMuster, task_id=task_id, need=need, reason="more people")
    called = sorted(
        it.member_id for it in story.state.assignments.by_id.values() if it.accepted_at is None
    )
    assert called
    assert not set(called) & set(people)
    shift(story, task_id, called, 0, 14).then_includes(TaskShiftsTurned).then_not(FatigueWatched)
    for who in called:
        story.when(DeclineAssignment, reason=DeclineReason.ILL, **by(who),
                   assignment_id=story.state.roster.members[who].assignment_id)  # fmt: skip

    story.after(13 * HOUR)

    for who in called:
        assert not _of(story, FatigueLimitReached, who)
        assert story.state.roster.members[who].worked_since is None


def _of_both() -> tuple[Story, str, list[str]]:
    """Return a task whose unit is of an incident, too, with everybody on scene."""
    story, task_id = task_of()
    incident_id = outage(story, "z")
    need = story.state.units.by_id[story.the(UnitFormed).unit_id].need
    story.when(
        CallMuster, incident_id=incident_id, task_id=task_id, need=need, reason="more people"
    )
    unit_id = story.the(UnitCalled).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    return story, task_id, sorted(story.state.units.by_id[unit_id].people)


def test_a_task_that_is_over_ends_the_rest_by_its_shifts_of_who_goes_on_beside_it() -> None:
    story, task_id, people = _of_both()
    shift(story, task_id, people, 0, 1)
    shift(story, task_id, people, 20, 24)
    story.after(2 * HOUR).then_includes(FatigueWatchEnded)

    all_answer(story)
    story.when(CancelTask, task_id=task_id, reason="not needed", all_in=True)

    assert [it.member_id for it in story.all(FatigueWatched)] == people
    story.after(START + 12 * HOUR - story.at)
    assert {it.member_id for it in story.all(FatigueLimitReached)} >= set(people)


def test_a_task_that_is_over_relieves_nobody_by_its_next_shift() -> None:
    story, task_id, people = _of_both()
    shift(story, task_id, people, 0, 1)
    shift(story, task_id, people, 2, 8)
    story.after(3 * HOUR).then_includes(FatigueWatched)

    all_answer(story)
    story.when(CancelTask, task_id=task_id, reason="not needed", all_in=True)

    story.after(START + 11 * HOUR - story.at)
    assert {it.member_id for it in story.all(ReliefFellDue)} >= set(people)
