"""A unit is over with the last of what it was called to, and not before."""

from typing import Any

import pytest

from coordinator.domain.state.units import Stage
from schemas.events.assignment import AssignmentReleased
from schemas.events.incident import IncidentClosed, IncidentsMerged
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.task import TaskShiftsTurned
from schemas.events.unit import UnitCalled, UnitFormed, UnitReinforced, UnitStoodDown
from schemas.muster import Need
from schemas.signals.assignment import AcceptAssignment, Arrive
from schemas.signals.incident import MergeIncidents, RestoreIncident, WithdrawIncident
from schemas.signals.operation import CancelOperation, ConcludeOperation, StartGuard
from schemas.signals.task import CancelTask, PlanTaskShift
from schemas.signals.unit import CallMuster, StandDownUnit
from schemas.vocabulary import NoticeKind
from tests.county import FAR, all_answer, everybody, outage
from tests.domain.test_guard_coverage import DAY_LONG, post
from tests.domain.test_operation import GUARDS, opened
from tests.domain.test_task import at_work, shift, task_of
from tests.story import HOUR, Story


def _need(story: Story) -> Need:
    """Return what an outage calls for, and let its unit be."""
    outage(story, "first")
    need: Need = story.state.units.by_id[story.the(UnitFormed).unit_id].need
    return need


def _called(story: Story, **to: Any) -> str:
    story.when(CallMuster, reason="more hands", **to)
    unit_id = story.the(UnitCalled).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    return unit_id


def _stage(story: Story, unit_id: str) -> Stage:
    return story.state.units.by_id[unit_id].stage


def _guarding() -> tuple[Story, str, Need]:
    story, operation_id = opened(**DAY_LONG)
    need = _need(story)
    post(story, operation_id, GUARDS, 0, 25)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    return story, operation_id, need


@pytest.mark.parametrize(
    ("last", "said"),
    [(ConcludeOperation, {"summary": "over"}), (CancelOperation, {"reason": "no"})],
)
def test_the_end_of_a_guard_stands_its_unit_down(last: Any, said: dict[str, str]) -> None:
    story, operation_id, need = _guarding()
    unit_id = _called(story, operation_id=operation_id, need=need)
    people = sorted(story.state.units.by_id[unit_id].people)

    story.when(last, operation_id=operation_id, **said)

    assert story.the(UnitStoodDown).unit_id == unit_id
    assert len(story.all(AssignmentReleased)) == len(people)
    assert [story.state.roster.members[it].assignment_id for it in people] == [None] * len(people)


def test_nobody_is_looked_for_any_more_for_a_guard_that_is_cancelled() -> None:
    story, operation_id, need = _guarding()
    for _ in range(12):
        story.when(CallMuster, operation_id=operation_id, need=need, reason="more hands")
    short = {it.cause for it in story.state.escalations.by_id.values()}
    assert NoticeKind.SHORTAGE in short

    story.when(CancelOperation, operation_id=operation_id, reason="no")

    assert not any(it.cause is NoticeKind.SHORTAGE for it in story.state.escalations.by_id.values())
    of_it = {id_ for id_, it in story.state.units.by_id.items() if it.operation_id == operation_id}
    first = next(
        id_
        for id_, it in sorted(story.state.units.by_id.items())
        if it.incident_id is not None and it.stage is Stage.FORMED
    )
    story.when(StandDownUnit, unit_id=first, reason="done")
    sent = {it.unit_id for it in story.all(UnitFormed)}
    sent |= {it.unit_id for it in story.all(UnitReinforced)}
    assert not sent & of_it


def _of_both() -> tuple[Story, str, str, str]:
    story, task_id = task_of()
    incident_id = outage(story, "z")
    need = story.state.units.by_id[story.the(UnitFormed).unit_id].need
    unit_id = _called(story, incident_id=incident_id, task_id=task_id, need=need)
    return story, task_id, incident_id, unit_id


def test_an_incident_that_is_restored_leaves_a_task_its_unit() -> None:
    story, task_id, incident_id, unit_id = _of_both()
    people = sorted(story.state.units.by_id[unit_id].people)
    story.when(
        PlanTaskShift, task_id=task_id, member_ids=tuple(people), starts_at=story.at + HOUR,
        ends_at=story.at + 5 * HOUR,
    )  # fmt: skip

    story.when(RestoreIncident, incident_id=incident_id)

    assert _stage(story, unit_id) is Stage.FORMED
    story.after(HOUR)
    assert story.the(TaskShiftsTurned).coming == tuple(people)
    story.after(25 * HOUR).then_includes(IncidentClosed)
    assert _stage(story, unit_id) is Stage.FORMED
    all_answer(story)
    story.when(CancelTask, task_id=task_id, reason="over", all_in=True)
    assert story.the(UnitStoodDown).unit_id == unit_id


def test_an_incident_that_never_was_leaves_a_task_its_unit() -> None:
    story, _, incident_id, unit_id = _of_both()
    story.when(WithdrawIncident, incident_id=incident_id, reason="a mistake")
    assert _stage(story, unit_id) is Stage.FORMED


def test_a_task_that_is_cancelled_leaves_an_incident_its_unit() -> None:
    story, task_id, incident_id, unit_id = _of_both()
    story.when(CancelTask, task_id=task_id, reason="over", all_in=True).then_not(UnitStoodDown)
    assert _stage(story, unit_id) is Stage.FORMED
    story.when(RestoreIncident, incident_id=incident_id)
    assert unit_id in {it.unit_id for it in story.all(UnitStoodDown)}
    assert _stage(story, unit_id) is Stage.STOOD_DOWN


def test_a_guard_that_is_over_leaves_an_incident_its_unit() -> None:
    story, operation_id, need = _guarding()
    incident_id = outage(story, "z")
    unit_id = _called(story, operation_id=operation_id, incident_id=incident_id, need=need)
    story.when(ConcludeOperation, operation_id=operation_id, summary="over")
    assert _stage(story, unit_id) is Stage.FORMED
    story.when(RestoreIncident, incident_id=incident_id)
    assert _stage(story, unit_id) is Stage.STOOD_DOWN


def test_who_is_planned_for_a_shift_and_left_the_task_is_named_when_it_begins() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 2, 6)
    unit_id = next(iter(story.state.units.by_id))
    story.when(StandDownUnit, unit_id=unit_id, reason="needed elsewhere")

    story.after(2 * HOUR).then_includes(TaskShiftsTurned)

    told = [it for it in story.all(NoticeRaised) if it.about == task_id]
    assert [(it.text.code, it.text.ids["members"]) for it in told] == [
        ("task_shift_lacks", tuple(people))
    ]


def _merged(story: Story, incident_id: str, **more: Any) -> None:
    into = outage(story, "y", place=FAR)
    story.when(MergeIncidents, into=into, incident_ids=(incident_id,), reason="one fault", **more)
    story.then_includes(IncidentsMerged)


@pytest.mark.parametrize("named", [False, True])
def test_a_merge_leaves_a_task_its_unit(named: bool) -> None:
    story, task_id, incident_id, unit_id = _of_both()
    (alone,) = (it for it in story.state.units.by_incident[incident_id] if it != unit_id)
    people = sorted(story.state.units.by_id[unit_id].people)
    shift(story, task_id, people, 2, 6)
    stands_down = (alone, unit_id) if named else (alone,)

    _merged(story, incident_id, stands_down=stands_down)

    assert [it.unit_id for it in story.all(UnitStoodDown)] == [alone]
    assert _stage(story, unit_id) is Stage.FORMED
    assert sorted(story.state.units.by_id[unit_id].people) == people
    story.after(2 * HOUR)
    assert story.the(TaskShiftsTurned).coming == tuple(people)
    all_answer(story)
    story.when(CancelTask, task_id=task_id, reason="over", all_in=True)
    assert story.the(UnitStoodDown).unit_id == unit_id


def test_a_merge_leaves_a_guard_its_unit() -> None:
    story, operation_id, need = _guarding()
    incident_id = outage(story, "z")
    first = tuple(story.state.units.by_incident.get(incident_id, ()))
    unit_id = _called(story, operation_id=operation_id, incident_id=incident_id, need=need)

    _merged(story, incident_id, stands_down=first)

    assert unit_id not in {it.unit_id for it in story.all(UnitStoodDown)}
    assert _stage(story, unit_id) is Stage.FORMED
    story.when(ConcludeOperation, operation_id=operation_id, summary="over")
    assert story.the(UnitStoodDown).unit_id == unit_id


def test_a_merge_stands_down_who_has_no_task_or_guard_left() -> None:
    story, task_id, incident_id, unit_id = _of_both()
    story.when(CancelTask, task_id=task_id, reason="over", all_in=True)
    into = outage(story, "y", place=FAR)
    said: dict[str, Any] = {"into": into, "incident_ids": (incident_id,), "reason": "one fault"}

    story.when(MergeIncidents, **said).then(SignalRefused)
    story.when(
        MergeIncidents, **said, stands_down=tuple(story.state.units.by_incident[incident_id])
    )

    assert unit_id in {it.unit_id for it in story.all(UnitStoodDown)}
