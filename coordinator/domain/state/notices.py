"""What desks were told of late, and what waits to be told them together."""

from immutables import Map
from msgspec import Struct

from schemas.said import Said
from schemas.vocabulary import NoticeKind


class DeskNotice(Struct, frozen=True, gc=False):
    """What a desk was told of one cause: the latest of it, how often, and who took note of that.

    `desks`: who was told, dispatcher or commander; `at`: when it was recorded, UTC milliseconds.
    """

    notice_id: str
    kind: NoticeKind
    desks: tuple[str, ...]
    about: str | None
    text: Said
    at: int
    times: int = 1
    noted_by: str | None = None
    noted_at: int | None = None


class Turn(Struct, frozen=True, gc=False):
    """Who was told that a ticket waits for them, and for what."""

    notice_id: str
    who: str
    text: Said


class Notices(Struct, frozen=True, gc=False):
    """By desk: `singly` the moments of the latest notices told one by one, oldest first;
    `gathered` how many of each cause wait, and the first few things that they are about.

    `listed`: the latest that desks were told, by cause and what it is about. `turns`: by ticket,
    who was told that it waits for them and has not done it yet.
    """

    singly: Map[str, tuple[int, ...]] = Map()
    gathered: Map[str, tuple[tuple[NoticeKind, int, tuple[str, ...]], ...]] = Map()
    listed: Map[str, DeskNotice] = Map()
    turns: Map[str, Turn] = Map()
