"""What a person at the terminal sees of a drill: counts, promise clocks, the latest alarms."""

from collections import Counter, deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from coordinator.boards.ports import Row
from coordinator.clock import FastClock
from coordinator.home.home import Home
from coordinator.log.follow import Step
from schemas.durations import MINUTE
from schemas.events.notice import NoticeRaised
from words.catalogue import current

_LOCAL = timedelta(hours=8)
_SOON_MS = 15 * MINUTE
_ROWS = 14


class Watching:
    """Follows the log and keeps what the view shows of it."""

    name = "drill view"

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.records = 0
        self.latest: deque[tuple[int, str, str]] = deque(maxlen=6)

    async def take(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self.records += 1
            for event in step.events:
                self.events[event.type] += 1
                if isinstance(event, NoticeRaised):
                    self.latest.append(
                        (step.record.at, step.after.jurisdiction, current().say(event.text, "en"))
                    )


def _clock(at: int) -> str:
    return (datetime.fromtimestamp(at / 1_000, UTC) + _LOCAL).strftime("%m-%d %H:%M")


def _open(home: Home) -> list[tuple[str, Row]]:
    rows = home.boards.rows("open_incidents", home.jurisdictions())
    return [(where, row) for where, _, row in rows if row["phase"] != "restored"]


def _next_promise(row: Row) -> tuple[int, str, bool] | None:
    running = [
        (promise["due_at"], name, promise["broken"])
        for name, promise in row["promises"].items()
        if promise["met_at"] is None and promise["lapsed_at"] is None
    ]
    return min(running, default=None)


def _pace(clock: FastClock) -> str:
    """Return how fast it goes and, where the machine cannot follow, how fast it was to go."""
    if clock.speed == clock.speed_max:
        return f"×{clock.speed_max:g}"
    return f"×{clock.speed:g} of ×{clock.speed_max:g}"


def plain_line(home: Home, clock: FastClock, watching: Watching, outcomes: Counter[str]) -> str:
    """Return one line of progress, for a pipe or a log."""
    events, now = watching.events, clock.now()
    late = sum(
        1
        for _, row in _open(home)
        if (promise := _next_promise(row)) is not None and promise[0] < now
    )
    return (
        f"{_clock(now)} {_pace(clock)}  incidents {events['incident_opened']} opened,"
        f" {events['incident_restored']} restored;  units {events['unit_formed']} formed,"
        f" {events['unit_short']} short;  assignments {events['assignment_offered']} offered,"
        f" {events['assignment_accepted']} accepted, {events['member_on_scene']} on scene;"
        f"  promises {events['promise_kept']} kept, {late} running late;"
        f"  records {watching.records};  refused {outcomes['refused']}"
    )


def view(home: Home, clock: FastClock, watching: Watching, url: str) -> RenderableType:
    """Return the live view."""
    now, rows = clock.now(), _open(home)
    rows.sort(key=lambda it: (_next_promise(it[1]) or (2**62, "", False))[0])
    title = f"DRILL  {_clock(now)}  {_pace(clock)}  {url}"
    return Group(
        Panel(_counts(home, watching, rows), title=title),
        _incidents(rows[:_ROWS], len(rows), now),
        _alarms(home, watching),
    )


def _counts(home: Home, watching: Watching, rows: list[tuple[str, Row]]) -> Table:
    events = watching.events
    table = Table.grid(padding=(0, 3))
    units = home.boards.rows("units_in_the_field", home.jurisdictions())
    on_scene = sum(row["counts"].get("on_scene", 0) for _, _, row in units)
    out = sum(row["customers_out"] or 0 for _, row in rows)
    table.add_row(
        f"[bold]{len(rows)}[/bold] open incidents",
        f"[bold]{out:,}[/bold] customers out",
        f"[bold]{len(units)}[/bold] units out",
        f"[bold]{on_scene}[/bold] people on scene",
        f"[bold]{events['incident_restored']}[/bold] restored",
    )
    table.add_row(
        f"{events['assignment_offered']} called",
        f"{events['assignment_acknowledged']} saw it",
        f"{events['assignment_accepted']} accepted",
        f"{events['promise_kept']} promises kept",
        f"{events['promise_broken']} broken",
    )
    return table


def _incidents(rows: list[tuple[str, Row]], total: int, now: int) -> Table:
    table = Table(
        "grade", "where", "cause", "customers", "phase", "promise", "left", expand=True,
        title=f"Least time first ({len(rows)} of {total})", title_justify="left",
    )  # fmt: skip
    for where, row in rows:
        promise = _next_promise(row)
        name, left, style = "-", "-", ""
        if promise is not None:
            name, ms = promise[1], promise[0] - now
            late = ms < 0
            style = "red" if late else ("yellow" if ms < _SOON_MS else "")
            left = f"{'late ' if late else ''}{abs(ms) // MINUTE} min"
        table.add_row(
            row["grade"] or "-", where, row["cause"] or "-", str(row["customers_out"] or "-"),
            row["phase"], name, left, style=style,
        )  # fmt: skip
    return table


def _alarms(home: Home, watching: Watching) -> Table:
    table = Table("at", "where", "what", expand=True, title="Latest", title_justify="left")
    for at, where, text in reversed(watching.latest):
        table.add_row(_clock(at), where, home.put_back(text, str))
    return table
