"""A check-in that was a slip of the finger: as if nothing had been heard of the site.

A check-in puts its clocks off and ends the alarm that one was missed. Taken back within seconds,
the clocks are those of before, one that is over is due at once, and the alarm stands again.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm
from coordinator.domain.operation.silence import breaks_silence
from coordinator.domain.refusal import refuse
from coordinator.domain.slip import too_late
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import LastCheck, Operation, SiteWatch, Tally
from coordinator.domain.state.timers import Timers
from schemas.events.envelope import Event
from schemas.events.operation import CheckedIn, CheckInMissed, CheckInTakenBack
from schemas.sentences import guarding, notices, units
from schemas.signals.operation import TakeBackCheckIn
from schemas.vocabulary import NoticeKind

_CLOCKS: Final = ("check_in", "patrol", "zero_report")


def remembered(
    state: Jurisdiction, operation: Operation, watch: SiteWatch, event: CheckedIn, at: int
) -> SiteWatch:
    """Return the watch of a site with what was so before a check-in that is about to be folded."""
    key = f"{operation.operation_id}/{event.site_id}"
    due = ((it, state.timers.get(it, key)) for it in _CLOCKS)
    breaks = breaks_silence(state, operation, event.happened_at, at)
    alarmed = breaks and any(
        state.escalations.by_id[id_].cause is NoticeKind.CHECK_IN_MISSED
        for id_ in state.escalations.by_subject.get(event.site_id, ())
    )
    last = LastCheck(
        member_id=event.member_id,
        kind=event.kind,
        by=event.by,
        at=at,
        said_at=event.happened_at,
        due=tuple((kind, due_at) for kind, due_at in due if due_at is not None),
        alarmed=alarmed,
    )
    return replace(watch, last_check=last, silent=watch.silent and not breaks)


def passed(watch: SiteWatch, event: CheckInMissed) -> SiteWatch:
    """Let a clock that has run out since stay so, whatever is taken back."""
    last = watch.last_check
    if last is None:
        return watch
    due = tuple(it for it in last.due if it[0] != event.kind)
    return replace(watch, last_check=replace(last, due=due))


def take_back(
    state: Jurisdiction, operation: Operation, signal: TakeBackCheckIn, cause: Cause
) -> Iterable[Event]:
    """Take back the last check-in of a site, by who told it."""
    last = operation.sites[signal.site_id].last_check
    if last is None or last.member_id != signal.member_id:
        return refuse(units.NOTHING_TO_TAKE_BACK, field="member_id", value=signal.member_id)
    if last.by != signal.actor_id:
        rule = guarding.CHECK_IN_TAKEN_BACK_BY_WHO_TOLD
        return refuse(rule, field="actor_id", value=signal.actor_id)
    late = too_late(state, cause, at=last.at, said_at=last.said_at)
    if late is not None:
        return refuse(late, field="member_id", value=signal.member_id)
    due = dict(last.due)
    return (
        CheckInTakenBack(
            operation_id=operation.operation_id,
            site_id=signal.site_id,
            member_id=last.member_id,
            kind=last.kind,
            check_in_due=due.get("check_in"),
            patrol_due=due.get("patrol"),
            zero_report_due=due.get("zero_report"),
            alarmed=last.alarmed,
            happened_at=cause.happened_at,
        ),
    )


def wound_back(timers: Timers, event: CheckInTakenBack) -> Timers:
    """Return the clocks of a site as they were before the check-in."""
    key = f"{event.operation_id}/{event.site_id}"
    before = zip(
        _CLOCKS, (event.check_in_due, event.patrol_due, event.zero_report_due), strict=True
    )
    for kind, due_at in before:
        if due_at is not None:
            timers = timers.set(kind, key, due_at)
    return timers


def uncounted(tally: Tally, kind: str) -> Tally:
    """Return what was counted of a site without the check-in."""
    return replace(
        tally,
        check_ins=tally.check_ins - (kind == "check_in"),
        patrols=tally.patrols - (kind == "patrol"),
        zero_reports=tally.zero_reports - (kind == "zero_report"),
        disturbances=tally.disturbances - (kind == "disturbance"),
    )


def alarm_again(state: Jurisdiction, event: CheckInTakenBack, cause: Cause) -> Iterable[Event]:
    """The alarm that the check-in ended stands again."""
    if not event.alarmed:
        return ()
    return alarm.at_the_desk(
        state,
        cause,
        about=event.site_id,
        cause_kind=NoticeKind.CHECK_IN_MISSED,
        ladder="check_in",
        text=notices.check_missed(event.site_id, "check_in"),
    )
