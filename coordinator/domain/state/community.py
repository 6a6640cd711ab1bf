"""Open whistles, members posted to communities, and wards in their care."""

from immutables import Map
from msgspec import Struct

from schemas.community import CommunityService


class Whistle(Struct, frozen=True, gc=False):
    """`claimed` maps a member to whether they have reported in; `unanswered`: too few, too late;
    `needs_help`: more is needed than those there can give."""

    whistle_id: str
    community: str
    service: CommunityService
    lon: float
    lat: float
    wanted: int
    text: str
    blown_at: int
    report_by: int | None
    claim_by: int
    claimed: Map[str, bool] = Map()
    unanswered: bool = False
    needs_help: bool = False


class Posting(Struct, frozen=True, gc=False):
    posting_id: str
    member_id: str
    community: str
    tie: str


class Ward(Struct, frozen=True, gc=False):
    ward_id: str
    member_id: str
    community: str
    subject: str
    needs_help: bool = False


class Community(Struct, frozen=True, gc=False):
    """Only what is open; `carers` maps `community/subject` to the ward that looks after it."""

    whistles: Map[str, Whistle] = Map()
    postings: Map[str, Posting] = Map()
    wards: Map[str, Ward] = Map()
    carers: Map[str, str] = Map()
