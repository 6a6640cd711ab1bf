"""The desk passes on what somebody told it: both are named, and neither may be the wrong one."""

from typing import Any

import pytest

from schemas.events.incident import IncidentControlled, IncidentRestored
from schemas.events.notice import SignalRefused
from schemas.signals.incident import ControlIncident, RestoreIncident
from tests.county import member
from tests.domain.line import Line

STRANGER = member(1, 15)


@pytest.mark.parametrize(
    ("kind", "fact"),
    [(ControlIncident, IncidentControlled), (RestoreIncident, IncidentRestored)],
)
def test_what_is_said_for_a_member_is_what_that_member_may_say(kind: Any, fact: Any) -> None:
    line = Line()

    line.story.when(kind, incident_id=line.incident_id, on_behalf_of=STRANGER).then(SignalRefused)
    refusal = line.story.the(SignalRefused)
    assert (refusal.field, refusal.value) == ("on_behalf_of", STRANGER)

    line.story.when(kind, incident_id=line.incident_id, on_behalf_of=line.leader)
    line.story.then_includes(fact)


def test_a_desk_that_sees_it_on_its_own_screens_names_nobody() -> None:
    line = Line()

    line.story.when(RestoreIncident, incident_id=line.incident_id).then_includes(IncidentRestored)
