"""Every sentence the coordinator may say, as typed constructors; a module for each concept.

To add one: declare it here, and say it in every language of `words/`. Its code is its name.
"""

from schemas.sentences import (
    aid,
    branches,
    choices,
    communities,
    guarding,
    incidents,
    notices,
    reasons,
    rights,
    rosters,
    units,
    work,
)

__all__ = [
    "aid",
    "branches",
    "choices",
    "communities",
    "guarding",
    "incidents",
    "notices",
    "reasons",
    "rights",
    "rosters",
    "units",
    "work",
]
