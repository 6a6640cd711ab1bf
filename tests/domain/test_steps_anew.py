"""Work that supply may have come back to goes on by no step of before, whatever kind it is and by
whichever way it goes on.
"""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.state.safety import TicketStage
from schemas.events.notice import SignalRefused
from schemas.events.safety import SafetyOverrideEnded
from schemas.events.ticket import SupplyReportedBack, TicketHandedOver, WorkStarted
from schemas.roster import Certificate
from schemas.sentences import work
from schemas.signals.assignment import AbortAssignment
from schemas.signals.incident import RestoreIncident
from schemas.signals.roster import ImportRoster
from schemas.signals.safety import OverrideSafety
from schemas.signals.site import SiteSupplyReported
from schemas.signals.ticket import ConfirmInterlock, HandOverTicket, StartWork
from schemas.vocabulary import Clearance, Interlock, Role, Skill, TicketRole, WorkKind
from tests.county import HOSPITAL
from tests.domain.line import PERMITTER, Line, by, cleared, made_safe, made_safe_anew, over
from tests.domain.test_task_tickets import Rebuilding
from tests.story import HOUR, MINUTE

SAFE = {Interlock.SWITCHING, Interlock.VERIFIED_DEAD, Interlock.GROUNDING}
KINDS = [
    (WorkKind.LINE_REPAIR, Interlock.SWITCHING),
    (WorkKind.WORK_AT_HEIGHT, Interlock.SWITCHING),
    (WorkKind.GENERATOR_SUPPLY, Interlock.SWITCHING),
    (WorkKind.TREE_CUTTING, Interlock.PERMIT),
    (WorkKind.RELAY_WORK, Interlock.SWITCHING),
]


def restored(line: Line) -> None:
    line.story.when(RestoreIncident, incident_id=line.incident_id)


def refused(line: Line) -> Any:
    return line.story.the(SignalRefused)


def started(line: Line, who: str) -> None:
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(who))


def begun(kind: WorkKind) -> Line:
    """Begin work of a kind, by people who have every certificate it takes."""
    line = Line()
    line.over()
    people = {"crew": line.crew}
    if kind is WorkKind.RELAY_WORK:
        people = {"crew": tuple(line.others[:2])}
        _certified(line, people["crew"])
    ticket_id = line.drafted(line.work_leader, kind=kind, guardian=line.leader, **people)
    made_safe(line.story, ticket_id)
    line.story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader)).then(WorkStarted)
    line.ticket_id = ticket_id
    return line


def _certified(line: Line, crew: tuple[str, ...]) -> None:
    relay = Certificate(skill=Skill.RELAY, number="R-1", valid_until=line.story.at + 100 * HOUR)
    people = tuple(
        replace(line.story.state.roster.members[it].person, certificates=(relay,)) for it in crew
    )
    line.story.when(ImportRoster, people=people)


@pytest.mark.parametrize(("kind", "first"), KINDS)
def test_work_of_every_kind_needs_its_steps_anew_after_word_of_supply(
    kind: WorkKind, first: Interlock
) -> None:
    line = begun(kind)
    restored(line)
    assert line.story.the(SupplyReportedBack).alarm
    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)

    started(line, line.work_leader)

    assert refused(line).rule == work.INTERLOCKS_BEFORE_WORK
    assert refused(line).value == first
    made_safe_anew(line.story, line.ticket_id)
    started(line, line.work_leader)
    line.story.then(WorkStarted)


def handed_over(line: Line) -> str:
    """Another leads the work from now on."""
    new = str(line.others[0])
    line.story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.LEADER, to=new,
                    reason="tired").then_includes(TicketHandedOver)  # fmt: skip
    return new


def followed(line: Line) -> str:
    """Who led it had to leave, and another follows."""
    line.story.when(AbortAssignment, assignment_id=line.assignment(line.work_leader),
                    reason="hurt", **by(line.work_leader))  # fmt: skip
    return handed_over(line)


def resumed(line: Line) -> str:
    return str(line.work_leader)


@pytest.mark.parametrize("goes_on", [resumed, handed_over, followed])
def test_whoever_goes_on_with_it_does_the_steps_anew(goes_on: Callable[[Line], str]) -> None:
    line = Line()
    restored(line)
    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)
    leader = goes_on(line)

    started(line, leader)
    assert refused(line).value == Interlock.SWITCHING
    assert SAFE.isdisjoint(line.story.state.safety.tickets[line.ticket_id].confirmed)

    said = {"ticket_id": line.ticket_id, "reference": "T-1"}
    line.story.when(ConfirmInterlock, interlock=Interlock.SWITCHING, confirmed_by="permit-desk",
                    **said, **PERMITTER)  # fmt: skip
    # It is dead and grounded by the word of who is there, and of nobody else.
    line.story.when(ConfirmInterlock, interlock=Interlock.VERIFIED_DEAD,
                    confirmed_by="permit-desk", **said, **PERMITTER)  # fmt: skip
    assert refused(line).rule == work.GROUNDING_BY_WHO_IS_THERE
    made_safe_anew(line.story, line.ticket_id)
    cleared_and_begun(line, leader)


def cleared_and_begun(line: Line, leader: str) -> None:
    started(line, leader)
    line.story.then(WorkStarted)


def test_a_ticket_of_a_task_and_its_planned_work_too() -> None:
    it = Rebuilding(hours=(1, 5))
    it.story.when(SiteSupplyReported, site_id=HOSPITAL, supply="grid")
    it.story.then_includes(SupplyReportedBack)
    cleared(it.story, it.ticket_id, Clearance.PEOPLE_OFF)

    assert SAFE.isdisjoint(it.story.state.safety.tickets[it.ticket_id].confirmed)


def test_word_between_the_count_and_the_next_start_takes_the_steps_with_it() -> None:
    line = begun(WorkKind.RELAY_WORK)
    cleared(line.story, line.ticket_id)

    restored(line)

    # Nobody is at the line to be alarmed; who goes back to it does the steps anew.
    assert line.story.the(SupplyReportedBack).alarm is False
    started(line, line.work_leader)
    assert refused(line).value == Interlock.SWITCHING


def test_what_was_set_aside_before_the_word_is_set_aside_no_more() -> None:
    line = Line()
    line.over()
    line.ticket_id = ticket_id = line.drafted(
        line.work_leader, line.crew, kind=WorkKind.GENERATOR_SUPPLY, guardian=line.leader
    )
    made_safe(line.story, ticket_id, Interlock.PERMIT)
    line.story.when(
        OverrideSafety, rule="interlock", ticket_id=ticket_id, interlock=Interlock.SWITCHING,
        approver="chief", reason="no switch there", valid_until=line.story.at + 30 * MINUTE,
        actor_id="chief", actor_role=Role.COMMANDER,
    )  # fmt: skip
    started(line, line.work_leader)
    restored(line)
    cleared(line.story, ticket_id, Clearance.PEOPLE_OFF)

    started(line, line.work_leader)

    assert refused(line).value == Interlock.SWITCHING
    held = line.story.state.safety.tickets[ticket_id]
    assert held.stage is TicketStage.STOPPED
    assert not held.overridden
    assert not held.set_aside_by
    line.story.after(HOUR).then_not(SafetyOverrideEnded)


def test_a_ticket_that_has_finished_hears_no_word_of_supply() -> None:
    line = begun(WorkKind.RELAY_WORK)
    over(line.story, line.ticket_id)
    restored(line)
    line.story.then_not(SupplyReportedBack)
