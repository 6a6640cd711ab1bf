"""Who is off the roster, or whose post at a guarded site is over, speaks for it no longer."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.events.notice import SignalRefused
from schemas.events.operation import CheckedIn, PreparationRecorded
from schemas.events.site import SiteSupplyChanged
from schemas.sentences import guarding as sentences
from schemas.sentences import rights
from schemas.signals.operation import (
    CheckIn,
    ReportPreparation,
    StartGuard,
    SupplyDisturbed,
    SupplyInterrupted,
    WithdrawPost,
)
from schemas.signals.roster import ImportRoster
from schemas.signals.site import SiteSupplyReported
from schemas.vocabulary import Role
from tests.county import HOSPITAL, member
from tests.domain.line import by
from tests.domain.test_guard_coverage import post
from tests.domain.test_operation import GUARDS, opened
from tests.story import HOUR, MINUTE, START, Story

NEXT = (member(0, 10), member(0, 11))
LATER = (member(1, 8), member(1, 9))


def relieved() -> tuple[Story, str]:
    """A guard whose first two stood from the first to the third hour; it is half past four."""
    story, operation_id = opened()
    post(story, operation_id, GUARDS, 1, 3)
    post(story, operation_id, NEXT, 3, 9)
    post(story, operation_id, LATER, 6, 9)
    story.when(StartGuard, operation_id=operation_id, override_reason="-")
    story.after(4 * HOUR + 30 * MINUTE)
    return story, operation_id


def _words(story: Story, operation_id: str) -> list[tuple[Any, dict[str, Any]]]:
    here = {"operation_id": operation_id, "site_id": HOSPITAL}
    return [
        (SupplyInterrupted, {**here, "interrupted": True}),
        (SupplyDisturbed, {**here, "disturbance": "dip"}),
        (ReportPreparation, {**here, "step": "generator_tested"}),
        (SiteSupplyReported, {"site_id": HOSPITAL, "supply": "own"}),
    ]


def _checks(operation_id: str, who: str) -> list[tuple[Any, dict[str, Any]]]:
    here = {"operation_id": operation_id, "site_id": HOSPITAL, "member_id": who}
    kinds = ("check_in", "patrol", "zero_report", "disturbance")
    return [(CheckIn, {**here, "kind": kind}) for kind in kinds]


def _as_member(who: str) -> dict[str, Any]:
    return by(who)


def _as_desk(who: str) -> dict[str, Any]:
    return {"on_behalf_of": who}


@pytest.mark.parametrize("sender", [_as_member, _as_desk])
def test_whose_post_is_over_speaks_for_it_no_longer(
    sender: Callable[[str], dict[str, Any]],
) -> None:
    story, operation_id = relieved()
    who = GUARDS[0]

    for kind, fields in _words(story, operation_id):
        story.when(kind, **fields, **sender(who)).then(SignalRefused)
        assert story.the(SignalRefused).rule == rights.post_is_over(HOSPITAL, START + 3 * HOUR)
        assert story.the(SignalRefused).value == who
    for kind, fields in _checks(operation_id, who):
        story.when(kind, **fields, **by(who)).then(SignalRefused)
        assert story.the(SignalRefused).rule == rights.post_is_over(HOSPITAL, START + 3 * HOUR)
    for kind, fields in _words(story, operation_id):
        story.when(kind, **fields, **sender(NEXT[0])).then_not(SignalRefused)


def test_what_they_saw_while_they_stood_there_they_may_tell_late() -> None:
    story, operation_id = relieved()
    said = {"operation_id": operation_id, "site_id": HOSPITAL, "disturbance": "dip"}

    story.when(SupplyDisturbed, **said, **by(GUARDS[0]), occurred_at=story.at - 2 * HOUR)
    story.then_not(SignalRefused)
    # And in the minutes in which the next take over, too.
    story.when(SupplyDisturbed, **said, **by(GUARDS[0]), occurred_at=START + 3 * HOUR + 5 * MINUTE)
    story.then_not(SignalRefused)


def test_whose_post_is_still_to_come_reports_what_they_prepare() -> None:
    story, operation_id = relieved()

    story.when(ReportPreparation, operation_id=operation_id, site_id=HOSPITAL,
               step="generator_tested", **by(LATER[0])).then(PreparationRecorded)  # fmt: skip


def test_whose_post_was_taken_back_speaks_for_it_no_longer() -> None:
    story, operation_id = relieved()
    story.when(WithdrawPost, operation_id=operation_id, site_id=HOSPITAL, member_ids=NEXT,
               starts_at=START + 3 * HOUR, reason="-")  # fmt: skip
    ended = story.at
    story.after(20 * MINUTE)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", **by(NEXT[0]))

    story.then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.post_is_over(HOSPITAL, ended)


def test_who_is_off_the_roster_speaks_for_no_post_of_theirs() -> None:
    story, operation_id = relieved()
    gone = LATER[0]
    story.when(ImportRoster, actor_role=Role.COMMANDER, removed_members=(gone,))
    assert gone not in story.state.roster.members
    story.after(2 * HOUR)

    for kind, fields in _words(story, operation_id):
        for sender in (by(gone), {"on_behalf_of": gone}):
            story.when(kind, **fields, **sender).then(SignalRefused)
            assert story.the(SignalRefused).rule == rights.off_roster(gone)
    # Nor does the desk check in for them, by their name alone.
    for kind, fields in _checks(operation_id, gone):
        story.when(kind, **fields).then(SignalRefused)
        assert story.the(SignalRefused).rule == rights.off_roster(gone)
    for kind, fields in _checks(operation_id, LATER[1]):
        story.when(kind, **fields).then_includes(CheckedIn)


def test_who_never_had_a_post_there_hears_that_and_nothing_of_an_end() -> None:
    story, operation_id = relieved()
    stranger = member(1, 11)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", **by(stranger))
    assert story.the(SignalRefused).rule == rights.supply_by_guards(HOSPITAL)
    story.when(SupplyInterrupted, operation_id=operation_id, site_id=HOSPITAL, interrupted=True,
               **by(stranger))  # fmt: skip
    assert story.the(SignalRefused).rule == rights.posted_there_speak(HOSPITAL)


def test_a_desk_speaks_for_a_site_in_its_own_name_as_before() -> None:
    story, operation_id = relieved()

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own").then_includes(SiteSupplyChanged)
    for kind, fields in _checks(operation_id, GUARDS[0]):
        story.when(kind, **fields).then(SignalRefused)
        assert story.the(SignalRefused).rule == sentences.WHO_IS_POSTED_CHECKS_IN
