"""A unit that its task or its guard keeps when its incident is over belongs to that alone."""

from collections.abc import Callable
from typing import Any

import pytest

from coordinator.boards import my_assignment, people, units_in_the_field
from coordinator.domain.command.roll_call import on_scene
from coordinator.domain.member_rights import is_of_incident
from schemas.events.assignment import TapTakenBack
from schemas.events.command import HelpCalled, RollAnswered, RollCallOpened
from schemas.events.escalation import EscalationStopped
from schemas.events.incident import IncidentClosed, IncidentsMerged, PriorityRaised
from schemas.events.notice import SignalRefused
from schemas.events.ticket import TicketDrafted
from schemas.events.unit import UnitFormed, UnitKept, UnitStoodDown
from schemas.sentences import reasons
from schemas.signals.assignment import AbortAssignment, TakeBackTap
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll
from schemas.signals.incident import (
    CloseIncident,
    MergeIncidents,
    RestoreIncident,
    WithdrawIncident,
)
from schemas.signals.roster import ReportUnfit
from schemas.signals.task import CancelTask
from schemas.signals.ticket import DraftTicket
from schemas.vocabulary import AssignmentStatus, NoticeKind, Tap, Unfit, UnitRole, WorkKind
from tests.county import FAR, HERE, outage
from tests.domain.line import by
from tests.domain.test_task import task_of
from tests.domain.test_unit_is_over import _called
from tests.story import HOUR, MINUTE


class _Both:
    """A unit on scene that was called to an incident and to a task, and nobody else is there."""

    def __init__(self) -> None:
        self.story, self.task_id = task_of()
        self.incident_id = outage(self.story, "z")
        self.first = self.story.the(UnitFormed).unit_id
        need = self.story.state.units.by_id[self.first].need
        both = {"incident_id": self.incident_id, "task_id": self.task_id}
        self.unit_id = _called(self.story, **both, need=need)
        unit = self.unit
        self.people = sorted(unit.people)
        self.leader = next(it for it in self.people if unit.roles[it] is UnitRole.LEADER)
        self.who = next(it for it in self.people if it != self.leader)
        self.story.after(MINUTE)

    @property
    def unit(self) -> Any:
        return self.story.state.units.by_id[self.unit_id]

    def of_it(self, cause: NoticeKind) -> list[str]:
        alarms = self.story.state.escalations.by_id.values()
        return [it.about for it in alarms if it.cause is cause]


@pytest.fixture
def both() -> _Both:
    return _Both()


def merged(it: _Both) -> None:
    into = outage(it.story, "y", place=FAR)
    it.story.when(MergeIncidents, into=into, incident_ids=(it.incident_id,), reason="one fault",
                  stands_down=(it.first,)).then_includes(IncidentsMerged)  # fmt: skip


def closed(it: _Both) -> None:
    it.story.when(RestoreIncident, incident_id=it.incident_id).then_not(UnitKept)
    it.story.when(CloseIncident, incident_id=it.incident_id).then_includes(IncidentClosed)


def withdrawn(it: _Both) -> None:
    it.story.when(WithdrawIncident, incident_id=it.incident_id, reason="a slip")


ENDS = pytest.mark.parametrize("ends", [merged, closed, withdrawn])
Ends = Callable[[_Both], None]


@ENDS
def test_it_is_shown_at_its_task_and_at_no_incident(both: _Both, ends: Ends) -> None:
    ends(both)

    state = both.story.state
    kept = both.story.the(UnitKept)
    assert (kept.unit_id, kept.incident_id) == (both.unit_id, both.incident_id)
    assert both.unit_id not in state.units.by_incident.get(both.incident_id, ())
    for row in (
        units_in_the_field.BOARD.row(state, both.unit_id),
        my_assignment.BOARD.row(state, both.who),
        people.BOARD.row(state, both.who),
    ):
        assert row is not None
        assert row["incident_id"] is None
    assert both.who in on_scene(state, both.task_id)
    assert on_scene(state, both.incident_id) == ()


@ENDS
def test_no_roll_is_called_any_more_where_nothing_is(both: _Both, ends: Ends) -> None:
    ends(both)

    both.story.when(CallRoll, incident_id=both.incident_id).then(SignalRefused)
    opened = both.story.after(2 * HOUR).all(RollCallOpened)
    assert both.incident_id not in {it.incident_id for it in opened}
    assert both.story.state.timers.get("next_roll_call", both.incident_id) is None


@ENDS
def test_a_roll_that_was_called_before_is_answered_by_its_leader_still(
    both: _Both, ends: Ends
) -> None:
    both.story.when(CallRoll, incident_id=both.incident_id)
    call = both.story.the(RollCallOpened)
    ends(both)

    both.story.when(AnswerRoll, roll_call_id=call.roll_call_id, member_ids=(both.who,),
                    **by(both.leader)).then_includes(RollAnswered)  # fmt: skip


@ENDS
def test_who_calls_for_help_there_raises_no_incident_that_is_over(both: _Both, ends: Ends) -> None:
    ends(both)

    both.story.when(CallHelp, member_id=both.who, **by(both.who)).then_not(PriorityRaised)

    assert both.story.the(HelpCalled).incident_id is None


@ENDS
def test_work_that_is_drafted_there_is_of_the_task_alone(both: _Both, ends: Ends) -> None:
    drafted: dict[str, Any] = {
        "unit_id": both.unit_id, "text": "-", "kind": WorkKind.LINE_REPAIR, "place": HERE,
        "crew": tuple(it for it in both.people if it != both.who)[:2], "work_leader": both.who,
    }  # fmt: skip
    both.story.when(DraftTicket, incident_id=both.incident_id, **drafted)
    paper = both.story.the(TicketDrafted).ticket_id
    ends(both)
    held = both.story.state.safety.tickets[paper]
    assert (held.incident_id, held.task_id) == (None, both.task_id)

    both.story.when(DraftTicket, incident_id=both.incident_id, **drafted).then(SignalRefused)


@ENDS
def test_a_slip_of_somebody_there_is_taken_back(both: _Both, ends: Ends) -> None:
    assignment_id = both.unit.people[both.who]
    ends(both)
    said = {"assignment_id": assignment_id, **by(both.who)}
    both.story.when(AbortAssignment, reason="a slip", **said)

    both.story.when(TakeBackTap, tap=Tap.ABORTED, **said).then_includes(TapTakenBack)

    assert both.story.state.assignments.by_id[assignment_id].status is AssignmentStatus.ON_SCENE


@ENDS
@pytest.mark.parametrize("gives_up", [False, True])
def test_who_lies_hurt_there_is_an_alarm_until_the_task_is_over(
    both: _Both, ends: Ends, gives_up: bool
) -> None:
    story = both.story
    if gives_up:
        story.when(AbortAssignment, assignment_id=both.unit.people[both.who], reason="fell",
                   unfit=Unfit.HURT, **by(both.who))  # fmt: skip
    else:
        story.when(ReportUnfit, member_id=both.who, why=Unfit.HURT, **by(both.who))
    assert both.of_it(NoticeKind.MEMBER_UNFIT) == [both.who]

    ends(both)

    assert both.of_it(NoticeKind.MEMBER_UNFIT) == [both.who]
    story.when(CancelTask, task_id=both.task_id, reason="over", all_in=True)
    story.then_includes(UnitStoodDown, EscalationStopped)
    assert both.of_it(NoticeKind.MEMBER_UNFIT) == []
    down = [it for it in story.all(UnitStoodDown) if it.unit_id == both.unit_id]
    assert [it.reason for it in down] == [reasons.TASK_OVER]


def test_what_they_saw_before_a_merge_they_may_say_after_it(both: _Both) -> None:
    story, seen_at = both.story, both.story.at
    merged(both)

    assert is_of_incident(story.state, both.who, both.incident_id, seen_at, there=True)
    assert not is_of_incident(story.state, both.who, both.incident_id, story.at + HOUR)


def test_a_unit_of_the_incident_alone_goes_home_and_is_kept_by_nobody(both: _Both) -> None:
    merged(both)

    assert [it.unit_id for it in both.story.all(UnitStoodDown)] == [both.first]
    assert [it.unit_id for it in both.story.all(UnitKept)] == [both.unit_id]
