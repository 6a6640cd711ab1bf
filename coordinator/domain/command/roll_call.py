"""Roll calls (PAR): at the policy interval while anyone is on scene of an incident or works at a
task, on demand, and on a call for help. Whoever does not answer in time is an alarm at once.

Who rests by the shifts of a task sleeps, and is not asked; who is called to an incident as well is
asked there.

Who gave up hurt or ill may lie there still: they are asked after, too, until somebody has said
where they are.
"""

from collections.abc import Iterable, Iterator
from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.at_work import worked_at
from coordinator.domain.cause import Cause
from coordinator.domain.command.one_alarm import grows
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.merged_away import or_successor
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.command import AnsweredCall, RollAnswer, RollCall
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit
from schemas.durations import MINUTE, SECOND
from schemas.events.assignment import MemberOnScene, TapTakenBack
from schemas.events.command import (
    RollAnswered,
    RollCallClosed,
    RollCallMissed,
    RollCallNotNeeded,
    RollCallOpened,
    RollCallScheduled,
)
from schemas.events.envelope import Event
from schemas.events.unit import UnitKept
from schemas.sentences import notices, reasons, rights, work
from schemas.signals.command import AnswerRoll
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Role, Unfit, UnitRole

RollCallEvent = (
    RollCallOpened
    | RollAnswered
    | RollCallMissed
    | RollCallClosed
    | RollCallScheduled
    | RollCallNotNeeded
)

Answers = Map[str, tuple[RollAnswer, ...]]

_LEADS = frozenset({UnitRole.LEADER, UnitRole.DEPUTY})
_CALLED_MAX = 1_000
"""By one roll call; very many are called by several."""


def evolve_roll_call(state: Jurisdiction, event: RollCallEvent, at: int) -> Jurisdiction:
    calls, timers, answers = state.command.roll_calls, state.timers, state.command.answers
    match event:
        case RollCallOpened():
            opened = RollCall(
                roll_call_id=event.roll_call_id,
                incident_id=event.incident_id,
                opened_at=at,
                due_at=event.due_at,
                waiting=event.member_ids,
                task_id=event.task_id,
            )
            calls = calls.set(event.roll_call_id, opened)
            every = state.policy.command.roll_call_every_min * MINUTE
            answers = _without_old(state, event.member_ids, at)
            timers = timers.set("roll_call", event.roll_call_id, event.due_at)
            timers = timers.set("next_roll_call", _here(event), at + every)
        case RollAnswered():
            # Of a roll call that is closed it is one more word for who has answered already.
            if (call := calls.get(event.roll_call_id)) is not None:
                still = tuple(it for it in call.waiting if it not in event.member_ids)
                calls = calls.set(event.roll_call_id, replace(call, waiting=still))
        case RollCallMissed():
            call = calls[event.roll_call_id]
            calls = calls.set(event.roll_call_id, replace(call, missed=event.member_ids))
            timers = timers.clear("roll_call", event.roll_call_id)
        case RollCallClosed():
            calls = calls.delete(event.roll_call_id)
            timers = timers.clear("roll_call", event.roll_call_id)
        case RollCallScheduled():
            timers = timers.set("next_roll_call", _here(event), event.due_at)
        case RollCallNotNeeded():
            timers = timers.clear("next_roll_call", _here(event))
        case _:
            assert_never(event)
    command = replace(state.command, roll_calls=calls, answers=answers)
    return replace(state, command=command, timers=timers)


def _here(event: RollCallOpened | RollCallScheduled | RollCallNotNeeded) -> str:
    return event.incident_id or event.task_id or ""


def _of(state: Jurisdiction, here: str) -> tuple[str | None, str | None]:
    """Return an id as that of an incident or else of a task, as facts name them."""
    return (None, here) if here in state.tasks.by_id else (here, None)


def _without_old(state: Jurisdiction, called: tuple[str, ...], at: int) -> Answers:
    """Forget the answers of who is called anew that can be taken back no longer."""
    answers = state.command.answers
    for member_id in called:
        if (held := answers.get(member_id)) is None:
            continue
        recent = tuple([it for it in held if fresh(state, it, at)])
        answers = answers.set(member_id, recent) if recent else answers.delete(member_id)
    return answers


def fresh(state: Jurisdiction, answer: RollAnswer, at: int) -> bool:
    """Whether it may still be taken back at `at` (UTC ms), at least by a phone in a dead spot."""
    return answer.at >= at - state.policy.answering.take_back_late_s * SECOND


def on_scene(state: Jurisdiction, here: str) -> tuple[str, ...]:
    """Return everyone on scene of an incident or a task, by member id."""
    return tuple(sorted(it for unit in _units(state, here) for it in _there(state, unit)))


def _units(state: Jurisdiction, here: str) -> Iterator[Unit]:
    task = state.tasks.by_id.get(here)
    unit_ids = state.units.by_incident.get(here, ()) if task is None else task.unit_ids
    yield from (unit for it in unit_ids if (unit := state.units.by_id.get(it)) is not None)


def _there(state: Jurisdiction, unit: Unit) -> Iterator[str]:
    for member_id, assignment_id in unit.people.items():
        assignment = state.assignments.by_id.get(assignment_id)
        if assignment is not None and assignment.status is AssignmentStatus.ON_SCENE:
            yield member_id


def asked_after(state: Jurisdiction, here: str) -> tuple[str, ...]:
    """Return who gave up their part in an incident or a task hurt or ill, out there, and of whom
    nobody has said since where they are.
    """
    return tuple(sorted({who for it in _units(state, here) for who in _gave_up(state, it)}))


def _asked(state: Jurisdiction, here: str) -> tuple[str, ...]:
    """Return whom a roll call asks, and asks after."""
    if here not in state.tasks.by_id:
        return tuple(sorted({*on_scene(state, here), *asked_after(state, here)}))
    members, found = state.roster.members, set[str]()
    for unit in _units_of_task(state, here):
        found.update(_gave_up(state, unit))
        # Who rests by the shifts is idle, bound as they are.
        there = (it for it in _there(state, unit) if it in members)
        found.update(it for it in there if members[it].idle_since is None)
    return tuple(sorted(found))


def _units_of_task(state: Jurisdiction, here: str) -> list[Unit]:
    """Return the units of a task that are called to no incident besides."""
    return [it for it in _units(state, here) if it.incident_id is None]


def _gave_up(state: Jurisdiction, unit: Unit) -> Iterator[str]:
    """Yield who of a unit gave up hurt or ill, and is not accounted for since."""
    for assignment_id in unit.offered:
        held = state.assignments.by_id.get(assignment_id)
        if held is not None and _may_lie_there(state, held):
            yield held.member_id


def _may_lie_there(state: Jurisdiction, held: Assignment) -> bool:
    """Whether somebody gave up hurt or ill on scene, or hurt on their way to it, and nobody has
    known since where they are.
    """
    if held.status is not AssignmentStatus.ABORTED:
        return False
    member = state.roster.members.get(held.member_id)
    unfit = None if member is None or member.assignment_id is not None else member.unfit
    ended_at = held.ended_at
    if unfit is None or ended_at is None or unfit.since > ended_at:
        return False
    hurt_on_way = unfit.why is Unfit.HURT and held.en_route_at is not None
    out = held.on_scene_at is not None or hurt_on_way
    return out and (unfit.accounted_at is None or unfit.accounted_at <= ended_at)


def keep_calling(
    state: Jurisdiction, event: MemberOnScene | TapTakenBack, cause: Cause
) -> Iterable[Event]:
    """The first member on scene starts the clock of the roll calls."""
    assignment = state.assignments.by_id.get(event.assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    return () if unit is None else _scheduled(state, worked_at(unit), cause)


def called_by_its_task(state: Jurisdiction, event: UnitKept, cause: Cause) -> Iterable[Event]:
    """The incident of a unit is over, whose roll calls asked its people: its task asks them now."""
    unit = state.units.by_id.get(event.unit_id)
    if unit is None or not any(_there(state, unit)):
        return ()
    return _scheduled(state, worked_at(unit), cause)


def _scheduled(state: Jurisdiction, here: str, cause: Cause) -> Iterable[Event]:
    if not here or state.timers.get("next_roll_call", here) is not None:
        return ()
    every = state.policy.command.roll_call_every_min * MINUTE
    incident_id, task_id = _of(state, here)
    due_at = cause.at + every
    return (RollCallScheduled(incident_id=incident_id, task_id=task_id, due_at=due_at),)


def call_roll(
    state: Jurisdiction, here: str, cause: Cause, *, by_clock: bool = False
) -> Iterable[Event]:
    """Open a roll call of everyone on scene of an incident or at work at a task, and of who gave up
    there hurt or ill, unless one is open or nobody is there.
    """
    people = _asked(state, here)
    every = state.policy.command.roll_call_every_min * MINUTE
    incident_id, task_id = _of(state, here)
    next_one = RollCallScheduled(incident_id=incident_id, task_id=task_id, due_at=cause.at + every)
    if not people:
        if not by_clock:
            rule = or_successor(work.NOBODY_ON_SCENE, state, here)
            return refuse(rule, field="incident_id", value=here)
        if any(any(_there(state, it)) for it in _units_of_task(state, here)):
            # All of them rest: they are asked when they work again.
            return (next_one,)
        return (RollCallNotNeeded(incident_id=incident_id, task_id=task_id),)
    calls = state.command.roll_calls.values()
    if any(call.here == here and call.due_at > cause.at for call in calls):
        return (next_one,) if by_clock else ()
    return tuple(
        RollCallOpened(
            roll_call_id=cause.mint("rol"),
            incident_id=incident_id,
            task_id=task_id,
            member_ids=people[first : first + _CALLED_MAX],
            due_at=cause.at + state.policy.command.roll_call_answer_min * MINUTE,
            by_clock=by_clock,
        )
        for first in range(0, len(people), _CALLED_MAX)
    )


def answer_roll(state: Jurisdiction, signal: AnswerRoll, cause: Cause) -> Iterable[Event]:
    """A member answers for themself, a leader or the desk for others; a late answer counts, too.

    What somebody else has answered for them before may still be taken back: then this word stands.
    """
    id_, people = signal.roll_call_id, tuple(dict.fromkeys(signal.member_ids))
    call = state.command.roll_calls.get(id_)
    said = {it: _answered_lately(state, id_, it, cause) for it in people}
    known = [call] if call is not None else [it for told in said.values() for it in told.values()]
    if not known:
        return refuse(work.NO_SUCH_ROLL_CALL, field="roll_call_id", value=id_)
    waiting = () if call is None else call.waiting
    refused = _speaks_for_others(state, signal, known[0].here, waiting)
    if refused:
        return refused
    by, facts = signal.actor_id, list[Event]()
    answered = tuple(it for it in people if it in waiting)
    if call is not None and answered:
        facts.extend(_answered(state, call, answered, by, cause))
        # Who answers now was there at the calls before, too: nobody is missed there any longer.
        for earlier in _open_calls(state, call.here):
            there = tuple(it for it in answered if it in earlier.waiting)
            if there and earlier.opened_at < call.opened_at:
                facts.extend(_answered(state, earlier, there, by, cause))
    more = [it for it in people if it not in waiting and said[it] and by not in said[it]]
    if more:
        happened_at = cause.happened_at
        facts.append(
            RollAnswered(roll_call_id=id_, member_ids=tuple(more), happened_at=happened_at, by=by)
        )
    return facts


def _speaks_for_others(
    state: Jurisdiction, signal: AnswerRoll, here: str, waiting: tuple[str, ...]
) -> tuple[Event, ...]:
    """Refuse a member who answers for somebody whom they neither lead nor command."""
    if signal.actor_role is not Role.MEMBER:
        return ()
    others = [it for it in dict.fromkeys(signal.member_ids) if it != signal.actor_id]
    answers_for = _led_by(state, signal.actor_id, here, waiting) if others else ()
    for member_id in others:
        if member_id not in answers_for:
            return refuse(rights.ANSWERS_FOR_SELF_OR_UNIT, field="member_ids", value=member_id)
    return ()


def _answered_lately(
    state: Jurisdiction, roll_call_id: str, member_id: str, cause: Cause
) -> dict[str, AnsweredCall]:
    """Return what was answered to a roll call for a member and may yet be taken back, by whom."""
    return {
        it.by: call
        for it in state.command.answers.get(member_id, ())
        for call in it.calls
        if call.roll_call_id == roll_call_id and fresh(state, it, cause.at)
    }


def _open_calls(state: Jurisdiction, here: str) -> list[RollCall]:
    calls = (it for it in state.command.roll_calls.values() if it.here == here)
    return sorted(calls, key=lambda it: it.roll_call_id)


def _answered(
    state: Jurisdiction, call: RollCall, answered: tuple[str, ...], by: str, cause: Cause
) -> Iterable[Event]:
    id_ = call.roll_call_id
    yield RollAnswered(roll_call_id=id_, member_ids=answered, happened_at=cause.happened_at, by=by)
    if not set(call.waiting) - set(answered):
        yield RollCallClosed(roll_call_id=id_)
        yield from escalation.stop(state, cause, about=id_, reason=reasons.ALL_ACCOUNTED_FOR)


def miss_roll_call(state: Jurisdiction, roll_call_id: str, cause: Cause) -> Iterable[Event]:
    """The time to answer is over: raise the alarm for those who are missing, wherever they are."""
    call = state.command.roll_calls[roll_call_id]
    missing = call.waiting
    text = notices.roll_call_unanswered(len(missing), missing)
    facts: list[Event] = [RollCallMissed(roll_call_id=roll_call_id, member_ids=missing)]
    known = {
        member_id
        for it in _open_calls(state, call.here)
        if _alarmed(state, it)
        for member_id in it.missed
        if member_id in it.waiting
    }
    # Whoever is missing still is in the alarm that stands; of somebody else it is told at once.
    if new := tuple(it for it in missing if it not in known):
        kind, said = NoticeKind.ROLL_CALL_MISSED, notices.roll_call_unanswered(len(new), new)
        facts.append(notify(cause, kind, Recipient.COMMANDER, said, about=roll_call_id))
    if call.task_id is not None and (
        grown := grows(state, roll_call_id, _open_calls(state, call.here), text)
    ):
        return (*facts, *grown)
    facts.extend(
        escalation.start(
            state,
            cause,
            about=roll_call_id,
            cause_kind=NoticeKind.ROLL_CALL_MISSED,
            ladder="roll_call",
            text=text,
            told=(Recipient.COMMANDER,),
        )
    )
    return facts


def _alarmed(state: Jurisdiction, call: RollCall) -> bool:
    """Whether the alarm for who is missing at a roll call stands."""
    escalations = state.escalations
    return any(
        escalations.by_id[it].cause is NoticeKind.ROLL_CALL_MISSED
        for it in escalations.by_subject.get(call.roll_call_id, ())
    )


def leave_scene(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """Whoever leaves the scene by a tap of their own has thereby answered, and nobody else has;
    not who gives up hurt or ill, and may lie there still.

    That a unit was stood down, by a feed, a desk or a clock, says nothing of where somebody is who
    did not answer: they are waited for, and missing, until they say something themselves, or a
    person says their name.
    """
    assignment = state.assignments.by_id.get(assignment_id)
    if assignment is None or _may_lie_there(state, assignment):
        return
    member_id = assignment.member_id
    for call in sorted(state.command.roll_calls.values(), key=lambda it: it.roll_call_id):
        # A tap of their own is a sign of life; one made before they were called is none.
        alive = cause.actor_id == member_id and cause.happened_at >= call.opened_at
        if alive and member_id in call.waiting:
            yield from _answered(state, call, (member_id,), member_id, cause)


def _led_by(state: Jurisdiction, who: str, here: str, waiting: tuple[str, ...]) -> frozenset[str]:
    """Return for whom a member answers: the unit they lead now; who commands there, for all."""
    command = state.command.by_incident.get(here)
    if command is not None and command.commander_id == who:
        return frozenset((*waiting, *on_scene(state, here)))
    member = state.roster.members.get(who)
    held = state.assignments.by_id.get((member and member.assignment_id) or "")
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    if unit is None or unit.roles.get(who) not in _LEADS:
        return frozenset()
    return frozenset((*unit.people, *_gave_up(state, unit)))
