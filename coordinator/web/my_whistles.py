"""Which communities call: my own, those I go to, those I may go to, and who comes already.

Put together from rows that are drawn once for everybody: a row for each member would be drawn
again for a whole roster whenever one of them says that they come.
"""

from collections.abc import Mapping
from typing import Any, Final

from coordinator.boards import community_whistles, my_communities, people
from coordinator.boards.ports import BoardStore, Row

WHISTLES: Final = community_whistles.BOARD.name
_SHOWN: Final = 40


def whistles_of(boards: BoardStore, jurisdiction: str, member_id: str) -> list[dict[str, Any]]:
    """Return the open whistles a member sees: where they go first, then their own communities."""
    called = boards.rows(WHISTLES, [jurisdiction])
    if not called:
        return []
    ties = ties_of(boards, jurisdiction, member_id)
    free = _is_free(boards.row(people.BOARD.name, jurisdiction, member_id))
    seen = (_seen_by(member_id, row, ties, free=free) for _, _, row in called)
    return sorted((it for it in seen if it is not None), key=_order)[:_SHOWN]


def ties_of(boards: BoardStore, jurisdiction: str, member_id: str) -> Mapping[str, list[str]]:
    """Return the communities a member is posted to, each with what ties them to it."""
    row = boards.row(my_communities.BOARD.name, jurisdiction, member_id)
    found: dict[str, list[str]] = {}
    for it in () if row is None else row["communities"]:
        found.setdefault(it["community"], []).append(it["tie"])
    return found


def is_full(whistle: Row) -> bool:
    come, wanted = len(whistle["claimed"]), int(whistle["wanted"])
    return come >= wanted


def _is_free(person: Row | None) -> bool:
    """Say whether the member's claim would be taken: off duty, too, but bound by nothing."""
    return person is not None and person["assignment_id"] is None and person["posted_to"] is None


def _seen_by(
    member_id: str, whistle: Row, ties: Mapping[str, list[str]], *, free: bool
) -> dict[str, Any] | None:
    goes = member_id in whistle["claimed"]
    concerned = goes or whistle["community"] in ties
    may_claim = free and not goes and not is_full(whistle)
    if not (concerned or may_claim):
        return None
    shown = {name: it for name, it in whistle.items() if name not in ("claimed", "there")}
    return shown | {
        "ties": ties.get(whistle["community"], []),
        "mine": _mine(member_id, whistle),
        "may_claim": may_claim,
        "come": len(whistle["claimed"]),
        "come_there": len(whistle["there"]),
        # Who goes where is for those who belong there or go there, too: others see how many.
        "people": [
            {"member_id": it, "there": it in whistle["there"]}
            for it in (whistle["claimed"] if concerned else ())
        ],
    }


def _mine(member_id: str, whistle: Row) -> str | None:
    if member_id in whistle["there"]:
        return "there"
    return "coming" if member_id in whistle["claimed"] else None


def _order(whistle: dict[str, Any]) -> tuple[bool, bool, int, str]:
    by_when = whistle["report_by"] or whistle["claim_by"]
    return whistle["mine"] is None, not whistle["ties"], by_when, whistle["whistle_id"]
