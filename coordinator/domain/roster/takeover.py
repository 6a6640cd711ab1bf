"""A shift changes hands: both say so, or a dispatcher, and nobody gives up their rest for it."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import takeover_key
from schemas.durations import DAY, HOUR
from schemas.events.envelope import Event
from schemas.events.roster import ShiftTakenOver, TakeoverAsked
from schemas.roster import Shift
from schemas.sentences import notices, rights, rosters
from schemas.signals.roster import TakeOverShift
from schemas.vocabulary import NoticeKind, Recipient, Role


def take_over(state: Jurisdiction, signal: TakeOverShift, cause: Cause) -> Iterable[Event]:
    shift = state.roster.shifts.get(signal.shift_id)
    if shift is None:
        return refuse(rosters.NO_SUCH_SHIFT, field="shift_id", value=signal.shift_id)
    broken = _wrong_people(state, shift, signal) or _hours_broken(
        state, shift, signal.taker_id, cause.at
    )
    if broken:
        return broken
    if signal.actor_role is Role.MEMBER:
        both = (signal.holder_id, signal.taker_id)
        if signal.actor_id not in both:
            return refuse(rights.TAKES_OVER_IN_OWN_NAME, field="taker_id", value=signal.taker_id)
        asked_by = state.roster.asked.get(takeover_key(shift.shift_id, *both))
        if asked_by is None or asked_by == signal.actor_id:
            return () if asked_by is not None else _asked(shift, signal, cause)
    return (
        ShiftTakenOver(
            shift_id=signal.shift_id,
            holder_id=signal.holder_id,
            taker_id=signal.taker_id,
            reason=signal.reason,
        ),
    )


def _wrong_people(state: Jurisdiction, shift: Shift, signal: TakeOverShift) -> tuple[Event, ...]:
    if signal.holder_id not in shift.member_ids:
        return refuse(rosters.ONLY_HOLDERS_SHIFT, field="holder_id", value=signal.holder_id)
    if signal.taker_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="taker_id", value=signal.taker_id)
    if signal.taker_id in shift.member_ids:
        return refuse(rosters.TAKER_HAS_SHIFT, field="taker_id", value=signal.taker_id)
    return ()


def _asked(shift: Shift, signal: TakeOverShift, cause: Cause) -> Iterable[Event]:
    """Ask the other of the two: nobody is put on a shift, or off it, who has not said so."""
    holder, taker, asker = signal.holder_id, signal.taker_id, signal.actor_id
    yield TakeoverAsked(
        shift_id=shift.shift_id,
        holder_id=holder,
        taker_id=taker,
        asked_by=asker,
        reason=signal.reason,
    )
    yield notify(
        cause,
        NoticeKind.TAKEOVER_ASKED,
        Recipient.MEMBER,
        notices.takeover_asked(asker, holder, taker, shift.starts_at),
        about=shift.shift_id,
        targets=(taker if asker == holder else holder,),
        lasts_ms=max(HOUR, shift.ends_at - cause.at),
    )


def _hours_broken(state: Jurisdiction, shift: Shift, taker_id: str, at: int) -> tuple[Event, ...]:
    """Refuse hours that the taker has already, that break their rest, or that they are away in."""
    begins = max(shift.starts_at, at)
    rest_h = state.policy.hours.rest_min_h
    for leave in state.roster.members[taker_id].leaves:
        if leave.starts_at < shift.ends_at and begins < leave.ends_at:
            return refuse(rosters.taker_on_leave(taker_id), field="taker_id", value=taker_id)
    others = (it for it in state.roster.shifts.values() if taker_id in it.member_ids)
    for other in sorted(others, key=lambda it: (it.starts_at, it.shift_id)):
        if other.starts_at < shift.ends_at and begins < other.ends_at:
            rule = rosters.taker_has_other_hours(taker_id, other.starts_at, other.ends_at)
            return refuse(rule, field="taker_id", value=taker_id)
        apart = max(begins - other.ends_at, other.starts_at - shift.ends_at)
        if apart < rest_h * HOUR and _is_a_watch(other) and _is_a_watch(shift):
            rule = rosters.taker_has_no_rest(taker_id, rest_h, other.starts_at, other.ends_at)
            return refuse(rule, field="taker_id", value=taker_id)
    return ()


def _is_a_watch(shift: Shift) -> bool:
    """Whether its hours are worked; who is on standby, or on call for days, rests in between."""
    return not shift.standby and shift.ends_at - shift.starts_at <= DAY
