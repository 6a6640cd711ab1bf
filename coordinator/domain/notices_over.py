"""What a desk was told leaves its list when it is over, by the fact that ended it.

With a body, all that was said about it is over. Some facts end one thing that was said: supply is
back, and a line is no longer ready to be given it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.notices import DeskNotice
from schemas.events.envelope import Event
from schemas.events.incident import (
    CrewArrived,
    IncidentClosed,
    IncidentRestored,
    IncidentsMerged,
    IncidentWithdrawn,
)
from schemas.events.notice import NoticeOver
from schemas.events.operation import OperationCancelled, OperationConcluded
from schemas.events.planned_work import PlannedWorkCancelled, PlannedWorkOver
from schemas.events.roster import MemberBroughtAway, MemberFit
from schemas.events.task import TaskCancelled, TaskFinished
from schemas.events.ticket import InterlockConfirmed, WorkStarted
from schemas.events.unit import UnitFormed, UnitStoodDown
from schemas.vocabulary import NoticeKind

_ENDED: Final[Mapping[type[Any], str]] = {
    IncidentClosed: "incident_id",
    IncidentWithdrawn: "incident_id",
    IncidentsMerged: "incident_id",
    OperationConcluded: "operation_id",
    OperationCancelled: "operation_id",
    TaskFinished: "task_id",
    TaskCancelled: "task_id",
    PlannedWorkOver: "work_id",
    PlannedWorkCancelled: "work_id",
    UnitStoodDown: "unit_id",
}
"""By the end of a body: which of its fields names the body."""


def _of(field: str, *kinds: NoticeKind) -> Callable[[Any], Iterable[tuple[NoticeKind, str]]]:
    return lambda event: [(kind, getattr(event, field)) for kind in kinds]


_PARTS: Final[Mapping[type[Any], Callable[[Any], Iterable[tuple[NoticeKind, str]]]]] = {
    MemberFit: _of("member_id", NoticeKind.MEMBER_UNFIT),
    MemberBroughtAway: _of("member_id", NoticeKind.MEMBER_UNFIT),
    UnitFormed: _of("unit_id", NoticeKind.SHORTAGE, NoticeKind.CONFIRMATION_WANTED),
    CrewArrived: _of("incident_id", NoticeKind.LEFT_ALONE),
    IncidentRestored: _of("incident_id", NoticeKind.LEFT_ALONE),
}
"""By a fact: which kinds of notice about what are over with it."""
_UNREADY: Final = (IncidentRestored, InterlockConfirmed, WorkStarted)
"""After these a line that was ready may be so no longer."""

ENDING: Final[frozenset[type[Event]]] = frozenset((*_ENDED, *_PARTS, *_UNREADY))


def react(state: Jurisdiction, event: Event) -> Iterable[Event]:
    """Take off the list what a fact has put an end to; nothing where it is there no more."""
    if not state.notices.listed:
        return
    for key, held in sorted(state.notices.listed.items()):
        if _is_over(state, key, held, event):
            yield NoticeOver(notice_id=held.notice_id, because=event.type)


def _is_over(state: Jurisdiction, key: str, held: DeskNotice, event: Event) -> bool:
    field = _ENDED.get(type(event))
    if field is not None:
        return held.about is not None and held.about == getattr(event, field)
    if isinstance(event, _UNREADY) and held.kind is NoticeKind.READY_TO_ENERGISE:
        return not _is_ready(state, held.about)
    parts = _PARTS.get(type(event))
    return parts is not None and key in {f"{kind}/{about}" for kind, about in parts(event)}


def _is_ready(state: Jurisdiction, about: str | None) -> bool:
    """Whether the line of an incident or a task is ready to be given supply."""
    incident = state.incidents.by_id.get(about or "")
    task = state.tasks.by_id.get(about or "")
    return (incident is not None and incident.ready_to_energise_at is not None) or (
        task is not None and task.ready_to_energise_at is not None
    )
