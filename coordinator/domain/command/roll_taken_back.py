"""An answer to a roll call that was a slip of the finger: as if it had not been given.

Whoever answers for somebody who is missing ends an alarm. Taken back within seconds, the roll call
waits for them again, until the time it had; if that is over by now, they are missing at once.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.slip import too_late
from coordinator.domain.state.command import AnsweredCall, Command, RollAnswer, RollCall
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.command import RollAnswered, RollAnswerTakenBack
from schemas.events.envelope import Event
from schemas.sentences import units
from schemas.signals.command import TakeBackRollAnswer


def remembered(command: Command, event: RollAnswered, at: int) -> Command:
    """Return the command with what an answer that is about to be folded answers, by member.

    One answer may be to several roll calls: they are remembered as one. Where somebody else has
    answered before, it is to the same ones, as they were then.
    """
    id_, answers = event.roll_call_id, command.answers
    call = command.roll_calls.get(id_)
    for member_id in event.member_ids:
        held = answers.get(member_id, ())
        if call is not None and member_id in call.waiting:
            answered: tuple[AnsweredCall, ...] = (_as_it_is(call, member_id),)
        else:
            answered = _as_it_was(held, id_)
        last = next((it for it in held if it.by == event.by), None)
        calls = (*last.calls, *answered) if last is not None and last.at == at else answered
        others = tuple([it for it in held if it.by != event.by])
        mine = RollAnswer(event.by, at, event.happened_at, calls)
        answers = answers.set(member_id, (*others, mine))
    return replace(command, answers=answers)


def _as_it_is(call: RollCall, member_id: str) -> AnsweredCall:
    return AnsweredCall(
        roll_call_id=call.roll_call_id,
        incident_id=call.incident_id,
        opened_at=call.opened_at,
        due_at=call.due_at,
        missed=member_id in call.missed,
        task_id=call.task_id,
    )


def _as_it_was(held: tuple[RollAnswer, ...], roll_call_id: str) -> tuple[AnsweredCall, ...]:
    """Return the roll calls that were answered with one by somebody else, up to that one."""
    for answer in reversed(held):
        this = next((it for it in answer.calls if it.roll_call_id == roll_call_id), None)
        if this is not None:
            return tuple([it for it in answer.calls if it.opened_at <= this.opened_at])
    return ()


def take_back(state: Jurisdiction, signal: TakeBackRollAnswer, cause: Cause) -> Iterable[Event]:
    """Take back the last answer that one gave for somebody, to each roll call it was given to."""
    calls: dict[str, AnsweredCall] = {}
    people: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}
    stands: dict[str, list[str]] = {}
    for member_id in sorted(set(signal.member_ids)):
        refused = _refused(state, signal, member_id, cause)
        if refused:
            return refused
        held = state.command.answers[member_id]
        for call in next(it.calls for it in held if it.by == signal.actor_id):
            id_ = call.roll_call_id
            calls[id_] = call
            people.setdefault(id_, []).append(member_id)
            missed.setdefault(id_, []).extend([member_id] if call.missed else [])
            there = _said_by_others(held, call, signal.actor_id)
            stands.setdefault(id_, []).extend([member_id] if there else [])
    return tuple(
        RollAnswerTakenBack(
            roll_call_id=id_,
            incident_id=call.incident_id,
            task_id=call.task_id,
            member_ids=tuple(people[id_]),
            missed=tuple(missed[id_]),
            answered=tuple(stands[id_]),
            opened_at=call.opened_at,
            due_at=call.due_at,
            by=signal.actor_id,
            happened_at=cause.happened_at,
        )
        for id_, call in sorted(calls.items())
    )


def _said_by_others(held: tuple[RollAnswer, ...], call: AnsweredCall, by: str) -> bool:
    """Whether somebody else has said that they were there, at this roll call or a later one."""
    return any(
        it.here == call.here and it.opened_at >= call.opened_at
        for answer in held
        if answer.by != by
        for it in answer.calls
    )


def _refused(
    state: Jurisdiction, signal: TakeBackRollAnswer, member_id: str, cause: Cause
) -> tuple[Event, ...]:
    """Refuse what was not answered last, by somebody else, or too long ago."""
    answers = [
        answer
        for answer in state.command.answers.get(member_id, ())
        if any(it.roll_call_id == signal.roll_call_id for it in answer.calls)
    ]
    if not answers:
        return refuse(units.NOTHING_TO_TAKE_BACK, field="member_ids", value=member_id)
    mine = next((it for it in answers if it.by == signal.actor_id), None)
    if mine is None:
        return refuse(units.TAKEN_BACK_BY_WHO_ANSWERED, field="actor_id", value=signal.actor_id)
    late = too_late(state, cause, at=mine.at, said_at=mine.said_at)
    return () if late is None else refuse(late, field="member_ids", value=member_id)


def evolve(state: Jurisdiction, event: RollAnswerTakenBack) -> Jurisdiction:
    """Let the roll call wait again; one that was closed, or missed them, has its old time to it.

    A time that is over is due at once: then who is missing is told as at any roll call. It does
    not wait for those of whom somebody else has said that they are there.
    """
    command, timers = state.command, state.timers
    answers = command.answers
    for member_id in event.member_ids:
        rest = tuple([it for it in answers.get(member_id, ()) if it.by != event.by])
        if rest:
            answers = answers.set(member_id, rest)
        elif member_id in answers:
            answers = answers.delete(member_id)
    state = replace(state, command=replace(command, answers=answers))
    awaited = {*event.member_ids} - {*event.answered}
    if not awaited:
        return state
    held = command.roll_calls.get(event.roll_call_id)
    call = held or RollCall(
        roll_call_id=event.roll_call_id,
        incident_id=event.incident_id,
        opened_at=event.opened_at,
        due_at=event.due_at,
        waiting=(),
        task_id=event.task_id,
    )
    missed = awaited & {*event.missed}
    call = replace(
        call,
        waiting=tuple(sorted({*call.waiting, *awaited})),
        missed=tuple(sorted({*call.missed, *missed})),
    )
    if held is None or held.missed or missed:
        timers = timers.set("roll_call", event.roll_call_id, event.due_at)
    roll_calls = command.roll_calls.set(event.roll_call_id, call)
    command = replace(state.command, roll_calls=roll_calls)
    return replace(state, command=command, timers=timers)
