"""The vocabularies a word in a sentence is from, each with the group its words stand under."""

from typing import Annotated

from schemas.readiness import ReadinessMeasure
from schemas.roles import Role
from schemas.said import word
from schemas.vocabulary import (
    AccidentGrade,
    Clearance,
    CrewStatus,
    EventGrade,
    GridKind,
    Interlock,
    NoticeKind,
    Recipient,
    ResourceKind,
    Skill,
    TicketRole,
    Unfit,
    UnitRole,
    WarningColour,
)
from schemas.why_not import WhyNot

AskerWord = Annotated[Role, word("asker")]
RoleWord = Annotated[UnitRole, word("role")]
VehicleWord = Annotated[ResourceKind, word("vehicle")]
SkillWord = Annotated[Skill, word("skill")]
CrewStatusWord = Annotated[CrewStatus, word("crew")]
GradeWord = Annotated[EventGrade, word("grade")]
AccidentWord = Annotated[AccidentGrade, word("accident")]
ColourWord = Annotated[WarningColour, word("colour")]
InterlockWord = Annotated[Interlock, word("interlock")]
ClearanceWord = Annotated[Clearance, word("clearance")]
TicketRoleWord = Annotated[TicketRole, word("ticket_role")]
GridWord = Annotated[GridKind, word("grid")]
ReadinessMeasureWord = Annotated[ReadinessMeasure, word("readiness")]
NumberWord = Annotated[str, word("number")]
AlarmWord = Annotated[NoticeKind, word("alarm")]
RecipientWord = Annotated[Recipient, word("recipient")]
UnfitWord = Annotated[Unfit, word("unfit")]
WhyNotWord = Annotated[WhyNot, word("removed")]

# Codes that are listed where they are used: by a Literal of a fact, or by an enum of the state.
Phase = Annotated[str, word("phase")]
Status = Annotated[str, word("status")]
StageWord = Annotated[str, word("stage")]
AidWord = Annotated[str, word("aid")]
AidMessageWord = Annotated[str, word("said")]
SideWord = Annotated[str, word("side")]
TieWord = Annotated[str, word("tie")]
StepWord = Annotated[str, word("prepared")]
CheckWord = Annotated[str, word("check")]
PromiseWord = Annotated[str, word("promise")]
ReportWord = Annotated[str, word("report")]
SupplyWord = Annotated[str, word("supply")]
MeasureWord = Annotated[str, word("measure")]
AskedWord = Annotated[str, word("may")]
ActionWord = Annotated[str, word("step")]
