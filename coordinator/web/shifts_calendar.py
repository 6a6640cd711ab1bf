"""A member's shifts as iCalendar (RFC 5545)."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from coordinator.boards.ports import Row


def shifts_calendar(duty: Row, now: int) -> bytes:
    """Return the calendar of one row of the board of one's own duty.

    Args:
        duty: the row.
        now: when it is written, UTC milliseconds.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Power emergency coordinator//Shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "值班 · Shifts")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for shift in duty["shifts"]:
        event = Event()
        # The same shift is the same entry at each fetch, also when its times moved.
        event.add("uid", f"{shift['shift_id']}-{duty['member_id']}")
        event.add("dtstamp", _moment(now))
        event.add("dtstart", _moment(shift["starts_at"]))
        event.add("dtend", _moment(shift["ends_at"]))
        kind = "备班 · Standby" if shift["standby"] else "值班 · On duty"
        event.add("summary", f"{kind} · {duty['team']}" if duty["team"] else kind)
        event.add("transp", "TRANSPARENT" if shift["standby"] else "OPAQUE")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1_000, UTC)
