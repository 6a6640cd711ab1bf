"""Importing a roster into a running home: rows read, names to the vault, the rest to the log."""

from collections.abc import Callable, Coroutine
from typing import Any

from coordinator.feeds.roster_rows import RosterRows, read_roster
from coordinator.home.home import Home
from coordinator.private.vault import PersonalData
from coordinator.web.ports import RosterReport
from schemas.ids import ulid_of
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import Realm, Role

_AT_ONCE = 500


def importer(
    home: Home,
) -> Callable[[str, bytes, str, bool, str], Coroutine[Any, Any, RosterReport]]:
    """Return what the server and the command line import rosters with."""

    async def import_roster(
        jurisdiction: str, body: bytes, media_type: str, dry_run: bool, actor_id: str
    ) -> RosterReport:
        state = home.state_of(jurisdiction)
        rows = read_roster(
            body,
            media_type,
            jurisdiction=jurisdiction,
            teams={team.number: team.team_id for team in state.roster.teams.values()},
            member_id=lambda number: home.vault.member_id(jurisdiction, number),
        )
        counts = {name: len(things) for name, things in rows.lists.items()}
        if dry_run or not any(counts.values()):
            return RosterReport(counts, rows.bad, imported=False)
        refused = await _submit(home, jurisdiction, rows, actor_id)
        if refused is None:
            home.vault.put(
                PersonalData(member_id, jurisdiction, number, name, phone)
                for member_id, (number, name, phone) in rows.personal.items()
            )
            return RosterReport(counts, rows.bad, imported=True)
        return RosterReport(counts, [*rows.bad, refused], imported=False)

    return import_roster


async def _submit(
    home: Home, jurisdiction: str, rows: RosterRows, actor_id: str
) -> dict[str, Any] | None:
    """Submit the lists in order, teams first; return the first refusal as a bad row."""
    realm = Realm(home.realm_of(jurisdiction))
    for name, things in rows.lists.items():
        for start in range(0, len(things), _AT_ONCE):
            at = home.clock.now()
            part: Any = tuple(things[start : start + _AT_ONCE])
            receipt = await home.submit(
                ImportRoster(
                    signal_id=ulid_of(at, "roster", jurisdiction, name, str(start), str(part)),
                    jurisdiction=jurisdiction,
                    realm=realm,
                    at=at,
                    actor_id=actor_id,
                    actor_role=Role.DISPATCHER,
                    **{name: part},
                )
            )
            if receipt.refused is not None:
                return {
                    "line": None,
                    "field": receipt.refused.field or name,
                    "value": receipt.refused.value,
                    "reason": receipt.refused.rule,
                }
    return None
