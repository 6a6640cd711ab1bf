"""Deadlines that this program failed at and will try again."""

from immutables import Map
from msgspec import Struct


class FailedDeadline(Struct, frozen=True, gc=False):
    """How often in a row it failed, and when it comes again (UTC ms); else it is another one."""

    times: int
    again_at: int


class Deadlines(Struct, frozen=True, gc=False):
    """`failed` by `kind:id`, as the timers name them."""

    failed: Map[str, FailedDeadline] = Map()
