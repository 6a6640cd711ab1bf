"""Temporary Party branches: requested, approved or refused, at work, dissolved."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Code, Line, Minutes, Text
from schemas.ids import BranchId, MemberId, OperationId, TaskId, UnitId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.vocabulary import BranchActivity, BranchPost


class RequestBranch(Signal):
    """Asked of the approving organisation (上级党组织) for one body: a unit, operation or task."""

    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["request_branch"] = "request_branch"
    v: Literal[1] = 1
    unit_id: UnitId | None = None
    operation_id: OperationId | None = None
    task_id: TaskId | None = None
    name: Line
    approving_organisation: Line
    expected_duration_d: Annotated[int, Field(ge=1, le=3_650)]


class ApproveBranch(Signal):
    """The approving organisation sets the branch up and names its people.

    More than the usual number of members are warned of, not refused; `reason_over_limit` says why.
    """

    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["approve_branch"] = "approve_branch"
    v: Literal[1] = 1
    branch_id: BranchId
    approved_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Field(max_length=7)] = ()
    reason_over_limit: Line | None = None


class RefuseBranch(Signal):
    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["refuse_branch"] = "refuse_branch"
    v: Literal[1] = 1
    branch_id: BranchId
    refused_by: Line
    reason: Line


class NameBranchOfficers(Signal):
    """The approving organisation changes who leads; there is no election of its own."""

    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["name_branch_officers"] = "name_branch_officers"
    v: Literal[1] = 1
    branch_id: BranchId
    named_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Field(max_length=7)] = ()


class FormPartyGroup(Signal):
    """A Party group (党小组): its leader and members; the same name forms it anew."""

    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["form_party_group"] = "form_party_group"
    v: Literal[1] = 1
    branch_id: BranchId
    group: Code
    leader: MemberId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]


class GiveBranchPost(Signal):
    """A vanguard post or responsibility area for one member."""

    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["give_branch_post"] = "give_branch_post"
    v: Literal[1] = 1
    branch_id: BranchId
    member_id: MemberId
    post: Literal[BranchPost.VANGUARD_POST, BranchPost.RESPONSIBILITY_AREA]
    area: Line


class HoldBranchActivity(Signal):
    """Study, education, supervision, meetings. What a temporary branch may not do is refused."""

    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["hold_branch_activity"] = "hold_branch_activity"
    v: Literal[1] = 1
    branch_id: BranchId
    activity: BranchActivity
    attended: Annotated[tuple[MemberId, ...], Field(max_length=MEMBERS_MAX)] = ()
    text: Text = ""
    override_reason: Line | None = None


class ReportConduct(Signal):
    """What a member or applicant did, for the record that goes to the home branch."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_conduct"] = "report_conduct"
    v: Literal[1] = 1
    branch_id: BranchId
    member_id: MemberId
    text: Annotated[Text, Field(min_length=1)]
    hours_min: Minutes = 0


class DissolveBranch(Signal):
    needs: ClassVar = Capability.RUN_BRANCHES
    type: Literal["dissolve_branch"] = "dissolve_branch"
    v: Literal[1] = 1
    branch_id: BranchId
    reason: Line


BranchSignal = (
    RequestBranch
    | ApproveBranch
    | RefuseBranch
    | NameBranchOfficers
    | FormPartyGroup
    | GiveBranchPost
    | HoldBranchActivity
    | ReportConduct
    | DissolveBranch
)
