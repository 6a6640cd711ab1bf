"""A unit that was called to an outage, as the tests of what a member says of it know it."""

from typing import Any

from coordinator.domain.state.units import Unit
from schemas.events.unit import UnitFormed
from schemas.signals.assignment import AbortAssignment, DeclineAssignment, TakeBackTap
from schemas.vocabulary import AssignmentStatus, DeclineReason, Tap, UnitRole
from tests.county import county, everybody, outage
from tests.domain.line import by
from tests.story import MINUTE, Story

_MORE: dict[type[Any], dict[str, Any]] = {
    DeclineAssignment: {"reason": DeclineReason.ILL},
    AbortAssignment: {"reason": "hurt"},
}


class Called:
    """A unit that has been called to an outage; `member` is one of its people."""

    def __init__(self, *kinds: Any, size: int | None = None, **report: Any) -> None:
        self.story: Story = county() if size is None else county(size=size)
        self.incident_id = outage(self.story, **report)
        self.unit_id = self.story.the(UnitFormed).unit_id
        everybody(self.story, self.unit_id, *kinds)
        self.story.after(MINUTE)
        self.member = next(
            it for it in sorted(self.unit.people) if self.unit.roles[it] is not UnitRole.LEADER
        )
        self.id = self.unit.people[self.member]

    @property
    def unit(self) -> Unit:
        return self.story.state.units.by_id[self.unit_id]

    def says(self, kind: Any, **more: Any) -> Story:
        more = _MORE.get(kind, {}) | more
        return self.story.when(kind, assignment_id=self.id, **by(self.member), **more)

    def takes_back(self, tap: Tap, **more: Any) -> Story:
        return self.says(TakeBackTap, tap=tap, **more)

    @property
    def status(self) -> AssignmentStatus:
        return self.story.state.assignments.by_id[self.id].status
