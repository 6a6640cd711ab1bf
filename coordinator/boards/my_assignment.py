"""Where must I go, with whom, by when? The newest state, whatever order messages came in.

A row is drawn again when anything on it changes: also a colleague's answer, the weather, a ticket.
"""

from collections.abc import Iterable
from typing import Any, Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Kinds
from coordinator.boards.ports import Row
from coordinator.boards.work_tickets import steps
from coordinator.domain.assignment.finishing import may_lead
from coordinator.domain.at_work import at_work_here, bound_by, people_at, to_count
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from coordinator.domain.state.units import CalledTo, Unit
from coordinator.domain.ticket import supply_back
from coordinator.domain.unit.vacancy import led_by
from schemas import catalogue
from schemas.events.alert import AlertEvent
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationEvent
from schemas.events.safety import SafetyEvent, WeatherChanged
from schemas.events.ticket import TicketEvent
from schemas.said import document_of
from schemas.sentences import reasons
from schemas.value import said
from schemas.vocabulary import WarningColour

_TYPED: Final = reasons.as_typed("").code
_FOR_EVERYBODY: Final[Kinds] = frozenset({WeatherChanged, *catalogue.members(AlertEvent)})
_SAFETY: Final[Kinds] = frozenset(
    (*catalogue.members(SafetyEvent), *catalogue.members(TicketEvent))
)
_ESCALATION: Final[Kinds] = frozenset(catalogue.members(EscalationEvent))


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:  # noqa: C901 - each way in which a fact concerns somebody
    kind = type(event)
    if kind in _FOR_EVERYBODY:
        return {member for unit in after.units.by_id.values() for member in unit.people}
    found = set(touches.members(event, before, after))
    units = set(touches.units(event, before, after))
    if kind in _SAFETY:
        found |= _of_the_ticket(event, before, after, units)
    if kind in _ESCALATION:
        found |= _of_the_escalation(event, before, after)
    incident_id = getattr(event, "incident_id", None)
    if incident_id is not None:
        units.update(after.units.by_incident.get(incident_id, ()))
        for ticket in at_work_here(after, incident_id):
            units.add(ticket.unit_id)
            found |= people_at(ticket)
    found |= _beside_them(after, found, units)
    for unit_id in units:
        was, now = before.units.by_id.get(unit_id), after.units.by_id.get(unit_id)
        if now is not None:
            found.update(now.people)
        if was is not None and was is not now:
            found.update(was.people)
    return found


def _beside_them(state: Jurisdiction, people: set[str], units: set[str]) -> set[str]:
    """Return who is at a ticket of one of these units, or at one with one of these people, and note
    its unit: who of them is there says who may count the others off the line.
    """
    found: set[str] = set()
    for ticket in state.safety.tickets.values():
        if ticket.unit_id in units or not people.isdisjoint(people_at(ticket)):
            units.add(ticket.unit_id)
            found |= _named_on(ticket)
    return found


def _named_on(ticket: Ticket) -> set[str]:
    """Return who is to be counted off a ticket, and who answers for its permit and its issue."""
    others = (ticket.issuer, ticket.permitter)
    return {*to_count(ticket), *(it for it in others if it is not None)}


def _of_the_ticket(
    event: Event, before: Jurisdiction, after: Jurisdiction, units: set[str]
) -> set[str]:
    """Return who is or was at the ticket of a fact or named for it, and note its unit."""
    ticket_id = getattr(event, "ticket_id", None) or ""
    found: set[str] = set()
    for state in (before, after):
        ticket = state.safety.tickets.get(ticket_id)
        if ticket is not None:
            units.add(ticket.unit_id)
            found |= _named_on(ticket)
    return found


def _of_the_escalation(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    """Return whose assignment is being escalated."""
    found: set[str] = set()
    escalation_id: str = event.escalation_id  # type: ignore[attr-defined]
    for state in (before, after):
        escalation = state.escalations.by_id.get(escalation_id)
        if escalation is not None and escalation.about in state.assignments.by_id:
            found.add(state.assignments.by_id[escalation.about].member_id)
    return found


def row(state: Jurisdiction, key: str) -> Row | None:
    member = state.roster.members.get(key)
    if member is None or member.assignment_id is None:
        return None
    assignment = state.assignments.by_id.get(member.assignment_id)
    if assignment is None:
        return None
    unit = state.units.by_id.get(assignment.unit_id)
    escalation = state.escalations.by_id.get(assignment.escalation_id or "")
    kept_by = bound_by(state, assignment)
    return {
        "assignment_id": assignment.assignment_id,
        "realm": state.realm,
        "member_id": key,
        "role": assignment.role if unit is None else unit.roles.get(key, assignment.role),
        # Whoever leads says who leads next before they are done.
        "leads": (leads := unit is not None and len(unit.people) > 1 and led_by(state, unit, key)),
        "may_lead": list(may_lead(state, unit, key)) if leads and unit is not None else [],
        "straight_back": assignment.straight_back,
        "status": assignment.status,
        "unit_id": assignment.unit_id,
        "with": [] if unit is None else sorted(it for it in unit.people if it != key),
        "people": [] if unit is None else list(_colleagues(state, unit, key)),
        **_incident(state.incidents.by_id.get(assignment.incident_id or ""), assignment),
        **_called_to(None if unit is None else unit.called_to),
        "muster_point": [assignment.muster_point.lon, assignment.muster_point.lat],
        "offered_at": assignment.offered_at,
        "answer_by": assignment.answer_by,
        "arrive_by": assignment.arrive_by,
        "acknowledged_at": assignment.acknowledged_at,
        "accepted_at": assignment.accepted_at,
        "en_route_at": assignment.en_route_at,
        "on_scene_at": assignment.on_scene_at,
        "step": None if escalation is None else escalation.attempt,
        "resource_ids": [] if unit is None else list(unit.resource_ids),
        "resources": [] if unit is None else list(_resources(state, unit)),
        "tickets": list(_tickets(state, assignment.unit_id, key)),
        "at_work": bool(kept_by),
        "supply_back": _supply_back(state, kept_by, key),
        "weather": said(state.safety.weather),
        "alerts": [
            {"hazard": it.hazard, "colour": it.colour, "expires_at": it.expires_at}
            for _, it in sorted(state.alerts.by_id.items())
            if it.colour is not WarningColour.NONE
        ],
    }


def _supply_back(state: Jurisdiction, tickets: Iterable[Ticket], key: str) -> dict[str, Any] | None:
    """Return since when supply is said to be back where a member is at work or answers for it, and
    whom they tell: who leads the work, nobody where they lead it themselves.
    """
    found = [it for it in tickets if supply_back.stands(it)]
    if not found:
        return None
    return {
        "since": min(it.supply_back_at or 0 for it in found),
        "tell": sorted({it.work_leader for it in found} - {key}),
    }


def _incident(incident: Incident | None, assignment: Assignment) -> dict[str, Any]:
    found = {"incident_id": assignment.incident_id}
    names: tuple[str, ...] = ("kind", "grade", "cause", "address", "access", "place")
    names += ("urgency", "customers_out", "device", "circuit", "injury_risk", "text")
    if incident is None:
        return found | dict.fromkeys(names)
    return found | {
        "kind": incident.kind,
        "grade": incident.grade,
        "cause": incident.account.cause,
        "address": incident.account.address,
        "access": incident.account.access,
        "place": [incident.place.lon, incident.place.lat],
        "urgency": incident.urgency,
        "customers_out": incident.extent.customers_out,
        "device": incident.device,
        "circuit": incident.circuit,
        "injury_risk": bool(incident.account.injury_risk),
        "text": incident.account.text,
    }


def _called_to(called: CalledTo | None) -> dict[str, Any]:
    """Return the task, the operation, the site by name, and why somebody at a desk called: a rule
    that called for an incident says nothing that the incident does not say.
    """
    if called is None:
        return dict.fromkeys(("task", "operation", "site", "reason"))
    typed = called.reason.code == _TYPED
    return {
        "task": called.task,
        "operation": called.operation,
        "site": called.site,
        "reason": document_of(called.reason) if typed else None,
    }


def _colleagues(state: Jurisdiction, unit: Unit, key: str) -> Iterable[dict[str, Any]]:
    for member_id, assignment_id in sorted(unit.people.items()):
        assignment = state.assignments.by_id.get(assignment_id)
        if member_id != key and assignment is not None:
            role = unit.roles.get(member_id, assignment.role)
            yield {"member_id": member_id, "role": role, "status": assignment.status}


def _resources(state: Jurisdiction, unit: Unit) -> Iterable[dict[str, Any]]:
    for resource_id in unit.resource_ids:
        resource = state.resources.by_id.get(resource_id)
        if resource is not None:
            yield {"resource_id": resource_id, "kind": resource.resource.kind}


def _tickets(state: Jurisdiction, unit_id: str, key: str) -> Iterable[dict[str, Any]]:
    """Return the tickets of a unit, and those of others that a member is at or is named for: what
    is confirmed, and what they still wait for.
    """
    theirs = [
        it for it in state.safety.tickets.values() if it.unit_id == unit_id or key in _named_on(it)
    ]
    for ticket in sorted(theirs, key=lambda it: it.ticket_id):
        yield steps(state, ticket)


BOARD: Final = Board(
    name="my_assignment",
    concerns=touches.concerning("member_id", "assignment_id", "unit_id", "incident_id")
    | _FOR_EVERYBODY
    | _SAFETY
    | _ESCALATION,
    touched=touched,
    row=row,
    keys=lambda state: state.roster.members,
    on_request=True,
)
