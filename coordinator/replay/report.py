"""A report of one incident that a commander can sign: Markdown, from the log and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from coordinator.replay.story import Entry
from schemas.said import Said
from words.catalogue import current

_SILENT = frozenset({"fatigue_watched", "fatigue_watch_ended", "roll_call_scheduled"})


def markdown(
    incident_id: str,
    story: Sequence[Entry],
    *,
    names: Mapping[str, str],
    verified: str,
    utc_offset_min: int,
) -> str:
    """Write the report.

    Args:
        incident_id: whose.
        story: its entries, oldest first.
        names: names of members, for those who may see them; empty shows ids.
        verified: one line on what the verification of the log found.
        utc_offset_min: local time of the report.
    """
    events = [(entry, event) for entry in story for event in entry.events]
    clock = _Clock(utc_offset_min)
    parts = [
        f"# Incident {incident_id}",
        _summary(events, clock),
        _table("Promises", ("Promise", "Due", "Outcome"), _promises(events, clock)),
        _table("Grades", ("At", "Grade", "Why"), _grades(events, clock, names)),
        _table("People", ("Who", "As", "Called", "Accepted", "On the way", "On scene", "Ended"),
               _people(events, clock, names)),
        _table("Times", ("From report to", "Minutes"), _times(events)),
        _table("Refused", ("At", "Signal", "Rule"), _refused(events, clock, names)),
        _timeline(story, clock, names),
        f"## Record\n\n{verified}\n\nFirst record: seq {story[0].seq}, last: seq {story[-1].seq}, "
        f"hash `{story[-1].hash.hex()}`.\n\nSigned: ______________________  Date: ____________",
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


Told = list[tuple[Entry, dict[str, Any]]]


class _Clock:
    def __init__(self, utc_offset_min: int) -> None:
        self._zone = timezone(timedelta(minutes=utc_offset_min))

    def show(self, at: int | None) -> str:
        if at is None:
            return "–"
        moment = datetime.fromtimestamp(at / 1_000, UTC).astimezone(self._zone)
        return moment.strftime("%Y-%m-%d %H:%M:%S")


def _first(events: Told, type_: str) -> dict[str, Any] | None:
    return next((event for _, event in events if event["type"] == type_), None)


def _summary(events: Told, clock: _Clock) -> str:
    opened = _first(events, "incident_opened") or {}
    place = opened.get("place") or {}
    restored, closed = _first(events, "incident_restored"), _first(events, "incident_closed")
    lines = [
        f"- Kind: {opened.get('kind', '–')}; cause: {opened.get('cause') or '–'}",
        f"- Place: {place.get('lat', '–')}, {place.get('lon', '–')} (WGS84);"
        f" circuit {opened.get('circuit') or '–'}, device {opened.get('device') or '–'}",
        f"- Started: {clock.show(opened.get('started_at'))}; first contact and owner:"
        f" {opened.get('owner_id', '–')}",
        f"- Restored: {clock.show((restored or {}).get('happened_at'))};"
        f" fixed at the first visit: {_yes((restored or {}).get('first_visit'))}",
        f"- Closed: {'yes' if closed else 'no'};"
        f" customer satisfied: {_yes((closed or {}).get('satisfied'))}",
    ]
    return "\n".join(lines)


def _yes(value: object) -> str:
    return "–" if value is None else ("yes" if value else "no")


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    body = ["| " + " | ".join(_cell(it) for it in row) + " |" for row in rows]
    if not body:
        return ""
    head = "| " + " | ".join(heads) + " |"
    rule = "|" + "---|" * len(heads)
    return "\n".join((f"## {title}", "", head, rule, *body))


def _cell(value: object) -> str:
    """Text from outside shows as text: no markup of its own survives in a cell."""
    text = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    return text.replace("<", "&lt;").replace("`", "'")


def _promises(events: Told, clock: _Clock) -> Iterable[Sequence[object]]:
    due: dict[str, int] = {}
    outcome: dict[str, str] = {}
    explained: dict[str, str] = {}
    for _, event in events:
        name, when = str(event.get("promise")), clock.show(event.get("happened_at"))
        match event["type"]:
            case "promise_made":
                due[name], outcome[name] = event["due_at"], "running"
            case "promise_kept":
                outcome[name] = f"kept at {when}"
            case "promise_broken":
                outcome[name] = "broken"
            case "promise_met_late":
                outcome[name] = f"broken, met at {when}, {_late(event['happened_at'], due[name])}"
            case "promise_lapsed" if event["broken"]:
                outcome[name] = f"broken; nobody by {when}, when power was back"
            case "promise_lapsed":
                outcome[name] = f"no longer needed: power was back at {when}"
            case "promise_corrected" if event["kept"]:
                outcome[name] = f"kept at {when}"
            case "promise_corrected":
                due[name] = event.get("due_at") or due[name]
                outcome[name] = f"broken, met at {when}, {_late(event['happened_at'], due[name])}"
            case "promise_dropped":
                outcome[name] = "dropped"
            case "promise_explained":
                explained[name] = f"; explained: {event['reason']}"
    return [(it, clock.show(due[it]), outcome[it] + explained.get(it, "")) for it in due]


def _late(happened_at: int, due_at: int) -> str:
    minutes, seconds = divmod((happened_at - due_at) // 1_000, 60)
    return f"{minutes} min {seconds} s late"


def _grades(events: Told, clock: _Clock, names: Mapping[str, str]) -> Iterable[Sequence[object]]:
    for entry, event in events:
        if event["type"] == "incident_graded":
            rows = "; ".join(_worded(it, names) for it in event["rows"])
            yield clock.show(entry.at), event["grade"], rows or "–"


def _worded(told: object, names: Mapping[str, str]) -> str:
    """Return what the coordinator said in words, and what somebody typed as it is."""
    if isinstance(told, dict) and "code" in told:
        return current().say(msgspec.convert(told, Said), "en", names=names.get)
    return str(told)


def _people(events: Told, clock: _Clock, names: Mapping[str, str]) -> Iterable[Sequence[object]]:
    rows: dict[str, list[object]] = {}
    columns = {"assignment_accepted": 3, "member_en_route": 4, "member_on_scene": 5}
    ends = {
        "assignment_declined": "declined", "assignment_expired": "no answer",
        "assignment_done": "done", "assignment_aborted": "aborted",
        "assignment_released": "released",
    }  # fmt: skip
    for entry, event in events:
        id_, kind = str(event.get("assignment_id")), event["type"]
        if kind == "assignment_offered":
            who = names.get(event["member_id"], event["member_id"])
            rows[id_] = [who, event["role"], clock.show(entry.at), "–", "–", "–", "–"]
        elif id_ in rows and kind in columns:
            rows[id_][columns[kind]] = clock.show(event["happened_at"])
        elif id_ in rows and kind in ends:
            rows[id_][6] = f"{ends[kind]} {clock.show(event.get('happened_at', entry.at))}"
    return rows.values()


def _times(events: Told) -> Iterable[Sequence[object]]:
    opened = _first(events, "incident_opened")
    if opened is None:
        return
    began = next(entry.at for entry, event in events if event["type"] == "incident_opened")
    for title, type_ in (
        ("graded", "incident_graded"), ("unit formed", "unit_formed"),
        ("first answer", "assignment_accepted"), ("somebody coming", "incident_responded"),
        ("crew on site", "crew_arrived"), ("restored", "incident_restored"),
        ("closed", "incident_closed"),
    ):  # fmt: skip
        found = next(((entry, event) for entry, event in events if event["type"] == type_), None)
        if found is not None:
            at = found[1].get("happened_at", found[0].at)
            yield title, round((at - began) / 60_000, 1)


def _refused(events: Told, clock: _Clock, names: Mapping[str, str]) -> Iterable[Sequence[object]]:
    for entry, event in events:
        if event["type"] == "signal_refused":
            yield clock.show(entry.at), entry.signal_type, _worded(event["rule"], names)


def _timeline(story: Sequence[Entry], clock: _Clock, names: Mapping[str, str]) -> str:
    rows = []
    for entry in story:
        what = [_words(event, names) for event in entry.events if event["type"] not in _SILENT]
        if not what:
            continue
        who = names.get(entry.actor_id, entry.actor_id)
        if entry.on_behalf_of:
            who += f" for {names.get(entry.on_behalf_of, entry.on_behalf_of)}"
        happened = clock.show(entry.happened_at) if entry.happened_at else ""
        rows.append((entry.seq, clock.show(entry.at), happened, who, "; ".join(what)))
    return _table("Timeline", ("Seq", "Recorded", "Happened", "By", "What"), rows)


def _words(event: Mapping[str, Any], names: Mapping[str, str]) -> str:
    text = str(event["type"]).replace("_", " ")
    member = event.get("member_id")
    if member:
        text += f" ({names.get(member, member)})"
    reason = event.get("reason") or event.get("text") or event.get("rule")
    return f"{text}: {_worded(reason, names)}" if reason else text
