"""Whistles, postings and wards: what became of them."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Code, Line, Millis, Position, Text
from schemas.community import CommunityRole, CommunityService
from schemas.events.envelope import Event
from schemas.ids import MemberId, PostingId, WardId, WhistleId
from schemas.said import Said


class WhistleBlown(Event):
    """`claim_by`: from then on too few who claimed it is a case for the desk."""

    whistle_id: WhistleId
    community: Code
    service: CommunityService
    place: Position
    people_wanted: Annotated[int, Meta(ge=1, le=200)]
    report_by: Millis | None
    claim_by: Millis
    asked_by: Line
    text: Line


class WhistleClaimed(Event):
    whistle_id: WhistleId
    member_id: MemberId


class WhistleGivenBack(Event):
    whistle_id: WhistleId
    member_id: MemberId
    reason: Said


class MemberReportedIn(Event):
    whistle_id: WhistleId
    member_id: MemberId
    happened_at: Millis


class WhistleNeedReported(Event):
    """Whoever is there needs more help for what they found, or no longer."""

    whistle_id: WhistleId
    member_id: MemberId
    needs_help: bool
    text: Text
    happened_at: Millis


class WhistleUnanswered(Event):
    """Its time to be claimed passed with fewer members than wanted."""

    whistle_id: WhistleId
    claimed: Annotated[int, Meta(ge=0, le=200)]
    wanted: Annotated[int, Meta(ge=1, le=200)]


class WhistleDone(Event):
    whistle_id: WhistleId
    outcome: Line


class WhistleWithdrawn(Event):
    whistle_id: WhistleId
    reason: Line


class PostingBegun(Event):
    posting_id: PostingId
    member_id: MemberId
    community: Code
    tie: Literal["partner", "home"]
    role: CommunityRole | None
    until: Millis | None


class PostingEnded(Event):
    """`wards_kept`: how many stay in the member's care all the same."""

    posting_id: PostingId
    reason: Said
    wards_kept: Annotated[int, Meta(ge=0, le=100_000)]


class WardTaken(Event):
    ward_id: WardId
    member_id: MemberId
    community: Code
    subject: Code
    subject_kind: Literal["building", "household"]
    visit_by: Millis


class WardVisited(Event):
    ward_id: WardId
    needs_help: bool
    text: Text
    happened_at: Millis
    visit_by: Millis


class WardVisitMissed(Event):
    """Nobody looked after them in time; asked for again by `visit_by`."""

    ward_id: WardId
    visit_by: Millis


class WardEnded(Event):
    ward_id: WardId
    reason: Said


WhistleEvent = (
    WhistleBlown
    | WhistleClaimed
    | WhistleGivenBack
    | WhistleNeedReported
    | MemberReportedIn
    | WhistleUnanswered
    | WhistleDone
    | WhistleWithdrawn
)
CareEvent = PostingBegun | PostingEnded | WardTaken | WardVisited | WardVisitMissed | WardEnded
CommunityEvent = WhistleEvent | CareEvent
