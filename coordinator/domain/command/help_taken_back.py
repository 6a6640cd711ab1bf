"""A call for help that was a mistake: taken back on record, and everybody who was told hears of it.

Who called takes it back while nobody has taken it on. From then on somebody is coming: only their
word, that they looked, or the desk's ends it.
"""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.command import HelpTakenBack
from schemas.events.envelope import Event
from schemas.sentences import notices, reasons, units
from schemas.signals.command import TakeBackHelp
from schemas.vocabulary import NoticeKind, Recipient


def taken_back(state: Jurisdiction, signal: TakeBackHelp, cause: Cause) -> Iterable[Event]:
    """End a call for help by the word of who called, or of who has taken it on."""
    id_, who = signal.help_call_id, signal.actor_id
    call = state.command.help_calls.get(id_)
    if call is None:
        return refuse(units.NO_SUCH_HELP_CALL, field="help_call_id", value=id_)
    comes = call.taken_on_by
    if comes is not None and comes != who:
        return refuse(units.help_is_coming(comes), field="help_call_id", value=id_)
    if comes is None and who not in (call.member_id, call.called_by):
        return refuse(units.TAKEN_BACK_BY_WHO_CALLED, field="actor_id", value=who)
    text = notices.help_taken_back(call.member_id, who)
    kind = NoticeKind.HELP_TAKEN_BACK
    return (
        HelpTakenBack(help_call_id=id_, by=who, happened_at=cause.happened_at),
        *escalation.stop(state, cause, about=id_, reason=reasons.HELP_TAKEN_BACK),
        notify(cause, kind, Recipient.DISPATCHER, text, about=id_),
        notify(cause, kind, Recipient.COMMANDER, text, about=id_),
    )
