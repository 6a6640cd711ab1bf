"""What is remembered of the record itself."""

from msgspec import Struct


class PutBack(Struct, frozen=True, gc=False):
    """The last time that this log was put back from a copy: when that was said on it, until when
    the copy went, and how many later decisions are known to be missing, where that is known.
    """

    at: int
    until: int
    lost: int | None = None
