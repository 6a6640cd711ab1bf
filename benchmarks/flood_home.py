"""The demo province on call for the real, served: what `benchmarks.flood` floods.

Run in a process of its own, with a data folder that `prepare` has filled: sixteen counties of the
real realm, with as many members as are wanted for each that the demo province has.
Prints its address and a feed's token when it takes reports, and serves until its input is closed.
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from benchmarks.life_cycle import START
from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.clock import WallClock
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.home.home import Home
from coordinator.private.file import make_private_folder
from coordinator.settings import Settings
from schemas.default_policy import PLANNED_POLICY
from schemas.ids import ulid_of
from schemas.roster import Person
from schemas.vocabulary import Realm, Role, Standing

ADDRESSES = "addresses.yaml"


def settings_of(folder: Path) -> Settings:
    """Return settings as an installation has them that tells people by a webhook."""
    return Settings(
        data_dir=folder, port=18_900, log_level="error", notify_urls=str(folder / ADDRESSES)
    )


def places_of(copies: int, at: int) -> list[Place]:
    """Return the counties of the demo province, each of its members so many times over."""
    return [_crowded(it, copies) for it in province(7, at, days=1)]


def _crowded(place: Place, copies: int) -> Place:
    names = dict(place.names)
    people: list[Person] = []
    twins: dict[str, list[str]] = {}
    for person in place.people:
        for copy in range(copies):
            id_ = f"mem_{ulid_of(START, person.member_id, str(copy))}"
            # A team has one captain.
            standing = Standing.MEMBER if copy else person.standing
            people.append(msgspec.structs.replace(person, member_id=id_, standing=standing))
            twins.setdefault(person.member_id, []).append(id_)
            staff, name, phone = place.names[person.member_id]
            names[id_] = (f"{staff}-{copy}", name, f"{(int(phone) + copy) % 10**11:011d}")
    shifts = [
        msgspec.structs.replace(
            it, member_ids=tuple(twin for one in it.member_ids for twin in twins[one])
        )
        for it in place.shifts
    ]
    return replace(place, people=people, names=names, shifts=shifts)


async def prepare(folder: Path, copies: int, sink: int) -> None:
    """Fill a data folder.

    Args:
        folder: it is made.
        copies: members for each of the demo province.
        sink: port on this machine where notices go.
    """
    make_private_folder(folder)
    (folder / ADDRESSES).write_text(
        f"member: ['json://127.0.0.1:{sink}/member/{{phone}}']\n"
        f"desk:dispatcher: ['json://127.0.0.1:{sink}/desk']\n"
    )
    settings, clock = settings_of(folder), WallClock()
    set_up_logging(settings, quiet=True)
    places = places_of(copies, clock.now())
    founding = {it.code: (Realm.ACTUAL, PLANNED_POLICY) for it in places}
    home = await Home.open(settings, clock, founding)
    home.vault.put(personal_data(places))
    for place in places:
        for signal in roster_signals(place, Realm.ACTUAL, clock.now()):
            receipt = await home.submit(signal)
            if receipt.refused is not None:
                raise RuntimeError(f"the roster was refused: {receipt.refused}")
    await home.close()


async def serve(folder: Path) -> None:
    """Serve until nobody listens any more."""
    settings = settings_of(folder)
    set_up_logging(settings, quiet=True)
    home = await Home.open(settings, WallClock(), {}, planner=True)
    listening = free_socket(settings)
    server = server_of(web_of(home))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    token = home.tokens.mint("bench", Role.FEED)
    if home.planner is not None:
        await home.planner.ready.wait()
    print(f"{listening.getsockname()[1]} {token}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving
    await home.close()


if __name__ == "__main__":
    look_for_cycles_seldom()
    asyncio.run(serve(Path(sys.argv[1])))
