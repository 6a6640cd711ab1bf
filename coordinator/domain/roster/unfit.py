"""Hurt or ill: whoever is, is called to nothing until somebody says that they are fit again.

It is no availability, which a course or an evening off changes: nobody is asked to be fit because
nobody else is left. Who is hurt at a scene stays bound there, and is counted in its roll calls,
until they have left it.
"""

from collections.abc import Iterable

from coordinator.domain.at_work import release
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.posted import at_post, post_of
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incident_index import living
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from schemas.events.envelope import Event
from schemas.events.roster import MemberBroughtAway, MemberFit, MemberUnfit
from schemas.sentences import notices, reasons, rights
from schemas.signals.roster import BroughtAway, ReportFit, ReportUnfit
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Role, Unfit, UnitRole

_ON_THEIR_WAY = frozenset(
    {
        AssignmentStatus.OFFERED,
        AssignmentStatus.ACKNOWLEDGED,
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.EN_ROUTE,
    }
)


def reported(state: Jurisdiction, signal: ReportUnfit | ReportFit, cause: Cause) -> Iterable[Event]:
    """Decide who says that a member is unfit, or fit again, and whether that is news."""
    id_ = signal.member_id
    member = state.roster.members.get(id_)
    if member is None:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=id_)
    if isinstance(signal, ReportUnfit):
        if signal.actor_role is Role.MEMBER and not _may_see(state, signal.actor_id, id_):
            return refuse(rights.UNFIT_BY_WHO_IS_WITH_THEM, field="member_id", value=id_)
        return said(state, id_, signal.why, cause)
    if signal.actor_role is Role.MEMBER and signal.actor_id != id_:
        return refuse(rights.ONLY_FOR_ONESELF, field="member_id", value=id_)
    if signal.actor_role is not Role.MEMBER and signal.on_behalf_of != id_:
        return refuse(rights.SAY_FOR_WHOM, field="on_behalf_of", value=signal.on_behalf_of)
    if member.unfit is None:
        return ()
    return (MemberFit(member_id=id_, by=signal.actor_id, happened_at=cause.happened_at),)


def _may_see(state: Jurisdiction, who: str, member_id: str) -> bool:
    """Whether a member is with another now: in one unit, at one post, or in command where the other
    is.
    """
    if who == member_id or who in at_post(state, post_of(state, member_id)):
        return True
    bound = state.roster.members[member_id].assignment_id
    held = state.assignments.by_id.get(bound or "")
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    if held is None or unit is None:
        return False
    post = state.command.by_incident.get(held.incident_id or "")
    return who in unit.people or (post is not None and post.commander_id == who)


def brought_away(state: Jurisdiction, signal: BroughtAway, cause: Cause) -> Iterable[Event]:
    """Decide who says that somebody who gave up hurt or ill is away from there."""
    id_ = signal.member_id
    member = state.roster.members.get(id_)
    if member is None:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=id_)
    if signal.actor_role is Role.MEMBER and not _answers_for(state, signal.actor_id, member):
        return refuse(rights.BROUGHT_AWAY_BY, field="member_id", value=id_)
    if member.unfit is None or member.unfit.away:
        return ()
    if member.assignment_id is not None:
        return refuse(rights.BROUGHT_AWAY_WHEN_LEFT, field="member_id", value=id_)
    return gone_from_there(member, cause)


def gone_from_there(member: Member, cause: Cause) -> tuple[Event, ...]:
    """Return the fact that somebody who is hurt or ill was brought away; nothing of anybody else,
    and of who is known to be.
    """
    if member.unfit is None or member.unfit.away:
        return ()
    id_, happened_at = member.person.member_id, cause.happened_at
    return (MemberBroughtAway(member_id=id_, by=cause.actor_id, happened_at=happened_at),)


def _answers_for(state: Jurisdiction, who: str, member: Member) -> bool:
    """Whether somebody leads the unit in which another gave up, stands at one post with them,
    commands there, or is that one.
    """
    if who == member.person.member_id or who in at_post(
        state, post_of(state, member.person.member_id)
    ):
        return True
    gave_up = None if member.unfit is None else member.unfit.assignment_id
    held = state.assignments.by_id.get(member.assignment_id or gave_up or "")
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    if held is None or unit is None:
        return False
    incident = living(state.incidents, held.incident_id)
    post = None if incident is None else state.command.by_incident.get(incident.incident_id)
    leads = who in unit.people and unit.roles.get(who) is UnitRole.LEADER
    return leads or (post is not None and post.commander_id == who)


def said(
    state: Jurisdiction, member_id: str, why: Unfit, cause: Cause, *, with_it: str | None = None
) -> tuple[Event, ...]:
    """Return the fact that a member is unfit; nothing where that is known.

    Args:
        state: what is so.
        member_id: of whom it is said.
        why: hurt or ill.
        cause: who says it, and when it was.
        with_it: the call-out that is turned down or given up by the same word.
    """
    member = state.roster.members.get(member_id)
    if member is None or (member.unfit is not None and member.unfit.why is why):
        return ()
    return (
        MemberUnfit(
            member_id=member_id,
            why=why,
            by=cause.actor_id,
            happened_at=cause.happened_at,
            assignment_id=with_it,
        ),
    )


def told(state: Jurisdiction, event: MemberUnfit, cause: Cause) -> Iterable[Event]:
    """Tell the desk, and let go whoever has not come to their scene yet: somebody else is called.

    Who gave up their call-out by the same word leaves it by that.
    """
    text = notices.member_unfit(event.member_id, event.why)
    yield notify(cause, NoticeKind.MEMBER_UNFIT, Recipient.DISPATCHER, text, about=event.member_id)
    bound = state.roster.members[event.member_id].assignment_id
    held = state.assignments.by_id.get(bound or "")
    if held is None or held.assignment_id == event.assignment_id:
        return
    if held.status in _ON_THEIR_WAY:
        yield from release(state, held.assignment_id, reasons.UNFIT)


def slip(
    state: Jurisdiction, assignment_id: str, member_id: str, cause: Cause
) -> tuple[Event, ...]:
    """Return that a member is fit after all, where they were said not to be by a tap on a call-out
    which is taken back.
    """
    member = state.roster.members.get(member_id)
    unfit = None if member is None else member.unfit
    if unfit is None or unfit.assignment_id != assignment_id:
        return ()
    return (
        MemberFit(member_id=member_id, by=cause.actor_id, happened_at=cause.happened_at, slip=True),
    )
