"""Whoever's last day is over leaves by the clock, as if the roster had taken them off."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.roster.eligibility import has_left, kept_here_by
from coordinator.domain.roster.imports import told_left
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import HOUR
from schemas.events.envelope import Event
from schemas.events.roster import LeaverKept, RosterChanged

_AT_ONCE_MAX = 1_000
"""By one fact; of more the clock of the next is due already."""


def go(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """Take off whose last day is over, tell them and the desk; who is out with a unit, on guard,
    lent or looked for stays until that is over, and is looked at again in an hour.
    """
    over = [
        (member_id, member)
        for member_id, member in sorted(state.roster.members.items())
        if has_left(member, cause.at)
        and (state.timers.get("leaver", member_id) or cause.at + 1) <= cause.at
    ][:_AT_ONCE_MAX]
    kept = {member_id: kept_here_by(state, member) for member_id, member in over}
    for member_id, why in kept.items():
        if why is not None:
            yield LeaverKept(member_id=member_id, why=why, again_at=cause.at + HOUR)
    gone = tuple(member_id for member_id, why in kept.items() if why is None)
    if gone:
        yield RosterChanged(removed_members=gone)
        yield from told_left(state, gone, cause)
