"""Whistles, postings and wards: what became of them."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Code, Line, Millis, Position, Text
from schemas.events.envelope import Event
from schemas.ids import MemberId, PostingId, WardId, WhistleId
from schemas.said import Said
from schemas.vocabulary import CommunityRole, CommunityService


class WhistleBlown(Event):
    """`claim_by`: from then on too few who claimed it is a case for the desk."""

    type: Literal["whistle_blown"] = "whistle_blown"
    v: Literal[1] = 1
    whistle_id: WhistleId
    community: Code
    service: CommunityService
    place: Position
    people_wanted: Annotated[int, Field(ge=1, le=200)]
    report_by: Millis | None
    claim_by: Millis
    asked_by: Line
    text: Line


class WhistleClaimed(Event):
    type: Literal["whistle_claimed"] = "whistle_claimed"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId


class WhistleGivenBack(Event):
    type: Literal["whistle_given_back"] = "whistle_given_back"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId
    reason: Line


class MemberReportedIn(Event):
    type: Literal["member_reported_in"] = "member_reported_in"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId
    happened_at: Millis


class WhistleUnanswered(Event):
    """Its time to be claimed passed with fewer members than wanted."""

    type: Literal["whistle_unanswered"] = "whistle_unanswered"
    v: Literal[1] = 1
    whistle_id: WhistleId
    claimed: Annotated[int, Field(ge=0, le=200)]
    wanted: Annotated[int, Field(ge=1, le=200)]


class WhistleDone(Event):
    type: Literal["whistle_done"] = "whistle_done"
    v: Literal[1] = 1
    whistle_id: WhistleId
    outcome: Line


class WhistleWithdrawn(Event):
    type: Literal["whistle_withdrawn"] = "whistle_withdrawn"
    v: Literal[1] = 1
    whistle_id: WhistleId
    reason: Line


class PostingBegun(Event):
    type: Literal["posting_begun"] = "posting_begun"
    v: Literal[1] = 1
    posting_id: PostingId
    member_id: MemberId
    community: Code
    tie: Literal["partner", "home"]
    role: CommunityRole | None
    until: Millis | None


class PostingEnded(Event):
    """`wards_kept`: how many stay in the member's care all the same."""

    type: Literal["posting_ended"] = "posting_ended"
    v: Literal[1] = 1
    posting_id: PostingId
    reason: Said
    wards_kept: Annotated[int, Field(ge=0, le=100_000)]


class WardTaken(Event):
    type: Literal["ward_taken"] = "ward_taken"
    v: Literal[1] = 1
    ward_id: WardId
    member_id: MemberId
    community: Code
    subject: Code
    subject_kind: Literal["building", "household"]
    visit_by: Millis


class WardVisited(Event):
    type: Literal["ward_visited"] = "ward_visited"
    v: Literal[1] = 1
    ward_id: WardId
    needs_help: bool
    text: Text
    happened_at: Millis
    visit_by: Millis


class WardVisitMissed(Event):
    """Nobody looked after them in time; asked for again by `visit_by`."""

    type: Literal["ward_visit_missed"] = "ward_visit_missed"
    v: Literal[1] = 1
    ward_id: WardId
    visit_by: Millis


class WardEnded(Event):
    type: Literal["ward_ended"] = "ward_ended"
    v: Literal[1] = 1
    ward_id: WardId
    reason: Said


WhistleEvent = (
    WhistleBlown
    | WhistleClaimed
    | WhistleGivenBack
    | MemberReportedIn
    | WhistleUnanswered
    | WhistleDone
    | WhistleWithdrawn
)
CareEvent = PostingBegun | PostingEnded | WardTaken | WardVisited | WardVisitMissed | WardEnded
CommunityEvent = WhistleEvent | CareEvent
