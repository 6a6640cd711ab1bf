"""The alarm that supply is reported back while people are at work on the line."""

from collections.abc import Iterable

from coordinator.domain.at_work import at_work_here, begun, people_at
from coordinator.domain.cause import Cause
from coordinator.domain.escalation import decide as escalation
from coordinator.domain.escalation.decide import call_off
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Task
from schemas.events.envelope import Event
from schemas.events.incident import IncidentRestored
from schemas.events.safety import SupplyReportedBack
from schemas.said import Said
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient, UnitRole

_KIND = NoticeKind.SUPPLY_BACK


def alarm(state: Jurisdiction, event: IncidentRestored, cause: Cause) -> Iterable[Event]:
    """Tell those on the line, their leader, the commander and the desk, once for each task."""
    for task in at_work_here(state, event.incident_id):
        climbing = state.escalations.by_subject.get(task.task_id, ())
        if any(state.escalations.by_id[it].cause is _KIND for it in climbing):
            continue
        about, text, told = task.task_id, text_of(task), _people(state, task)
        yield SupplyReportedBack(
            task_id=about, incident_id=event.incident_id, happened_at=event.happened_at
        )
        yield notify(cause, _KIND, Recipient.MEMBER, text, about=about, targets=told)
        # The ladder's first step tells the desk; the commander is not left to its second.
        yield notify(cause, _KIND, Recipient.COMMANDER, text, about=about)
        yield from escalation.start(
            state, cause, about=about, cause_kind=_KIND, ladder="help", text=text
        )


def text_of(task: Task) -> Said:
    return notices.supply_back(len(people_at(task)), task.work_leader)


def stands(state: Jurisdiction, task: Task) -> bool:
    """Whether people are at work where supply is said to be back, told or not."""
    incident = state.incidents.by_id.get(task.incident_id)
    restored = incident is not None and incident.restored_at is not None
    return restored and begun(task) and task.supply_back_at is not None


def call_off_alarm(state: Jurisdiction, task_id: str, reason: Said) -> tuple[Event, ...]:
    return call_off(state, about=task_id, cause_kind=_KIND, reason=reason)


def _people(state: Jurisdiction, task: Task) -> tuple[str, ...]:
    """Return those at the task, the leader of their unit, and who commands the incident."""
    people = set(people_at(task))
    unit = state.units.by_id.get(task.unit_id)
    if unit is not None:
        people.update(it for it in unit.people if unit.roles.get(it) is UnitRole.LEADER)
    command = state.command.by_incident.get(task.incident_id)
    if command is not None and command.commander_id in state.roster.members:
        people.add(command.commander_id)
    return tuple(sorted(people))
