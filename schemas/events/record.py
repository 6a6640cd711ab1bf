"""What happened to the record itself."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import Millis
from schemas.events.envelope import Event


class RecordPutBack(Event):
    """The log before this record is a copy that was put back.

    It ended at `until`; `lost` is how many decisions after that are known to be missing, none: how
    many is not known. Members, checkpoints and whoever was told may know of what is not on it.
    """

    until: Millis
    lost: Annotated[int, Meta(ge=0, le=9_007_199_254_740_992)] | None = None


RecordEvent = RecordPutBack
