"""Who leads, watches and drives in each unit that is out, counted from the facts alone.

Kept apart from the domain: whatever takes somebody out of a unit, it ends no record without one of
them unless it says that it lacks one; and of those on scene nobody leads in the place of somebody
while another leads, too.
"""

from collections import Counter
from dataclasses import dataclass, field

from coordinator.simulation.invariants import Invariant, hold
from schemas.events import assignment as said
from schemas.events import unit
from schemas.events.envelope import Event
from schemas.vocabulary import AssignmentStatus, Tap, UnitRole

_GONE = (
    said.AssignmentDeclined,
    said.AssignmentExpired,
    said.AssignmentDone,
    said.AssignmentAborted,
    said.AssignmentReleased,
)
_VITAL = frozenset({UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR, UnitRole.DRIVER})


@dataclass
class _Crew:
    """`roles` by person, `own` those they were called in, `there` who is on scene, `lacks` what the
    unit has said it lacks.
    """

    wanted: frozenset[UnitRole]
    own: dict[str, UnitRole] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    roles: dict[str, UnitRole] = field(default_factory=dict)
    lacks: Counter[UnitRole] = field(default_factory=Counter)

    @property
    def without(self) -> frozenset[UnitRole]:
        return self.wanted - {*self.roles.values()} - {it for it, n in self.lacks.items() if n > 0}

    @property
    def lead_beside(self) -> list[str]:
        """Who leads in somebody's place beside another who leads, of those on scene."""
        leads = [it for it in sorted(self.there) if self.roles.get(it) is UnitRole.LEADER]
        return [it for it in leads if len(leads) > 1 and self.own[it] is not UnitRole.LEADER]


class CrewsLedger:
    def __init__(self) -> None:
        self._crews: dict[str, _Crew] = {}
        self._of: dict[str, tuple[str, str]] = {}
        self._left: dict[str, UnitRole | None] = {}
        self._over: dict[str, _Crew] = {}

    def take(self, seq: int, events: tuple[Event, ...]) -> None:
        """Note the facts of one record, and hold the units they touched against them."""
        touched = {id_: None for event in events if (id_ := self._note(event)) is not None}
        for unit_id in touched:
            crew = self._crews.get(unit_id)
            if crew is not None and crew.roles:
                missing = sorted(crew.without)
                hold(Invariant.NEVER_UNLED, not missing, f"seq {seq}: {unit_id} without {missing}")
                beside = crew.lead_beside
                hold(Invariant.NEVER_UNLED, not beside, f"seq {seq}: {beside} leads {unit_id}, too")

    def _note(self, event: Event) -> str | None:  # noqa: C901 - one case for each fact
        """Note one fact; return the unit it is of, None for none."""
        if isinstance(event, _GONE):
            unit_id, member_id = self._of.get(event.assignment_id, ("", ""))
            if unit_id in self._crews:
                role = self._crews[unit_id].roles.pop(member_id, None)
                self._crews[unit_id].there.discard(member_id)
                self._left[event.assignment_id] = role
            return unit_id
        match event:
            case unit.UnitCalled():
                wanted = frozenset(it.role for it in event.need.roles) & _VITAL
                self._crews[event.unit_id] = _Crew(wanted)
            case unit.UnitStoodDown():
                if event.unit_id in self._crews:
                    self._over[event.unit_id] = self._crews.pop(event.unit_id)
            case said.AssignmentOffered():
                self._of[event.assignment_id] = (event.unit_id, event.member_id)
                if event.unit_id in self._crews:
                    self._crews[event.unit_id].roles[event.member_id] = event.role
                    self._crews[event.unit_id].own[event.member_id] = event.role
            case said.MemberOnScene():
                return self._came(event.assignment_id, there=True)
            case said.TapTakenBack(tap=Tap.DECLINED | Tap.DONE | Tap.ABORTED):
                unit_id = self._back(event.assignment_id)
                there = event.back_to is AssignmentStatus.ON_SCENE
                return self._came(event.assignment_id, there=there) or unit_id
            case said.TapTakenBack(tap=Tap.ON_SCENE):
                return self._came(event.assignment_id, there=False)
            case unit.RoleTakenOver() if event.unit_id in self._crews:
                self._crews[event.unit_id].roles[event.member_id] = event.role
            case unit.UnitShort() if event.unit_id in self._crews:
                lacks = Counter({it.role: it.count for it in event.roles})
                self._crews[event.unit_id].lacks = lacks
            case unit.UnitFormed() if event.unit_id in self._crews:
                self._crews[event.unit_id].lacks.clear()
            case unit.UnitReinforced(cause="gap") if event.unit_id in self._crews:
                self._crews[event.unit_id].lacks.subtract(Counter(it.role for it in event.picks))
        return getattr(event, "unit_id", None)

    def _came(self, assignment_id: str, *, there: bool) -> str | None:
        """Somebody is on scene, or is not after all; return their unit, None where it is over."""
        unit_id, member_id = self._of[assignment_id]
        crew = self._crews.get(unit_id)
        if crew is None:
            return None
        (crew.there.add if there else crew.there.discard)(member_id)
        return unit_id

    def _back(self, assignment_id: str) -> str:
        """Somebody left by a slip, and has their role again, and their unit stands."""
        unit_id, member_id = self._of[assignment_id]
        if unit_id in self._over:
            self._crews[unit_id] = self._over.pop(unit_id)
        role = self._left.get(assignment_id)
        if role is not None and unit_id in self._crews:
            crew = self._crews[unit_id]
            crew.roles[member_id] = role
            crew.lacks.subtract({role: 1})
        return unit_id
