"""A roster from CSV (people) or JSON (everything): good rows, and every bad one with its reason.

Names, phones, staff numbers, exact homes and numbers of papers are taken out here: they go to the
vault, the rest to the log.
"""

import csv
import io
import json
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from coordinator.documents import BadDocument, read_loose_json
from coordinator.domain.recorded_people import as_recorded
from schemas.bounds import not_kept_in, spelled_out
from schemas.roster import GridCell, Person, Resource, Shift, Site, Team
from schemas.said import Said
from schemas.sentences import faults
from schemas.sizes import excesses
from schemas.value import Value, from_document
from words.faults import Fault, said_of

_LISTS: dict[str, type[Value]] = {
    "teams": Team,
    "people": Person,
    "resources": Resource,
    "sites": Site,
    "cells": GridCell,
    "shifts": Shift,
}
_PRIVATE = ("staff_number", "name", "phone")
_WANTED = ("staff_number", "name", "team_number", "lon", "lat")
_ROWS_MAX = 20_000
BAD_ROWS_MAX = 1_000
"""As many faults are told one by one, and how many more there are."""
TEAMS_TOLD: Final = 5
"""So many numbers of teams are told to who gave one that there is not."""
_SURPLUS = "more cells than columns"


class RosterRows(NamedTuple):
    """What could be read; people live in the middle of their cells.

    `personal` maps member ids to (staff number, name, phone, longitude and latitude of the home,
    numbers of certificates as `skill/number`); `lines` says where each of them stands.
    """

    lists: dict[str, list[Any]]
    personal: dict[str, tuple[str, str, str, float, float, str]]
    bad: list[tuple[int | None, Fault]]
    lines: dict[str, int]

    def counts(self) -> dict[str, int]:
        return {name: len(things) for name, things in self.lists.items()}


def read_roster(
    body: bytes,
    media_type: str,
    *,
    teams: Mapping[str, str],
    member_id: Callable[[str], str],
    home_cell_m: int,
) -> RosterRows:
    """Read a roster.

    Args:
        body: the file.
        media_type: `text/csv`, or JSON for anything else.
        teams: ids of the teams already known, by number.
        member_id: gives the id of a staff number, always the same; what it raises comes through.
        home_cell_m: how exactly the record may know where people live, metres.
    """
    rows = RosterRows({name: [] for name in _LISTS}, {}, [], {})
    reader = _Reader(rows, dict(teams), member_id, home_cell_m)
    if media_type in ("text/csv", "application/csv"):
        reader.csv(body)
    else:
        reader.json(body)
    reader.end()
    return rows


class _Reader:
    def __init__(
        self,
        rows: RosterRows,
        teams: dict[str, str],
        member_id: Callable[[str], str],
        home_cell_m: int,
    ) -> None:
        self._rows = rows
        self._home_cell_m = home_cell_m
        self._teams = teams
        self._sorted: list[str] = []
        self._member_id = member_id
        self._seen: dict[str, int] = {}
        self._untold = 0

    def end(self) -> None:
        """Say how many faults were left out."""
        if self._untold:
            self._rows.bad.append((None, Fault("-", None, faults.more_faults(self._untold))))

    def _bad(self, line: int | None, field: str, value: object, said: Said) -> None:
        if len(self._rows.bad) >= BAD_ROWS_MAX:
            self._untold += 1
            return
        shown = None if value is None else spelled_out(str(value)[:200])
        self._rows.bad.append((line, Fault(spelled_out(field), shown, said)))

    def _cannot_be_kept(self, line: int, document: Any) -> bool:
        """Tell of a row with text that neither the vault nor the log could keep."""
        found = not_kept_in(document)
        if found is not None:
            place, text = found
            self._bad(line, ".".join(map(str, place)), text, faults.TEXT_NOT_KEPT)
        return found is not None

    def csv(self, body: bytes) -> None:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._bad(None, "file", _text_of(body[error.start : error.start + 20]), faults.NOT_UTF8)
            return
        table = csv.DictReader(io.StringIO(text, newline=""), restkey=_SURPLUS)
        missing = [name for name in _WANTED if name not in (table.fieldnames or ())]
        if missing:
            self._bad(1, missing[0], table.fieldnames, faults.COLUMN_MISSING)
            return
        if (repeated := _repeated(table.fieldnames or ())) is not None:
            self._bad(1, repeated, None, faults.FIELD_REPEATED)
            return
        try:
            for row in table:
                if table.line_num > _ROWS_MAX:
                    self._bad(table.line_num, "file", _ROWS_MAX, faults.ROWS_MORE_THAN_TAKEN)
                    return
                self._csv_row(table.line_num, row)
        except csv.Error:
            self._bad(table.line_num, "file", None, faults.NOT_CSV)

    def _csv_row(self, line: int, row: dict[str, Any]) -> None:
        if _SURPLUS in row:
            self._bad(line, "row", row[_SURPLUS], faults.MORE_CELLS_THAN_COLUMNS)
            return
        if self._cannot_be_kept(line, row):
            return
        cells = {key: (value or "").strip() for key, value in row.items()}
        try:
            home = {"lon": float(cells["lon"]), "lat": float(cells["lat"])}
        except ValueError:
            self._bad(line, "lon, lat", f"{cells['lon']}, {cells['lat']}", faults.NOT_DEGREES)
            return
        document: dict[str, Any] = {
            "home": home,
            "team_number": cells["team_number"],
            **{name: cells[name] for name in _PRIVATE if name in cells},
        }
        for name in ("standing", "party", "home_branch"):
            if cells.get(name):
                document[name] = cells[name]
        document["skills"] = [it for it in cells.get("skills", "").replace(";", " ").split() if it]
        try:
            document["certificates"] = _certificates(cells.get("certificates", ""))
        except ValueError:
            self._bad(
                line, "certificates", cells["certificates"],
                faults.NOT_LIKE_CERTIFICATES,
            )  # fmt: skip
            return
        self._person(line, document, in_columns=True)

    def json(self, body: bytes) -> None:
        try:
            document = read_loose_json(body)
        except BadDocument as error:
            field = "file" if error.field == "-" else error.field
            self._bad(None, field, _text_of(body[:80]), error.said)
            return
        if not isinstance(document, dict):
            self._bad(None, "file", type(document).__name__, faults.NOT_OBJECT_OF_LISTS)
            return
        for name in sorted(document.keys() - _LISTS.keys()):
            self._bad(None, name, None, faults.unknown_list(list(_LISTS)))
        for name, model in _LISTS.items():
            things = document.get(name, [])
            if not isinstance(things, list) or len(things) > _ROWS_MAX:
                self._bad(None, name, type(things).__name__, faults.not_a_list_of(_ROWS_MAX))
                continue
            for number, thing in enumerate(things, 1):
                self._item(number, name, model, thing)

    def _item(self, number: int, name: str, model: type[Value], thing: Any) -> None:
        if not isinstance(thing, dict):
            self._bad(number, name, thing, faults.NOT_AN_OBJECT)
        elif self._cannot_be_kept(number, thing):
            return
        elif name == "people":
            self._person(number, thing)
        else:
            self._thing(number, name, model, thing)

    def _too_much(self, line: int, name: str, model: type[Value], document: Any) -> bool:
        """Tell of a row that holds far more than its model takes, before a model is made of it."""
        found = excesses(model, document)
        for it in found:
            self._bad(line, ".".join(map(str, (name, *it.place))), it.value, it.said)
        return bool(found)

    def _thing(self, line: int, name: str, model: type[Value], document: Any) -> None:
        if self._too_much(line, name, model, document):
            return
        try:
            made: Any = from_document(model, json.dumps(document))
        except ValidationError as error:
            self._wrong(line, name, error)
            return
        self._rows.lists[name].append(made)
        if isinstance(made, Team):
            self._teams[made.number] = made.team_id

    def _person(self, line: int, document: dict[str, Any], *, in_columns: bool = False) -> None:
        private = {name: str(document.get(name) or "") for name in _PRIVATE}
        number = private["staff_number"]
        if number and number in self._seen:
            self._bad(line, "staff_number", number, faults.stands_already(self._seen[number]))
            return
        fields = {key: value for key, value in document.items() if key not in _PRIVATE}
        if "team_number" in fields:
            team = fields.pop("team_number")
            if not isinstance(team, str) or team not in self._teams:
                said = _no_such_team(str(team), self._numbers())
                self._bad(line, "team_number", team, said)
                return
            fields["team_id"] = self._teams[team]
        if "member_id" not in fields:
            if not number:
                self._bad(line, "staff_number", number, faults.NUMBER_WANTED)
                return
            fields["member_id"] = self._member_id(number)
        if self._too_much(line, "people", Person, fields):
            return
        try:
            person = from_document(Person, json.dumps(fields))
        except ValidationError as error:
            self._wrong(line, "people", error, in_columns=in_columns)
            return
        self._seen[number] = line
        self._rows.lines[person.member_id] = line
        self._rows.lists["people"].append(as_recorded(person, self._home_cell_m))
        papers = ";".join(f"{it.skill.value}/{it.number}" for it in person.certificates)
        exact = (person.home.lon, person.home.lat, papers)
        self._rows.personal[person.member_id] = (number, private["name"], private["phone"], *exact)

    def _numbers(self) -> list[str]:
        """Return the numbers of all teams, sorted: once, not for each of many bad rows."""
        if len(self._sorted) != len(self._teams):
            self._sorted = sorted(self._teams)
        return self._sorted

    def _wrong(
        self, line: int, name: str, error: ValidationError, *, in_columns: bool = False
    ) -> None:
        for detail in error.errors(include_url=False):
            parts = [str(part) for part in detail["loc"]] or [name]
            field = _column_of(parts) if in_columns else ".".join(parts)
            value = detail.get("input") if detail["type"] != "missing" else None
            self._bad(line, field, value, said_of(detail))


def _no_such_team(number: str, teams: Sequence[str]) -> Said:
    """Say which numbers there are, those first that stand where this one would.

    Args:
        number: as it was given.
        teams: all there are, sorted.
    """
    if not teams:
        return faults.NO_TEAMS_YET
    first = max(0, min(bisect(teams, number) - TEAMS_TOLD // 2, len(teams) - TEAMS_TOLD))
    told = teams[first : first + TEAMS_TOLD]
    return faults.no_team_of_number([*told, "…"] if len(teams) > len(told) else [*told])


def _repeated(names: Sequence[str]) -> str | None:
    """Return the first name that stands among others of the same; None if each stands once."""
    return next((it for index, it in enumerate(names) if it and it in names[:index]), None)


def _text_of(part: bytes) -> str:
    """Return bytes as people read them; what is not UTF-8 is spelled out."""
    return part.decode("utf-8", "backslashreplace")


def _column_of(parts: Sequence[str]) -> str:
    """Return the column that a part of a person came from: `home.lon` from `lon`."""
    first, *rest = parts
    return rest[0] if first == "home" and rest else first


def _certificates(text: str) -> list[dict[str, Any]]:
    """Read `skill/number/last day`, several with `;`; valid to the end of that day, UTC."""
    found = []
    for part in filter(None, (it.strip() for it in text.split(";"))):
        skill, number, day = part.split("/")
        last = datetime.fromisoformat(day).replace(tzinfo=UTC)
        found.append(
            {
                "skill": skill,
                "number": number,
                "valid_until": int(last.timestamp() * 1_000) + 86_399_999,
            }
        )
    return found
