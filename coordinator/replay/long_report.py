"""The report of a guaranteed-power operation, and of a task: planned, covered, measured."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from coordinator.replay.markup import inline
from coordinator.replay.report_page import NONE, Page, Told, first_of
from words.catalogue import current

_SUPPLY: Final = {
    "interruption_started": "interruption",
    "interruption_ended": "interruption_over",
}
_COUNTS: Final = (
    "check_ins",
    "patrols",
    "zero_reports",
    "disturbances",
    "missed",
    "gaps",
    "interruptions",
    "dips",
    "transfers",
)


def is_long(events: Told) -> bool:
    """Whether a story is that of an operation or a task, and not of an incident."""
    return any(event["type"] in {"operation_opened", "task_opened"} for _, event in events)


def parts(events: Told, page: Page) -> list[str]:
    """Return what the report of an operation or a task says before its timeline."""
    if first_of(events, "operation_opened") is not None:
        return _operation(events, page)
    return _task(events, page)


def _operation(events: Told, page: Page) -> list[str]:
    return [
        _operation_summary(events, page),
        page.table("measured", ("what", "count"), _counts(events, page)),
        page.table("supply_of_sites", ("at", "site", "what"), _supply(events, page)),
        page.table("posts_of_guard", ("from", "until", "site", "who", "starts_generator"),
                   _posts(events, page)),
        page.table("unguarded", ("from", "until", "site", "there"), _gaps(events, page)),
        page.table("checks_missed", ("due", "site", "what"), _missed(events, page)),
        page.table("prepared_steps", ("at", "site", "what"), _steps(events, page)),
        page.table("work_in_guard", ("at", "what"), _conflicts(events, page)),
    ]  # fmt: skip


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(f"- {inline(it)}" for it in lines if it)


def _zone(page: Page) -> str:
    return page.text("zone", offset=str(page.zone).removeprefix("UTC") or "+00:00")


def _operation_summary(events: Told, page: Page) -> str:
    opened = first_of(events, "operation_opened") or {}
    started = next(((e, it) for e, it in events if it["type"] == "guard_started"), None)
    concluded = first_of(events, "operation_concluded")
    cancelled = first_of(events, "operation_cancelled")
    gaps = () if started is None else started[1].get("gaps") or ()
    return _lines(
        (
            page.text("named", name=opened.get("name")),
            page.text(
                "level_basis",
                level=page.word("level", opened.get("level")),
                basis=_basis(opened.get("basis"), page),
                reference=opened.get("basis_reference"),
            ),
            page.text(
                "guard_window",
                begin=page.time(opened.get("guard_from")),
                end=page.time(_guard_until(events, opened.get("guard_until"))),
            ),
            page.text("plan_approved_by", who=opened.get("plan_approved_by") or NONE),
            page.text("guard_began", at=NONE if started is None else page.time(started[0].at)),
            page.text("began_with_gaps", gaps=page.between.join(map(page.told, gaps)))
            if gaps
            else "",
            "" if cancelled is None else page.text("was_cancelled", why=cancelled["reason"]),
            page.text("not_over") if concluded is None and cancelled is None else "",
            *_words_of_end(concluded, page),
            _zone(page),
        )
    )


def _guard_until(events: Told, opened_with: int | None) -> int | None:
    prolonged = [it["guard_until"] for _, it in events if it["type"] == "guard_prolonged"]
    return prolonged[-1] if prolonged else opened_with


def _basis(code: str | None, page: Page) -> str:
    return NONE if code is None else current().text("forms", f"basis_{code}", page.language)


def _words_of_end(ended: dict[str, Any] | None, page: Page) -> Iterable[str]:
    if ended is not None:
        yield page.text("summed_up", text=ended["summary"] or NONE)
        yield page.text("learnt", text=ended.get("lessons") or NONE)


def _counts(events: Told, page: Page) -> Iterable[Sequence[object]]:
    concluded = first_of(events, "operation_concluded")
    if concluded is None:
        return
    figures = concluded["statistics"]
    for name in _COUNTS:
        yield page.text(f"count_{name}"), figures.get(name, 0)
    yield page.text("count_interrupted_s"), figures["interrupted_s"]
    yield page.text("count_people"), figures["people"]


def _supply(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for _, event in events:
        kind = _SUPPLY.get(event["type"])
        if event["type"] == "disturbance_recorded":
            kind = event["disturbance"]
        if kind is not None:
            at = page.time(event["happened_at"])
            yield at, page.who(event["site_id"]), page.text(f"supply_{kind}")


def _posts(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for event, ends_at in _stood(events):
        post = event["post"]
        starter = NONE
        if post.get("start_orderer"):
            starter = page.text(
                "orders_starts",
                orders=page.who(post["start_orderer"]),
                starts=page.who(post["start_operator"]),
            )
        yield (
            page.time(event["starts_at"]),
            page.time(ends_at),
            page.who(post["site_id"]),
            page.between.join(page.who(it) for it in post["member_ids"]),
            starter,
        )


def _stood(events: Told) -> list[tuple[dict[str, Any], int]]:
    """Return the posts with when each ended: one taken back before it began was never stood."""
    posts: list[tuple[dict[str, Any], int]] = []
    for _, event in events:
        if event["type"] == "guard_posted":
            posts.append((event, event["ends_at"]))
        elif event["type"] == "post_withdrawn":
            named = (event["site_id"], event["starts_at"], event["member_ids"])
            of_it = [
                it
                for it, _ in posts
                if (it["post"]["site_id"], it["starts_at"], it["post"]["member_ids"]) == named
            ]
            posts = [it for it in posts if it[0] not in of_it[-1:]]
            if of_it and event["ended_at"] > event["starts_at"]:
                posts.append((of_it[-1], event["ended_at"]))
    return posts


def _gaps(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for site_id, begin, end, people in _unguarded(events):
        yield page.time(begin), page.time(end), page.who(site_id), people


_Unguarded = tuple[str, int, int, int]


def _unguarded(events: Told) -> list[_Unguarded]:
    """Return what nobody guarded: site, from when to when (UTC ms), and how many were there.

    A gap is told ahead of its time. What is told of the same hours later takes its place, and who
    is posted for them fills it.
    """
    found: list[_Unguarded] = []
    for entry, event in events:
        match event["type"]:
            case "guard_gap_found":
                site_id, begin, end = event["site_id"], event["starts_at"], event["ends_at"]
                found = _without(found, site_id, begin, end)
                found.append((site_id, begin, end, event["people"]))
            case "guard_posted":
                begin = max(event["starts_at"], entry.at)
                found = _without(found, event["post"]["site_id"], begin, event["ends_at"])
    return sorted(found, key=lambda it: (it[1], it[0], it[2]))


def _without(found: list[_Unguarded], of: str, begin: int, end: int) -> list[_Unguarded]:
    """Return the gaps with the hours from `begin` to `end` of one site left out."""
    rest: list[_Unguarded] = []
    for site_id, start, stop, people in found:
        if site_id != of or stop <= begin or end <= start:
            rest.append((site_id, start, stop, people))
            continue
        if start < begin:
            rest.append((site_id, start, begin, people))
        if end < stop:
            rest.append((site_id, end, stop, people))
    return rest


def _missed(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for _, event in events:
        if event["type"] == "check_in_missed":
            what = page.word("check", event["kind"])
            yield page.time(event["due_at"]), page.who(event["site_id"]), what


def _steps(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for entry, event in events:
        if event["type"] == "preparation_recorded":
            what = page.word("prepared", event["step"])
            danger = event.get("danger")
            told = what if danger is None else f"{what} {danger}"
            yield page.time(entry.at), page.who(event["site_id"]), told


def _conflicts(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for entry, event in events:
        if event["type"] == "work_conflict_found":
            site = page.who(event["site_id"])
            yield page.time(entry.at), page.text("work_met_guard", site=site, work=event["work_id"])


def _task(events: Told, page: Page) -> list[str]:
    return [
        _task_summary(events, page),
        page.table("milestones", ("milestone", "due", "outcome"), _milestones(events, page)),
        page.table("progress", ("at", "percent", "what"), _progress(events, page)),
        page.table("task_shifts", ("from", "until", "who"), _shifts(events, page)),
    ]


def _task_summary(events: Told, page: Page) -> str:
    opened = first_of(events, "task_opened") or {}
    finished = first_of(events, "task_finished")
    cancelled = first_of(events, "task_cancelled")
    deadline = opened.get("deadline_at")
    for _, event in events:
        if event["type"] == "task_deadline_moved":
            deadline = event["deadline_at"]
    figures = None if finished is None else finished["statistics"]
    return _lines(
        (
            page.text("named", name=opened.get("name")),
            page.text("aim_of_task", aim=page.word("aim", opened.get("aim"))),
            page.text("deadline", at=page.time(deadline)),
            "" if cancelled is None else page.text("was_cancelled", why=cancelled["reason"]),
            page.text("not_over") if finished is None and cancelled is None else "",
            *_how_finished(finished, page),
            ""
            if figures is None
            else page.text(
                "task_took",
                people=figures["people"],
                units=figures["units"],
                shifts=figures["shifts"],
            ),
            *_words_of_end(finished, page),
            _zone(page),
        )
    )


def _how_finished(finished: Mapping[str, Any] | None, page: Page) -> Iterable[str]:
    """Yield when it was finished, early or late; or that it was not, and what was left open."""
    if finished is None:
        return
    at, early_s = page.time(finished["happened_at"]), finished["statistics"]["early_s"]
    if finished.get("unfinished"):
        left = "、".join(finished.get("left_open", ()))
        percent, why = finished.get("percent", 0), finished.get("reason")
        yield page.text("ended_unfinished", at=at, percent=percent, why=why)
        yield page.text("left_open", milestones=left) if left else ""
        return
    name = "finished_early" if early_s >= 0 else "finished_late"
    yield page.text(name, at=at, hours=round(abs(early_s) / 3_600, 1))


def _milestones(events: Told, page: Page) -> Iterable[Sequence[object]]:
    due: dict[str, int] = {}
    outcome: dict[str, str] = {}
    for _, event in events:
        match event["type"]:
            case "task_opened":
                due |= {it["milestone"]: it["due_at"] for it in event["milestones"]}
            case "milestone_set":
                due[event["milestone"]] = event["due_at"]
                outcome.pop(event["milestone"], None)
            case "milestone_missed":
                outcome[event["milestone"]] = page.text("not_met")
            case "milestone_met":
                key = "met_after" if event["late"] else "kept"
                when = page.time(event["happened_at"])
                outcome[event["milestone"]] = page.text(key, at=when)
    over = any(event["type"] in {"task_finished", "task_cancelled"} for _, event in events)
    open_still = page.text("left_undone" if over else "running")
    for name, due_at in due.items():
        yield name, page.time(due_at), outcome.get(name, open_still)


def _progress(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for _, event in events:
        if event["type"] == "task_progress_reported":
            at, text = page.time(event["happened_at"]), event.get("text") or NONE
            yield at, event["percent"], text


def _shifts(events: Told, page: Page) -> Iterable[Sequence[object]]:
    """Yield who was planned for each shift, and which of them never came to be."""
    off = [
        (it["starts_at"], it["ends_at"], it["member_ids"])
        for _, it in events
        if it["type"] == "task_shift_called_off"
    ]
    for _, event in events:
        if event["type"] == "task_shift_planned":
            begin, end = page.time(event["starts_at"]), page.time(event["ends_at"])
            who = page.listed(event["member_ids"])
            gone = (event["starts_at"], event["ends_at"], event["member_ids"]) in off
            yield begin, end, page.text("called_off", who=who) if gone else who
