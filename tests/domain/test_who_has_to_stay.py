"""Who of a unit at work has to stay: by the place they hold now, and only once they have come."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.events.notice import SignalRefused
from schemas.events.unit import UnitReinforced
from schemas.signals.assignment import DeclineAssignment, ReleaseMember
from schemas.signals.unit import CallRelief
from schemas.vocabulary import DeclineReason, Role, UnitRole
from tests.domain.line import Line


@pytest.fixture
def line() -> Line:
    return Line()


def test_who_is_called_to_lead_and_has_not_come_may_say_no(line: Line) -> None:
    line.story.when(CallRelief, unit_id=line.unit_id, member_ids=(line.leader,), reason="hours")
    (pick,) = line.story.the(UnitReinforced).picks
    assert line.unit.roles[pick.member_id] is UnitRole.LEADER
    told: dict[str, Any] = {"actor_id": pick.member_id, "actor_role": Role.MEMBER}

    line.story.when(DeclineAssignment, assignment_id=line.assignment(pick.member_id),
                    reason=DeclineReason.ILL, **told).then_not(SignalRefused)  # fmt: skip


def test_who_took_the_lead_stays_while_the_unit_is_at_work(line: Line) -> None:
    deputy = next(it for it in line.others if line.unit.roles[it] is not UnitRole.SAFETY_SUPERVISOR)
    units = line.story.state.units
    unit = replace(line.unit, roles=line.unit.roles.set(deputy, UnitRole.LEADER))
    by_id = units.by_id.set(line.unit_id, unit)
    line.story.state = replace(line.story.state, units=replace(units, by_id=by_id))

    line.story.when(ReleaseMember, assignment_id=line.assignment(deputy), reason="rest")

    line.story.then(SignalRefused)
    line.goes_on()
