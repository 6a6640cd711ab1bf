"""Who goes to what: a recorded storm decided twice, with the policy's rows for small faults and
without them.

The storm is that of a public outage map (lines of changes, see `coordinator outages`), told to one
city of the demo province; without a file one is made in its form. All of it runs in virtual time
through the rules alone. Crews answer as people do; the map says when power is back, and the desk
rings whoever is to be rung.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.city_night import REALM, CityNight
from benchmarks.printing import tell
from coordinator.feeds.areas import Areas
from coordinator.feeds.outage_map import OutageMap, OutageSignal, bounding_box, open_lines
from coordinator.gc_tuning import look_for_cycles_seldom
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.durations import HOUR, MINUTE, SECOND
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentAccepted,
    AssignmentDone,
    AssignmentOffered,
    AssignmentReleased,
)
from schemas.events.customer_call import CustomerCallDue
from schemas.events.envelope import Event
from schemas.events.incident import IncidentOpened
from schemas.events.promise import PromiseBroken, PromiseKept
from schemas.events.unit import UnitCalled, UnitProposed
from schemas.ids import ulid_of
from schemas.policy import Policy
from schemas.signals.customer_call import CallOutcome
from schemas.signals.envelope import Signal
from schemas.signals.incident import Extent, OutageGone, OutageReported
from schemas.vocabulary import AreaClass, FaultClass, IncidentKind, Role

_QUICK = 4_000
_MADE = 12_000
_MADE_FROM = 1_790_000_000_000 - 1_790_000_000_000 % (24 * HOUR)


def without_small_faults() -> Policy:
    """Return the default policy with a crew for whatever is reported."""
    muster = DEFAULT_POLICY.muster
    kept = tuple(it for it in muster.templates if it.ring_within_min is None)
    return replace(DEFAULT_POLICY, muster=replace(muster, templates=kept))


def recorded(file: Path, most: int | None) -> Sequence[OutageSignal]:
    """Read a change file; what cannot be understood is left out and counted by the feed itself."""
    west, south, east, north = bounding_box(open_lines(file), name=file)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    whole = {
        "properties": {"jurisdiction": "storm"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    feed = OutageMap(Areas([whole]), REALM)
    return [it.signal for it in islice(feed.read(open_lines(file)), most) if it.signal]


def made(seed: int, most: int | None) -> Sequence[OutageSignal]:
    """Make a storm in the form of the recorded one: nine of ten reports are of one customer."""
    chance, signals = random.Random(f"who goes {seed}"), list[OutageSignal]()
    for number in range((most or _MADE) // 2):
        at = _MADE_FROM + int(max(0, chance.gauss(24, 10)) * HOUR)
        fields = {"jurisdiction": "storm", "realm": REALM, "actor_id": "map",
                  "actor_role": Role.FEED, "source": "map", "dedup_key": str(number)}  # fmt: skip
        customers = 1 if chance.random() < 0.9 else int(chance.paretovariate(0.9) * 12)
        signals.append(
            OutageReported(
                signal_id=ulid_of(at, "map", str(number), "reported"), at=at, **fields,
                kind=IncidentKind.EQUIPMENT_FAULT, place=Position(lon=112.0, lat=30.0),
                fault_class=FaultClass.LOW_VOLTAGE if customers == 1 else FaultClass.HIGH_VOLTAGE,
                extent=Extent(customers_out=customers),
                # Some of them are told by who lives there, the rest by meters and crews.
                customer_ref=f"C-{number}" if customers == 1 and chance.random() < 0.3 else None,
            )
        )  # fmt: skip
        over = at + chance.randrange(1, 20) * HOUR
        signals.append(
            OutageGone(signal_id=ulid_of(over, "map", str(number), "gone"), at=over, **fields)
        )
    return sorted(signals, key=lambda it: it.at)


class Night(CityNight):
    """One city with one policy: who was called, for how long, and which promises were kept."""

    def __init__(self, storm: Sequence[OutageSignal], policy: Policy, *, seed: int) -> None:
        begins = storm[0].at - 2 * HOUR
        days = (storm[-1].at - begins) // (24 * HOUR) + 2
        super().__init__(policy, seed=seed, begins=begins, days=days)
        self._storm, self._seed = storm, seed
        self._busy_since: dict[str, int] = {}
        self.facts: Counter[str] = Counter()
        self.person_ms = 0

    def run(self) -> None:
        self.found()
        for signal in self._here():
            self.until(signal.at)
            self.decide(signal)
        self.until(self._storm[-1].at + 12 * HOUR)

    def _here(self) -> Iterator[Signal]:
        """The storm's reports, told to this city, each beside one of its teams."""
        for it in self._storm:
            said: dict[str, Any] = {"jurisdiction": self.place.code}
            if isinstance(it, OutageReported):
                chance = random.Random(f"{self._seed}/{it.dedup_key}")
                team = chance.choice(self.place.teams)
                said["area_class"] = AreaClass.URBAN
                said["place"] = Position(
                    lon=round(team.base.lon + chance.uniform(-0.08, 0.08), 5),
                    lat=round(team.base.lat + chance.uniform(-0.08, 0.08), 5),
                )
            yield it.model_copy(update=said)

    def hear(self, event: Event, at: int) -> None:
        self._count(event, at)
        self._answer(event, at)

    def _count(self, event: Event, at: int) -> None:
        self.facts[type(event).__name__] += 1
        match event:
            case UnitCalled():
                self.facts["places"] += sum(it.count for it in event.need.roles)
            case PromiseKept(promise="arrival") | PromiseBroken(promise="arrival"):
                self.facts[f"arrival_{type(event).__name__}"] += 1
            case AssignmentAccepted():
                self._busy_since[event.assignment_id] = at
            case AssignmentDone() | AssignmentReleased() | AssignmentAborted():
                began = self._busy_since.pop(event.assignment_id, at)
                self.person_ms += at - began

    def _answer(self, event: Event, at: int) -> None:
        match event:
            case AssignmentOffered():
                self._called(event, at)
            case UnitProposed():
                self.say(at + MINUTE, "desk", Role.COMMANDER, "confirm_proposal",
                          unit_id=event.unit_id)  # fmt: skip
            case CustomerCallDue():
                outcome = random.Random(f"{self._seed}/{event.incident_id}").choice(
                    (CallOutcome.SOLVED, CallOutcome.VISIT, CallOutcome.NO_ANSWER)
                )
                self.say(at + 6 * MINUTE, "desk", Role.COMMANDER, "record_customer_call",
                          incident_id=event.incident_id, outcome=outcome)  # fmt: skip

    def _called(self, event: AssignmentOffered, at: int) -> None:
        chance = random.Random(f"{self._seed}/{event.assignment_id}")
        who, id_ = event.member_id, {"assignment_id": event.assignment_id}
        if chance.random() < 0.05:
            return
        for type_, least, most in (
            ("accept_assignment", 15, 120),
            ("depart", 60, 420),
            ("arrive", 15 * 60, 70 * 60),
            ("finish_assignment", 30 * 60, 150 * 60),
        ):
            at += chance.randrange(least, most) * SECOND
            self.say(at, who, Role.MEMBER, type_, **id_)


def _figures(name: str, night: Night) -> dict[str, float]:
    facts = night.facts
    return {
        f"{name}_units": facts[UnitCalled.__name__],
        f"{name}_places": facts["places"],
        f"{name}_person_hours": round(night.person_ms / HOUR),
        f"{name}_calls_to_customers": facts[CustomerCallDue.__name__],
        f"{name}_arrivals_kept": facts[f"arrival_{PromiseKept.__name__}"],
        f"{name}_arrivals_broken": facts[f"arrival_{PromiseBroken.__name__}"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--storm", type=Path, help="a file of changes of an outage map")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} changes alone")
    options = parser.parse_args()
    look_for_cycles_seldom()
    most = _QUICK if options.quick else None
    storm = recorded(options.storm, most) if options.storm else made(options.seed, most)
    nights = {"before": without_small_faults(), "now": DEFAULT_POLICY}
    figures: dict[str, float] = {"changes": len(storm)}
    played: dict[str, Night] = {}
    for name, policy in nights.items():
        played[name] = Night(storm, policy, seed=options.seed)
        played[name].run()
        figures["incidents"] = played[name].facts[IncidentOpened.__name__]
        figures |= _figures(name, played[name])
    tell("who_goes", ratios=_ratios(figures), figures=figures, as_json=options.json)


def _ratios(figures: dict[str, float]) -> dict[str, float]:
    """Return now over before; of arrivals the share that was kept of those that somebody made."""
    for name in ("before", "now"):
        kept, broken = figures[f"{name}_arrivals_kept"], figures[f"{name}_arrivals_broken"]
        figures[f"{name}_kept_pct"] = round(100 * kept / max(1, kept + broken), 1)
    wanted: Iterable[str] = ("units", "places", "person_hours", "kept_pct")
    return {it: figures[f"now_{it}"] / max(1, figures[f"before_{it}"]) for it in wanted}


if __name__ == "__main__":
    main()
