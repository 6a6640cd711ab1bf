"""What the record knows of one incident at a moment, as figures that an official report asks for.

Nothing is estimated: what nobody said is None, which a report tells as still to be verified.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from coordinator.domain.state.aid import Conversation
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import SiteState
from coordinator.replay.story import Entry
from schemas.vocabulary import AssignmentStatus, ResourceKind

_COMING: Final = frozenset({
    AssignmentStatus.ACCEPTED, AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SCENE,
})  # fmt: skip
_GENERATORS: Final = frozenset({ResourceKind.GENERATOR_VEHICLE, ResourceKind.GENERATOR_SET})


class Forces(NamedTuple):
    """People and vehicles; `turns` counts each time somebody went out anew."""

    people: int
    vehicles: int
    generators: int
    turns: int = 0


class Reckoning(NamedTuple):
    """One incident as it was known at a moment, with its story up to then."""

    state: Jurisdiction
    incident: Incident
    story: Sequence[Entry]

    @property
    def cut_off(self) -> int:
        """When the last record was made that counts here, UTC ms."""
        return self.story[-1].at

    def facts(self, *types: str) -> list[dict[str, Any]]:
        """Return the facts of these kinds, oldest first."""
        return [it for entry in self.story for it in entry.events if it["type"] in types]

    def sites(self) -> list[SiteState]:
        """Return the sites that it touches, or touched until supply was back."""
        touched = [it["site_id"] for it in self.facts("site_linked") if it["site_id"]]
        touched += self.state.sites.by_incident.get(self.incident.incident_id, ())
        touched = list(dict.fromkeys(touched))
        found = (self.state.sites.by_id.get(it) for it in touched)
        return [it for it in found if it is not None]

    def aid(self) -> list[Conversation]:
        """Return the help that was asked for it and has not been called off or sent home."""
        talks = sorted(self.state.aid.by_id.values(), key=lambda it: it.aid_id)
        id_ = self.incident.incident_id
        return [it for it in talks if it.incident_id == id_ and it.side == "asking"]

    def in_the_field(self) -> Forces:
        """Return who and what is out for it now."""
        state = self.state
        units = state.units.by_incident.get(self.incident.incident_id, ())
        bound = [id_ for it in units for id_ in state.units.by_id[it].people.values()]
        held = [state.assignments.by_id.get(it) for it in bound]
        people = sum(it is not None and it.status in _COMING for it in held)
        here = [it for it in state.resources.by_id.values() if it.committed_to in units]
        return Forces(people, len(here), sum(it.resource.kind in _GENERATORS for it in here))

    def in_all(self) -> Forces:
        """Return who and what went out for it so far, each once, and how often people went."""
        called = {it["assignment_id"]: it["member_id"] for it in self.facts("assignment_offered")}
        went = {it["assignment_id"] for it in self.facts("assignment_accepted")}
        vehicles = {it["resource_id"] for it in self.facts("resource_committed")}
        known = [self.state.resources.by_id.get(it) for it in sorted(vehicles)]
        generators = sum(it is not None and it.resource.kind in _GENERATORS for it in known)
        people = {called[it] for it in went if it in called}
        return Forces(len(people), len(vehicles), generators, turns=len(went))

    def out_ms(self) -> int:
        """Return how long supply was out, until it was back or until now."""
        ended = self.incident.restored_at
        return max(0, (self.cut_off if ended is None else ended) - self.incident.started_at)

    def customers_out_now(self) -> int | None:
        """Return how many customers are out still."""
        if self.incident.restored_at is not None:
            return 0
        return self.incident.extent.customers_out

    def situations_before(self) -> int:
        """Return how many situation reports went up before."""
        return sum(it["report"] == "situation" for it in self.facts("report_sent"))


def reckoned(state: Jurisdiction, incident_id: str, story: Sequence[Entry]) -> Reckoning | None:
    """Return what is known of an incident; None once it is filed and the state has it no more.

    Args:
        state: of its jurisdiction after the last record of the story.
        incident_id: which.
        story: its records up to the moment, oldest first; not empty.
    """
    incident = state.incidents.by_id.get(incident_id)
    return None if incident is None else Reckoning(state, incident, story)
