"""The community whistle: a community calls, members go there of their own will.

A whistle is blown, claimed, answered by reporting in, done. Those posted to the community are told
where they are on call; anybody may claim it whom nothing binds.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.authority import not_oneself
from coordinator.domain.binding import is_bound
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.community import Whistle, is_of_before
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.durations import MINUTE
from schemas.events.aid import AidCrewPromised, AidCrewReleased
from schemas.events.assignment import AssignmentAccepted
from schemas.events.community import (
    MemberReportedIn,
    WhistleBlown,
    WhistleClaimed,
    WhistleDone,
    WhistleEvent,
    WhistleGivenBack,
    WhistleNeedReported,
    WhistleUnanswered,
    WhistleWithdrawn,
)
from schemas.events.envelope import Event
from schemas.events.operation import GuardPosted, PostsTurned
from schemas.events.roster import AvailabilityChanged, MemberUnfit, RosterChanged
from schemas.said import Said
from schemas.sentences import communities, notices, reasons, rights
from schemas.signals.community import (
    BlowWhistle,
    ClaimWhistle,
    FinishWhistle,
    GiveBackWhistle,
    ReportIn,
    ReportNeed,
    WhistleSignal,
    WithdrawWhistle,
)
from schemas.vocabulary import NoticeKind, Recipient, Role

_TOLD_MAX = 1_000


def evolve(state: Jurisdiction, event: WhistleEvent, at: int) -> Jurisdiction:
    whistles, timers, id_ = state.community.whistles, state.timers, event.whistle_id
    match event:
        case WhistleBlown():
            whistles = whistles.set(id_, _blown(event, at))
            timers = timers.set("whistle", id_, event.claim_by)
        case WhistleClaimed() | MemberReportedIn():
            whistle = whistles[id_]
            there = isinstance(event, MemberReportedIn)
            claimed = whistle.claimed.set(event.member_id, there)
            enough = len(claimed) >= whistle.wanted
            unanswered = whistle.unanswered and not enough
            whistles = whistles.set(id_, replace(whistle, claimed=claimed, unanswered=unanswered))
            timers = timers.clear("whistle", id_) if enough else timers
        case WhistleGivenBack():
            whistle = whistles[id_]
            claimed = whistle.claimed.delete(event.member_id)
            whistles = whistles.set(id_, replace(whistle, claimed=claimed))
            if not whistle.unanswered:
                timers = timers.set("whistle", id_, max(whistle.claim_by, at))
        case WhistleUnanswered():
            whistles = whistles.set(id_, replace(whistles[id_], unanswered=True))
            timers = timers.clear("whistle", id_)
        case WhistleNeedReported():
            since = max(whistles[id_].needs_help_at, event.happened_at)
            told = replace(whistles[id_], needs_help=event.needs_help, needs_help_at=since)
            whistles = whistles.set(id_, told)
        case WhistleDone() | WhistleWithdrawn():
            whistles, timers = whistles.delete(id_), timers.clear("whistle", id_)
        case _:
            assert_never(event)
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


def decide(state: Jurisdiction, signal: WhistleSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, BlowWhistle):
        return _blow(state, signal, cause)
    return _answer(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Who is called away, or can no longer come, is not waited for: the community is told."""
    gone, reason = _called_away(state, event)
    for id_, whistle in sorted(state.community.whistles.items()) if gone else ():
        for member_id in sorted(gone & set(whistle.claimed)):
            yield WhistleGivenBack(whistle_id=id_, member_id=member_id, reason=reason)
            if member_id not in state.roster.members:
                continue
            left = len(whistle.claimed) - 1
            text = notices.called_away(whistle.community, member_id, left, whistle.wanted)
            yield notify(
                cause, NoticeKind.WHISTLE_CALLED_AWAY, Recipient.DISPATCHER, text, about=id_
            )


def _called_away(state: Jurisdiction, event: Event) -> tuple[frozenset[str], Said]:
    """Return who can no longer come to any whistle because of a fact, and why."""
    match event:
        case RosterChanged():
            return frozenset(event.removed_members), reasons.NO_LONGER_ON_ROSTER
        case AssignmentAccepted():
            held = state.assignments.by_id.get(event.assignment_id)
            return frozenset(() if held is None else (held.member_id,)), reasons.CALLED_AWAY
        case AvailabilityChanged() if not event.available:
            return frozenset((event.member_id,)), reasons.CANNOT_BE_CALLED
        case MemberUnfit():
            return frozenset((event.member_id,)), reasons.CANNOT_BE_CALLED
        case AidCrewPromised() | AidCrewReleased() | GuardPosted() | PostsTurned():
            return _sent_elsewhere(state), reasons.CALLED_AWAY
    return frozenset(), reasons.CALLED_AWAY


def _sent_elsewhere(state: Jurisdiction) -> frozenset[str]:
    """Return who has claimed a whistle and is lent to a neighbour, stands at a guard's post, or was
    a guest and is given back.
    """
    claimed = {who for it in state.community.whistles.values() for who in it.claimed}
    members = ((it, state.roster.members.get(it)) for it in claimed)
    return frozenset(who for who, it in members if it is None or it.lent_to or it.posted_to)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    whistle = state.community.whistles[id_]
    claimed = len(whistle.claimed)
    return (
        WhistleUnanswered(whistle_id=id_, claimed=claimed, wanted=whistle.wanted),
        notify(
            cause,
            NoticeKind.WHISTLE_UNANSWERED,
            Recipient.DISPATCHER,
            notices.community_waits(whistle.community, whistle.wanted, claimed, whistle.text),
            about=id_,
        ),
    )


def _blow(state: Jurisdiction, signal: BlowWhistle, cause: Cause) -> Iterable[Event]:
    if signal.report_by is not None and signal.report_by <= cause.at:
        return refuse(rights.TIME_TO_COME, field="report_by", value=signal.report_by)
    claim_by = cause.at + state.policy.community.claim_within_min * MINUTE
    if signal.report_by is not None:
        claim_by = min(claim_by, signal.report_by)
    blown = WhistleBlown(
        whistle_id=cause.mint("whi"),
        community=signal.community,
        service=signal.service,
        place=signal.place,
        people_wanted=signal.people_wanted,
        report_by=signal.report_by,
        claim_by=claim_by,
        asked_by=signal.asked_by,
        text=signal.text,
    )
    called = _who_may_come(state, signal.community)
    if not called:
        return (blown,)
    text = notices.community_calls(signal.community, signal.people_wanted, signal.text)
    return (
        blown,
        notify(
            cause,
            NoticeKind.WHISTLE_BLOWN,
            Recipient.MEMBER,
            text,
            about=blown.whistle_id,
            targets=called,
            lasts_ms=claim_by - cause.at,
        ),
    )


def _who_may_come(state: Jurisdiction, community: str) -> tuple[str, ...]:
    """Return the members posted to a community whom nothing binds elsewhere."""
    posted = {it.member_id for it in state.community.postings.values() if it.community == community}
    free = (it for it in posted if not is_bound(state, it))
    return tuple(sorted(free))[:_TOLD_MAX]


def _answer(  # noqa: C901 - one case for each signal
    state: Jurisdiction,
    signal: ClaimWhistle
    | GiveBackWhistle
    | ReportIn
    | ReportNeed
    | FinishWhistle
    | WithdrawWhistle,
    cause: Cause,
) -> Iterable[Event]:
    id_ = signal.whistle_id
    whistle = state.community.whistles.get(id_)
    if whistle is None:
        return refuse(communities.OPEN_WHISTLE, field="whistle_id", value=id_)
    match signal:
        case WithdrawWhistle():
            withdrawn = WhistleWithdrawn(whistle_id=id_, reason=signal.reason)
            why = reasons.as_typed(signal.reason)
            return (withdrawn, *alarm.stop(state, cause, about=id_, reason=why))
        case FinishWhistle():
            if not any(whistle.claimed.values()):
                rule = communities.WITHDRAW_INSTEAD
                return refuse(rule, field="whistle_id", value=id_)
            if cause.actor_role is Role.MEMBER and not whistle.claimed.get(cause.actor_id):
                rule = communities.WHO_IS_THERE_SAYS_DONE
                return refuse(rule, field="actor_id", value=cause.actor_id)
            why = reasons.as_typed(signal.outcome)
            done = WhistleDone(whistle_id=id_, outcome=signal.outcome)
            return (done, *alarm.stop(state, cause, about=id_, reason=why))
        case ClaimWhistle():
            return _claim(state, whistle, signal, cause)
    if not_self := not_oneself(signal.member_id, cause):
        return not_self
    if signal.member_id not in whistle.claimed:
        return refuse(communities.CLAIMED_BEFORE, field="member_id", value=signal.member_id)
    if isinstance(signal, GiveBackWhistle):
        why = reasons.as_typed(signal.reason)
        back = WhistleGivenBack(whistle_id=id_, member_id=signal.member_id, reason=why)
        return (back,)
    if isinstance(signal, ReportNeed):
        return _needs(state, whistle, signal, cause)
    if whistle.claimed[signal.member_id]:
        return ()
    at = cause.happened_at
    return (MemberReportedIn(whistle_id=id_, member_id=signal.member_id, happened_at=at),)


def _needs(
    state: Jurisdiction, whistle: Whistle, signal: ReportNeed, cause: Cause
) -> Iterable[Event]:
    """Let somebody own what those there cannot give, until they say that help has come."""
    if not whistle.claimed[signal.member_id]:
        rule = communities.WHO_IS_THERE_SAYS_NEED
        return refuse(rule, field="member_id", value=signal.member_id)
    if signal.needs_help == whistle.needs_help and not signal.text:
        return ()
    if not signal.needs_help and is_of_before(whistle, cause.happened_at):
        return ()
    said = WhistleNeedReported(
        whistle_id=whistle.whistle_id,
        member_id=signal.member_id,
        needs_help=signal.needs_help,
        text=signal.text,
        happened_at=cause.happened_at,
    )
    about = whistle.whistle_id
    if not signal.needs_help:
        return (said, *alarm.stop(state, cause, about=about, reason=reasons.HELP_HAS_COME))
    return (
        said,
        *alarm.start(
            state,
            cause,
            about=about,
            cause_kind=NoticeKind.WHISTLE_NEEDS_HELP,
            ladder="care",
            text=notices.whistle_needs_help(about, whistle.community, signal.member_id),
        ),
    )


def _claim(
    state: Jurisdiction, whistle: Whistle, signal: ClaimWhistle, cause: Cause
) -> Iterable[Event]:
    member = state.roster.members.get(signal.member_id)
    if not_self := not_oneself(signal.member_id, cause):
        return not_self
    if signal.member_id in whistle.claimed:
        return ()
    if member is None:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if is_bound(state, signal.member_id):
        return refuse(communities.BOUND_BY_ASSIGNMENT, field="member_id", value=signal.member_id)
    if len(whistle.claimed) >= whistle.wanted:
        return refuse(communities.ENOUGH_WILL_COME, field="whistle_id", value=signal.whistle_id)
    return (WhistleClaimed(whistle_id=signal.whistle_id, member_id=signal.member_id),)


CONCEPT: Final = Concept(
    name="whistle",
    signals=members(WhistleSignal),
    decide=decide,
    facts=members(WhistleEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            RosterChanged,
            AssignmentAccepted,
            AvailabilityChanged,
            MemberUnfit,
            AidCrewPromised,
            AidCrewReleased,
            GuardPosted,
            PostsTurned,
        }
    ),
    react=react,
    timers=frozenset({"whistle"}),
    due=due,
)
