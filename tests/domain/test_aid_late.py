"""A crew that a neighbour promised and that does not come is counted on no longer."""

from typing import Any

from schemas.events.aid import AidCrewArrived, AidCrewLate, AidCrewPromised, AidOpened
from schemas.events.incident import IncidentClosed
from schemas.events.notice import NoticeRaised
from schemas.events.unit import UnitFormed
from schemas.signals.aid import AidCommitted, CallAid, CrewHandover, RecordAidArrival
from schemas.signals.incident import CloseIncident, RestoreIncident
from schemas.signals.unit import StandDownUnit
from schemas.vocabulary import NoticeKind, Role
from tests.county import county, outage, person
from tests.story import HOUR, MINUTE, Story

PEER: dict[str, Any] = {"actor_id": "peer", "actor_role": Role.SYSTEM}


def promised() -> tuple[Story, str, str]:
    """A neighbour's crew is to come within the hour, and our own unit goes home."""
    story = county()
    incident_id = outage(story)
    unit_id = story.the(UnitFormed).unit_id
    story.when(CallAid, neighbour="lake-city", incident_id=incident_id,
               need=story.state.units.by_id[unit_id].need, reason="many")  # fmt: skip
    aid_id = story.the(AidOpened).aid_id
    package = CrewHandover(
        people=(person(0, 40), person(0, 41)), safety_briefing="b", briefed_by="x"
    )
    story.when(AidCommitted, aid_id=aid_id, peer="lake-city", package=package,
               arrives_at=story.at + HOUR, **PEER).then_includes(AidCrewPromised)  # fmt: skip
    story.when(StandDownUnit, unit_id=unit_id, reason="they come")
    return story, incident_id, aid_id


def left_alone(story: Story, incident_id: str) -> bool:
    held = story.state.escalations
    return any(
        held.by_id[it].cause is NoticeKind.LEFT_ALONE for it in held.by_subject.get(incident_id, ())
    )


def test_who_never_comes_leaves_the_incident_alone_and_that_is_an_alarm() -> None:
    story, incident_id, _ = promised()
    story.after(HOUR + 29 * MINUTE).then_not(AidCrewLate)
    assert not left_alone(story, incident_id)

    story.after(MINUTE).then_includes(AidCrewLate, NoticeRaised)
    assert left_alone(story, incident_id)


def test_who_comes_after_all_is_here() -> None:
    story, _, aid_id = promised()
    story.after(2 * HOUR)
    assert story.state.aid.by_id[aid_id].late

    story.when(RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li").then_includes(
        AidCrewArrived
    )
    assert not story.state.aid.by_id[aid_id].late


def test_the_desk_is_told_of_a_crew_under_way_to_what_is_closed() -> None:
    story, incident_id, aid_id = promised()
    story.when(RestoreIncident, incident_id=incident_id)

    story.when(CloseIncident, incident_id=incident_id).then_includes(IncidentClosed)
    (told,) = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.AID]
    assert (told.text.code, told.about) == ("aid_still_here", aid_id)
