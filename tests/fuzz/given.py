"""How much is tried: little with the other tests, much where somebody asks for it."""

import os
from collections.abc import Callable
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

TIMES: Final = float(os.environ.get("FUZZ_TIMES", "1"))
"""How many times what CI tries."""


def tried(
    examples: int, **strategies: SearchStrategy[Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Try a test with so many examples, new ones each time; what broke it is made small and told.

    Args:
        examples: tried in CI.
        strategies: of the test's arguments.
    """

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        checked = given(**strategies)(test)
        return settings(
            max_examples=max(1, round(examples * TIMES)),
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )(checked)

    return decorate
