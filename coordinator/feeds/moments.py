"""Moments as foreign systems write them: with their offset, or on the wall clock of a zone.

A feed has a zone. A moment that names no offset is never taken for UTC in silence: some sources
write local time, and even put it into Unix milliseconds, where it looks like UTC and is hours off.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coordinator.errors import BadInput
from coordinator.feeds.unreadable import Unreadable
from schemas.sentences import faults

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock has no zone of its own


def zone_named(name: str, given_by: str) -> ZoneInfo | None:
    """Return a time zone by its IANA name, like `Asia/Shanghai`; None for an empty name.

    Args:
        name: as a person wrote it.
        given_by: the option or setting it was given by, for the error.

    Raises:
        BadInput: there is none of that name.
    """
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{given_by}: no time zone is called so (got {name!r})") from None


def moment_of(text: object, field: str, zone: ZoneInfo | None) -> int:
    """Return a date and time in ISO 8601 as UTC milliseconds.

    Args:
        text: as the source wrote it.
        field: where it stood, for the error.
        zone: whose wall clock it is on if it gives no offset; None refuses such a moment.

    Raises:
        Unreadable: it is none, or gives no offset and no zone is known.
    """
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Unreadable(field, text, faults.NOT_A_MOMENT) from None
    if moment.tzinfo is None:
        if zone is None:
            raise Unreadable(field, text, faults.NO_OFFSET)
        moment = moment.replace(tzinfo=zone)
    return int(moment.timestamp() * 1_000)


def on_the_wall(millis: int, field: str, zone: ZoneInfo | None) -> int:
    """Return UTC milliseconds of what a source counted in milliseconds on its own wall clock.

    An hour that the clock shows twice in autumn is taken the first time; one that it leaves out in
    spring is the hour after.

    Args:
        millis: milliseconds since 1970 began on that clock; plain Unix time if `zone` is None.
        field: where it stood, for the error.
        zone: of that clock.

    Raises:
        Unreadable: no calendar reaches that far.
    """
    if zone is None:
        return millis
    try:
        shown = (_EPOCH + timedelta(milliseconds=millis)).replace(tzinfo=zone)
        return round((shown.astimezone(UTC) - _EPOCH.replace(tzinfo=UTC)).total_seconds() * 1_000)
    except OverflowError:
        raise Unreadable(field, millis, faults.NOT_A_POSSIBLE_MOMENT) from None
