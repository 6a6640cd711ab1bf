"""For how long what somebody said can be taken back as a slip of the finger."""

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import SECOND
from schemas.said import Said
from schemas.sentences import units


def until(state: Jurisdiction, *, at: int, said_at: int) -> int:
    """Return the last moment at which something can be taken back, by its phone's word or at once.

    Args:
        state: with the policy that says how long.
        at: when it was recorded, in milliseconds since 1970, UTC.
        said_at: when it was said by its phone, likewise.
    """
    rules = state.policy.answering
    limit, late = rules.take_back_s * SECOND, rules.take_back_late_s * SECOND
    return at + max(limit, min(late, limit + max(0, at - said_at)))


def too_late(state: Jurisdiction, cause: Cause, *, at: int, said_at: int) -> Said | None:
    """Return why something can be taken back no longer, None while it can be.

    A phone in a dead spot sends both late: then its own two times count, for a minute.

    Args:
        state: with the policy that says how long.
        cause: when it is taken back.
        at: when what is taken back was recorded, in milliseconds since 1970, UTC.
        said_at: when it was said by its phone, likewise.
    """
    rules = state.policy.answering
    limit_s = rules.take_back_s
    recorded, said = cause.at - at, cause.happened_at - said_at
    if recorded <= limit_s * SECOND:
        return None
    # A tap that came at once has had its effect: what its phone says of the time changes nothing.
    tap_late, back_late = at - said_at, cause.at - cause.happened_at
    both_late = 0 <= said <= limit_s * SECOND and 0 < back_late <= 2 * tap_late
    if both_late and recorded <= rules.take_back_late_s * SECOND:
        return None
    return units.too_late_to_take_back(limit_s)
