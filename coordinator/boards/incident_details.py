"""What is known of one incident beyond its line in the queue: reports, extent, what it owes."""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.incident.call_back import not_called_back
from coordinator.domain.state.incidents import ENDED
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.site import SiteLinked, SiteUnlinked
from schemas.said import LISTED_MAX
from schemas.value import said

_REPORTS_MAX = 500


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, SiteLinked | SiteUnlinked):
        return {event.incident_id}
    return touches.named_incidents(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    incident = state.incidents.by_id.get(key)
    if incident is None or incident.phase in ENDED:
        return None
    response = state.responses.by_incident.get(key)
    return {
        "incident_id": key,
        "realm": state.realm,
        "source": incident.source,
        "fault_class": incident.fault_class,
        "device": incident.device,
        "address": incident.account.address,
        "access": incident.account.access,
        "text": incident.account.text,
        "cell_id": incident.cell_id,
        "correlation_key": incident.correlation_key,
        "reports": sorted(incident.reports)[:_REPORTS_MAX],
        "extent": said(incident.extent),
        "load_peak_mw": incident.load_peak_mw,
        "responded_at": incident.responded_at,
        "controlled_at": incident.controlled_at,
        "temporary": incident.temporary,
        "first_visit": incident.first_visit,
        "customers": list(incident.customers),
        "not_called_back": list(not_called_back(incident))[:LISTED_MAX],
        "said_back": [
            {"customer": it.customer, "answer": it.answer, "words": it.words, "at": it.at}
            for it in reversed(incident.said_back)
        ],
        "alert_ids": list(incident.alert_ids),
        "site_ids": list(state.sites.by_incident.get(key, ())),
        "absorbed": list(incident.absorbed),
        "response_activated_at": None if response is None else response.activated_at,
        "reports_owed": {} if response is None else dict(sorted(response.reports_owed.items())),
    }


BOARD: Final = Board(
    name="incident_details",
    concerns=touches.concerning("incident_id", "into", "recurrence_of"),
    touched=touched,
    row=row,
    keys=lambda state: state.incidents.by_id,
    on_request=True,
)
