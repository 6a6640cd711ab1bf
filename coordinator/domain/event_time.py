"""When a thing happened, as its sender says: the one bound for all signals that say so.

Nothing happens before what it is about began, nor after it was told. A time that cannot be is
refused in words; clocks that differ a little are no reason, such a time is drawn to the bound.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas import catalogue
from schemas.durations import DAY, MINUTE
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.sentences import rights
from schemas.signals.alert import AlertReceived
from schemas.signals.assignment import AbortAssignment, AssignmentAnswer, FinishAssignment
from schemas.signals.command import CallHelp
from schemas.signals.envelope import Signal
from schemas.signals.incident import OutageGone, OutageReported, OutageUpdated, RecordCallBack
from schemas.signals.roster import BroughtAway
from schemas.signals.safety import WeatherReported
from schemas.signals.site import SiteSupplyReported
from schemas.signals.task import FinishTask, MeetMilestone
from schemas.signals.ticket import ConfirmClear, EndTicket, FinishWork

CLOCKS_DIFFER_MS: Final = MINUTE
"""What two sound clocks may differ by: phones and servers that are set by a network agree to within
a second, one that has been without for weeks to within a minute."""
_TOLD_LATE_MS: Final = DAY
"""How late a state that has no beginning of its own (weather, a site's supply) may be told: longer
than a crew stays in a dead spot, and what is older is no news of how it is now."""

_NEWS_MS: Final = 92 * DAY
"""How long ago an outage that is reported may have begun: a quarter, longer than any lasts that
nobody knew of; a clock that was never set shows years. All else that has no beginning here is told
within that time, too."""

_NEVER_LATE: Final = (AssignmentAnswer, CallHelp)
"""A member in the field whose phone has a wrong clock is not turned away: all that is known is that
it was told by now."""
_OF_SOURCES: Final = (OutageReported, OutageUpdated, OutageGone)
"""An outage is as real as others where its source has a clock that was never set."""


def begun(incident: Incident) -> int:
    """Return when an incident began, or began anew, UTC milliseconds."""
    return max(incident.started_at, incident.reopened_at or 0)


def _of_incident(state: Jurisdiction, incident_id: str | None) -> int | None:
    incident = state.incidents.by_id.get(incident_id or "")
    return None if incident is None else begun(incident)


def _field(things: Any, id_: str, name: str) -> int | None:
    found = things.get(id_)
    return None if found is None else int(getattr(found, name))


def _ticket(state: Jurisdiction, ticket_id: str) -> int | None:
    ticket = state.safety.tickets.get(ticket_id)
    if ticket is None:
        return None
    task = _field(state.tasks.by_id, ticket.task_id or "", "opened_at")
    found = (_of_incident(state, ticket.incident_id), task)
    return max((it for it in found if it is not None), default=None)


_BEGAN: Final[Mapping[str, Callable[[Jurisdiction, str], int | None]]] = {
    "incident_id": _of_incident,
    "assignment_id": lambda state, id_: _field(state.assignments.by_id, id_, "offered_at"),
    "escalation_id": lambda state, id_: _field(state.escalations.by_id, id_, "started_at"),
    "operation_id": lambda state, id_: _field(state.operations.by_id, id_, "opened_at"),
    "unit_id": lambda state, id_: _field(state.units.by_id, id_, "called_at"),
    "ticket_id": _ticket,
    "objective_id": lambda state, id_: _field(state.command.objectives, id_, "set_at"),
    "roll_call_id": lambda state, id_: _field(state.command.roll_calls, id_, "opened_at"),
    "help_call_id": lambda state, id_: _field(state.command.help_calls, id_, "called_at"),
    "task_id": lambda state, id_: _field(state.tasks.by_id, id_, "opened_at"),
    "work_id": lambda state, id_: _field(state.planned_works.by_id, id_, "set_at"),
    "branch_id": lambda state, id_: _field(state.branches.by_id, id_, "requested_at"),
    "ward_id": lambda state, id_: _field(state.community.wards, id_, "taken_at"),
    "whistle_id": lambda state, id_: _field(state.community.whistles, id_, "blown_at"),
}
"""By the field that names the subject of a signal: when that subject began."""
_SUBJECTS: Final = {
    model: tuple((field, when) for field, when in _BEGAN.items() if field in model.model_fields)
    for model in catalogue.SIGNALS.values()
}


def _of_work(
    state: Jurisdiction, signal: ConfirmClear | FinishWork | EndTicket
) -> Iterable[int | None]:
    """People are counted off after work went on last, and after the word that supply is back."""
    ticket = state.safety.tickets.get(signal.ticket_id)
    if ticket is not None:
        yield ticket.since
        yield ticket.supply_back_at


def _of_milestones(state: Jurisdiction, signal: FinishTask) -> Iterable[int | None]:
    task = state.tasks.by_id.get(signal.task_id)
    return () if task is None else (it.met_at for it in task.milestones.values())


def _of_milestone(state: Jurisdiction, signal: MeetMilestone) -> Iterable[int | None]:
    """What was set later was not met before, another date or not."""
    task = state.tasks.by_id.get(signal.task_id)
    step = None if task is None else task.milestones.get(signal.milestone)
    return () if step is None else (step.set_at,)


def _of_supply(state: Jurisdiction, signal: RecordCallBack) -> Iterable[int | None]:
    incident = state.incidents.by_id.get(signal.incident_id)
    return () if incident is None else (incident.restored_at,)


def _of_assignment(
    state: Jurisdiction, signal: AbortAssignment | FinishAssignment
) -> Iterable[int | None]:
    """Whoever ends their part was there until then: on their way, arrived, seen."""
    held = state.assignments.by_id.get(signal.assignment_id)
    return () if held is None else (held.en_route_at, held.on_scene_at, held.seen_at)


def _of_unfit(state: Jurisdiction, signal: BroughtAway) -> Iterable[int | None]:
    member = state.roster.members.get(signal.member_id)
    unfit = None if member is None else member.unfit
    return () if unfit is None else (unfit.since,)


_AFTER: Final[Mapping[type[Signal], Callable[[Jurisdiction, Any], Iterable[int | None]]]] = {
    AbortAssignment: _of_assignment,
    FinishAssignment: _of_assignment,
    ConfirmClear: _of_work,
    FinishWork: _of_work,
    EndTicket: _of_work,
    FinishTask: _of_milestones,
    MeetMilestone: _of_milestone,
    RecordCallBack: _of_supply,
    BroughtAway: _of_unfit,
}
"""What ends something happens after what it ends: by kind of signal, after which moments."""


def began(state: Jurisdiction, signal: Signal) -> int:
    """Return when what a signal is about began, UTC milliseconds.

    Without a beginning of its own it is what could still be news.
    """
    found = []
    for field, when in _SUBJECTS[type(signal)]:
        id_ = getattr(signal, field)
        if id_ is not None and (moment := when(state, id_)) is not None:
            found.append(moment)
    if (after := _AFTER.get(type(signal))) is not None:
        found += [it for it in after(state, signal) if it is not None]
    if isinstance(signal, SiteSupplyReported | WeatherReported):
        found.append(signal.at - _TOLD_LATE_MS)
    return max(found, default=signal.at - _NEWS_MS)


def happened_at(state: Jurisdiction, signal: Signal, at: int) -> int:
    """Return the event time of a signal that is recorded at `at`, drawn to its bounds."""
    if signal.happened_at >= at:
        return at
    if _taken_all_the_same(state, signal):
        return at
    return min(max(signal.happened_at, began(state, signal)), at)


def check(state: Jurisdiction, signal: Signal) -> Iterable[SignalRefused]:
    """Return a refusal of an event time that cannot be, else nothing."""
    if isinstance(signal, AlertReceived) and signal.sent_at > signal.at + CLOCKS_DIFFER_MS:
        return refuse(rights.HAPPENS_AFTER_TOLD, field="sent_at", value=signal.sent_at)
    return () if _taken_all_the_same(state, signal) else _impossible(state, signal)


def _taken_all_the_same(state: Jurisdiction, signal: Signal) -> bool:
    """Whether a signal is taken though its time cannot be: as told by now, and that is warned."""
    if not isinstance(signal, _NEVER_LATE + _OF_SOURCES) or not _impossible(state, signal):
        return False
    ahead = signal.happened_at > signal.at + CLOCKS_DIFFER_MS
    return not ahead or isinstance(signal, _NEVER_LATE)


def doubted(state: Jurisdiction, signal: Signal) -> Iterable[RuleWarned]:
    """Say on record that a time was not taken as it was told, where the signal itself was."""
    if not _taken_all_the_same(state, signal):
        return ()
    about = getattr(signal, "assignment_id", None) or getattr(signal, "member_id", None)
    return (RuleWarned(rule=rights.TIME_NOT_AS_TOLD, about=about),)


def can_have_begun(started_at: int, at: int) -> bool:
    """Whether an outage that is told of at `at` can have begun then (both UTC milliseconds)."""
    return at - _NEWS_MS <= started_at <= at + CLOCKS_DIFFER_MS


def _impossible(state: Jurisdiction, signal: Signal) -> Iterable[SignalRefused]:
    said = signal.occurred_at
    if said is None:
        return ()
    if said > signal.at + CLOCKS_DIFFER_MS:
        return refuse(rights.HAPPENS_AFTER_TOLD, field="occurred_at", value=said)
    if said < began(state, signal) - CLOCKS_DIFFER_MS:
        rule = rights.HAPPENS_BEFORE_IT_BEGAN
        return refuse(rule, field="occurred_at", value=said)
    return ()
