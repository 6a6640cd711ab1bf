"""Which disaster alert an incident stands under: what was issued, not what its size suggests.

`Incident.warning` is the colour that the policy's table gives its grade; nobody has issued that.
"""

from typing import Final

from msgspec.structs import replace

from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.vocabulary import WarningColour

_FROM_HIGHEST: Final = tuple(WarningColour)


def stronger(one: WarningColour, other: WarningColour) -> WarningColour:
    """Return the higher of two colours."""
    return min(one, other, key=_FROM_HIGHEST.index)


def linked(state: Jurisdiction, incident: Incident, alert_id: str) -> Incident:
    """Return the incident once it belongs to an alert, whose colour it remembers."""
    alert = state.alerts.by_id.get(alert_id)
    colour = WarningColour.NONE if alert is None else alert.colour
    return replace(
        incident,
        alert_ids=(*incident.alert_ids, alert_id),
        alerted=stronger(incident.alerted, colour),
    )


def alert_in_force(state: Jurisdiction, incident: Incident) -> WarningColour:
    """Return the highest colour in force for an incident, `none` if no alert is.

    While supply is out every live alert of the jurisdiction counts: it goes for the crews as well.
    After that only the alerts that the incident was linked to.
    """
    if incident.restored_at is None:
        return state.alerts.readiness
    found = WarningColour.NONE
    for alert_id in incident.alert_ids:
        alert = state.alerts.by_id.get(alert_id)
        found = found if alert is None else stronger(found, alert.colour)
    return found
