"""A temporary Party branch: requested, approved or refused, at work, dissolved with its unit.

中国共产党支部工作条例(试行): set up for a body formed for a task, membership is not transferred;
the approving organisation names who leads; no elections, no dues, no admissions of its own.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.branch.fold import evolve
from coordinator.domain.branch.records import dissolved
from coordinator.domain.branch.rules import (
    TAKES_PART,
    broken_office,
    forbidden_activity,
    full_members_of,
)
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.branches import Branch, BranchStage
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from schemas.bounds import MEMBERS_MAX
from schemas.catalogue import members
from schemas.durations import DAY
from schemas.events import branch as events
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentDone,
    AssignmentExpired,
    AssignmentReleased,
)
from schemas.events.branch import BranchEvent
from schemas.events.envelope import Event
from schemas.events.notice import RuleWarned
from schemas.events.unit import UnitFormed, UnitStoodDown
from schemas.sentences import branches, notices, reasons
from schemas.signals.branch import (
    ApproveBranch,
    BranchSignal,
    DissolveBranch,
    GiveBranchPost,
    HoldBranchActivity,
    NameBranchOfficers,
    RefuseBranch,
    ReportConduct,
    RequestBranch,
)
from schemas.vocabulary import NoticeKind, Recipient


def decide(state: Jurisdiction, signal: BranchSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, RequestBranch):
        return _request(state, signal, cause)
    branch = state.branches.by_id.get(signal.branch_id)
    if branch is None:
        return refuse(branches.NO_SUCH_BRANCH, field="branch_id", value=signal.branch_id)
    wanted = (
        BranchStage.REQUESTED
        if isinstance(signal, ApproveBranch | RefuseBranch)
        else BranchStage.ESTABLISHED
    )
    if branch.stage is not wanted:
        return refuse(
            branches.branch_not_in_stage(wanted, branch.stage),
            field="branch_id",
            value=branch.branch_id,
        )
    match signal:
        case ApproveBranch():
            return _approve(state, branch, signal)
        case RefuseBranch():
            return (
                events.BranchRefused(
                    branch_id=branch.branch_id, refused_by=signal.refused_by, reason=signal.reason
                ),
            )
        case DissolveBranch():
            return (
                dissolved(
                    state,
                    branch,
                    cause.at,
                    "approving_organisation",
                    reasons.as_typed(signal.reason),
                ),
            )
        case _:
            return _at_work(state, branch, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case UnitFormed():
            return _due(state, event)
        case UnitStoodDown():
            branch = state.branches.by_id.get(state.branches.by_unit.get(event.unit_id, ""))
            if branch is None:
                return ()
            if branch.stage is BranchStage.REQUESTED:
                return (dissolved(state, branch, cause.at, "withdrawn", event.reason),)
            return (dissolved(state, branch, cause.at, "unit_stood_down", event.reason),)
        case AssignmentAccepted():
            return _joins(state, event.assignment_id)
        case (
            AssignmentDeclined()
            | AssignmentExpired()
            | AssignmentDone()
            | AssignmentAborted()
            | AssignmentReleased()
        ):
            return _leaves(state, event.assignment_id)
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    """More than six months need a regular branch: said well before."""
    branch, rules = state.branches.by_id[id_], state.policy.branch
    limit_at = (branch.established_at or cause.at) + rules.term_d * DAY
    text = notices.branch_term(id_, rules.term_d)
    return (
        events.BranchTermNear(branch_id=id_, limit_at=limit_at),
        notify(cause, NoticeKind.BRANCH_TERM, Recipient.COMMANDER, text, about=id_),
    )


def _due(state: Jurisdiction, event: UnitFormed) -> Iterable[Event]:
    """A unit that is large enough and has the members should ask for a branch."""
    rules = state.policy.branch
    people = tuple(pick.member_id for pick in event.picks)
    full = full_members_of(state, people)
    if len(people) < rules.unit_size_due or full < rules.full_members_min:
        return ()
    if event.unit_id in state.branches.by_unit:
        return ()
    return (events.BranchDue(unit_id=event.unit_id, full_members=full),)


def _request(state: Jurisdiction, signal: RequestBranch, cause: Cause) -> Iterable[Event]:
    rules = state.policy.branch
    unit = state.units.by_id.get(signal.unit_id)
    if unit is None or unit.stage is not Stage.FORMED:
        return refuse(branches.BRANCH_OF_FORMED_BODY, field="unit_id", value=signal.unit_id)
    branch = state.branches.by_id.get(state.branches.by_unit.get(signal.unit_id, ""))
    if branch is not None and branch.stage in (BranchStage.REQUESTED, BranchStage.ESTABLISHED):
        return refuse(branches.ONE_BRANCH_PER_BODY, field="unit_id", value=signal.unit_id)
    people = tuple(sorted(unit.people))
    full = full_members_of(state, people)
    if full < rules.full_members_min:
        return refuse(
            branches.at_least_full_members(rules.full_members_min, full),
            field="unit_id",
            value=signal.unit_id,
        )
    facts: list[Event] = [
        events.BranchRequested(
            branch_id=cause.mint("brn"),
            unit_id=signal.unit_id,
            name=signal.name,
            approving_organisation=signal.approving_organisation,
            expected_duration_d=signal.expected_duration_d,
            full_members=full,
        )
    ]
    if signal.expected_duration_d > rules.term_d:
        facts.append(
            RuleWarned(rule=branches.regular_branch_needed(rules.term_d), about=signal.unit_id)
        )
    return facts


def _approve(state: Jurisdiction, branch: Branch, signal: ApproveBranch) -> Iterable[Event]:
    if signal.approved_by != branch.approving_organisation:
        return refuse(
            branches.ONLY_ASKED_APPROVES,
            field="approved_by",
            value=signal.approved_by,
        )
    unit = state.units.by_id.get(branch.unit_id)
    people = () if unit is None else tuple(sorted(unit.people))
    members = tuple(it for it in people if state.roster.members[it].person.party in TAKES_PART)
    rules = state.policy.branch
    if len(members) > rules.members_max:
        return refuse(
            branches.at_most_members(rules.members_max, len(members)),
            field="branch_id",
            value=branch.branch_id,
        )
    full = full_members_of(state, members)
    if full < rules.full_members_min:
        return refuse(
            branches.at_least_full_members(rules.full_members_min, full),
            field="branch_id",
            value=branch.branch_id,
        )
    broken = broken_office(
        state, members, signal.secretary, signal.deputy_secretary, signal.committee
    )
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    facts: list[Event] = [
        events.BranchApproved(
            branch_id=branch.branch_id,
            approved_by=signal.approved_by,
            secretary=signal.secretary,
            deputy_secretary=signal.deputy_secretary,
            committee=signal.committee,
            members=members,
        )
    ]
    if len(signal.committee) > rules.committee_usual_max:
        usual = branches.committee_usually(rules.committee_min, rules.committee_usual_max)
        facts.append(RuleWarned(rule=usual, about=branch.branch_id))
    return facts


def _at_work(
    state: Jurisdiction,
    branch: Branch,
    signal: NameBranchOfficers | GiveBranchPost | HoldBranchActivity | ReportConduct,
    cause: Cause,
) -> Iterable[Event]:
    present = tuple(sorted(it for it, taking in branch.members.items() if taking.left_at is None))
    match signal:
        case NameBranchOfficers():
            return _name_officers(state, branch, signal, present)
        case GiveBranchPost():
            if signal.member_id not in present:
                return refuse(
                    branches.POST_TO_MEMBER,
                    field="member_id",
                    value=signal.member_id,
                )
            return (
                events.BranchPostGiven(
                    branch_id=branch.branch_id,
                    member_id=signal.member_id,
                    post=signal.post,
                    area=signal.area,
                ),
            )
        case HoldBranchActivity():
            return _hold(branch, signal, present)
        case ReportConduct():
            if signal.member_id not in branch.members:
                return refuse(
                    branches.CONDUCT_OF_WHO_TOOK_PART,
                    field="member_id",
                    value=signal.member_id,
                )
            return (
                events.ConductRecorded(
                    branch_id=branch.branch_id,
                    member_id=signal.member_id,
                    text=signal.text,
                    hours_min=signal.hours_min,
                ),
            )


def _name_officers(
    state: Jurisdiction, branch: Branch, signal: NameBranchOfficers, present: tuple[str, ...]
) -> Iterable[Event]:
    if signal.named_by != branch.approving_organisation:
        return refuse(
            branches.NAMED_NOT_ELECTED,
            field="named_by",
            value=signal.named_by,
        )
    broken = broken_office(
        state, present, signal.secretary, signal.deputy_secretary, signal.committee
    )
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    return (
        events.BranchOfficersNamed(
            branch_id=branch.branch_id,
            named_by=signal.named_by,
            secretary=signal.secretary,
            deputy_secretary=signal.deputy_secretary,
            committee=signal.committee,
        ),
    )


def _hold(branch: Branch, signal: HoldBranchActivity, present: tuple[str, ...]) -> Iterable[Event]:
    forbidden, overridable = forbidden_activity(signal.activity)
    if forbidden is not None and (not overridable or signal.override_reason is None):
        return refuse(forbidden, field="activity", value=signal.activity)
    strangers = [it for it in signal.attended if it not in present]
    if strangers:
        return refuse(branches.ATTEND_TAKES_PART, field="attended", value=strangers[0])
    facts: list[Event] = []
    if forbidden is not None:
        facts.append(
            RuleWarned(
                rule=forbidden, about=branch.branch_id, override_reason=signal.override_reason
            )
        )
    facts.append(
        events.BranchActivityHeld(
            branch_id=branch.branch_id,
            activity=signal.activity,
            attended=signal.attended,
            text=signal.text,
        )
    )
    return facts


def _branch_of(state: Jurisdiction, assignment_id: str) -> tuple[Branch, str] | None:
    assignment = state.assignments.by_id.get(assignment_id)
    if assignment is None:
        return None
    branch = state.branches.by_id.get(state.branches.by_unit.get(assignment.unit_id, ""))
    if branch is None or branch.stage is not BranchStage.ESTABLISHED:
        return None
    return branch, assignment.member_id


def _joins(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    found = _branch_of(state, assignment_id)
    if found is None:
        return ()
    branch, member_id = found
    taking = branch.members.get(member_id)
    if taking is not None and taking.left_at is None:
        return ()
    member = state.roster.members.get(member_id)
    if member is None or member.person.party not in TAKES_PART:
        return ()
    there = sum(1 for it in branch.members.values() if it.left_at is None)
    limit = state.policy.branch.members_max
    full_up = taking is None and len(branch.members) >= MEMBERS_MAX
    if there >= limit or full_up:
        return (
            RuleWarned(rule=branches.at_most_members(limit, limit + 1), about=branch.branch_id),
        )
    return (events.BranchJoined(branch_id=branch.branch_id, member_id=member_id),)


def _leaves(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    found = _branch_of(state, assignment_id)
    if found is None:
        return ()
    branch, member_id = found
    taking = branch.members.get(member_id)
    if taking is None or taking.left_at is not None:
        return ()
    facts: list[Event] = [events.BranchLeft(branch_id=branch.branch_id, member_id=member_id)]
    there = [it for it, held in branch.members.items() if held.left_at is None and it != member_id]
    if full_members_of(state, tuple(there)) == state.policy.branch.full_members_min - 1:
        facts.append(RuleWarned(rule=branches.TOO_FEW_FULL_MEMBERS, about=branch.branch_id))
    return facts


CONCEPT: Final = Concept(
    name="branch",
    signals=members(BranchSignal),
    decide=decide,
    facts=members(BranchEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            UnitFormed,
            UnitStoodDown,
            AssignmentAccepted,
            AssignmentDeclined,
            AssignmentExpired,
            AssignmentDone,
            AssignmentAborted,
            AssignmentReleased,
        }
    ),
    react=react,
    timers=frozenset({"branch_term"}),
    due=due,
)
