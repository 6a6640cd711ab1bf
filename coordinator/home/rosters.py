"""Importing a roster into a running home: rows read, names to the vault, the rest to the log.

Names are kept first, part by part, and taken back where the log does not take that part: nobody
stands on the log without a name. Where the outcome is not known the names stay.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from coordinator.clock import WallClock
from coordinator.domain.cause import Cause
from coordinator.domain.jurisdiction import fold
from coordinator.domain.roster.decide import decide
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.errors import BadFile, Busy, LogFull
from coordinator.feeds.roster_rows import Known, RosterRows, read_roster
from coordinator.home.home import Home
from coordinator.private.member_ids import MemberIds
from coordinator.private.vault import PersonalData, Vault
from coordinator.web.ports import BadRow, Importing, RosterReport
from schemas.events.notice import SignalRefused
from schemas.ids import ulid_of
from schemas.sentences import faults
from schemas.signals.roster import ImportRoster
from schemas.told import token_in
from schemas.vocabulary import Realm, Role
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
        known = _known(jurisdiction, state, home.vault, MemberIds(folder), home.clock.now())
        # In a thread: megabytes of rows are read while others are decided.
        rows = await asyncio.to_thread(_read, known, body, media_type)
        _only_news(rows, home.state_of(jurisdiction))
        if dry_run or not any(rows.counts().values()):
            return _would(home.clock.now(), jurisdiction, state, rows)
        refused = await _import(home, jurisdiction, rows, by)
        if refused is None:
            stays = await _let_go(home, jurisdiction, rows, by)
            counts = rows.counts() | {"removed_members": len(rows.leavers) - len(stays)}
            return RosterReport(counts, [*_bad(rows), *stays], imported=True)
        return RosterReport(rows.counts(), [*_bad(rows), refused], imported=False)

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
    at = WallClock().now()
    rows = _read(_known(jurisdiction, state, vault, ids, at), body, media_type)
    _only_news(rows, state)
    return _would(at, jurisdiction, state, rows)


def _only_news(rows: RosterRows, state: Jurisdiction) -> None:
    """Leave out who has left already and what is deleted already, and leavers from their shifts.

    The same file comes again every night, and leavers stand in it for a while.
    """
    gone = frozenset(rows.leavers)
    rows.leavers[:] = [it for it in dict.fromkeys(rows.leavers) if it in state.roster.members]
    rows.removed_shifts[:] = [
        it for it in dict.fromkeys(rows.removed_shifts) if it in state.roster.shifts
    ]
    shifts = rows.lists.get("shifts", [])
    stay = ((it, tuple(who for who in it.member_ids if who not in gone)) for it in shifts)
    shifts[:] = [
        it if ids == it.member_ids else replace(it, member_ids=ids) for it, ids in stay if ids
    ]


def _would(at: int, jurisdiction: str, state: Jurisdiction, rows: RosterRows) -> RosterReport:
    """Judge rows by the rules that an import of them is judged by."""
    bad = _bad(rows)
    by = Importing("command-line", Role.DISPATCHER)
    for name, start, part in _parts(rows):
        signal = _signal(at, jurisdiction, Realm(state.realm), (name, start), part, by)
        facts = tuple(decide(state, signal, Cause(signal, at, at)))
        for it in facts:
            if isinstance(it, SignalRefused):
                bad.append(_as_row(rows, name, it))
                return RosterReport(rows.counts(), bad, imported=False)
        state = fold(state, facts, at)
    stays = 0
    for key, part in _leaving(rows):
        signal = _signal(at, jurisdiction, Realm(state.realm), key, part, by)
        for it in decide(state, signal, Cause(signal, at, at)):
            if isinstance(it, SignalRefused):
                stays += 1
                bad.append(_as_row(rows, key[0], it))
    counts = rows.counts() | {"removed_members": len(rows.leavers) - stays}
    return RosterReport(counts, bad, imported=False)


def _parts(rows: RosterRows) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield the lists in order, teams first, each in parts that one signal holds."""
    for name, things in rows.lists.items():
        for start in range(0, len(things), _AT_ONCE):
            yield name, str(start), things[start : start + _AT_ONCE]
    for start in range(0, len(rows.removed_shifts), _AT_ONCE):
        yield "removed_shifts", str(start), rows.removed_shifts[start : start + _AT_ONCE]


def _leaving(rows: RosterRows) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Yield the leavers one by one: who cannot leave yet keeps nobody else here."""
    for it in rows.leavers:
        yield ("removed_members", it), [it]


def _as_row(rows: RosterRows, name: str, refused: SignalRefused) -> BadRow:
    """Return a refusal by line, staff number and name: who reads the file knows no ids."""
    named = {id_: " ".join(it[:2]) for id_, it in rows.personal.items()}
    about = [id_ for ids in refused.rule.ids.values() for id_ in ids]
    ids = {
        hole: tuple(named.get(id_, id_) for id_ in found)
        for hole, found in refused.rule.ids.items()
    }
    line = next((rows.lines[it] for it in about if it in rows.lines), None)
    said = replace(refused.rule, ids=ids)
    return BadRow(line, Fault(refused.field or name, refused.value, said, rule=True))


def _known(jurisdiction: str, state: Jurisdiction, vault: Vault, ids: MemberIds, at: int) -> Known:
    """Return what is there already; a staff number that is not there yet gets a new id."""
    people = vault.member_ids(jurisdiction)
    every = state.roster.teams.values()
    return Known(
        teams={team.number: team.team_id for team in every},
        member_id=lambda number: people.get(number) or ids.of(jurisdiction, number),
        home_cell_m=state.policy.privacy.home_cell_m,
        bases={team.team_id: team.base for team in every},
        at=at,
        utc_offset_min=state.policy.reporting.utc_offset_min,
    )


def _read(known: Known, body: bytes, media_type: str) -> RosterRows:
    """Read the rows; none, and why, where somebody is new and no key makes their id."""
    try:
        rows = read_roster(
            body,
            media_type,
            known,
        )
    except BadFile as error:
        fault = Fault("staff_number", None, faults.no_key_for_ids(str(error)))
        return RosterRows({}, {}, [(None, fault)], {}, [], [])
    # Names are shown where words are put back, though the record has none of them.
    if (typed := token_in(msgspec.to_builtins([rows.lists, rows.personal]))) is not None:
        fault = Fault("-", typed[1], faults.TOKEN_TYPED)
        return RosterRows({}, {}, [*rows.bad, (None, fault)], {}, [], [])
    return rows


async def _import(home: Home, jurisdiction: str, rows: RosterRows, by: Importing) -> BadRow | None:
    """Import the lists in order, teams first; return the first refusal as a bad row."""
    for name, start, part in _parts(rows):
        key = (name, start)
        if name == "people":
            names = [
                PersonalData(it.member_id, jurisdiction, *rows.personal[it.member_id])
                for it in part
            ]
            refused = await _named(home, jurisdiction, key, part, names, by)
        else:
            refused = await _submit(home, jurisdiction, key, part, by)
        if isinstance(refused, SignalRefused):
            return _as_row(rows, name, refused)
        if refused is not None:
            return refused
    return None


async def _let_go(home: Home, jurisdiction: str, rows: RosterRows, by: Importing) -> list[BadRow]:
    """Let the leavers leave; return who cannot yet, each by the row and with what keeps them."""
    stays: list[BadRow] = []
    for key, part in _leaving(rows):
        refused = await _submit(home, jurisdiction, key, part, by)
        if refused is not None:
            stays.append(_as_row(rows, key[0], refused))
    return stays


async def _named(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
    home: Home,
    jurisdiction: str,
    key: tuple[str, str],
    part: Sequence[Any],
    names: Sequence[PersonalData],
    by: Importing,
) -> BadRow | SignalRefused | None:
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
) -> SignalRefused | None:
    """Submit a part of one list; return its refusal."""
    realm = Realm(home.realm_of(jurisdiction))
    receipt = await home.submit(_signal(home.clock.now(), jurisdiction, realm, key, part, by))
    return receipt.refused


def _signal(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are told
    at: int,
    jurisdiction: str,
    realm: Realm,
    key: tuple[str, str],
    part: Sequence[Any],
    by: Importing,
) -> ImportRoster:
    (name, start), things = key, tuple(part)
    said: dict[str, Any] = {name: things}
    return ImportRoster(
        signal_id=ulid_of(at, "roster", jurisdiction, name, start, str(things)),
        jurisdiction=jurisdiction,
        realm=realm,
        at=at,
        actor_id=by.actor_id,
        actor_role=by.role,
        **said,
    )


def _bad(rows: RosterRows) -> list[BadRow]:
    return [BadRow(*it) for it in rows.bad]
