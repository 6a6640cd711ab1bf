"""An ice storm over one city for thirteen hours: who is told what, how often, and who is relieved.

The city is the demo province's, the storm is made from a seed, and all of it runs in virtual time
through the rules alone. Crews answer as people do: a few are silent, some decline, repairs take
hours. The desk takes on what one dispatcher and one commander can, and help comes first.
"""

import argparse
import random

from benchmarks.city_night import CityNight
from benchmarks.ice_storm_told import (
    AFTER_H,
    IN_DANGER,
    START,
    STORM_H,
    Ledger,
    measured,
    print_table,
)
from benchmarks.printing import tell
from coordinator.demo.province import circuit_of
from coordinator.gc_tuning import look_for_cycles_seldom
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.durations import HOUR, MINUTE, SECOND
from schemas.events.assignment import AssignmentOffered, MemberOnScene
from schemas.events.command import HelpCalled, RollCallMissed, RollCallOpened
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationStepTaken
from schemas.events.unit import UnitProposed
from schemas.signals.incident import Extent
from schemas.signals.safety import Weather
from schemas.vocabulary import (
    DeclineReason,
    FaultClass,
    IncidentKind,
    Recipient,
    Role,
    UnitRole,
)

_CAUSES = ("导线覆冰断线", "电杆倾倒", "树木压线", "绝缘子冰闪", "横担断裂", "跌落熔断")
_DESKS = (Recipient.DISPATCHER, Recipient.COMMANDER)
_TAKES_MS = {Recipient.DISPATCHER: 3 * MINUTE, Recipient.COMMANDER: 6 * MINUTE}
"""As long as somebody at a desk has their hands full with one alarm."""


class IceStorm(CityNight):
    """The city under ice: what breaks, and what people answer."""

    def __init__(self, *, seed: int, outages: int) -> None:
        super().__init__(DEFAULT_POLICY, seed=seed, begins=START - 2 * HOUR, days=2)
        self.ledger = Ledger()
        self._seed, self._outages = seed, outages
        self._free_at = dict.fromkeys(_DESKS, 0)

    def run(self) -> None:
        self.found()
        self._storm()
        self.until(START + (STORM_H + AFTER_H) * HOUR)

    def _storm(self) -> None:
        """Ice grows slowly and breaks lines all night, most of them in the sixth hour."""
        chance = random.Random(f"ice {self._seed}")
        for hour, force in ((0, 4), (3, 5), (9, 4), (13, 3)):
            weather = Weather(snow=True, wind_force=force, temperature_c=-3.0)
            at = START + hour * HOUR
            self.say(at, "weather-office", Role.FEED, "weather_reported", weather=weather)
        for index in range(self._outages):
            into = min(STORM_H - 0.1, max(0.0, chance.gauss(6.0, 3.4)))
            self._fault(index, START + int(into * HOUR), chance)

    def _fault(self, index: int, at: int, chance: random.Random) -> None:
        team = chance.choice(self.place.teams)
        circuit = circuit_of(self.place.code, 8 + chance.randrange(60))
        customers = min(4_000, int(chance.paretovariate(0.9) * 12))
        where = Position(
            lon=round(team.base.lon + chance.uniform(-0.08, 0.08), 5),
            lat=round(team.base.lat + chance.uniform(-0.08, 0.08), 5),
        )
        self.say(
            at, "95598", Role.FEED, "outage_reported", source="95598", dedup_key=f"ice-{index}",
            kind=IncidentKind.EQUIPMENT_FAULT, place=where, area_class=team.area_class,
            fault_class=FaultClass.HIGH_VOLTAGE if customers > 60 else FaultClass.LOW_VOLTAGE,
            device=f"{circuit}-T{index:04d}", extent=Extent(customers_out=customers),
            cause=chance.choice(_CAUSES),
        )  # fmt: skip

    def hear(self, event: Event, at: int) -> None:
        self.ledger.keep(self.state, event, at)
        match event:
            case AssignmentOffered():
                self._called(event, at)
            case MemberOnScene():
                self._arrived(event, at)
            case RollCallOpened():
                self._roll(event, at)
            case RollCallMissed():
                # Somebody goes and looks: they had their hands full.
                self.say(
                    at + 9 * MINUTE, "desk-1", Role.COMMANDER, "answer_roll",
                    roll_call_id=event.roll_call_id, member_ids=event.member_ids,
                )  # fmt: skip
            case UnitProposed():
                self.say(
                    at + MINUTE, "desk-1", Role.COMMANDER, "confirm_proposal", unit_id=event.unit_id
                )
            case HelpCalled():
                self._help(event, at)
            case EscalationStepTaken() if event.recipient in _DESKS:
                self._take_on(event, at)

    def _called(self, event: AssignmentOffered, at: int) -> None:
        chance = random.Random(f"{self._seed}/{event.assignment_id}")
        who, id_, mood = event.member_id, {"assignment_id": event.assignment_id}, chance.random()
        if mood < 0.06:  # Asleep, or a phone that is off: no answer is not a decline.
            return
        at += chance.randrange(10, 90) * SECOND
        self.say(at, who, Role.MEMBER, "acknowledge_assignment", **id_)
        at += chance.randrange(5, 90) * SECOND
        if mood < 0.12:
            why = chance.choice((DeclineReason.ILL, DeclineReason.NO_TRANSPORT))
            self.say(at, who, Role.MEMBER, "decline_assignment", reason=why, **id_)
            return
        self.say(at, who, Role.MEMBER, "accept_assignment", **id_)
        at += chance.randrange(60, 420) * SECOND
        self.say(at, who, Role.MEMBER, "depart", **id_)
        at += chance.randrange(20, 100) * MINUTE  # The roads are ice, too.
        self.say(at, who, Role.MEMBER, "arrive", **id_)

    def _arrived(self, event: MemberOnScene, at: int) -> None:
        """Who leads repairs and says so; now and then somebody at work calls for help."""
        assignment = self.state.assignments.by_id[event.assignment_id]
        chance = random.Random(f"{self._seed}/there/{event.assignment_id}")
        who = assignment.member_id
        if chance.random() < 0.02:
            later = at + chance.randrange(10, 60) * MINUTE
            self.say(later, who, Role.MEMBER, "call_help", member_id=who)
        unit = self.state.units.by_id[assignment.unit_id]
        if unit.roles.get(who) is not UnitRole.LEADER or assignment.incident_id is None:
            return
        id_ = assignment.incident_id
        incident = self.state.incidents.by_id.get(id_)
        if incident is not None and (incident.extent.customers_out or 0) >= 1_000:
            self.say(
                at + MINUTE, "desk-1", Role.COMMANDER, "establish_command",
                incident_id=id_, commander_id=who,
            )  # fmt: skip
        # On ice a repair takes hours; one in seven takes the night.
        minutes = 720 if chance.random() < 0.14 else chance.randrange(90, 330)
        self.say(at + minutes * MINUTE, who, Role.MEMBER, "restore_incident", incident_id=id_)

    def _roll(self, event: RollCallOpened, at: int) -> None:
        for who in event.member_ids:
            chance = random.Random(f"{self._seed}/{event.roll_call_id}/{who}")
            if chance.random() > 0.01:
                self.say(
                    at + chance.randrange(10, 200) * SECOND, who, Role.MEMBER, "answer_roll",
                    roll_call_id=event.roll_call_id, member_ids=(who,),
                )  # fmt: skip

    def _help(self, event: HelpCalled, at: int) -> None:
        self.say(
            at + 12 * MINUTE, "desk-1", Role.COMMANDER, "resolve_help",
            help_call_id=event.help_call_id, outcome="reached, brought to safety",
        )  # fmt: skip

    def _take_on(self, event: EscalationStepTaken, at: int) -> None:
        """Danger is taken on within seconds; of the rest as much as two people can."""
        escalation = self.state.escalations.by_id.get(event.escalation_id)
        if escalation is None:
            return
        who, role = ("desk-1", Role.COMMANDER)
        if event.recipient is Recipient.DISPATCHER:
            who, role = ("desk-2", Role.DISPATCHER)
        fields = {"escalation_id": event.escalation_id, "step": event.attempt}
        if escalation.cause in IN_DANGER:
            # Whoever has it says so again before the time for it is over.
            for minutes in (0, 8):
                later = at + minutes * MINUTE + 20 * SECOND
                self.say(later, who, role, "acknowledge_escalation", **fields)
            return
        if self._free_at[event.recipient] > at:
            return
        self._free_at[event.recipient] = at + _TAKES_MS[event.recipient]
        self.say(at + MINUTE, who, role, "acknowledge_escalation", **fields)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    parser.add_argument("--quick", action="store_true", help="a lighter storm, within 60 s")
    options = parser.parse_args()
    look_for_cycles_seldom()
    storm = IceStorm(seed=1, outages=1_200 if options.quick else 3_000)
    storm.run()
    ledger = storm.ledger
    print_table(ledger)
    figures, ratios = measured(ledger)
    tell("ice_storm", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
