"""Mutual aid: two counties talk; messages are lost, repeated, late; both end up agreed."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from coordinator.domain.aid.messages import message_signal
from coordinator.domain.jurisdiction import decide
from coordinator.domain.state.aid import AidStage
from schemas.events.aid import AidCrewPromised, AidMessageSent, AidOpened
from schemas.events.escalation import EscalationStarted
from schemas.events.notice import SignalRefused
from schemas.events.operation import GuardGapFound, OperationOpened
from schemas.events.roster import RosterGapFound
from schemas.muster import Need, RoleNeed
from schemas.roster import Shift
from schemas.signals.aid import (
    AnswerAid,
    CallAid,
    CommitAid,
    CrewHandover,
    RecordAidArrival,
    RecordAidReturn,
    ReleaseAid,
    WithdrawAid,
)
from schemas.signals.envelope import Signal
from schemas.signals.incident import CloseIncident, MergeIncidents, RestoreIncident
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, Role, UnitRole
from tests.county import FAR, HERE, HOSPITAL, TEAMS, county, member, outage
from tests.said import english
from tests.story import HERE as RIVER
from tests.story import HOUR, MINUTE, Story, name

LAKE = "lake-city"
NEED = Need(
    roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=2),), muster_point=HERE, deadline_at=10**12
)


class Two:
    """Asking and lending county, and the post between them."""

    def __init__(self) -> None:
        self.asking, self.lending = county(), county()
        self.lending.state = _renamed(self.lending)
        self.post: list[Signal] = []
        self.incident_id = outage(self.asking)

    def say(self, story: Story, kind: Any, **fields: Any) -> Story:
        here = LAKE if story is self.lending else RIVER
        story.when(story.say(kind, **({"jurisdiction": here} | fields)))
        self.collect(story)
        return story

    def collect(self, story: Story) -> None:
        for event in story.events:
            if isinstance(event, AidMessageSent):
                self.post.append(message_signal(event, story.state, story.at))

    def deliver(self, signal: Signal) -> None:
        story = self.lending if signal.jurisdiction == LAKE else self.asking
        story.when(signal)
        self.collect(story)

    def deliver_all(self) -> None:
        while self.post:
            self.deliver(self.post.pop(0))

    def wait(self, milliseconds: int) -> None:
        for story in (self.asking, self.lending):
            story.after(milliseconds)
            self.collect(story)

    def stages(self, aid_id: str) -> tuple[AidStage, AidStage]:
        return (
            self.asking.state.aid.by_id[aid_id].stage,
            self.lending.state.aid.by_id[aid_id].stage,
        )

    def asked(self) -> str:
        self.say(self.asking, CallAid, neighbour=LAKE, incident_id=self.incident_id, need=NEED,
                 reason="flood")  # fmt: skip
        return self.asking.the(AidOpened).aid_id


def _renamed(story: Story) -> Any:

    return replace(story.state, jurisdiction=LAKE)


def package(two: Two, *indexes: int) -> CrewHandover:
    members = two.lending.state.roster.members
    return CrewHandover(
        people=tuple(members[member(0, index)].person for index in indexes),
        safety_briefing="river is over the bank",
        briefed_by="desk",
    )


def test_a_whole_conversation_lends_a_crew_and_gives_it_back() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="yes")
    two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
            arrives_at=two.lending.at + HOUR)  # fmt: skip
    two.deliver_all()
    assert two.stages(aid_id) == (AidStage.COMMITTED, AidStage.COMMITTED)
    assert two.lending.state.roster.members[member(0, 7)].lent_to == RIVER

    two.say(two.asking, RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li")
    two.deliver_all()
    guest = two.asking.state.roster.members[member(0, 7)]
    assert guest.borrowed_from == LAKE

    two.say(two.asking, ReleaseAid, aid_id=aid_id, reason="water is down")
    two.deliver_all()
    two.say(two.lending, RecordAidReturn, aid_id=aid_id)
    two.deliver_all()

    assert two.stages(aid_id) == (AidStage.RETURNED, AidStage.RETURNED)
    assert two.lending.state.roster.members[member(0, 7)].lent_to is None
    assert not any(it.unheard for it in two.asking.state.aid.by_id.values())


def test_nobody_lends_who_is_bound_or_bare_of_a_briefing() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    sound = package(two, 7, 8)

    bare = replace(sound, safety_briefing=" ")
    two.say(two.lending, CommitAid, aid_id=aid_id, package=bare, arrives_at=1)
    assert two.lending.the(SignalRefused).field == "safety_briefing"
    alone = replace(sound, people=sound.people[:1])
    two.say(two.lending, CommitAid, aid_id=aid_id, package=alone, arrives_at=1)
    assert two.lending.the(SignalRefused).field == "people"


def test_nobody_is_lent_who_may_not_work_nor_below_the_minimum_of_a_team() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    for index in (0, 1):
        two.say(two.lending, ChangeAvailability, member_id=member(0, index), available=False,
                reason="ill")  # fmt: skip

    for indexes, rule in (
        ((1, 7), "not_fit"),
        (tuple(range(2, 11)), "home_area_minimum"),
    ):
        crew = package(two, *indexes)
        two.say(two.lending, CommitAid, aid_id=aid_id, package=crew, arrives_at=two.lending.at)
        assert two.lending.the(SignalRefused).rule.code == rule
    crew = package(two, *range(2, 10))
    two.say(two.lending, CommitAid, aid_id=aid_id, package=crew, arrives_at=two.lending.at)
    two.lending.then_includes(AidCrewPromised)


def test_who_is_lent_leaves_the_gap_at_home_that_is_told_as_they_go() -> None:
    two = Two()
    home = two.lending
    night = Shift(
        shift_id=name("shf", "night"), team_id=TEAMS[0], member_ids=(member(0, 7), member(0, 8)),
        starts_at=home.at + 10 * HOUR, ends_at=home.at + 22 * HOUR,
    )  # fmt: skip
    day = replace(home.state.roster.shifts[name("shf", 0)], ends_at=night.starts_at)
    two.say(home, ImportRoster, actor_role=Role.COMMANDER, shifts=(day, night))
    aid_id = two.asked()
    two.deliver_all()

    two.say(home, CommitAid, aid_id=aid_id, package=package(two, 7, 8), arrives_at=home.at)

    gap = home.the(RosterGapFound)
    assert (gap.starts_at, gap.on_call) == (night.starts_at, 0)


def test_who_is_lent_away_from_a_post_to_come_leaves_a_gap_until_they_are_back() -> None:
    two = Two()
    home = two.lending
    two.say(
        home, OpenOperation, name="exam", level=GuaranteeLevel.SPECIAL,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="7",
        site_ids=(HOSPITAL,), guard_from=home.at + 5 * HOUR,
        guard_until=home.at + 9 * HOUR, plan_approved_by="group",
    )  # fmt: skip
    operation_id = home.the(OperationOpened).operation_id
    posted = GuardPost(site_id=HOSPITAL, member_ids=(member(0, 7), member(0, 8)))
    two.say(home, PostGuard, operation_id=operation_id, post=posted,
            starts_at=home.at + 5 * HOUR, ends_at=home.at + 9 * HOUR)  # fmt: skip
    aid_id = two.asked()
    two.deliver_all()

    two.say(home, CommitAid, aid_id=aid_id, package=package(two, 7, 8), arrives_at=home.at)

    assert home.the(GuardGapFound).people == 0
    home.then_includes(EscalationStarted)
    two.say(two.asking, WithdrawAid, aid_id=aid_id, reason="not wanted")
    two.deliver_all()
    assert not home.state.escalations.by_subject.get(HOSPITAL)


def test_a_word_nobody_hears_is_said_again_and_in_the_end_a_person_is_told() -> None:
    two = Two()
    aid_id = two.asked()
    two.post.clear()

    two.wait(60_000)
    assert len(two.post) == 1
    two.wait(30 * MINUTE)

    assert not two.asking.state.aid.by_id[aid_id].unheard
    assert len(two.post) == two.asking.state.policy.aid.resend_max


def test_the_same_word_twice_changes_nothing() -> None:
    two = Two()
    two.asked()
    request = two.post[0]
    two.deliver(request)
    before = two.lending.state.aid

    again = decide(two.lending.state, request.model_copy(update={"signal_id": "0" * 26}))

    assert again.state.aid == before


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["deliver", "lose", "repeat", "shuffle", "wait"]), max_size=30))
def test_whatever_happens_to_the_post_both_sides_end_up_agreed(fates: list[str]) -> None:  # noqa: C901 - each fate of a letter
    two = Two()
    aid_id = two.asked()
    acts = [
        lambda: two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="y"),
        lambda: two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
                        arrives_at=two.lending.at),
    ]  # fmt: skip
    for fate in fates:
        if two.post and fate == "deliver":
            two.deliver(two.post.pop(0))
        elif two.post and fate == "lose":
            two.post.pop(0)
        elif two.post and fate == "repeat":
            two.deliver(two.post[0])
        elif fate == "shuffle":
            two.post.reverse()
        else:
            two.wait(60_000)
        if acts and aid_id in two.lending.state.aid.by_id:
            acts.pop(0)()
    for _ in range(6):
        two.deliver_all()
        two.wait(60_000)
    while acts:
        acts.pop(0)()
        two.deliver_all()
    two.deliver_all()

    assert two.stages(aid_id) == (AidStage.COMMITTED, AidStage.COMMITTED)


def test_nobody_is_asked_any_longer_for_what_is_over() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="yes")
    two.deliver_all()

    two.say(two.asking, RestoreIncident, incident_id=two.incident_id)
    two.say(two.asking, CloseIncident, incident_id=two.incident_id)
    two.deliver_all()

    assert two.stages(aid_id) == (AidStage.CANCELLED, AidStage.CANCELLED)


def test_nobody_is_asked_for_help_with_what_is_over() -> None:
    two = Two()
    two.say(two.asking, RestoreIncident, incident_id=two.incident_id)
    two.say(two.asking, CloseIncident, incident_id=two.incident_id)

    two.say(two.asking, CallAid, neighbour=LAKE, incident_id=two.incident_id, need=NEED,
            reason="flood")  # fmt: skip

    assert two.asking.the(SignalRefused).field == "incident_id"


def test_help_for_a_merged_incident_is_over_with_the_one_it_is_now() -> None:
    two = Two()
    aid_id = two.asked()
    into = outage(two.asking, "2", place=FAR)
    crews = two.asking.state.units.by_incident.get(two.incident_id, ())
    two.say(two.asking, MergeIncidents, into=into, incident_ids=(two.incident_id,), reason="one",
            stands_down=crews)  # fmt: skip
    two.deliver_all()

    two.say(two.asking, RestoreIncident, incident_id=into)
    two.say(two.asking, CloseIncident, incident_id=into)
    two.deliver_all()

    assert two.stages(aid_id) == (AidStage.CANCELLED, AidStage.CANCELLED)


def test_who_is_under_way_is_released_by_people_and_not_by_a_closed_incident() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="yes")
    two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
            arrives_at=two.lending.at + HOUR)  # fmt: skip
    two.deliver_all()

    two.say(two.asking, RestoreIncident, incident_id=two.incident_id)
    two.say(two.asking, CloseIncident, incident_id=two.incident_id)
    two.deliver_all()

    assert two.stages(aid_id) == (AidStage.COMMITTED, AidStage.COMMITTED)


def test_aid_is_called_only_from_neighbours_that_the_policy_names() -> None:
    two = Two()
    policy = two.asking.state.policy
    other = replace(policy, aid=replace(policy.aid, neighbours=("hill-city",)))
    two.asking.state = replace(two.asking.state, policy=other)

    two.say(two.asking, CallAid, neighbour=LAKE, incident_id=two.incident_id, need=NEED,
            reason="flood")  # fmt: skip

    (refused,) = two.asking.events
    assert isinstance(refused, SignalRefused)
    assert refused.rule.code == "aid_from_named_neighbours"
    assert refused.rule.ids["names"]
    assert (refused.field, refused.value) == ("neighbour", LAKE)

    named = replace(policy, aid=replace(policy.aid, neighbours=("hill-city", LAKE)))
    two.asking.state = replace(two.asking.state, policy=named)
    two.say(two.asking, CallAid, neighbour=LAKE, incident_id=two.incident_id, need=NEED,
            reason="flood")  # fmt: skip
    assert any(isinstance(it, AidOpened) for it in two.asking.events)


def test_a_word_at_the_wrong_stage_is_told_where_it_stands_and_what_can_be_said() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()

    two.say(two.lending, RecordAidReturn, aid_id=aid_id)

    (refused,) = (it for it in two.lending.events if isinstance(it, SignalRefused))
    assert english(refused.rule) == (
        "the request is at stage: asked. This is for: crew going home."
        " Possible now: Answer; Send a crew"
    )
