"""What a member's page shows: one whole document, the newest state, with the record it is as of.

Always whole: a phone that was away takes the next one and is right, whatever it missed.
"""

from typing import Any

from coordinator.boards import my_communities, my_posts, my_tickets
from coordinator.boards.ports import Row
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.web.my_whistles import whistles_of
from coordinator.web.ports import Station


def member_view(here: Station, jurisdiction: str, member_id: str) -> dict[str, Any]:
    """Return what concerns a member now."""
    assignment = here.boards.row("my_assignment", jurisdiction, member_id)
    duty = here.boards.row("my_duty", jurisdiction, member_id)
    mine = here.boards.row(my_communities.BOARD.name, jurisdiction, member_id)
    guard = here.boards.row(my_posts.BOARD.name, jurisdiction, member_id)
    posts = [] if guard is None else guard["posts"]
    named_on = here.boards.row(my_tickets.BOARD.name, jurisdiction, member_id)
    tickets = [] if named_on is None else named_on["tickets"]
    whistles = whistles_of(here.boards, jurisdiction, member_id)
    named = {
        member_id,
        *_people(assignment),
        *_of_tickets(tickets),
        *_come(whistles),
        *_on_guard(posts),
    }
    overview = here.boards.row("overview", jurisdiction, jurisdiction)
    now, reach = here.clock.now(), here.notification_setup
    waiting = reach.phones.unanswered(member_id, now)
    return {
        "seq": here.boards.seq(jurisdiction),
        "put_back": None if overview is None else overview["put_back"],
        "now": now,
        "speed": getattr(here.clock, "speed", 1),
        "member_id": member_id,
        "jurisdiction": jurisdiction,
        "realm": here.realm_of(jurisdiction),
        "assignment": None if assignment is None else dict(assignment),
        "duty": None if duty is None else dict(duty),
        "tickets": tickets,
        "posts": posts,
        "whistles": whistles,
        "communities": [] if mine is None else mine["communities"],
        "wards": [] if mine is None else mine["wards"],
        "names": dict(here.names(sorted(named))),
        "rehearsal": None
        if waiting is None
        else {"rehearsal_id": waiting.rehearsal_id, "answer_by": waiting.answer_by},
        **_push(reach, member_id),
        "calendar": reach.phones.has_calendar(member_id),
    }


def _push(reach: NotificationSetup, member_id: str) -> dict[str, Any]:
    """Return the server's key, and whether the member is pushed to with it, or was with another."""
    if reach.push is None:
        return {"push_key": None, "pushed": False, "push_lapsed": False}
    key = reach.push.key.public
    pushed = any(it.key in {"", key} for it in reach.phones.subscriptions_of(member_id))
    lapsed = not pushed and reach.phones.has_lapsed(member_id, key)
    return {"push_key": key, "pushed": pushed, "push_lapsed": lapsed}


def _people(assignment: Row | None) -> set[str]:
    if assignment is None:
        return set()
    others = (assignment["supply_back"] or {}).get("tell", ())
    return {*assignment["with"], *others, *_of_tickets(assignment["tickets"])}


def _of_tickets(tickets: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for ticket in tickets:
        named = (ticket[it] for it in ("work_leader", "guardian", "issuer", "permitter"))
        others = (*ticket["crew"], *ticket["formerly"], *ticket["may_count"])
        found.update(it for it in (*named, *others) if it)
    return found


def _on_guard(posts: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for it in posts:
        starting = (it["start_orderer"], it["start_operator"])
        after = () if it["next"] is None else it["next"]["member_ids"]
        found.update(who for who in (*it["with"], *starting, *after) if who)
    return found


def _come(whistles: list[dict[str, Any]]) -> set[str]:
    return {it["member_id"] for whistle in whistles for it in whistle["people"]}
