"""Command, roll call, help; the interlock, the weather, the hours."""

from typing import Any

from coordinator.domain.jurisdiction import fold
from schemas.events.command import (
    CommandEnded,
    CommandEstablished,
    CommandTransferred,
    HelpCalled,
    HelpResolved,
    ObjectiveMet,
    ObjectiveOverdue,
    ObjectiveSet,
    RollAnswered,
    RollCallClosed,
    RollCallMissed,
    RollCallNotNeeded,
    RollCallOpened,
)
from schemas.events.escalation import EscalationStarted
from schemas.events.incident import PriorityRaised
from schemas.events.notice import SignalRefused
from schemas.events.safety import FatigueLimitReached
from schemas.events.unit import UnitFormed
from schemas.sentences import work
from schemas.signals.assignment import AcceptAssignment, Arrive, Depart
from schemas.signals.command import (
    AnswerRoll,
    CallHelp,
    CallRoll,
    EndCommand,
    EstablishCommand,
    MeetObjective,
    ResolveHelp,
    SetObjective,
    TransferCommand,
)
from schemas.signals.incident import CloseIncident, Extent, RestoreIncident
from schemas.vocabulary import Role
from tests.county import county, everybody, outage, unit_on_scene
from tests.story import DAY, HOUR, MINUTE, START, Story


def at_work(**more: Any) -> tuple[Story, str, str, list[str]]:
    """Return a story with a unit of six on scene: incident, unit, people."""
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    return story, incident_id, unit_id, sorted(story.state.units.by_id[unit_id].people)


def test_there_is_one_commander_and_each_change_is_on_record() -> None:
    story, incident_id, _, _ = at_work()
    story.when(EstablishCommand, incident_id=incident_id, commander_id="wang").then(
        CommandEstablished
    )
    story.when(EstablishCommand, incident_id=incident_id, commander_id="li").then(SignalRefused)
    story.when(TransferCommand, incident_id=incident_id, to="li", briefing="all well").then(
        CommandTransferred
    )
    story.when(RestoreIncident, incident_id=incident_id)

    story.when(CloseIncident, incident_id=incident_id).then_includes(CommandEnded)


def test_nobody_commands_what_is_over_and_a_command_left_there_can_be_ended() -> None:
    story, incident_id, _, _ = at_work()
    story.when(RestoreIncident, incident_id=incident_id)
    story.when(CloseIncident, incident_id=incident_id)

    story.when(EstablishCommand, incident_id=incident_id, commander_id="wang")
    assert story.the(SignalRefused).rule == work.COMMAND_OVER_OPEN_INCIDENT
    story.when(SetObjective, incident_id=incident_id, text="x", due_at=story.at + HOUR)
    assert story.the(SignalRefused).rule == work.OBJECTIVE_OF_OPEN_INCIDENT

    left = CommandEstablished(incident_id=incident_id, commander_id="wang")
    story.state = fold(story.state, (left,), story.at)
    story.after(30 * DAY)
    assert incident_id not in story.state.incidents.by_id
    story.when(EndCommand, incident_id=incident_id, reason="over").then(CommandEnded)


def test_an_objective_runs_against_its_clock() -> None:
    story, incident_id, _, _ = at_work()
    story.when(SetObjective, incident_id=incident_id, text="feeder live",
               due_at=story.at + HOUR)  # fmt: skip
    objective_id = story.the(ObjectiveSet).objective_id

    story.after(HOUR + MINUTE).then_includes(ObjectiveOverdue)
    story.when(MeetObjective, objective_id=objective_id)

    assert story.the(ObjectiveMet).late


def test_everyone_on_scene_is_called_and_the_missing_are_an_alarm() -> None:
    story, incident_id, _, people = at_work()
    story.when(CallRoll, incident_id=incident_id)
    opened = story.the(RollCallOpened)
    assert list(opened.member_ids) == people
    roll = opened.roll_call_id
    story.when(AnswerRoll, actor_id=people[0], actor_role=Role.MEMBER, roll_call_id=roll,
               member_ids=(people[0],)).then(RollAnswered)  # fmt: skip

    story.after(5 * MINUTE)

    assert list(story.the(RollCallMissed).member_ids) == people[1:]
    story.then_includes(EscalationStarted)
    story.when(AnswerRoll, roll_call_id=opened.roll_call_id, member_ids=tuple(people[1:]))
    story.then_includes(RollCallClosed)
    assert opened.roll_call_id not in story.state.escalations.by_subject


def test_a_member_does_not_answer_for_others_but_a_leader_does() -> None:
    story, incident_id, unit_id, people = at_work()
    roles = story.state.units.by_id[unit_id].roles
    leader = next(it for it in people if roles[it] == "leader")
    other = next(it for it in people if roles[it] == "line_worker")
    story.when(CallRoll, incident_id=incident_id)
    roll = story.the(RollCallOpened).roll_call_id

    story.when(AnswerRoll, actor_id=other, actor_role=Role.MEMBER, roll_call_id=roll,
               member_ids=tuple(people)).then(SignalRefused)  # fmt: skip
    story.when(AnswerRoll, actor_id=leader, actor_role=Role.MEMBER, roll_call_id=roll,
               member_ids=tuple(people)).then_includes(RollCallClosed)  # fmt: skip


def test_the_clock_calls_the_roll_while_anybody_is_on_scene() -> None:
    story, incident_id, _, _ = at_work()

    story.after(30 * MINUTE)
    assert story.the(RollCallOpened).by_clock
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(HOUR).then_includes(RollCallNotNeeded).then_not(RollCallOpened)


def test_a_call_for_help_outranks_everything() -> None:
    story, _, _, people = at_work()

    story.when(CallHelp, actor_id=people[1], actor_role=Role.MEMBER, member_id=people[1])

    assert story.the(PriorityRaised).priority == 10_000
    story.then_includes(RollCallOpened, EscalationStarted)
    help_call = story.the(HelpCalled).help_call_id
    story.when(ResolveHelp, help_call_id=help_call, outcome="found").then_includes(HelpResolved)
    assert not story.state.command.help_calls


def test_the_hours_limit_is_told_once() -> None:
    story, _, _, people = at_work()

    story.after(12 * HOUR + MINUTE)

    assert sorted(it.member_id for it in story.all(FatigueLimitReached)) == people


def test_hours_that_were_over_before_anybody_told_of_them_are_said_at_once() -> None:
    story = county()
    outage(story)
    unit_id = story.the(UnitFormed).unit_id
    everybody(story, unit_id, AcceptAssignment)
    member_id, assignment_id = min(story.state.units.by_id[unit_id].people.items())
    story.after(14 * HOUR)
    told: dict[str, Any] = {
        "actor_id": member_id, "actor_role": Role.MEMBER, "assignment_id": assignment_id,
    }  # fmt: skip

    story.when(Depart, occurred_at=START + HOUR, **told)
    assert story.the(FatigueLimitReached).worked_since == START + HOUR

    story.when(Arrive, occurred_at=START + 2 * HOUR, **told).then_not(FatigueLimitReached)
