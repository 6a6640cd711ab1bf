"""The clock's own signal."""

from typing import ClassVar, Literal

from schemas.roles import Capability
from schemas.signals.envelope import Signal


class DeadlinePassed(Signal):
    """Everything due at or before `at` is due now."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["deadline_passed"] = "deadline_passed"
    v: Literal[1] = 1
