"""The words of mutual aid on their way: said, said again, heard, and made into signals.

Each saying is a signal of its own, so that an acknowledgement that went missing is given again.
"""

from collections.abc import Iterable
from typing import Any, cast

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.aid import AidStage, Conversation
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas import catalogue
from schemas.catalogue import type_of
from schemas.events.aid import AidMessageHeard, AidMessageSent
from schemas.events.envelope import Event
from schemas.ids import ulid_of
from schemas.sentences import notices
from schemas.signals.aid import AidMessage, AidVerb
from schemas.signals.envelope import Signal
from schemas.vocabulary import NoticeKind, Recipient, Role


def sent(
    state: Jurisdiction, aid_id: str, peer: str, verb: AidVerb, cause: Cause
) -> AidMessageSent:
    """Say something to the peer, again and again until it is heard."""
    return AidMessageSent(
        aid_id=aid_id, peer=peer, verb=verb, resend_at=cause.at + state.policy.aid.resend_s * 1_000
    )


def heard(signal: AidMessage, cause: Cause) -> AidMessageSent:
    """Tell the peer that its word was heard; nobody waits for an answer to that."""
    return AidMessageSent(
        aid_id=signal.aid_id,
        peer=signal.peer,
        verb="aid_heard",
        heard=cast("AidVerb", type_of(type(signal))),
        heard_signal=cause.signal_id,
    )


def resent(state: Jurisdiction, aid_id: str, verb: AidVerb, cause: Cause) -> Iterable[Event]:
    """It was not heard: say it again, or tell a person that the peer does not answer."""
    talk, rules = state.aid.by_id[aid_id], state.policy.aid
    attempt = talk.unheard[verb] + 1
    if attempt > rules.resend_max:
        text = notices.aid_unheard(talk.peer, verb)
        return (
            AidMessageHeard(aid_id=aid_id, verb=verb, given_up=True),
            notify(cause, NoticeKind.AID, Recipient.DISPATCHER, text, about=aid_id),
        )
    again = sent(state, aid_id, talk.peer, verb, cause)
    return (replace(again, attempt=attempt),)


def evolve_message(state: Jurisdiction, event: AidMessageSent | AidMessageHeard) -> Jurisdiction:
    talk = state.aid.by_id.get(event.aid_id)
    if talk is None or event.verb == "aid_heard":
        return state
    timer = f"{event.aid_id}/{event.verb}"
    if isinstance(event, AidMessageHeard):
        timers = state.timers.clear("aid", timer)
        talk = replace(talk, unheard=talk.unheard.delete(event.verb))
    else:
        timers = state.timers.set("aid", timer, event.resend_at or state.now)
        talk = replace(talk, unheard=talk.unheard.set(event.verb, event.attempt))
    by_id = state.aid.by_id.set(talk.aid_id, talk)
    return replace(state, aid=replace(state.aid, by_id=by_id), timers=timers)


def message_signal(event: AidMessageSent, state: Jurisdiction, at: int) -> Signal:
    """Return the peer's signal for a word of ours.

    Args:
        event: the word, just decided.
        state: the state with it.
        at: when it was recorded, UTC milliseconds; the same record gives the same signal.
    """
    talk = state.aid.by_id.get(event.aid_id)
    key = (state.jurisdiction, event.aid_id, event.verb, str(event.attempt))
    fields: dict[str, Any] = {
        "signal_id": ulid_of(at, *key, event.heard_signal or ""),
        "jurisdiction": event.peer,
        "realm": state.realm,
        "at": at,
        "actor_id": f"jurisdiction:{state.jurisdiction}",
        "actor_role": Role.SYSTEM,
        "aid_id": event.aid_id,
        "peer": state.jurisdiction,
    }
    if event.verb == "aid_heard":
        fields["verb"] = event.heard
    elif talk is not None:
        fields |= _content(event.verb, talk)
    return catalogue.SIGNALS[event.verb](**fields)


def _content(verb: str, talk: Conversation) -> dict[str, Any]:
    match verb:
        case "aid_requested":
            return {"need": talk.need, "reason": talk.last_reason}
        case "aid_responded":
            return {"accepts": talk.stage is not AidStage.DECLINED, "reason": talk.last_reason}
        case "aid_committed":
            return {
                "package": talk.package,
                "arrives_at": talk.arrives_at,
                "hours": talk.hours,
            }
        case "aid_released":
            return {"reason": talk.last_reason, "hours": talk.hours, "unfit": talk.unfit}
        case "aid_arrived" | "aid_returned":
            return {}
    return {"reason": talk.last_reason}
