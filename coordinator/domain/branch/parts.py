"""Who takes part in a branch: joining and leaving with the body, and the Party groups within."""

from collections.abc import Iterable

from coordinator.domain.branch.bodies import bodies_of, people_in
from coordinator.domain.branch.rules import MEMBERS, TAKES_PART, full_members_of
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.branches import Branch, BranchStage
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import MEMBERS_MAX
from schemas.events import branch as events
from schemas.events.envelope import Event
from schemas.events.notice import RuleWarned
from schemas.said import Said
from schemas.sentences import branches, notices
from schemas.signals.branch import FormPartyGroup, GiveBranchPost
from schemas.vocabulary import NoticeKind, Recipient


def present_members(branch: Branch) -> list[str]:
    """Return who takes part now as a member; applicants are none."""
    return sorted(
        it for it, held in branch.members.items() if held.left_at is None and not held.applicant
    )


def _established(state: Jurisdiction, body_id: str) -> Branch | None:
    branch = state.branches.by_id.get(state.branches.by_body.get(body_id, ""))
    return branch if branch is not None and branch.stage is BranchStage.ESTABLISHED else None


def joins(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    """Somebody accepted a place: they take part in the branch of their unit, and of its task."""
    held = state.assignments.by_id.get(assignment_id)
    for body_id in () if held is None else bodies_of(state, held.unit_id):
        branch = _established(state, body_id)
        if held is not None and branch is not None:
            yield from _takes_part(state, branch, held.member_id)


def posted(state: Jurisdiction, operation_id: str, people: Iterable[str]) -> Iterable[Event]:
    """Whoever is posted on guard takes part in the branch of the operation."""
    branch = _established(state, operation_id)
    for member_id in () if branch is None else sorted(set(people)):
        if branch is not None:
            yield from _takes_part(state, branch, member_id)


def _takes_part(state: Jurisdiction, branch: Branch, member_id: str) -> Iterable[Event]:
    taking = branch.members.get(member_id)
    if taking is not None and taking.left_at is None:
        return
    member = state.roster.members.get(member_id)
    if member is None or member.person.party not in TAKES_PART:
        return
    limit, there = state.policy.branch.members_max, len(present_members(branch))
    if taking is None and len(branch.members) >= MEMBERS_MAX:
        rule = branches.at_most_members(MEMBERS_MAX, MEMBERS_MAX + 1)
        yield RuleWarned(rule=rule, about=branch.branch_id)
        return
    is_member = member.person.party in MEMBERS
    yield events.BranchJoined(
        branch_id=branch.branch_id, member_id=member_id, applicant=not is_member
    )
    if is_member and there == limit:
        # Generally at most so many (art. 4): said once, as it is passed, and nobody is kept out.
        rule = branches.at_most_members(limit, there + 1)
        yield RuleWarned(rule=rule, about=branch.branch_id)


def leaves(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """Somebody left a unit: they leave its branch, and that of its task if no unit holds them."""
    held = state.assignments.by_id.get(assignment_id)
    for body_id in () if held is None else bodies_of(state, held.unit_id):
        if held is not None:
            yield from _leave_body(state, body_id, (held.member_id,), cause)


def unposted(
    state: Jurisdiction, operation_id: str, people: Iterable[str], cause: Cause
) -> Iterable[Event]:
    """A post was taken back: who was on no other takes part in the branch no more."""
    return _leave_body(state, operation_id, people, cause)


def left_roster(state: Jurisdiction, gone: Iterable[str], cause: Cause) -> Iterable[Event]:
    """Whoever left the roster takes part in no branch."""
    left = sorted(set(gone))
    for _, branch in sorted(state.branches.by_id.items()) if left else ():
        if branch.stage is BranchStage.ESTABLISHED:
            yield from _leave(state, branch, left, cause)


def _leave_body(
    state: Jurisdiction, body_id: str, people: Iterable[str], cause: Cause
) -> Iterable[Event]:
    branch, there = _established(state, body_id), people_in(state, body_id)
    # Of a body that is over nobody leaves one by one: the branch ends with it.
    if branch is not None and there is not None:
        yield from _leave(state, branch, sorted({*people} - {*there}), cause)


def _leave(
    state: Jurisdiction, branch: Branch, people: Iterable[str], cause: Cause
) -> Iterable[Event]:
    """Let these leave one after the other, each with what the branch lacks by it."""
    there = present_members(branch)
    for member_id in people:
        taking = branch.members.get(member_id)
        if taking is None or taking.left_at is not None:
            continue
        yield events.BranchLeft(branch_id=branch.branch_id, member_id=member_id)
        after = [it for it in there if it != member_id]
        yield from _lacking(state, branch, (there, after), member_id)
        yield from _vacant(branch, member_id, cause)
        there = after


def _lacking(
    state: Jurisdiction, branch: Branch, there: tuple[list[str], list[str]], member_id: str
) -> Iterable[Event]:
    """Warn of a branch or a group that is too small without somebody, who was there before."""
    rules, (before, after) = state.policy.branch, there
    full = full_members_of(state, tuple(after))
    # Who is off the roster by now counts as what their going takes away.
    known = member_id in state.roster.members
    had = full_members_of(state, tuple(before)) if known else full + (member_id in before)
    if full < rules.full_members_min <= had:
        yield RuleWarned(rule=branches.TOO_FEW_FULL_MEMBERS, about=branch.branch_id)
    for name, people in sorted(branch.groups.items()):
        left = sum(it in after for it in people)
        if member_id in people and left == rules.group_from - 1:
            rule = branches.group_too_small(name, rules.group_from)
            yield RuleWarned(rule=rule, about=branch.branch_id)


def _vacant(branch: Branch, member_id: str, cause: Cause) -> Iterable[Event]:
    """Tell which office nobody holds now: who may name another has to know."""
    id_, said = branch.branch_id, list[Said]()
    if member_id == branch.secretary:
        said.append(notices.branch_without_secretary(id_, member_id))
    elif member_id == branch.deputy_secretary:
        said.append(notices.branch_without_deputy(id_, member_id))
    elif member_id in branch.committee:
        said.append(notices.branch_committee_left(id_, member_id))
    said.extend(
        notices.branch_group_without_leader(id_, group, member_id)
        for group, people in sorted(branch.groups.items())
        if people[0] == member_id
    )
    for text in said:
        yield notify(cause, NoticeKind.BRANCH_OFFICE, Recipient.COMMANDER, text, about=id_)


def form_group(  # noqa: C901 - one rule after the other
    state: Jurisdiction, branch: Branch, signal: FormPartyGroup
) -> Iterable[Event]:
    """Form a Party group of members who take part now: enough of them, each in one group."""
    people, least = signal.member_ids, state.policy.branch.group_from
    if len(set(people)) != len(people):
        return refuse(branches.GROUP_NAMES_ONCE, field="member_ids", value=len(people))
    if len(people) < least:
        rule = branches.group_from(least, len(people))
        return refuse(rule, field="member_ids", value=len(people))
    if signal.leader not in people:
        return refuse(branches.GROUP_LEADER_IS_IN_IT, field="leader", value=signal.leader)
    there = set(present_members(branch))
    for member_id in people:
        if member_id not in there:
            return refuse(branches.GROUP_OF_MEMBERS, field="member_ids", value=member_id)
        for name, others in sorted(branch.groups.items()):
            if name != signal.group and member_id in others:
                rule = branches.in_another_group(member_id, name)
                return refuse(rule, field="member_ids", value=member_id)
    rest = tuple(sorted(it for it in people if it != signal.leader))
    if branch.groups.get(signal.group) == (signal.leader, *rest):
        return ()
    return (
        events.PartyGroupFormed(
            branch_id=branch.branch_id,
            group=signal.group,
            leader=signal.leader,
            member_ids=(signal.leader, *rest),
        ),
    )


def give_post(branch: Branch, signal: GiveBranchPost, present: tuple[str, ...]) -> Iterable[Event]:
    if signal.member_id not in present:
        return refuse(branches.POST_TO_MEMBER, field="member_id", value=signal.member_id)
    if branch.members[signal.member_id].applicant:
        rule = branches.APPLICANTS_ARE_NO_MEMBERS
        return refuse(rule, field="member_id", value=signal.member_id)
    return (
        events.BranchPostGiven(
            branch_id=branch.branch_id,
            member_id=signal.member_id,
            post=signal.post,
            area=signal.area,
        ),
    )
