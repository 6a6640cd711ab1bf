"""Which critical sites are in trouble, and how long does their own supply last?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.state.incidents import WORKING
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import SiteState
from schemas.events.envelope import Event
from schemas.signals.site import SiteSupplyReported


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    # An operation begins and ends to guard its sites without naming each of them.
    operations = (
        after.operations.by_id.get(it) or before.operations.by_id.get(it)
        for it in touches.operations(event)
    )
    guarded = {site_id for it in operations if it is not None for site_id in it.sites}
    hit = {
        site_id
        for it in touches.named_incidents(event)
        for site_id in after.sites.by_incident.get(it, ())
    }
    return touches.sites(event) | guarded | hit


def row(state: Jurisdiction, key: str) -> Row | None:
    site = state.sites.by_id.get(key)
    guarded = state.operations.guarding.get(key)
    if site is None or (site.supply == "grid" and guarded is None and not site.incident_ids):
        return None
    return {
        "site_id": key,
        "realm": state.realm,
        "name": site.site.name,
        "kind": site.site.kind,
        "customer_class": site.site.customer_class,
        "lon": site.site.place.lon,
        "lat": site.site.place.lat,
        "supply": site.supply,
        "since": site.since,
        "runs_out_at": site.runs_out_at,
        "guarded_by": guarded,
        "incident_ids": list(site.incident_ids),
        "lines": max(len(site.site.circuits), site.site.supply_count),
        "lines_out": _lines_out(state, site),
    }


def _lines_out(state: Jurisdiction, site: SiteState) -> list[str]:
    """Return which of its circuits are out, by all that was reported of the incidents there."""
    out: set[str] = set()
    for incident_id in site.incident_ids:
        incident = state.incidents.by_id.get(incident_id)
        if incident is not None and incident.phase in WORKING:
            out.update(it.circuit for it in incident.sightings.values() if it.circuit is not None)
            out.update(() if incident.circuit is None else (incident.circuit,))
    return sorted(out & {*site.site.circuits, site.site.circuit or ""})


BOARD: Final = Board(
    name="critical_sites",
    concerns=touches.concerning("site_id", "operation_id", "incident_id", "into"),
    touched=touched,
    row=row,
    keys=lambda state: state.sites.by_id,
    of=("sit",),
    panel=Panel(
        reads=("name", "supply", "kind"),
        adds=SiteSupplyReported,
        words={"supply": "supply", "kind": "site"},
    ),
)
