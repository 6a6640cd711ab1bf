"""A report that a commander can sign, of an incident, operation or task: from the log alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, timezone
from typing import Any, Final

from coordinator.replay import tickets_told
from coordinator.replay.long_report import is_long, parts
from coordinator.replay.markup import inline
from coordinator.replay.naming import opened_in
from coordinator.replay.report_page import NONE, Page, Told, first_of
from coordinator.replay.story import Entry
from schemas.durations import MINUTE
from words.catalogue import HOLE, Language, current

_SILENT: Final = frozenset({"fatigue_watched", "fatigue_watch_ended", "roll_call_scheduled"})
_FILE: Final = "report"
_COMING: Final = {"assignment_accepted": 3, "member_en_route": 4, "member_on_scene": 5}
_ENDS: Final = {
    "assignment_declined": "declined",
    "assignment_expired": "no_answer",
    "assignment_done": "done",
    "assignment_aborted": "aborted",
    "assignment_released": "released",
}
_STEPS: Final = {
    "graded": "incident_graded",
    "unit_formed": "unit_formed",
    "first_answer": "assignment_accepted",
    "somebody_coming": "incident_responded",
    "crew_on_site": "crew_arrived",
    "restored": "incident_restored",
    "closed": "incident_closed",
}
_REASONS: Final = {
    "assignment_declined": ("forms", "decline"),
    "report_withdrawn": (_FILE, "gone"),
    "report_joined": (_FILE, "joined"),
}
"""Facts whose reason is one of a list, and where its words are."""
_SAYS: Final = frozenset({"incident_opened", "incident_updated"})


def verification(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are told
    log_id: str, records: int, seq: int, hash_: bytes, fault: str | None, language: Language
) -> str:
    """Return what the verification of a log found, as the line of the report.

    Args:
        log_id: of which log.
        records: how many were read.
        seq: of its head.
        hash_: of its head.
        fault: what is broken; None if every hash and link holds.
        language: of the report.
    """
    key = "log_holds" if fault is None else "log_broken"
    given = {"log": log_id, "count": records, "seq": seq, "hash": hash_.hex(), "fault": fault}
    text = current().text("report", key, language)
    return HOLE.sub(lambda it: str(given[it[1]]), text)


def markdown(  # noqa: PLR0913 - what a page is written of
    incident_id: str,
    story: Sequence[Entry],
    *,
    names: Mapping[str, str],
    verified: str,
    utc_offset_min: int,
    language: Language = "en",
    exercise: bool = False,
) -> str:
    """Write the report.

    Args:
        incident_id: whose.
        story: its entries, oldest first.
        names: names of members, for those who may see them; empty shows ids.
        verified: one line on what the verification of the log found.
        utc_offset_min: local time of the report.
        language: of the report; what a person typed stays as it was typed.
        exercise: whether nothing of it happened: the report says so first.
    """
    events = [(entry, event) for entry in story for event in entry.events]
    named = opened_in(event for _, event in events) | dict(names)
    page = page_of(named, utc_offset_min, language)
    first_last = page.text(
        "first_last", first=story[0].seq, last=story[-1].seq, hash=story[-1].hash.hex()
    )
    people = ("who", "as", "called", "accepted", "on_the_way", "on_scene", "ended")
    title = "title_long" if is_long(events) else "title"
    said = [
        f"# {inline(page.text(title, id=incident_id))}",
        f"**{page.text('exercise')}**" if exercise else "",
        *(parts(events, page) if is_long(events) else _of_incident(events, page)),
        *tickets_told.tables(events, page),
        page.table("people", people, _people(events, page)),
        page.table("times", ("from_report_to", "minutes"), _times(events, page)),
        page.table("refused", ("at", "signal", "rule"), _refused(events, page)),
        timeline(story, page),
        f"## {page.text('record')}\n\n{inline(verified)}\n\n{first_last}\n\n{page.text('signed')}",
    ]
    return "\n\n".join(part for part in said if part) + "\n"


def _of_incident(events: Told, page: Page) -> Iterable[str]:
    yield _summary(events, page)
    yield page.table("promises", ("promise", "due", "outcome"), promise_rows(events, page))
    yield page.table("grades", ("at", "grade", "why"), grade_rows(events, page))


def page_of(names: Mapping[str, str], utc_offset_min: int, language: Language) -> Page:
    """Return how a report is written; its arguments are those of `markdown`."""
    return Page(language, timezone(timedelta(minutes=utc_offset_min)), names)


def latest(events: Told, part: str, name: str) -> Any:
    """Return what was last said of the incident itself; None if nothing was."""
    said = (event.get(part) or {} for _, event in events if event["type"] in _SAYS)
    return next((it[name] for it in reversed(list(said)) if it.get(name) is not None), None)


def most(events: Told, name: str) -> object:
    """Return the largest number that one report or statement gave; a dash for none.

    What was said to correct wrong numbers counts from then on, and nothing before it.
    """
    found: list[Any] = []
    for _, event in events:
        value = (event.get("extent") or {}).get(name)
        if value is not None:
            found = [value] if event.get("corrected") else [*found, value]
    return max(found, default=NONE)


def _summary(events: Told, page: Page) -> str:
    opened = first_of(events, "incident_opened") or {}
    place = opened.get("place") or {}
    restored = first_of(events, "incident_restored") or {}
    closed = first_of(events, "incident_closed")
    withdrawn = first_of(events, "incident_withdrawn")
    lines = (
        "" if withdrawn is None else page.text("withdrawn", why=withdrawn["reason"] or NONE),
        page.text(
            "kind_cause",
            kind=page.word("kind", opened.get("kind")),
            cause=latest(events, "account", "cause") or NONE,
        ),
        page.text(
            "customers_access",
            customers=most(events, "customers_out"),
            access=latest(events, "account", "access") or NONE,
        ),
        page.text("danger") if latest(events, "account", "injury_risk") else "",
        _sized(events, page, "losses", loss="loss_10k_cny", load="load_lost_mw"),
        _sized(events, page, "hurt", dead="deaths", hurt="serious_injuries"),
        page.text("address", address=latest(events, "account", "address") or NONE),
        page.text(
            "place",
            lat=place.get("lat", NONE),
            lon=place.get("lon", NONE),
            circuit=opened.get("circuit") or NONE,
            device=opened.get("device") or NONE,
        ),
        page.text(
            "started",
            at=page.time(opened.get("started_at")),
            owner=page.who(opened.get("owner_id", NONE)),
        ),
        page.text(
            "restored_at",
            at=page.time(restored.get("happened_at")),
            first_visit=page.yes(restored.get("first_visit")),
        ),
        page.text(
            "closed_said",
            closed=page.yes(closed is not None),
            answer=page.word("answer", (closed or {}).get("answer")),
        ),
        *_called_back(events, page),
        page.text("feedback", text=closed["feedback"]) if closed and closed["feedback"] else "",
        *_reviews(events, page),
        page.text("zone", offset=str(page.zone).removeprefix("UTC") or "+00:00"),
    )
    return "\n".join(f"- {inline(it)}" for it in lines if it)


def _sized(events: Told, page: Page, key: str, **asked: str) -> str:
    """Return a line of numbers as they were told, the largest of each; nothing if none was."""
    found = {name: most(events, field) for name, field in asked.items()}
    return "" if set(found.values()) == {NONE} else page.text(key, **found)


def _called_back(events: Told, page: Page) -> Iterable[str]:
    for _, event in events:
        if event["type"] == "customer_called_back":
            when, answer = page.time(event["happened_at"]), page.word("answer", event["answer"])
            yield page.text("called_back", at=when, answer=answer, text=event["feedback"] or NONE)


def _reviews(events: Told, page: Page) -> Iterable[str]:
    for _, event in events:
        if event["type"] == "incident_reviewed":
            given = {it: event[it] or NONE for it in ("cause", "lessons", "improvements")}
            yield page.text("reviewed", **given)


def promise_rows(events: Told, page: Page) -> Iterable[Sequence[object]]:  # noqa: C901 - one case for each fact
    due: dict[str, int] = {}
    outcome: dict[str, str] = {}
    explained: dict[str, str] = {}
    for _, event in events:
        name, when = str(event.get("promise")), page.time(event.get("happened_at"))
        match event["type"]:
            case "promise_made":
                due[name], outcome[name] = event["due_at"], page.text("running")
            case "promise_kept":
                outcome[name] = page.text("kept", at=when)
            case "promise_broken":
                outcome[name] = page.text("broken")
            case "promise_met_late":
                outcome[name] = _met_late(page, event["happened_at"], due[name])
            case "promise_lapsed":
                outcome[name] = page.text("lapsed_broken" if event["broken"] else "lapsed", at=when)
            case "promise_corrected" if event["kept"]:
                outcome[name] = page.text("kept", at=when)
            case "promise_corrected":
                due[name] = event.get("due_at") or due[name]
                outcome[name] = _met_late(page, event["happened_at"], due[name])
            case "promise_dropped":
                outcome[name] = page.text("dropped")
            case "promise_explained":
                explained[name] = page.text("explained", why=event["reason"])
    return [
        (page.word("promise", it), page.time(due[it]), outcome[it] + explained.get(it, ""))
        for it in due
    ]


def _met_late(page: Page, happened_at: int, due_at: int) -> str:
    minutes, seconds = divmod((happened_at - due_at) // 1_000, 60)
    late = page.text("late", minutes=minutes, seconds=seconds)
    return page.text("met_late", at=page.time(happened_at), late=late)


def grade_rows(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for entry, event in events:
        if event["type"] == "incident_graded":
            rows = page.between.join(map(page.told, event["rows"]))
            yield page.time(entry.at), page.word("full_grade", event["grade"]), rows or NONE


def _people(events: Told, page: Page) -> Iterable[Sequence[object]]:
    rows: dict[str, list[object]] = {}
    for entry, event in events:
        id_, kind = str(event.get("assignment_id")), event["type"]
        if kind == "assignment_offered":
            who, role = page.who(event["member_id"]), page.word("role", event["role"])
            rows[id_] = [who, role, page.time(entry.at), *(NONE for _ in range(4))]
        elif id_ in rows and kind in _COMING:
            rows[id_][_COMING[kind]] = page.time(event["happened_at"])
        elif id_ in rows and kind in _ENDS:
            at = page.time(event.get("happened_at", entry.at))
            rows[id_][6] = f"{page.text(_ENDS[kind])} {at}"
    return rows.values()


def _times(events: Told, page: Page) -> Iterable[Sequence[object]]:
    if first_of(events, "incident_opened") is None:
        return
    began = next(entry.at for entry, event in events if event["type"] == "incident_opened")
    for title, type_ in _STEPS.items():
        found = next(((entry, event) for entry, event in events if event["type"] == type_), None)
        if found is not None:
            at = found[1].get("happened_at", found[0].at)
            yield page.text(title), round((at - began) / MINUTE, 1)


def _refused(events: Told, page: Page) -> Iterable[Sequence[object]]:
    for entry, event in events:
        if event["type"] == "signal_refused":
            signal = page.fact(entry.signal_type, "said")
            yield page.time(entry.at), signal, page.told(event["rule"])


_ONE: Final = ("commander_id", "to", "taker_id", "issued_by", "confirmed_by")
"""Fields of a fact that name one person whom it is about, or who answers for it."""


def timeline(story: Sequence[Entry], page: Page) -> str:
    rows, called = [], dict[str, str]()
    for entry in story:
        called |= {
            it["assignment_id"]: it["member_id"]
            for it in entry.events
            if it["type"] == "assignment_offered"
        }
        what = [
            _words(event, page, entry, called)
            for event in entry.events
            if event["type"] not in _SILENT
        ]
        if not what:
            continue
        who = page.who(entry.actor_id)
        if entry.on_behalf_of:
            who = page.text("for", who=who, whom=page.who(entry.on_behalf_of))
        happened = page.time(entry.happened_at) if entry.happened_at else ""
        rows.append((entry.seq, page.time(entry.at), happened, who, page.between.join(what)))
    return page.table("timeline", ("seq", "recorded", "happened", "by", "what"), rows)


def _step(event: Mapping[str, Any], page: Page) -> str | None:
    """Return which step of a task or of a ticket a fact is about; None for all others."""
    for group in ("interlock", "clearance"):
        if event.get(group):
            return page.word(group, event[group])
    return str(event["milestone"]) if event.get("milestone") else None


def _whom(event: Mapping[str, Any], page: Page, entry: Entry, called: Mapping[str, str]) -> str:
    """Return whom a fact is about, by name: empty where it is nobody but who said it."""
    member = event.get("member_id")
    if member:
        return page.who(member)
    said = (entry.actor_id, entry.on_behalf_of)
    theirs = called.get(str(event.get("assignment_id")))
    one = [it for it in (theirs, *(event.get(name) for name in _ONE)) if it and it not in said]
    if one:
        return page.between.join(page.who(it) for it in dict.fromkeys(one))
    turned = ((name, event.get(name, ())) for name in ("coming", "going"))
    names = [page.text(name, who=page.listed(ids)) for name, ids in turned if ids]
    return page.between.join(names) or page.listed(event.get("member_ids", ()))


def _words(event: Mapping[str, Any], page: Page, entry: Entry, called: Mapping[str, str]) -> str:
    """Return a fact in words: which promise, whose call-out where another ended it, and why."""
    text = page.fact(str(event["type"]))
    whom = _whom(event, page, entry, called)
    step = _step(event, page)
    if step is not None:
        text = page.text("about_whom", what=text, who=step)
    if whom:
        text = page.text("about_whom", what=text, who=whom)
    elif event.get("promise"):
        text = page.text("about_whom", what=text, who=page.word("promise", event["promise"]))
    reason = event.get("reason") or event.get("text") or event.get("rule")
    if event["type"] in _REASONS:
        file, group = _REASONS[event["type"]]
        reason = current().text(file, f"{group}_{reason}", page.language)
    return page.text("told_why", what=text, why=page.told(reason)) if reason else text
