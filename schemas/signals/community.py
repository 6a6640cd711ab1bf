"""Communities that call, members posted there, people in a member's care.

A building or a household is an opaque code: who lives there is in no log.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Code, Line, Millis, Position, Text
from schemas.community import CommunityRole, CommunityService
from schemas.ids import MemberId, PostingId, WardId, WhistleId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class BlowWhistle(Signal):
    """A community or its government calls for hands (社区吹哨)."""

    needs: ClassVar = Capability.SPEAK_FOR_SOURCE
    type: Literal["blow_whistle"] = "blow_whistle"
    v: Literal[1] = 1
    community: Code
    service: CommunityService
    place: Position
    people_wanted: Annotated[int, Field(ge=1, le=200)]
    report_by: Millis | None = None
    asked_by: Line
    text: Line


class ClaimWhistle(Signal):
    """A member will go (党员报到); off duty, too: it is voluntary."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["claim_whistle"] = "claim_whistle"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId


class GiveBackWhistle(Signal):
    """A member who claimed it cannot come."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["give_back_whistle"] = "give_back_whistle"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId
    reason: Line


class ReportIn(Signal):
    """A member who claimed it is there."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_in"] = "report_in"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId


class ReportNeed(Signal):
    """A member who is there says that what they found needs more help, or needs it no longer.

    `text`: what is needed, without names.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_need"] = "report_need"
    v: Literal[1] = 1
    whistle_id: WhistleId
    member_id: MemberId
    needs_help: bool = True
    text: Text = ""


class FinishWhistle(Signal):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["finish_whistle"] = "finish_whistle"
    v: Literal[1] = 1
    whistle_id: WhistleId
    outcome: Line


class WithdrawWhistle(Signal):
    """It is no longer needed, or was a mistake."""

    needs: ClassVar = Capability.RUN_COMMUNITIES
    type: Literal["withdraw_whistle"] = "withdraw_whistle"
    v: Literal[1] = 1
    whistle_id: WhistleId
    reason: Line


class PostMember(Signal):
    """A member checks in to a community: the unit's partner, or the one they live in (双报到)."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["post_member"] = "post_member"
    v: Literal[1] = 1
    member_id: MemberId
    community: Code
    tie: Literal["partner", "home"]
    role: CommunityRole | None = None
    until: Millis | None = None


class EndPosting(Signal):
    """The posting is over officially; whoever is in the member's care stays there."""

    needs: ClassVar = Capability.RUN_COMMUNITIES
    type: Literal["end_posting"] = "end_posting"
    v: Literal[1] = 1
    posting_id: PostingId
    reason: Line


class TakeWard(Signal):
    """A building or household comes into a member's care (包保)."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_ward"] = "take_ward"
    v: Literal[1] = 1
    member_id: MemberId
    community: Code
    subject: Code
    subject_kind: Literal["building", "household"]


class VisitWard(Signal):
    """The member looked after them; what was found, without names."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["visit_ward"] = "visit_ward"
    v: Literal[1] = 1
    ward_id: WardId
    needs_help: bool = False
    text: Text = ""


class EndWard(Signal):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["end_ward"] = "end_ward"
    v: Literal[1] = 1
    ward_id: WardId
    reason: Line


WhistleSignal = (
    BlowWhistle
    | ClaimWhistle
    | GiveBackWhistle
    | ReportIn
    | ReportNeed
    | FinishWhistle
    | WithdrawWhistle
)
CareSignal = PostMember | EndPosting | TakeWard | VisitWard | EndWard
CommunitySignal = WhistleSignal | CareSignal
