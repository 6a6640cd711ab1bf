"""Open whistles, members posted to communities, and wards in their care."""

from immutables import Map
from msgspec import Struct

from schemas.community import CommunityService


class Whistle(Struct, frozen=True, gc=False):
    """`claimed` maps a member to whether they have reported in; `unanswered`: too few, too late;
    `needs_help`: more is needed than those there can give; `needs_help_at`: as of when that was
    last said."""

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
    needs_help_at: int = 0


class Posting(Struct, frozen=True, gc=False):
    posting_id: str
    member_id: str
    community: str
    tie: str


class Ward(Struct, frozen=True, gc=False):
    """`needs_help_at`: when it was so that they need help, as the last word of it says."""

    ward_id: str
    member_id: str
    community: str
    subject: str
    taken_at: int = 0
    needs_help: bool = False
    needs_help_at: int = 0


class Community(Struct, frozen=True, gc=False):
    """Only what is open; `carers` maps `community/subject` to the ward that looks after it."""

    whistles: Map[str, Whistle] = Map()
    postings: Map[str, Posting] = Map()
    wards: Map[str, Ward] = Map()
    carers: Map[str, str] = Map()


def is_of_before(needy: Ward | Whistle, happened_at: int) -> bool:
    """Whether word that no help is needed tells of before it was: told late, it ends nothing."""
    return needy.needs_help and happened_at < needy.needs_help_at
