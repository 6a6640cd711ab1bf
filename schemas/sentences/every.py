"""Every module of sentences: whoever reads or judges a record imports this, and knows them all."""

from typing import Final

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

EVERY: Final = (
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
