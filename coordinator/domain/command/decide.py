"""Incident command, objectives with clocks, roll calls, and a member's call for help.

One commander at a time; everyone on scene is accounted for; a call for help outranks everything.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.beside import beside, where_of
from coordinator.domain.cause import Cause
from coordinator.domain.command import hurt, roll_taken_back
from coordinator.domain.command.help_taken_back import taken_back
from coordinator.domain.command.roll_call import (
    answer_roll,
    call_roll,
    called_by_its_task,
    evolve_roll_call,
    keep_calling,
    leave_scene,
    miss_roll_call,
)
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.merged_away import or_successor
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.roster import unfit
from coordinator.domain.seen import seen
from coordinator.domain.state.command import HelpCall, IncidentCommand, Objective
from coordinator.domain.state.incident_index import is_open
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentDone,
    AssignmentReleased,
    MemberOnScene,
    TapTakenBack,
)
from schemas.events.command import (
    CommandEnded,
    CommandEstablished,
    CommandEvent,
    CommandTransferred,
    HelpCalled,
    HelpResolved,
    HelpTakenBack,
    ObjectiveDropped,
    ObjectiveMet,
    ObjectiveOverdue,
    ObjectiveSet,
    RollAnswered,
    RollAnswerTakenBack,
)
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentClosed,
    IncidentsMerged,
    IncidentWithdrawn,
    PriorityRaised,
)
from schemas.events.operation import OperationCancelled, OperationConcluded
from schemas.events.roster import MemberBroughtAway, MemberFit, MemberUnfit
from schemas.events.task import TaskCancelled, TaskFinished
from schemas.events.unit import UnitKept, UnitStoodDown
from schemas.said import Said
from schemas.sentences import notices, reasons, rights, units, work
from schemas.signals.command import (
    AnswerRoll,
    CallHelp,
    CallRoll,
    CommandSignal,
    DropObjective,
    EndCommand,
    EstablishCommand,
    MeetObjective,
    ResolveHelp,
    SetObjective,
    TakeBackHelp,
    TakeBackRollAnswer,
    TransferCommand,
)
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Role, Tap, Unfit

PRIORITY_OF_HELP = 10_000
"""The top of the scale: a call for help outranks everything (domain.md, command on scene)."""


def evolve(  # noqa: C901 - one case for each fact
    state: Jurisdiction, event: CommandEvent, at: int
) -> Jurisdiction:
    command = state.command
    match event:
        case CommandEstablished():
            held = IncidentCommand(event.incident_id, event.commander_id, at)
            by_incident = command.by_incident.set(event.incident_id, held)
        case CommandTransferred():
            held = IncidentCommand(event.incident_id, event.to, at)
            by_incident = command.by_incident.set(event.incident_id, held)
        case CommandEnded():
            by_incident = command.by_incident.delete(event.incident_id)
        case HelpCalled():
            call = HelpCall(
                event.help_call_id, event.member_id, event.incident_id, at, event.called_by
            )
            calls = command.help_calls.set(event.help_call_id, call)
            return replace(state, command=replace(command, help_calls=calls))
        case RollAnswered():
            kept = replace(state, command=roll_taken_back.remembered(command, event, at))
            return evolve_roll_call(seen(kept, event.member_ids, event.happened_at), event, at)
        case RollAnswerTakenBack():
            return roll_taken_back.evolve(state, event)
        case HelpResolved() | HelpTakenBack():
            calls = command.help_calls.delete(event.help_call_id)
            return replace(state, command=replace(command, help_calls=calls))
        case ObjectiveSet() | ObjectiveMet() | ObjectiveDropped() | ObjectiveOverdue():
            return _evolve_objective(state, event, at)
        case _:
            return evolve_roll_call(state, event, at)
    return replace(state, command=replace(command, by_incident=by_incident))


def _evolve_objective(
    state: Jurisdiction,
    event: ObjectiveSet | ObjectiveMet | ObjectiveDropped | ObjectiveOverdue,
    at: int,
) -> Jurisdiction:
    objectives, timers = state.command.objectives, state.timers
    match event:
        case ObjectiveSet():
            set_ = Objective(
                event.objective_id, event.incident_id, event.text, event.due_at, set_at=at
            )
            objectives = objectives.set(event.objective_id, set_)
            timers = timers.set("objective", event.objective_id, event.due_at)
        case ObjectiveOverdue():
            overdue = replace(objectives[event.objective_id], overdue=True)
            objectives = objectives.set(event.objective_id, overdue)
            timers = timers.clear("objective", event.objective_id)
        case _:
            objectives = objectives.delete(event.objective_id)
            timers = timers.clear("objective", event.objective_id)
    return replace(state, command=replace(state.command, objectives=objectives), timers=timers)


def decide(  # noqa: C901 - one case for each signal
    state: Jurisdiction, signal: CommandSignal, cause: Cause
) -> Iterable[Event]:
    match signal:
        case EstablishCommand() | TransferCommand() | EndCommand():
            return _command(state, signal)
        case SetObjective() | MeetObjective() | DropObjective():
            return _objective(state, signal, cause)
        case CallRoll():
            return call_roll(state, signal.incident_id, cause)
        case AnswerRoll():
            return answer_roll(state, signal, cause)
        case TakeBackRollAnswer():
            return roll_taken_back.take_back(state, signal, cause)
        case CallHelp():
            return _call_help(state, signal, cause)
        case TakeBackHelp():
            return taken_back(state, signal, cause)
        case ResolveHelp():
            return _resolve_help(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return (*_react(state, event, cause), *hurt.react(state, event, cause))


def _react(  # noqa: C901 - one case for each fact
    state: Jurisdiction, event: Event, cause: Cause
) -> Iterable[Event]:
    match event:
        case TapTakenBack(tap=Tap.ON_SCENE):
            return leave_scene(state, event.assignment_id, cause)
        case MemberOnScene() | TapTakenBack(back_to=AssignmentStatus.ON_SCENE):
            return keep_calling(state, event, cause)
        case AssignmentDone() | AssignmentAborted() | AssignmentReleased():
            return leave_scene(state, event.assignment_id, cause)
        case UnitKept():
            return called_by_its_task(state, event, cause)
        case HelpCalled():
            return _answer_help(state, event, cause)
        case IncidentClosed():
            return _end_with_incident(state, event.incident_id, reasons.INCIDENT_CLOSED)
        case IncidentWithdrawn():
            return _end_with_incident(state, event.incident_id, reasons.REPORTED_BY_MISTAKE)
        case IncidentsMerged():
            return _end_with_incident(state, event.incident_id, reasons.merged_into(event.into))
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "objective":
        objective = state.command.objectives[id_]
        return (
            ObjectiveOverdue(objective_id=id_),
            notify(
                cause,
                NoticeKind.OBJECTIVE_OVERDUE,
                Recipient.COMMANDER,
                notices.objective_overdue(objective.text),
                about=objective.incident_id,
            ),
        )
    if kind == "roll_call":
        return miss_roll_call(state, id_, cause)
    return call_roll(state, id_, cause, by_clock=True)


def _command(
    state: Jurisdiction, signal: EstablishCommand | TransferCommand | EndCommand
) -> Iterable[Event]:
    id_ = signal.incident_id
    post = state.command.by_incident.get(id_)
    # Command of what is over can still be ended, but neither begun nor passed on.
    if not isinstance(signal, EndCommand) and not is_open(state.incidents, id_):
        rule = or_successor(work.COMMAND_OVER_OPEN_INCIDENT, state, id_)
        return refuse(rule, field="incident_id", value=id_)
    if isinstance(signal, EstablishCommand):
        if post is not None:
            return refuse(
                work.ONE_COMMANDER,
                field="commander_id",
                value=post.commander_id,
            )
        return (
            CommandEstablished(incident_id=id_, commander_id=signal.commander_id, post=signal.post),
        )
    if post is None:
        return refuse(work.NO_COMMAND_HERE, field="incident_id", value=id_)
    if isinstance(signal, EndCommand):
        return (CommandEnded(incident_id=id_, reason=reasons.as_typed(signal.reason)),)
    if post.commander_id == signal.to:
        return ()
    return (CommandTransferred(incident_id=id_, to=signal.to, briefing=signal.briefing),)


def _objective(
    state: Jurisdiction, signal: SetObjective | MeetObjective | DropObjective, cause: Cause
) -> Iterable[Event]:
    if isinstance(signal, SetObjective):
        if not is_open(state.incidents, signal.incident_id):
            rule = or_successor(work.OBJECTIVE_OF_OPEN_INCIDENT, state, signal.incident_id)
            return refuse(rule, field="incident_id", value=signal.incident_id)
        if signal.due_at <= cause.at:
            return refuse(work.OBJECTIVE_DUE_LATER, field="due_at", value=signal.due_at)
        return (
            ObjectiveSet(
                objective_id=cause.mint("obj"),
                incident_id=signal.incident_id,
                text=signal.text,
                due_at=signal.due_at,
            ),
        )
    objective = state.command.objectives.get(signal.objective_id)
    if objective is None:
        return refuse(work.NO_SUCH_OBJECTIVE, field="objective_id", value=signal.objective_id)
    if isinstance(signal, DropObjective):
        return (
            ObjectiveDropped(
                objective_id=signal.objective_id, reason=reasons.as_typed(signal.reason)
            ),
        )
    return (
        ObjectiveMet(
            objective_id=signal.objective_id,
            late=cause.happened_at > objective.due_at,
            happened_at=cause.happened_at,
        ),
    )


def _call_help(state: Jurisdiction, signal: CallHelp, cause: Cause) -> Iterable[Event]:
    if signal.member_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if signal.actor_role is Role.MEMBER and signal.actor_id != signal.member_id:
        bound = state.roster.members.get(signal.actor_id)
        if bound is None:
            return refuse(rights.MEMBER_OF_THIS_ROSTER, field="actor_id", value=signal.actor_id)
    return (
        HelpCalled(
            help_call_id=cause.mint("hlp"),
            member_id=signal.member_id,
            incident_id=_incident_of(state, signal.member_id),
            place=signal.place,
            text=signal.text,
            happened_at=cause.happened_at,
            called_by=signal.actor_id,
        ),
        *(unfit.said(state, signal.member_id, Unfit.HURT, cause) if signal.hurt else ()),
    )


def _answer_help(state: Jurisdiction, event: HelpCalled, cause: Cause) -> Iterable[Event]:
    facts: list[Event] = []
    if event.incident_id is not None:
        facts.append(
            PriorityRaised(
                incident_id=event.incident_id,
                priority=PRIORITY_OF_HELP,
                reason=reasons.CALLED_FOR_HELP,
            )
        )
    facts.append(
        notify(
            cause,
            NoticeKind.HELP_CALLED,
            Recipient.COMMANDER,
            notices.needs_help(event.member_id),
            about=event.help_call_id,
        )
    )
    told, where = beside(state, event.member_id), where_of(state, event)
    if told:
        text = notices.needs_help(event.member_id)
        if where is not None:
            text = notices.needs_help_at(event.member_id, where)
        kind, about = NoticeKind.HELP_CALLED, event.help_call_id
        facts.append(notify(cause, kind, Recipient.MEMBER, text, about=about, targets=told))
    facts.extend(
        escalation.start(
            state,
            cause,
            about=event.help_call_id,
            cause_kind=NoticeKind.HELP_CALLED,
            ladder="help",
            text=notices.needs_help(event.member_id),
        )
    )
    here = where if where in state.tasks.by_id else event.incident_id
    if here is not None:
        facts.extend(call_roll(state, here, cause, by_clock=True))
    return facts


def _resolve_help(state: Jurisdiction, signal: ResolveHelp, cause: Cause) -> Iterable[Event]:
    if signal.help_call_id not in state.command.help_calls:
        return refuse(units.NO_SUCH_HELP_CALL, field="help_call_id", value=signal.help_call_id)
    who = state.command.help_calls[signal.help_call_id].member_id
    return (
        *(unfit.said(state, who, Unfit.HURT, cause) if signal.hurt else ()),
        HelpResolved(help_call_id=signal.help_call_id, outcome=signal.outcome),
        *escalation.stop(
            state, cause, about=signal.help_call_id, reason=reasons.as_typed(signal.outcome)
        ),
    )


def _incident_of(state: Jurisdiction, member_id: str) -> str | None:
    bound = state.roster.members[member_id].assignment_id
    assignment = None if bound is None else state.assignments.by_id.get(bound)
    return None if assignment is None else assignment.incident_id


def _end_with_incident(state: Jurisdiction, incident_id: str, reason: Said) -> Iterable[Event]:
    if incident_id in state.command.by_incident:
        yield CommandEnded(incident_id=incident_id, reason=reason)
    for objective in sorted(state.command.objectives.values(), key=lambda it: it.objective_id):
        if objective.incident_id == incident_id:
            yield ObjectiveDropped(objective_id=objective.objective_id, reason=reason)


CONCEPT: Final = Concept(
    name="command",
    signals=members(CommandSignal),
    decide=decide,
    facts=members(CommandEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            IncidentClosed,
            IncidentWithdrawn,
            IncidentsMerged,
            HelpCalled,
            MemberUnfit,
            MemberFit,
            MemberBroughtAway,
            OperationConcluded,
            OperationCancelled,
            TaskFinished,
            TaskCancelled,
            UnitStoodDown,
            UnitKept,
            MemberOnScene,
            TapTakenBack,
            AssignmentDone,
            AssignmentAborted,
            AssignmentReleased,
        }
    ),
    react=react,
    timers=frozenset({"objective", "roll_call", "next_roll_call"}),
    due=due,
)
