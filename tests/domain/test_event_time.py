"""Nothing happens before what it is about began, nor after it was told, whatever clocks say."""

from typing import Any

import pytest

from coordinator.domain.event_time import CLOCKS_DIFFER_MS
from schemas.events.assignment import AssignmentAccepted
from schemas.events.command import HelpCalled
from schemas.events.incident import IncidentOpened, ReportJoined
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.sentences import rights
from schemas.signals.assignment import AcceptAssignment
from schemas.signals.command import CallHelp
from schemas.signals.incident import (
    ControlIncident,
    Extent,
    RestoreIncident,
)
from schemas.signals.roster import ChangeAvailability
from schemas.vocabulary import Role
from tests.county import county, member, outage
from tests.domain.outages import incident, reported
from tests.story import DAY, HOUR, MINUTE, START, Story


def phone(story: Story, kind: Any, **fields: Any) -> Story:
    """Somebody says it who may, and whose clock may be wrong."""
    return story.when(kind, actor_id="commander-1", actor_role=Role.COMMANDER, **fields)


def refused_time(story: Story, said: int) -> None:
    refusal = story.the(SignalRefused)
    assert refusal.field == "occurred_at"
    assert str(said) in (refusal.value or "")


def test_a_phone_set_back_does_not_make_a_broken_promise_kept() -> None:
    story = county()
    incident_id = outage(story)
    story.after(9 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    before = incident(story, incident_id)
    assert before.promises["arrival"].broken

    phone(story, RestoreIncident, incident_id=incident_id, occurred_at=START - 30 * DAY)

    refused_time(story, START - 30 * DAY)
    assert incident(story, incident_id) == before


@pytest.mark.parametrize("off", [-30 * DAY, -CLOCKS_DIFFER_MS - 1, HOUR + CLOCKS_DIFFER_MS + 1])
@pytest.mark.parametrize("kind", [ControlIncident, RestoreIncident])
def test_an_impossible_time_is_refused_in_words(kind: Any, off: int) -> None:
    story = county()
    incident_id = outage(story)
    story.after(HOUR)

    phone(story, kind, incident_id=incident_id, occurred_at=START + off)

    refused_time(story, START + off)
    assert incident(story, incident_id).controlled_at is None
    assert incident(story, incident_id).restored_at is None


@pytest.mark.parametrize(
    ("off", "believed"),
    [(-93 * DAY, False), (-91 * DAY, True), (MINUTE, True), (MINUTE + 1, False)],
)
def test_an_outage_whose_source_has_a_wrong_clock_is_taken_and_the_doubt_is_told(
    off: int, believed: bool
) -> None:
    story = Story()

    reported(story, started_at=START + off)

    warned = story.all(RuleWarned)
    first = story.the(IncidentOpened)
    assert first.started_at == (min(START + off, START) if believed else START)
    assert [it.about for it in warned] == ([] if believed else [first.incident_id])
    # A report that joins it is doubted as the first one is.
    reported(story, "r2", started_at=START + off).then_includes(ReportJoined)
    assert bool(story.all(RuleWarned)) is not believed


@pytest.mark.parametrize("off", [-93 * DAY, MINUTE + 1])
def test_what_has_no_beginning_of_its_own_is_told_within_a_quarter(off: int) -> None:
    story = county()
    who: dict[str, Any] = {"member_id": member(0, 3), "available": False, "reason": "ill"}

    story.when(ChangeAvailability, occurred_at=START + off, **who).then(SignalRefused)
    refused_time(story, START + off)
    story.when(ChangeAvailability, occurred_at=START - DAY, **who).then_not(SignalRefused)


@pytest.mark.parametrize("off", [-400 * DAY, 30 * DAY])
def test_a_call_for_help_is_taken_whatever_the_phone_says_and_the_doubt_is_told(off: int) -> None:
    story = county()
    who = member(0, 3)

    story.when(
        CallHelp, member_id=who, occurred_at=START + off, actor_id=who, actor_role=Role.MEMBER
    )

    story.then_includes(HelpCalled, RuleWarned).then_not(SignalRefused)
    assert story.the(RuleWarned).rule == rights.TIME_NOT_AS_TOLD
    assert story.the(RuleWarned).about == who


def test_a_member_whose_phone_is_set_back_accepts_and_the_doubt_is_told() -> None:
    story = county()
    outage(story, extent=Extent(customers_out=900))
    held = min(story.state.assignments.by_id.values(), key=lambda it: it.assignment_id)
    said: dict[str, Any] = {
        "assignment_id": held.assignment_id, "occurred_at": START - 30 * DAY,
        "actor_id": held.member_id, "actor_role": Role.MEMBER,
    }  # fmt: skip

    story.when(AcceptAssignment, **said)

    assert story.the(AssignmentAccepted).happened_at == story.at
    assert story.the(RuleWarned).about == held.assignment_id
    # Again it is nothing new, and nothing is doubted anew.
    story.when(AcceptAssignment, **said).then()


def test_an_outage_of_a_recorder_without_a_clock_is_taken_as_of_now() -> None:
    story = Story()

    reported(story, occurred_at=START - 400 * DAY)

    story.then_includes(IncidentOpened, RuleWarned)
    assert story.the(IncidentOpened).started_at == START
    assert not any(
        it.broken for it in incident(story, story.the(IncidentOpened).incident_id).promises.values()
    )
