"""How facts build an escalation and wind its clock."""

from typing import Final, assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.timers import Timers
from schemas.events.escalation import (
    EscalationEased,
    EscalationEvent,
    EscalationExhausted,
    EscalationGrew,
    EscalationPaused,
    EscalationResumed,
    EscalationStarted,
    EscalationStepSkipped,
    EscalationStepTaken,
    EscalationStopped,
    LateAcknowledgementRecorded,
)
from schemas.said import Said
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind

ONCE_PER_INCIDENT: Final = frozenset(
    {
        NoticeKind.UNANSWERED,
        NoticeKind.NOT_ARRIVED,
        NoticeKind.SHORTAGE,
        NoticeKind.LEFT_ALONE,
        NoticeKind.PROMISE_BROKEN,
    }
)
"""One alarm for all of it at an incident; when all were told it stays, silent, until it is over or
grows by another unit, promise or person.
"""
UNTIL_OVER: Final = frozenset(
    {
        NoticeKind.HELP_CALLED,
        NoticeKind.MEMBER_UNFIT,
        NoticeKind.ROLL_CALL_MISSED,
        NoticeKind.SUPPLY_BACK,
        NoticeKind.SUPPLY_RUNNING_OUT,
        NoticeKind.WARD_NEEDS_HELP,
        NoticeKind.WHISTLE_NEEDS_HELP,
        NoticeKind.WORK_OVERRUN,
        NoticeKind.GUARD_GAP,
        NoticeKind.CHECK_IN_MISSED,
    }
)
"""What is about somebody's life, or a place that nobody keeps: it begins again after its last step
until whoever raised it says that its cause is over. Each of these is ended by what ends its cause.
"""
_SILENT_UNTIL_OVER: Final = frozenset(
    {
        NoticeKind.WORK_CONFLICT,
        NoticeKind.OUTAGE_NOTICE_MISSED,
        NoticeKind.TASK_LATE,
        NoticeKind.REPORT_DUE,
    }
)
"""What is nobody's life, but is not over either because all were told: it stays, silent, until the
work is planned anew, the notice given, the task in time, the report sent, or says more than that.
"""
STAND_SILENT: Final = ONCE_PER_INCIDENT | _SILENT_UNTIL_OVER
"""What stays without a word when everybody was told."""
_SEVERAL: Final = notices.several(0, ()).code
SHARED: Final = ONCE_PER_INCIDENT | {NoticeKind.ROLL_CALL_MISSED}
"""One alarm for all of it at an incident; of who is missing it begins anew when all were told."""


def evolve(state: Jurisdiction, event: EscalationEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    if isinstance(event, EscalationStarted):
        return _started(state, event, at)
    escalation = state.escalations.by_id.get(event.escalation_id)
    if escalation is None:
        return state
    match event:
        case EscalationGrew():
            return _fold_grown(state, escalation, event)
        case EscalationEased():
            return _fold_eased(state, escalation, event)
        case EscalationStepTaken():
            return _fold_taken(state, escalation, event)
        case EscalationStepSkipped():
            return _fold_skipped(state, escalation, event)
        case EscalationPaused():
            return _fold_paused(state, escalation, event)
        case EscalationResumed():
            return _fold_resumed(state, escalation, event)
        case LateAcknowledgementRecorded():
            return state
        case EscalationExhausted(again_at=int() as again_at):
            # Who was told beside the ladder at first is told again by it.
            resting = replace(escalation, exhausted=True, told=())
            timers = state.timers.set("escalation", event.escalation_id, again_at)
            return _keep(state, resting, timers)
        case EscalationExhausted() if escalation.cause in STAND_SILENT:
            silent = replace(escalation, exhausted=True)
            return _keep(state, silent, state.timers.clear("escalation", event.escalation_id))
        case EscalationStopped() | EscalationExhausted():
            return _fold_ended(state, escalation)
        case _:
            assert_never(event)


def _keep(state: Jurisdiction, escalation: Escalation, timers: Timers) -> Jurisdiction:
    escalations = state.escalations
    by_id = escalations.by_id.set(escalation.escalation_id, escalation)
    if by_id is escalations.by_id:
        return with_timers(state, timers)
    return replace(state, escalations=replace(escalations, by_id=by_id), timers=timers)


def _started(state: Jurisdiction, event: EscalationStarted, at: int) -> Jurisdiction:
    escalations, id_ = state.escalations, event.escalation_id
    fresh = Escalation(
        escalation_id=id_,
        about=event.about,
        cause=event.cause,
        ladder=event.ladder,
        text=event.text,
        started_at=at,
        incident_id=event.incident_id,
        told=event.told,
        parts=((event.about, event.text),),
    )
    by_incident = escalations.by_incident
    if event.incident_id is not None:
        by_incident = _listed(by_incident, event.incident_id, id_)
    escalations = replace(
        escalations,
        by_id=escalations.by_id.set(id_, fresh),
        by_subject=_listed(escalations.by_subject, event.about, id_),
        by_incident=by_incident,
    )
    return replace(state, escalations=escalations)


_Index = Map[str, tuple[str, ...]]


def _listed(index: _Index, key: str, id_: str) -> _Index:
    there = index.get(key, ())
    return index if id_ in there else index.set(key, (*there, id_))


def _unlisted(index: _Index, key: str, id_: str) -> _Index:
    rest = tuple([it for it in index.get(key, ()) if it != id_])
    if rest:
        return index.set(key, rest)
    return index.delete(key) if key in index else index


def together(texts: list[Said]) -> Said:
    """Return one text for all that is wrong: of one its own, of more how many and which."""
    return texts[0] if len(texts) == 1 else notices.several(len(texts), texts)


def each_of(text: Said) -> tuple[Said, ...]:
    """Return what was said together, each by itself."""
    return text.said["parts"] if text.code == _SEVERAL else (text,)


def _with_parts(escalation: Escalation, parts: tuple[tuple[str, Said], ...]) -> Escalation:
    """Return it about these parts: of one its own text, of more how many and which."""
    text = together([text for _, text in parts])
    return replace(escalation, about=parts[0][0], parts=parts, text=text)


def _fold_grown(state: Jurisdiction, escalation: Escalation, event: EscalationGrew) -> Jurisdiction:
    escalations = state.escalations
    parts = (*(it for it in escalation.parts if it[0] != event.about), (event.about, event.text))
    by_subject = _listed(escalations.by_subject, event.about, event.escalation_id)
    grown = _with_parts(escalation, parts)
    if escalation.exhausted and _says_more(escalation, event):
        # Who was told in vain was not told of this: it climbs from the first step again.
        grown = replace(grown, exhausted=False, step=-1, loop=0)
    by_id = escalations.by_id.set(event.escalation_id, grown)
    return replace(state, escalations=replace(escalations, by_id=by_id, by_subject=by_subject))


def _says_more(escalation: Escalation, event: EscalationGrew) -> bool:
    """Whether it is about something, or about somebody, that it was not about before."""
    known = dict(escalation.parts).get(event.about)
    if known is not None and escalation.cause in _SILENT_UNTIL_OVER:
        return not set(each_of(event.text)) <= set(each_of(known))
    return known is None or not named_in(event.text) <= named_in(known)


def named_in(text: Said) -> frozenset[str]:
    """Return the ids of all that a text names."""
    return frozenset(id_ for ids in text.ids.values() for id_ in ids)


def _fold_eased(
    state: Jurisdiction, escalation: Escalation, event: EscalationEased
) -> Jurisdiction:
    parts = tuple([it for it in escalation.parts if it[0] != event.about])
    if not parts:
        return _fold_ended(state, escalation)
    escalations = state.escalations
    by_subject = _unlisted(escalations.by_subject, event.about, event.escalation_id)
    by_id = escalations.by_id.set(event.escalation_id, _with_parts(escalation, parts))
    return replace(state, escalations=replace(escalations, by_id=by_id, by_subject=by_subject))


def _fold_taken(
    state: Jurisdiction, escalation: Escalation, event: EscalationStepTaken
) -> Jurisdiction:
    taken = replace(
        escalation,
        step=event.step,
        attempt=event.attempt,
        loop=event.loop,
        paused_by=None,
        exhausted=False,
    )
    return _keep(state, taken, state.timers.set("escalation", event.escalation_id, event.next_at))


def _fold_skipped(
    state: Jurisdiction, escalation: Escalation, event: EscalationStepSkipped
) -> Jurisdiction:
    return _keep(state, replace(escalation, step=event.step), state.timers)


def _fold_paused(
    state: Jurisdiction, escalation: Escalation, event: EscalationPaused
) -> Jurisdiction:
    timers = state.timers.set("escalation", event.escalation_id, event.resume_at)
    call = state.command.help_calls.get(escalation.about)
    if call is not None and escalation.cause is NoticeKind.HELP_CALLED:
        # Help that is coming goes on coming when the alarm does: only they or the desk end it.
        calls = state.command.help_calls.set(call.help_call_id, replace(call, taken_on_by=event.by))
        state = replace(state, command=replace(state.command, help_calls=calls))
    return _keep(state, replace(escalation, paused_by=event.by), timers)


def _fold_resumed(
    state: Jurisdiction, escalation: Escalation, event: EscalationResumed
) -> Jurisdiction:
    timers = state.timers
    if escalation.exhausted:
        timers = timers.clear("escalation", event.escalation_id)
    return _keep(state, replace(escalation, paused_by=None), timers)


def _fold_ended(state: Jurisdiction, escalation: Escalation) -> Jurisdiction:
    escalations, id_ = state.escalations, escalation.escalation_id
    by_subject, by_incident = escalations.by_subject, escalations.by_incident
    for about, _ in escalation.parts:
        by_subject = _unlisted(by_subject, about, id_)
    if escalation.incident_id is not None:
        by_incident = _unlisted(by_incident, escalation.incident_id, id_)
    escalations = replace(
        escalations,
        by_id=escalations.by_id.delete(id_),
        by_subject=by_subject,
        by_incident=by_incident,
    )
    return replace(state, escalations=escalations, timers=state.timers.clear("escalation", id_))
