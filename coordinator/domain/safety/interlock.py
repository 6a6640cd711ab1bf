"""The interlocks of a task: confirmed by named people, withdrawn, set aside by an approver.

The grounding is never set aside, by nobody and for no reason: it is what keeps people alive when
all else was wrong.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.member_rights import is_there, speaks_for_task
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Task
from schemas.events.envelope import Event
from schemas.events.safety import InterlockConfirmed, InterlockWithdrawn, SafetyOverridden
from schemas.signals.safety import ConfirmInterlock, OverrideSafety, WithdrawInterlock
from schemas.vocabulary import Interlock, Role

NEVER_SET_ASIDE: Final = frozenset({Interlock.GROUNDING})


def lacking(task: Task, at: int) -> Interlock | None:
    """Return the first interlock that is neither confirmed nor set aside now, None for none."""
    for asked in task.interlocks:
        set_aside = asked not in NEVER_SET_ASIDE and task.overridden.get(asked, 0) >= at
        if asked not in task.confirmed and not set_aside:
            return asked
    return None


def confirm(state: Jurisdiction, task: Task, signal: ConfirmInterlock) -> Iterable[Event]:
    if signal.interlock not in task.interlocks:
        return refuse(
            "the policy asks no such interlock of this task",
            field="interlock",
            value=signal.interlock,
        )
    if signal.interlock is Interlock.PERMIT and signal.confirmed_by == task.work_leader:
        return refuse(
            "the permit giver is not the leader of the same work",
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    named = task.permitter or signal.confirmed_by
    if signal.interlock is Interlock.PERMIT and signal.confirmed_by != named:
        return refuse(
            "the permit is given by who is named for it",
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    if signal.actor_role is Role.MEMBER and signal.actor_id != signal.confirmed_by:
        return refuse(
            "a member confirms in their own name",
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    named_member = signal.confirmed_by in state.roster.members
    if named_member and not speaks_for_task(state, signal.confirmed_by, task, signal.interlock):
        return refuse(
            "a member speaks for the work they are there for, or as its commander",
            field="confirmed_by",
            value=f"{signal.confirmed_by}: {task.unit_id}",
        )
    if signal.interlock in NEVER_SET_ASIDE and not is_there(state, signal.confirmed_by, task):
        return refuse(
            "the grounding is confirmed by who is there",
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    if task.confirmed.get(signal.interlock) == signal.confirmed_by:
        return ()
    return (
        InterlockConfirmed(
            task_id=task.task_id,
            interlock=signal.interlock,
            confirmed_by=signal.confirmed_by,
            reference=signal.reference,
        ),
    )


def withdraw(task: Task, signal: WithdrawInterlock) -> Iterable[Event]:
    if signal.interlock not in task.confirmed:
        return ()
    return (
        InterlockWithdrawn(task_id=task.task_id, interlock=signal.interlock, reason=signal.reason),
    )


def override(state: Jurisdiction, signal: OverrideSafety, cause: Cause) -> Iterable[Event]:
    if signal.valid_until <= cause.at:
        return refuse(
            "an override ends in the future", field="valid_until", value=signal.valid_until
        )
    if signal.rule == "fatigue":
        if signal.member_id is None or signal.member_id not in state.roster.members:
            return refuse("a member of this roster", field="member_id", value=signal.member_id)
        if signal.approver == signal.member_id:
            return refuse(
                "nobody approves their own override", field="approver", value=signal.approver
            )
    else:
        task = state.safety.tasks.get(signal.task_id or "")
        if task is None:
            return refuse("no such unfinished task", field="task_id", value=signal.task_id)
        if signal.interlock is None or signal.interlock not in task.interlocks:
            return refuse("an interlock of this task", field="interlock", value=signal.interlock)
        if signal.interlock in NEVER_SET_ASIDE:
            return refuse(
                "grounding is confirmed, never set aside",
                field="interlock",
                value=f"{signal.interlock}: {signal.approver}",
            )
        if signal.approver in (task.work_leader, *task.crew):
            return refuse(
                "nobody approves their own override", field="approver", value=signal.approver
            )
    return (
        SafetyOverridden(
            rule=signal.rule,
            task_id=signal.task_id,
            interlock=signal.interlock,
            member_id=signal.member_id,
            approver=signal.approver,
            reason=signal.reason,
            valid_until=signal.valid_until,
        ),
    )
