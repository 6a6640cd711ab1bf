"""Whether each incident is answered by somebody in the very record that opens it."""

from coordinator.domain.state.incidents import Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.unit.template import template_for
from coordinator.simulation.invariants import Invariant, hold
from schemas.events.envelope import Event
from schemas.events.incident import IncidentOpened

_OVER = frozenset({Phase.RESTORED, Phase.CLOSED, Phase.REVIEWED, Phase.MERGED})


def check_answered(seq: int, events: tuple[Event, ...], after: Jurisdiction) -> None:
    """Hold that a unit is called, or a call to the customer is due by a time.

    Args:
        seq: of the record, for whoever reads what broke.
        events: its facts.
        after: the state they led to.

    Raises:
        Broken: nobody is called, and nobody is asked to ring.
    """
    for event in events:
        if not isinstance(event, IncidentOpened):
            continue
        id_ = event.incident_id
        incident = after.incidents.by_id.get(id_)
        if incident is None or incident.phase in _OVER:
            continue
        hold(
            Invariant.UNIT_OR_SHORTAGE,
            bool(after.units.by_incident.get(id_))
            or (incident.call is not None and incident.call.waits)
            or template_for(after, incident, crew_counts=True) is None,
            f"seq {seq}: nobody is called for {id_}, and nobody rings its customer",
        )
