"""Disaster alerts: chains of messages, the readiness they add up to, what is linked to them."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.default_policy import DEFAULT_POLICY
from schemas.events.alert import (
    AlertEnded,
    AlertRaised,
    AlertRepeated,
    AlertUpdated,
    CancelForgotten,
    CancelRemembered,
    ReadinessChanged,
)
from schemas.events.incident import AlertLinked
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.signals.alert import AlertReceived, CancelAlert
from schemas.signals.incident import LinkAlert
from schemas.signals.roster import AdoptPolicy
from schemas.vocabulary import (
    Hazard,
    IncidentKind,
    NoticeKind,
    Recipient,
    Role,
    Skill,
    WarningColour,
)
from tests.domain.outages import FAR_AWAY, incident, opened, with_crew
from tests.story import DAY, HOUR, START, Story, name
from words.catalogue import current

BUREAU = "bureau@weather"


def heard(story: Story, identifier: str = "m1", **fields: Any) -> Story:
    said: dict[str, Any] = {
        "sender": BUREAU,
        "identifier": identifier,
        "sent_at": story.at,
        "message": "alert",
        "hazard": Hazard.TYPHOON,
        "event": "Typhoon",
        "colour": WarningColour.YELLOW,
        "severity": "severe",
        "urgency": "expected",
        "certainty": "likely",
        "expires_at": story.at + 6 * HOUR,
        "area": "the river's mouth",
    }
    return story.when(AlertReceived, **(said | fields))


def readiness(story: Story) -> WarningColour:
    return story.state.alerts.readiness


def test_an_alert_raises_the_readiness_and_says_what_to_do() -> None:
    story = heard(Story())

    story.then_includes(AlertRaised)
    changed = story.the(ReadinessChanged)
    assert changed.colour is WarningColour.YELLOW
    assert "repair_teams_on_standby" in changed.measures


def test_a_measure_that_has_words_is_told_in_the_readers_language_and_another_as_it_was_typed() -> (
    None
):
    story = with_crew(Story())
    yellow = {WarningColour.YELLOW: ("special_patrol", "查看 low_lying 站房")}
    alerts = replace(DEFAULT_POLICY.alerts, measures=DEFAULT_POLICY.alerts.measures | yellow)
    policy = replace(DEFAULT_POLICY, version=2, alerts=alerts)
    story.when(AdoptPolicy, actor_role=Role.COMMANDER, policy=policy)
    heard(story)

    told = current().say(story.the(NoticeRaised).text, "zh")
    assert told == "预警行动（黄色）：特巡；查看 low_lying 站房"


def test_captains_are_warned_before_it_comes_but_not_when_it_eases() -> None:
    story = with_crew(Story())
    heard(story, "m1")

    warned = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.PRE_WARNING]
    assert [it.recipient for it in warned] == [Recipient.CAPTAIN]
    assert warned[0].targets == (name("mem", Skill.LEADERSHIP),)
    heard(story, "m2", message="update", references=("m1",), colour=WarningColour.BLUE)
    assert NoticeKind.PRE_WARNING not in [it.kind for it in story.all(NoticeRaised)]


def test_the_highest_live_colour_counts() -> None:
    story = heard(heard(Story(), "m1", colour=WarningColour.RED), "m2", colour=WarningColour.BLUE)
    assert readiness(story) is WarningColour.RED

    heard(story, "m3", message="cancel", references=("m1",))

    assert readiness(story) is WarningColour.BLUE


def test_the_same_message_again_adds_nothing() -> None:
    heard(heard(Story())).then(AlertRepeated)


@pytest.mark.parametrize("reference", ["m1", f"{BUREAU},m1,2026-01-01T08:00:00+08:00"])
def test_an_update_follows_its_references_and_keeps_the_alert(reference: str) -> None:
    story = heard(Story())
    alert_id = story.the(AlertRaised).alert_id

    heard(story, "m2", message="update", references=(reference,), colour=WarningColour.ORANGE)

    assert story.the(AlertUpdated).alert_id == alert_id
    assert readiness(story) is WarningColour.ORANGE
    ended = heard(story, "m3", message="cancel", references=("m2",)).the(AlertEnded)
    assert (ended.alert_id, ended.cause) == (alert_id, "cancelled")
    assert (len(story.state.alerts.by_id), len(story.state.alerts.by_message)) == (0, 0)


def test_a_message_older_than_what_is_known_changes_nothing() -> None:
    story = heard(Story(), "m1", sent_at=START)

    heard(
        story, "m0", message="update", references=("m1",), sent_at=START - HOUR,
        colour=WarningColour.RED,
    ).then(AlertRepeated)  # fmt: skip

    assert readiness(story) is WarningColour.YELLOW


def test_an_update_whose_beginning_was_missed_is_an_alert() -> None:
    heard(Story(), "m2", message="update", references=("m1",)).then_includes(AlertRaised)


def test_an_alert_that_comes_after_its_update_is_not_raised_and_ends_with_it() -> None:
    story = heard(Story(), "m2", message="update", references=("m1",), colour=WarningColour.BLUE)
    alert_id = story.the(AlertRaised).alert_id

    heard(story, "m1", colour=WarningColour.RED).then(AlertRepeated)
    assert readiness(story) is WarningColour.BLUE

    ended = heard(story, "m3", message="cancel", references=("m1",)).the(AlertEnded)
    assert ended.alert_id == alert_id
    heard(story, "m1", colour=WarningColour.RED).then(AlertRepeated)


def test_a_cancel_ends_all_that_it_names_and_remembers_what_has_not_come() -> None:
    story = heard(heard(Story(), "m1"), "m2", colour=WarningColour.RED)

    heard(story, "m4", message="cancel", references=("m1", "m2", "m3"))

    assert len(story.all(AlertEnded)) == 2
    assert story.the(CancelRemembered).identifier == "m3"
    assert readiness(story) is WarningColour.NONE


def test_an_update_of_two_alerts_takes_the_place_of_both() -> None:
    story = heard(heard(Story(), "m1"), "m2", colour=WarningColour.RED)

    heard(story, "m3", message="update", references=("m1", "m2"), colour=WarningColour.BLUE)

    story.then_includes(AlertUpdated, AlertEnded)
    assert len(story.state.alerts.by_id) == 1
    assert readiness(story) is WarningColour.BLUE


def test_an_alert_ends_when_it_expires_and_the_readiness_with_it() -> None:
    story = heard(Story())

    story.after(6 * HOUR)

    assert story.the(AlertEnded).cause == "expired"
    assert readiness(story) is WarningColour.NONE
    assert len(story.state.timers.due) == 0


def test_an_update_moves_the_end() -> None:
    story = heard(Story())
    heard(story, "m2", message="update", references=("m1",), expires_at=START + DAY)

    story.after(DAY - 1).then_not(AlertEnded)
    story.after(1).then_includes(AlertEnded)


def test_an_alert_without_an_end_lasts_as_long_as_the_policy_says() -> None:
    story = heard(Story(), expires_at=None)

    story.after(DAY - 1).then_not(AlertEnded)
    story.after(1).then_includes(AlertEnded)


def test_an_alert_that_is_over_raises_nothing() -> None:
    heard(Story(), expires_at=START).then(AlertRepeated)


def test_a_person_ends_a_warning_at_once_when_the_danger_is_gone() -> None:
    story = heard(Story())
    said = {"sender": BUREAU, "identifier": "m1", "reason": "wind has dropped"}

    assert story.when(CancelAlert, **said).the(AlertEnded).cause == "by_person"
    assert story.when(CancelAlert, **said).the(SignalRefused).field == "identifier"


def test_an_incident_of_a_fitting_kind_is_linked_to_the_live_alert() -> None:
    story = heard(Story())
    alert_id = story.the(AlertRaised).alert_id

    id_ = opened(story, kind=IncidentKind.NATURAL_DISASTER)
    other = opened(story, "r2", kind=IncidentKind.CUSTOMER_FAULT, place=FAR_AWAY)

    assert incident(story, id_).alert_ids == (alert_id,)
    assert incident(story, other).alert_ids == ()


def test_what_happens_before_the_onset_is_not_of_the_alert() -> None:
    story = heard(Story(), onset_at=START + 2 * HOUR)

    opened(story, kind=IncidentKind.NATURAL_DISASTER)

    story.then_not(AlertLinked)


def test_a_dispatcher_links_an_alert_once_and_only_a_live_one() -> None:
    story = Story()
    id_ = opened(story)
    alert_id = heard(story).the(AlertRaised).alert_id

    story.when(LinkAlert, incident_id=id_, alert_id=alert_id).then(AlertLinked)
    story.when(LinkAlert, incident_id=id_, alert_id=alert_id).then()
    story.when(LinkAlert, incident_id=id_, alert_id=name("alt", "?"))
    assert story.the(SignalRefused).field == "alert_id"


def test_what_is_cancelled_before_it_comes_is_not_raised_when_it_does() -> None:
    story = Story()

    heard(story, "m2", message="cancel", references=("m1",)).then(CancelRemembered)
    heard(story, "m1").then(AlertRepeated)

    assert not story.state.alerts.by_id
    assert story.state.alerts.readiness is WarningColour.NONE


def test_a_cancel_that_nothing_follows_is_forgotten_in_time() -> None:
    story = Story()
    heard(story, "m2", message="cancel", references=(f"{BUREAU},m1,2026-01-01",))

    story.after(40 * DAY).then_includes(CancelForgotten)

    assert not story.state.alerts.cancelled
    assert len(story.state.timers.due) == 0
    heard(story, "m1").then_includes(AlertRaised)


@pytest.mark.parametrize(
    ("sender", "reference"),
    [(BUREAU, ",m1,2026-01-01"), ("|" + "b" * 150, "m" * 150)],
    ids=["no sender", "a sender that cannot be told from what follows"],
)
def test_a_cancel_of_nobodys_message_is_passed_over(sender: str, reference: str) -> None:
    story = Story()

    heard(story, "m2", message="cancel", sender=sender, references=(reference,)).then(AlertRepeated)

    story.after(40 * DAY)
    assert not story.state.alerts.cancelled


def test_an_alert_whose_sender_has_a_wrong_clock_is_refused() -> None:
    story = Story()

    heard(story, sent_at=story.at + 60_001, expires_at=None)

    assert story.the(SignalRefused).field == "sent_at"
    heard(story, sent_at=story.at + 60_000, expires_at=None).then_includes(AlertRaised)
