"""What a policy must hold, so that no rule is left without a value and no clock stands still."""

from collections.abc import Iterable, Mapping
from typing import Any

from coordinator.domain.unit.size import too_large
from schemas.policy import Policy
from schemas.said import Said
from schemas.sentences import rosters
from schemas.vocabulary import (
    AreaClass,
    EventGrade,
    GuaranteeLevel,
    Interlock,
    ResponseLevel,
    WorkKind,
)

Broken = tuple[Said, str, object]
_ON_DEAD_LINES = (
    WorkKind.LINE_REPAIR,
    WorkKind.CABLE_REPAIR,
    WorkKind.SUBSTATION_REPAIR,
    WorkKind.WORK_AT_HEIGHT,
)
"""Kinds of work that hands are laid on a line for that has to be dead (Q/GDW 1799)."""
_LED = tuple(it for it in ResponseLevel if it is not ResponseLevel.NONE)


def broken_policy_rule(policy: Policy) -> Broken | None:  # noqa: C901 - one rule after the other
    """Return (rule, field, value) of what is wrong with a policy, None for a sound one."""
    for field, values, cases in _every_case(policy):
        for case in cases:
            if case not in values:
                return rosters.VALUE_FOR_EVERY_CASE, field, case
    if not policy.ladders:
        return rosters.POLICY_HAS_LADDER, "ladders", 0
    for kind in _ON_DEAD_LINES:
        if policy.safety.interlocks.get(kind, ()) != tuple(Interlock):
            return rosters.NO_WORK_UNGROUNDED, f"safety.interlocks.{kind.value}", "-"
    for kind, asked in policy.safety.interlocks.items():
        if list(asked) != [it for it in Interlock if it in asked]:
            return rosters.STEPS_IN_ORDER, f"safety.interlocks.{kind.value}", asked[0]
    for field, lasts in _intervals(policy):
        if lasts <= 0:
            return rosters.POLICY_LETS_TIME_PASS, field, lasts
    for template in policy.muster.templates:
        oversize = too_large(template)
        if oversize is not None:
            rule, field, value = oversize
            return rule, f"muster.templates.{field}", value
    return None


def _every_case(policy: Policy) -> Iterable[tuple[str, Mapping[Any, object], Iterable[Any]]]:
    grading, promises = policy.grading, policy.promises
    yield "grading.warning", grading.warning, EventGrade
    yield "grading.response", grading.response, EventGrade
    yield "grading.priority", grading.priority, EventGrade
    yield "grading.led_by", grading.led_by, _LED
    yield "promises.arrival_min", promises.arrival_min, AreaClass
    after = promises.restoration_after_arrival_min
    yield "promises.restoration_after_arrival_min", after, AreaClass
    yield "guard", policy.guard, GuaranteeLevel


def _intervals(policy: Policy) -> Iterable[tuple[str, int]]:
    yield "muster.retry_short_min", policy.muster.retry_short_min
    if policy.muster.when_unconfirmed == "wait":
        yield "muster.confirm_within_s", policy.muster.confirm_within_s
    yield "command.roll_call_every_min", policy.command.roll_call_every_min
    yield "aid.resend_s", policy.aid.resend_s
    for level, rules in policy.guard.items():
        for clock in ("check_in_min", "patrol_min", "zero_report_min"):
            yield f"guard.{level.value}.{clock}", getattr(rules, clock) + rules.grace_min
