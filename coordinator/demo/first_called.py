"""Whose phone rings first in a drill: a demo's token of a member is of somebody who is called."""

from collections.abc import Mapping

from msgspec.structs import replace

from coordinator.demo.agenda import Agenda
from coordinator.domain import jurisdiction
from coordinator.domain.roster.eligibility import why_not
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import AssignmentOffered

_REPORTS_TRIED = 40


def first_called(states: Mapping[str, Jurisdiction], agenda: Agenda, at: int) -> str | None:
    """Return who on shift would be called for one of the first outages, if all were decided now.

    By the simple rule: the planner, in a process of its own, often picks the same. Where nobody
    would be called, anybody on shift who is free; None where nobody is.
    """
    for line in agenda.first("outage_reported", _REPORTS_TRIED):
        state = states.get(line.jurisdiction)
        if state is None:
            continue
        at_once = replace(state.policy, muster=DEFAULT_POLICY.muster)
        signal = agenda.signal(line, at)
        decision = jurisdiction.decide(replace(state, policy=at_once), signal)
        for it in decision.events:
            if isinstance(it, AssignmentOffered) and _on_shift(state, it.member_id, at):
                return it.member_id
    free = (
        member_id
        for _, state in sorted(states.items())
        for member_id in sorted(state.roster.members)
        if _on_shift(state, member_id, at)
    )
    return next(free, None)


def _on_shift(state: Jurisdiction, member_id: str, at: int) -> bool:
    member = state.roster.members.get(member_id)
    return member is not None and member.on_shift > 0 and why_not(state, member, at) is None
