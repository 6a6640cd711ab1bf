"""Ids kept as a sorted tuple: one more or one less, without sorting or looking through them all."""

from bisect import bisect_left


def with_id(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    """Return the ids with this one among them."""
    place = bisect_left(ids, id_)
    if ids[place : place + 1] == (id_,):
        return ids
    return (*ids[:place], id_, *ids[place:])


def without_id(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    """Return the ids without this one; the same where it is not among them."""
    place = bisect_left(ids, id_)
    if ids[place : place + 1] != (id_,):
        return ids
    return ids[:place] + ids[place + 1 :]
