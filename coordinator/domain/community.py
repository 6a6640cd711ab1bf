"""The community whistle and the ward: a community calls, members report there, care goes on.

A whistle is blown, claimed, answered by reporting in, done. A member is posted to the unit's
partner community and to the one they live in. A ward stays in a member's care when the posting
ends: ended officially and care ended are two things.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.community import Community, Posting, Ward, Whistle
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.community import (
    CommunityEvent,
    MemberReportedIn,
    PostingBegun,
    PostingEnded,
    WardEnded,
    WardTaken,
    WardVisited,
    WardVisitMissed,
    WhistleBlown,
    WhistleClaimed,
    WhistleDone,
    WhistleGivenBack,
    WhistleUnanswered,
    WhistleWithdrawn,
)
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged
from schemas.signals.community import (
    BlowWhistle,
    ClaimWhistle,
    CommunitySignal,
    EndPosting,
    EndWard,
    FinishWhistle,
    GiveBackWhistle,
    PostMember,
    ReportIn,
    TakeWard,
    VisitWard,
    WithdrawWhistle,
)
from schemas.vocabulary import NoticeKind, Recipient, Role

EVENTS = (CommunityEvent,)
SIGNALS = (CommunitySignal,)
REACTS_TO: tuple[type[Event], ...] = (RosterChanged,)
TIMERS = frozenset({"whistle", "posting", "ward"})

_MINUTE = 60_000
_DAY = 86_400_000


def evolve(state: Jurisdiction, event: CommunityEvent, at: int) -> Jurisdiction:
    match event:
        case PostingBegun() | PostingEnded():
            return _evolve_posting(state, event)
        case WardTaken() | WardVisited() | WardVisitMissed() | WardEnded():
            return _evolve_ward(state, event)
        case _:
            return _evolve_whistle(state, event, at)


_WhistleEvent = (
    WhistleBlown
    | WhistleClaimed
    | WhistleGivenBack
    | MemberReportedIn
    | WhistleUnanswered
    | WhistleDone
    | WhistleWithdrawn
)


def _evolve_whistle(state: Jurisdiction, event: _WhistleEvent, at: int) -> Jurisdiction:
    whistles, timers, id_ = state.community.whistles, state.timers, event.whistle_id
    match event:
        case WhistleBlown():
            whistles = whistles.set(id_, _blown(event, at))
            timers = timers.set("whistle", id_, event.claim_by)
        case WhistleClaimed() | MemberReportedIn():
            held = whistles[id_]
            there = isinstance(event, MemberReportedIn)
            claimed = held.claimed.set(event.member_id, there)
            enough = len(claimed) >= held.wanted
            unanswered = held.unanswered and not enough
            whistles = whistles.set(id_, replace(held, claimed=claimed, unanswered=unanswered))
            timers = timers.clear("whistle", id_) if enough else timers
        case WhistleGivenBack():
            held = whistles[id_]
            claimed = held.claimed.delete(event.member_id)
            whistles = whistles.set(id_, replace(held, claimed=claimed))
            if not held.unanswered:
                timers = timers.set("whistle", id_, max(held.claim_by, at))
        case WhistleUnanswered():
            whistles = whistles.set(id_, replace(whistles[id_], unanswered=True))
            timers = timers.clear("whistle", id_)
        case WhistleDone() | WhistleWithdrawn():
            whistles, timers = whistles.delete(id_), timers.clear("whistle", id_)
    return replace(state, community=replace(state.community, whistles=whistles), timers=timers)


def _blown(event: WhistleBlown, at: int) -> Whistle:
    return Whistle(
        whistle_id=event.whistle_id,
        community=event.community,
        service=event.service,
        lon=event.place.lon,
        lat=event.place.lat,
        wanted=event.people_wanted,
        text=event.text,
        blown_at=at,
        report_by=event.report_by,
        claim_by=event.claim_by,
    )


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
    state: Jurisdiction, event: WardTaken | WardVisited | WardVisitMissed | WardEnded
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
                wards = wards.set(id_, Ward(id_, event.member_id, event.community, event.subject))
                carers = carers.set(_cared_for(event.community, event.subject), id_)
            case WardVisited():
                wards = wards.set(id_, replace(wards[id_], needs_help=event.needs_help))
    community = replace(state.community, wards=wards, carers=carers)
    return replace(state, community=community, timers=timers)


def _cared_for(community: str, subject: str) -> str:
    return f"{community}/{subject}"


def decide(state: Jurisdiction, signal: CommunitySignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case BlowWhistle():
            return _blow(state, signal, cause)
        case PostMember():
            return _post(state, signal, cause)
        case EndPosting():
            return _end_posting(state.community, signal.posting_id, signal.reason)
        case TakeWard():
            return _take(state, signal, cause)
        case VisitWard() | EndWard():
            return _at_ward(state, signal, cause)
        case _:
            return _answer(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Whoever left the roster can be expected nowhere: their posts and wards are free again."""
    if not isinstance(event, RosterChanged) or not event.removed_members:
        return ()
    return _without(state.community, frozenset(event.removed_members), cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    held = state.community
    if kind == "posting":
        return _end_posting(held, id_, "recalled on the day that was set")
    if kind == "ward":
        return (
            WardVisitMissed(ward_id=id_, visit_by=_next_visit(state, cause)),
            notify(
                cause,
                NoticeKind.WARD_VISIT_DUE,
                Recipient.MEMBER,
                f"Look after {held.wards[id_].subject}: nobody has for too long",
                about=id_,
                targets=(held.wards[id_].member_id,),
                lasts_ms=_DAY,
            ),
        )
    whistle = held.whistles[id_]
    claimed = len(whistle.claimed)
    return (
        WhistleUnanswered(whistle_id=id_, claimed=claimed, wanted=whistle.wanted),
        notify(
            cause,
            NoticeKind.WHISTLE_UNANSWERED,
            Recipient.DISPATCHER,
            f"{whistle.community} wants {whistle.wanted}, {claimed} will come: {whistle.text}",
            about=id_,
        ),
    )


def _blow(state: Jurisdiction, signal: BlowWhistle, cause: Cause) -> Iterable[Event]:
    if signal.report_by is not None and signal.report_by <= cause.at:
        return refuse("a time to come", field="report_by", value=signal.report_by)
    claim_by = cause.at + state.policy.community.claim_within_min * _MINUTE
    if signal.report_by is not None:
        claim_by = min(claim_by, signal.report_by)
    return (
        WhistleBlown(
            whistle_id=cause.mint("whi"),
            community=signal.community,
            service=signal.service,
            place=signal.place,
            people_wanted=signal.people_wanted,
            report_by=signal.report_by,
            claim_by=claim_by,
            asked_by=signal.asked_by,
            text=signal.text,
        ),
    )


def _answer(
    state: Jurisdiction,
    signal: ClaimWhistle | GiveBackWhistle | ReportIn | FinishWhistle | WithdrawWhistle,
    cause: Cause,
) -> Iterable[Event]:
    id_ = signal.whistle_id
    whistle = state.community.whistles.get(id_)
    if whistle is None:
        return refuse("an open whistle", field="whistle_id", value=id_)
    match signal:
        case WithdrawWhistle():
            return (WhistleWithdrawn(whistle_id=id_, reason=signal.reason),)
        case FinishWhistle():
            if not any(whistle.claimed.values()):
                rule = "nobody has reported in: withdraw it instead"
                return refuse(rule, field="whistle_id", value=id_)
            return (WhistleDone(whistle_id=id_, outcome=signal.outcome),)
        case ClaimWhistle():
            return _claim(state, whistle, signal, cause)
    if not_self := _for_another(signal.member_id, cause):
        return not_self
    if signal.member_id not in whistle.claimed:
        return refuse("claimed before", field="member_id", value=signal.member_id)
    if isinstance(signal, GiveBackWhistle):
        back = WhistleGivenBack(whistle_id=id_, member_id=signal.member_id, reason=signal.reason)
        return (back,)
    if whistle.claimed[signal.member_id]:
        return ()
    at = cause.happened_at
    return (MemberReportedIn(whistle_id=id_, member_id=signal.member_id, happened_at=at),)


def _claim(
    state: Jurisdiction, whistle: Whistle, signal: ClaimWhistle, cause: Cause
) -> Iterable[Event]:
    member = state.roster.members.get(signal.member_id)
    if not_self := _for_another(signal.member_id, cause):
        return not_self
    if signal.member_id in whistle.claimed:
        return ()
    if member is None:
        return refuse("a member of this roster", field="member_id", value=signal.member_id)
    if member.assignment_id is not None or member.posted_to is not None:
        return refuse("bound by an assignment", field="member_id", value=signal.member_id)
    if len(whistle.claimed) >= whistle.wanted:
        return refuse("as many as wanted will come", field="whistle_id", value=signal.whistle_id)
    return (WhistleClaimed(whistle_id=signal.whistle_id, member_id=signal.member_id),)


def _for_another(member_id: str, cause: Cause) -> Iterable[Event]:
    if cause.actor_role is Role.MEMBER and cause.actor_id != member_id:
        return refuse("a member speaks for themselves", field="member_id", value=member_id)
    return ()


def _post(state: Jurisdiction, signal: PostMember, cause: Cause) -> Iterable[Event]:
    if not_self := _for_another(signal.member_id, cause):
        return not_self
    if signal.member_id not in state.roster.members:
        return refuse("a member of this roster", field="member_id", value=signal.member_id)
    if signal.until is not None and signal.until <= cause.at:
        return refuse("a time to come", field="until", value=signal.until)
    for posting in state.community.postings.values():
        if (posting.member_id, posting.tie) == (signal.member_id, signal.tie):
            rule = f"one {signal.tie} community at a time"
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


def _end_posting(held: Community, posting_id: str, reason: str) -> Iterable[Event]:
    posting = held.postings.get(posting_id)
    if posting is None:
        return refuse("a posting under way", field="posting_id", value=posting_id)
    kept = sum(
        (it.member_id, it.community) == (posting.member_id, posting.community)
        for it in held.wards.values()
    )
    return (PostingEnded(posting_id=posting_id, reason=reason, wards_kept=kept),)


def _take(state: Jurisdiction, signal: TakeWard, cause: Cause) -> Iterable[Event]:
    if not_self := _for_another(signal.member_id, cause):
        return not_self
    if signal.member_id not in state.roster.members:
        return refuse("a member of this roster", field="member_id", value=signal.member_id)
    carer = state.community.carers.get(_cared_for(signal.community, signal.subject))
    if carer is not None:
        return refuse("in nobody's care yet", field="subject", value=carer)
    return (
        WardTaken(
            ward_id=cause.mint("wrd"),
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
        return refuse("a ward in care", field="ward_id", value=signal.ward_id)
    if not_self := _for_another(ward.member_id, cause):
        return not_self
    if isinstance(signal, EndWard):
        return (WardEnded(ward_id=signal.ward_id, reason=signal.reason),)
    return (
        WardVisited(
            ward_id=signal.ward_id,
            needs_help=signal.needs_help,
            text=signal.text,
            happened_at=cause.happened_at,
            visit_by=_next_visit(state, cause),
        ),
    )


def _next_visit(state: Jurisdiction, cause: Cause) -> int:
    return cause.at + state.policy.community.visit_every_d * _DAY


def _without(held: Community, gone: frozenset[str], cause: Cause) -> Iterable[Event]:
    for id_, whistle in sorted(held.whistles.items()):
        for member_id in sorted(gone & set(whistle.claimed)):
            reason = "no longer on the roster"
            yield WhistleGivenBack(whistle_id=id_, member_id=member_id, reason=reason)
    for id_, posting in sorted(held.postings.items()):
        if posting.member_id in gone:
            yield PostingEnded(posting_id=id_, reason="no longer on the roster", wards_kept=0)
    for id_, ward in sorted(held.wards.items()):
        if ward.member_id in gone:
            yield WardEnded(ward_id=id_, reason="no longer on the roster")
            text = f"{ward.subject} of {ward.community} is in nobody's care"
            yield notify(cause, NoticeKind.WARD_VISIT_DUE, Recipient.DISPATCHER, text, about=id_)
