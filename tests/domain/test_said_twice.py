"""What is said again, or too late: its sender hears that it changed nothing."""

from typing import Any

from coordinator.domain.outcome import nothing_changed
from schemas.events.assignment import LateAnswerRecorded
from schemas.events.escalation import LateAcknowledgementRecorded
from schemas.events.handover import DeskHandedOver
from schemas.events.incident import CustomerCalledBack, IncidentReopened, IncidentUpdated
from schemas.events.promise import PromiseExplained
from schemas.events.response import ResponseActivated
from schemas.signals.assignment import AcceptAssignment
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.signals.handover import HandOverDesk
from schemas.signals.incident import (
    ExplainPromise,
    Extent,
    ExtentReported,
    RecordCallBack,
    RestoreIncident,
)
from schemas.signals.response import ActivateResponse
from schemas.vocabulary import CallBackAnswer, ResponseLevel, Role
from tests.domain.called import Called
from tests.domain.outages import opened
from tests.story import HOUR, MINUTE, Story

COMMANDER: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}


def test_an_answer_to_what_is_over_is_kept_and_its_sender_hears_that_it_changed_nothing() -> None:
    called = Called()
    called.story.when(RestoreIncident, incident_id=called.incident_id)
    called.says(AcceptAssignment).then(LateAnswerRecorded)
    assert nothing_changed(called.story.events)


def test_who_takes_note_of_an_earlier_step_hears_that_it_changed_nothing() -> None:
    called = Called()
    story = called.story
    story.after(HOUR)
    alarm = next(it for it in sorted(story.state.escalations.by_id.items()) if it[1].attempt > 0)
    story.when(AcknowledgeEscalation, escalation_id=alarm[0], step=0)
    story.then(LateAcknowledgementRecorded)
    assert nothing_changed(story.events)


def test_a_response_is_activated_anew_only_by_what_is_new() -> None:
    story = Story()
    id_ = opened(story)
    said: dict[str, Any] = {
        "incident_id": id_, "level": ResponseLevel.IV, "matter": "lines down",
        "expected_duration_h": 5, "measures": "two crews", **COMMANDER,
    }  # fmt: skip
    story.when(ActivateResponse, **said).then_includes(ResponseActivated)
    story.after(MINUTE)
    story.when(ActivateResponse, **said).then()
    for more in ({"measures": "three crews"}, {"expected_duration_h": 6}, {"matter": "more down"},
                 {"level": ResponseLevel.III}):  # fmt: skip
        said |= more
        story.when(ActivateResponse, **said).then_includes(ResponseActivated)
        story.when(ActivateResponse, **said).then()


def test_a_promise_is_explained_again_only_in_other_words() -> None:
    story = Story()
    said: dict[str, Any] = {"incident_id": opened(story), "promise": "arrival"}
    story.when(ExplainPromise, **said, reason="road under water").then(PromiseExplained)
    story.when(ExplainPromise, **said, reason="road under water").then()
    story.when(ExplainPromise, **said, reason="bridge gone").then(PromiseExplained)


def test_a_call_back_is_taken_down_once() -> None:
    for customer in (None, "c-1"):
        story = Story()
        id_ = opened(story, customer_ref=customer)
        story.when(RestoreIncident, incident_id=id_)
        said: dict[str, Any] = {"incident_id": id_, "answer": CallBackAnswer.SATISFIED}
        story.when(RecordCallBack, **said).then(CustomerCalledBack)
        story.when(RecordCallBack, **said).then()
        story.when(RecordCallBack, **said, feedback="quick").then(CustomerCalledBack)
        story.when(RecordCallBack, **said, feedback="quick").then()
        # Another answer, and the same one after it was dark again, is news.
        said["answer"] = CallBackAnswer.DISSATISFIED
        story.when(RecordCallBack, **said).then_includes(IncidentReopened)
        story.when(RestoreIncident, incident_id=id_)
        story.when(RecordCallBack, **said).then_includes(CustomerCalledBack, IncidentReopened)


def test_numbers_that_correct_nothing_and_a_note_handed_over_twice_change_nothing() -> None:
    story = Story()
    id_ = opened(story)
    said: dict[str, Any] = {"incident_id": id_, "extent": Extent(customers_out=40)}
    story.when(ExtentReported, **said).then_includes(IncidentUpdated)
    story.when(ExtentReported, **said, corrected=True).then()
    said["extent"] = Extent(customers_out=30)
    story.when(ExtentReported, **said, corrected=True).then_includes(IncidentUpdated)

    story.when(HandOverDesk, text="two crews out").then(DeskHandedOver)
    story.when(HandOverDesk, text="two crews out").then()
    story.after(HOUR)
    story.when(HandOverDesk, text="two crews out").then(DeskHandedOver)
