"""A roster from a table (people) or JSON (everything): good rows, and why each other is bad.

Names, phones, staff numbers, exact homes and numbers of papers are taken out here: they go to the
vault, the rest to the log.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from coordinator.documents import BadDocument, read_loose_json
from coordinator.domain.geography import distance_m
from coordinator.domain.recorded_people import as_recorded
from coordinator.feeds.row_faults import column_of, no_such_team, repeated, text_of
from coordinator.feeds.tables import BadTable, is_workbook, read_table, unpacked
from coordinator.feeds.written import (
    certificates,
    coded,
    end_of_day,
    heading,
    listed,
    phone_of,
)
from schemas.bounds import Position, not_kept_in, spelled_out
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
_TABLES: Final = frozenset(
    {
        "text/csv",
        "application/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
_REMOVED: Final = {
    "removed_shifts": re.compile(r"shf_[0-7][0-9A-HJKMNP-TV-Z]{25}"),
    "removed_members": re.compile(r"mem_[0-7][0-9A-HJKMNP-TV-Z]{25}"),
}
_HEADINGS_WITHIN: Final = 5
"""The headings stand in one of the first rows: above them there may be a title."""
_NAME_MAX: Final = 100
_HOME_FAR_KM: Final = 300
"""Who lives farther from their team than this lives elsewhere: swapped, or left at 0."""


class RosterRows(NamedTuple):
    """What could be read; people live in the middle of their cells.

    `personal` maps member ids to (staff number, name, phone, longitude and latitude of the home,
    numbers of certificates as `skill/number`); `lines` says where each of them stands, and each
    shift. `leavers` are those whose last day is over, `removed_shifts` those that are deleted.
    """

    lists: dict[str, list[Any]]
    personal: dict[str, tuple[str, str, str, float, float, str]]
    bad: list[tuple[int | None, Fault]]
    lines: dict[str, int]
    leavers: list[str]
    removed_shifts: list[str]

    def counts(self) -> dict[str, int]:
        """Return how many of each are taken in, and how many leave."""
        return {name: len(things) for name, things in self.lists.items()} | {
            "removed_members": len(self.leavers),
            "removed_shifts": len(self.removed_shifts),
        }


class Known(NamedTuple):
    """What is known where a roster is read.

    `teams`: ids of the teams already there, by number; `bases`: where they are, by id.
    `member_id` gives the id of a staff number, always the same; what it raises comes through.
    `home_cell_m`: how exactly the record may know where people live, metres.
    `at`: now, UTC milliseconds; whose last day is over by then leaves.
    `utc_offset_min`: of the clocks at whose midnight a day ends.
    """

    teams: Mapping[str, str]
    member_id: Callable[[str], str]
    home_cell_m: int
    bases: Mapping[str, Position]
    at: int
    utc_offset_min: int


def read_roster(body: bytes, media_type: str, known: Known) -> RosterRows:
    """Read a roster.

    Args:
        body: the file, packed or not.
        media_type: `text/csv` or that of a workbook, or JSON for anything else.
        known: what is there already.
    """
    rows = RosterRows({name: [] for name in _LISTS}, {}, [], {}, [], [])
    reader = _Reader(rows, known)
    reader.read(body, media_type)
    reader.end()
    return rows


class _Reader:
    def __init__(self, rows: RosterRows, known: Known) -> None:
        self._rows = rows
        self._known = known
        self._teams = dict(known.teams)
        self._bases = dict(known.bases)
        self._sorted: list[str] = []
        self._seen: dict[str, int] = {}
        self._untold = 0

    def read(self, body: bytes, media_type: str) -> None:
        try:
            body = unpacked(body)
        except BadTable as error:
            self._no_table(error)
            return
        if media_type in _TABLES or is_workbook(body):
            self.table(body)
        else:
            self.json(body)

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

    def table(self, body: bytes) -> None:
        """Read people from a table; a title above the headings is passed over."""
        try:
            table = read_table(body, rows_max=_ROWS_MAX)
        except BadTable as error:
            self._no_table(error)
            return
        names = [[heading(cell) for cell in it.cells] for it in table[:_HEADINGS_WITHIN]]
        first = next((i for i, it in enumerate(names) if {*_WANTED} <= {*it}), None)
        if first is None:
            top = names[0] if names else []
            missing = next(it for it in _WANTED if it not in top)
            self._bad(1, missing, top or None, faults.COLUMN_MISSING)
            return
        if (twice := repeated(names[first])) is not None:
            self._bad(table[first].line, twice, None, faults.FIELD_REPEATED)
            return
        for line, cells in table[first + 1 :]:
            self._table_row(line, names[first], cells)

    def _no_table(self, error: BadTable) -> None:
        shown = text_of(error.shown) if isinstance(error.shown, bytes) else error.shown
        self._bad(error.line, "file", shown, error.said)

    def _row_lacks(self, line: int, cells: dict[str, str], surplus: list[str]) -> bool:
        """Tell of a row whose cells are too many, cannot be kept, or do not say who it is."""
        if surplus:
            self._bad(line, "row", surplus, faults.MORE_CELLS_THAN_COLUMNS)
            return True
        if self._cannot_be_kept(line, cells):
            return True
        lacking = [it for it in ("name", "phone") if cells.get(it) == ""]
        if lacking:
            self._bad(line, lacking[0], None, faults.MISSING)
        return bool(lacking)

    def _table_row(self, line: int, names: list[str], row: list[str]) -> None:
        row = row + [""] * (len(names) - len(row))
        cells = {key: text.strip() for key, text in zip(names, row, strict=False) if key}
        if self._row_lacks(line, cells, [it for it in row[len(names) :] if it.strip()]):
            return
        document: dict[str, Any] = {
            name: cells[name] for name in (*_PRIVATE, "team_number") if name in cells
        }
        for name in ("standing", "party", "home_branch", "leaves_on"):
            if cells.get(name):
                document[name] = coded(name, cells[name])
        try:
            document["home"] = {"lon": float(cells["lon"]), "lat": float(cells["lat"])}
        except (KeyError, ValueError):
            where = f"{cells.get('lon', '')}, {cells.get('lat', '')}"
            self._bad(line, "lon, lat", where, faults.NOT_DEGREES)
            return
        document["skills"] = [coded("skill", it) for it in listed(cells.get("skills", ""))]
        try:
            papers = certificates(cells.get("certificates", ""), self._known.utc_offset_min)
            document["certificates"] = papers
        except ValueError:
            self._bad(line, "certificates", cells["certificates"], faults.NOT_LIKE_CERTIFICATES)
            return
        self._person(line, document, in_columns=True)

    def json(self, body: bytes) -> None:
        try:
            document = read_loose_json(body)
        except BadDocument as error:
            field = "file" if error.field == "-" else error.field
            self._bad(None, field, text_of(body[:80]), error.said)
            return
        if not isinstance(document, dict):
            self._bad(None, "file", type(document).__name__, faults.NOT_OBJECT_OF_LISTS)
            return
        for name in sorted(document.keys() - _LISTS.keys() - _REMOVED.keys()):
            self._bad(None, name, None, faults.unknown_list([*_LISTS, *_REMOVED]))
        for name, model in _LISTS.items():
            things = document.get(name, [])
            if not isinstance(things, list) or len(things) > _ROWS_MAX:
                self._bad(None, name, type(things).__name__, faults.not_a_list_of(_ROWS_MAX))
                continue
            for number, thing in enumerate(things, 1):
                self._item(number, name, model, thing)
        for name in _REMOVED:
            self._removed(name, document.get(name, []))

    def _removed(self, name: str, ids: Any) -> None:
        """Take in who leaves and which shifts are deleted, by id."""
        if not isinstance(ids, list) or len(ids) > _ROWS_MAX:
            self._bad(None, name, type(ids).__name__, faults.not_a_list_of(_ROWS_MAX))
            return
        for number, id_ in enumerate(ids, 1):
            if not isinstance(id_, str) or not _REMOVED[name].fullmatch(id_):
                self._bad(number, name, id_, faults.NOT_AN_ID)
            elif name == "removed_shifts":
                self._rows.removed_shifts.append(id_)
                self._rows.lines[id_] = number
            else:
                self._leaves(number, id_, ("", "", ""))

    def _leaves(self, line: int, member_id: str, named: tuple[str, str, str]) -> None:
        self._rows.leavers.append(member_id)
        self._rows.lines[member_id] = line
        self._rows.personal.setdefault(member_id, (*named, 0.0, 0.0, ""))

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
            self._bases[made.team_id] = made.base
        elif isinstance(made, Shift):
            self._rows.lines[made.shift_id] = line

    def _person(self, line: int, document: dict[str, Any], *, in_columns: bool = False) -> None:
        private = {name: str(document.get(name) or "") for name in _PRIVATE}
        fields = {key: value for key, value in document.items() if key not in _PRIVATE}
        if not self._is_somebody(line, private, fields):
            return
        named = (private["staff_number"], private["name"], private["phone"])
        leaves_at = fields.get("leaves_at")
        if leaves_at is not None and leaves_at <= self._known.at:
            self._seen[named[0]] = line
            self._leaves(line, str(fields["member_id"]), named)
            return
        person = self._person_of(line, fields, in_columns=in_columns)
        if person is None:
            return
        self._seen[named[0]] = line
        self._rows.lines[person.member_id] = line
        self._rows.lists["people"].append(as_recorded(person, self._known.home_cell_m))
        papers = ";".join(f"{it.skill.value}/{it.number}" for it in person.certificates)
        exact = (person.home.lon, person.home.lat, papers)
        self._rows.personal[person.member_id] = (*named, *exact)

    def _is_somebody(self, line: int, private: dict[str, str], fields: dict[str, Any]) -> bool:
        """Put in who it is, their team, and their last day; False where one of them is wrong."""
        number = private["staff_number"]
        if number and number in self._seen:
            self._bad(line, "staff_number", number, faults.stands_already(self._seen[number]))
            return False
        if not self._can_be_private(line, private) or not self._has_last_day(line, fields):
            return False
        if "team_number" in fields:
            team = fields.pop("team_number")
            if not isinstance(team, str) or team not in self._teams:
                said = no_such_team(str(team), self._numbers())
                self._bad(line, "team_number", team, said)
                return False
            fields["team_id"] = self._teams[team]
        if "member_id" not in fields:
            if not number:
                self._bad(line, "staff_number", number, faults.NUMBER_WANTED)
                return False
            fields["member_id"] = self._known.member_id(number)
        return True

    def _person_of(self, line: int, fields: dict[str, Any], *, in_columns: bool) -> Person | None:
        if self._too_much(line, "people", Person, fields):
            return None
        try:
            person = from_document(Person, json.dumps(fields))
        except ValidationError as error:
            self._wrong(line, "people", error, in_columns=in_columns)
            return None
        if (far_km := self._far_from_team(person)) > _HOME_FAR_KM:
            where = f"{person.home.lon}, {person.home.lat}"
            self._bad(line, "lon, lat" if in_columns else "home", where, faults.home_far(far_km))
            return None
        return person

    def _can_be_private(self, line: int, private: dict[str, str]) -> bool:
        """Whether name and number can be kept; the phone is written as it is dialled."""
        for name in ("staff_number", "name"):
            if len(private[name]) > _NAME_MAX:
                self._bad(line, name, private[name], faults.string_too_long(_NAME_MAX))
                return False
        if private["phone"]:
            phone = phone_of(private["phone"])
            if phone is None:
                self._bad(line, "phone", private["phone"], faults.NOT_A_PHONE)
                return False
            private["phone"] = phone
        return True

    def _has_last_day(self, line: int, fields: dict[str, Any]) -> bool:
        """Put in until when somebody is here, from the day it is written as; False for no day."""
        day = fields.pop("leaves_on", None)
        if day is None:
            return True
        try:
            fields["leaves_at"] = end_of_day(str(day), self._known.utc_offset_min)
        except ValueError:
            self._bad(line, "leaves_on", day, faults.NOT_A_DAY)
            return False
        return True

    def _far_from_team(self, person: Person) -> int:
        base = self._bases.get(person.team_id)
        return 0 if base is None else int(distance_m(person.home, base) / 1_000)

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
            field = column_of(parts) if in_columns else ".".join(parts)
            value = detail.get("input") if detail["type"] != "missing" else None
            self._bad(line, field, value, said_of(detail))
