"""Which places take nothing: known while there is still time to reach people by telephone.

One message that is not taken may be a wrong number. A place is down when what went to several
people was not taken since it last took anything, or while one message goes on being refused.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from coordinator.outbox.effects import ActualEffect
from coordinator.troubles import Trouble, TroubleKind

_FAILED_MIN: Final = 3
"""So many tries in a row that came to nothing are no accident."""
_DOWN_AFTER_MS: Final = 15_000
"""As long may one message be refused before somebody else has to reach that person: a small part
of the time there is to answer."""
_BRIEF_MS: Final = 3_000
"""A service that wants a pause of a moment is not down."""
_LATE_MS: Final = 30_000


class _Failing:
    """What a place did not take since it last took something."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.tries = 0
        self.targets: set[str] = set()
        self.tried_again: set[str] = set()
        self.reason = ""


class Late(NamedTuple):
    """A place where something has waited for its first try."""

    place: str
    since: int


class ChannelWatch:
    """Told of every try at every place."""

    def __init__(self) -> None:
        self._failing: dict[str, _Failing] = {}
        self.oldest: list[Late] = []

    def took(self, place: str) -> None:
        """Note that a place took a message."""
        self._failing.pop(place, None)

    def refused(self, place: str, effects: Sequence[ActualEffect], reason: str, now: int) -> None:
        """Note that a place did not take one message, which may tell of several things."""
        there = self._failing.setdefault(place, _Failing(now))
        there.tries += 1
        there.reason = reason
        there.targets |= {it.target for it in effects}
        there.tried_again |= {it.effect_id for it in effects}

    def gave_up(self, place: str, effect: ActualEffect) -> None:
        """Note that a message is not tried any more."""
        if place in self._failing:
            self._failing[place].tried_again.discard(effect.effect_id)

    def troubles(self, now: int) -> list[Trouble]:
        """Return the places that are down, and those where messages wait too long to be tried.

        Args:
            now: UTC milliseconds.
        """
        down = {place: there for place, there in self._failing.items() if _is_down(there, now)}
        found = [
            Trouble(
                TroubleKind.CHANNEL_DOWN, place, there.reason, round((now - there.since) / 1_000)
            )
            for place, there in sorted(down.items())
        ]
        return found + [
            Trouble(TroubleKind.CHANNEL_LATE, place, amount=round((now - since) / 1_000))
            for place, since in self.oldest
            if place not in down and now - since > _LATE_MS
        ]


def _is_down(there: _Failing, now: int) -> bool:
    if there.tries >= _FAILED_MIN and len(there.targets) > 1 and now - there.since >= _BRIEF_MS:
        return True
    # To one person alone: their number may be wrong. While it is tried, the desk has to know.
    return bool(there.tried_again) and now - there.since >= _DOWN_AFTER_MS
