"""What a desk reads of a guard is so: its gaps, what it began with, its people and its lines."""

import pytest

from coordinator.boards import critical_sites, guarded_operations
from schemas.bounds import Position
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.events.operation import GuardGapFound, GuardPosted
from schemas.events.unit import UnitFormed
from schemas.signals.incident import RestoreIncident
from schemas.signals.operation import GuardPost, PostGuard, ProlongGuard, StartGuard
from schemas.vocabulary import NoticeKind
from tests.county import HOSPITAL, member, outage
from tests.domain.test_operation import opened
from tests.story import HOUR, START, Story


def end_told(story: Story) -> set[int]:
    """Return until when the alarms that stand say that nobody is there."""
    alarms = story.state.escalations.by_id.values()
    return {it.text.moments["end"] for it in alarms if it.cause is NoticeKind.GUARD_GAP}


def test_a_guard_that_is_prolonged_tells_the_new_end_of_a_gap_that_is_known() -> None:
    story, operation_id = opened(guard_until=START + 9 * HOUR)
    story.after(1)
    assert story.the(GuardGapFound).ends_at == START + 9 * HOUR

    story.when(
        ProlongGuard, operation_id=operation_id, guard_until=START + 20 * HOUR, reason="later"
    )

    assert end_told(story) == {START + 20 * HOUR}


def test_what_was_missing_when_a_guard_began_is_still_shown() -> None:
    story, operation_id = opened()
    story.when(StartGuard, operation_id=operation_id, override_reason="the river rises")

    row = guarded_operations.row(story.state, operation_id)

    assert row is not None
    assert "step" in str(row["began_with"])


def called_out(story: Story) -> str:
    outage(story)
    return story.the(UnitFormed).picks[0].member_id


@pytest.mark.parametrize(("hours", "taken"), [(0, False), (10, True)])
def test_who_is_called_out_now_may_be_posted_for_later_hours(hours: int, taken: bool) -> None:
    story, operation_id = opened(guard_until=START + 24 * HOUR)
    out = called_out(story)
    members = story.state.roster.members
    free = next(it for it in map(member, (1, 1), (5, 6)) if members[it].assignment_id is None)

    story.when(
        PostGuard, operation_id=operation_id,
        post=GuardPost(site_id=HOSPITAL, member_ids=(out, free)),
        starts_at=START + hours * HOUR, ends_at=START + (hours + 4) * HOUR,
    )  # fmt: skip

    if not taken:
        assert story.the(SignalRefused).field == "post.member_ids"
        return
    story.then_includes(GuardPosted)
    assert story.the(RuleWarned).rule.ids["member"] == (out,)
    assert story.state.roster.members[out].posted_to is None, "it binds from its start"


def test_a_site_says_which_of_its_lines_is_out_while_its_supply_stands() -> None:
    story, _ = opened()
    incident_id = outage(story, circuit="C-7", place=Position(lon=110.2, lat=30.2))

    row = critical_sites.row(story.state, HOSPITAL)
    assert row is not None
    assert (row["supply"], row["lines_out"], row["lines"]) == ("grid", ["C-7"], 2)
    story.when(RestoreIncident, incident_id=incident_id)

    row = critical_sites.row(story.state, HOSPITAL)
    assert row is None or row["lines_out"] == []


def test_the_approver_of_a_plan_is_asked_for_without_a_number_beside() -> None:
    story, _ = opened(plan_approved_by=None)

    assert story.the(SignalRefused).value is None
