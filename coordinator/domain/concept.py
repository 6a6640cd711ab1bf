"""What a concept is: its signals and facts, and the functions that decide, fold and follow.

Each concept says all of it once, as `CONCEPT`, at the end of the file that decides for it;
`jurisdiction.CONCEPTS` names them in the order in which they react. What its signals need is said
with them (`Signal.needs`), what its boards show with the boards.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.signals.envelope import Signal

_S_contra = TypeVar("_S_contra", bound=Signal, contravariant=True)
_F_contra = TypeVar("_F_contra", bound=Event, contravariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Generic[_S_contra, _F_contra]):
    """One concept of the domain: what is said to it, and what becomes of that.

    `decide` answers each of its `signals` with facts; `evolve` folds each of its `facts` recorded
    at a time (UTC ms); `react` follows with facts upon those it `reacts_to`, whosever they are;
    `due` says what a timer of one of its kinds in `timers`, for one id, leads to. `afterwards` is
    done once all that follows from a signal is settled, if one of the facts it `awaits` was there.
    """

    name: str
    facts: tuple[type[_F_contra], ...] = ()
    evolve: Callable[[Jurisdiction, _F_contra, int], Jurisdiction] | None = None
    signals: tuple[type[_S_contra], ...] = ()
    decide: Callable[[Jurisdiction, _S_contra, Cause], Iterable[Event]] | None = None
    reacts_to: frozenset[type[Event]] = frozenset()
    react: Callable[[Jurisdiction, Event, Cause], Iterable[Event]] | None = None
    timers: frozenset[str] = frozenset()
    due: Callable[[Jurisdiction, str, str, Cause], Iterable[Event]] | None = None
    awaits: frozenset[type[Event]] = frozenset()
    afterwards: Callable[[Jurisdiction, Cause], Iterable[Event]] | None = None

    def __post_init__(self) -> None:
        """Refuse a concept that names something and does nothing with it, or the other way round.

        Raises:
            ValueError: naming the concept and the two fields.
        """
        for given, function in (
            ("signals", "decide"),
            ("reacts_to", "react"),
            ("timers", "due"),
            ("awaits", "afterwards"),
            ("facts", "evolve"),
        ):
            if bool(getattr(self, given)) != (getattr(self, function) is not None):
                raise ValueError(f"{self.name}: {given} and {function} go together")
