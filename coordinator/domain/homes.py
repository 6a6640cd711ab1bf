"""Where people live, as far as the record may know it: the cell of a grid, never the house.

An id tells nothing of whose it is, but a house does. Whoever plans needs minutes, and those hardly
change with the place in the cell.
"""

from msgspec.structs import replace

from coordinator.domain.geography import cell_centre
from schemas.roster import Person
from schemas.signals.aid import AidCommitted, CommitAid
from schemas.signals.envelope import Signal
from schemas.signals.roster import ImportRoster


def at_their_cells(signal: Signal, cell_m: int) -> Signal:
    """Return a signal in which everybody lives in the middle of their cell.

    A signal that says so already is returned as it is.

    Args:
        signal: any one; those that carry people are changed.
        cell_m: north to south, metres; see `privacy.home_cell_m` in the policy.
    """
    match signal:
        case ImportRoster():
            people = _at_their_cells(signal.people, cell_m)
            return signal if people is None else signal.model_copy(update={"people": people})
        case CommitAid() | AidCommitted():
            people = _at_their_cells(signal.package.people, cell_m)
            if people is None:
                return signal
            package = replace(signal.package, people=people)
            return signal.model_copy(update={"package": package})
    return signal


def at_cell(person: Person, cell_m: int) -> Person:
    """Return a person who lives in the middle of their cell."""
    centre = cell_centre(person.home, cell_m)
    return person if centre == person.home else replace(person, home=centre)


def _at_their_cells(people: tuple[Person, ...], cell_m: int) -> tuple[Person, ...] | None:
    """Return the people at their cells; None if they are there already."""
    found = tuple(at_cell(it, cell_m) for it in people)
    same = all(it is before for it, before in zip(found, people, strict=True))
    return None if same else found
