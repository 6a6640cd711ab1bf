"""Who counts in a temporary branch, who may lead it, and what it may not do."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.said import Said
from schemas.sentences import branches
from schemas.vocabulary import BranchActivity, PartyStanding

FULL = PartyStanding.FULL_MEMBER
MEMBERS = frozenset({FULL, PartyStanding.PROBATIONARY_MEMBER})
TAKES_PART = MEMBERS | {PartyStanding.APPLICANT}
"""Applicants are trained in a branch; they are no members of it."""

_NEVER = {
    BranchActivity.DUES_COLLECTION: branches.BRANCH_NO_DUES,
    BranchActivity.DELEGATE_ELECTION: branches.BRANCH_NO_DELEGATES,
    BranchActivity.TERM_ELECTION: branches.BRANCH_NO_ELECTIONS,
}
_GENERALLY_NOT = {
    BranchActivity.ADMISSION: branches.BRANCH_NO_ADMISSION,
    BranchActivity.DISCIPLINE: branches.BRANCH_NO_DISCIPLINE,
}

Broken = tuple[Said, str, object]


def full_members_of(state: Jurisdiction, people: tuple[str, ...]) -> int:
    """Count the full members; probationary ones do not count towards the minimum."""
    members = state.roster.members
    return sum(1 for it in people if it in members and members[it].person.party is FULL)


def forbidden_activity(activity: BranchActivity) -> tuple[Said | None, bool]:
    """Return (rule, overridable) for what a branch may not do; «一般不» gives way to a reason."""
    if activity in _NEVER:
        return _NEVER[activity], False
    return _GENERALLY_NOT.get(activity), True


def broken_office(  # noqa: C901 - one rule after the other
    state: Jurisdiction,
    members: tuple[str, ...],
    secretary: str,
    deputy: str | None,
    committee: tuple[str, ...],
) -> Broken | None:
    """Return (rule, field, value) of what is wrong with those named, None if nothing is."""
    rules = state.policy.branch
    named = (secretary, *(() if deputy is None else (deputy,)))
    for field, person in (("secretary", secretary), ("deputy_secretary", deputy)):
        if person is not None and not _is_full(state, members, person):
            return branches.NAMED_IS_FULL_MEMBER, field, person
    for person in committee:
        if not _is_full(state, members, person):
            return branches.NAMED_IS_FULL_MEMBER, "committee", person
    if len(set(named)) != len(named):
        return branches.SECRETARY_NOT_DEPUTY, "deputy_secretary", deputy
    if len(set(committee)) != len(committee):
        return branches.COMMITTEE_NAMES_ONCE, "committee", len(committee)
    if full_members_of(state, members) < rules.committee_from:
        if committee:
            rule = branches.no_committee_below(rules.committee_from)
            return rule, "committee", len(committee)
        return None
    if not rules.committee_min <= len(committee) <= rules.committee_max:
        rule = branches.committee_size(rules.committee_min, rules.committee_max)
        return rule, "committee", len(committee)
    if secretary not in committee:
        return branches.SECRETARY_IN_COMMITTEE, "committee", secretary
    return None


def _is_full(state: Jurisdiction, members: tuple[str, ...], person: str) -> bool:
    member = state.roster.members.get(person)
    return person in members and member is not None and member.person.party is FULL
