"""Word that supply is back somewhere reaches who is on a line there, over splits and merges."""

from schemas.events.incident import IncidentOpened, IncidentSplit, ReportWithdrawn
from schemas.events.ticket import SupplyReportedBack, WorkStarted
from schemas.signals.incident import (
    Extent,
    MergeIncidents,
    OutageGone,
    OutageReported,
    RestoreIncident,
    SplitIncident,
)
from schemas.signals.operation import OpenOperation, StartGuard, SupplyDisturbed
from schemas.signals.ticket import StartWork
from schemas.vocabulary import ActivationBasis, AreaClass, GuaranteeLevel, Role
from tests.county import FAR, HERE, HOSPITAL, outage
from tests.domain.line import Line, by, made_safe, over
from tests.domain.test_task_tickets import Rebuilding
from tests.story import DAY, HOUR, SECOND, Story

FEED = {"actor_id": "feed", "actor_role": Role.FEED}


def reported_of(story: Story, incident_id: str, *keys: str, circuit: str | None = None) -> None:
    """Let more customers of an incident's device report."""
    device = story.state.incidents.by_id[incident_id].device
    for key in keys:
        story.when(
            OutageReported, source="95598", dedup_key=key, device=device, circuit=circuit,
            place=HERE, area_class=AreaClass.URBAN, extent=Extent(customers_out=3), **FEED,
        )  # fmt: skip


def split(story: Story, incident_id: str, *keys: str) -> str:
    story.when(SplitIncident, incident_id=incident_id, dedup_keys=keys, reason="two faults")
    story.then_includes(IncidentSplit, IncidentOpened)
    return story.the(IncidentOpened).incident_id


def merged(story: Story, gone: str, *, into: str) -> None:
    units = tuple(story.state.units.by_incident.get(gone, ()))
    story.when(
        MergeIncidents, into=into, incident_ids=(gone,), stands_down=units, reason="one fault"
    )
    assert story.state.incidents.by_id[gone].merged_into == into


def gone(story: Story, key: str) -> None:
    story.when(OutageGone, source="95598", dedup_key=key, reason="restored", **FEED)


def test_a_part_that_was_merged_elsewhere_is_restored_there() -> None:
    line = Line()
    reported_of(line.story, line.incident_id, "2")
    part = split(line.story, line.incident_id, "2")
    elsewhere = outage(line.story, key="e", place=FAR, extent=Extent(customers_out=1))
    merged(line.story, part, into=elsewhere)

    line.story.when(RestoreIncident, incident_id=elsewhere).then_includes(SupplyReportedBack)


def test_a_part_of_a_part_is_restored_though_that_was_filed() -> None:
    line = Line()
    reported_of(line.story, line.incident_id, "2", "3", "4")
    part = split(line.story, line.incident_id, "2", "3")
    smaller = split(line.story, part, "3")
    gone(line.story, "2")
    line.over()
    line.ticket_id = line.begin(line.work_leader, line.crew)
    line.story.when(RestoreIncident, incident_id=part)
    line.over()
    line.ticket_id = line.begin(line.work_leader, line.crew)
    line.story.after(3 * DAY)
    assert part not in line.story.state.incidents.by_id

    line.story.when(RestoreIncident, incident_id=smaller).then_includes(SupplyReportedBack)


def test_what_it_was_split_from_is_worked_at_where_that_was_merged_in() -> None:
    line = Line()
    other = outage(line.story, key="a", place=FAR, extent=Extent(customers_out=2))
    reported_of(line.story, other, "2")
    part = split(line.story, other, "2")
    merged(line.story, other, into=line.incident_id)

    line.story.when(RestoreIncident, incident_id=part).then_includes(SupplyReportedBack)


def test_the_last_report_that_names_a_circuit_is_gone_while_others_remain() -> None:
    it = Rebuilding(hours=(1, 5))
    beside = outage(it.story, key="x", place=FAR, circuit=None)
    reported_of(it.story, beside, "y", circuit="C-7")

    gone(it.story, "y")
    it.story.then_includes(ReportWithdrawn, SupplyReportedBack)


def test_a_circuit_that_was_named_once_is_not_forgotten() -> None:
    it = Rebuilding(hours=(1, 5))
    beside = outage(it.story, key="x", place=FAR, circuit=None)
    reported_of(it.story, beside, "y", circuit="C-7")
    it.story.when(OutageGone, source="95598", dedup_key="y", reason="withdrawn", **FEED)
    other = outage(it.story, key="z", place=HERE, circuit="C-9")
    merged(it.story, beside, into=other)
    over(it.story, it.ticket_id)
    ticket_id = it.drafted(task_id=it.task_id)
    made_safe(it.story, ticket_id)
    it.story.when(StartWork, ticket_id=ticket_id, **by(it.people[2])).then(WorkStarted)

    it.story.when(RestoreIncident, incident_id=other).then_includes(SupplyReportedBack)


def test_all_that_was_reported_of_what_was_merged_in_is_gone() -> None:
    line = Line()
    other = outage(line.story, key="q", place=FAR, extent=Extent(customers_out=2))
    merged(line.story, other, into=line.incident_id)

    gone(line.story, "q")
    line.story.then_includes(ReportWithdrawn, SupplyReportedBack)


def test_one_of_several_reports_that_is_gone_alarms_nobody() -> None:
    line = Line()
    reported_of(line.story, line.incident_id, "2")

    gone(line.story, "2")
    assert not line.story.all(SupplyReportedBack)


def test_a_guarded_site_that_goes_over_to_a_circuit_says_that_it_is_live() -> None:
    it = Rebuilding(hours=(1, 5))
    story = it.story
    story.when(
        OpenOperation, name="congress", level=GuaranteeLevel.SPECIAL,
        basis=next(iter(ActivationBasis)), basis_reference="r", site_ids=(HOSPITAL,),
        guard_from=story.at + 10 * SECOND, guard_until=story.at + 8 * HOUR, plan_approved_by="wang",
    )  # fmt: skip
    operation_id = next(iter(story.state.operations.by_id))
    story.when(StartGuard, operation_id=operation_id, override_reason="at once")

    story.when(SupplyDisturbed, operation_id=operation_id, site_id=HOSPITAL,
               disturbance="transfer", circuit="C-7")  # fmt: skip
    story.then_includes(SupplyReportedBack)
