"""How facts build a conversation of mutual aid, and how people and vehicles change hands."""

from msgspec.structs import replace

from coordinator.domain.aid.messages import evolve_message
from coordinator.domain.aid.packages import (
    evolve_borrowed,
    evolve_lent,
    evolve_returned,
)
from coordinator.domain.state.aid import AidStage, Conversation
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from schemas.durations import MINUTE
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
    AidMessageSent,
    AidOpened,
    AidReturnWanted,
)

LATE = "aid_late"
_STAGE_AFTER = {
    AidCrewPromised: AidStage.COMMITTED,
    AidCrewArrived: AidStage.ARRIVED,
    AidCrewReleased: AidStage.RELEASED,
    AidCrewReturned: AidStage.RETURNED,
    AidCalledOff: AidStage.CANCELLED,
}


def evolve(state: Jurisdiction, event: AidEvent, at: int) -> Jurisdiction:
    match event:
        case AidOpened():
            opened = Conversation(
                aid_id=event.aid_id,
                side=event.side,
                peer=event.peer,
                stage=AidStage.REQUESTED,
                need=event.need,
                incident_id=event.incident_id,
                last_reason=event.reason,
            )
            return _keep(state, opened)
        case AidMessageSent() | AidMessageHeard():
            return evolve_message(state, event)
        case AidReturnWanted():
            talk = state.aid.by_id[event.aid_id]
            return _keep(state, replace(talk, return_wanted=True, last_reason=event.reason))
        case AidCrewLate():
            talk = replace(state.aid.by_id[event.aid_id], late=True)
            return _keep(with_timers(state, state.timers.clear(LATE, event.aid_id)), talk)
        case AidAnswered():
            stage = AidStage.ACCEPTED if event.accepts else AidStage.DECLINED
            talk = state.aid.by_id[event.aid_id]
            return _keep(state, replace(talk, stage=stage, last_reason=event.reason))
        case _:
            talk = replace(
                state.aid.by_id[event.aid_id], stage=_STAGE_AFTER[type(event)], late=False
            )
            state = with_timers(state, state.timers.clear(LATE, event.aid_id))
            talk = _as_said(talk, event)
            return _evolve_crew(_keep(state, talk), talk, event)


_Crew = AidCrewPromised | AidCrewArrived | AidCrewReleased | AidCrewReturned | AidCalledOff


def _as_said(talk: Conversation, event: _Crew) -> Conversation:
    """Return a conversation with why its crew goes, and how its people are as they change hands."""
    if isinstance(event, AidCrewReleased | AidCalledOff):
        talk = replace(talk, last_reason=event.reason)
    if isinstance(event, AidCrewPromised | AidCrewReleased):
        talk = replace(talk, hours=event.hours)
    if isinstance(event, AidCrewReleased):
        talk = replace(talk, unfit=event.unfit)
    return talk


def _keep(state: Jurisdiction, talk: Conversation) -> Jurisdiction:
    return replace(state, aid=replace(state.aid, by_id=state.aid.by_id.set(talk.aid_id, talk)))


def _evolve_crew(
    state: Jurisdiction,
    talk: Conversation,
    event: _Crew,
) -> Jurisdiction:
    """People and vehicles change hands: on arrival there, on commitment here, back on return."""
    match event:
        case AidCrewPromised():
            talk = replace(talk, package=event.package, arrives_at=event.arrives_at)
            state = _keep(state, talk)
            if talk.side == "lending":
                return evolve_lent(state, talk)
            late_at = event.arrives_at + state.policy.aid.late_after_min * MINUTE
            return with_timers(state, state.timers.set(LATE, event.aid_id, late_at))
        case AidCrewArrived() if talk.side == "asking":
            return evolve_borrowed(state, talk)
        case AidCrewReleased() if talk.side == "asking":
            return evolve_returned(state, talk)
        case AidCrewReturned() if talk.side == "lending":
            return evolve_returned(state, talk)
        case AidCalledOff() if talk.side == "lending" and talk.package is not None:
            return evolve_returned(state, talk)
    return state
