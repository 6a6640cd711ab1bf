"""What desks were told of late, and what waits to be told them together."""

from immutables import Map
from msgspec import Struct

from schemas.vocabulary import NoticeKind


class Notices(Struct, frozen=True, gc=False):
    """By desk: `singly` the moments of the latest notices told one by one, oldest first;
    `gathered` how many of each cause wait, and the first few things that they are about.
    """

    singly: Map[str, tuple[int, ...]] = Map()
    gathered: Map[str, tuple[tuple[NoticeKind, int, tuple[str, ...]], ...]] = Map()
