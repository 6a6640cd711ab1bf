"""Tickets of a task's unit, and of planned work on a circuit: nothing is over while one lives."""

from typing import Any

from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.incident import IncidentRestored
from schemas.events.notice import SignalRefused
from schemas.events.planned_work import (
    PlannedWorkCancelled,
    PlannedWorkMoved,
    PlannedWorkOver,
    PlannedWorkOverran,
    WorkPlanned,
)
from schemas.events.safety import FatigueLimitReached, FatigueWatchEnded
from schemas.events.task import TaskCancelled, TaskShiftsTurned
from schemas.events.ticket import (
    ReadyToEnergise,
    SupplyBackOver,
    SupplyReportedBack,
    TicketDrafted,
    TicketEnded,
    WorkStarted,
    WorkStopped,
)
from schemas.events.unit import UnitStoodDown
from schemas.signals.assignment import FinishAssignment
from schemas.signals.command import CallHelp
from schemas.signals.incident import RestoreIncident
from schemas.signals.planned_work import CancelPlannedWork, MovePlannedWork
from schemas.signals.task import CancelTask, FinishTask
from schemas.signals.ticket import DraftTicket, HandOverTicket, StartWork
from schemas.vocabulary import Clearance, NoticeKind, TicketRole, WorkKind
from tests.county import HERE, outage
from tests.domain.line import by, cleared, made_safe, over
from tests.domain.test_planned_work import work
from tests.domain.test_task import at_work as task_of_four
from tests.domain.test_task import shift
from tests.story import HOUR, START, Story, name


class Rebuilding:
    """A task whose unit of four is on scene, three of whom are on the line under a ticket."""

    def __init__(self, *, hours: tuple[int, int] | None = None) -> None:
        self.story, self.task_id, self.people = task_of_four()
        self.unit_id = next(iter(self.story.state.units.by_id))
        self.work_id = None
        if hours is not None:
            work(self.story, START + hours[0] * HOUR, START + hours[1] * HOUR)
            self.work_id = self.story.the(WorkPlanned).work_id
            until(self.story, hours[0])
        self.ticket_id = self.drafted(task_id=self.task_id)
        made_safe(self.story, self.ticket_id)
        leader = self.people[2]
        self.story.when(StartWork, ticket_id=self.ticket_id, **by(leader)).then(WorkStarted)

    def drafted(self, **more: Any) -> str:
        fields: dict[str, Any] = {
            "unit_id": self.unit_id, "text": "string the wire", "kind": WorkKind.LINE_REPAIR,
            "place": HERE, "work_leader": self.people[2], "crew": tuple(self.people[:2]),
            "work_id": self.work_id,
        }  # fmt: skip
        self.story.when(DraftTicket, **(fields | more))
        found = self.story.all(TicketDrafted)
        return found[0].ticket_id if found else ""


def until(story: Story, hour: int) -> None:
    """Let time pass until so many hours after the beginning."""
    story.after(START + hour * HOUR - story.at)


def refused(story: Story) -> Any:
    return story.the(SignalRefused)


def test_a_ticket_is_of_an_incident_or_a_task_and_of_the_one_its_unit_works_at() -> None:
    it = Rebuilding()

    it.drafted()
    assert refused(it.story).field == "incident_id"
    it.drafted(task_id=name("tsk", "another"))
    assert refused(it.story).field == "task_id"
    it.drafted(task_id=it.task_id, incident_id=outage(it.story))
    assert refused(it.story).field == "incident_id"
    it.drafted(task_id=it.task_id, work_id=name("wrk", "unknown"))
    assert refused(it.story).field == "work_id"


def test_a_task_is_not_over_while_its_ticket_lives_and_then_its_lines_are_ready() -> None:
    it = Rebuilding()
    for said, text in ((FinishTask, {"summary": "x"}), (CancelTask, {"reason": "x"})):
        it.story.when(said, task_id=it.task_id, all_in=True, **text)
        assert refused(it.story).rule.ids["tickets"] == (it.ticket_id,)
    assert it.story.state.tasks.by_id[it.task_id].ready_to_energise_at is None

    over(it.story, it.ticket_id)

    assert it.story.the(ReadyToEnergise).task_id == it.task_id
    assert it.story.state.tasks.by_id[it.task_id].ready_to_energise_at is not None
    it.story.when(CancelTask, task_id=it.task_id, reason="x", all_in=True)
    it.story.then_includes(TaskCancelled, UnitStoodDown)


def test_the_next_ticket_takes_back_that_the_lines_of_a_task_are_ready() -> None:
    it = Rebuilding()
    over(it.story, it.ticket_id)

    made_safe(it.story, it.drafted(task_id=it.task_id))

    assert it.story.state.tasks.by_id[it.task_id].ready_to_energise_at is None


def test_help_called_by_somebody_of_the_task_stops_its_work_and_that_of_no_other() -> None:
    it, other = Rebuilding(), Rebuilding()
    who = it.people[3]

    it.story.when(CallHelp, member_id=who, **by(who)).then_includes(WorkStopped)
    other.story.when(CallHelp, member_id=name("mem", "elsewhere"), **by(name("mem", "elsewhere")))

    assert not other.story.all(WorkStopped)


def test_who_is_on_the_line_of_a_task_is_not_done_before_the_ticket_has_ended() -> None:
    it = Rebuilding()
    held = it.story.state.units.by_id[it.unit_id].people[it.people[0]]

    it.story.when(FinishAssignment, assignment_id=held, **by(it.people[0])).then(SignalRefused)


def test_a_shift_that_ends_lets_nobody_rest_who_is_on_the_line_until_the_ticket_has_ended() -> None:
    it = Rebuilding()
    shift(it.story, it.task_id, it.people, 2, 6)
    until(it.story, 2)

    until(it.story, 6)
    turned = it.story.the(TaskShiftsTurned)
    assert turned.going == (it.people[3],)

    over(it.story, it.ticket_id)
    last = [e for _, facts in it.story.history for e in facts if isinstance(e, TaskShiftsTurned)]
    assert set(last[-1].going) == set(it.people[:3])
    rest = [e for _, facts in it.story.history for e in facts if isinstance(e, FatigueWatchEnded)]
    assert {e.member_id for e in rest} >= set(it.people[:3])


def test_who_handed_their_part_over_does_not_rest_before_they_are_counted_off_the_line() -> None:
    story, task_id, people = task_of_four(6)
    story.when(
        DraftTicket, task_id=task_id, unit_id=next(iter(story.state.units.by_id)), text="string",
        kind=WorkKind.LINE_REPAIR, place=HERE, work_leader=people[0], crew=tuple(people[1:3]),
        guardian=people[3],
    )  # fmt: skip
    ticket_id = story.the(TicketDrafted).ticket_id
    made_safe(story, ticket_id)
    story.when(StartWork, ticket_id=ticket_id, **by(people[0])).then(WorkStarted)
    story.when(HandOverTicket, ticket_id=ticket_id, role=TicketRole.GUARDIAN, to=people[4],
               reason="ill")  # fmt: skip
    shift(story, task_id, people, 2, 6)
    until(story, 2)
    until(story, 6)

    assert people[3] in story.state.safety.tickets[ticket_id].formerly
    assert story.the(TaskShiftsTurned).going == (people[5],)


def test_planned_work_is_neither_cancelled_nor_put_off_over_people_at_it_but_may_last_longer() -> (
    None
):
    it = Rebuilding(hours=(1, 5))
    begin, end = START + HOUR, START + 5 * HOUR

    it.story.when(CancelPlannedWork, work_id=it.work_id, reason="x").then(SignalRefused)
    assert refused(it.story).rule.ids["tickets"] == (it.ticket_id,)
    moved = {"work_id": it.work_id, "reason": "x"}
    it.story.when(MovePlannedWork, starts_at=begin + 9 * HOUR, ends_at=end + 9 * HOUR, **moved)
    it.story.then(SignalRefused)
    it.story.when(MovePlannedWork, starts_at=begin, ends_at=end + HOUR, **moved)
    it.story.then_includes(PlannedWorkMoved)

    over(it.story, it.ticket_id)
    it.story.when(CancelPlannedWork, work_id=it.work_id, reason="x").then_includes(
        PlannedWorkCancelled
    )


def test_planned_work_whose_time_is_over_is_an_alarm_until_its_last_ticket_has_ended() -> None:
    it = Rebuilding(hours=(1, 5))

    until(it.story, 5)
    it.story.then_includes(PlannedWorkOverran)
    assert it.story.the(EscalationStarted).cause is NoticeKind.WORK_OVERRUN
    assert it.work_id in it.story.state.planned_works.by_id

    over(it.story, it.ticket_id)
    it.story.then_includes(TicketEnded, PlannedWorkOver, EscalationStopped)
    assert it.work_id not in it.story.state.planned_works.by_id


def test_planned_work_under_which_nobody_is_at_work_ends_in_time() -> None:
    it = Rebuilding(hours=(1, 5))
    over(it.story, it.ticket_id)

    until(it.story, 5)

    it.story.then_includes(PlannedWorkOver)
    assert not it.story.all(PlannedWorkOverran)


def test_an_incident_restored_on_the_circuit_of_planned_work_alarms_who_is_at_it() -> None:
    it = Rebuilding(hours=(1, 5))
    beside = outage(it.story, key="x", circuit="C-7")
    far = outage(it.story, key="y", circuit="C-8")

    it.story.when(RestoreIncident, incident_id=far)
    assert not it.story.all(SupplyReportedBack)
    it.story.when(RestoreIncident, incident_id=beside)

    it.story.then_includes(IncidentRestored, SupplyReportedBack)
    assert it.story.the(SupplyReportedBack).ticket_id == it.ticket_id
    cleared(it.story, it.ticket_id, Clearance.PEOPLE_OFF)
    it.story.then_includes(SupplyBackOver)


def _off_shift_at_line(ended: int = 2) -> tuple[Story, str, list[str], str]:
    """Return a task whose people rest since the end of their shift, and a ticket they begin now."""
    story, task_id, people = task_of_four()
    shift(story, task_id, people, 0, ended)
    story.after(3 * HOUR)
    assert all(story.state.roster.members[it].idle_since is not None for it in people)
    story.when(
        DraftTicket, task_id=task_id, unit_id=next(iter(story.state.units.by_id)), text="wire",
        kind=WorkKind.LINE_REPAIR, place=HERE, work_leader=people[2], crew=tuple(people[:2]),
    )  # fmt: skip
    ticket_id = story.the(TicketDrafted).ticket_id
    made_safe(story, ticket_id)
    return story, task_id, people, ticket_id


def test_whoever_is_at_a_ticket_after_their_shift_works_and_is_watched() -> None:
    story, _, people, ticket_id = _off_shift_at_line()
    story.when(StartWork, ticket_id=ticket_id, **by(people[2])).then(WorkStarted)

    for who in people[:3]:
        # The pause was no rest: their hours go on from when they first worked.
        assert story.state.roster.members[who].idle_since is None
        assert story.state.timers.get("fatigue", who) == START + 12 * HOUR
        assert story.state.timers.get("relief", who) is not None
    assert story.state.roster.members[people[3]].idle_since is not None
    assert story.state.timers.get("fatigue", people[3]) is None

    due: list[str] = []
    for _ in range(14):
        story.after(HOUR)
        due += [it.member_id for it in story.all(FatigueLimitReached)]
    assert sorted(due) == sorted(people[:3])


def test_hours_at_a_line_after_a_shift_are_no_rest() -> None:
    story, task_id, people, ticket_id = _off_shift_at_line()
    shift(story, task_id, people, 18, 30)
    story.when(StartWork, ticket_id=ticket_id, **by(people[2])).then(WorkStarted)
    story.after(14 * HOUR)
    over(story, ticket_id)
    ended = story.at
    assert all(story.state.roster.members[it].idle_since == ended for it in people[:3])

    until(story, 19)
    for who in people[:3]:
        assert story.state.roster.members[who].worked_since == START
    assert story.state.roster.members[people[3]].worked_since == START + 18 * HOUR


def test_whoever_is_handed_a_begun_ticket_after_their_shift_works() -> None:
    story, _, people, ticket_id = _off_shift_at_line()
    story.when(HandOverTicket, ticket_id=ticket_id, role=TicketRole.CREW, to=people[3],
               **by(people[2]))  # fmt: skip

    assert story.state.roster.members[people[3]].idle_since is None
    assert story.state.timers.get("fatigue", people[3]) == START + 12 * HOUR
