"""Mutual aid: one conversation, two jurisdictions, each with its own record of it.

Nothing is shared: what one side decides goes to the other as a signal, sent again until the other
side's next word shows that it was heard. A message that tells nothing new changes nothing.
"""

from collections.abc import Callable, Container, Iterable
from typing import Any, Final, cast

from coordinator.domain.aid import packages
from coordinator.domain.aid.fold import LATE, evolve
from coordinator.domain.aid.messages import heard, resent, sent
from coordinator.domain.aid.packages import broken_package_rule, hours_of
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.merged_away import or_successor
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.aid import AidStage, Conversation
from coordinator.domain.state.incident_index import is_open
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members, type_of
from schemas.events.aid import (
    AidAnswered,
    AidCalledOff,
    AidCrewArrived,
    AidCrewLate,
    AidCrewPromised,
    AidCrewReleased,
    AidCrewReturned,
    AidEvent,
    AidMessageHeard,
    AidOpened,
    AidReturnWanted,
    Side,
)
from schemas.events.envelope import Event
from schemas.events.incident import IncidentClosed, IncidentWithdrawn
from schemas.muster import Need
from schemas.said import Said
from schemas.sentences import aid, notices, phases, reasons, units
from schemas.signals import aid as signals
from schemas.signals.aid import AidMessage, AidSignal, AidVerb
from schemas.vocabulary import NoticeKind, Recipient

_ONLY_TALK = frozenset({AidStage.REQUESTED, AidStage.ACCEPTED})
"""Nobody has set out yet."""

_ORDER = (
    AidStage.REQUESTED,
    AidStage.ACCEPTED,
    AidStage.COMMITTED,
    AidStage.ARRIVED,
    AidStage.RELEASED,
    AidStage.RETURNED,
)
_OVER = frozenset({AidStage.RETURNED, AidStage.DECLINED, AidStage.CANCELLED})


def decide(state: Jurisdiction, signal: AidSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, AidMessage):
        return _hear(state, signal, cause)
    if isinstance(signal, signals.CallAid):
        return _call(state, signal, cause)
    talk = state.aid.by_id.get(signal.aid_id)
    if talk is None:
        return refuse(aid.NO_SUCH_CONVERSATION, field="aid_id", value=signal.aid_id)
    side, stages, speak = _COMMANDS[type(signal)]
    if talk.side != side:
        return refuse(aid.only_side_says(side), field="aid_id", value=signal.aid_id)
    if talk.stage not in stages:
        return refuse(_not_now(talk, stages), field="aid_id", value=signal.aid_id)
    return speak(state, talk, signal, cause)


def _not_now(talk: Conversation, stages: Container[AidStage]) -> Said:
    """Say where a conversation stands, where it should, and what this side can say now."""
    wanted = [phases.at_aid_stage(it) for it in AidStage if it in stages]
    possible = [
        phases.can_be_said(type_of(kind))
        for kind, (side, at, _) in _COMMANDS.items()
        if side == talk.side and talk.stage in at
    ]
    return aid.not_at_this_stage(talk.stage, wanted, possible or phases.NOTHING_MORE)


def _hear(state: Jurisdiction, signal: signals.AidPeerSignal, cause: Cause) -> Iterable[Event]:
    """Take the peer's word and say that it was heard, also when it tells nothing new."""
    if isinstance(signal, signals.AidHeard):
        talk = state.aid.by_id.get(signal.aid_id)
        if talk is None or talk.peer != signal.peer or signal.verb not in talk.unheard:
            return ()
        return (AidMessageHeard(aid_id=signal.aid_id, verb=signal.verb),)
    if isinstance(signal, signals.AidRequested):
        known = state.aid.by_id.get(signal.aid_id)
        if known is not None and (known.peer != signal.peer or known.side != "lending"):
            return refuse(aid.ANOTHER_CONVERSATION, field="aid_id", value=signal.aid_id)
        facts = _hear_request(state, signal, cause)
    else:
        talk = state.aid.by_id.get(signal.aid_id)
        if talk is None or talk.peer != signal.peer:
            # Its request is still on its way: unheard, the peer says this again later.
            return refuse(aid.NO_SUCH_CONVERSATION_YET, field="aid_id", value=signal.aid_id)
        if refused := _unsayable(talk, signal):
            return refused
        facts = _hear_word(talk, signal, cause)
    return (*facts, heard(signal, cause))


def _hear_request(
    state: Jurisdiction, signal: signals.AidRequested, cause: Cause
) -> tuple[Event, ...]:
    if signal.aid_id in state.aid.by_id:
        return ()
    text = notices.aid_asked(signal.peer, signal.reason)
    return (
        AidOpened(
            aid_id=signal.aid_id,
            side="lending",
            peer=signal.peer,
            need=signal.need,
            reason=signal.reason,
        ),
        notify(cause, NoticeKind.AID, Recipient.DISPATCHER, text, about=signal.aid_id),
    )


def _hear_word(talk: Conversation, signal: signals.AidWord, cause: Cause) -> tuple[Event, ...]:  # noqa: C901 - one case for each word of a peer
    if not _is_news(talk, signal):
        return ()
    aid_id, peer = talk.aid_id, talk.peer
    fact: Event
    text: Said
    match signal:
        case signals.AidResponded():
            fact = AidAnswered(aid_id=aid_id, accepts=signal.accepts, reason=signal.reason)
            answered = notices.aid_accepted if signal.accepts else notices.aid_declined
            text = answered(peer, signal.reason)
        case signals.AidCommitted():
            fact = AidCrewPromised(
                aid_id=aid_id,
                package=signal.package,
                arrives_at=signal.arrives_at,
                hours=signal.hours,
            )
            text = notices.aid_sent(peer, len(signal.package.people))
        case signals.AidArrived():
            fact = AidCrewArrived(aid_id=aid_id)
            text = notices.aid_arrived(peer)
        case signals.AidReleased():
            fact = AidCrewReleased(
                aid_id=aid_id, reason=signal.reason, hours=signal.hours, unfit=signal.unfit
            )
            text = notices.aid_released(peer, signal.reason)
        case signals.AidReturned():
            fact = AidCrewReturned(aid_id=aid_id)
            text = notices.aid_returned(peer)
        case signals.AidReturnRequested():
            fact = AidReturnWanted(aid_id=aid_id, reason=signal.reason)
            text = notices.aid_wanted_back(peer, signal.reason)
        case signals.AidCancelled():
            fact = AidCalledOff(aid_id=aid_id, by="asking", reason=signal.reason)
            text = notices.aid_cancelled(peer, signal.reason)
    return fact, notify(cause, NoticeKind.AID, Recipient.DISPATCHER, text, about=aid_id)


def _is_news(talk: Conversation, signal: signals.AidWord) -> bool:
    """Whether the word tells this side something; each word implies all before it."""
    if talk.stage in _OVER:
        return False
    if isinstance(signal, signals.AidReturnRequested) and talk.return_wanted:
        return False
    _, stages = _WORDS[type(signal)]
    return talk.stage in stages


def _unsayable(talk: Conversation, signal: signals.AidWord) -> tuple[Event, ...]:
    """Refuse what is not the peer's to say, and what cannot be so yet.

    A crew that is ours is promised and had back by us alone, a crew that is here is let go by us
    alone: who changes hands is never decided by the wrong side's word. What is refused is unheard:
    a word that overtook another is said again, one that stays wrong is told to a person there.
    """
    side, stages = _WORDS[type(signal)]
    if talk.side == side:
        return refuse(aid.only_side_says(side), field="aid_id", value=signal.aid_id)
    if talk.stage in _OVER or _ORDER.index(talk.stage) >= min(_ORDER.index(it) for it in stages):
        return ()
    return refuse(_not_now(talk, stages), field="aid_id", value=signal.aid_id)


_WORDS: dict[type[signals.AidWord], tuple[Side, frozenset[AidStage]]] = {
    signals.AidResponded: ("lending", frozenset({AidStage.REQUESTED})),
    signals.AidCommitted: ("lending", _ONLY_TALK),
    signals.AidArrived: ("asking", frozenset({AidStage.COMMITTED})),
    signals.AidReleased: ("asking", frozenset({AidStage.COMMITTED, AidStage.ARRIVED})),
    signals.AidReturned: ("lending", frozenset({AidStage.RELEASED})),
    signals.AidReturnRequested: ("lending", frozenset({AidStage.COMMITTED, AidStage.ARRIVED})),
    signals.AidCancelled: ("asking", _ONLY_TALK | {AidStage.COMMITTED}),
}
"""Which side says a word, and where the side that hears it stands when it is news to it."""


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Nobody is asked any longer for help with what is over; who is under way is told of."""
    if isinstance(event, IncidentClosed | IncidentWithdrawn):
        closed = isinstance(event, IncidentClosed)
        reason = reasons.INCIDENT_CLOSED if closed else reasons.REPORTED_BY_MISTAKE
        over = {event.incident_id, *state.incidents.by_id[event.incident_id].absorbed}
        for id_ in sorted(state.aid.by_id):
            talk = state.aid.by_id[id_]
            if talk.incident_id not in over or talk.side != "asking":
                continue
            if talk.stage in _ONLY_TALK:
                yield from _cancelled(state, talk, reason, cause)
            elif talk.stage in (AidStage.COMMITTED, AidStage.ARRIVED):
                # Who is under way is let go by people: they are told that they have to.
                text = notices.aid_still_here(talk.peer)
                yield notify(cause, NoticeKind.AID, Recipient.DISPATCHER, text, about=id_)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == LATE:
        text = notices.aid_late(state.aid.by_id[id_].peer)
        told = notify(cause, NoticeKind.AID, Recipient.DISPATCHER, text, about=id_)
        return (AidCrewLate(aid_id=id_), told)
    aid_id, _, verb = id_.partition("/")
    return resent(state, aid_id, cast("AidVerb", verb), cause)


def _call(state: Jurisdiction, signal: signals.CallAid, cause: Cause) -> Iterable[Event]:
    if signal.neighbour == state.jurisdiction:
        return refuse(aid.AID_FROM_NEIGHBOUR, field="neighbour", value=signal.neighbour)
    if (known := state.policy.aid.neighbours) and signal.neighbour not in known:
        # Asked again and again, somebody who is not there answers as late as never.
        said = aid.aid_from_named_neighbours(known)
        return refuse(said, field="neighbour", value=signal.neighbour)
    if not is_open(state.incidents, signal.incident_id):
        rule = or_successor(aid.AID_FOR_OPEN_INCIDENT, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    return open_conversation(
        state,
        cause,
        peer=signal.neighbour,
        incident_id=signal.incident_id,
        need=signal.need,
        reason=reasons.as_typed(signal.reason),
    )


def open_conversation(  # noqa: PLR0913 - each is another thing, and given by name where it is called
    state: Jurisdiction, cause: Cause, *, peer: str, incident_id: str, need: Need, reason: Said
) -> tuple[Event, ...]:
    """Ask a neighbour; also what an escalation does that has come to mutual aid."""
    opened = AidOpened(
        aid_id=cause.mint("aid"),
        side="asking",
        peer=peer,
        incident_id=incident_id,
        need=need,
        reason=reason,
    )
    return opened, sent(state, opened.aid_id, peer, "aid_requested", cause)


def _answer(
    state: Jurisdiction, talk: Conversation, signal: signals.AnswerAid, cause: Cause
) -> Iterable[Event]:
    return (
        AidAnswered(
            aid_id=talk.aid_id, accepts=signal.accepts, reason=reasons.as_typed(signal.reason)
        ),
        sent(state, talk.aid_id, talk.peer, "aid_responded", cause),
    )


def _commit(
    state: Jurisdiction, talk: Conversation, signal: signals.CommitAid, cause: Cause
) -> Iterable[Event]:
    broken = broken_package_rule(state, signal.package, cause.at)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    return (
        AidCrewPromised(
            aid_id=talk.aid_id,
            package=signal.package,
            arrives_at=signal.arrives_at,
            hours=hours_of(state, signal.package),
        ),
        sent(state, talk.aid_id, talk.peer, "aid_committed", cause),
    )


def _record_arrival(
    state: Jurisdiction, talk: Conversation, signal: signals.RecordAidArrival, cause: Cause
) -> Iterable[Event]:
    people = () if talk.package is None else talk.package.people
    for person in people:
        # Whoever stands in both rosters is one person, and cannot come while at work here.
        member = state.roster.members.get(person.member_id)
        if member is not None and (member.assignment_id or member.posted_to):
            return refuse(
                units.WHO_COMES_NOT_AT_WORK_HERE, field="member_id", value=person.member_id
            )
    return (
        AidCrewArrived(
            aid_id=talk.aid_id, briefing_acknowledged_by=signal.briefing_acknowledged_by
        ),
        sent(state, talk.aid_id, talk.peer, "aid_arrived", cause),
    )


def _release(
    state: Jurisdiction, talk: Conversation, signal: signals.ReleaseAid, cause: Cause
) -> Iterable[Event]:
    kept = packages.kept_here(state, talk)
    if kept is not None:
        rule = aid.released_when_free(*kept)
        return refuse(rule, field="member_id", value=kept[0])
    hours = () if talk.package is None else hours_of(state, talk.package)
    hurt = packages.unfit_of(state, talk)
    reason = reasons.as_typed(signal.reason)
    return (
        *packages.lie_here_no_more(state, hurt, cause),
        AidCrewReleased(aid_id=talk.aid_id, reason=reason, hours=hours, unfit=hurt),
        sent(state, talk.aid_id, talk.peer, "aid_released", cause),
    )


def _record_return(
    state: Jurisdiction, talk: Conversation, signal: signals.RecordAidReturn, cause: Cause
) -> Iterable[Event]:
    return (
        AidCrewReturned(aid_id=talk.aid_id),
        *packages.as_they_come(state, talk, cause),
        sent(state, talk.aid_id, talk.peer, "aid_returned", cause),
    )


def _want_return(
    state: Jurisdiction, talk: Conversation, signal: signals.CallAidReturn, cause: Cause
) -> Iterable[Event]:
    return (
        AidReturnWanted(aid_id=talk.aid_id, reason=reasons.as_typed(signal.reason)),
        sent(state, talk.aid_id, talk.peer, "aid_return_requested", cause),
    )


def _withdraw(
    state: Jurisdiction, talk: Conversation, signal: signals.WithdrawAid, cause: Cause
) -> Iterable[Event]:
    return _cancelled(state, talk, reasons.as_typed(signal.reason), cause)


def _cancelled(
    state: Jurisdiction, talk: Conversation, reason: Said, cause: Cause
) -> tuple[Event, ...]:
    return (
        AidCalledOff(aid_id=talk.aid_id, by=talk.side, reason=reason),
        sent(state, talk.aid_id, talk.peer, "aid_cancelled", cause),
    )


_Speak = Callable[[Jurisdiction, Conversation, Any, Cause], Iterable[Event]]

_COMMANDS: dict[type[AidSignal], tuple[str, frozenset[AidStage], _Speak]] = {
    signals.AnswerAid: ("lending", frozenset({AidStage.REQUESTED}), _answer),
    signals.CommitAid: ("lending", frozenset({AidStage.REQUESTED, AidStage.ACCEPTED}), _commit),
    signals.RecordAidArrival: ("asking", frozenset({AidStage.COMMITTED}), _record_arrival),
    signals.ReleaseAid: ("asking", frozenset({AidStage.ARRIVED}), _release),
    signals.RecordAidReturn: ("lending", frozenset({AidStage.RELEASED}), _record_return),
    signals.CallAidReturn: (
        "lending",
        frozenset({AidStage.COMMITTED, AidStage.ARRIVED}),
        _want_return,
    ),
    signals.WithdrawAid: (
        "asking",
        frozenset({AidStage.REQUESTED, AidStage.ACCEPTED, AidStage.COMMITTED}),
        _withdraw,
    ),
}
"""Which side says it, at which stages, and what it leads to."""


CONCEPT: Final = Concept(
    name="aid",
    signals=members(AidSignal),
    decide=decide,
    facts=members(AidEvent),
    evolve=evolve,
    reacts_to=frozenset({IncidentClosed, IncidentWithdrawn}),
    react=react,
    timers=frozenset({"aid", LATE}),
    due=due,
)
