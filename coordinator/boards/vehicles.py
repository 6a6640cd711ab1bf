"""Where is each vehicle and piece of equipment, does it work, and who has it?"""

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Position
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged

NAME = "vehicles"
CONCERNS = touches.concerning("resource_id", "aid_id") | {RosterChanged}


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, RosterChanged):
        found = {it.resource_id for it in event.resources}
        if event.sites:
            # A site that moved takes along what stands there.
            held = after.resources.by_id.items()
            found |= {id_ for id_, it in held if it.committed_to in after.operations.by_id}
        return found
    talk = touches.conversation(event, before, after)
    if talk is not None and talk.package is not None:
        return {it.resource_id for it in talk.package.resources}
    return touches.resources(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    held = state.resources.by_id.get(key)
    if held is None:
        return None
    place = _bound_at(state, key, held.committed_to) or held.resource.base
    return {
        "resource_id": key,
        "realm": state.realm.value,
        "kind": held.resource.kind.value,
        "team_id": held.resource.team_id,
        "capacity_kw": held.resource.capacity_kw,
        "in_service": held.in_service,
        "committed_to": held.committed_to,
        "lent_to": held.lent_to,
        "lon": place.lon,
        "lat": place.lat,
    }


def _bound_at(state: Jurisdiction, resource_id: str, holder: str | None) -> Position | None:
    """Return where its holder needs it; nobody tracks the wheels."""
    if holder is None:
        return None
    unit = state.units.by_id.get(holder)
    if unit is not None:
        return unit.need.muster_point
    operation = state.operations.by_id.get(holder)
    for site_id, watch in () if operation is None else operation.sites.items():
        if any(resource_id in guard.post.resource_ids for guard in watch.guards):
            return state.sites.by_id[site_id].site.place
    return None
