"""Which sites an incident touches: by device, circuit or place, and whom it warns."""

from collections.abc import Iterable

from coordinator.domain.at_work import warned_of_supply
from coordinator.domain.geography import distance_m, squares_around
from coordinator.domain.state.incidents import Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import SiteState
from coordinator.domain.state.safety import Ticket
from schemas.bounds import Position
from schemas.events.envelope import Event
from schemas.events.incident import IncidentsMerged, PriorityRaised
from schemas.events.site import SiteLinked, SiteUnlinked
from schemas.sentences import reasons

PRIORITY_MAX = 9_999
"""Just below a call for help."""


def touched_sites(
    state: Jurisdiction, device: str | None, circuit: str | None, place: Position | None
) -> list[SiteState]:
    """Return the sites that an outage touches: same device or circuit, or near enough."""
    sites = state.sites
    found: set[str] = set()
    if device is not None:
        found.update(sites.by_device.get(device, ()))
    if circuit is not None:
        found.update(sites.by_circuit.get(circuit, ()))
    if place is not None and sites.by_square:
        for name in squares_around(place):
            for site_id in sites.by_square.get(name, ()):
                far = distance_m(sites.by_id[site_id].site.place, place)
                if far <= state.policy.sites.near_m:
                    found.add(site_id)
    return [sites.by_id[site_id] for site_id in sorted(found)]


def priority_of(state: Jurisdiction, site: SiteState) -> int:
    rules = state.policy.sites
    return rules.priority_by_kind.get(site.site.kind, 0) + rules.priority_by_class.get(
        site.site.customer_class, 0
    )


def touched(
    state: Jurisdiction,
    incident_id: str,
    device: str | None,
    circuit: str | None,
    place: Position | None,
) -> Iterable[Event]:
    for held in touched_sites(state, device, circuit, place):
        if incident_id not in held.incident_ids:
            yield from _link(state, held, incident_id)


def _link(state: Jurisdiction, site: SiteState, incident_id: str) -> Iterable[Event]:
    yield SiteLinked(site_id=site.site.site_id, incident_id=incident_id)
    priority = priority_of(state, site)
    if priority:
        yield PriorityRaised(
            incident_id=incident_id,
            priority=min(PRIORITY_MAX, priority),
            reason=reasons.touches_site(site.site.site_id),
            site_id=site.site.site_id,
        )


def touched_again(state: Jurisdiction, incident_id: str) -> Iterable[Event]:
    """Return the links of an incident that begins anew, by all that was reported of it."""
    for _, held in sorted(touched_by(state, incident_id).items()):
        yield from _link(state, held, incident_id)


def warned_near(state: Jurisdiction, site_id: str) -> tuple[Ticket, ...]:
    """Return the begun tickets of those to whom it is news that a site has supply again.

    A site that is restored is of no incident any more: each incident that is worked at is asked.
    """
    at = sorted({it.incident_id for it in state.safety.tickets.values() if it.incident_id})
    circuits = state.sites.by_id[site_id].site.circuits
    near = [warned_of_supply(state, it) for it in at if site_id in touched_by(state, it)]
    warned = (*warned_of_supply(state, None, on=circuits), *(it for some in near for it in some))
    return tuple({it.ticket_id: it for it in warned}.values())


def touched_by(state: Jurisdiction, incident_id: str) -> dict[str, SiteState]:
    """Return the sites that an incident touches by all that was reported of it, linked or not."""
    incident = state.incidents.by_id.get(incident_id)
    if incident is None:
        return {}
    own = Sighting(incident.device, incident.circuit, None, incident.place)
    found: dict[str, SiteState] = {}
    for seen in (own, *(it for _, it in sorted(incident.sightings.items()))):
        for held in touched_sites(state, seen.device, seen.circuit, seen.place):
            found[held.site.site_id] = held
    return found


def moved(state: Jurisdiction, event: IncidentsMerged) -> Iterable[Event]:
    for site_id in state.sites.by_incident.get(event.incident_id, ()):
        site = state.sites.by_id[site_id]
        if event.into not in site.incident_ids:
            yield from _link(state, site, event.into)


def untouched(state: Jurisdiction, incident_id: str) -> list[Event]:
    return [
        SiteUnlinked(site_id=site_id, incident_id=incident_id)
        for site_id in state.sites.by_incident.get(incident_id, ())
    ]
