"""Violations of the safety code: what they are, and how much they weigh."""

from enum import StrEnum


class ViolationKind(StrEnum):
    """违章: of management, at work, of a device, in command."""

    MANAGEMENT = "management"
    WORK = "work"
    DEVICE = "device"
    COMMAND = "command"


class ViolationClass(StrEnum):
    """How grave a violation is; the policy says how many demerit points it costs."""

    SERIOUS_I = "serious_i"
    SERIOUS_II = "serious_ii"
    SERIOUS_III = "serious_iii"
    GENERAL = "general"
