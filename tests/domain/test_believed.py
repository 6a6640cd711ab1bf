"""Numbers of a report are held against what is known: nobody is told of more than there is."""

from typing import Any

from msgspec.structs import replace

from schemas.default_policy import DEFAULT_POLICY
from schemas.events.incident import IncidentOpened, IncidentUpdated, ReportDuplicated, ReportJoined
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.signals.incident import Extent, ExtentReported, MergeIncidents, OutageUpdated
from schemas.signals.notice import NoteNotice
from schemas.signals.roster import AdoptPolicy
from schemas.vocabulary import NoticeKind, Recipient, Role
from tests.county import FAR
from tests.domain.outages import MAP, incident, opened, out, reported
from tests.said import english
from tests.story import Story

FEED: dict[str, Any] = {"actor_id": "feed", "actor_role": Role.FEED}


def county_of(customers: int = 200_000, load: float = 400.0) -> Story:
    story = Story()
    grading = replace(DEFAULT_POLICY.grading, customers_here=customers, load_here_mw=load)
    policy = replace(DEFAULT_POLICY, policy_id="county", grading=grading)
    story.when(AdoptPolicy, policy=policy, actor_id="chief", actor_role=Role.COMMANDER)
    return story


def doubts(story: Story) -> list[str]:
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.NUMBERS_DOUBTED]
    assert all(it.recipient is Recipient.DISPATCHER for it in told)
    return [english(it.text) for it in told]


def test_more_customers_than_the_county_has_are_no_headline_and_told() -> None:
    story = county_of()
    id_ = opened(story, "r1", extent=Extent(customers_out=90_000_000, load_lost_mw=3.0))

    assert incident(story, id_).extent == Extent(load_lost_mw=3.0)
    (said,) = doubts(story)
    assert "90000000" in said
    assert "200000" in said
    assert MAP in said


def test_what_can_be_counts_as_it_did() -> None:
    story = county_of()
    id_ = opened(story, "r1", extent=out(200_000))

    assert incident(story, id_).extent.customers_out == 200_000
    assert doubts(story) == []


def test_a_report_that_contradicts_itself_is_doubted_where_nothing_is_known() -> None:
    story = Story()
    id_ = opened(story, "r1", extent=Extent(customers_out=900, customers_total=90))

    assert incident(story, id_).extent.customers_out is None
    assert len(doubts(story)) == 1


def test_the_desk_is_told_once_and_again_of_another_number() -> None:
    story = county_of()
    opened(story, "r1", extent=out(5))
    said: dict[str, Any] = {"source": MAP, "dedup_key": "r1", **FEED}

    story.when(OutageUpdated, extent=out(5_000_000), **said)
    assert len(doubts(story)) == 1
    story.when(OutageUpdated, extent=out(5_000_000), **said).then()
    story.when(OutageUpdated, extent=out(6_000_000), **said)
    assert len(doubts(story)) == 1
    story.when(OutageUpdated, extent=out(7), **said).then_includes(IncidentUpdated)


def test_what_the_desk_has_seen_is_not_told_again_with_each_pass_of_a_feed() -> None:
    story = county_of()
    opened(story, "r1", extent=out(5_000_000))
    (listed,) = [
        it for it in story.state.notices.listed.values() if it.kind is NoticeKind.NUMBERS_DOUBTED
    ]
    story.when(NoteNotice, notice_id=listed.notice_id)
    assert listed.notice_id not in story.state.notices.listed

    reported(story, "r1", extent=out(5_000_000)).then_not(NoticeRaised)
    said: dict[str, Any] = {"source": MAP, "dedup_key": "r1", **FEED}
    story.when(OutageUpdated, extent=out(5_000_000), **said).then_not(NoticeRaised)


def test_a_merge_forgets_nothing_that_the_desk_was_told() -> None:
    story = county_of()
    gone = opened(story, "r1", extent=out(5_000_000))
    into = opened(story, "r2", place=FAR, extent=out(5))
    story.when(MergeIncidents, incident_ids=(gone,), into=into, reason="one")

    reported(story, "r1", extent=out(5_000_000)).then_not(NoticeRaised)


def test_a_repeat_and_a_report_that_joins_are_held_against_it_too() -> None:
    story = county_of()
    id_ = opened(story, "r1", extent=out(5))

    reported(story, "r1", extent=out(5_000_000)).then_includes(ReportDuplicated, NoticeRaised)
    reported(story, "r2", extent=Extent(load_lost_mw=9_000.0)).then_includes(ReportJoined)
    assert len(doubts(story)) == 1
    assert incident(story, id_).extent == out(5)


def test_a_person_who_says_more_than_there_is_is_asked_again() -> None:
    story = county_of()
    id_ = opened(story, "r1", extent=out(5))

    story.when(ExtentReported, incident_id=id_, extent=out(2_000_000))
    refused = story.the(SignalRefused)
    assert (refused.field, refused.value) == ("extent.customers_out", "2000000")
    story.when(ExtentReported, incident_id=id_, extent=out(20_000)).then_includes(IncidentUpdated)


def test_an_outage_of_which_all_numbers_are_doubted_is_an_outage() -> None:
    story = county_of()

    reported(story, "r1", extent=out(5_000_000)).then_includes(IncidentOpened)
