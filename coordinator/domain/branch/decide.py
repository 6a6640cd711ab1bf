"""A temporary Party branch: requested, approved or refused, at work, dissolved with its body.

中国共产党支部工作条例(试行): set up for a body formed for a task, membership is not transferred;
the approving organisation names who leads; no elections, no dues, no admissions of its own.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.branch.bodies import body_asked_for, people_in
from coordinator.domain.branch.fold import evolve
from coordinator.domain.branch.parts import (
    form_group,
    give_post,
    joins,
    leaves,
    left_roster,
    posted,
    unposted,
)
from coordinator.domain.branch.records import dissolved
from coordinator.domain.branch.rules import (
    MEMBERS,
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
from schemas.catalogue import members
from schemas.durations import DAY
from schemas.events import branch as events
from schemas.events.assignment import AssignmentAccepted, AssignmentOver, TapTakenBack
from schemas.events.branch import BranchEvent, WhyDissolved
from schemas.events.envelope import Event
from schemas.events.notice import RuleWarned
from schemas.events.operation import (
    GuardPosted,
    OperationCancelled,
    OperationConcluded,
    PostWithdrawn,
)
from schemas.events.roster import RosterChanged
from schemas.events.task import TaskCancelled, TaskFinished
from schemas.events.unit import UnitFormed, UnitStoodDown
from schemas.said import Said
from schemas.sentences import branches, notices, reasons
from schemas.signals.branch import (
    ApproveBranch,
    BranchSignal,
    DissolveBranch,
    FormPartyGroup,
    GiveBranchPost,
    HoldBranchActivity,
    NameBranchOfficers,
    RefuseBranch,
    ReportConduct,
    RequestBranch,
)
from schemas.vocabulary import NoticeKind, PartyStanding, Recipient, Tap


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
            if signal.refused_by != branch.approving_organisation:
                rule = branches.ONLY_ASKED_REFUSES
                return refuse(rule, field="refused_by", value=signal.refused_by)
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
            return _ends(state, event.unit_id, cause, "unit_stood_down", event.reason)
        case OperationConcluded() | OperationCancelled():
            why = reasons.OPERATION_OVER
            return _ends(state, event.operation_id, cause, "operation_over", why)
        case TaskFinished() | TaskCancelled():
            return _ends(state, event.task_id, cause, "task_over", reasons.TASK_OVER)
    return _comes_or_goes(state, event, cause)


def _comes_or_goes(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Let whoever joins or leaves a body join or leave its branch."""
    match event:
        case GuardPosted():
            return posted(state, event.operation_id, event.post.member_ids)
        case AssignmentAccepted() | TapTakenBack(tap=Tap.DECLINED | Tap.DONE | Tap.ABORTED):
            return joins(state, event.assignment_id)
        case _ if isinstance(event, AssignmentOver):
            return leaves(state, event.assignment_id, cause)
        case PostWithdrawn():
            return unposted(state, event.operation_id, event.member_ids, cause)
        case RosterChanged():
            return left_roster(state, event.removed_members, cause)
    return ()


def _ends(
    state: Jurisdiction, body_id: str, cause: Cause, why: WhyDissolved, reason: Said
) -> Iterable[Event]:
    """A branch ends with its body; one that was only asked for is withdrawn."""
    branch = state.branches.by_id.get(state.branches.by_body.get(body_id, ""))
    if branch is None:
        return ()
    cut = "withdrawn" if branch.stage is BranchStage.REQUESTED else why
    return (dissolved(state, branch, cause.at, cut, reason),)


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
    if event.unit_id in state.branches.by_body:
        return ()
    return (events.BranchDue(unit_id=event.unit_id, full_members=full),)


def _request(state: Jurisdiction, signal: RequestBranch, cause: Cause) -> Iterable[Event]:
    rules, asked = state.policy.branch, body_asked_for(signal)
    if asked is None:
        return refuse(branches.ONE_BODY, field="unit_id", value=signal.unit_id)
    field, body_id = asked
    people = people_in(state, body_id)
    if people is None:
        return refuse(branches.BRANCH_OF_FORMED_BODY, field=field, value=body_id)
    branch = state.branches.by_id.get(state.branches.by_body.get(body_id, ""))
    if branch is not None and branch.stage in (BranchStage.REQUESTED, BranchStage.ESTABLISHED):
        return refuse(branches.ONE_BRANCH_PER_BODY, field=field, value=body_id)
    full = full_members_of(state, people)
    if full < rules.full_members_min:
        return refuse(
            branches.at_least_full_members(rules.full_members_min, full), field=field, value=body_id
        )
    facts: list[Event] = [
        events.BranchRequested(
            branch_id=cause.mint("brn"),
            unit_id=signal.unit_id,
            operation_id=signal.operation_id,
            task_id=signal.task_id,
            name=signal.name,
            approving_organisation=signal.approving_organisation,
            expected_duration_d=signal.expected_duration_d,
            full_members=full,
        )
    ]
    if signal.expected_duration_d > rules.term_d:
        facts.append(RuleWarned(rule=branches.regular_branch_needed(rules.term_d), about=body_id))
    return facts


def _approve(state: Jurisdiction, branch: Branch, signal: ApproveBranch) -> Iterable[Event]:
    if signal.approved_by != branch.approving_organisation:
        return refuse(
            branches.ONLY_ASKED_APPROVES,
            field="approved_by",
            value=signal.approved_by,
        )
    people, rules = people_in(state, branch.body_id) or (), state.policy.branch
    members = tuple(it for it in people if _party(state, it) in MEMBERS)
    applicants = tuple(it for it in people if _party(state, it) is PartyStanding.APPLICANT)
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
            applicants=applicants,
        )
    ]
    if len(members) > rules.members_max:
        facts.append(
            RuleWarned(
                rule=branches.at_most_members(rules.members_max, len(members)),
                about=branch.branch_id,
                override_reason=signal.reason_over_limit,
            )
        )
    if len(signal.committee) > rules.committee_usual_max:
        usual = branches.committee_usually(rules.committee_min, rules.committee_usual_max)
        facts.append(RuleWarned(rule=usual, about=branch.branch_id))
    return facts


def _party(state: Jurisdiction, member_id: str) -> PartyStanding | None:
    member = state.roster.members.get(member_id)
    return None if member is None else member.person.party


def _at_work(
    state: Jurisdiction,
    branch: Branch,
    signal: NameBranchOfficers
    | FormPartyGroup
    | GiveBranchPost
    | HoldBranchActivity
    | ReportConduct,
    cause: Cause,
) -> Iterable[Event]:
    present = tuple(sorted(it for it, taking in branch.members.items() if taking.left_at is None))
    match signal:
        case NameBranchOfficers():
            return _name_officers(state, branch, signal, present)
        case FormPartyGroup():
            return form_group(state, branch, signal)
        case GiveBranchPost():
            return give_post(branch, signal, present)
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
    as_named = (signal.secretary, signal.deputy_secretary, signal.committee)
    if as_named == (branch.secretary, branch.deputy_secretary, branch.committee):
        return ()
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
    if len(set(signal.attended)) != len(signal.attended):
        return refuse(branches.ATTENDED_ONCE, field="attended", value=len(signal.attended))
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
            OperationConcluded,
            OperationCancelled,
            TaskFinished,
            TaskCancelled,
            GuardPosted,
            PostWithdrawn,
            RosterChanged,
            AssignmentAccepted,
            *members(AssignmentOver),
            TapTakenBack,
        }
    ),
    react=react,
    timers=frozenset({"branch_term"}),
    due=due,
)
