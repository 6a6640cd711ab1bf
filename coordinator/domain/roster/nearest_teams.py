"""Which team is near, and what kind of area a place lies in."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Position
from schemas.vocabulary import AreaClass


def area_class_of(state: Jurisdiction, place: Position) -> AreaClass:
    """Return the area class of the nearest team's home area, urban where no team is known."""
    best: tuple[float, str, AreaClass] | None = None
    for team in state.roster.teams.values():
        # Degrees are near enough to choose the nearest of a few dozen.
        far = (team.base.lon - place.lon) ** 2 + (team.base.lat - place.lat) ** 2
        key = (far, team.team_id, team.area_class)
        if best is None or key < best:
            best = key
    return AreaClass.URBAN if best is None else best[2]
