"""A guest who is hurt or ill when they are given back is so at home, too."""

import pytest

from coordinator.domain.roster.eligibility import why_not
from schemas.events.aid import AidCrewReleased, AidCrewReturned
from schemas.events.notice import NoticeRaised
from schemas.events.roster import MemberBroughtAway, MemberUnfit
from schemas.signals.aid import (
    AidReleased,
    RecordAidArrival,
    RecordAidReturn,
    ReleaseAid,
)
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.vocabulary import NoticeKind, Recipient, Unfit
from schemas.why_not import WhyNot
from tests.county import everybody, outage
from tests.domain.line import by
from tests.domain.test_aid import Two
from tests.domain.test_hours_lent import RESTED, WORKED, _who, lent
from tests.domain.test_unfit import only_these_are_left


def guests() -> tuple[Two, str]:
    two, aid_id = lent(hours=1)
    two.deliver_all()
    two.say(two.asking, RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li")
    two.deliver_all()
    return two, aid_id


def given_back(two: Two, aid_id: str) -> None:
    two.say(two.asking, ReleaseAid, aid_id=aid_id, reason="done")
    two.asking.then_includes(AidCrewReleased)
    two.deliver_all()
    two.say(two.lending, RecordAidReturn, aid_id=aid_id)
    two.lending.then_includes(AidCrewReturned)


@pytest.mark.parametrize("why", Unfit)
def test_who_is_hurt_or_ill_with_a_neighbour_is_so_at_home(why: Unfit) -> None:
    two, aid_id = guests()
    since = two.asking.at
    two.say(two.asking, ReportUnfit, member_id=WORKED, why=why, **by(WORKED))
    assert _who(two.asking, WORKED).unfit is not None

    given_back(two, aid_id)

    home = _who(two.lending, WORKED)
    assert home.lent_to is None
    assert home.unfit is not None
    assert (home.unfit.why, home.unfit.since) == (why, since)
    assert why_not(two.lending.state, home, two.lending.at) is WhyNot.UNFIT
    assert two.lending.the(MemberUnfit).member_id == WORKED
    told = [it for it in two.lending.all(NoticeRaised) if it.kind is NoticeKind.MEMBER_UNFIT]
    assert [(it.about, it.recipient) for it in told] == [(WORKED, Recipient.DISPATCHER)]
    assert _who(two.lending, RESTED).unfit is None
    two.say(two.lending, ReportFit, member_id=WORKED, **by(WORKED))
    assert _who(two.lending, WORKED).unfit is None


def test_who_was_hurt_and_is_fit_again_comes_home_fit() -> None:
    two, aid_id = guests()
    two.say(two.asking, ReportUnfit, member_id=WORKED, why=Unfit.ILL, **by(WORKED))
    two.say(two.asking, ReportFit, member_id=WORKED, **by(WORKED))

    given_back(two, aid_id)

    two.lending.then_not(MemberUnfit)
    assert _who(two.lending, WORKED).unfit is None


def test_the_alarm_of_a_guest_who_gave_up_hurt_ends_when_they_are_given_back() -> None:
    two, aid_id = guests()
    story = two.asking
    free = [it for it, who in sorted(story.state.roster.members.items()) if not who.assignment_id]
    only_these_are_left(story, WORKED, RESTED, *free[-6:])
    outage(story, "next")
    (unit,) = (it for it in story.state.units.by_id.values() if WORKED in it.people)
    everybody(story, unit.unit_id, AcceptAssignment, Arrive)
    held = _who(story, WORKED).assignment_id
    story.when(AbortAssignment, assignment_id=held, reason="fell", unfit=Unfit.HURT, **by(WORKED))
    alarms = [it.cause for it in story.state.escalations.by_id.values() if it.about == WORKED]
    assert alarms == [NoticeKind.MEMBER_UNFIT]

    for who in (WORKED, RESTED):
        bound = _who(story, who).assignment_id
        if bound is not None:
            story.when(AbortAssignment, assignment_id=bound, reason="home", **by(who))
    two.say(story, ReleaseAid, aid_id=aid_id, reason="done")

    story.then_includes(MemberBroughtAway, AidCrewReleased)
    assert not [it for it in story.state.escalations.by_id.values() if it.about == WORKED]


def test_a_neighbour_that_says_nothing_of_it_leaves_them_as_they_are() -> None:
    two, aid_id = guests()
    two.say(two.asking, ReportUnfit, member_id=WORKED, why=Unfit.ILL, **by(WORKED))
    two.say(two.asking, ReleaseAid, aid_id=aid_id, reason="done")
    two.post = [
        it.model_copy(update={"unfit": ()}) if isinstance(it, AidReleased) else it
        for it in two.post
    ]
    two.deliver_all()

    two.say(two.lending, RecordAidReturn, aid_id=aid_id)

    two.lending.then_not(MemberUnfit)
    assert _who(two.lending, WORKED).unfit is None
