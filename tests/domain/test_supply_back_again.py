"""Every word that supply is back alarms whoever is at the line when it comes."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.state.incidents import Phase
from coordinator.domain.state.safety import TicketStage
from coordinator.outbox.surroundings import name_of
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.ticket import (
    ClearConfirmed,
    SupplyBackOver,
    SupplyReportedBack,
    TicketHandedOver,
    WorkFinished,
    WorkStarted,
)
from schemas.said import ids_in
from schemas.sentences import work
from schemas.signals.incident import OutageGone, ReopenIncident, RestoreIncident
from schemas.signals.roster import ImportRoster
from schemas.signals.site import SiteSupplyReported
from schemas.signals.ticket import FinishWork, HandOverTicket, PauseWork, StartWork
from schemas.vocabulary import Clearance, Interlock, NoticeKind, Recipient, Role, TicketRole
from tests.county import HOSPITAL
from tests.domain.line import Line, by, cleared, made_safe, made_safe_anew
from tests.story import HOUR, MINUTE

FEED: dict[str, Any] = {"actor_role": Role.FEED, "actor_id": "feed"}


@pytest.fixture
def line() -> Line:
    return Line()


def feed_says_gone(line: Line) -> None:
    line.story.when(OutageGone, source="95598", dedup_key="1", **FEED)


def feed_says_there_was_none(line: Line) -> None:
    line.story.when(OutageGone, source="95598", dedup_key="1", reason="withdrawn", **FEED)


def desk_says_restored(line: Line) -> None:
    line.story.when(RestoreIncident, incident_id=line.incident_id)


def makeshift(line: Line) -> None:
    line.story.when(RestoreIncident, incident_id=line.incident_id, temporary=True)


def site_is_on_the_grid(line: Line) -> None:
    line.story.when(SiteSupplyReported, site_id=HOSPITAL, supply="grid")


WORDS: list[Callable[[Line], None]] = [
    feed_says_gone, feed_says_there_was_none, desk_says_restored, makeshift, site_is_on_the_grid,
]  # fmt: skip


def told(line: Line) -> dict[Recipient, set[str]]:
    found = [it for it in line.story.all(NoticeRaised) if it.kind is NoticeKind.SUPPLY_BACK]
    return {it.recipient: set(it.targets) for it in found}


def alarmed(line: Line) -> None:
    """All at the line hear of it, the work stops, and the alarm stands until they are counted."""
    assert line.story.the(SupplyReportedBack).alarm
    assert set(line.at_work) <= told(line)[Recipient.MEMBER]
    assert Recipient.COMMANDER in told(line)
    held = line.story.state.safety.tickets[line.ticket_id]
    assert held.supply_back_at is not None
    assert (held.stage, held.people_off) == (TicketStage.STOPPED, False)
    assert Interlock.VERIFIED_DEAD not in held.confirmed


def without_supply(line: Line) -> None:
    """A hospital nearby runs on nothing."""
    story = line.story
    site = story.state.sites.by_id[HOSPITAL].site
    place = story.state.incidents.by_id[line.incident_id].place
    story.when(ImportRoster, sites=(replace(site, place=place),))
    line.story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")


@pytest.mark.parametrize("says_back", WORDS)
def test_a_line_that_was_restored_and_is_worked_at_again_is_alarmed_again(
    line: Line, says_back: Callable[[Line], None]
) -> None:
    story = line.story
    without_supply(line)
    desk_says_restored(line)
    alarmed(line)
    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF)
    story.then_includes(SupplyBackOver)
    made_safe_anew(story, line.ticket_id)
    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkStarted)
    assert story.state.incidents.by_id[line.incident_id].phase is Phase.RESTORED
    story.after(HOUR)

    says_back(line)

    alarmed(line)
    # Said twice it is one alarm.
    says_back(line)
    story.then_not(SupplyReportedBack)
    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF)
    story.then_includes(SupplyBackOver)


@pytest.mark.parametrize("says_back", WORDS)
def test_each_way_by_which_supply_is_said_to_be_back_alarms(
    line: Line, says_back: Callable[[Line], None]
) -> None:
    without_supply(line)
    says_back(line)
    alarmed(line)


@pytest.mark.parametrize("gone", [(), (Clearance.TOOLS_OUT,)])
def test_who_takes_off_tools_and_earths_is_alarmed_and_counted_anew(
    line: Line, gone: tuple[Clearance, ...]
) -> None:
    story = line.story
    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF, *gone)

    desk_says_restored(line)

    alarmed(line)
    story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
    assert story.the(SignalRefused).rule == work.all_clear_first(Clearance.PEOPLE_OFF)
    line.over()
    assert line.ticket_id not in story.state.safety.tickets


def test_a_line_that_is_all_clear_alarms_nobody(line: Line) -> None:
    cleared(line.story, line.ticket_id)
    desk_says_restored(line)
    assert line.story.the(SupplyReportedBack).alarm is False
    assert not told(line)
    desk_says_restored(line)
    line.story.then_not(SupplyReportedBack)
    line.story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
    line.story.then(WorkFinished)


@pytest.mark.parametrize("role", [TicketRole.CREW, TicketRole.LEADER])
def test_whoever_is_handed_a_ticket_after_the_count_is_counted(
    line: Line, role: TicketRole
) -> None:
    story, new = line.story, line.others[0]
    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF, Clearance.TOOLS_OUT)
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=role, to=new, reason="tired",
               **by(line.work_leader)).then(TicketHandedOver)  # fmt: skip

    desk_says_restored(line)

    alarmed(line)
    assert new in told(line)[Recipient.MEMBER]
    cleared(story, line.ticket_id, Clearance.PEOPLE_OFF)
    assert new in story.the(ClearConfirmed).people
    cleared(story, line.ticket_id, Clearance.EARTHS_REMOVED)
    story.when(FinishWork, ticket_id=line.ticket_id, reported_by=new).then(WorkFinished)
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.CREW,
               to=line.others[-1], reason="x")  # fmt: skip
    assert story.the(SignalRefused).rule == work.WORK_IS_OVER


def test_whoever_goes_back_to_verify_and_ground_is_at_the_line_again(line: Line) -> None:
    story = line.story
    cleared(story, line.ticket_id)
    made_safe(story, line.ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)

    desk_says_restored(line)

    alarmed(line)


def test_a_word_that_is_taken_back_takes_no_alarm_with_it(line: Line) -> None:
    desk_says_restored(line)
    line.story.after(MINUTE)
    line.story.when(ReopenIncident, incident_id=line.incident_id, reason="dark")
    line.story.then_not(SupplyBackOver)
    assert line.story.state.safety.tickets[line.ticket_id].supply_back_at is not None


def test_the_alarm_says_which_work_where_and_who_is_at_it(line: Line) -> None:
    desk_says_restored(line)

    (text,) = {it.text for it in line.story.all(NoticeRaised) if it.kind is NoticeKind.SUPPLY_BACK}
    assert text.texts["work"] == "splice"
    assert text.ids["where"] == (line.incident_id,)
    assert set(text.ids["members"]) == set(line.at_work)
    assert text.ids["leader"] == (line.work_leader,)
    incident = line.story.state.incidents.by_id[line.incident_id]
    assert name_of(line.story.state, line.incident_id) == (incident.circuit or incident.device)


def test_no_word_of_a_ticket_shows_its_number(line: Line) -> None:
    line.story.when(PauseWork, ticket_id=line.ticket_id, reason="rain", **by(line.work_leader))
    desk_says_restored(line)
    line.over()

    told = [it for _, facts in line.story.history for it in facts if isinstance(it, NoticeRaised)]
    assert {"stop_work", "supply_back", "ready_to_energise"} <= {it.text.code for it in told}
    assert not [it.text for it in told if line.ticket_id in ids_in(it.text)]
