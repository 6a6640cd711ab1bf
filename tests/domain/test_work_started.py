"""A work ticket from its draft to its end: each step by its person, in its order, none left out."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.jurisdiction import fold
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.safety import SafetyOverridden, SafetyOverrideEnded
from schemas.events.ticket import (
    InterlockConfirmed,
    TicketCancelled,
    TicketDrafted,
    WorkStarted,
    WorkStopped,
)
from schemas.safety_rules import OverrideRule
from schemas.said import Said
from schemas.sentences import rights, rosters, work
from schemas.signals.assignment import AbortAssignment
from schemas.signals.command import CallHelp
from schemas.signals.incident import Extent
from schemas.signals.roster import AdoptPolicy
from schemas.signals.safety import OverrideSafety, Weather, WeatherReported
from schemas.signals.ticket import (
    CancelTicket,
    ConfirmInterlock,
    DraftTicket,
    IssueTicket,
    StartWork,
    WithdrawInterlock,
)
from schemas.vocabulary import (
    Interlock,
    NoticeKind,
    Overridable,
    Role,
    TicketRole,
    WorkKind,
)
from tests.county import HERE, all_answer, county, member, unit_on_scene
from tests.domain.line import ISSUER, PERMITTER, Line, made_safe
from tests.story import DAY, HOUR, MINUTE, START, Story


def at_work() -> tuple[Story, str, str, list[str]]:
    """Return a story with a unit of six on scene: incident, unit, people."""
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    return story, incident_id, unit_id, sorted(story.state.units.by_id[unit_id].people)


def unit_people() -> list[str]:
    return at_work()[3]


def ticket(kind: WorkKind = WorkKind.LINE_REPAIR, **more: Any) -> tuple[Story, str, list[str]]:
    story, incident_id, unit_id, people = at_work()
    fields: dict[str, Any] = {
        "incident_id": incident_id, "unit_id": unit_id, "kind": kind, "place": HERE,
        "work_leader": people[0], "guardian": people[3], "permitter": "permit-desk",
        "crew": (people[1], people[2]), "text": "splice",
    }  # fmt: skip
    story.when(DraftTicket, **(fields | more))
    found = story.all(TicketDrafted)
    return story, found[0].ticket_id if found else "", people


def test_work_starts_when_permit_switching_and_grounding_are_confirmed() -> None:
    story, ticket_id, _ = ticket()
    story.when(StartWork, ticket_id=ticket_id).then(SignalRefused)
    made_safe(story, ticket_id, Interlock.PERMIT, Interlock.SWITCHING)
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == "verified_dead"
    made_safe(story, ticket_id, Interlock.VERIFIED_DEAD)
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == "grounding"

    made_safe(story, ticket_id, Interlock.GROUNDING)

    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


def test_the_permit_is_given_by_who_is_named_for_it() -> None:
    story, ticket_id, people = ticket()
    given: dict[str, Any] = {
        "ticket_id": ticket_id, "interlock": Interlock.PERMIT, "reference": "T-1",
    }  # fmt: skip

    story.when(ConfirmInterlock, confirmed_by="permit-desk", **PERMITTER, **given)
    assert story.the(SignalRefused).rule == work.ISSUED_FIRST
    story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)

    story.when(ConfirmInterlock, confirmed_by=people[1], **given)
    assert story.the(SignalRefused).rule == work.by_who_is_named(TicketRole.PERMITTER)
    # Another desk does not write down the name of the one that is named.
    story.when(ConfirmInterlock, confirmed_by="permit-desk", **given)
    assert story.the(SignalRefused).rule == rights.NAMES_WHO_IS_KNOWN

    story.when(ConfirmInterlock, confirmed_by="permit-desk", **PERMITTER, **given)
    story.then(InterlockConfirmed)


@pytest.mark.parametrize(("gone", "field"), [(0, "work_leader"), (3, "guardian"), (1, "crew")])
def test_no_permit_is_given_without_who_left_since_the_draft(gone: int, field: str) -> None:
    story, ticket_id, people = ticket()
    leave(story, people[gone])

    made_safe(story, ticket_id, Interlock.PERMIT)

    refused = story.the(SignalRefused)
    assert (refused.field, refused.value) == (field, people[gone])
    # Nothing was begun: it binds nobody, and another is drafted for who is there.
    story.when(CancelTicket, ticket_id=ticket_id, reason="left").then_includes(TicketCancelled)


def working() -> tuple[Story, str, list[str]]:
    story, ticket_id, people = ticket()
    made_safe(story, ticket_id, *Interlock)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)
    return story, ticket_id, people


def test_the_weather_stops_work_at_once_and_nobody_overrides_it() -> None:
    story, ticket_id, people = working()

    story.when(WeatherReported, weather=Weather(thunder=True))

    assert story.the(WorkStopped).cause == "weather"
    # Who guards them and who leads them are told as they are.
    (told,) = (it for it in story.all(NoticeRaised) if it.kind is NoticeKind.WORK_STOPPED)
    assert told.targets == tuple(people[:4])
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).field == "weather"


def test_weather_that_was_before_does_not_take_the_place_of_newer_weather() -> None:
    story, ticket_id, _ = working()
    story.after(HOUR)
    story.when(WeatherReported, weather=Weather(thunder=True), occurred_at=story.at - 10 * MINUTE)
    story.then_includes(WorkStopped)

    story.when(WeatherReported, weather=Weather(), occurred_at=story.at - HOUR).then(SignalRefused)
    story.when(StartWork, ticket_id=ticket_id).then(SignalRefused)

    story.when(WeatherReported, weather=Weather(), occurred_at=story.at - MINUTE)
    all_answer(story)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


def test_a_withdrawn_interlock_stops_work() -> None:
    story, ticket_id, _ = working()

    story.when(
        WithdrawInterlock, ticket_id=ticket_id, interlock=Interlock.GROUNDING, reason="moved"
    )

    assert story.the(WorkStopped).cause == "interlock"


def test_a_call_for_help_stops_work() -> None:
    story, _, people = working()

    story.when(CallHelp, actor_id=people[1], actor_role=Role.MEMBER, member_id=people[1])

    assert story.the(WorkStopped).cause == "help"


def leave(story: Story, *people: str) -> None:
    for member_id in people:
        assignment_id = story.state.roster.members[member_id].assignment_id
        story.when(
            AbortAssignment, actor_id=member_id, actor_role=Role.MEMBER,
            assignment_id=assignment_id, reason="ill",
        )  # fmt: skip


@pytest.mark.parametrize(("gone", "field"), [(0, "work_leader"), (3, "guardian"), (1, "crew")])
def test_work_does_not_start_again_without_who_left(gone: int, field: str) -> None:
    story, ticket_id, people = working()
    leave(story, people[gone])
    assert story.the(WorkStopped).cause == "crew"

    story.when(StartWork, ticket_id=ticket_id)

    refused = story.the(SignalRefused)
    assert (refused.field, refused.value) == (field, people[gone])


def test_a_crew_of_three_that_leaves_one_by_one_stops_at_the_last_but_one() -> None:
    story, ticket_id, people = ticket(crew=tuple(unit_people()[it] for it in (1, 2, 4)))
    made_safe(story, ticket_id, *Interlock)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)

    leave(story, people[1])
    story.then_not(WorkStopped)
    leave(story, people[2])

    assert story.the(WorkStopped).cause == "crew"


def issued(story: Story, ticket_id: str) -> None:
    story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)


def aside(story: Story, ticket_id: str, which: Interlock, **more: Any) -> Story:
    fields: dict[str, Any] = {
        "rule": "interlock", "ticket_id": ticket_id, "interlock": which, "approver": "chief",
        "reason": "nothing to switch", "valid_until": story.at + HOUR, "actor_id": "chief",
        "actor_role": Role.COMMANDER,
    }  # fmt: skip
    return story.when(OverrideSafety, **(fields | more))


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"approver": "another"}, work.APPROVES_IN_OWN_NAME),
        ({"valid_until": 1}, work.OVERRIDE_IN_FUTURE),
        ({"valid_until": START + 9 * DAY}, work.override_at_most(120)),
    ],
)
def test_an_override_is_in_ones_own_name_and_ends(more: dict[str, Any], rule: Said) -> None:
    story, ticket_id, people = ticket()
    issued(story, ticket_id)

    aside(story, ticket_id, Interlock.SWITCHING, **more)
    assert story.the(SignalRefused).rule == rule
    aside(story, ticket_id, Interlock.SWITCHING, approver=people[0], actor_id=people[0])
    assert story.the(SignalRefused).rule == work.OWN_OVERRIDE

    made_safe(story, ticket_id, Interlock.PERMIT)
    aside(story, ticket_id, Interlock.SWITCHING)
    given = story.the(SafetyOverridden)
    assert (given.approver, given.reason) == ("chief", "nothing to switch")
    made_safe(story, ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


def test_when_an_override_ends_the_work_stops_until_the_step_is_done() -> None:
    story, ticket_id, _ = ticket()
    made_safe(story, ticket_id, Interlock.PERMIT)
    aside(story, ticket_id, Interlock.SWITCHING)
    made_safe(story, ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)

    story.after(HOUR - 1).then_not(WorkStopped)
    story.after(1).then_includes(SafetyOverrideEnded)

    assert story.the(WorkStopped).cause == "override"
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == "switching"
    made_safe(story, ticket_id, Interlock.SWITCHING)
    # What nobody held off for a moment is verified anew.
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == "verified_dead"
    made_safe(story, ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    all_answer(story)
    story.when(StartWork, ticket_id=ticket_id).then(WorkStarted)


def test_policy_says_what_is_set_aside_and_by_whom() -> None:
    story, ticket_id, _ = ticket()
    safety = story.state.policy.safety
    nobody = replace(safety, overrides={Overridable.PERMIT: OverrideRule(by=(Role.DISPATCHER,))})
    policy = replace(story.state.policy, safety=nobody, version=story.state.policy.version + 1)
    story.when(AdoptPolicy, policy=policy, actor_role=Role.COMMANDER)
    issued(story, ticket_id)

    for which in (Interlock.PERMIT, Interlock.SWITCHING):
        aside(story, ticket_id, which)
        assert story.the(SignalRefused).rule == work.OVERRIDE_BY_POLICY


@pytest.mark.parametrize("which", [Interlock.VERIFIED_DEAD, Interlock.GROUNDING])
@pytest.mark.parametrize("role", list(Role))
def test_nobody_sets_verifying_dead_or_the_grounding_aside(role: Role, which: Interlock) -> None:
    story, ticket_id, _ = ticket()
    before = [it for it in Interlock if list(Interlock).index(it) < list(Interlock).index(which)]
    made_safe(story, ticket_id, *before)

    aside(story, ticket_id, which, actor_role=role).then(SignalRefused)

    if role is Role.COMMANDER:
        refused = story.the(SignalRefused)
        assert refused.rule == work.never_set_aside(which, "chief")
        assert refused.value == which.value
    story.when(StartWork, ticket_id=ticket_id)
    assert story.the(SignalRefused).value == which.value


@pytest.mark.parametrize("which", list(Interlock))
def test_no_policy_leaves_out_a_step_before_work_on_a_dead_line(which: Interlock) -> None:
    story, _, _ = ticket()
    policy = story.state.policy
    less = tuple(it for it in Interlock if it is not which)
    steps = {**policy.safety.interlocks, WorkKind.LINE_REPAIR: less}
    changed = replace(
        policy, version=policy.version + 1, safety=replace(policy.safety, interlocks=steps)
    )

    story.when(AdoptPolicy, policy=changed, actor_role=Role.COMMANDER)

    assert story.the(SignalRefused).rule == rosters.NO_WORK_UNGROUNDED


def test_a_grounding_that_is_set_aside_on_the_log_starts_no_work() -> None:
    story, ticket_id, _ = ticket()
    made_safe(story, ticket_id, Interlock.PERMIT, Interlock.SWITCHING, Interlock.VERIFIED_DEAD)
    aside = SafetyOverridden(
        rule="interlock", ticket_id=ticket_id, interlock=Interlock.GROUNDING, approver="chief",
        reason="x", valid_until=story.at + HOUR,
    )  # fmt: skip
    story.state = fold(story.state, (aside,), story.at)

    story.when(StartWork, ticket_id=ticket_id)

    assert story.the(SignalRefused).value == "grounding"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"crew": (member(0, 0),)}, "crew"),
        ({"permitter": "X"}, None),
        ({"guardian": None, "kind": WorkKind.LIVE_LINE_WORK}, "guardian"),
        ({"crew": (member(1, 8), member(1, 9))}, "crew"),
    ],
)
def test_a_crew_keeps_the_rules(more: dict[str, Any], field: str | None) -> None:
    story, ticket_id, _ = ticket(**more)

    if field is None:
        assert ticket_id
    else:
        assert story.the(SignalRefused).field == field


def test_a_guardian_does_not_work_himself() -> None:
    story, incident_id, unit_id, people = at_work()

    story.when(DraftTicket, incident_id=incident_id, unit_id=unit_id, kind=WorkKind.LINE_REPAIR,
               place=HERE, work_leader=people[0], guardian=people[1],
               crew=(people[1], people[2]), text="x")  # fmt: skip

    assert story.the(SignalRefused).field == "guardian"


def test_a_leader_holds_one_ticket_at_a_time() -> None:
    story, _, people = ticket()
    (incident_id,) = story.state.incidents.by_id
    (unit_id,) = story.state.units.by_id

    story.when(DraftTicket, incident_id=incident_id, unit_id=unit_id, kind=WorkKind.PATROL,
               place=HERE, work_leader=people[0], crew=tuple(people[1:3]), text="x")  # fmt: skip

    assert story.the(SignalRefused).field == "work_leader"


def _in_force(story: Story, **safety: Any) -> Story:
    """Adopt the policy in force with other rules of safety."""
    policy = story.state.policy
    changed = replace(policy, version=policy.version + 1, safety=replace(policy.safety, **safety))
    return story.when(AdoptPolicy, policy=changed, actor_role=Role.COMMANDER)


def test_work_under_way_stops_when_a_policy_forbids_it_in_the_weather_that_stands() -> None:
    line = Line()
    line.story.when(WeatherReported, weather=Weather(wind_force=4)).then_not(WorkStopped)
    limits = dict(line.story.state.policy.safety.weather)
    limit = limits[WorkKind.LINE_REPAIR]

    _in_force(line.story).then_not(WorkStopped)
    limits[WorkKind.LINE_REPAIR] = replace(limit, wind_force_from=3)
    _in_force(line.story, weather=limits)

    assert line.story.the(WorkStopped).cause == "weather"
    told = [it for it in line.story.all(NoticeRaised) if it.kind is NoticeKind.WORK_STOPPED]
    assert [set(it.targets) for it in told] == [set(line.at_work)]
    # What stands still already is not stopped, nor told, again.
    _in_force(line.story).then_not(WorkStopped, NoticeRaised)


def test_work_under_way_stops_when_a_policy_wants_more_people_at_it() -> None:
    line = Line()
    _in_force(line.story, crew_min=3)
    assert line.story.the(WorkStopped).cause == "crew"
