"""Whoever is called out is told for what: the task, the guarded site, and why a desk called."""

from typing import Any

from coordinator.boards import my_assignment
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.surroundings import surroundings
from coordinator.outbox.wording import Style, worded
from schemas.events.assignment import AssignmentOffered
from schemas.muster import Need, RoleNeed
from schemas.said import document_of
from schemas.sentences import reasons
from schemas.signals.operation import ConcludeOperation
from schemas.signals.unit import CallMuster
from schemas.vocabulary import UnitRole
from tests.boards.drawn import redrawn, rows_of, shown
from tests.county import HERE, HOSPITAL, county, outage, unit_on_scene
from tests.domain.test_operation import guarding
from tests.domain.test_task import task_of
from tests.story import HOUR, START, Story


def called(story: Story, **what: str) -> Story:
    need = Need(
        roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=2),), muster_point=HERE,
        deadline_at=story.at + 2 * HOUR,
    )  # fmt: skip
    return story.when(CallMuster, need=need, **what)


def row_of(story: Story) -> dict[str, Any]:
    offered = story.all(AssignmentOffered)[-1]
    row = my_assignment.row(story.state, offered.member_id)
    assert row is not None
    return dict(row)


def message_of(story: Story, tongue: Any = "zh") -> str:
    """Return what leaves as a text message of the last call-out."""
    offered = story.all(AssignmentOffered)[-1]
    effect = ActualEffect(
        effect_id="e", log_id="county", seq=1, at=START, target=offered.member_id, about="-",
        kind="assignment_offered", expires_at=START + HOUR,
        document={
            "answer_by": offered.answer_by,
            "arrive_by": offered.arrive_by,
            "surroundings": surroundings(story.state, offered),
        },
    )  # fmt: skip
    return worded(effect, Style(tongue)).text_message


async def test_a_call_out_to_a_task_names_the_task_and_says_why() -> None:
    story, task_id = task_of()
    called(story, task_id=task_id, reason="两基杆要今天立起")
    row = row_of(story)

    assert row["task"] == "医院迁改"
    assert row["reason"] == document_of(reasons.as_typed("两基杆要今天立起"))
    assert message_of(story).startswith("出动通知：医院迁改，请")
    assert "医院迁改:answer by" in message_of(story, "en")
    assert "两基杆" not in message_of(story)
    assert rows_of(await shown(story)) == rows_of(redrawn(story))


def test_a_call_out_to_a_guarded_site_names_site_and_operation() -> None:
    story, operation_id = guarding()
    called(story, operation_id=operation_id, site_id=HOSPITAL, reason="second generator")
    site = story.state.sites.by_id[HOSPITAL].site.name
    operation = story.state.operations.by_id[operation_id].name
    row = row_of(story)

    assert (row["site"], row["operation"]) == (site, operation)
    assert site[:8] in message_of(story)
    assert operation[:12] in message_of(story)


def test_what_they_are_called_to_stays_named_when_the_operation_is_over() -> None:
    story, operation_id = guarding()
    # The unit is of an incident, too, and stays for that when the guard is over.
    incident_id = outage(story)
    called(
        story, operation_id=operation_id, incident_id=incident_id, site_id=HOSPITAL,
        reason="second generator",
    )  # fmt: skip
    before = row_of(story)
    story.when(ConcludeOperation, operation_id=operation_id, summary="quiet")
    after = my_assignment.row(story.state, before["member_id"])

    assert operation_id not in story.state.operations.by_id
    assert after is not None
    assert after["operation"] == before["operation"]


def test_a_call_out_to_an_incident_gives_no_reason_twice() -> None:
    story = county(size=16)
    _, unit_id = unit_on_scene(story)
    row = my_assignment.row(story.state, min(story.state.units.by_id[unit_id].people))

    assert row is not None
    assert (row["task"], row["site"], row["reason"]) == (None, None, None)
