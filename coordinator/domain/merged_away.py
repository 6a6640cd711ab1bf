"""What is said of an incident that was merged into another: who says it has to learn which."""

from coordinator.domain.state.incident_index import living
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.said import Said
from schemas.sentences import incidents


def or_successor(rule: Said, state: Jurisdiction, incident_id: str | None) -> Said:
    """Return why something is refused: the incident is part of another now, or else this rule.

    Args:
        rule: what is broken where the incident was not merged away.
        state: what is so.
        incident_id: of which something is said.
    """
    incident = state.incidents.by_id.get(incident_id or "")
    if incident is None or incident.merged_into is None:
        return rule
    into = living(state.incidents, incident.merged_into)
    return rule if into is None else incidents.merged_away(into.incident_id)
