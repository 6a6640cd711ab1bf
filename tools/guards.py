"""Print the table of docs/simulation.md: each guard, and how many seeds miss it when it is gone."""

import structlog

from tests.simulation.mutations import MUTATIONS
from tests.simulation.test_mutations import first_failure

_SILENT = 50
_SEEDS_OF_REDUNDANT = 40


def main() -> None:
    """Take every guard out in turn; guards with another behind them are tried to the end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_SILENT))
    print("| guard taken out | seeds until missed | what broke |")
    print("|---|--:|---|")
    for mutation in MUTATIONS:
        seeds_max = _SEEDS_OF_REDUNDANT if mutation.because else mutation.seeds_max
        outcome, tried = first_failure(mutation, seeds_max)
        if outcome is None or outcome.broken is None:
            found, broke = f"not in {tried}", f"redundant: {mutation.because or 'UNTESTED'}"
        else:
            found, broke = str(tried), f"`{outcome.broken.invariant.value}`"
        print(f"| {mutation.guard} | {found} | {broke} |", flush=True)


if __name__ == "__main__":
    main()
