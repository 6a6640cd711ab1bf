"""Which sites must not lose power? All of them, whether anything is wrong or not."""

from typing import Final

from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return {it.site_id for it in event.sites} if isinstance(event, RosterChanged) else set()


def row(state: Jurisdiction, key: str) -> Row | None:
    held = state.sites.by_id.get(key)
    if held is None:
        return None
    site = held.site
    return {
        "site_id": key,
        "realm": state.realm,
        "name": site.name,
        "kind": site.kind,
        "customer_class": site.customer_class,
        "lon": site.place.lon,
        "lat": site.place.lat,
        "circuit": site.circuit,
        "security_load_kw": site.security_load_kw,
        "own_supply_kw": site.own_supply_kw,
        "own_supply_endurance_min": site.own_supply_endurance_min,
        "supply_count": site.supply_count,
        "circuits": list(site.circuits),
        "devices": list(site.devices),
        "warn_left_min": list(site.warn_left_min),
    }


BOARD: Final = Board(
    name="sites",
    concerns=frozenset({RosterChanged}),
    touched=touched,
    row=row,
    keys=lambda state: state.sites.by_id,
    on_request=True,
    of=("sit",),
)
