"""Importing a roster into a running home: rows read, names to the vault, the rest to the log.

Names are kept first, part by part, and taken back where the log does not take that part: nobody
stands on the log without a name. Where the outcome is not known the names stay.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.errors import BadFile, Busy, LogFull
from coordinator.feeds.roster_rows import RosterRows, read_roster
from coordinator.home.home import Home
from coordinator.private.member_ids import MemberIds
from coordinator.private.vault import PersonalData, Vault
from coordinator.web.ports import BadRow, Importing, RosterReport
from schemas.ids import ulid_of
from schemas.sentences import faults
from schemas.signals.roster import ImportRoster
from schemas.told import token_in
from schemas.vocabulary import Realm
from words.faults import Fault

_AT_ONCE = 500


def importer(
    home: Home,
) -> Callable[[str, bytes, str, bool, Importing], Coroutine[Any, Any, RosterReport]]:
    """Return what the server and the command line import rosters with."""

    async def import_roster(
        jurisdiction: str, body: bytes, media_type: str, dry_run: bool, by: Importing
    ) -> RosterReport:
        folder, state = home.settings.data_dir, home.state_of(jurisdiction)
        known = _known(jurisdiction, state, home.vault, MemberIds(folder))
        # In a thread: megabytes of rows are read while others are decided.
        rows = await asyncio.to_thread(_read, known, body, media_type)
        if dry_run or not any(rows.counts().values()):
            return RosterReport(rows.counts(), _bad(rows), imported=False)
        refused = await _import(home, jurisdiction, rows, by)
        bad = _bad(rows) if refused is None else [*_bad(rows), refused]
        return RosterReport(rows.counts(), bad, imported=refused is None)

    return import_roster


def would_import(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
    jurisdiction: str,
    state: Jurisdiction,
    vault: Vault,
    ids: MemberIds,
    body: bytes,
    media_type: str,
) -> RosterReport:
    """Say what an import would do; nothing is done."""
    rows = _read(_known(jurisdiction, state, vault, ids), body, media_type)
    return RosterReport(rows.counts(), _bad(rows), imported=False)


class _Known(NamedTuple):
    """What is there already: ids of teams by number, ids of people by staff number.

    `new_id` gives the id of a staff number that is not there yet.
    """

    teams: dict[str, str]
    people: dict[str, str]
    new_id: Callable[[str], str]
    home_cell_m: int

    def id_of(self, staff_number: str) -> str:
        return self.people.get(staff_number) or self.new_id(staff_number)


def _known(jurisdiction: str, state: Jurisdiction, vault: Vault, ids: MemberIds) -> _Known:
    teams = {team.number: team.team_id for team in state.roster.teams.values()}
    cell_m = state.policy.privacy.home_cell_m
    return _Known(teams, vault.member_ids(jurisdiction), partial(ids.of, jurisdiction), cell_m)


def _read(known: _Known, body: bytes, media_type: str) -> RosterRows:
    """Read the rows; none, and why, where somebody is new and no key makes their id."""
    try:
        rows = read_roster(
            body,
            media_type,
            teams=known.teams,
            member_id=known.id_of,
            home_cell_m=known.home_cell_m,
        )
    except BadFile as error:
        return RosterRows(
            {}, {}, [(None, Fault("staff_number", None, faults.no_key_for_ids(str(error))))]
        )
    # Names are shown where words are put back, though the record has none of them.
    if (typed := token_in(msgspec.to_builtins([rows.lists, rows.personal]))) is not None:
        return RosterRows({}, {}, [*rows.bad, (None, Fault("-", typed[1], faults.TOKEN_TYPED))])
    return rows


async def _import(home: Home, jurisdiction: str, rows: RosterRows, by: Importing) -> BadRow | None:
    """Import the lists in order, teams first; return the first refusal as a bad row."""
    for name, things in rows.lists.items():
        for start in range(0, len(things), _AT_ONCE):
            part = things[start : start + _AT_ONCE]
            key = (name, str(start))
            if name == "people":
                names = [
                    PersonalData(it.member_id, jurisdiction, *rows.personal[it.member_id])
                    for it in part
                ]
                refused = await _named(home, jurisdiction, key, part, names, by)
            else:
                refused = await _submit(home, jurisdiction, key, part, by)
            if refused is not None:
                return refused
    return None


async def _named(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
    home: Home,
    jurisdiction: str,
    key: tuple[str, str],
    part: Sequence[Any],
    names: Sequence[PersonalData],
    by: Importing,
) -> BadRow | None:
    """Keep names, then submit who has them; names of whom the log does not take are taken back."""
    try:
        before = home.vault.put(names)
    except sqlite3.Error as error:
        return BadRow(None, Fault("people", None, faults.names_not_kept(str(error))))
    try:
        refused = await _submit(home, jurisdiction, key, part, by)
    except (Busy, LogFull):
        home.vault.take_back(names, before)
        raise
    if refused is not None:
        home.vault.take_back(names, before)
    return refused


async def _submit(
    home: Home, jurisdiction: str, key: tuple[str, str], part: Sequence[Any], by: Importing
) -> BadRow | None:
    """Submit a part of one list; return a refusal as a bad row."""
    at, (name, start) = home.clock.now(), key
    things: Any = tuple(part)
    receipt = await home.submit(
        ImportRoster(
            signal_id=ulid_of(at, "roster", jurisdiction, name, start, str(things)),
            jurisdiction=jurisdiction,
            realm=Realm(home.realm_of(jurisdiction)),
            at=at,
            actor_id=by.actor_id,
            actor_role=by.role,
            **{name: things},
        )
    )
    it = receipt.refused
    if it is None:
        return None
    return BadRow(None, Fault(it.field or name, it.value, it.rule, rule=True))


def _bad(rows: RosterRows) -> list[BadRow]:
    return [BadRow(*it) for it in rows.bad]
