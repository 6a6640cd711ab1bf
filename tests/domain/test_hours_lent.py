"""Hours worked count wherever somebody is called next: with a neighbour, and at home again."""

from msgspec.structs import replace

from coordinator.domain.roster.eligibility import why_not
from coordinator.domain.state.roster import Member
from schemas.events.aid import AidCrewPromised, AidCrewReleased
from schemas.events.unit import UnitFormed
from schemas.signals.aid import (
    AidCommitted,
    AidReleased,
    AnswerAid,
    CommitAid,
    RecordAidArrival,
    RecordAidReturn,
    ReleaseAid,
    WithdrawAid,
    WorkedHours,
)
from schemas.why_not import WhyNot
from tests.county import member, outage
from tests.domain.test_aid import Two, package
from tests.story import HOUR, Story

WORKED, RESTED = member(0, 7), member(0, 8)


def _who(story: Story, member_id: str) -> Member:
    return story.state.roster.members[member_id]


def _worked(story: Story, member_id: str, since: int, idle: int | None) -> None:
    """Somebody has worked from one moment to another, as their county knows it."""
    roster = story.state.roster
    changed = replace(_who(story, member_id), worked_since=since, idle_since=idle)
    members = roster.members.set(member_id, changed)
    story.state = replace(story.state, roster=replace(roster, members=members))


def lent(hours: int) -> tuple[Two, str]:
    """Two counties, of which one lends two: one of them has worked so many hours up to now."""
    two = Two()
    two.wait(24 * HOUR)
    at = two.lending.at
    _worked(two.lending, WORKED, at - hours * HOUR, at)
    aid_id = two.asked()
    two.deliver_all()
    two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="yes")
    two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
            arrives_at=at + HOUR)  # fmt: skip
    two.lending.then_includes(AidCrewPromised)
    return two, aid_id


def test_what_a_guest_has_worked_at_home_counts_where_they_are_lent_to() -> None:
    two, aid_id = lent(hours=11)
    at = two.lending.at
    worked = WorkedHours(member_id=WORKED, worked_since=at - 11 * HOUR, idle_since=at)
    assert two.lending.the(AidCrewPromised).hours == (worked,)
    assert [it.hours for it in two.post if isinstance(it, AidCommitted)] == [(worked,)]

    two.deliver_all()
    two.say(two.asking, RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li")
    two.deliver_all()

    guest, other = _who(two.asking, WORKED), _who(two.asking, RESTED)
    assert (guest.worked_since, guest.idle_since) == (at - 11 * HOUR, at)
    assert (other.worked_since, other.idle_since) == (None, None)
    # One hour is left to them: nobody is called whose hours end before they could be there.
    assert why_not(two.asking.state, guest, at) is WhyNot.RESTING
    assert why_not(two.asking.state, other, at) is None
    outage(two.asking, "next")
    assert WORKED not in {it.member_id for it in two.asking.the(UnitFormed).picks}


def test_what_they_have_worked_there_counts_at_home() -> None:
    two, aid_id = lent(hours=5)
    two.deliver_all()
    two.say(two.asking, RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li")
    two.deliver_all()
    begun = two.lending.at - 5 * HOUR
    two.wait(6 * HOUR)
    ended = two.asking.at
    _worked(two.asking, WORKED, begun, ended)
    _worked(two.asking, RESTED, ended - HOUR, ended)

    two.say(two.asking, ReleaseAid, aid_id=aid_id, reason="done").then_includes(AidCrewReleased)
    (said,) = (it for it in two.post if isinstance(it, AidReleased))
    assert {it.member_id for it in said.hours} == {WORKED, RESTED}
    two.deliver_all()
    two.say(two.lending, RecordAidReturn, aid_id=aid_id)

    home = _who(two.lending, WORKED)
    assert (home.worked_since, home.idle_since) == (begun, ended)
    assert home.lent_to is None
    assert _who(two.lending, RESTED).worked_since == ended - HOUR
    assert why_not(two.lending.state, home, two.lending.at) is WhyNot.RESTING
    # Rested they are called again.
    assert why_not(two.lending.state, home, ended + 9 * HOUR) is None


def test_a_crew_that_is_called_off_has_the_hours_it_had() -> None:
    two, aid_id = lent(hours=5)
    two.deliver_all()
    before = _who(two.lending, WORKED)

    two.say(two.asking, WithdrawAid, aid_id=aid_id, reason="found others")
    two.deliver_all()

    assert _who(two.lending, WORKED) == replace(before, lent_to=None)


def test_a_neighbour_that_says_nothing_of_hours_leaves_them_as_they_are() -> None:
    two, aid_id = lent(hours=5)
    two.deliver_all()
    two.say(two.asking, RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li")
    two.deliver_all()
    before = _who(two.lending, WORKED)
    two.say(two.asking, ReleaseAid, aid_id=aid_id, reason="done")
    two.post = [
        it.model_copy(update={"hours": ()}) if isinstance(it, AidReleased) else it
        for it in two.post
    ]
    two.deliver_all()

    two.say(two.lending, RecordAidReturn, aid_id=aid_id)

    assert _who(two.lending, WORKED) == replace(before, lent_to=None)
