"""Mutual aid: a conversation of signals between jurisdictions, in EDXL-RM's verbs.

`aid_id` is the asking side's; both sides keep their own state and tell each other by signals,
so a message lost or repeated changes nothing that is already so.
"""

from typing import Annotated, ClassVar, Literal

from schemas.bounds import MEMBERS_MAX, Line, Millis, Text
from schemas.ids import AidId, IncidentId, JurisdictionId, MemberId
from schemas.muster import Need
from schemas.roles import Capability
from schemas.roster import Person, Resource
from schemas.said import Said
from schemas.signals.envelope import Signal
from schemas.value import Value, bounded
from schemas.vocabulary import Unfit

AidVerb = Literal[
    "aid_requested",
    "aid_responded",
    "aid_committed",
    "aid_arrived",
    "aid_released",
    "aid_returned",
    "aid_return_requested",
    "aid_cancelled",
]


class WorkedHours(Value):
    """Since when somebody works without a rest, and since when they rest, if they do."""

    member_id: MemberId
    worked_since: Millis
    idle_since: Millis | None = None


class UnfitGuest(Value):
    """Somebody of a crew who is hurt or ill, and since when."""

    member_id: MemberId
    why: Unfit
    since: Millis


HoursOfCrew = Annotated[tuple[WorkedHours, ...], *bounded(max_length=MEMBERS_MAX)]
UnfitOfCrew = Annotated[tuple[UnfitGuest, ...], *bounded(max_length=MEMBERS_MAX)]


class CrewHandover(Value):
    """The package a lent crew carries: roster with certificates, vehicles, safety briefing."""

    people: Annotated[tuple[Person, ...], *bounded(min_length=1, max_length=MEMBERS_MAX)]
    resources: Annotated[tuple[Resource, ...], *bounded(max_length=100)] = ()
    safety_briefing: Text
    briefed_by: Line


class CallAid(Signal):
    """A dispatcher here asks a neighbour (the asking side's own command)."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["call_aid"] = "call_aid"
    v: Literal[1] = 1
    neighbour: JurisdictionId
    incident_id: IncidentId
    need: Need
    reason: Line


class AidMessage(Signal):
    """From the other side of a conversation; `peer` is the jurisdiction that speaks."""

    aid_id: AidId
    peer: JurisdictionId


class AidRequested(AidMessage):
    """RequestResource: a neighbour asks us."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_requested"] = "aid_requested"
    v: Literal[1] = 1
    need: Need
    reason: Said


class AnswerAid(Signal):
    """Our dispatcher answers a neighbour's request: accept or decline with a reason."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["answer_aid"] = "answer_aid"
    v: Literal[1] = 1
    aid_id: AidId
    accepts: bool
    reason: Line


class AidResponded(AidMessage):
    """ResponseToRequestResource: the neighbour accepts or declines."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_responded"] = "aid_responded"
    v: Literal[1] = 1
    accepts: bool
    reason: Said


class CommitAid(Signal):
    """Our dispatcher commits a crew of ours with its package."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["commit_aid"] = "commit_aid"
    v: Literal[1] = 1
    aid_id: AidId
    package: CrewHandover
    arrives_at: Millis


class AidCommitted(AidMessage):
    """CommitResource: the crew and its package come to us, with the hours they have worked."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_committed"] = "aid_committed"
    v: Literal[1] = 1
    package: CrewHandover
    arrives_at: Millis
    hours: HoursOfCrew = ()


class RecordAidArrival(Signal):
    """The lent crew is here (recorded by the asking side)."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["record_aid_arrival"] = "record_aid_arrival"
    v: Literal[1] = 1
    aid_id: AidId
    briefing_acknowledged_by: Line


class AidArrived(AidMessage):
    """The asking side tells us that our crew arrived."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_arrived"] = "aid_arrived"
    v: Literal[1] = 1


class ReleaseAid(Signal):
    """ReleaseResource: the asking side lets the crew go home."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["release_aid"] = "release_aid"
    v: Literal[1] = 1
    aid_id: AidId
    reason: Line


class AidReleased(AidMessage):
    """The asking side lets our crew go home, with the hours they have worked there, and who of them
    is hurt or ill.
    """

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_released"] = "aid_released"
    v: Literal[1] = 1
    reason: Said
    hours: HoursOfCrew = ()
    unfit: UnfitOfCrew = ()


class RecordAidReturn(Signal):
    """The lending side has its crew back (recorded there)."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["record_aid_return"] = "record_aid_return"
    v: Literal[1] = 1
    aid_id: AidId


class AidReturned(AidMessage):
    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_returned"] = "aid_returned"
    v: Literal[1] = 1


class CallAidReturn(Signal):
    """RequestReturn: the lending side needs its crew back."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["call_aid_return"] = "call_aid_return"
    v: Literal[1] = 1
    aid_id: AidId
    reason: Line


class AidReturnRequested(AidMessage):
    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_return_requested"] = "aid_return_requested"
    v: Literal[1] = 1
    reason: Said


class WithdrawAid(Signal):
    """Cancel our own earlier request or answer, before the crew is committed."""

    needs: ClassVar = Capability.GIVE_AID
    type: Literal["withdraw_aid"] = "withdraw_aid"
    v: Literal[1] = 1
    aid_id: AidId
    reason: Line


class AidCancelled(AidMessage):
    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_cancelled"] = "aid_cancelled"
    v: Literal[1] = 1
    reason: Said


class AidHeard(AidMessage):
    """The peer heard this word of ours; EDXL-RM leaves it to the transport, we do not."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["aid_heard"] = "aid_heard"
    v: Literal[1] = 1
    verb: AidVerb


AidCommand = (
    CallAid
    | AnswerAid
    | CommitAid
    | RecordAidArrival
    | ReleaseAid
    | RecordAidReturn
    | CallAidReturn
    | WithdrawAid
)
AidWord = (
    AidResponded
    | AidCommitted
    | AidArrived
    | AidReleased
    | AidReturned
    | AidReturnRequested
    | AidCancelled
)
AidPeerSignal = AidRequested | AidWord | AidHeard
AidSignal = AidCommand | AidPeerSignal
