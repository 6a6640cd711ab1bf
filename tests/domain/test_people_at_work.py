"""While people are at work on a line nobody lets them go but the unit's own end of work."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.state.safety import TicketStage
from coordinator.domain.state.units import Stage
from schemas.events.assignment import AssignmentAborted, AssignmentReleased
from schemas.events.command import RollCallOpened
from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.incident import IncidentClosed, IncidentRestored, IncidentSplit
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.ticket import ReadyToEnergise, TicketEnded, WorkFinished, WorkStopped
from schemas.events.unit import (
    ReliefCame,
    UnitCalled,
    UnitFormed,
    UnitReinforced,
    UnitStoodDown,
)
from schemas.sentences import reasons
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    FinishAssignment,
    ReleaseMember,
)
from schemas.signals.command import CallRoll, EstablishCommand
from schemas.signals.incident import (
    CloseIncident,
    ControlIncident,
    MergeIncidents,
    OutageGone,
    OutageReported,
    ReopenIncident,
    RestoreIncident,
    SplitIncident,
)
from schemas.signals.roster import ImportRoster
from schemas.signals.safety import Weather
from schemas.signals.safety import WeatherReported as Reported
from schemas.signals.unit import CallMuster, CallRelief, StandDownUnit
from schemas.vocabulary import Clearance, NoticeKind, Recipient, Role
from tests.county import FAR, HERE, everybody, outage
from tests.domain.line import Line, cleared, over
from tests.story import DAY, MINUTE

REPORT: dict[str, Any] = {"source": "95598", "dedup_key": "1"}
FEED: dict[str, Any] = {"actor_role": Role.FEED, "actor_id": "feed"}


@pytest.fixture
def line() -> Line:
    return Line()


def feed_says_gone(line: Line) -> None:
    line.story.when(OutageGone, **REPORT, **FEED)


def desk_says_restored(line: Line) -> None:
    line.story.when(RestoreIncident, incident_id=line.incident_id)


BACK: list[Callable[[Line], None]] = [feed_says_gone, desk_says_restored]


@pytest.mark.parametrize("supply_is_back", BACK)
def test_supply_that_is_back_is_on_record_and_lets_nobody_go(
    line: Line, supply_is_back: Callable[[Line], None]
) -> None:
    supply_is_back(line)

    line.story.then_includes(IncidentRestored)
    held = line.story.state.incidents.by_id[line.incident_id]
    assert held.restored_at == line.story.at
    line.goes_on()
    # Whoever hears of it stops, gets clear, and stays until counted.
    assert line.story.state.safety.tickets[line.ticket_id].stage is TicketStage.STOPPED
    assert line.story.the(WorkStopped).cause == "supply_back"


@pytest.mark.parametrize("supply_is_back", BACK)
def test_supply_that_is_back_alarms_those_on_the_line_their_leader_commander_and_desk(
    line: Line, supply_is_back: Callable[[Line], None]
) -> None:
    commander = line.others[-1]
    line.story.when(EstablishCommand, incident_id=line.incident_id, commander_id=commander)

    supply_is_back(line)

    kind = NoticeKind.SUPPLY_BACK
    told = [it for it in line.story.all(NoticeRaised) if it.kind is kind]
    assert {it.recipient for it in told} == {
        Recipient.MEMBER, Recipient.DISPATCHER, Recipient.COMMANDER,
    }  # fmt: skip
    targets = {who for it in told for who in it.targets}
    # All of their unit on scene are warned with them, and the commander.
    assert targets == {*line.unit.people, commander}
    assert {it.about for it in told} == {line.ticket_id}
    (climbs,) = [it for it in line.story.all(EscalationStarted) if it.cause is kind]
    assert climbs.about == line.ticket_id


def test_the_alarm_is_raised_once_and_stands_though_it_is_said_to_be_dark_again(
    line: Line,
) -> None:
    def alarms() -> int:
        facts = [it for _, facts in line.story.history for it in facts]
        found = [it for it in facts if isinstance(it, EscalationStarted)]
        return sum(it.cause is NoticeKind.SUPPLY_BACK for it in found)

    line.story.after(2 * MINUTE)
    feed_says_gone(line)
    desk_says_restored(line)
    desk_says_restored(line)
    line.story.when(RestoreIncident, incident_id=line.incident_id,
                    occurred_at=line.story.at - MINUTE).then_includes(IncidentRestored)  # fmt: skip
    assert alarms() == 1

    line.story.when(ReopenIncident, incident_id=line.incident_id, reason="still dark")
    line.story.then_not(EscalationStopped)
    desk_says_restored(line)

    assert alarms() == 1
    assert line.story.state.safety.tickets[line.ticket_id].supply_back_at is not None
    line.goes_on()


@pytest.mark.parametrize("supply_is_back", BACK)
def test_the_unit_stands_down_by_itself_once_its_work_has_ended(
    line: Line, supply_is_back: Callable[[Line], None]
) -> None:
    supply_is_back(line)
    line.story.after(2 * MINUTE)
    line.goes_on()

    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)
    line.story.then_includes(EscalationStopped).then_not(UnitStoodDown)
    line.over()

    line.story.then_includes(TicketEnded, ReadyToEnergise, UnitStoodDown)
    assert line.story.the(UnitStoodDown).reason == reasons.RESTORED
    assert (len(line.story.all(AssignmentReleased)), *line.story.state.safety.tickets) == (6,)
    assert line.ticket_id not in line.story.state.escalations.by_subject
    line.story.after(3 * DAY).then_includes(IncidentClosed)


def test_the_clock_closes_nothing_over_people_at_work_however_long_it_takes(line: Line) -> None:
    desk_says_restored(line)

    line.story.after(20 * DAY).then_not(IncidentClosed)

    line.goes_on()
    line.over()
    wait = line.story.state.policy.correlation.close_after_restored_min * MINUTE
    line.story.after(wait - 1).then_not(IncidentClosed)
    line.story.after(1).then_includes(IncidentClosed)


def test_with_two_tasks_the_unit_stands_down_after_the_second(line: Line) -> None:
    pair = line.others[:2]
    second = line.begin(line.leader, (pair[0], pair[1]))
    desk_says_restored(line)

    line.over()
    line.story.then_includes(TicketEnded).then_not(UnitStoodDown, ReadyToEnergise)
    line.over(second)
    line.story.then_includes(UnitStoodDown, ReadyToEnergise)


def test_another_unit_of_the_incident_that_is_not_at_work_stands_down_at_once(line: Line) -> None:
    line.story.when(CallMuster, incident_id=line.incident_id, need=line.unit.need, reason="more")
    other = line.story.the(UnitCalled).unit_id
    line.story.then_includes(UnitFormed)

    desk_says_restored(line)

    assert line.story.the(UnitStoodDown).unit_id == other
    assert line.unit.stage is Stage.FORMED


def test_whoever_helps_out_at_another_units_task_is_not_let_go_with_their_own(line: Line) -> None:
    line.over()
    line.story.when(CallMuster, incident_id=line.incident_id, need=line.unit.need, reason="more")
    other = line.story.the(UnitFormed).unit_id
    everybody(line.story, other, AcceptAssignment, Arrive)
    helper = min(line.story.state.units.by_id[other].people)
    line.begin(line.work_leader, (line.crew[0], helper))

    desk_says_restored(line)

    line.story.then_not(UnitStoodDown, AssignmentReleased)
    line.story.when(StandDownUnit, unit_id=other, reason="enough").then(SignalRefused)


def close(line: Line) -> None:
    line.story.when(CloseIncident, incident_id=line.incident_id)


def close_after_restoring(line: Line) -> None:
    desk_says_restored(line)
    close(line)


def merge(line: Line) -> None:
    into = outage(line.story, str(len(line.story.history)), place=FAR)
    line.story.when(MergeIncidents, into=into, incident_ids=(line.incident_id,), reason="one")


def stand_down(line: Line) -> None:
    line.story.when(StandDownUnit, unit_id=line.unit_id, reason="enough")


def release(line: Line) -> None:
    line.story.when(ReleaseMember, assignment_id=line.assignment(line.crew[0]), reason="home")


def release_leader(line: Line) -> None:
    line.story.when(ReleaseMember, assignment_id=line.assignment(line.leader), reason="home")


def finish_for(line: Line) -> None:
    line.story.when(FinishAssignment, assignment_id=line.assignment(line.work_leader),
                    on_behalf_of=line.work_leader)  # fmt: skip


def finish_own(line: Line) -> None:
    line.story.when(FinishAssignment, assignment_id=line.assignment(line.crew[1]),
                    actor_id=line.crew[1], actor_role=Role.MEMBER)  # fmt: skip


def abort_for(line: Line) -> None:
    line.story.when(AbortAssignment, assignment_id=line.assignment(line.crew[0]),
                    on_behalf_of=line.crew[0], reason="not needed")  # fmt: skip


@pytest.mark.parametrize(
    "way",
    [close, close_after_restoring, merge, stand_down, release, release_leader, finish_for,
     finish_own, abort_for],
)  # fmt: skip
@pytest.mark.parametrize("stopped", [False, True])
def test_what_would_let_them_go_is_refused_and_the_refusal_names_the_task(
    line: Line, way: Callable[[Line], None], stopped: bool
) -> None:
    if stopped:
        # Work that is stopped has not ended: the line is grounded still.
        line.story.when(Reported, weather=Weather(thunder=True)).then_includes(WorkStopped)

    way(line)

    assert line.ticket_id in line.story.the(SignalRefused).rule.ids["tickets"]
    line.goes_on()
    way(line)
    line.goes_on()


def test_control_and_a_split_leave_them_at_work(line: Line) -> None:
    line.story.when(OutageReported, source="95598", dedup_key="9", device="T-1", place=HERE, **FEED)

    line.story.when(ControlIncident, incident_id=line.incident_id)
    line.story.when(SplitIncident, incident_id=line.incident_id, dedup_keys=("9",), reason="two")

    line.story.then_includes(IncidentSplit)
    line.goes_on()


def test_nobody_at_work_is_taken_off_the_roster(line: Line) -> None:
    line.story.when(ImportRoster, actor_role=Role.COMMANDER, removed_members=(line.crew[0],))

    line.story.then(SignalRefused)
    line.goes_on()


def test_who_is_relieved_at_work_leaves_when_the_work_has_ended(line: Line) -> None:
    relieved = line.crew[0]
    line.story.when(CallRelief, unit_id=line.unit_id, member_ids=(relieved,), reason="hours")
    (pick,) = line.story.the(UnitReinforced).picks
    told: dict[str, Any] = {"actor_id": pick.member_id, "actor_role": Role.MEMBER}
    relief = line.assignment(pick.member_id)
    line.story.when(AcceptAssignment, assignment_id=relief, **told)

    line.story.when(Arrive, assignment_id=relief, **told)

    waits = line.story.the(ReliefCame)
    assert (waits.member_id, waits.unit_id) == (relieved, line.unit_id)
    line.story.after(MINUTE)
    line.goes_on()
    line.over()
    gone = line.story.the(AssignmentReleased)
    assert (gone.reason, relieved in line.unit.people) == (reasons.RELIEVED, False)
    assert (line.unit.leaving, len(line.unit.relieved)) == ((), 0)


def test_whoever_has_to_leave_says_so_and_the_work_stops_but_is_not_ended(line: Line) -> None:
    hurt = line.crew[0]

    line.story.when(AbortAssignment, assignment_id=line.assignment(hurt), actor_id=hurt,
                    actor_role=Role.MEMBER, reason="hurt my hand")  # fmt: skip

    line.story.then_includes(AssignmentAborted, WorkStopped).then_not(WorkFinished)
    line.story.when(RestoreIncident, incident_id=line.incident_id).then_not(UnitStoodDown)
    assert line.ticket_id in line.story.state.safety.tickets


def test_who_left_a_task_by_themselves_is_not_bound_by_it_elsewhere(line: Line) -> None:
    left = line.crew[0]
    line.story.when(AbortAssignment, assignment_id=line.assignment(left), actor_id=left,
                    actor_role=Role.MEMBER, reason="ill")  # fmt: skip
    # Until they are counted off the line they are called to nothing else.
    cleared(line.story, line.ticket_id)
    line.story.after(line.story.state.policy.hours.straight_back_min * MINUTE)
    elsewhere = outage(line.story, "elsewhere")
    need = line.unit.need
    line.story.when(CallMuster, incident_id=elsewhere, need=need, reason="more")
    called = [
        unit for unit in line.story.state.units.by_id.values()
        if unit.incident_id == elsewhere and left in unit.people
    ]  # fmt: skip
    assert called, "the story needs them to be called again"

    line.story.when(RestoreIncident, incident_id=elsewhere)

    assert called[0].unit_id in {it.unit_id for it in line.story.all(UnitStoodDown)}
    assert line.unit.stage is Stage.FORMED


def test_a_roll_call_of_those_at_work_stays_open_when_supply_is_back(line: Line) -> None:
    line.story.when(CallRoll, incident_id=line.incident_id).then_includes(RollCallOpened)

    feed_says_gone(line)

    line.goes_on()
    assert line.story.state.command.roll_calls


def test_makeshift_power_alarms_too_and_the_unit_works_on_after_the_task(line: Line) -> None:
    line.story.when(RestoreIncident, incident_id=line.incident_id, temporary=True)
    line.story.then_includes(EscalationStarted)

    line.over()
    line.story.then_not(UnitStoodDown)

    line.story.when(RestoreIncident, incident_id=line.incident_id).then_includes(UnitStoodDown)


def test_a_reopened_incident_keeps_its_unit_when_the_work_has_ended(line: Line) -> None:
    desk_says_restored(line)
    line.story.when(ReopenIncident, incident_id=line.incident_id, reason="still dark")

    line.over()
    line.story.then_not(UnitStoodDown, AssignmentReleased)


def test_work_that_has_not_begun_binds_nobody() -> None:
    story = Line().story
    (ticket_id,) = story.state.safety.tickets
    over(story, ticket_id)
    (incident_id,) = story.state.incidents.by_id

    story.when(RestoreIncident, incident_id=incident_id).then_includes(UnitStoodDown)
    story.then_not(EscalationStarted)


def test_people_are_let_go_in_one_place_only() -> None:
    """Whoever lets somebody go asks there whether they are at work."""
    domain = Path(__file__).parents[2] / "coordinator" / "domain"
    made = {
        (node.func.id, file.name)
        for file in sorted(domain.rglob("*.py"))
        for case in [ast.parse(file.read_text(encoding="utf-8"))]
        for node in _calls_outside_patterns(case)
        if isinstance(node.func, ast.Name)
    }

    for kind in ("UnitStoodDown", "AssignmentReleased"):
        assert {file for name, file in made if name == kind} == {"at_work.py"}


def _calls_outside_patterns(tree: ast.AST) -> list[ast.Call]:
    # A `case UnitStoodDown():` is no call: all calls are makings.
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
