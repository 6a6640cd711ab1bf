"""Critical sites: what an incident touches, and the clock of their own supply."""

from typing import Any

import pytest

from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.incident import IncidentGraded, PriorityRaised, ReportJoined
from schemas.events.notice import NoticeRaised, RuleWarned, SignalRefused
from schemas.events.site import SiteLinked, SiteRunningOut, SiteSupplyChanged, SiteUnlinked
from schemas.roster import Site, Supply
from schemas.sentences import guarding
from schemas.signals.incident import (
    CloseIncident,
    MergeIncidents,
    ReopenIncident,
    RestoreIncident,
)
from schemas.signals.roster import ImportRoster
from schemas.signals.site import SiteSupplyReported
from schemas.vocabulary import CustomerClass, NoticeKind, SiteKind, Urgency
from tests.domain.outages import FAR_AWAY, SQUARE, gone, incident, opened, reported
from tests.story import DAY, HOUR, MINUTE, START, Story, name

HOSPITAL = name("sit", "hospital")


def with_site(story: Story | None = None, **fields: Any) -> Story:
    said: dict[str, Any] = {
        "site_id": HOSPITAL,
        "kind": SiteKind.HOSPITAL,
        "customer_class": CustomerClass.FIRST,
        "name": "First hospital",
        "place": SQUARE,
        "circuit": "L-9",
        "device": "T-1",
        "security_load_kw": 100,
        "own_supply_kw": 120,
        "own_supply_endurance_min": 120,
    }
    return (story or Story()).when(ImportRoster, sites=(Site(**(said | fields)),))


def supplied(story: Story, supply: str, **fields: Any) -> Story:
    return story.when(SiteSupplyReported, site_id=HOSPITAL, supply=supply, **fields)


def linked(story: Story) -> tuple[str, ...]:
    return story.state.sites.by_id[HOSPITAL].incident_ids


@pytest.mark.parametrize(
    "where",
    [
        {"place": SQUARE},
        {"place": FAR_AWAY, "device": "T-1"},
        {"place": FAR_AWAY, "circuit": "L-9"},
    ],
    ids=["near", "device", "circuit"],
)
def test_an_incident_that_touches_a_site_is_raised_and_urgent(where: dict[str, Any]) -> None:
    story = with_site()

    id_ = opened(story, **where)

    story.then_includes(SiteLinked, PriorityRaised)
    assert incident(story, id_).raised == 1_800 + 600
    assert story.all(IncidentGraded)[-1].urgency is Urgency.URGENT
    assert linked(story) == (id_,)


def test_an_incident_elsewhere_touches_no_site() -> None:
    story = with_site()

    opened(story, place=FAR_AWAY)

    story.then_not(SiteLinked, PriorityRaised)


def test_a_joining_report_touches_a_site_as_well_and_only_once() -> None:
    story = with_site()
    id_ = opened(story, place=FAR_AWAY, correlation_key="k")

    reported(story, "r2", correlation_key="k", device="T-1").then_includes(ReportJoined, SiteLinked)
    reported(story, "r3", correlation_key="k", circuit="L-9").then_not(SiteLinked)

    assert linked(story) == (id_,)


def test_a_site_is_untouched_when_power_is_back_and_touched_when_it_is_gone_again() -> None:
    story = with_site()
    id_ = opened(story, place=FAR_AWAY, correlation_key="k")
    reported(story, "r2", correlation_key="k", device="T-1")

    story.when(RestoreIncident, incident_id=id_).then_includes(SiteUnlinked)
    assert linked(story) == ()
    story.when(ReopenIncident, incident_id=id_, reason="dark").then_includes(SiteLinked)
    assert linked(story) == (id_,)


def test_a_merged_incident_hands_its_sites_over() -> None:
    story = with_site()
    into = opened(story, "r1", place=FAR_AWAY)
    other = opened(story, "r2", device="T-1")

    story.when(MergeIncidents, into=into, incident_ids=(other,), reason="one")

    assert linked(story) == (into,)
    assert incident(story, into).raised == 1_800 + 600


def test_no_site_remembers_an_incident_that_is_filed() -> None:
    story = with_site()
    id_ = opened(story)
    gone(story)
    story.when(CloseIncident, incident_id=id_)
    story.after(10 * DAY)

    assert linked(story) == ()
    assert len(story.state.sites.by_incident) == 0


def test_the_clock_of_its_own_supply_warns_more_loudly_the_less_is_left() -> None:
    story = with_site()
    id_ = opened(story)
    supplied(story, "own")
    raised: list[tuple[int, int]] = []

    for left in (60, 30, 10, 0):
        story.after((START + (120 - left) * MINUTE) - story.at)
        raised.append((story.the(SiteRunningOut).left_min, incident(story, id_).raised))

    assert [left for left, _ in raised] == [60, 30, 10, 0]
    priorities = [priority for _, priority in raised]
    assert priorities == sorted(set(priorities))
    assert story.after(DAY).all(SiteRunningOut) == []


def test_each_warning_is_told_and_the_first_begins_to_climb() -> None:
    story = with_site()
    supplied(story, "own")

    story.after(60 * MINUTE)

    assert NoticeKind.SUPPLY_RUNNING_OUT in [it.kind for it in story.all(NoticeRaised)]
    assert story.the(EscalationStarted).about == HOSPITAL


def test_what_the_site_says_of_its_endurance_goes_before_the_roster() -> None:
    story = with_site()

    changed = supplied(story, "own", endurance_min=20).the(SiteSupplyChanged)

    assert changed.runs_out_at == START + 20 * MINUTE
    # Less is left than the first threshold: told at once, and again at the next one.
    assert [it.left_min for it in story.after(10 * MINUTE).all(SiteRunningOut)] == [20, 10]


def test_a_site_with_thresholds_of_its_own_is_alarmed_by_them_and_told_what_is_left_now() -> None:
    story = with_site(warn_left_min=(90, 45))
    supplied(story, "own")

    told = story.after(75 * MINUTE)

    assert [it.left_min for it in told.all(SiteRunningOut)] == [90, 45]
    texts = [it.text for it in told.all(NoticeRaised) if it.text.code == "supply_left"]
    assert [it.minutes["left"] for it in texts] == [90, 45]


@pytest.mark.parametrize("where", [{"circuit": "L-12"}, {"device": "T-12"}])
def test_an_outage_on_any_line_of_a_site_touches_it(where: dict[str, str]) -> None:
    story = with_site(further_supplies=(Supply(circuit="L-12", device="T-12"),))

    id_ = opened(story, place=FAR_AWAY, **where)

    assert linked(story) == (id_,)


def test_a_line_that_a_site_has_no_more_touches_it_no_more() -> None:
    story = with_site(further_supplies=(Supply(circuit="L-12"),))
    with_site(story)

    opened(story, place=FAR_AWAY, circuit="L-12")

    assert linked(story) == ()
    assert "L-12" not in story.state.sites.by_circuit


def test_the_clock_runs_from_when_the_supply_changed_not_from_when_it_was_heard() -> None:
    story = with_site()
    story.at += 30 * MINUTE

    changed = supplied(story, "own", occurred_at=START).the(SiteSupplyChanged)

    assert changed.runs_out_at == START + 120 * MINUTE


@pytest.mark.parametrize("supply", ["grid", "emergency"])
def test_another_supply_stops_the_clock_and_the_climbing(supply: str) -> None:
    story = with_site()
    supplied(story, "own")
    story.after(60 * MINUTE)

    supplied(story, supply).then_includes(EscalationStopped)

    story.after(DAY).then_not(SiteRunningOut)


def test_an_endurance_that_nobody_knows_is_said_and_not_taken_for_nought() -> None:
    story = with_site(own_supply_endurance_min=0)

    changed = supplied(story, "own").the(SiteSupplyChanged)

    assert changed.runs_out_at is None
    assert story.the(RuleWarned).rule == guarding.OWN_SUPPLY_UNKNOWN
    story.after(DAY).then_not(SiteRunningOut)


def test_a_site_without_any_supply_is_raised_highest_and_climbs_at_once() -> None:
    story = with_site()
    id_ = opened(story)
    supplied(story, "own")
    on_own = incident(story, id_).raised

    supplied(story, "none").then_includes(NoticeRaised, EscalationStarted, PriorityRaised)

    assert incident(story, id_).raised > on_own


def test_the_same_supply_again_changes_nothing_and_an_unknown_site_is_refused() -> None:
    story = with_site()

    supplied(story, "grid").then()
    story.when(SiteSupplyReported, site_id=name("sit", "?"), supply="own")
    assert story.the(SignalRefused).field == "site_id"


def test_a_supply_that_was_so_before_does_not_take_the_place_of_a_newer_one() -> None:
    story = with_site()
    opened(story, place=SQUARE)
    story.after(HOUR)
    supplied(story, "none")
    story.after(10 * MINUTE)

    supplied(story, "grid", occurred_at=START + 30 * MINUTE).then(SignalRefused)

    held = story.state.sites.by_id[HOSPITAL]
    assert (held.supply, held.since) == ("none", START + HOUR)
    assert HOSPITAL in story.state.escalations.by_subject


@pytest.mark.parametrize(("own_kw", "warned"), [(120, False), (119, True), (0, False)])
def test_own_supply_below_the_security_load_and_a_fifth_is_warned_of(
    own_kw: int, warned: bool
) -> None:
    story = with_site(own_supply_kw=own_kw)
    assert bool(story.all(RuleWarned)) is warned

    supplied(story, "own")
    assert bool(story.all(RuleWarned)) is warned
