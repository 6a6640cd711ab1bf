"""Command, roll call, help; the interlock, the weather, the hours."""

from typing import Any

import pytest

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
from schemas.events.safety import (
    FatigueLimitReached,
    InterlockConfirmed,
    SafetyOverridden,
    TicketDrafted,
    WorkStarted,
    WorkStopped,
)
from schemas.events.unit import UnitFormed
from schemas.sentences import work
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive, Depart
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
from schemas.signals.safety import (
    ConfirmInterlock,
    DraftTicket,
    OverrideSafety,
    StartWork,
    Weather,
    WeatherReported,
    WithdrawInterlock,
)
from schemas.vocabulary import Interlock, Role, WorkKind
from tests.county import HERE, county, everybody, member, outage, unit_on_scene
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


def unit_people() -> list[str]:
    return at_work()[3]


def ticket(kind: WorkKind = WorkKind.LINE_REPAIR, **more: Any) -> tuple[Story, str, list[str]]:
    story, incident_id, unit_id, people = at_work()
    fields: dict[str, Any] = {
        "incident_id": incident_id, "unit_id": unit_id, "kind": kind, "place": HERE,
        "work_leader": people[0], "guardian": people[3], "permitter": "permit-desk",
        "crew": (people[1], people[2]), "text": "splice",
    }  # fmt: skip
    story.when(DraftTicket, **(fields | more))
    found = story.all(TicketDrafted)
    return story, found[0].ticket_id if found else "", people


def confirm(story: Story, ticket_id: str, *which: Interlock) -> None:
    there = story.state.safety.tickets[ticket_id].work_leader
    for interlock in which:
        by = there if interlock is Interlock.GROUNDING else "permit-desk"
        story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=interlock,
                   confirmed_by=by, reference="T-1")  # fmt: skip


def test_work_starts_when_permit_switching_and_grounding_are_confirmed() -> None:
    story, ticket_id, _ = ticket()
    story.when(StartWork, ticket_id=ticket_id).then(SignalRefused)
    confirm(story, ticket_id, Interlock.PERMIT, Interlock.SWITCHING)
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == "grounding"

    confirm(story, ticket_id, Interlock.GROUNDING)

    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


def test_the_permit_is_given_by_who_is_named_for_it() -> None:
    story, ticket_id, people = ticket()
    given: dict[str, Any] = {
        "ticket_id": ticket_id, "interlock": Interlock.PERMIT, "reference": "T-1",
    }  # fmt: skip

    story.when(ConfirmInterlock, confirmed_by=people[1], **given).then(SignalRefused)

    story.when(ConfirmInterlock, confirmed_by="permit-desk", **given).then(InterlockConfirmed)


def working() -> tuple[Story, str, list[str]]:
    story, ticket_id, people = ticket()
    confirm(story, ticket_id, *Interlock)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)
    return story, ticket_id, people


def test_the_weather_stops_work_at_once_and_nobody_overrides_it() -> None:
    story, ticket_id, _ = working()

    story.when(WeatherReported, weather=Weather(thunder=True))

    assert story.the(WorkStopped).cause == "weather"
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).field == "weather"


def test_weather_that_was_before_does_not_take_the_place_of_newer_weather() -> None:
    story, ticket_id, _ = working()
    story.after(HOUR)
    story.when(WeatherReported, weather=Weather(thunder=True), occurred_at=story.at - 10 * MINUTE)
    story.then_includes(WorkStopped)

    story.when(WeatherReported, weather=Weather(), occurred_at=story.at - HOUR).then(SignalRefused)
    story.when(StartWork, ticket_id=ticket_id).then(SignalRefused)

    story.when(WeatherReported, weather=Weather(), occurred_at=story.at - MINUTE)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


def test_a_withdrawn_interlock_stops_work() -> None:
    story, ticket_id, _ = working()

    story.when(
        WithdrawInterlock, ticket_id=ticket_id, interlock=Interlock.GROUNDING, reason="moved"
    )

    assert story.the(WorkStopped).cause == "interlock"


def test_a_call_for_help_stops_work() -> None:
    story, _, people = working()

    story.when(CallHelp, actor_id=people[1], actor_role=Role.MEMBER, member_id=people[1])

    assert story.the(WorkStopped).cause == "help"


def leave(story: Story, *people: str) -> None:
    for member_id in people:
        assignment_id = story.state.roster.members[member_id].assignment_id
        story.when(
            AbortAssignment, actor_id=member_id, actor_role=Role.MEMBER,
            assignment_id=assignment_id, reason="ill",
        )  # fmt: skip


@pytest.mark.parametrize(("gone", "field"), [(0, "work_leader"), (3, "guardian"), (1, "crew")])
def test_work_does_not_start_again_without_who_left(gone: int, field: str) -> None:
    story, ticket_id, people = working()
    leave(story, people[gone])
    assert story.the(WorkStopped).cause == "crew"

    story.when(StartWork, ticket_id=ticket_id)

    assert story.the(SignalRefused).field == field


def test_a_crew_of_three_that_leaves_one_by_one_stops_at_the_last_but_one() -> None:
    story, ticket_id, people = ticket(crew=tuple(unit_people()[it] for it in (1, 2, 4)))
    confirm(story, ticket_id, *Interlock)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)

    leave(story, people[1])
    story.then_not(WorkStopped)
    leave(story, people[2])

    assert story.the(WorkStopped).cause == "crew"


def test_an_override_names_an_approver_who_is_not_at_the_task() -> None:
    story, ticket_id, people = ticket()
    fields: dict[str, Any] = {
        "rule": "interlock", "ticket_id": ticket_id, "interlock": Interlock.SWITCHING,
        "reason": "nothing to switch", "valid_until": story.at + HOUR,
        "actor_role": Role.COMMANDER,
    }  # fmt: skip

    story.when(OverrideSafety, approver=people[0], **fields).then(SignalRefused)
    story.when(OverrideSafety, approver="chief", **fields).then(SafetyOverridden)
    confirm(story, ticket_id, Interlock.PERMIT, Interlock.GROUNDING)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_sets_the_grounding_aside(role: Role) -> None:
    story, ticket_id, _ = ticket()
    confirm(story, ticket_id, Interlock.PERMIT, Interlock.SWITCHING)

    story.when(
        OverrideSafety, actor_role=role, approver="chief", rule="interlock", ticket_id=ticket_id,
        interlock=Interlock.GROUNDING, reason="cable is dead", valid_until=story.at + HOUR,
    ).then(SignalRefused)  # fmt: skip

    if role is Role.COMMANDER:
        refused = story.the(SignalRefused)
        assert refused.rule == work.grounding_never_set_aside("chief")
        assert refused.value == "grounding"
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == "grounding"


def test_a_grounding_that_is_set_aside_on_the_log_starts_no_work() -> None:
    story, ticket_id, _ = ticket()
    confirm(story, ticket_id, Interlock.PERMIT, Interlock.SWITCHING)
    aside = SafetyOverridden(
        rule="interlock", ticket_id=ticket_id, interlock=Interlock.GROUNDING, approver="chief",
        reason="x", valid_until=story.at + HOUR,
    )  # fmt: skip
    story.state = fold(story.state, (aside,), story.at)

    story.when(StartWork, ticket_id=ticket_id)

    assert story.the(SignalRefused).value == "grounding"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"crew": (member(0, 0),)}, "crew"),
        ({"permitter": "X"}, None),
        ({"guardian": None, "kind": WorkKind.LIVE_LINE_WORK}, "guardian"),
        ({"crew": (member(1, 8), member(1, 9))}, "crew"),
    ],
)
def test_a_crew_keeps_the_rules(more: dict[str, Any], field: str | None) -> None:
    story, ticket_id, _ = ticket(**more)

    if field is None:
        assert ticket_id
    else:
        assert story.the(SignalRefused).field == field


def test_a_guardian_does_not_work_himself() -> None:
    story, incident_id, unit_id, people = at_work()

    story.when(DraftTicket, incident_id=incident_id, unit_id=unit_id, kind=WorkKind.LINE_REPAIR,
               place=HERE, work_leader=people[0], guardian=people[1],
               crew=(people[1], people[2]), text="x")  # fmt: skip

    assert story.the(SignalRefused).field == "guardian"


def test_a_leader_holds_one_ticket_at_a_time() -> None:
    story, _, people = ticket()
    (incident_id,) = story.state.incidents.by_id
    (unit_id,) = story.state.units.by_id

    story.when(DraftTicket, incident_id=incident_id, unit_id=unit_id, kind=WorkKind.PATROL,
               place=HERE, work_leader=people[0], crew=tuple(people[1:3]), text="x")  # fmt: skip

    assert story.the(SignalRefused).field == "work_leader"


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
