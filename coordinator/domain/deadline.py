"""What becomes of a deadline that this program fails at: tried again later, then left to a person.

Left where it is, it would come again at once and stop its county each time.
"""

from typing import Final, Never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.notice import notify
from coordinator.domain.state.deadlines import FailedDeadline
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.durations import DAY, HOUR, MINUTE
from schemas.events.deadline import DeadlineEvent, DeadlineFailed
from schemas.events.envelope import Event
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient

WAITS_MS: Final = (MINUTE, 10 * MINUTE, HOUR)
"""How long after each failure it is tried again; after as many and one more it is set aside."""


def evolve(state: Jurisdiction, event: DeadlineEvent, at: int) -> Jurisdiction:
    key, failed = f"{event.kind}:{event.id}", state.deadlines.failed
    for name in sorted(failed):
        kind, _, id_ = name.partition(":")
        if name != key and state.timers.get(kind, id_) != failed[name].again_at:
            failed = failed.delete(name)  # Passed since, cleared, or set anew.
    if event.again_at is None:
        timers = state.timers.clear(event.kind, event.id)
        failed = failed.delete(key) if key in failed else failed
    else:
        timers = state.timers.set(event.kind, event.id, event.again_at)
        failed = failed.set(key, FailedDeadline(event.times, event.again_at))
    return replace(state, timers=timers, deadlines=replace(state.deadlines, failed=failed))


def failed_at_next(state: Jurisdiction, why: str, cause: Cause) -> tuple[Event, ...]:
    """Return that the deadline which is next failed, and the alarm where somebody has to know.

    Args:
        state: what it failed in.
        why: the name of the error.
        cause: the clock.
    """
    following = state.timers.next()
    if following is None:
        raise AssertionError("no deadline waits")
    due_at, kind, id_ = following
    before = state.deadlines.failed.get(f"{kind}:{id_}")
    times = 1 if before is None or before.again_at != due_at else before.times + 1
    last = times > len(WAITS_MS)
    again_at = None if last else cause.at + WAITS_MS[times - 1]
    fact = DeadlineFailed(kind=kind, id=id_, times=times, why=why, again_at=again_at)
    if not last and times > 1:
        return (fact,)
    text = (notices.deadline_set_aside if last else notices.deadline_failed)(kind, id_, why)
    told = notify(cause, NoticeKind.DEFECT, Recipient.DISPATCHER, text, lasts_ms=DAY)
    return fact, told


CONCEPT: Final[Concept[Never, DeadlineEvent]] = Concept(
    name="deadline",
    facts=members(DeadlineEvent),
    evolve=evolve,
)
