"""Which team is near, and what kind of area a place lies in."""

from coordinator.domain.geography import distance_m
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Position
from schemas.roster import Team
from schemas.vocabulary import AreaClass


def teams_by_distance(state: Jurisdiction, place: Position) -> list[tuple[float, Team]]:
    """Return (metres, team), nearest first; ties go by id."""
    found = [(distance_m(team.base, place), team) for team in state.roster.teams.values()]
    found.sort(key=lambda it: (it[0], it[1].team_id))
    return found


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
