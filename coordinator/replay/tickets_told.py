"""The work tickets of an incident or a task in its report: who answered for what, and when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from coordinator.replay.report_page import NONE, Page, Told
from words.catalogue import current

_WHO: Final = ("ticket", "work_kind", "work_leader", "guardian", "crew", "issued_by")
_WHEN: Final = (
    "ticket",
    "permitted_by",
    "reference",
    "permitted_at",
    "begun",
    "work_ended",
    "ended_at",
)
_PARTS: Final = {
    "leader": "work_leader",
    "guardian": "guardian",
    "issuer": "issuer",
    "permitter": "permitter",
}


def tables(events: Told, page: Page) -> Iterable[str]:
    """Return the tables of tickets, as they stood at last; none where there was no ticket."""
    tickets = _tickets(events)
    yield page.table("tickets", _WHO, [_who(it, page) for it in tickets])
    yield page.table("times_of_tickets", _WHEN, [_when(it, page) for it in tickets])


def _tickets(events: Told) -> list[dict[str, Any]]:
    """Return each ticket by what was said of it: the last of each counts, the first start does."""
    found: dict[str, dict[str, Any]] = {}
    for entry, event in events:
        id_ = str(event.get("ticket_id"))
        if event["type"] == "ticket_drafted":
            found[id_] = dict(event)
        elif id_ in found:
            _put(found[id_], event, entry.at)
    return list(found.values())


def _put(ticket: dict[str, Any], event: Mapping[str, Any], at: int) -> None:  # noqa: C901 - one case for each fact
    happened_at = event.get("happened_at", at)
    match event["type"]:
        case "ticket_issued":
            ticket["issuer"] = event["issued_by"]
        case "interlock_confirmed" if event["interlock"] == "permit":
            ticket["permitter"] = event["confirmed_by"]
            ticket |= {"reference": event.get("reference"), "permitted_at": happened_at}
        case "interlock_withdrawn" if event["interlock"] == "permit":
            ticket |= {"reference": None, "permitted_at": None}
        case "work_started":
            ticket.setdefault("begun", happened_at)
        case "work_finished":
            ticket["done"] = happened_at
        case "ticket_ended" | "ticket_cancelled":
            ticket["ended_at"] = happened_at
        case "ticket_handed_over" if event["role"] in _PARTS:
            ticket[_PARTS[event["role"]]] = event["to"]
        case "ticket_handed_over":
            others = [it for it in ticket["crew"] if it != event.get("was")]
            ticket["crew"] = [*others, event["to"]]
        case "taken_off_ticket" | "left_ticket":
            ticket["crew"] = [it for it in ticket["crew"] if it != event["member_id"]]


def _who(ticket: Mapping[str, Any], page: Page) -> Sequence[object]:
    def named(part: str) -> str:
        return NONE if ticket.get(part) is None else page.who(ticket[part])

    crew = page.between.join(page.who(it) for it in ticket["crew"])
    kind = current().text("forms", f"work_{ticket['kind']}", page.language)
    return (ticket["ticket_id"], kind, named("work_leader"), named("guardian"), crew or NONE,
            named("issuer"))  # fmt: skip


def _when(ticket: Mapping[str, Any], page: Page) -> Sequence[object]:
    who = ticket.get("permitter")
    times = [page.time(ticket.get(it)) for it in ("permitted_at", "begun", "done", "ended_at")]
    named = NONE if who is None else page.who(who)
    return ticket["ticket_id"], named, ticket.get("reference") or NONE, *times
