"""That people are in danger stays known of an incident, whoever said it and when."""

from schemas.events.incident import IncidentOpened, IncidentUpdated, PriorityRaised
from schemas.signals.incident import MergeIncidents, OutageUpdated, RestoreIncident
from schemas.vocabulary import Urgency
from tests.domain.outages import FAR_AWAY, MAP, incident, opened, reported
from tests.story import Story


def endangered(story: Story, incident_id: str) -> bool:
    return bool(incident(story, incident_id).account.injury_risk)


def test_the_first_report_says_so() -> None:
    story = Story()
    id_ = opened(story, injury_risk=True)

    assert endangered(story, id_)


def test_a_later_report_says_so_and_one_that_is_silent_takes_nothing_back() -> None:
    story = Story()
    id_ = opened(story, device="T-1")
    assert not endangered(story, id_)

    reported(story, "r2", device="T-1", injury_risk=True).then_includes(IncidentUpdated)
    reported(story, "r3", device="T-1")

    assert endangered(story, id_)


def test_what_a_source_adds_to_its_report_says_so_and_makes_it_urgent() -> None:
    story = Story()
    id_ = opened(story)

    story.when(OutageUpdated, source=MAP, dedup_key="r1", injury_risk=True)

    story.then_includes(PriorityRaised)
    assert endangered(story, id_)
    assert incident(story, id_).urgency is Urgency.URGENT


def test_it_comes_along_into_what_the_incident_is_merged_into() -> None:
    story = Story()
    into = opened(story, device="T-1")
    other = opened(story, "r2", device="T-2", place=FAR_AWAY, injury_risk=True)

    story.when(MergeIncidents, into=into, incident_ids=(other,), reason="one storm")

    assert endangered(story, into)


def test_danger_told_first_after_supply_came_back_is_no_old_news_of_what_was_urgent() -> None:
    story = Story()
    opened(story, urgency=Urgency.URGENT)
    (id_,) = story.state.incidents.by_id
    story.when(RestoreIncident, incident_id=id_)

    reported(story, injury_risk=True).then_includes(IncidentOpened)
