"""What a county plans beside the storm: tasks of some days, work on lines, guards that change.

Those who plan say what is true most of the time, the same twice now and then, and too late. Nothing
is left open: a task is finished or dropped, whatever became of it.
"""

import random

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.unit.muster import still_needed
from coordinator.simulation.county import County
from coordinator.simulation.history import START
from coordinator.simulation.reference import Accepted
from coordinator.simulation.senders import Senders
from schemas.durations import HOUR, MINUTE
from schemas.events import operation, planned_work, task, unit
from schemas.events.envelope import Event
from schemas.muster import Need, RoleNeed
from schemas.roles import Role
from schemas.signals.operation import GuardPost
from schemas.signals.task import Milestone
from schemas.vocabulary import TaskAim, UnitRole

_MINUTE_S, _HOUR_S = 60.0, 3_600.0
_STEPS = ("M-1", "M-2")


class LongWork:
    def __init__(self, place: County, senders: Senders, *, seed: int) -> None:
        self._place = place
        self._senders = senders
        self._chance = random.Random(f"{seed}/long work/{place.code}")

    def _say(self, seconds: float, type_: str, **fields: object) -> None:
        """Say something as the desk; one time in ten it is said twice."""
        self._senders.later(seconds, type_, Role.COMMANDER, "works-desk", **fields)
        if self._chance.random() < 0.1:
            again = seconds + self._chance.random() * 10 * _MINUTE_S
            self._senders.later(again, type_, Role.COMMANDER, "works-desk", **fields)

    def open_the_day(self, storm_hours: float) -> None:
        chance = self._chance
        if chance.random() < 0.5:
            for _ in range(chance.randint(1, 2)):
                self._plan_work(600 + chance.random() * storm_hours * _HOUR_S)
        if chance.random() < 0.4:
            self._open_task(900 + chance.random() * _HOUR_S)

    def _plan_work(self, seconds: float) -> None:
        """Plan work on the line of the guarded site, or on another one."""
        begins = START + int(seconds * 1_000) + self._chance.randrange(-1, 30) * HOUR
        self._say(
            seconds,
            "plan_work_on_supply",
            circuit=self._chance.choice(("C-1", "C-1", "C-9")),
            starts_at=max(0, begins),
            ends_at=begins + self._chance.randrange(1, 5) * HOUR,
            text="tap change",
            notice=self._chance.choice(("planned", "temporary")),
            cuts_supply=self._chance.random() < 0.8,
        )

    def _open_task(self, seconds: float) -> None:
        ends = START + int(seconds * 1_000) + self._chance.randrange(6, 40) * HOUR
        steps = tuple(
            Milestone(milestone=it, due_at=ends - (2 - number) * 3 * HOUR)
            for number, it in enumerate(_STEPS)
        )
        self._say(
            seconds,
            "open_task",
            name="poles",
            aim=self._chance.choice(tuple(TaskAim)),
            deadline_at=ends,
            milestones=steps,
        )

    def hear(self, accepted: Accepted) -> None:
        """React to the facts of one record."""
        for event in accepted.events:
            self._hear(event, accepted.after, accepted.at)

    def _hear(self, event: Event, state: Jurisdiction, at: int) -> None:
        match event:
            case task.TaskOpened():
                self._work_at(event, at)
            case unit.UnitFormed():
                self._plan_shift(event.unit_id, state, at)
            case planned_work.WorkPlanned():
                self._go_on(event)
            case planned_work.WorkConflictFound():
                self._out_of_the_way(event, state, at)
            case operation.OperationOpened():
                self._change_guard(event)
            case operation.GuardGapFound():
                self._fill(event, state, at)

    def _work_at(self, event: task.TaskOpened, at: int) -> None:
        chance, id_ = self._chance, event.task_id
        roles = (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR)
        need = Need(
            roles=tuple(RoleNeed(role=it, count=1) for it in roles),
            muster_point=self._place.centre,
            deadline_at=at + 4 * HOUR,
        )
        self._say(_MINUTE_S, "call_muster", task_id=id_, need=need, reason="poles")
        if chance.random() < 0.6:
            # Its line is off in these hours, whether they are enough or not.
            hours = chance.randint(2, 30)
            self._say(
                _MINUTE_S,
                "plan_work_on_supply",
                circuit="C-9",
                starts_at=at,
                ends_at=at + hours * HOUR,
                text="poles",
            )
        until_s = (event.deadline_at - at) / 1_000
        for number, it in enumerate(_STEPS, 1):
            self._say(
                until_s * number / 3, "report_task_progress", task_id=id_, percent=30 * number
            )
            if chance.random() < 0.7:
                self._say(until_s * number / 3 + 60, "meet_milestone", task_id=id_, milestone=it)
        if chance.random() < 0.3:
            later = event.deadline_at + 5 * HOUR
            self._say(
                until_s * 0.8, "move_task_deadline", task_id=id_, deadline_at=later, reason="rain"
            )
        drops = chance.random() < 0.2
        # Refused while somebody is on a line, so it is said again until nobody is; the first time
        # without a word of who is out and what is open, as it is said by who forgets to ask.
        for hours in (1, 8, 20, 40):
            all_in = hours > 1
            word = {"unfinished": True, "reason": "the rest later"} if all_in else {}
            when = until_s + hours * _HOUR_S
            if drops:
                self._say(when, "cancel_task", task_id=id_, reason="not wanted", all_in=all_in)
            else:
                self._say(when, "finish_task", task_id=id_, summary="done", all_in=all_in, **word)

    def _plan_shift(self, unit_id: str, state: Jurisdiction, at: int) -> None:
        held = state.units.by_id.get(unit_id)
        if held is None or held.task_id is None or still_needed(held).roles:
            return
        people = tuple(sorted(held.people))
        for number in range(2):
            begins = at + (1 + 9 * number) * HOUR
            self._say(
                self._chance.random() * _HOUR_S,
                "plan_task_shift",
                task_id=held.task_id,
                member_ids=people,
                starts_at=begins,
                ends_at=begins + 8 * HOUR,
            )

    def _go_on(self, event: planned_work.WorkPlanned) -> None:
        """Tell those who have to be told, move the work, or drop it."""
        chance, one = self._chance, {"work_id": event.work_id}
        if event.cuts_supply and chance.random() < 0.6:
            self._say(chance.random() * _HOUR_S, "give_outage_notice", **one)
        if event.owed and chance.random() < 0.5:
            when = chance.random() * 3 * _HOUR_S
            self._say(when, "give_outage_notice", **one, site_ids=event.owed)
        if chance.random() < 0.3:
            self._move(event.work_id, event.starts_at, chance.random() * 4 * _HOUR_S)
        elif chance.random() < 0.2:
            self._say(chance.random() * 5 * _HOUR_S, "cancel_planned_work", **one, reason="off")

    def _move(self, work_id: str, starts_at: int, seconds: float) -> None:
        begins = starts_at + self._chance.randrange(1, 20) * HOUR
        self._say(
            seconds,
            "move_planned_work",
            work_id=work_id,
            starts_at=begins,
            ends_at=begins + 2 * HOUR,
            reason="the guard",
        )

    def _out_of_the_way(
        self, event: planned_work.WorkConflictFound, state: Jurisdiction, at: int
    ) -> None:
        held = state.planned_works.by_id.get(event.work_id)
        if held is not None and self._chance.random() < 0.6:
            self._move(event.work_id, max(at, held.starts_at), 5 * _MINUTE_S)

    def _change_guard(self, event: operation.OperationOpened) -> None:
        """Prolong a guard before its end, or after; now and then to no later than it was."""
        if self._chance.random() < 0.5:
            hours = self._chance.choice((-1, 1, 2))
            self._say(
                (1 + self._chance.random() * 4) * _HOUR_S,
                "prolong_guard",
                operation_id=event.operation_id,
                guard_until=event.guard_until + hours * HOUR,
                reason="the congress goes on",
            )

    def _fill(self, event: operation.GuardGapFound, state: Jurisdiction, at: int) -> None:
        """Post others where nobody stands, and take a post back now and then."""
        held = state.operations.by_id.get(event.operation_id)
        watch = None if held is None else held.sites.get(event.site_id)
        chance = self._chance
        if watch is None or chance.random() < 0.3:
            return
        self._say(
            5 * _MINUTE_S,
            "post_guard",
            operation_id=event.operation_id,
            post=GuardPost(
                site_id=event.site_id, member_ids=tuple(chance.sample(self._place.members, 2))
            ),
            starts_at=max(event.starts_at, at + 6 * MINUTE),
            ends_at=max(event.ends_at, at + HOUR),
        )
        if watch.guards and chance.random() < 0.5:
            last = watch.guards[-1]
            self._say(
                chance.random() * _HOUR_S,
                "withdraw_post",
                operation_id=event.operation_id,
                site_id=event.site_id,
                member_ids=last.post.member_ids,
                starts_at=last.starts_at,
                reason="wanted elsewhere",
            )
