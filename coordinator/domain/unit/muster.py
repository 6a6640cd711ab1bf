"""From a need to people on their way: what is called for, formed, replaced, relieved, retried."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.notice import notify
from coordinator.domain.state.incidents import ENDED, Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.greedy import Formed, form
from coordinator.domain.unit.template import need_of, rings_first, template_for
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.unit import (
    ProposalAwaited,
    UnitCalled,
    UnitFormed,
    UnitProposed,
    UnitReinforced,
    UnitShort,
)
from schemas.muster import Explanation, Need, Pick, ResourceNeed, RoleNeed
from schemas.sentences import choices, notices, reasons
from schemas.vocabulary import EventGrade, NoticeKind, Recipient, UnitRole
from schemas.why_not import WhyNot

_RETRY_DOUBLINGS_MAX = 4


def called_for(state: Jurisdiction, incident: Incident, cause: Cause) -> tuple[Event, ...]:
    """Call a unit for a graded incident, or a larger one when it has grown."""
    template = template_for(state, incident, crew_counts=True)
    if (
        template is None
        or incident.restored_at is not None
        or incident.phase in ENDED
        or rings_first(state, incident, template)
    ):
        return ()
    wanted = sum(it.count for it in template.roles)
    already = 0
    for unit_id in state.units.by_incident.get(incident.incident_id, ()):
        unit = state.units.by_id.get(unit_id)
        if unit is not None and unit.stage is not Stage.STOOD_DOWN:
            already = max(already, sum(it.count for it in unit.need.roles))
    if already >= wanted:
        return ()
    grade = incident.grade or EventGrade.FAULT
    return (
        UnitCalled(
            unit_id=cause.mint("unt"),
            incident_id=incident.incident_id,
            need=need_of(template, incident.place, cause.at),
            priority=max(incident.priority, incident.raised),
            propose_by=cause.at + state.policy.muster.propose_within_s * 1_000,
            automatic=template.automatic,
            reason=reasons.graded(grade),
        ),
    )


def search(state: Jurisdiction, unit: Unit, at: int) -> Formed:
    """Look for a called unit's people, unless others wait in vain before it.

    Who waits longer, or counts more, is served first; and where nobody who could lead is free,
    looking again for each of hundreds would only cost time.
    """
    ahead = any(_before(state, it, unit) for it in state.units.waiting)
    if ahead:
        roles = tuple((it.role, it.count) for it in unit.need.roles)
        explanation = Explanation(
            method=choices.WAITS_IN_LINE,
            removed={WhyNot.OTHERS_WAIT_BEFORE: len(state.units.waiting)},
        )
        return Formed((), (), roles, (), explanation)
    return form(state, unit.need, at, without=unit.tried)


def _before(state: Jurisdiction, unit_id: str, unit: Unit) -> bool:
    other = state.units.by_id[unit_id]
    if other.stage is not Stage.CALLED or unit_id == unit.unit_id:
        return False
    mine, theirs = priority_of(state, unit), priority_of(state, other)
    return theirs > mine or (theirs == mine and other.called_at < unit.called_at)


def priority_of(state: Jurisdiction, unit: Unit) -> int:
    """Return what a unit counts now: its incident may have grown."""
    incident = state.incidents.by_id.get(unit.incident_id or "")
    return unit.priority if incident is None else max(incident.priority, incident.raised)


def proposed_or_formed(
    state: Jurisdiction, unit: Unit, formed: Formed, cause: Cause, *, automatic: bool = False
) -> Iterable[Event]:
    """Send what could be found, or propose it; say what is missing."""
    if not can_go(state, formed):
        roles = tuple((it.role, it.count) for it in unit.need.roles)
        return short(state, unit, formed._replace(missing=roles), cause)
    if automatic or unit.automatic:
        return sent(state, unit, formed, "policy", cause)
    text = notices.confirmation_wanted(len(formed.picks))
    return (
        UnitProposed(
            unit_id=unit.unit_id,
            picks=formed.picks,
            allotments=formed.allotments,
            explanation=formed.explanation,
            confirm_by=cause.at + state.policy.muster.confirm_within_s * 1_000,
        ),
        *escalation.start(
            state,
            cause,
            about=unit.unit_id,
            cause_kind=NoticeKind.CONFIRMATION_WANTED,
            ladder="confirmation",
            text=text,
        ),
    )


def sent(
    state: Jurisdiction, unit: Unit, formed: Formed, confirmed_by: str, cause: Cause
) -> tuple[Event, ...]:
    """Send a unit. Whom it lacks is looked for again; of a vehicle it lacks the desk is told."""
    facts: list[Event] = [
        UnitFormed(
            unit_id=unit.unit_id,
            confirmed_by=confirmed_by,
            picks=formed.picks,
            allotments=formed.allotments,
            explanation=formed.explanation,
        )
    ]
    if formed.missing:
        facts.extend(short(state, unit, formed, cause))
    elif formed.missing_resources:
        lacks = [notices.lacking_vehicles(count, it) for it, count in formed.missing_resources]
        text = notices.short_of(lacks)
        kind, desk = NoticeKind.VEHICLES_LACKING, Recipient.DISPATCHER
        facts.append(notify(cause, kind, desk, text, about=unit.unit_id))
    return tuple(facts)


def can_go(state: Jurisdiction, formed: Formed) -> bool:
    """Nobody goes alone, without a leader, or without a safety supervisor."""
    lacking = {role for role, _ in formed.missing} - {it.role for it in formed.picks}
    return (
        len(formed.picks) >= max(2, state.policy.muster.smallest)
        and UnitRole.LEADER not in lacking
        and UnitRole.SAFETY_SUPERVISOR not in lacking
    )


def short(
    state: Jurisdiction,
    unit: Unit,
    formed: Formed,
    cause: Cause,
    *,
    why: Explanation | None = None,
) -> list[Event]:
    """Say what a unit lacks, tell people, and when it is tried again (less and less often).

    `why` is a planner's account of who could help, where it has not been told before.
    """
    wait = state.policy.muster.retry_short_min * MINUTE
    # Vehicles go with a unit when it sets out: what it lacks since then it lacks still.
    out = unit.stage is Stage.FORMED
    vehicles = unit.missing_resources if out else formed.missing_resources
    facts: list[Event] = [
        UnitShort(
            unit_id=unit.unit_id,
            roles=tuple(RoleNeed(role=role, count=count) for role, count in formed.missing),
            resources=tuple(ResourceNeed(kind=kind, count=count) for kind, count in vehicles),
            removed=dict(formed.explanation.removed),
            retry_at=cause.at + (wait << min(unit.tries, _RETRY_DOUBLINGS_MAX)),
            explanation=why,
        )
    ]
    # What is lacking more than was told before is told too: the alarm grows.
    if formed.missing and (
        unit.tries == 0 or Counter(dict(formed.missing)) - Counter(dict(unit.missing))
    ):
        lacks = [notices.lacking_people(count, role) for role, count in formed.missing]
        facts.extend(
            escalation.start(
                state,
                cause,
                about=unit.unit_id,
                cause_kind=NoticeKind.SHORTAGE,
                ladder="shortage",
                text=notices.short_of(lacks),
            )
        )
    return facts


def replace_member(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """Call the next candidate for the role of somebody who will not come."""
    assignment = state.assignments.by_id.get(assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if assignment is None or unit is None or unit.stage is not Stage.FORMED:
        return ()
    # Whoever took a role over leaves that one, not the one they came with.
    role = unit.roles.get(assignment.member_id, assignment.role)
    need = replace(unit.need, roles=(RoleNeed(role=role, count=1),), resources=())
    formed = form(state, need, cause.at, without=unit.tried)
    if formed.picks:
        return (
            UnitReinforced(
                unit_id=unit.unit_id,
                picks=formed.picks,
                cause="replacement",
                instead_of=assignment_id,
            ),
        )
    return short(state, unit, besides(unit, formed, {role: 1}), cause)


def besides(unit: Unit, formed: Formed, gone: Mapping[UnitRole, int]) -> Formed:
    """Return `formed` with those missing who are gone besides whom the unit lacked before."""
    missing = Counter({role: count for role, count in unit.missing})
    missing.update(gone)
    return formed._replace(missing=tuple(missing.items()))


def without(wanted: Mapping[UnitRole, int], picks: tuple[Pick, ...]) -> Counter[UnitRole]:
    """Return who of those wanted is not among the picks, also where the weather keeps them home."""
    return Counter(wanted) - Counter(it.role for it in picks)


def retry(state: Jurisdiction, unit: Unit, cause: Cause) -> Iterable[Event]:
    """Try again to close what a unit lacks."""
    return _with(state, unit, _found(state, unit, cause.at), cause)


def waits(unit: Unit) -> bool:
    """Whether a unit lacks people: all of them, or some."""
    return unit.stage is Stage.CALLED or (unit.stage is Stage.FORMED and bool(unit.missing))


def still_needed(unit: Unit) -> Need:
    """Return the whole need of a unit, or what it still lacks once it is formed."""
    if unit.stage is not Stage.FORMED:
        return unit.need
    roles = tuple(RoleNeed(role=role, count=count) for role, count in unit.missing)
    return replace(unit.need, roles=roles, resources=())


def _found(state: Jurisdiction, unit: Unit, at: int) -> Formed:
    """Look for the whole unit, or for what a formed one still lacks."""
    if unit.stage is Stage.CALLED:
        return search(state, unit, at)
    return form(state, still_needed(unit), at, without=unit.tried)


def _with(state: Jurisdiction, unit: Unit, formed: Formed, cause: Cause) -> Iterable[Event]:
    if unit.stage is Stage.CALLED:
        return with_what_was_found(state, unit, formed, cause)
    return reinforced_or_short(state, unit, formed, cause)


def with_what_was_found(
    state: Jurisdiction, unit: Unit, formed: Formed, cause: Cause
) -> tuple[Event, ...]:
    """Form or propose a called unit; who was called for because it lacked people is told."""
    return (
        *proposed_or_formed(state, unit, formed, cause),
        *no_longer_short(state, unit, formed, cause),
    )


def reinforced_or_short(
    state: Jurisdiction, unit: Unit, formed: Formed, cause: Cause
) -> tuple[Event, ...]:
    """Send who was found to a unit that is out, and say what it still lacks."""
    still = without({role: count for role, count in unit.missing}, formed.picks)
    formed = formed._replace(missing=tuple(still.items()))
    facts: list[Event] = []
    if formed.picks:
        why = formed.explanation
        facts.append(
            UnitReinforced(
                unit_id=unit.unit_id,
                picks=formed.picks,
                cause="gap",
                explanation=None if why.solver is None else why,
            )
        )
        facts.extend(no_longer_short(state, unit, formed, cause))
    if formed.missing or not formed.picks:
        facts.extend(short(state, unit, formed, cause))
    return tuple(facts)


def no_longer_short(
    state: Jurisdiction, unit: Unit, formed: Formed, cause: Cause
) -> tuple[Event, ...]:
    if formed.missing or not formed.picks:
        return ()
    return escalation.stop(state, cause, about=unit.unit_id, reason=reasons.PEOPLE_FOUND)


def serve_next(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """Somebody became free: the waiting unit that counts most now is tried first."""
    best: tuple[int, int, str] | None = None
    for unit_id in state.units.waiting:
        unit = state.units.by_id[unit_id]
        key = (-priority_of(state, unit), unit.called_at, unit_id)
        if best is None or key < best:
            best = key
    if best is None or any(
        state.units.by_id[it].propose_by > cause.at for it in state.units.waiting
    ):
        return ()
    unit = state.units.by_id[best[2]]
    if unit.stage is not Stage.CALLED and not unit.missing:
        return ()
    formed = _found(state, unit, cause.at)
    helps = can_go(state, formed) if unit.stage is Stage.CALLED else bool(formed.picks)
    if not helps:
        return ()
    within_s = state.policy.muster.propose_within_s
    if not within_s:
        return _with(state, unit, formed, cause)
    # A planner looks at all that wait, and is given its time as when a unit is called.
    propose_by = cause.at + within_s * 1_000
    return (ProposalAwaited(unit_id=unit.unit_id, propose_by=propose_by),)
