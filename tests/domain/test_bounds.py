"""What adds up without end still fits the fact that tells it: nothing said here stops a county."""

from msgspec.structs import replace

from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.escalation import EscalationStarted, EscalationStepTaken
from schemas.events.operation import GuardStarted, OperationOpened
from schemas.events.unit import UnitFormed
from schemas.events.violation import MemberTakenOffPost
from schemas.signals.escalation import EscalateTo
from schemas.signals.operation import OpenOperation, StartGuard
from schemas.signals.violation import RecordViolation
from schemas.violations import ViolationClass, ViolationKind
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, Role
from tests.county import HOSPITAL, county, member, outage
from tests.story import HOUR, Story


def test_a_step_that_is_not_prepared_is_named_however_long_its_name() -> None:
    rules = DEFAULT_POLICY.guard[GuaranteeLevel.L1]
    long = replace(rules, required_steps=("步" * 200,))
    guard = DEFAULT_POLICY.guard | {GuaranteeLevel.L1: long}
    story = county(replace(DEFAULT_POLICY, guard=guard))
    story.when(
        OpenOperation, name="高考保电", level=GuaranteeLevel.L1,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="notice 7",
        site_ids=(HOSPITAL,), guard_from=story.at + HOUR, guard_until=story.at + 9 * HOUR,
        plan_approved_by="leading group",
    )  # fmt: skip
    operation_id = story.the(OperationOpened).operation_id

    story.when(StartGuard, operation_id=operation_id, override_reason="the river rises")

    assert story.the(GuardStarted).gaps[0].words["step"] == ("prepared", "步" * 200)


def test_a_place_at_the_end_of_the_world_takes_a_year_at_most() -> None:
    muster = replace(DEFAULT_POLICY.muster, travel_speed_kmh=1)
    story = county(replace(DEFAULT_POLICY, muster=muster))

    outage(story, place=Position(lon=-70.0, lat=-30.0))

    assert {it.arrival_min for it in story.the(UnitFormed).picks} == {527_040}


def test_who_escalates_a_thousand_times_may_do_so_once_more() -> None:
    story = Story()
    outage(story)
    escalation_id = story.the(EscalationStarted).escalation_id
    escalations = story.state.escalations
    many = replace(escalations.by_id[escalation_id], attempt=1_000)
    by_id = escalations.by_id.set(escalation_id, many)
    story.state = replace(story.state, escalations=replace(escalations, by_id=by_id))

    story.when(EscalateTo, escalation_id=escalation_id, step=0, reason="no time")

    assert story.the(EscalationStepTaken).attempt == 1_000


def test_points_beyond_every_scale_are_still_told() -> None:
    story = county()
    points = story.state.violations.points.set(member(0, 1), 10_000)
    violations = replace(story.state.violations, points=points)
    story.state = replace(story.state, violations=violations)

    story.when(
        RecordViolation, actor_role=Role.COMMANDER, kind=ViolationKind.WORK,
        grade=ViolationClass.SERIOUS_I, clause="no safety belt", charged=(member(0, 1),),
    )  # fmt: skip

    assert story.the(MemberTakenOffPost).points == 10_000
