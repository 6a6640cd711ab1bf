"""Every module of sentences: whoever reads or judges a record imports this, and knows them all."""

from typing import Final

from schemas.sentences import (
    aid,
    answers,
    branches,
    choices,
    communities,
    faults,
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
    answers,
    branches,
    choices,
    communities,
    faults,
    guarding,
    incidents,
    notices,
    reasons,
    rights,
    rosters,
    units,
    work,
)
