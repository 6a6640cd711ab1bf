"""Who may be on one ticket, in which role, and who of them must be there while it is at work."""

from typing import Final

from coordinator.domain.command.roll_call import on_scene
from coordinator.domain.leave_to_work import Broken, broken_guarding, fewest, kept_from_line
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.ticket.named import broken_right, holders
from schemas.safety_rules import TicketRules
from schemas.sentences import planned, work
from schemas.signals.ticket import DraftTicket
from schemas.vocabulary import Skill, TicketRole, WorkKind

_CERTIFICATE: dict[WorkKind, Skill] = {
    WorkKind.LIVE_LINE_WORK: Skill.LIVE_LINE,
    WorkKind.CABLE_REPAIR: Skill.CABLE,
    WorkKind.RELAY_WORK: Skill.RELAY,
    WorkKind.HOISTING: Skill.HOISTING,
}
"""Work that only people with a special-operation certificate do (SAWS Order 30)."""

_FIELDS: Final = (
    (TicketRole.GUARDIAN, "guardian"),
    (TicketRole.PERMITTER, "permitter"),
    (TicketRole.ISSUER, "issuer"),
    (TicketRole.LEADER, "work_leader"),
    (TicketRole.CREW, "crew"),
)


def broken_crew_rule(state: Jurisdiction, signal: DraftTicket) -> Broken | None:
    """Return (rule, field, value) of the first rule the plan breaks, None for a sound one."""
    return (
        _broken_place(state, signal)
        or _broken_hours(state, signal)
        or _broken_roles(state, signal)
        or _broken_people(state, signal)
    )


def _broken_place(state: Jurisdiction, signal: DraftTicket) -> Broken | None:
    unit = state.units.by_id.get(signal.unit_id)
    if unit is None:
        return work.TICKET_OF_LIVING_UNIT, "unit_id", signal.unit_id
    if signal.incident_id is None and signal.task_id is None:
        return work.TICKET_OF_INCIDENT_OR_TASK, "incident_id", None
    if signal.incident_id not in (None, unit.incident_id):
        return work.UNIT_WORKS_HERE, "incident_id", signal.incident_id
    if signal.task_id not in (None, unit.task_id):
        return work.UNIT_WORKS_AT_TASK, "task_id", signal.task_id
    return None


def _broken_hours(state: Jurisdiction, signal: DraftTicket) -> Broken | None:
    """A ticket of planned work is drafted for its hours, not for those that are over."""
    if signal.work_id is None or signal.work_id in state.planned_works.by_id:
        return None
    return planned.NO_SUCH_PLANNED_WORK, "work_id", signal.work_id


def _broken_roles(state: Jurisdiction, signal: DraftTicket) -> Broken | None:
    rules = state.policy.safety
    if len(set(signal.crew)) < fewest(state):
        return work.TWO_AT_WORK, "crew", len(set(signal.crew))
    if signal.kind in rules.guardian_for and signal.guardian is None:
        return work.GUARDIAN_WANTED, "guardian", signal.kind
    if broken := _broken_names(rules.tickets, signal):
        return broken
    for ticket in state.safety.tickets.values():
        if ticket.work_leader == signal.work_leader:
            return work.ONE_TICKET_PER_LEADER, "work_leader", signal.work_leader
        if signal.guardian is not None and ticket.guardian == signal.guardian:
            return work.ONE_POINT_PER_GUARDIAN, "guardian", signal.guardian
    return broken_guarding(state, {signal.work_leader, *signal.crew}, signal.guardian)


def _broken_names(rules: TicketRules, signal: DraftTicket) -> Broken | None:
    """Return the first role on a ticket that its person may not have: not listed, or two in one."""
    held = holders(signal)
    for role, field in _FIELDS:
        for name in held.get(role, ()):
            rule = broken_right(rules, held, role, name)
            if rule is not None:
                return rule, field, name
    return None


def lacks_certificate(state: Jurisdiction, kind: WorkKind, member_id: str) -> Skill | None:
    """Return the special-operation certificate a member lacks for a kind of work, None for none."""
    skill = _CERTIFICATE.get(kind)
    member = state.roster.members.get(member_id)
    if skill is None or member is None:
        return None
    valid = any(
        it.skill is skill and it.valid_until > state.now for it in member.person.certificates
    )
    return None if valid else skill


def _broken_people(state: Jurisdiction, signal: DraftTicket) -> Broken | None:
    present = on_scene(state, signal.incident_id or signal.task_id or "")
    people = {signal.work_leader, *signal.crew}
    if signal.guardian is not None:
        people.add(signal.guardian)
    for member_id in sorted(people):
        if member_id not in present:
            return work.AT_WORK_ON_SCENE, "crew", member_id
        why = kept_from_line(state, member_id, signal.unit_id)
        if why is not None:
            return work.kept_from_line(member_id, why), "crew", member_id
    for member_id in sorted(set(signal.crew)):
        skill = lacks_certificate(state, signal.kind, member_id)
        if skill is not None:
            return work.valid_certificate(skill), "crew", member_id
    return None
