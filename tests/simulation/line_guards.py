"""Guards of people on a line, taken out one at a time: the simulator has to notice each."""

from typing import Any

from coordinator.domain import at_work, leave_to_work
from coordinator.domain.assignment import staying
from coordinator.domain.incident import desk, fold
from coordinator.domain.planned_work import decide as planned_work
from coordinator.domain.safety import override
from coordinator.domain.state.jurisdiction import with_timers
from coordinator.domain.state.safety import Ticket
from coordinator.domain.task import ending
from coordinator.domain.ticket import clearing, decide, interlock
from coordinator.domain.unit import decide as unit
from schemas.durations import MINUTE
from schemas.events.assignment import AssignmentReleased
from schemas.events.ticket import ReadyToEnergise
from schemas.events.unit import UnitStoodDown
from schemas.sentences import reasons
from tests.simulation.mutation import Mutation


def _let_go(state: Any, assignment_id: str, reason: Any) -> tuple[Any, ...]:
    return (AssignmentReleased(assignment_id=assignment_id, reason=reason),)


def _stood_down(state: Any, unit_id: str, reason: Any) -> tuple[Any, ...]:
    return (UnitStoodDown(unit_id=unit_id, reason=reason),)


def _stood_down_by_hand(state: Any, held: Any, signal: Any) -> tuple[Any, ...]:
    return _stood_down(state, held.unit_id, reasons.as_typed(signal.reason))


def _closing_at_once(state: Any, incident: Any, at: int) -> Any:
    if incident.restored_at is None:
        return state
    wait = state.policy.correlation.close_after_restored_min * MINUTE
    return with_timers(state, state.timers.set("close", incident.incident_id, at + wait))


def _only_while_working(ticket: Ticket) -> bool:
    return ticket.stage.value in ("working", "stopped")


def _ready_at_once(state: Any, event: Any) -> tuple[Any, ...]:
    said = {"ticket_id": event.ticket_id, "happened_at": event.happened_at}
    return (ReadyToEnergise(incident_id=event.incident_id, **said),)


GUARDS = (
    Mutation(
        "nobody-let-go",
        "nobody on a living ticket is let go",
        ((at_work, "release", _let_go), (at_work, "stand_down", _stood_down)),
    ),
    Mutation(
        "units-stay",
        "no unit with a living ticket is stood down",
        ((at_work, "stand_down", _stood_down), (unit, "_stand_down_by_hand", _stood_down_by_hand)),
    ),
    Mutation(
        "nothing-ended-over-people",
        "nothing is closed or merged over a living ticket",
        ((desk, "_over", lambda state, incident_id, field="incident_id": ()),),
    ),
    Mutation(
        "nobody-finishes-by-themselves",
        "who is bound by a ticket does not end their own assignment",
        ((staying, "kept_by_work", lambda state, held, signal: ()),),
    ),
    Mutation(
        "the-clock-waits",
        "the clock closes nothing while a ticket lives",
        ((fold, "start_closing", _closing_at_once),),
    ),
    Mutation(
        "bound-from-the-permit",
        "a ticket binds from its first step, and to its end",
        ((at_work, "begun", _only_while_working),),
    ),
    Mutation(
        "one-step-after-the-other",
        "a step is confirmed in its turn, and no work starts without all",
        ((interlock, "lacking", lambda ticket, at, before=None: None),),
    ),
    Mutation(
        "never-set-aside",
        "verifying dead and grounding are never set aside",
        ((override, "NEVER_SET_ASIDE", frozenset()),),
    ),
    Mutation(
        "by-hands-that-are-there",
        "a line is verified dead and grounded by who is there",
        ((interlock, "_is_at_it", lambda state, ticket, signal: ()),),
    ),
    Mutation(
        "cleared-before-it-is-over",
        "people off, tools out and earths removed come before the work is over",
        ((clearing, "still_to_clear", lambda ticket, before=None: None),),
    ),
    Mutation(
        "the-whole-crew",
        "no work starts while one of its people is hurt or looked for",
        ((leave_to_work, "kept_from_line", lambda state, member_id, unit_id: None),),
        broke_at=(5_002,),
    ),
    Mutation(
        "ready-when-all-have-ended",
        "an incident is ready to energise when its last ticket has ended",
        ((decide, "_ready", _ready_at_once),),
    ),
    Mutation(
        "planned-work-waits",
        "planned work whose time has run out waits for those who are at it",
        ((planned_work, "at_planned_work", lambda state, work_id: ()),),
    ),
    Mutation(
        "a-task-waits",
        "a task does not end over people at work",
        ((ending, "at_work", lambda state, unit_id: ()),),
    ),
)
