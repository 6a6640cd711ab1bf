"""The drill: a demo province, a server, a storm at many times the speed of life.

Everything in it is an exercise. The next start goes on from the log, with a new storm.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace
from rich.live import Live

from coordinator.cli.data import realms_known, settings_for
from coordinator.cli.display import Display
from coordinator.cli.drill_view import Watching, plain_line, view
from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import (
    DEMO_DAYS,
    Server,
    address_of,
    demo_tokens,
    free_socket,
    server_of,
    until_interrupted,
    web_of,
)
from coordinator.clock import FastClock, WallClock
from coordinator.demo.agenda import Agenda
from coordinator.demo.control_room import ControlRoom
from coordinator.demo.drill import Drill
from coordinator.demo.first_called import first_called
from coordinator.demo.landscape import write_landscape
from coordinator.demo.phones import Phones
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.demo.storm import write_storm
from coordinator.errors import BadInput
from coordinator.home.folder_lock import Use
from coordinator.home.home import Home, database_of
from coordinator.settings import Settings
from coordinator.tasks import end_all
from coordinator.web.map_files import AREAS_NAME, BASEMAP_NAME
from schemas.default_policy import DEFAULT_POLICY, PROPOSE_WITHIN_S
from schemas.durations import HOUR, MINUTE
from schemas.policy import Policy
from schemas.vocabulary import Realm
from words.catalogue import current

_PLANNER_S = 1.0
_PLANNER_READY_S = 20.0
_PLANNER_SPEED_MAX = 120
"""A faster drill has no planner: it would be waited for an hour of the drill's time."""
_CLEARED_MIN = 180
"""How long after the last of a storm its incidents are worked off."""
_SHOWN_EVERY_S = 0.5
_PLAIN_EVERY_S = 2.0


async def run_drill(
    data_dir: Path | None,
    *,
    speed: float,
    minutes: int,
    seed: int,
    wall_seconds: float | None,
    fresh: bool,
) -> None:
    """Play a storm and serve, after its end too, until Ctrl-C or for the given time.

    Raises:
        BadInput: the data folder holds real logs, or none where some are wanted.
    """
    # Whoever plays takes whatever port there is, and is told which.
    settings = settings_for(data_dir).model_copy(update={"port_or_next": True})
    set_up_logging(settings, quiet=True)
    known = database_of(settings).exists()
    if not known and not fresh:
        raise BadInput(f"data-dir: no logs in {settings.data_dir}; `coordinator run` makes some")
    _only_exercises(realms_known(settings))
    console = Display()
    console.print(
        "[dim]making the demo province …[/dim]" if not known else "[dim]folding the logs …[/dim]"
    )
    ended = until_interrupted()
    start = _start_of(settings) if known else WallClock().now()
    places = province(seed, start - start % (8 * HOUR), days=7)
    clock = FastClock(start=start, speed=speed)
    agenda, watching = Agenda(Realm.EXERCISE), Watching()
    with_planner = settings.planner and speed <= _PLANNER_SPEED_MAX
    policy = _planned_at(speed) if with_planner else DEFAULT_POLICY
    founding = {} if known else {it.code: (Realm.EXERCISE, policy) for it in places}
    home = await Home.open(
        settings,
        clock,
        founding,
        exercise_sinks=(Phones(agenda, seed=seed, leaders_restore=True),),
        followers=(watching, ControlRoom(agenda, places, seed=seed)),
        planner=with_planner,
        use=Use(f"coordinator {'run' if fresh else 'drill'}", serves=True),
    )
    try:
        await _settle(home, places, known=known)
        write_landscape(
            places,
            seed=seed,
            areas=settings.data_dir / AREAS_NAME,
            basemap=settings.data_dir / BASEMAP_NAME,
        )
        await _planner_ready(home)
        write_storm(agenda, places, seed=seed + _turn_of(home), start=clock.now() + 1_000,
                    minutes=minutes)  # fmt: skip
        await _play(home, agenda, clock, watching, ended, minutes=minutes,
                    wall_seconds=wall_seconds, console=console)  # fmt: skip
    finally:
        await home.close()
    console.print(f"The logs are in {settings.data_dir}; `coordinator log verify` proves them.")


def _planned_at(speed: float) -> Policy:
    """Return the policy of a drill: the planner thinks in real time, the drill's time flies."""
    within_s = max(PROPOSE_WITHIN_S, int(speed * _PLANNER_S))
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=within_s)
    return replace(DEFAULT_POLICY, muster=muster)


def _start_of(settings: Settings) -> int:
    """Return the moment to go on from: never earlier than the last record."""
    from coordinator.cli.data import existing_file

    file = existing_file(settings)
    rows = file.query("SELECT coalesce(max(at), 0) FROM records")
    file.close()
    return max(int(rows[0][0]) + 1, WallClock().now())


def _only_exercises(known: Mapping[str, Realm]) -> None:
    """Look before anything is opened: to own a real log is to decide on it."""
    real = sorted(it for it, realm in known.items() if realm is not Realm.EXERCISE)
    if real:
        raise BadInput(f"data-dir: {real[0]} is no exercise; drills run on exercise logs only")


def _turn_of(home: Home) -> int:
    return max(owner.confirmed.tip.epoch for owner in home.owners.values())


async def _settle(home: Home, places: Sequence[Place], *, known: bool) -> None:
    """Fill the logs on the first start; later ones only get the coming days' shifts."""
    if not known:
        home.vault.put(personal_data(places))
    for place in places:
        signals = list(roster_signals(place, Realm.EXERCISE, home.clock.now()))
        if known:
            signals = [it for it in signals if it.shifts]
        for it in await asyncio.gather(*(home.submit(signal) for signal in signals)):
            if it.refused is not None:
                raise BadInput(
                    f"{place.code}: {current().say(it.refused.rule, 'en')} ({it.refused.value})"
                )


async def _planner_ready(home: Home) -> None:
    """Let the planner read the logs first: at this speed the storm would be far on by then."""
    if home.planner is not None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PLANNER_READY_S):
                await home.planner.ready.wait()


async def _play(
    home: Home,
    agenda: Agenda,
    clock: FastClock,
    watching: Watching,
    ended: asyncio.Event,
    *,
    minutes: int,
    wall_seconds: float | None,
    console: Display,
) -> None:
    listening = free_socket(home.settings)
    server = server_of(web_of(home))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    url = address_of(home.settings, listening)
    home.answers_at(address_of(home.settings, listening, near=True))
    console.print(f"[bold]{url}[/bold]  open it and paste the dispatcher token")
    states = {it: owner.state for it, owner in home.owners.items()}
    member = first_called(states, agenda, clock.now())
    for role, token in demo_tokens(home, member).items():
        console.print(f"  {role:<11} {token}", highlight=False)
    console.print(
        f"  each start prints new ones, good for {DEMO_DAYS} days;"
        " pages that are open, and tokens of earlier starts, go on",
        highlight=False,
    )
    drill = Drill(agenda, clock, home.submit)
    over_at = clock.now() + (minutes + _CLEARED_MIN) * MINUTE
    following = asyncio.create_task(clock.keep_going(lambda: _all_done(home, drill)))
    playing = asyncio.create_task(drill.run())
    showing = asyncio.create_task(_show(home, clock, watching, drill.outcomes, url, console))
    telling = asyncio.create_task(_tell_the_end(clock, over_at, console))
    stopping = asyncio.create_task(ended.wait())
    await asyncio.wait(
        {playing, stopping}, timeout=wall_seconds, return_when=asyncio.FIRST_COMPLETED
    )
    failed = playing.done()
    await _end(server, serving, [following, playing, showing, telling, stopping])
    if failed:
        playing.result()
    console.print("Ended.")


async def _tell_the_end(clock: FastClock, over_at: int, console: Display) -> None:
    """Say once that the storm is over: people go on looking, and phones go on answering."""
    await clock.sleep_until(over_at)
    console.print("The storm is over; all goes on until Ctrl-C.", highlight=False)


def _all_done(home: Home, drill: Drill) -> bool:
    """Whether what was said is answered and delivered; a delivery that fails holds nothing up."""
    delivered = home.outbox.waiting == 0 or home.outbox.failing is not None
    return delivered and drill.unanswered == 0


async def _end(
    server: Server, serving: "asyncio.Task[None]", tasks: "list[asyncio.Task[object]]"
) -> None:
    await end_all(tasks)
    server.should_exit = True
    await serving


async def _show(
    home: Home,
    clock: FastClock,
    watching: Watching,
    outcomes: Counter[str],
    url: str,
    console: Display,
) -> None:
    """Draw the live view on a terminal, a line now and then elsewhere."""
    if not console.is_terminal:
        while True:
            await asyncio.sleep(_PLAIN_EVERY_S)
            console.print(
                plain_line(home, clock, watching, outcomes), highlight=False, soft_wrap=True
            )
    with Live(view(home, clock, watching, url), console=console, refresh_per_second=4) as live:
        while True:
            await asyncio.sleep(_SHOWN_EVERY_S)
            live.update(view(home, clock, watching, url))
