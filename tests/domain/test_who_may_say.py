"""A member says what is of their own work: nobody speaks for a unit or a site of others."""

from typing import Any

import pytest

from coordinator.domain.member_rights import ANYBODY, BY_RELATION
from schemas import catalogue
from schemas.events.branch import ConductRecorded
from schemas.events.command import RollAnswered, RollCallOpened
from schemas.events.escalation import EscalationPaused
from schemas.events.incident import IncidentControlled, IncidentRestored, IncidentUpdated
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.operation import CheckedIn
from schemas.events.ticket import InterlockConfirmed, WorkFinished, WorkStarted, WorkStopped
from schemas.events.unit import UnitFormed
from schemas.roles import CAPABILITIES, Capability, can
from schemas.sentences import rights
from schemas.signals.assignment import (
    AcceptAssignment,
    Arrive,
    FinishAssignment,
)
from schemas.signals.branch import ReportConduct
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll, EstablishCommand
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.signals.incident import (
    ControlIncident,
    Extent,
    ExtentReported,
    OutageGone,
    OutageReported,
    OutageUpdated,
    RestoreIncident,
)
from schemas.signals.operation import CheckIn, ReportPreparation, SupplyInterrupted
from schemas.signals.safety import Weather, WeatherReported
from schemas.signals.site import SiteSupplyReported
from schemas.signals.ticket import (
    ConfirmInterlock,
    FinishWork,
    PauseWork,
    StartWork,
    WithdrawInterlock,
)
from schemas.signals.unit import CallMuster
from schemas.vocabulary import CrewStatus, Heard, Interlock, Role
from tests.county import HERE, HOSPITAL, county, everybody, member, outage, person, unit_on_scene
from tests.domain.line import Line, cleared
from tests.domain.test_branch import approved
from tests.domain.test_operation import GUARDS, guarding
from tests.story import MINUTE, Story

STRANGER = member(1, 15)


def by(member_id: str) -> dict[str, Any]:
    return {"actor_id": member_id, "actor_role": Role.MEMBER}


def refused(story: Story, who: str) -> SignalRefused:
    """The last signal was refused, for who said it."""
    told = story.the(SignalRefused)
    assert len(story.events) == 1
    assert told.field == "actor_id"
    assert who in str(told.value)
    return told


@pytest.fixture
def line() -> Line:
    return Line()


def test_every_signal_of_a_member_is_anybodys_or_asks_who_they_are() -> None:
    """Whoever adds a signal for members says in one of the two tables who of them may send it."""
    theirs = {model for model in catalogue.SIGNALS.values() if can(Role.MEMBER, model.needs)}

    assert set(BY_RELATION) | set(ANYBODY) == theirs
    assert not set(BY_RELATION) & set(ANYBODY)


@pytest.mark.parametrize("type_", sorted(catalogue.SIGNALS))
def test_every_signal_says_for_itself_what_its_sender_needs(type_: str) -> None:
    """None has it from a kind above it: what is opened to whom is said where the signal is."""
    assert isinstance(vars(catalogue.SIGNALS[type_]).get("needs"), Capability)


def test_every_capability_is_somebodys_and_every_role_has_some() -> None:
    assert set(CAPABILITIES) == set(Role)
    assert set().union(*CAPABILITIES.values()) == set(Capability)


@pytest.mark.parametrize("kind", list(Interlock))
def test_an_off_duty_member_of_no_unit_confirms_no_interlock(line: Line, kind: Interlock) -> None:
    said: dict[str, Any] = {"ticket_id": line.ticket_id, "interlock": kind, "reference": "T-2"}

    line.story.when(ConfirmInterlock, confirmed_by=STRANGER, **by(STRANGER), **said)

    refused(line.story, STRANGER)
    # Nor does the desk write down that such a member has confirmed it.
    line.story.when(ConfirmInterlock, confirmed_by=STRANGER, **said)
    assert line.story.the(SignalRefused).field == "confirmed_by"
    line.story.when(WithdrawInterlock, ticket_id=line.ticket_id, interlock=kind, reason="x",
                    **by(STRANGER))  # fmt: skip
    refused(line.story, STRANGER)


def test_people_of_the_unit_confirm_with_their_hands_and_who_commands_does_not(line: Line) -> None:
    commander = member(1, 14)
    line.story.when(EstablishCommand, incident_id=line.incident_id, commander_id=commander)
    said: dict[str, Any] = {
        "ticket_id": line.ticket_id, "interlock": Interlock.GROUNDING, "reference": "T-2",
    }  # fmt: skip

    for who in (line.leader, line.crew[0]):
        line.story.when(ConfirmInterlock, confirmed_by=who, **by(who), **said)
        line.story.then(InterlockConfirmed)
    line.story.when(ConfirmInterlock, confirmed_by=line.crew[1], heard=Heard.RADIO, **said)
    line.story.then(InterlockConfirmed)
    switching = said | {"interlock": Interlock.SWITCHING}
    line.story.when(ConfirmInterlock, confirmed_by=commander, **by(commander), **switching)
    assert line.story.the(SignalRefused).field == "confirmed_by"
    line.story.when(ConfirmInterlock, confirmed_by=line.crew[0], **by(line.crew[0]), **switching)
    line.story.then(InterlockConfirmed)


@pytest.mark.parametrize("name", ["permit-desk", "desk-1", "nobody-at-all", member(1, 14)])
def test_the_grounding_is_confirmed_by_nobody_who_is_not_there(line: Line, name: str) -> None:
    line.story.when(EstablishCommand, incident_id=line.incident_id, commander_id=member(1, 14))

    line.story.when(ConfirmInterlock, ticket_id=line.ticket_id, interlock=Interlock.GROUNDING,
                    confirmed_by=name, reference="T-2")  # fmt: skip

    assert line.story.the(SignalRefused).field == "confirmed_by"


def test_the_desk_names_who_is_there_to_end_the_work(line: Line) -> None:
    cleared(line.story, line.ticket_id)
    for named in ({}, {"reported_by": STRANGER}, {"reported_by": member(1, 14)}):
        line.story.when(FinishWork, ticket_id=line.ticket_id, **named)
        assert line.story.the(SignalRefused).field == "reported_by"

    line.story.when(FinishWork, ticket_id=line.ticket_id, reported_by=line.crew[0]).then_includes(
        WorkFinished
    )


def test_who_was_only_offered_a_place_in_the_unit_confirms_nothing() -> None:
    story = county(size=16)
    incident_id = outage(story, extent=Extent(customers_out=2_000))
    unit_id = story.the(UnitFormed).unit_id
    first = min(story.state.units.by_id[unit_id].people)
    for told in (ControlIncident, RestoreIncident):
        story.when(told, incident_id=incident_id, **by(first))
        refused(story, first)
    assignment_id = story.state.units.by_id[unit_id].people[first]

    story.when(AcceptAssignment, assignment_id=assignment_id, **by(first))

    story.when(ControlIncident, incident_id=incident_id, **by(first))
    refused(story, first)
    story.when(Arrive, assignment_id=assignment_id, **by(first))
    story.when(ControlIncident, incident_id=incident_id, **by(first)).then(IncidentControlled)


def test_a_stranger_neither_starts_nor_finishes_work_but_may_stop_it(line: Line) -> None:
    line.story.when(FinishWork, ticket_id=line.ticket_id, **by(STRANGER))
    refused(line.story, STRANGER)

    # Whoever sees danger stops the work.
    line.story.when(PauseWork, ticket_id=line.ticket_id, reason="a wire moves", **by(STRANGER))
    line.story.then_includes(WorkStopped)
    told = line.story.the(NoticeRaised)
    assert set(told.targets) == set(line.at_work)

    line.story.when(StartWork, ticket_id=line.ticket_id, **by(STRANGER))
    refused(line.story, STRANGER)
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.crew[0])).then(SignalRefused)
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkStarted)
    cleared(line.story, line.ticket_id)
    line.story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
    line.story.then_includes(WorkFinished)


def test_people_of_another_unit_do_not_speak_for_this_one(line: Line) -> None:
    other_incident = outage(line.story, "77", extent=Extent(customers_out=2_000))
    other = line.story.the(UnitFormed).unit_id
    everybody(line.story, other, AcceptAssignment, Arrive)
    theirs = min(line.story.state.units.by_id[other].people)

    for told in (ControlIncident, RestoreIncident):
        line.story.when(told, incident_id=line.incident_id, **by(theirs))
        refused(line.story, theirs)
    line.story.when(FinishWork, ticket_id=line.ticket_id, **by(theirs))
    refused(line.story, theirs)
    line.story.when(RestoreIncident, incident_id=other_incident, **by(theirs))
    line.story.then_includes(IncidentRestored)


@pytest.mark.parametrize("told", [ControlIncident, RestoreIncident])
def test_who_commands_the_incident_declares_it(line: Line, told: type[Any]) -> None:
    line.story.when(told, incident_id=line.incident_id, **by(STRANGER))
    refused(line.story, STRANGER)
    line.story.when(EstablishCommand, incident_id=line.incident_id, commander_id=STRANGER)

    line.story.when(told, incident_id=line.incident_id, **by(STRANGER))

    line.story.then_not(SignalRefused)


def test_who_was_there_tells_late_what_was_so_while_they_were_there() -> None:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    unit = story.state.units.by_id[unit_id]
    who, assignment_id = min(it for it in unit.people.items() if unit.roles[it[0]] != "leader")
    story.after(10 * MINUTE)
    story.when(FinishAssignment, assignment_id=assignment_id, **by(who))
    left_at = story.at
    story.after(10 * MINUTE)

    story.when(RestoreIncident, incident_id=incident_id, **by(who))
    refused(story, who)
    story.when(RestoreIncident, incident_id=incident_id, occurred_at=left_at - MINUTE, **by(who))

    assert story.the(IncidentRestored).happened_at == left_at - MINUTE


def test_a_stranger_says_nothing_of_an_incident_of_others(line: Line) -> None:
    of: dict[str, Any] = {"source": "95598", "dedup_key": "1"}
    line.story.when(ExtentReported, incident_id=line.incident_id, extent=Extent(customers_out=1),
                    corrected=True, **by(STRANGER))  # fmt: skip
    refused(line.story, STRANGER)
    line.story.when(OutageUpdated, crew_status=CrewStatus.ON_SITE, **of, **by(STRANGER))
    refused(line.story, STRANGER)

    line.story.when(ExtentReported, incident_id=line.incident_id, extent=Extent(customers_out=1),
                    corrected=True, **by(line.leader))  # fmt: skip
    line.story.then_includes(IncidentUpdated)
    line.story.when(OutageUpdated, cause="a tree", **of, **by(line.leader))
    line.story.then_includes(IncidentUpdated)


def test_anybody_reports_an_outage_but_does_not_change_what_others_reported_by_it() -> None:
    story = county()
    own: dict[str, Any] = {"source": "app", "dedup_key": "m", "place": HERE}
    mine = story.when(OutageReported, **own, **by(STRANGER)).state.incidents.by_report["app|m"]
    story.when(OutageReported, extent=Extent(customers_out=7), **own, **by(STRANGER))
    assert story.state.incidents.by_id[mine].extent.customers_out == 7
    other = outage(story, "1")
    of: dict[str, Any] = {"source": "95598", "dedup_key": "1", "place": HERE}

    story.when(OutageReported, extent=Extent(customers_out=9_000), **of, **by(STRANGER))

    story.then_not(IncidentUpdated)
    assert story.state.incidents.by_id[other].extent.customers_out == 20
    story.when(OutageReported, source="app", dedup_key="n", place=HERE,
               crew_status=CrewStatus.ON_SITE, **by(STRANGER))  # fmt: skip
    refused(story, STRANGER)


def test_the_weather_is_told_by_who_is_out_in_it(line: Line) -> None:
    line.story.when(WeatherReported, weather=Weather(thunder=True))

    line.story.when(WeatherReported, weather=Weather(), **by(STRANGER))

    refused(line.story, STRANGER)
    line.story.when(WeatherReported, weather=Weather(), **by(line.leader)).then_not(SignalRefused)


def test_the_supply_of_a_site_is_told_by_its_guards_and_by_who_works_there() -> None:
    story = county(size=16)
    here: dict[str, Any] = {"site_id": HOSPITAL, "supply": "own"}
    story.when(SiteSupplyReported, **here, **by(STRANGER))
    refused(story, STRANGER)
    unit_on_scene(story, circuit="C-7", extent=Extent(customers_out=2_000))
    ((_, unit),) = story.state.units.by_id.items()

    story.when(SiteSupplyReported, **here, **by(min(unit.people))).then_not(SignalRefused)


def test_at_a_guarded_site_those_posted_there_speak_each_for_themselves() -> None:
    story, operation_id = guarding()
    at: dict[str, Any] = {"operation_id": operation_id, "site_id": HOSPITAL}
    checks: dict[str, Any] = {**at, "kind": "patrol"}

    story.when(CheckIn, member_id=GUARDS[0], **checks, **by(STRANGER))
    refused(story, STRANGER)
    story.when(CheckIn, member_id=GUARDS[1], **checks, **by(GUARDS[0]))
    assert story.the(SignalRefused).rule == rights.ONLY_FOR_ONESELF
    story.when(SupplyInterrupted, interrupted=True, reason="x", **at, **by(STRANGER))
    refused(story, STRANGER)
    story.when(ReportPreparation, step="danger_found", danger="wet", **at, **by(STRANGER))
    refused(story, STRANGER)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", **by(STRANGER))
    refused(story, STRANGER)

    story.when(CheckIn, member_id=GUARDS[0], **checks, **by(GUARDS[0])).then_includes(CheckedIn)
    for kind, said in (
        (SupplyInterrupted, {**at, "interrupted": True, "reason": "x"}),
        (ReportPreparation, {**at, "step": "danger_found", "danger": "wet"}),
        (SiteSupplyReported, {"site_id": HOSPITAL, "supply": "own"}),
    ):
        story.when(kind, **said, **by(GUARDS[0])).then_not(SignalRefused)


def test_a_leader_answers_the_roll_for_their_own_unit_only_and_while_they_lead_it() -> None:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    unit = story.state.units.by_id[unit_id]
    story.when(CallMuster, incident_id=incident_id, need=unit.need, reason="more")
    other = story.state.units.by_id[story.the(UnitFormed).unit_id]
    everybody(story, other.unit_id, AcceptAssignment, Arrive)
    leader = next(it for it in unit.people if unit.roles[it] == "leader")
    mine = tuple(sorted({*unit.people} - {leader}))
    story.when(CallRoll, incident_id=incident_id)
    roll = story.the(RollCallOpened).roll_call_id
    everyone = (*mine, *sorted(other.people))

    story.when(AnswerRoll, roll_call_id=roll, member_ids=everyone, **by(leader))
    assert story.the(SignalRefused).rule == rights.ANSWERS_FOR_SELF_OR_UNIT
    story.when(AnswerRoll, roll_call_id=roll, member_ids=mine[:1], **by(leader)).then(RollAnswered)
    story.when(
        FinishAssignment, assignment_id=unit.people[leader], leads_now=mine[-1], **by(leader)
    )

    story.when(AnswerRoll, roll_call_id=roll, member_ids=mine[1:], **by(leader))
    story.then(SignalRefused)
    story.when(EstablishCommand, incident_id=incident_id, commander_id=STRANGER)
    story.when(AnswerRoll, roll_call_id=roll, member_ids=mine[1:], **by(STRANGER))
    story.then(RollAnswered)


def test_an_escalation_is_taken_on_by_whom_it_reached(line: Line) -> None:
    line.story.when(CallHelp, member_id=line.crew[0], **by(line.crew[0]))
    climbs = {it.about: id_ for id_, it in line.story.state.escalations.by_id.items()}
    (help_call,) = line.story.state.command.help_calls

    line.story.when(AcknowledgeEscalation, escalation_id=climbs[help_call], **by(STRANGER))
    refused(line.story, STRANGER)
    line.story.when(EstablishCommand, incident_id=line.incident_id, commander_id=STRANGER)
    line.story.when(AcknowledgeEscalation, escalation_id=climbs[help_call], **by(STRANGER))
    line.story.then(EscalationPaused)


def test_who_is_asked_again_takes_on_the_escalation_about_themselves() -> None:
    story = county()
    outage(story)
    ((_, unit),) = story.state.units.by_id.items()
    story.after(5 * MINUTE)
    asked, assignment_id = min(unit.people.items())
    climbs = {it.about: id_ for id_, it in story.state.escalations.by_id.items()}
    held = climbs[assignment_id]

    story.when(AcknowledgeEscalation, escalation_id=held, **by(STRANGER))
    refused(story, STRANGER)
    story.when(AcknowledgeEscalation, escalation_id=held, **by(asked)).then(EscalationPaused)


def test_conduct_is_recorded_by_who_takes_part_in_the_branch() -> None:
    story, branch_id, people = approved()
    said: dict[str, Any] = {"branch_id": branch_id, "member_id": people[1], "text": "first"}

    story.when(ReportConduct, **said, **by("mem_nobody"))
    refused(story, "mem_nobody")
    story.when(ReportConduct, **said, **by(people[0])).then(ConductRecorded)


@pytest.mark.parametrize(
    "kind", [ConfirmInterlock, StartWork, FinishWork, ControlIncident, RestoreIncident]
)
def test_a_feed_says_nothing_of_work_and_restores_only_its_own(line: Line, kind: type[Any]) -> None:
    fields: dict[str, Any] = {
        "ticket_id": line.ticket_id, "incident_id": line.incident_id, "reference": "x",
        "interlock": Interlock.GROUNDING, "confirmed_by": "feed",
    }  # fmt: skip
    known = {it: value for it, value in fields.items() if it in kind.model_fields}

    line.story.when(kind, actor_role=Role.FEED, actor_id="feed", **known)

    assert line.story.the(SignalRefused).rule == rights.ROLE_MAY_NOT_SEND_THIS
    line.story.when(OutageGone, actor_role=Role.FEED, actor_id="feed", source="95598",
                    dedup_key="1").then_includes(IncidentRestored)  # fmt: skip


def test_the_stranger_is_on_the_roster_and_of_no_unit(line: Line) -> None:
    assert person(1, 15).member_id == STRANGER
    assert line.story.state.roster.members[STRANGER].assignment_id is None
