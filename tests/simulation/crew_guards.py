"""Guards of who leads, watches and drives, taken out one at a time: the simulator notices each."""

from typing import Any

from coordinator.domain.assignment import finishing
from coordinator.domain.unit import vacancy
from tests.simulation.mutation import Mutation


def _nothing(*_: Any) -> tuple[Any, ...]:
    return ()


GUARDS = (
    Mutation(
        "nobody-unled",
        "whoever leads says who leads next",
        ((finishing, "_handed_on", _nothing), (vacancy, "filled", _nothing)),
    ),
    Mutation(
        "vacancies-filled",
        "a unit without who leads, watches or drives is short at once",
        ((vacancy, "filled", _nothing),),
    ),
)
