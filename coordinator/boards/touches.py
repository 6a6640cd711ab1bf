"""Which things a fact is about, so that only their rows are drawn again."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Final, NamedTuple

from coordinator.domain.state.aid import Conversation
from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas import catalogue
from schemas.events.command import CommandEvent
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged

_INCIDENT_FIELDS = ("incident_id", "into", "recurrence_of")


def _having(*fields: str) -> dict[type[Event], tuple[str, ...]]:
    found = {
        model: tuple(field for field in fields if field in model.__struct_fields__)
        for model in catalogue.EVENTS.values()
    }
    return {model: names for model, names in found.items() if names}


def concerning(*fields: str) -> frozenset[type[Event]]:
    """Return the kinds of fact that name one of these things: a board looks at no others."""
    return frozenset(_having(*fields))


COMMANDING = frozenset(catalogue.members(CommandEvent))
"""Command, objectives, roll calls and calls for help."""

_BY_INCIDENT = _having(*_INCIDENT_FIELDS)
_BY_UNIT = _having("unit_id")
_BY_ASSIGNMENT = _having("assignment_id")
_BY_MEMBER = _having("member_id", "holder_id", "taker_id")
_BY_SITE = _having("site_id")
_BY_OPERATION = _having("operation_id")
_BY_LONG_TASK = _having("task_id")
_BY_WORK = _having("work_id")
_BY_BRANCH = _having("branch_id")
_BY_RESOURCE = _having("resource_id")
_BY_TICKET = _having("ticket_id")
_BY_AID = _having("aid_id")
_BY_ALARM = _having("escalation_id")
_BY_ALERT = _having("alert_id")

_NAMES: Final = {
    model: tuple(
        (field, thing)
        for thing, table in enumerate((_BY_INCIDENT, _BY_UNIT, _BY_MEMBER, _BY_ASSIGNMENT))
        for field in table.get(model, ())
    )
    for model in catalogue.EVENTS.values()
}
"""The fields by which a fact names an incident (0), a unit (1), a member (2), an assignment (3)."""


def _named(event: Event, table: dict[type[Event], tuple[str, ...]]) -> list[str]:
    fields = table.get(type(event))
    if fields is None:
        return []
    return [it for field in fields if (it := getattr(event, field)) is not None]


class _About(NamedTuple):
    """Which things a fact is about, directly or by an assignment."""

    incidents: frozenset[str]
    units: frozenset[str]
    members: frozenset[str]


_NOBODY: Final[frozenset[str]] = frozenset()
_NOTHING: Final = _About(_NOBODY, _NOBODY, _NOBODY)
_AboutAll = Callable[[Event, Jurisdiction, Jurisdiction], _About]


def _once(ask: _AboutAll) -> _AboutAll:
    """Remember the answer about the last fact: one board after another asks for the same one.

    What is remembered is one tuple, put in place whole, so that threads that draw other states at
    the same time only ask again.
    """
    last: tuple[Any, Any, Any, _About] = (None, None, None, _NOTHING)

    @wraps(ask)
    def asked(event: Event, before: Jurisdiction, after: Jurisdiction) -> _About:
        nonlocal last
        of, then, now, known = last
        if of is event and then is before and now is after:
            return known
        found = ask(event, before, after)
        last = (event, before, after, found)
        return found

    return asked


@_once
def _about(event: Event, before: Jurisdiction, after: Jurisdiction) -> _About:
    named: tuple[list[str], ...] = ([], [], [], [])
    for field, thing in _NAMES[type(event)]:
        id_ = getattr(event, field)
        if id_ is not None:
            named[thing].append(id_)
    incidents, units, members, assignments = named
    for id_ in assignments:
        held = after.assignments.by_id.get(id_) or before.assignments.by_id.get(id_)
        if held is not None:
            units.append(held.unit_id)
            members.append(held.member_id)
    for unit_id in units:
        unit = after.units.by_id.get(unit_id) or before.units.by_id.get(unit_id)
        if unit is not None and unit.incident_id is not None:
            incidents.append(unit.incident_id)
    return _About(frozenset(incidents), frozenset(units), frozenset(members))


def units(event: Event, before: Jurisdiction, after: Jurisdiction) -> frozenset[str]:
    """Return the units a fact is about, directly or by an assignment."""
    return _about(event, before, after).units


def incidents(event: Event, before: Jurisdiction, after: Jurisdiction) -> frozenset[str]:
    """Return the incidents a fact names, and those of its units."""
    return _about(event, before, after).incidents


def members(event: Event, before: Jurisdiction, after: Jurisdiction) -> frozenset[str]:
    """Return the people a fact names, directly or by an assignment."""
    return _about(event, before, after).members


def worked_at(event: Event, before: Jurisdiction, after: Jurisdiction) -> frozenset[str]:
    """Return the incidents of the tickets a fact is about; most are about none."""
    if type(event) not in _BY_TICKET:
        return _NOBODY
    found = (it.incident_id for it in tickets(event, before, after))
    return frozenset(it for it in found if it is not None)


def tickets(event: Event, before: Jurisdiction, after: Jurisdiction) -> list[Ticket]:
    if type(event) not in _BY_TICKET:
        return []
    found = (
        after.safety.tickets.get(it) or before.safety.tickets.get(it)
        for it in _named(event, _BY_TICKET)
    )
    return [it for it in found if it is not None]


def sites(event: Event) -> set[str]:
    return set(_named(event, _BY_SITE))


def operations(event: Event) -> set[str]:
    return set(_named(event, _BY_OPERATION))


def tasks(event: Event) -> set[str]:
    return set(_named(event, _BY_LONG_TASK))


def works(event: Event) -> set[str]:
    return set(_named(event, _BY_WORK))


def branches(event: Event) -> set[str]:
    return set(_named(event, _BY_BRANCH))


def resources(event: Event) -> set[str]:
    return set(_named(event, _BY_RESOURCE))


def aid(event: Event) -> set[str]:
    return set(_named(event, _BY_AID))


def alerts(event: Event) -> set[str]:
    return set(_named(event, _BY_ALERT))


def alarm(event: Event, before: Jurisdiction, after: Jurisdiction) -> Escalation | None:
    """Return the alarm that a fact is about, as it is or as it last was; most are about none."""
    if type(event) not in _BY_ALARM:
        return None
    return next(
        (
            after.escalations.by_id.get(it) or before.escalations.by_id.get(it)
            for it in _named(event, _BY_ALARM)
        ),
        None,
    )


def named_incidents(event: Event) -> set[str]:
    """Return the incidents a fact names itself, those of its units left out."""
    return set(_named(event, _BY_INCIDENT))


def conversation(event: Event, before: Jurisdiction, after: Jurisdiction) -> Conversation | None:
    """Return the talk about help that a fact belongs to, as it is or as it last was."""
    for aid_id in _named(event, _BY_AID):
        return after.aid.by_id.get(aid_id) or before.aid.by_id.get(aid_id)
    return None


def commanded(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    """Return the incidents whose command, objectives, roll calls or tickets a fact is about, and
    the tasks whose roll calls it is about.
    """
    found = set(_named(event, _BY_INCIDENT))
    fact: Any = event
    if type(event) in COMMANDING:
        found.update(_named(event, _BY_LONG_TASK))
    for field, now, then in (
        ("objective_id", after.command.objectives, before.command.objectives),
        ("roll_call_id", after.command.roll_calls, before.command.roll_calls),
        ("ticket_id", after.safety.tickets, before.safety.tickets),
    ):
        id_ = getattr(fact, field, None)
        if id_ is not None:
            held: Any = now.get(id_) or then.get(id_)
            if held is not None and held.incident_id is not None:
                found.add(held.incident_id)
            elif field == "roll_call_id" and held is not None:
                found.add(held.here)
    return found


def shifts_of_import(event: RosterChanged, before: Jurisdiction) -> set[str]:
    """Return the shifts that a roster writes anew or takes out, and those that leavers stood on."""
    gone = frozenset(event.removed_members)
    left = (
        id_
        for id_, it in before.roster.shifts.items()
        if gone and not gone.isdisjoint(it.member_ids)
    )
    return {*(it.shift_id for it in event.shifts), *event.removed_shifts, *left}


def on_shifts(state: Jurisdiction, shift_ids: Iterable[str]) -> set[str]:
    """Return who stands on these shifts."""
    shifts = (state.roster.shifts.get(it) for it in shift_ids)
    return {member_id for it in shifts if it is not None for member_id in it.member_ids}
