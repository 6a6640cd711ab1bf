"""Violations seen by the safety inspection of registered work sites, on the spot or remotely."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Line, Text
from schemas.ids import MemberId, TeamId, TicketId, ViolationId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.violations import ViolationClass, ViolationKind


class RecordViolation(Signal):
    """`clause` names the item of the company's list that was broken."""

    needs: ClassVar = Capability.RECORD_VIOLATIONS
    type: Literal["record_violation"] = "record_violation"
    v: Literal[1] = 1
    kind: ViolationKind
    grade: ViolationClass
    clause: Line
    charged: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=50)]
    team_id: TeamId | None = None
    ticket_id: TicketId | None = None
    text: Text = ""


class WithdrawViolation(Signal):
    """It was recorded wrongly; the record of it stays."""

    needs: ClassVar = Capability.RECORD_VIOLATIONS
    type: Literal["withdraw_violation"] = "withdraw_violation"
    v: Literal[1] = 1
    violation_id: ViolationId
    reason: Line


class ReadmitMember(Signal):
    """A member who was off post passed the examination again."""

    needs: ClassVar = Capability.READMIT
    type: Literal["readmit_member"] = "readmit_member"
    v: Literal[1] = 1
    member_id: MemberId
    examined_by: Line


ViolationSignal = RecordViolation | WithdrawViolation | ReadmitMember
