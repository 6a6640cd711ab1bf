"""The vault: names, phones and homes by member id, and what people typed; erasable.

Nothing in here is ever logged, decided on, or put on the log; erasing it changes no replay
(Emergency Response Law art. 85).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from coordinator.private.file import look_at_private, open_private
from coordinator.private.texts import TEXTS_SCHEMA, Texts

_PEOPLE = """
CREATE TABLE IF NOT EXISTS people (
  member_id TEXT PRIMARY KEY, jurisdiction TEXT NOT NULL, staff_number TEXT NOT NULL,
  name TEXT NOT NULL, phone TEXT NOT NULL, lon REAL, lat REAL, papers TEXT NOT NULL)
  STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS people_by_number ON people (jurisdiction, staff_number)
  WHERE staff_number <> '';
"""
_SCHEMA = f"{_PEOPLE};{TEXTS_SCHEMA}"
_PUT = "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_REPLACED = (
    "SELECT * FROM people WHERE member_id = ?"
    " OR (jurisdiction = ? AND staff_number = ? AND staff_number <> '')"
)
_EXACTLY = (
    "DELETE FROM people WHERE member_id = ? AND jurisdiction = ? AND staff_number = ?"
    " AND name = ? AND phone = ? AND lon IS ? AND lat IS ? AND papers = ?"
)


class PersonalData(NamedTuple):
    """What belongs to one person and to nobody else.

    `lon`, `lat`: where exactly they live. `papers`: certificates as `skill/number`, several with
    `;`.
    """

    member_id: str
    jurisdiction: str
    staff_number: str
    name: str
    phone: str
    lon: float | None = None
    lat: float | None = None
    papers: str = ""

    def __repr__(self) -> str:
        return f"PersonalData({self.member_id})"


class Vault:
    def __init__(self, path: Path, *, untouched: bool = False) -> None:
        """Open or create a vault only its owner can read.

        Args:
            path: where it is or will be.
            untouched: only read it; where there is none, none is made, and nobody is in it.

        Raises:
            BadFile: it is not a vault.
        """
        if untouched:
            self._connection = look_at_private(path, _SCHEMA, holds="names")
        else:
            # An erased name must be gone from the file, not only from the table.
            self._connection = open_private(
                path, _SCHEMA, holds="names", pragmas=["secure_delete = ON"]
            )
        self.texts = Texts(self._connection)

    def put(self, people: Iterable[PersonalData]) -> list[PersonalData]:
        """Keep all of these, or, where one cannot be, none; return the rows they replace."""
        fresh = list(people)
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            before = {
                row
                for it in fresh
                for row in transaction.execute(_REPLACED, (it.member_id, it[1], it[2]))
            }
            transaction.executemany(_PUT, fresh)
        return [PersonalData(*row) for row in sorted(before)]

    def take_back(self, put: Iterable[PersonalData], before: Iterable[PersonalData]) -> None:
        """Undo a `put`: what it returned comes back. Whoever was erased since stays erased."""
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            undone = {it.member_id for it in put if transaction.execute(_EXACTLY, it).rowcount}
            numbers = {(it.jurisdiction, it.staff_number) for it in put if it.member_id in undone}
            transaction.executemany(
                _PUT,
                [
                    it
                    for it in before
                    if it.member_id in undone or (it.jurisdiction, it.staff_number) in numbers
                ],
            )

    def names(
        self, member_ids: Sequence[str], *, of: Sequence[str] | None = None
    ) -> dict[str, str]:
        """Return the names known of these members.

        Args:
            member_ids: any number of them, also of nobody.
            of: jurisdictions whose people alone are named; None for whosever they are.
        """
        found: dict[str, str] = {}
        theirs = "" if of is None else f" AND jurisdiction IN ({','.join('?' * len(of))})"
        for start in range(0, len(member_ids), 500):
            some = member_ids[start : start + 500]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                f"SELECT member_id, name FROM people WHERE member_id IN ({marks}){theirs}",  # noqa: S608
                [*some, *(of or ())],
            )
            found.update(rows.fetchall())
        return found

    def member_ids(self, jurisdiction: str) -> dict[str, str]:
        """Return the ids of all whose staff number is known."""
        return dict(
            self._connection.execute(
                "SELECT staff_number, member_id FROM people WHERE jurisdiction = ?", (jurisdiction,)
            )
        )

    def homes(self, jurisdiction: str) -> list[tuple[float, float]]:
        """Return where people live (longitude, latitude), without saying who."""
        return self._connection.execute(
            "SELECT lon, lat FROM people WHERE jurisdiction = ? AND lon IS NOT NULL"
            " ORDER BY lon, lat",
            (jurisdiction,),
        ).fetchall()

    def person(self, member_id: str) -> PersonalData | None:
        """Return all that is kept of a member; None if nothing is."""
        row = self._connection.execute(
            "SELECT * FROM people WHERE member_id = ?", (member_id,)
        ).fetchone()
        return None if row is None else PersonalData(*row)

    def phone(self, member_id: str) -> str | None:
        """Return the phone number of a member, if one is known."""
        row = self._connection.execute(
            "SELECT phone FROM people WHERE member_id = ?", (member_id,)
        ).fetchone()
        return str(row[0]) if row is not None and row[0] else None

    def erase(self, member_id: str) -> bool:
        """Forget a person; True if there was anything to forget."""
        done = self._connection.execute("DELETE FROM people WHERE member_id = ?", (member_id,))
        return done.rowcount > 0

    def close(self) -> None:
        self._connection.close()
