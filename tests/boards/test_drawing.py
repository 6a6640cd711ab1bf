"""The boards: drawn step by step they are what the state says, and they say what they should."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coordinator import boards
from coordinator.boards import my_assignment
from coordinator.boards.drawing import BOARDS, Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.domain import jurisdiction
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.envelope import ZERO_HASH, Kind, seal
from coordinator.log.follow import Step
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.command import HelpCalled, ObjectiveSet, RollCallOpened
from schemas.events.safety import TaskPlanned
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.signals.aid import CallAid
from schemas.signals.alert import AlertReceived
from schemas.signals.assignment import AbortAssignment
from schemas.signals.branch import DissolveBranch, GiveBranchPost
from schemas.signals.command import (
    AnswerRoll,
    CallHelp,
    CallRoll,
    EstablishCommand,
    MeetObjective,
    ResolveHelp,
    SetObjective,
    TransferCommand,
)
from schemas.signals.community import BlowWhistle, ClaimWhistle, EndPosting, PostMember, ReportIn
from schemas.signals.handover import HandOverDesk
from schemas.signals.incident import (
    CloseIncident,
    Extent,
    MergeIncidents,
    RestoreIncident,
)
from schemas.signals.operation import CheckIn, ConcludeOperation
from schemas.signals.roster import AdoptPolicy, ChangeAvailability, PlanLeave, TakeOverShift
from schemas.signals.safety import (
    ConfirmInterlock,
    FinishWork,
    PlanTask,
    StartWork,
    Weather,
    WeatherReported,
)
from schemas.signals.unit import CallMuster, ResourceStateChanged
from schemas.signals.violation import RecordViolation
from schemas.vocabulary import (
    BranchPost,
    CommunityService,
    Hazard,
    Interlock,
    ResourceKind,
    Role,
    TaskKind,
    UnitRole,
    ViolationClass,
    ViolationKind,
    WarningColour,
)
from tests.county import FAR, HERE, HOSPITAL, TEAMS, county, member, outage, unit_on_scene
from tests.domain.test_aid import LAKE, NEED
from tests.domain.test_branch import approved
from tests.domain.test_operation import GUARDS, guarding, opened
from tests.story import DAY, HOUR, MINUTE, Story, name
from tests.story import HERE as RIVER
from words.catalogue import current


async def shown(story: Story) -> MemoryBoards:
    """Draw a story as it happened, fact by fact, as a follower of its log does."""
    store = MemoryBoards()
    boards, state = Boards(store, MemoryFeed(store)), Jurisdiction()
    for seq, (at, events) in enumerate(story.history):
        record = seal(
            seq=seq, prev=ZERO_HASH, epoch=1, at=at, kind=Kind.DECISION, log_id=RIVER,
            signal_id="", cursor={}, payload=b"",
        )  # fmt: skip
        after = jurisdiction.fold(state, events, at)
        await boards.take([Step(record, events, state, after)])
        state = after
    return store


def redrawn(story: Story) -> MemoryBoards:
    store = MemoryBoards()
    Boards(store, MemoryFeed(store)).rebuild(story.state, len(story.history))
    return store


def rows_of(store: MemoryBoards) -> dict[tuple[str, str], Any]:
    """Return what is shown, but for what a member's own page is told again when it asks."""
    return {
        (it.board, it.key): it.row
        for it in store.boards_of(RIVER)
        if it.row is not None and it.board != my_assignment.BOARD.name
    }


def command_story() -> Story:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    people = sorted(story.state.units.by_id[unit_id].people)
    story.when(EstablishCommand, incident_id=incident_id, commander_id="chief-1")
    story.when(TransferCommand, incident_id=incident_id, to="chief-2", briefing="all known")
    for text in ("power back", "road open"):
        story.when(SetObjective, incident_id=incident_id, text=text, due_at=story.at + 4 * MINUTE)
    story.when(MeetObjective, objective_id=story.the(ObjectiveSet).objective_id)
    story.when(
        PlanTask, incident_id=incident_id, unit_id=unit_id, kind=TaskKind.LIVE_LINE_WORK,
        place=HERE, work_leader=people[0], guardian=people[1], permitter="permit-1",
        crew=tuple(people[2:4]), text="clamp",
    )  # fmt: skip
    task_id = story.the(TaskPlanned).task_id
    story.when(
        ConfirmInterlock, task_id=task_id, interlock=Interlock.PERMIT, confirmed_by="permit-1",
        reference="P-7",
    )  # fmt: skip
    story.when(StartWork, task_id=task_id)
    story.when(CallRoll, incident_id=incident_id)
    story.when(
        AnswerRoll, roll_call_id=story.the(RollCallOpened).roll_call_id, member_ids=(people[0],)
    )
    return story


def missed_story() -> Story:
    """Return a story whose roll call went unanswered while the weather stopped the work."""
    story = command_story().after(6 * MINUTE)
    story.when(WeatherReported, weather=Weather(thunder=True))
    story.when(CallHelp, member_id=member(1, 3), text="leg")
    return story


def help_over_story() -> Story:
    story = missed_story()
    (call,) = story.all(HelpCalled)
    return story.when(ResolveHelp, help_call_id=call.help_call_id, outcome="bandaged").after(HOUR)


def preparing_story() -> Story:
    return opened()[0]


def guard_story() -> Story:
    story, operation_id = guarding()
    story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind="check_in"
    )
    return story.after(45 * MINUTE)


def guard_over_story() -> Story:
    story = guard_story()
    (operation_id,) = story.state.operations.by_id
    return story.when(ConcludeOperation, operation_id=operation_id, summary="quiet").after(DAY)


def branch_story() -> Story:
    story, branch_id, people = approved()
    story.when(
        GiveBranchPost, branch_id=branch_id, member_id=people[1], post=BranchPost.VANGUARD_POST,
        area="pole 7",
    )  # fmt: skip
    return story


def branch_over_story() -> Story:
    story = branch_story()
    (branch_id,) = story.state.branches.by_id
    return story.when(DissolveBranch, branch_id=branch_id, reason="done")


def roster_story() -> Story:
    story = county()
    story.when(
        PlanLeave, member_id=member(0, 1), starts_at=story.at + HOUR, ends_at=story.at + DAY,
        reason="wedding",
    )  # fmt: skip
    story.when(ChangeAvailability, member_id=member(0, 2), available=False, reason="ill")
    story.when(
        TakeOverShift, shift_id=name("shf", 0), holder_id=member(0, 3), taker_id=member(1, 3),
        reason="swap",
    )  # fmt: skip
    story.when(
        ResourceStateChanged, resource_id=name("res", 2), in_service=False, reason="flat tyre"
    )
    return story


def off_shift_story() -> Story:
    return roster_story().after(8 * DAY)


def policy_story() -> Story:
    story = missed_story()
    story.when(HandOverDesk, text="the storm is over")
    other = replace(DEFAULT_POLICY, version=2, ladders={
        name: replace(ladder, steps=ladder.steps[:1], repeat=0, repeat_from=0)
        for name, ladder in DEFAULT_POLICY.ladders.items()
    })  # fmt: skip
    return story.when(AdoptPolicy, actor_role=Role.COMMANDER, policy=other)


def aid_story() -> Story:
    story = county()
    incident_id = outage(story)
    return story.when(
        CallAid, neighbour=LAKE, incident_id=incident_id, need=NEED, reason="flood"
    ).after(3 * MINUTE)


def alert_story() -> Story:
    story = county()
    return story.when(
        AlertReceived, actor_role=Role.FEED, sender="met", identifier="A1", sent_at=story.at,
        message="alert", hazard=Hazard.TYPHOON, event="typhoon", colour=WarningColour.RED,
        severity="extreme", urgency="immediate", certainty="observed", area="the county",
    )  # fmt: skip


def alert_over_story() -> Story:
    return alert_story().after(10 * DAY)


def merged_story() -> Story:
    story = county(size=16)
    first, second = outage(story, "1"), outage(story, "2", place=Position(lon=110.2, lat=30.2))
    story.when(MergeIncidents, into=first, incident_ids=(second,), reason="one line")
    return story.after(2 * HOUR)


def closed_story() -> Story:
    story = command_story()
    (incident_id,), (task_id,) = story.state.incidents.by_id, story.state.safety.tasks
    story.when(FinishWork, task_id=task_id)
    story.when(RestoreIncident, incident_id=incident_id)
    story.when(CloseIncident, incident_id=incident_id)
    return story.after(3 * DAY)


def aborted_story() -> Story:
    story = command_story()
    ((_, unit),) = story.state.units.by_id.items()
    member_id, assignment_id = sorted(unit.people.items())[0]
    story.when(
        AbortAssignment, actor_id=member_id, actor_role=Role.MEMBER, assignment_id=assignment_id,
        reason="injured",
    )  # fmt: skip
    return story.after(HOUR)


def vehicle_story() -> Story:
    story = county(size=16)
    incident_id = outage(story)
    need = Need(
        roles=tuple(
            RoleNeed(role=role, count=1)
            for role in (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR, UnitRole.LINE_WORKER)
        ),
        resources=(ResourceNeed(kind=ResourceKind.REPAIR_VEHICLE, count=2),),
        muster_point=FAR,
        deadline_at=story.at + HOUR,
    )
    return story.when(CallMuster, incident_id=incident_id, need=need, reason="more hands")


def whistle_story() -> Story:
    story = county()
    story.when(
        BlowWhistle, community="riverside", service=CommunityService.VOLUNTEERING, place=HERE,
        people_wanted=2, asked_by="committee", text="carry water",
    )  # fmt: skip
    (whistle_id,) = story.state.community.whistles
    come: dict[str, Any] = {
        "actor_id": member(0, 1), "actor_role": Role.MEMBER, "member_id": member(0, 1),
    }  # fmt: skip
    story.when(ClaimWhistle, whistle_id=whistle_id, **come)
    story.when(ReportIn, whistle_id=whistle_id, **come)
    for place in (1, 2):
        story.when(PostMember, member_id=member(0, place), community="riverside", tie="home")
    story.when(PostMember, member_id=member(0, 1), community="hill", tie="partner")
    ended = min(story.state.community.postings)
    story.when(EndPosting, posting_id=ended, reason="moved away")
    return story.after(2 * HOUR)


def off_post_story() -> Story:
    return county().when(
        RecordViolation, kind=ViolationKind.WORK, grade=ViolationClass.SERIOUS_I,
        clause="no safety belt at height", charged=(member(0, 1),),
    )  # fmt: skip


STORIES = [
    command_story, missed_story, help_over_story, guard_story, guard_over_story, branch_story,
    branch_over_story, roster_story, off_shift_story, policy_story, aid_story, alert_story,
    alert_over_story, merged_story, closed_story, aborted_story, vehicle_story, preparing_story,
    whistle_story, off_post_story,
]  # fmt: skip


@pytest.mark.parametrize("tell", STORIES, ids=lambda it: it.__name__)
async def test_drawn_step_by_step_is_drawn_at_once(tell: Callable[[], Story]) -> None:
    story = tell()

    assert rows_of(await shown(story)) == rows_of(redrawn(story))


def test_the_stories_fill_every_board() -> None:
    filled = {board for tell in STORIES for board, _ in rows_of(redrawn(tell()))}

    assert filled == set(BOARDS) - {my_assignment.BOARD.name}


def test_a_row_is_found_by_what_its_id_begins_with() -> None:
    found: dict[str, set[str]] = {}
    for tell in STORIES:
        for board, key in rows_of(redrawn(tell())):
            found.setdefault(board, set()).add(key.partition("_")[0])

    for name_, one in BOARDS.items():
        if one.of:
            # What is said to be live is told under the id of the work: no row for that work.
            about = {"tsk"} if name_ == "alarms" else set[str]()
            assert found[name_] - about == set(one.of), name_


def test_a_panel_reads_what_is_in_a_row_and_has_words_for_its_codes() -> None:
    rows = {board: row for tell in STORIES for (board, _), row in rows_of(redrawn(tell())).items()}
    words = current().groups["zh"]["vocabulary"]

    for name_, one in BOARDS.items():
        if one.panel is not None:
            row = rows[name_]
            assert {*one.panel.reads} <= row.keys(), name_
            assert one.panel.words.keys() <= {*one.panel.reads}, name_
            for field, group in one.panel.words.items():
                assert f"{group}_{row[field]}" in words, (name_, field)


def test_every_board_that_is_written_is_drawn() -> None:
    folder = Path(boards.__file__).parent
    written = {
        it.stem for it in folder.glob("*.py") if "BOARD: Final = Board(" in it.read_text("utf-8")
    }

    assert written == set(BOARDS)


def only(story: Story, board: str) -> Any:
    ((_, row),) = [it for it in rows_of(redrawn(story)).items() if it[0][0] == board]
    return row


def test_command_shows_who_answered_and_what_the_weather_forbids() -> None:
    before, after = only(command_story(), "incident_command"), missed_story()

    assert before["commander_id"] == "chief-2"
    assert [it["text"] for it in before["objectives"]] == ["power back"]
    (call,) = before["roll_calls"]
    assert call["missed"] == []
    assert len(call["waiting"]) > 1
    (task,) = before["tasks"]
    assert (task["stage"], task["forbidden_by"]) == ("working", None)
    assert task["interlocks"] == [
        {"interlock": "permit", "confirmed_by": "permit-1", "overridden_until": None}
    ]
    row = only(after, "incident_command")
    assert row["objectives"][0]["overdue"]
    assert row["roll_calls"][0]["missed"] == row["roll_calls"][0]["waiting"]
    assert (row["tasks"][0]["stage"], row["tasks"][0]["forbidden_by"]) == (
        "stopped",
        {"code": "thunder"},
    )


def test_a_guard_shows_what_is_due_when_and_what_was_missed() -> None:
    story = guard_story()
    (row,) = [it for key, it in rows_of(redrawn(story)).items() if key[0] == "guarded_operations"]

    assert row["missed"] == 1
    assert row["check_ins"] == 1
    (site,) = row["sites"]
    assert row["next_due_at"] == min(site["due"].values()) > story.at
    assert site["guards"][0]["member_ids"] == list(GUARDS)
    preparing = only(opened()[0], "guarded_operations")
    assert "nobody_posted" in {it["code"] for it in preparing["gaps"]}


def test_an_alarm_shows_the_step_it_is_at_and_what_comes_next() -> None:
    rows = rows_of(redrawn(missed_story()))
    alarms = [it for key, it in rows.items() if key[0] == "alarms" and it["step"] is not None]

    assert {it["kind"] for it in alarms} >= {"roll_call_missed", "help_called"}
    for it in alarms:
        assert it["told"] is not None
        assert it["next"]["at"] > missed_story().at - HOUR
        assert it["next"]["recipient"]


def test_people_show_what_keeps_them_from_being_called() -> None:
    story = roster_story()
    rows = {key[1]: row for key, row in rows_of(redrawn(story)).items() if key[0] == "people"}

    assert rows[member(0, 1)]["leaves"] == [[story.at + HOUR, story.at + DAY]]
    assert not rows[member(0, 2)]["available"]
    assert not rows[member(0, 3)]["on_shift"]
    assert rows[member(1, 3)]["on_shift"]
    assert rows[member(0, 0)]["team_id"] == TEAMS[0]


def test_a_talk_about_help_leaves_the_board_when_it_is_over() -> None:
    row = only(aid_story(), "aid")

    assert (row["side"], row["peer"], row["stage"]) == ("asking", LAKE, "requested")
    assert row["unheard"] == ["aid_requested"]
