"""How facts build a temporary branch."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.state.branches import Branch, Branches, BranchStage, Taking
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import DAY
from schemas.events.branch import (
    BranchActivityHeld,
    BranchApproved,
    BranchDissolved,
    BranchDue,
    BranchEvent,
    BranchJoined,
    BranchLeft,
    BranchOfficersNamed,
    BranchPostGiven,
    BranchRefused,
    BranchRequested,
    BranchTermNear,
    ConductRecorded,
    PartyGroupFormed,
)


def evolve(state: Jurisdiction, event: BranchEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    branches = state.branches
    if isinstance(event, BranchDue):
        return replace(state, branches=replace(branches, due=(*branches.due[-99:], event.unit_id)))
    if isinstance(event, BranchRequested):
        return _requested(state, event, at)
    branch = branches.by_id.get(event.branch_id)
    if branch is None:
        return state
    match event:
        case BranchApproved():
            return _approved(state, branch, event, at)
        case BranchRefused() | BranchDissolved():
            return _gone(state, branch)
        case BranchTermNear():
            return replace(state, timers=state.timers.clear("branch_term", event.branch_id))
        case BranchOfficersNamed():
            branch = replace(
                branch,
                secretary=event.secretary,
                deputy_secretary=event.deputy_secretary,
                committee=event.committee,
                members=_in_office(branch.members, event),
            )
        case BranchJoined() | BranchLeft() | BranchPostGiven() | ConductRecorded():
            branch = _of_one(state, branch, event, at)
        case PartyGroupFormed():
            rest = tuple(it for it in event.member_ids if it != event.leader)
            branch = replace(branch, groups=branch.groups.set(event.group, (event.leader, *rest)))
        case BranchActivityHeld():
            members = branch.members
            for member_id in event.attended:
                taking = members[member_id]
                members = members.set(member_id, replace(taking, activities=taking.activities + 1))
            branch = replace(branch, members=members)
        case _:
            assert_never(event)
    return _keep(state, branches, branch)


def _keep(state: Jurisdiction, branches: Branches, branch: Branch) -> Jurisdiction:
    return replace(
        state, branches=replace(branches, by_id=branches.by_id.set(branch.branch_id, branch))
    )


def body_of(event: BranchRequested) -> str:
    """Return the unit, operation or task that a branch is for; one of them is named."""
    return event.unit_id or event.operation_id or event.task_id or "-"


def _requested(state: Jurisdiction, event: BranchRequested, at: int) -> Jurisdiction:
    branches = state.branches
    branch = Branch(
        branch_id=event.branch_id,
        body_id=body_of(event),
        name=event.name,
        stage=BranchStage.REQUESTED,
        requested_at=at,
        approving_organisation=event.approving_organisation,
    )
    branches = replace(
        branches,
        by_body=branches.by_body.set(branch.body_id, event.branch_id),
        due=tuple(it for it in branches.due if it != branch.body_id),
    )
    return _keep(state, branches, branch)


def _approved(state: Jurisdiction, branch: Branch, event: BranchApproved, at: int) -> Jurisdiction:
    members, applicants = branch.members, frozenset(event.applicants)
    for member_id in (*event.members, *event.applicants):
        taking = Taking(
            joined_at=at, applicant=member_id in applicants, home_branch=_home(state, member_id)
        )
        members = members.set(member_id, taking)
    branch = replace(
        branch,
        stage=BranchStage.ESTABLISHED,
        established_at=at,
        secretary=event.secretary,
        deputy_secretary=event.deputy_secretary,
        committee=event.committee,
        members=_in_office(members, event),
    )
    rules = state.policy.branch
    warn_at = at + max(1, rules.term_d - rules.warn_before_d) * DAY
    state = replace(state, timers=state.timers.set("branch_term", branch.branch_id, warn_at))
    return _keep(state, state.branches, branch)


def _gone(state: Jurisdiction, branch: Branch) -> Jurisdiction:
    branches, by_body = state.branches, state.branches.by_body
    if by_body.get(branch.body_id) == branch.branch_id:
        by_body = by_body.delete(branch.body_id)
    branches = replace(
        branches,
        by_id=branches.by_id.delete(branch.branch_id),
        by_body=by_body,
        due=tuple(it for it in branches.due if it != branch.body_id),
    )
    timers = state.timers.clear("branch_term", branch.branch_id)
    return replace(state, branches=branches, timers=timers)


def _home(state: Jurisdiction, member_id: str) -> str:
    member = state.roster.members.get(member_id)
    return "-" if member is None else member.person.home_branch


def _in_office(
    members: Map[str, Taking], event: BranchApproved | BranchOfficersNamed
) -> Map[str, Taking]:
    """Note the office that each of those named has: the highest of theirs, once."""
    held = dict.fromkeys(event.committee, "committee")
    if event.deputy_secretary is not None:
        held[event.deputy_secretary] = "deputy"
    held[event.secretary] = "secretary"
    for member_id, office in sorted(held.items()):
        taking = members.get(member_id)
        if taking is not None and office not in taking.offices:
            members = members.set(member_id, replace(taking, offices=(*taking.offices, office)))
    return members


def _of_one(
    state: Jurisdiction,
    branch: Branch,
    event: BranchJoined | BranchLeft | BranchPostGiven | ConductRecorded,
    at: int,
) -> Branch:
    taking = branch.members.get(event.member_id) or Taking(joined_at=at)
    match event:
        case BranchJoined():
            home = _home(state, event.member_id)
            taking = replace(taking, left_at=None, applicant=event.applicant, home_branch=home)
        case BranchLeft():
            taking = replace(taking, left_at=at)
        case BranchPostGiven():
            taking = replace(taking, posts=(*taking.posts[-48:], f"{event.post}: {event.area}"))
        case ConductRecorded():
            taking = replace(taking, conduct=(*taking.conduct[-49:], event.text))
    return replace(branch, members=branch.members.set(event.member_id, taking))
