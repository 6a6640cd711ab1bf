"""A policy is adopted when it holds what every rule asks of it; a refusal names the field."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.sound_policy import broken_policy_rule
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.notice import SignalRefused
from schemas.events.roster import GapsChecked, PolicyAdopted
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.policy import Policy
from schemas.signals.roster import AdoptPolicy
from schemas.signals.unit import CallMuster
from schemas.vocabulary import (
    AreaClass,
    EventGrade,
    GuaranteeLevel,
    Interlock,
    ResourceKind,
    ResponseLevel,
    Role,
    UnitRole,
    WorkKind,
)
from tests.county import HERE, county, outage
from tests.story import DAY, HOUR, Story


def with_fields(part: str, **changed: Any) -> Policy:
    """Return the next version of the default policy with some fields of one part changed."""
    fields = {part: replace(getattr(DEFAULT_POLICY, part), **changed)} if part else changed
    return replace(DEFAULT_POLICY, **{"version": 2} | fields)


def without(values: Any, case: object) -> dict[Any, Any]:
    return {key: value for key, value in values.items() if key != case}


GRADING, PROMISES = DEFAULT_POLICY.grading, DEFAULT_POLICY.promises
INTERLOCKS = DEFAULT_POLICY.safety.interlocks
GUARD, TEMPLATE = DEFAULT_POLICY.guard, DEFAULT_POLICY.muster.templates[0]
AT_ONCE = {"patrol_min": 0, "grace_min": 0}
CROWD = tuple(RoleNeed(role=role, count=100) for role in list(UnitRole)[:3])
FLEET = tuple(ResourceNeed(kind=kind, count=50) for kind in list(ResourceKind)[:3])
BROKEN = {
    "grading.priority": with_fields("grading", priority=without(GRADING.priority, EventGrade.I)),
    "grading.warning": with_fields("grading", warning=without(GRADING.warning, EventGrade.FAULT)),
    "grading.response": with_fields("grading", response={}),
    "grading.led_by": with_fields("grading", led_by=without(GRADING.led_by, ResponseLevel.IV)),
    "promises.arrival_min": with_fields(
        "promises", arrival_min=without(PROMISES.arrival_min, AreaClass.REMOTE)
    ),
    "promises.restoration_after_arrival_min": with_fields(
        "promises", restoration_after_arrival_min={}
    ),
    "guard": with_fields("", guard=without(GUARD, GuaranteeLevel.L3)),
    "ladders": with_fields("", ladders={}),
    "muster.retry_short_min": with_fields("muster", retry_short_min=0),
    "muster.confirm_within_s": with_fields("muster", confirm_within_s=0, when_unconfirmed="wait"),
    "command.roll_call_every_min": with_fields("command", roll_call_every_min=0),
    "aid.resend_s": with_fields("aid", resend_s=0),
    "safety.interlocks.line_repair": with_fields("safety", interlocks={}),
    "safety.interlocks.cable_repair": with_fields(
        "safety", interlocks=INTERLOCKS | {WorkKind.CABLE_REPAIR: (Interlock.PERMIT,)}
    ),
    "guard.2.patrol_min": with_fields(
        "",
        guard=GUARD | {GuaranteeLevel.L2: replace(GUARD[GuaranteeLevel.L2], **AT_ONCE)},
    ),
    "muster.templates.roles": with_fields("muster", templates=(replace(TEMPLATE, roles=CROWD),)),
}


@pytest.mark.parametrize("field", BROKEN)
def test_a_policy_that_leaves_a_rule_without_a_value_is_not_adopted(field: str) -> None:
    story = Story()

    story.when(AdoptPolicy, actor_role=Role.COMMANDER, policy=BROKEN[field]).then(SignalRefused)

    assert story.the(SignalRefused).field == field
    assert story.state.policy == DEFAULT_POLICY


def test_the_policy_that_everybody_begins_with_is_sound() -> None:
    assert broken_policy_rule(DEFAULT_POLICY) is None
    Story().when(
        AdoptPolicy, actor_role=Role.COMMANDER, policy=with_fields("muster", smallest=3)
    ).then(PolicyAdopted)


def test_the_smallest_look_ahead_still_lets_the_clock_go_on() -> None:
    story = county(with_fields("hours", gap_look_ahead_h=1))

    story.after(DAY)

    assert len(story.all(GapsChecked)) == DAY // HOUR


@pytest.mark.parametrize(
    ("need", "field"),
    [
        ({"roles": CROWD}, "need.roles"),
        ({"roles": CROWD[:1], "resources": FLEET}, "need.resources"),
    ],
)
def test_nobody_calls_a_unit_larger_than_one_fact_can_name(
    need: dict[str, Any], field: str
) -> None:
    story = county()
    incident_id = outage(story)

    story.when(
        CallMuster, incident_id=incident_id, reason="all hands",
        need=Need(**need, muster_point=HERE, deadline_at=story.at + HOUR),
    )  # fmt: skip

    assert story.the(SignalRefused).field == field


def test_the_highest_priority_is_the_highest_however_it_is_added_up() -> None:
    dear = with_fields("grading", priority=dict.fromkeys(EventGrade, 10_000))
    story = county(dear)

    incident_id = outage(story)

    assert story.state.incidents.by_id[incident_id].priority == 10_000
