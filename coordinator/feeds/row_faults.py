"""What is told of a bad row of a roster: which teams there are, which column it came from."""

from bisect import bisect
from collections.abc import Sequence
from typing import Final

from schemas.said import Said
from schemas.sentences import faults

TEAMS_TOLD: Final = 5
"""So many numbers of teams are told to who gave one that there is not."""


def no_such_team(number: str, teams: Sequence[str]) -> Said:
    """Say which numbers there are, those first that stand where this one would.

    Args:
        number: as it was given.
        teams: all there are, sorted.
    """
    if not teams:
        return faults.NO_TEAMS_YET
    first = max(0, min(bisect(teams, number) - TEAMS_TOLD // 2, len(teams) - TEAMS_TOLD))
    told = teams[first : first + TEAMS_TOLD]
    return faults.no_team_of_number([*told, "…"] if len(teams) > len(told) else [*told])


def repeated(names: Sequence[str]) -> str | None:
    """Return the first name that stands among others of the same; None if each stands once."""
    return next((it for index, it in enumerate(names) if it and it in names[:index]), None)


def text_of(part: bytes) -> str:
    """Return bytes as people read them; what is not UTF-8 is spelled out."""
    return part.decode("utf-8", "backslashreplace")


def column_of(parts: Sequence[str]) -> str:
    """Return the column that a part of a person came from: `home.lon` from `lon`."""
    first, *rest = parts
    return rest[0] if first == "home" and rest else first
