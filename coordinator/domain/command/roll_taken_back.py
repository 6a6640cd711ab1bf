"""An answer to a roll call that was a slip of the finger: as if it had not been given.

Whoever answers for somebody who is missing ends an alarm. Taken back within seconds, the roll call
waits for them again, until the time it had; if that is over by now, they are missing at once.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.command.roll_call import on_scene
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

    One answer may be to several roll calls: they are remembered as one.
    """
    call, answers = command.roll_calls[event.roll_call_id], command.answers
    for member_id in event.member_ids:
        answered = AnsweredCall(
            roll_call_id=call.roll_call_id,
            incident_id=call.incident_id,
            opened_at=call.opened_at,
            due_at=call.due_at,
            missed=member_id in call.missed,
        )
        last = answers.get(member_id)
        same = last is not None and (last.by, last.at) == (event.by, at)
        calls = (*last.calls, answered) if same and last is not None else (answered,)
        answers = answers.set(member_id, RollAnswer(event.by, at, event.happened_at, calls))
    return replace(command, answers=answers)


def take_back(state: Jurisdiction, signal: TakeBackRollAnswer, cause: Cause) -> Iterable[Event]:
    """Take back the last answer that was given for somebody, to each roll call it was given to."""
    calls: dict[str, AnsweredCall] = {}
    people: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}
    for member_id in sorted(set(signal.member_ids)):
        refused = _refused(state, signal, member_id, cause)
        if refused:
            return refused
        for call in state.command.answers[member_id].calls:
            calls[call.roll_call_id] = call
            people.setdefault(call.roll_call_id, []).append(member_id)
            missed.setdefault(call.roll_call_id, []).extend([member_id] if call.missed else [])
    return tuple(
        RollAnswerTakenBack(
            roll_call_id=id_,
            incident_id=call.incident_id,
            member_ids=tuple(people[id_]),
            missed=tuple(missed[id_]),
            opened_at=call.opened_at,
            due_at=call.due_at,
            by=signal.actor_id,
            happened_at=cause.happened_at,
        )
        for id_, call in sorted(calls.items())
    )


def _refused(
    state: Jurisdiction, signal: TakeBackRollAnswer, member_id: str, cause: Cause
) -> tuple[Event, ...]:
    """Refuse what was not answered last, by somebody else, too long ago, or of who has left; who
    was missing is so again wherever they are.
    """
    last = state.command.answers.get(member_id)
    of_it = () if last is None else [it.roll_call_id for it in last.calls]
    if last is None or signal.roll_call_id not in of_it:
        return refuse(units.NOTHING_TO_TAKE_BACK, field="member_ids", value=member_id)
    if last.by != signal.actor_id:
        return refuse(units.TAKEN_BACK_BY_WHO_ANSWERED, field="actor_id", value=signal.actor_id)
    late = too_late(state, cause, at=last.at, said_at=last.said_at)
    if late is not None:
        return refuse(late, field="member_ids", value=member_id)
    missing = any(it.missed for it in last.calls)
    if not missing and member_id not in on_scene(state, last.calls[0].incident_id):
        return refuse(units.NOTHING_TO_TAKE_BACK, field="member_ids", value=member_id)
    return ()


def evolve(state: Jurisdiction, event: RollAnswerTakenBack) -> Jurisdiction:
    """Let the roll call wait again; one that was closed, or missed them, has its old time to it.

    A time that is over is due at once: then who is missing is told as at any roll call.
    """
    command, timers = state.command, state.timers
    held = command.roll_calls.get(event.roll_call_id)
    call = held or RollCall(
        roll_call_id=event.roll_call_id,
        incident_id=event.incident_id,
        opened_at=event.opened_at,
        due_at=event.due_at,
        waiting=(),
    )
    call = replace(
        call,
        waiting=tuple(sorted({*call.waiting, *event.member_ids})),
        missed=tuple(sorted({*call.missed, *event.missed})),
    )
    answers = command.answers
    for member_id in event.member_ids:
        answers = answers.delete(member_id) if member_id in answers else answers
    if held is None or held.missed or event.missed:
        timers = timers.set("roll_call", event.roll_call_id, event.due_at)
    roll_calls = command.roll_calls.set(event.roll_call_id, call)
    command = replace(command, roll_calls=roll_calls, answers=answers)
    return replace(state, command=command, timers=timers)
