"""Every word that supply is back reaches who is on a line there, by whichever way it comes."""

from typing import Any

from schemas.events.incident import (
    IncidentReopened,
    IncidentRestored,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.planned_work import PlannedWorkCancelled, PlannedWorkOver, WorkPlanned
from schemas.events.safety import SafetyOverrideEnded
from schemas.events.site import SiteSupplyChanged
from schemas.events.ticket import (
    InterlockConfirmed,
    SupplyBackOver,
    SupplyReportedBack,
    TicketCancelled,
    WorkStarted,
)
from schemas.signals.incident import (
    Extent,
    MergeIncidents,
    OutageGone,
    OutageReported,
    ReopenIncident,
    RestoreIncident,
    SplitIncident,
)
from schemas.signals.planned_work import CancelPlannedWork
from schemas.signals.safety import OverrideSafety, WithdrawOverride
from schemas.signals.site import SiteSupplyReported
from schemas.signals.ticket import ConfirmInterlock, IssueTicket, StartWork
from schemas.vocabulary import AreaClass, Clearance, Interlock, NoticeKind, Recipient, Role
from tests.county import FAR, HERE, HOSPITAL, outage, unit_on_scene
from tests.domain.line import ISSUER, PERMITTER, Line, by, cleared, made_safe, made_safe_anew, over
from tests.domain.test_planned_work import work
from tests.domain.test_task_tickets import Rebuilding, until
from tests.story import HOUR, MINUTE, START, Story

CHIEF: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}


def refusal(story: Story) -> Any:
    return story.the(SignalRefused)


def set_aside(line: Line, ticket_id: str) -> None:
    line.story.when(
        OverrideSafety, rule="interlock", ticket_id=ticket_id, interlock=Interlock.SWITCHING,
        approver="chief", reason="no switch there", valid_until=line.story.at + 30 * MINUTE,
        **CHIEF,
    )  # fmt: skip


def under_an_override() -> tuple[Line, str]:
    """Begin work on a line that was verified dead while its isolation was set aside."""
    line = Line()
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew)
    made_safe(line.story, ticket_id, Interlock.PERMIT)
    set_aside(line, ticket_id)
    made_safe(line.story, ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    line.story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader)).then(WorkStarted)
    return line, ticket_id


def test_isolation_that_is_set_aside_no_longer_takes_verified_dead_with_it() -> None:
    line, ticket_id = under_an_override()
    line.story.after(31 * MINUTE).then_includes(SafetyOverrideEnded)

    set_aside(line, ticket_id)
    line.story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader)).then(SignalRefused)
    assert refusal(line.story).value == Interlock.VERIFIED_DEAD


def test_so_does_one_that_is_withdrawn_and_not_one_that_was_done_meanwhile() -> None:
    for done in (False, True):
        line, ticket_id = under_an_override()
        if done:
            made_safe(line.story, ticket_id, Interlock.SWITCHING)
        line.story.when(WithdrawOverride, ticket_id=ticket_id, interlock=Interlock.SWITCHING,
                        reason="x", **CHIEF)  # fmt: skip

        held = line.story.state.safety.tickets[ticket_id].confirmed
        assert (Interlock.VERIFIED_DEAD in held) is done


def test_a_second_word_takes_back_what_was_verified_since_the_first() -> None:
    line = Line()
    line.story.when(RestoreIncident, incident_id=line.incident_id)
    made_safe(line.story, line.ticket_id, Interlock.SWITCHING, Interlock.VERIFIED_DEAD)

    line.story.when(RestoreIncident, incident_id=line.incident_id)
    line.story.then_includes(IncidentRestored, SupplyReportedBack)

    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))
    assert refusal(line.story).value == Interlock.SWITCHING


def test_nothing_but_the_count_ends_the_alarm() -> None:
    line = Line()
    line.story.when(RestoreIncident, incident_id=line.incident_id)

    line.story.when(ReopenIncident, incident_id=line.incident_id, reason="dark again")
    line.story.then_includes(IncidentReopened).then_not(SupplyBackOver)

    cleared(line.story, line.ticket_id, Clearance.PEOPLE_OFF)
    line.story.then_includes(SupplyBackOver)


def test_a_site_that_has_supply_is_said_to_have_it_again_while_people_are_at_work() -> None:
    it, said = Rebuilding(hours=(1, 5)), {"site_id": HOSPITAL, "supply": "grid"}
    it.story.when(SiteSupplyReported, **said)
    it.story.then_includes(SiteSupplyChanged, SupplyReportedBack)
    cleared(it.story, it.ticket_id, Clearance.PEOPLE_OFF)
    made_safe_anew(it.story, it.ticket_id)
    it.story.when(StartWork, ticket_id=it.ticket_id, **by(it.people[2])).then(WorkStarted)

    it.story.when(SiteSupplyReported, **said)
    it.story.then_includes(SiteSupplyChanged, SupplyReportedBack)

    over(it.story, it.ticket_id)
    it.story.when(SiteSupplyReported, **said).then()


def test_a_part_that_is_split_off_and_restored_is_a_word_to_who_works_at_the_rest() -> None:
    line = Line()
    device = line.story.state.incidents.by_id[line.incident_id].device
    more = {"source": "95598", "dedup_key": "2", "device": device, "place": HERE}
    line.story.when(OutageReported, area_class=AreaClass.URBAN, extent=Extent(customers_out=9),
                    actor_id="feed", actor_role=Role.FEED, **more)  # fmt: skip
    line.story.then_includes(ReportJoined)
    line.story.when(SplitIncident, incident_id=line.incident_id, dedup_keys=("2",), reason="x")
    part = max(line.story.state.incidents.by_id)
    assert part != line.incident_id

    line.story.when(RestoreIncident, incident_id=part).then_includes(SupplyReportedBack)


def test_what_was_merged_in_or_joined_brings_its_circuit() -> None:
    it = Rebuilding(hours=(1, 5))
    one, other = outage(it.story, key="a"), outage(it.story, key="b", circuit="C-7", place=FAR)
    units = tuple(it.story.state.units.by_incident.get(other, ()))
    it.story.when(
        MergeIncidents, into=one, incident_ids=(other,), stands_down=units, reason="one fault"
    )

    it.story.when(RestoreIncident, incident_id=other).then_includes(SupplyReportedBack)


def test_an_incident_restored_before_the_ticket_began_and_said_to_be_back_again_is_heard() -> None:
    it = Rebuilding(hours=(1, 5))
    over(it.story, it.ticket_id)
    beside = outage(it.story, key="x", circuit="C-7")
    it.story.when(RestoreIncident, incident_id=beside)
    ticket_id = it.drafted(task_id=it.task_id)
    made_safe(it.story, ticket_id)
    it.story.when(StartWork, ticket_id=ticket_id, **by(it.people[2])).then(WorkStarted)

    it.story.when(OutageGone, source="95598", dedup_key="x", reason="restored",
                  actor_id="feed", actor_role=Role.FEED)  # fmt: skip
    it.story.then_includes(ReportWithdrawn, SupplyReportedBack)
    assert beside


def test_paper_for_planned_work_that_is_dropped_or_over_is_not_used() -> None:
    for ends in (False, True):
        it = Rebuilding(hours=(1, 5))
        over(it.story, it.ticket_id)
        ticket_id = it.drafted(task_id=it.task_id)
        it.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
        if ends:
            until(it.story, 5)
            it.story.then_includes(PlannedWorkOver, TicketCancelled)
        else:
            it.story.when(CancelPlannedWork, work_id=it.work_id, reason="x")
            it.story.then_includes(PlannedWorkCancelled, TicketCancelled)


def test_no_step_is_taken_before_the_hours_of_the_planned_work() -> None:
    it = Rebuilding()
    over(it.story, it.ticket_id)
    work(it.story, START + 20 * HOUR, START + 24 * HOUR)
    ticket_id = it.drafted(task_id=it.task_id, work_id=it.story.the(WorkPlanned).work_id)
    it.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    permit = {"ticket_id": ticket_id, "interlock": Interlock.PERMIT, "reference": "T-1",
              "confirmed_by": "permit-desk", **PERMITTER}  # fmt: skip

    it.story.when(ConfirmInterlock, **permit).then(SignalRefused)
    assert refusal(it.story).field == "work_id"
    until(it.story, 20)
    it.story.when(ConfirmInterlock, **permit).then_includes(InterlockConfirmed)


def test_no_step_of_a_draft_is_set_aside() -> None:
    line = Line()
    line.over()
    ticket_id = line.drafted(line.work_leader, line.crew)

    set_aside(line, ticket_id)

    assert refusal(line.story).field == "ticket_id"


def test_a_merge_makes_no_line_ready_over_a_living_ticket() -> None:
    line = Line()
    other, unit_id = unit_on_scene(line.story, key="b", place=FAR, device="T-9")
    people = sorted(line.story.state.units.by_id[unit_id].people)
    ticket_id = line.drafted(people[0], tuple(people[:2]), incident_id=other, unit_id=unit_id)
    made_safe(line.story, ticket_id)
    line.story.when(StartWork, ticket_id=ticket_id, **by(people[0])).then(WorkStarted)
    over(line.story, ticket_id)
    state = line.story.state
    assert state.incidents.by_id[other].ready_to_energise_at is not None
    units = tuple(state.units.by_incident.get(other, ()))
    line.story.when(MergeIncidents, into=line.incident_id, incident_ids=(other,),
                    stands_down=units, reason="x")  # fmt: skip

    assert line.story.state.incidents.by_id[line.incident_id].ready_to_energise_at is None


def test_the_alarm_over_people_on_a_line_is_never_given_up_and_can_always_be_taken_on() -> None:
    line = Line()
    line.story.when(RestoreIncident, incident_id=line.incident_id)

    for _ in range(40):
        line.story.after(3 * MINUTE)
        (escalation_id,) = line.story.state.escalations.by_subject[line.ticket_id]
        assert line.story.state.escalations.by_id[escalation_id].step >= 0
        assert line.story.state.timers.get("escalation", escalation_id) is not None


def test_that_a_line_is_ready_is_told_to_the_desk() -> None:
    line = Line()

    over(line.story, line.ticket_id)

    told = [it for it in line.story.all(NoticeRaised) if it.kind is NoticeKind.READY_TO_ENERGISE]
    assert [(it.recipient, it.about) for it in told] == [(Recipient.DISPATCHER, line.incident_id)]
