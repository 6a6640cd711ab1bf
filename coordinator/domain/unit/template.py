"""Who goes to what: the policy's table of kind, class, grade, size and danger."""

from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Position
from schemas.durations import MINUTE
from schemas.muster import Need
from schemas.policy import MusterTemplate
from schemas.signals.customer_call import CallOutcome
from schemas.vocabulary import CrewStatus, EventGrade, Urgency


def template_for(
    state: Jurisdiction, incident: Incident, *, crew_counts: bool
) -> MusterTemplate | None:
    """Return the first template of the policy that fits, None where no unit is wanted.

    `crew_counts`: a crew that the source reports on its way makes a unit of ours unnecessary,
    where the template says so.
    """
    for template in state.policy.muster.templates:
        if not _fits(template, incident):
            continue
        coming = incident.account.crew_status in (CrewStatus.EN_ROUTE, CrewStatus.ON_SITE)
        return None if crew_counts and template.unless_crew_reported and coming else template
    return None


def _fits(template: MusterTemplate, incident: Incident) -> bool:
    """Whether a template is meant for what is known of kind, class, grade, size and danger."""
    customers = incident.extent.customers_out
    return (
        (not template.kinds or incident.kind in template.kinds)
        and (not template.classes or incident.fault_class in template.classes)
        and (not template.grades or (incident.grade or EventGrade.FAULT) in template.grades)
        and (customers or 0) >= template.customers_from
        and (
            template.customers_below is None
            or (customers is not None and customers < template.customers_below)
        )
        and not (template.calm and _presses(incident))
    )


def _presses(incident: Incident) -> bool:
    """Whether somebody is in danger, or something else makes it urgent."""
    hurt = (incident.extent.deaths or 0) + (incident.extent.serious_injuries or 0)
    return (
        incident.urgent
        or (incident.grade or EventGrade.FAULT) is not EventGrade.FAULT
        or incident.urgency is Urgency.URGENT
        or bool(incident.account.injury_risk)
        or hurt > 0
    )


def rings_first(state: Jurisdiction, incident: Incident, template: MusterTemplate) -> bool:
    """Whether the customer is rung before a unit is called, and that has not ended yet.

    Not where somebody has been called already: what shrinks on the way is looked at by them. Nor
    where anything presses, whatever a policy says.
    """
    if template.ring_within_min is None or not incident.customers or _presses(incident):
        return False
    call = incident.call
    if call is None:
        called = state.units.by_incident.get(incident.incident_id, ())
        return incident.responded_at is None and not called
    return not (call.somebody_goes or call.outcome is CallOutcome.SOLVED)


def need_of(template: MusterTemplate, place: Position, at: int) -> Need:
    return Need(
        roles=template.roles,
        resources=template.resources,
        muster_point=place,
        deadline_at=at + template.arrive_within_min * MINUTE,
    )
