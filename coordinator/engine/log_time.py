"""What time it is for one log: the owner's clock, but never before what stands on the log.

Record time never goes back. Where the log is ahead of the clock (an owner whose clock was wrong
wrote it, or the clock was set back), its time runs on from there, a little slower than the clock
until that has caught up. So deadlines keep about their lengths, and the log comes right by itself.
"""

from typing import Final

from coordinator.clock import Clock

_SLOWER: Final = 10
"""One tenth slower: an hour ahead is caught up in ten, and a deadline of 15 minutes takes 17."""


class LogTime:
    """The time of one log, UTC milliseconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lead = self._since = self._shown = 0

    def now(self) -> int:
        """Return the time; it never goes back."""
        clock = self._clock.now()
        shown = clock + self._lead_at(clock)
        if shown < self._shown:
            self._lead, self._since = self._shown - clock, clock
            shown = self._shown
        self._shown = shown
        return shown

    def not_before(self, at: int) -> None:
        """Go on from what stands on the log, where that is later."""
        self._shown = max(self._shown, at)

    @property
    def ahead_ms(self) -> int:
        """How far it is ahead of the clock."""
        return max(0, self.now() - self._clock.now())

    def on_the_clock(self, at: int) -> int:
        """Return what the clock shows when this time is `at`."""
        shown, clock = self.now(), self._clock.now()
        return min(at, clock + (at - shown) * _SLOWER // (_SLOWER - 1) + 1)

    def _lead_at(self, clock: int) -> int:
        return max(0, self._lead - max(0, clock - self._since) // _SLOWER)
