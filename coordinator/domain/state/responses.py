"""Emergency responses under way, and the reports each one owes upwards."""

from immutables import Map
from msgspec import Struct

from schemas.said import Said
from schemas.vocabulary import ResponseLevel


class Response(Struct, frozen=True, gc=False):
    """`matter`, `expected_duration_h` and `measures` are those it was activated with last."""

    incident_id: str
    level: ResponseLevel
    activated_at: int
    terminated_at: int | None = None
    reports_owed: Map[str, int] = Map()
    reports_sent: int = 0
    matter: Said | None = None
    expected_duration_h: int = 0
    measures: Said | None = None


class Responses(Struct, frozen=True, gc=False):
    by_incident: Map[str, Response] = Map()
