"""Who is lent to us and stands guard here: once given back, their posts are short."""

from schemas.events.aid import AidCrewReleased, AidOpened
from schemas.events.operation import GuardGapFound
from schemas.events.unit import UnitFormed
from schemas.signals.aid import (
    AidCommitted,
    CallAid,
    CrewHandover,
    RecordAidArrival,
    ReleaseAid,
)
from schemas.signals.incident import RestoreIncident
from schemas.signals.operation import StartGuard
from tests.county import outage, person
from tests.domain.test_aid_late import PEER
from tests.domain.test_guard_coverage import hours, post
from tests.domain.test_operation import GUARDS, opened
from tests.story import HOUR, START


def test_guests_who_are_given_back_leave_their_next_post_short_at_once() -> None:
    story, operation_id = opened(guard_from=START + HOUR, guard_until=START + 40 * HOUR)
    post(story, operation_id, GUARDS, 0, 20)
    incident_id = outage(story)
    need = story.state.units.by_id[story.the(UnitFormed).unit_id].need
    story.when(CallAid, neighbour="lake-city", incident_id=incident_id, need=need, reason="r")
    aid_id = story.the(AidOpened).aid_id
    guests = (person(0, 40), person(0, 41))
    package = CrewHandover(people=guests, safety_briefing="b", briefed_by="x")
    story.when(AidCommitted, aid_id=aid_id, peer="lake-city", package=package,
               arrives_at=story.at + HOUR, **PEER)  # fmt: skip
    story.when(RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="x")
    post(story, operation_id, (it.member_id for it in guests), 20, 40)
    story.when(StartGuard, operation_id=operation_id, override_reason="n")
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(19 * HOUR)

    story.when(ReleaseAid, aid_id=aid_id, reason="their storm").then_includes(
        AidCrewReleased, GuardGapFound
    )
    assert hours(story.all(GuardGapFound)) == [(20, 40)]
