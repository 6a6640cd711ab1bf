"""Emergency responses under way, and the reports each one owes upwards."""

from immutables import Map
from msgspec import Struct

from schemas.vocabulary import ResponseLevel


class Response(Struct, frozen=True, gc=False):
    incident_id: str
    level: ResponseLevel
    activated_at: int
    terminated_at: int | None = None
    reports_owed: Map[str, int] = Map()
    reports_sent: int = 0


class Responses(Struct, frozen=True, gc=False):
    by_incident: Map[str, Response] = Map()
