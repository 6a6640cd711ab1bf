"""The province as signals: what founds and fills each jurisdiction's log."""

from collections.abc import Iterable, Iterator
from typing import Any

from coordinator.demo.province import Place
from coordinator.private.vault import PersonalData
from schemas.ids import ulid_of
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import Realm, Role

_AT_ONCE = 400


def roster_signals(place: Place, realm: Realm, at: int) -> Iterator[ImportRoster]:
    """Return the imports that fill one jurisdiction, in order; the same ones each time."""
    yield _import(place, realm, at, "teams", teams=tuple(place.teams))
    for name, things in (
        ("people", place.people),
        ("resources", place.resources),
        ("sites", place.sites),
        ("cells", place.cells),
        ("shifts", place.shifts),
    ):
        rows: list[Any] = list(things)
        for start in range(0, len(rows), _AT_ONCE):
            part = tuple(rows[start : start + _AT_ONCE])
            yield _import(place, realm, at, f"{name}/{start}", **{name: part})


def _import(place: Place, realm: Realm, at: int, key: str, **lists: Any) -> ImportRoster:
    return ImportRoster(
        signal_id=ulid_of(at, "demo roster", place.code, realm, key),
        jurisdiction=place.code,
        realm=realm,
        at=at,
        actor_id="demo",
        actor_role=Role.COMMANDER,
        **lists,
    )


def personal_data(places: Iterable[Place]) -> Iterator[PersonalData]:
    """Return the invented names, phones and homes, for the vault."""
    for place in places:
        for person in place.people:
            at = person.home
            told = place.names[person.member_id]
            papers = ";".join(f"{it.skill.value}/{it.number}" for it in person.certificates)
            yield PersonalData(person.member_id, place.code, *told, at.lon, at.lat, papers)
