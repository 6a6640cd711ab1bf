"""What a member may say of what is not theirs alone: who they have to be to it.

A role says who may send a kind of signal at all. Of members it says too little: a ticket, an
incident, a guarded site, a branch belong to those who are at work there, and to who commands.
Whoever is of a unit has accepted, is on the way or on scene; to be offered a place is not enough.
For work on a line, and to say that all is over, they have to be there or to have been.
Every kind of signal that members send stands in one of the two tables below.
"""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final

from msgspec.structs import replace

from coordinator.domain.at_work import bodies, people_at
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.recipients import reached
from coordinator.domain.guard_rights import no_guard_because
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.incident_index import living, report_key
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.events.notice import SignalRefused
from schemas.sentences import rights, tasks
from schemas.signals import (
    assignment,
    branch,
    command,
    community,
    incident,
    operation,
    roster,
    safety,
    site,
    task,
    ticket,
)
from schemas.signals import escalation as escalation_signals
from schemas.signals.envelope import Signal
from schemas.vocabulary import AssignmentStatus, Interlock, Role

_WITH_IT: Final = frozenset(
    {AssignmentStatus.ACCEPTED, AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SCENE}
)
_WAS_WITH_IT: Final = frozenset(
    {AssignmentStatus.DONE, AssignmentStatus.ABORTED, AssignmentStatus.RELEASED}
)


def is_of_unit(state: Jurisdiction, who: str, unit_id: str) -> bool:
    """Whether a person has accepted a place in a unit, and has not left it."""
    unit = state.units.by_id.get(unit_id)
    held = None if unit is None else state.assignments.by_id.get(unit.people.get(who, ""))
    return held is not None and held.status in _WITH_IT


def commands(state: Jurisdiction, who: str, incident_id: str | None) -> bool:
    post = state.command.by_incident.get(incident_id or "")
    return post is not None and post.commander_id == who


def is_of_incident(
    state: Jurisdiction, who: str, incident_id: str, at: int, *, there: bool = False
) -> bool:
    """Whether a person commands an incident or was with a unit of it at a moment (UTC ms).

    `there`: and had come to the scene; to be called to it is not enough.
    """
    if commands(state, who, incident_id):
        return True
    listed = (state.units.by_id.get(it) for it in state.units.by_incident.get(incident_id, ()))
    left = (it for it in state.units.by_id.values() if at <= it.was_of.get(incident_id, -1))
    for unit in chain(listed, left):
        for assignment_id in () if unit is None else unit.offered:
            held = state.assignments.by_id.get(assignment_id)
            if held is None or held.member_id != who or not _with_it(held, at):
                continue
            if not there or held.on_scene_at is not None:
                return True
    return False


def _with_it(held: Assignment, at: int) -> bool:
    if held.status in _WITH_IT:
        return True
    came = (held.accepted_at, held.en_route_at, held.on_scene_at) != (None, None, None)
    return came and held.status in _WAS_WITH_IT and at <= (held.ended_at or 0)


def speaks_for_ticket(
    state: Jurisdiction, who: str, ticket: Ticket, interlock: Interlock | None = None
) -> bool:
    """Whether a person is there, commands the incident, or is named for its permit.

    To have accepted, or to be on the way, is not enough: who is not there sees nothing of the line.
    """
    if interlock is Interlock.PERMIT and who == ticket.permitter:
        return True
    return is_there(state, who, ticket) or commands(state, who, ticket.incident_id)


def is_there(state: Jurisdiction, who: str, ticket: Ticket) -> bool:
    """Whether a person is on scene now, in the unit of a ticket or at the ticket itself."""
    member = state.roster.members.get(who)
    bound = None if member is None else member.assignment_id
    held = state.assignments.by_id.get(bound or "")
    if held is None or held.status is not AssignmentStatus.ON_SCENE:
        return False
    unit = state.units.by_id.get(held.unit_id)
    here = () if unit is None else bodies(unit)
    at_it = who in people_at(ticket) and not set(here).isdisjoint(bodies(ticket))
    return at_it or held.unit_id == ticket.unit_id


def nobody_is_there(state: Jurisdiction, ticket: Ticket) -> bool:
    """Whether all who could speak for a ticket have left the scene."""
    unit = state.units.by_id.get(ticket.unit_id)
    people = {*people_at(ticket), *(() if unit is None else unit.people)}
    return not any(is_there(state, it, ticket) for it in people)


def may_change(state: Jurisdiction, known: Incident, signal: Signal) -> bool:
    """Whether the sender may change what is known of an incident: a member only of their own."""
    if signal.actor_role is not Role.MEMBER or known.owner_id == signal.actor_id:
        return True
    at = _happened_at(signal)
    return is_of_incident(state, signal.actor_id, known.incident_id, at)


def _happened_at(signal: Signal) -> int:
    return signal.at if signal.occurred_at is None else signal.occurred_at


def check(state: Jurisdiction, signal: Signal) -> tuple[Event, ...]:
    """Refuse a member who is nothing to what they speak of; what is unknown is refused later."""
    ask = BY_RELATION.get(type(signal))
    return () if ask is None else ask(state, signal)


def check_for(state: Jurisdiction, signal: Signal) -> tuple[Event, ...]:
    """Refuse a desk that says on somebody's behalf what they could not have said themselves.

    Both are named then, who told it and who wrote it down; neither name may be a wrong one. For
    what is nobody's but their own, the concept asks whom it is said for.
    """
    who = signal.on_behalf_of
    ask = _TOLD_BY_OTHERS.get(type(signal))
    if who is None or ask is None:
        return ()
    told = signal.model_copy(update={"actor_id": who, "actor_role": Role.MEMBER})
    return tuple(
        replace(it, field="on_behalf_of") if isinstance(it, SignalRefused) else it
        for it in ask(state, told)
    )


def _of_incident(state: Jurisdiction, signal: Any) -> tuple[Event, ...]:
    if signal.incident_id not in state.incidents.by_id or is_of_incident(
        state, signal.actor_id, signal.incident_id, _happened_at(signal), there=True
    ):
        return ()
    return refuse(
        rights.for_incident_come_to(signal.incident_id),
        field="actor_id",
        value=signal.actor_id,
    )


def _numbers(state: Jurisdiction, signal: incident.ExtentReported) -> tuple[Event, ...]:
    return _changes(state, state.incidents.by_id.get(signal.incident_id), signal)


def _updates(state: Jurisdiction, signal: incident.OutageUpdated) -> tuple[Event, ...]:
    key = report_key(signal.source, signal.dedup_key)
    known = living(state.incidents, state.incidents.by_report.get(key))
    return _changes(state, known, signal)


def _changes(state: Jurisdiction, known: Incident | None, signal: Signal) -> tuple[Event, ...]:
    if known is None or may_change(state, known, signal):
        return ()
    return refuse(
        rights.known_changed_by(known.incident_id),
        field="actor_id",
        value=signal.actor_id,
    )


def _reports(state: Jurisdiction, signal: incident.OutageReported) -> tuple[Event, ...]:
    if signal.crew_status is None:
        return ()
    return refuse(
        rights.crew_status_by_crew(signal.crew_status),
        field="actor_id",
        value=signal.actor_id,
    )


def _weather(state: Jurisdiction, signal: safety.WeatherReported) -> tuple[Event, ...]:
    member = state.roster.members.get(signal.actor_id)
    bound = None if member is None else member.assignment_id
    held = state.assignments.by_id.get(bound or "")
    on_post = member is not None and member.posted_to is not None
    if on_post or (held is not None and held.status in _WITH_IT):
        return ()
    return refuse(
        rights.WEATHER_BY_WHO_IS_OUT,
        field="actor_id",
        value=signal.actor_id,
    )


def _at_site(state: Jurisdiction, signal: site.SiteSupplyReported) -> tuple[Event, ...]:
    held, who = state.sites.by_id.get(signal.site_id), signal.actor_id
    if held is None:
        return ()
    at = _happened_at(signal)
    kept = [
        no_guard_because(state, who, operation_id, signal.site_id, at)
        for operation_id, it in sorted(state.operations.by_id.items())
        if signal.site_id in it.sites
    ]
    touching = any(is_of_incident(state, who, it, at) for it in held.incident_ids)
    sent_there = any(
        unit.site_id == signal.site_id and is_of_unit(state, who, unit.unit_id)
        for unit in state.units.by_id.values()
    )
    if None in kept or touching or sent_there:
        return ()
    # Who was of the guard hears why they are no longer.
    stood = [it for it in kept if it != rights.posted_there_speak(signal.site_id)]
    rule = next(iter(stood), None) or rights.supply_by_guards(signal.site_id)
    return refuse(rule, field="actor_id", value=who)


def _on_post(state: Jurisdiction, signal: Any) -> tuple[Event, ...]:
    id_, site_id, who = signal.operation_id, signal.site_id, signal.actor_id
    held = state.operations.by_id.get(id_)
    if held is None or site_id not in held.sites:
        return ()
    why = no_guard_because(state, who, id_, site_id, _happened_at(signal))
    return () if why is None else refuse(why, field="actor_id", value=who)


def _for_ticket(state: Jurisdiction, signal: Any) -> tuple[Event, ...]:
    """Who is there, commands, or is named on the ticket; its steps ask further who may do them."""
    held = state.safety.tickets.get(signal.ticket_id)
    if held is None or signal.actor_id in (held.issuer, held.permitter):
        return ()
    if speaks_for_ticket(state, signal.actor_id, held, getattr(signal, "interlock", None)):
        return ()
    return refuse(
        rights.for_work_there(held.unit_id),
        field="actor_id",
        value=signal.actor_id,
    )


def _reached(
    state: Jurisdiction, signal: escalation_signals.AcknowledgeEscalation
) -> tuple[Event, ...]:
    known = state.escalations.by_id.get(signal.escalation_id)
    if known is None or signal.actor_id in reached(state, known):
        return ()
    if commands(state, signal.actor_id, escalation.incident_of(state, known)):
        return ()
    return refuse(
        rights.taken_on_by_who_was_reached(known.about),
        field="actor_id",
        value=signal.actor_id,
    )


def _own_team(state: Jurisdiction, signal: roster.TakeOverShift) -> tuple[Event, ...]:
    shift = state.roster.shifts.get(signal.shift_id)
    member = state.roster.members.get(signal.actor_id)
    if shift is None or signal.actor_id == signal.holder_id:
        return ()
    if member is not None and member.person.team_id == shift.team_id:
        return ()
    return refuse(
        rights.shift_of_own_team(shift.team_id),
        field="actor_id",
        value=signal.actor_id,
    )


def _of_task(state: Jurisdiction, signal: Any) -> tuple[Event, ...]:
    held = state.tasks.by_id.get(signal.task_id)
    if held is None or any(
        is_of_unit(state, signal.actor_id, unit_id) for unit_id in held.unit_ids
    ):
        return ()
    rule = tasks.speaks_for_own_task(signal.task_id)
    return refuse(rule, field="actor_id", value=signal.actor_id)


def _of_branch(state: Jurisdiction, signal: branch.ReportConduct) -> tuple[Event, ...]:
    held = state.branches.by_id.get(signal.branch_id)
    if held is None or signal.actor_id in held.members:
        return ()
    return refuse(
        rights.conduct_by_who_takes_part(signal.branch_id),
        field="actor_id",
        value=signal.actor_id,
    )


BY_RELATION: Final[Mapping[type[Signal], Callable[[Jurisdiction, Any], tuple[Event, ...]]]] = {
    incident.OutageReported: _reports,
    incident.OutageUpdated: _updates,
    incident.ExtentReported: _numbers,
    incident.ControlIncident: _of_incident,
    incident.RestoreIncident: _of_incident,
    site.SiteSupplyReported: _at_site,
    operation.CheckIn: _on_post,
    operation.TakeBackCheckIn: _on_post,
    operation.SupplyInterrupted: _on_post,
    operation.SupplyDisturbed: _on_post,
    operation.ReportPreparation: _on_post,
    ticket.IssueTicket: _for_ticket,
    ticket.ConfirmInterlock: _for_ticket,
    ticket.WithdrawInterlock: _for_ticket,
    ticket.StartWork: _for_ticket,
    ticket.HandOverTicket: _for_ticket,
    ticket.TakeOffTicket: _for_ticket,
    ticket.ConfirmClear: _for_ticket,
    ticket.FinishWork: _for_ticket,
    ticket.EndTicket: _for_ticket,
    safety.WithdrawOverride: _for_ticket,
    safety.WeatherReported: _weather,
    escalation_signals.AcknowledgeEscalation: _reached,
    roster.TakeOverShift: _own_team,
    branch.ReportConduct: _of_branch,
    task.MeetMilestone: _of_task,
    task.ReportTaskProgress: _of_task,
}
"""What a member says of something that others share, and who has to be what to it."""

_TOLD_BY_OTHERS: Final = {
    model: ask
    for model, ask in BY_RELATION.items()
    if model not in {incident.OutageReported, incident.OutageUpdated, incident.ExtentReported}
}
"""What the desk passes on for somebody who has to be something to it. Reports of outages are not
among them: whoever called is no member, or one who sees it from their own window."""

ANYBODY: Final[Mapping[type[Signal], str]] = {
    ticket.PauseWork: "whoever sees danger stops the work",
    command.CallHelp: "whoever sees somebody in need calls for them",
    command.TakeBackRollAnswer: "who answered: roll_taken_back.py",
    command.TakeBackHelp: "who called, or who comes: help_taken_back.py",
    assignment.TakeBackTap: "their own assignment: authority.py",
    command.AnswerRoll: "each for themself; who leads or commands for theirs: roll_call.py",
    assignment.AcknowledgeAssignment: "their own assignment: authority.py",
    assignment.AcceptAssignment: "their own assignment: authority.py",
    assignment.DeclineAssignment: "their own assignment: authority.py",
    assignment.Depart: "their own assignment: authority.py",
    assignment.Arrive: "their own assignment: authority.py",
    assignment.FinishAssignment: "their own assignment: authority.py",
    assignment.AbortAssignment: "their own assignment: authority.py",
    roster.ChangeAvailability: "themselves: roster.py",
    roster.ReportUnfit: "themselves, or who is with them: unfit.py",
    roster.ReportFit: "themselves: unfit.py",
    roster.BroughtAway: "themselves, who leads or commands them: unfit.py",
    roster.RegisterDevice: "themselves: roster.py",
    community.ClaimWhistle: "themselves: whistle.py",
    community.GiveBackWhistle: "themselves: whistle.py",
    community.ReportIn: "themselves: whistle.py",
    community.ReportNeed: "themselves, who have reported in: whistle.py",
    community.FinishWhistle: "who has reported in: whistle.py",
    community.PostMember: "themselves: community.py",
    community.TakeWard: "themselves: community.py",
    community.VisitWard: "a ward in their care: community.py",
    community.EndWard: "a ward in their care: community.py",
}
"""What any member may say, or says of nothing but their own; and where that is held."""
