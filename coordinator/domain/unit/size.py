"""How large a unit may be: as many as one fact can name."""

from schemas.bounds import MEMBERS_MAX
from schemas.muster import Need
from schemas.policy import MusterTemplate
from schemas.said import Said
from schemas.sentences import units

_VEHICLES_MAX = 100


def too_large(need: Need | MusterTemplate) -> tuple[Said, str, int] | None:
    """Return (rule, field, value) of a need that no one unit can meet, None for another."""
    people = sum(it.count for it in need.roles)
    if people > MEMBERS_MAX:
        return units.at_most_people(MEMBERS_MAX), "roles", people
    vehicles = sum(it.count for it in need.resources)
    if vehicles > _VEHICLES_MAX:
        return units.at_most_vehicles(_VEHICLES_MAX), "resources", vehicles
    return None
