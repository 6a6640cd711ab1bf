"""The same life cycle, written plainly with the `eventsourcing` library on SQLite.

One aggregate an incident, one event a command. `live` is the plain way of its examples: load,
command, save. `live_together` is its fastest: never loads, saves many at a time in transactions
of the same size as ours. Neither grades, chooses people, promises, escalates, hashes, or keeps
boards.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

PEOPLE = 3
SAID = ("acknowledged", "accepted", "en_route", "on_scene")


class PlainIncident(Aggregate):
    @event("Reported")
    def __init__(self, *, source: str, device: str, lon: float, lat: float, customers: int) -> None:
        self.source = source
        self.device = device
        self.lon = lon
        self.lat = lat
        self.customers = customers
        self.phase = "open"
        self.people: dict[str, str] = {}

    @event("UnitFormed")
    def form(self, *, people: list[str]) -> None:
        self.people = dict.fromkeys(people, "offered")

    @event("Answered")
    def answer(self, *, member: str, said: str, at: int) -> None:
        self.people[member] = said

    @event("Restored")
    def restore(self, *, at: int) -> None:
        self.phase = "restored"

    @event("Closed")
    def close(self, *, satisfied: bool) -> None:
        self.phase = "closed"


class PlainCoordinator(Application[UUID]):
    """Stores what the aggregates say."""


def coordinator(folder: Path) -> PlainCoordinator:
    """Return an application on a SQLite file."""
    return PlainCoordinator(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "yardstick.db"),
        }
    )


def live(app: PlainCoordinator, number: int) -> tuple[int, UUID]:
    """Let one incident live, as the library's own examples do it: load, command, save."""
    incident = PlainIncident(source="scada", device=f"T{number}", lon=110.1, lat=30.2, customers=20)
    incident.form(people=[f"mem_{number}_{person}" for person in range(PEOPLE)])
    app.save(incident)
    commands = 1
    for said in SAID:
        for member in list(incident.people):
            loaded: PlainIncident = app.repository.get(incident.id)
            loaded.answer(member=member, said=said, at=number)
            app.save(loaded)
            commands += 1
    for finish in (lambda it: it.restore(at=number), lambda it: it.close(satisfied=True)):
        loaded = app.repository.get(incident.id)
        finish(loaded)
        app.save(loaded)
        commands += 1
    return commands, incident.id


def live_together(app: PlainCoordinator, number: int, at_once: int) -> tuple[int, list[UUID]]:
    """Let many live at once, kept in memory and saved many at a time: its fastest way."""
    incidents = [
        PlainIncident(
            source="scada", device=f"T{number}-{index}", lon=110.1, lat=30.2, customers=20
        )
        for index in range(at_once)
    ]
    for index, incident in enumerate(incidents):
        incident.form(people=[f"mem_{index}_{person}" for person in range(PEOPLE)])
    commands = _saved(app, incidents)
    for said in SAID:
        for incident in incidents:
            for member in list(incident.people):
                incident.answer(member=member, said=said, at=number)
        commands += PEOPLE * _saved(app, incidents)
    for incident in incidents:
        incident.restore(at=number)
    commands += _saved(app, incidents)
    for incident in incidents:
        incident.close(satisfied=True)
    commands += _saved(app, incidents)
    return commands, [incident.id for incident in incidents]


def _saved(app: PlainCoordinator, incidents: list[Any]) -> int:
    app.save(*incidents)
    return len(incidents)
