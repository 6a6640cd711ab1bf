"""What ids are called, joined at the edge for those who may see it."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from coordinator.boards import my_communities
from coordinator.web.ports import Station
from schemas.said import Said, ids_in

_NAMED: Final = {"sit": "sites", "brn": "temporary_branches", "opr": "guarded_operations"}
"""Boards whose rows have a name, by the prefix of their ids."""


def places_named(here: Station, jurisdictions: Iterable[str], ids: Iterable[str]) -> dict[str, str]:
    """Return the names of the sites, branches and operations that are known here."""
    found: dict[str, str] = {}
    places = list(jurisdictions)
    for id_ in sorted(set(ids)):
        board = _NAMED.get(id_.split("_")[0])
        for where in places if board is not None else ():
            row = here.boards.row(str(board), where, id_)
            if row is not None:
                found[id_] = row["name"]
                break
    return found


def names_in_notices(
    here: Station, jurisdiction: str, member_id: str, notices: Iterable[dict[str, Any]]
) -> dict[str, str]:
    """Return what a member's notices name that is theirs to know: places, and their own wards."""
    told = [it["document"].get("text") for it in notices]
    ids = {id_ for it in told if isinstance(it, dict) for id_ in ids_in(_said(it))}
    mine = here.boards.row(my_communities.BOARD.name, jurisdiction, member_id)
    wards = {it["ward_id"]: it["subject"] for it in (mine or {}).get("wards", ())}
    return places_named(here, [jurisdiction], ids) | {
        id_: subject for id_, subject in wards.items() if id_ in ids
    }


def _said(document: dict[str, Any]) -> Said:
    return msgspec.convert(document, Said)
