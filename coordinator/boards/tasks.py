"""Which tasks are under way, how far is each, which step is due next, and who works now?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.boards.work_tickets import shown
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.task.shifts import people_of
from schemas.events.envelope import Event
from schemas.events.roster import PolicyAdopted
from schemas.events.safety import WeatherChanged
from schemas.signals.task import OpenTask


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, WeatherChanged | PolicyAdopted):
        return {it.task_id for it in after.safety.tickets.values() if it.task_id is not None}
    named = touches.tasks(event)
    named.update(
        it.task_id for it in touches.tickets(event, before, after) if it.task_id is not None
    )
    for unit_id in touches.units(event, before, after):
        unit = after.units.by_id.get(unit_id) or before.units.by_id.get(unit_id)
        if unit is not None and unit.task_id is not None:
            named.add(unit.task_id)
    return named


def row(state: Jurisdiction, key: str) -> Row | None:
    task = state.tasks.by_id.get(key)
    if task is None:
        return None
    open_ = [it.due_at for it in task.milestones.values() if it.met_at is None]
    return {
        "task_id": key,
        "realm": state.realm,
        "name": task.name,
        "aim": task.aim,
        "deadline_at": task.deadline_at,
        "deadline_missed": task.deadline_missed,
        "percent": task.percent,
        "next_due_at": min(open_, default=task.deadline_at),
        "milestones": [
            {
                "milestone": name,
                "due_at": it.due_at,
                "met_at": it.met_at,
                "late": it.late or (it.missed and it.met_at is None),
            }
            for name, it in sorted(task.milestones.items(), key=lambda it: (it[1].due_at, it[0]))
        ],
        "unit_ids": sorted(it.unit_id for it in state.units.by_id.values() if it.task_id == key),
        "people": len(people_of(state, key)),
        "on_shift": list(task.on_shift),
        "tickets": [
            shown(state, it) for _, it in sorted(state.safety.tickets.items()) if it.task_id == key
        ],
        "ready_to_energise_at": task.ready_to_energise_at,
        "shifts": [
            {
                "member_ids": list(it.member_ids),
                "starts_at": it.starts_at,
                "ends_at": it.ends_at,
            }
            for it in task.shifts
        ],
    }


BOARD: Final = Board(
    name="tasks",
    concerns=touches.concerning("task_id", "unit_id", "assignment_id", "ticket_id")
    | {WeatherChanged, PolicyAdopted},
    touched=touched,
    row=row,
    keys=lambda state: state.tasks.by_id,
    of=("tsk",),
    panel=Panel(reads=("name", "aim", "next_due_at"), adds=OpenTask, words={"aim": "aim"}),
)
