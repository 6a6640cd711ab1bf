"""Postings and wards: where a member belongs, and who is looked after.

A member is posted to the unit's partner community and to the one they live in. A ward stays in a
member's care when the posting ends: ended officially and care ended are two things.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.authority import not_oneself
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.community import Community, Posting, Ward, is_of_before
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.durations import DAY
from schemas.events.community import (
    CareEvent,
    PostingBegun,
    PostingEnded,
    WardEnded,
    WardTaken,
    WardVisited,
    WardVisitMissed,
)
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged
from schemas.said import Said
from schemas.sentences import communities, notices, reasons, rights
from schemas.signals.community import (
    CareSignal,
    EndPosting,
    EndWard,
    PostMember,
    TakeWard,
    VisitWard,
)
from schemas.vocabulary import NoticeKind, Recipient, Role


def evolve(state: Jurisdiction, event: CareEvent, at: int) -> Jurisdiction:
    match event:
        case PostingBegun() | PostingEnded():
            return _evolve_posting(state, event)
        case _:
            return _evolve_ward(state, event, at)


def _evolve_posting(state: Jurisdiction, event: PostingBegun | PostingEnded) -> Jurisdiction:
    postings, timers, id_ = state.community.postings, state.timers, event.posting_id
    if isinstance(event, PostingBegun):
        begun = Posting(id_, event.member_id, event.community, event.tie)
        postings = postings.set(id_, begun)
        if event.until is not None:
            timers = timers.set("posting", id_, event.until)
    else:
        postings, timers = postings.delete(id_), timers.clear("posting", id_)
    return replace(state, community=replace(state.community, postings=postings), timers=timers)


def _evolve_ward(
    state: Jurisdiction, event: WardTaken | WardVisited | WardVisitMissed | WardEnded, at: int
) -> Jurisdiction:
    wards, carers, id_ = state.community.wards, state.community.carers, event.ward_id
    if isinstance(event, WardEnded):
        timers = state.timers.clear("ward", id_)
        carers = carers.delete(_cared_for(wards[id_].community, wards[id_].subject))
        wards = wards.delete(id_)
    else:
        timers = state.timers.set("ward", id_, event.visit_by)
        match event:
            case WardTaken():
                who, where, whom = event.member_id, event.community, event.subject
                was = wards.get(id_) or Ward(id_, who, where, whom)
                wards = wards.set(id_, replace(was, member_id=who, taken_at=at))
                carers = carers.set(_cared_for(event.community, event.subject), id_)
            case WardVisited():
                wards = wards.set(id_, _visited(wards[id_], event))
            case WardVisitMissed():
                pass
            case _:
                assert_never(event)
    community = replace(state.community, wards=wards, carers=carers)
    return replace(state, community=community, timers=timers)


def _visited(ward: Ward, event: WardVisited) -> Ward:
    if event.needs_help:
        since = max(ward.needs_help_at, event.happened_at)
        return replace(ward, needs_help=True, needs_help_at=since)
    if is_of_before(ward, event.happened_at):
        return ward
    return replace(ward, needs_help=False)


def _cared_for(community: str, subject: str) -> str:
    return f"{community}/{subject}"


def decide(state: Jurisdiction, signal: CareSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case PostMember():
            return _post(state, signal, cause)
        case EndPosting():
            return _end_posting(state.community, signal.posting_id, reasons.as_typed(signal.reason))
        case TakeWard():
            return _take(state, signal, cause)
        case _:
            return _at_ward(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Whoever left the roster can be expected nowhere: their posts and wards are free again."""
    if not isinstance(event, RosterChanged) or not event.removed_members:
        return ()
    return _without(state, frozenset(event.removed_members), cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    community = state.community
    if kind == "posting":
        return _end_posting(community, id_, reasons.RECALLED)
    ward = community.wards[id_]
    missed = WardVisitMissed(ward_id=id_, visit_by=_next_visit(state, cause))
    if ward.member_id not in state.roster.members:
        return (missed, _alone(ward, cause))
    return (
        missed,
        notify(
            cause,
            NoticeKind.WARD_VISIT_DUE,
            Recipient.MEMBER,
            notices.visit_due(id_),
            about=id_,
            targets=(ward.member_id,),
            lasts_ms=DAY,
        ),
    )


def _post(state: Jurisdiction, signal: PostMember, cause: Cause) -> Iterable[Event]:
    if not_self := not_oneself(signal.member_id, cause):
        return not_self
    if signal.member_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if signal.until is not None and signal.until <= cause.at:
        return refuse(rights.TIME_TO_COME, field="until", value=signal.until)
    for posting in state.community.postings.values():
        if (posting.member_id, posting.tie) == (signal.member_id, signal.tie):
            rule = communities.one_community_per_tie(signal.tie)
            return refuse(rule, field="community", value=posting.community)
    return (
        PostingBegun(
            posting_id=cause.mint("pst"),
            member_id=signal.member_id,
            community=signal.community,
            tie=signal.tie,
            role=signal.role,
            until=signal.until,
        ),
    )


def _end_posting(community: Community, posting_id: str, reason: Said) -> Iterable[Event]:
    posting = community.postings.get(posting_id)
    if posting is None:
        return refuse(communities.POSTING_UNDER_WAY, field="posting_id", value=posting_id)
    kept = sum(
        (it.member_id, it.community) == (posting.member_id, posting.community)
        for it in community.wards.values()
    )
    return (PostingEnded(posting_id=posting_id, reason=reason, wards_kept=kept),)


def _take(state: Jurisdiction, signal: TakeWard, cause: Cause) -> Iterable[Event]:
    if not_self := not_oneself(signal.member_id, cause):
        return not_self
    if signal.member_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    carer = state.community.carers.get(_cared_for(signal.community, signal.subject))
    if carer is not None and state.community.wards[carer].member_id in state.roster.members:
        return refuse(communities.IN_NOBODYS_CARE, field="subject", value=carer)
    return (
        WardTaken(
            # Whose carer has left, and who needs help, is the same ward with the same alarm.
            ward_id=carer or cause.mint("wrd"),
            member_id=signal.member_id,
            community=signal.community,
            subject=signal.subject,
            subject_kind=signal.subject_kind,
            visit_by=_next_visit(state, cause),
        ),
    )


def _at_ward(state: Jurisdiction, signal: VisitWard | EndWard, cause: Cause) -> Iterable[Event]:
    ward = state.community.wards.get(signal.ward_id)
    if ward is None:
        return refuse(communities.WARD_IN_CARE, field="ward_id", value=signal.ward_id)
    if not_self := not_oneself(ward.member_id, cause):
        return not_self
    if isinstance(signal, EndWard):
        if ward.needs_help and cause.actor_role is Role.MEMBER:
            return refuse(communities.HELP_BEFORE_CARE_ENDS, field="ward_id", value=ward.ward_id)
        why = reasons.as_typed(signal.reason)
        ended = WardEnded(ward_id=signal.ward_id, reason=why)
        return (ended, *alarm.stop(state, cause, about=ward.ward_id, reason=why))
    visited = WardVisited(
        ward_id=signal.ward_id,
        needs_help=signal.needs_help,
        text=signal.text,
        happened_at=cause.happened_at,
        visit_by=_next_visit(state, cause),
    )
    return (visited, *_help_for(state, ward, signal, cause))


def _help_for(state: Jurisdiction, ward: Ward, signal: VisitWard, cause: Cause) -> Iterable[Event]:
    """Let somebody own it that a ward needs help, until a visit says that they no longer do.

    It climbs at the desk until it is taken on by name, and comes back where nothing follows.
    """
    if not signal.needs_help:
        if is_of_before(ward, cause.happened_at):
            return ()
        return alarm.stop(state, cause, about=ward.ward_id, reason=reasons.HELP_HAS_COME)
    return alarm.start(
        state,
        cause,
        about=ward.ward_id,
        cause_kind=NoticeKind.WARD_NEEDS_HELP,
        ladder="care",
        text=notices.ward_needs_help(ward.ward_id, ward.community, ward.member_id),
    )


def _next_visit(state: Jurisdiction, cause: Cause) -> int:
    return cause.at + state.policy.community.visit_every_d * DAY


def _without(state: Jurisdiction, gone: frozenset[str], cause: Cause) -> Iterable[Event]:
    community = state.community
    for id_, posting in sorted(community.postings.items()):
        if posting.member_id in gone:
            yield PostingEnded(posting_id=id_, reason=reasons.NO_LONGER_ON_ROSTER, wards_kept=0)
    for id_, ward in sorted(community.wards.items()):
        if ward.member_id in gone:
            # Who needs help goes on needing it: their alarm stands until the next who takes them,
            # or the desk, says that help has come.
            if not ward.needs_help:
                yield WardEnded(ward_id=id_, reason=reasons.NO_LONGER_ON_ROSTER)
            yield _alone(ward, cause)


def _alone(ward: Ward, cause: Cause) -> Event:
    """Tell the desk that nobody looks after somebody any more."""
    kind, text = NoticeKind.WARD_VISIT_DUE, notices.ward_alone(ward.ward_id, ward.community)
    return notify(cause, kind, Recipient.DISPATCHER, text, about=ward.ward_id)


CONCEPT: Final = Concept(
    name="care",
    signals=members(CareSignal),
    decide=decide,
    facts=members(CareEvent),
    evolve=evolve,
    reacts_to=frozenset({RosterChanged}),
    react=react,
    timers=frozenset({"posting", "ward"}),
    due=due,
)
