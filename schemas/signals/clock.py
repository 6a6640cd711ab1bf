"""The clock's own signal."""

from typing import Literal

from schemas.signals.envelope import Signal


class DeadlinePassed(Signal):
    """Everything due at or before `at` is due now."""

    type: Literal["deadline_passed"] = "deadline_passed"
    v: Literal[1] = 1
