"""What the record may know of people: the cell they live in, not the house; no numbers of papers.

An id tells nothing of whose it is, but a house does, and so does the number of a certificate, which
in China holds that of the identity card. Whoever plans needs minutes, and those hardly change with
the place in the cell; rules ask what a certificate is for and how long it is valid.
"""

from typing import Final

from msgspec.structs import replace

from coordinator.domain.geography import cell_centre
from schemas.roster import Person
from schemas.signals.aid import AidCommitted, CommitAid
from schemas.signals.envelope import Signal
from schemas.signals.roster import ImportRoster

NUMBER_ELSEWHERE: Final = "kept-beside"
"""Stands for the number of a certificate, which is in the vault."""


def people_as_recorded(signal: Signal, cell_m: int) -> Signal:
    """Return a signal whose people are as the record may know them.

    One whose people are so already, or that carries none, is returned as it is.

    Args:
        signal: any one; those that carry people are changed.
        cell_m: north to south, metres; see `privacy.home_cell_m` in the policy.
    """
    match signal:
        case ImportRoster():
            people = _as_recorded(signal.people, cell_m)
            return signal if people is None else signal.model_copy(update={"people": people})
        case CommitAid() | AidCommitted():
            people = _as_recorded(signal.package.people, cell_m)
            if people is None:
                return signal
            package = replace(signal.package, people=people)
            return signal.model_copy(update={"package": package})
    return signal


def as_recorded(person: Person, cell_m: int) -> Person:
    """Return a person who lives in the middle of their cell and whose papers have no numbers."""
    centre = cell_centre(person.home, cell_m)
    if centre == person.home and all(it.number == NUMBER_ELSEWHERE for it in person.certificates):
        return person
    papers = tuple(replace(it, number=NUMBER_ELSEWHERE) for it in person.certificates)
    return replace(person, home=centre, certificates=papers)


def _as_recorded(people: tuple[Person, ...], cell_m: int) -> tuple[Person, ...] | None:
    """Return the people as the record may know them; None if all are so already."""
    found = tuple(as_recorded(it, cell_m) for it in people)
    same = all(it is before for it, before in zip(found, people, strict=True))
    return None if same else found
