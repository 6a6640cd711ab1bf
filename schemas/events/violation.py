"""Violations with their points as of that day, and who is off post for them."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import Line, Millis, Text
from schemas.events.envelope import Event
from schemas.ids import MemberId, TeamId, TicketId, ViolationId
from schemas.said import Said
from schemas.violations import ViolationClass, ViolationKind


class ViolationRecorded(Event):
    """`points` are those of the policy in force then: a later scale does not change them."""

    violation_id: ViolationId
    kind: ViolationKind
    grade: ViolationClass
    clause: Line
    charged: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=50)]
    team_id: TeamId | None
    ticket_id: TicketId | None
    points: Annotated[int, Meta(ge=0, le=100)]
    counts_until: Millis
    text: Text


class ViolationWithdrawn(Event):
    violation_id: ViolationId
    charged: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=50)]
    reason: Line


class ViolationLapsed(Event):
    """Its points no longer count."""

    violation_id: ViolationId


class MemberTakenOffPost(Event):
    """待岗: not to be called before `until`, nor before passing the examination again."""

    member_id: MemberId
    points: Annotated[int, Meta(ge=0, le=10_000)]
    until: Millis


class MemberReadmitted(Event):
    member_id: MemberId
    reason: Said


ViolationEvent = (
    ViolationRecorded | ViolationWithdrawn | ViolationLapsed | MemberTakenOffPost | MemberReadmitted
)
