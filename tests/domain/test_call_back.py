"""A customer is called back before the thread ends; each answer is an outcome of its own."""

from typing import Any

import pytest

from coordinator.boards import incident_details
from coordinator.domain.incident.call_back import not_called_back
from coordinator.domain.state.incidents import Phase
from schemas.events.incident import (
    CallBackOverdue,
    CustomerCalledBack,
    IncidentClosed,
    IncidentReopened,
    IncidentRestored,
)
from schemas.events.notice import NoticeRaised, RuleWarned, SignalRefused
from schemas.events.promise import PromiseMade
from schemas.sentences import incidents, notices
from schemas.signals.incident import (
    CloseIncident,
    MergeIncidents,
    RecordCallBack,
    ReopenIncident,
    RestoreIncident,
)
from schemas.vocabulary import CallBackAnswer, NoticeKind, Recipient, Role
from tests.domain.outages import FAR_AWAY, incident, opened, reported
from tests.story import DAY, HOUR, Story, name


def restored(story: Story, **fields: Any) -> str:
    id_ = opened(story, **({"customer_ref": "c-1"} | fields))
    story.after(HOUR)
    story.when(RestoreIncident, incident_id=id_)
    return id_


def called(story: Story, id_: str, answer: CallBackAnswer, **fields: Any) -> Story:
    return story.when(RecordCallBack, incident_id=id_, answer=answer, **fields)


def test_what_nobody_was_called_back_about_is_not_closed() -> None:
    story = Story()
    id_ = restored(story)

    story.when(CloseIncident, incident_id=id_).then(SignalRefused)

    assert story.the(SignalRefused).rule == incidents.CALL_BACK_BEFORE_CLOSING
    assert incident(story, id_).phase is Phase.RESTORED


@pytest.mark.parametrize(
    ("answer", "closed"),
    [(CallBackAnswer.SATISFIED, "satisfied"), (CallBackAnswer.NO_ANSWER, "no_answer")],
)
def test_an_answer_and_no_answer_are_what_it_is_closed_with(
    answer: CallBackAnswer, closed: str
) -> None:
    for by_clock in (False, True):
        story = Story()
        id_ = restored(story)
        called(story, id_, answer, feedback="quick").then(CustomerCalledBack)

        if by_clock:
            story.after(DAY)
        else:
            story.when(CloseIncident, incident_id=id_)

        end = story.the(IncidentClosed)
        assert (end.answer, end.by_clock) == (closed, by_clock)


def test_who_is_not_satisfied_has_it_opened_again_and_is_called_back_anew() -> None:
    story = Story()
    id_ = restored(story)

    called(story, id_, CallBackAnswer.DISSATISFIED, feedback="flickers")

    story.then_includes(CustomerCalledBack, IncidentReopened, PromiseMade)
    again = story.the(IncidentReopened)
    assert (again.cause, again.reason) == ("dissatisfied", "flickers")
    assert incident(story, id_).phase is Phase.OPEN
    story.when(RestoreIncident, incident_id=id_)
    story.when(CloseIncident, incident_id=id_).then(SignalRefused)
    called(story, id_, CallBackAnswer.SATISFIED)
    story.when(CloseIncident, incident_id=id_).then_includes(IncidentClosed)


def test_after_a_day_without_a_call_the_desk_is_told_and_after_another_it_is_closed_as_that() -> (
    None
):
    story = Story()
    id_ = restored(story)

    story.after(DAY).then_includes(CallBackOverdue).then_not(IncidentClosed)
    told = story.the(NoticeRaised)
    assert (told.kind, told.recipient) == (NoticeKind.CALL_BACK_DUE, Recipient.DISPATCHER)
    assert told.text == notices.call_back_due(id_, len(incident(story, id_).customers))

    story.after(DAY).then_not(CallBackOverdue)
    assert story.the(IncidentClosed).answer == "not_called"


def test_who_is_called_late_is_called_and_the_clock_closes_with_their_answer() -> None:
    story = Story()
    id_ = restored(story)
    story.after(DAY + HOUR)

    called(story, id_, CallBackAnswer.SATISFIED).then(CustomerCalledBack)

    assert story.after(DAY).the(IncidentClosed).answer == "satisfied"


def test_where_there_is_nobody_to_call_it_is_closed_as_before() -> None:
    story = Story()
    by_hand, by_clock = restored(story, customer_ref=None), Story()
    restored(by_clock, customer_ref=None)

    story.when(CloseIncident, incident_id=by_hand)
    by_clock.after(DAY).then_not(CallBackOverdue)

    for told in (story, by_clock):
        assert told.the(IncidentClosed).answer == "nobody_to_call"


def test_a_customer_of_another_incident_was_not_called_about_this_one() -> None:
    story = Story()
    id_ = restored(story)

    called(story, id_, CallBackAnswer.SATISFIED, customer_ref="c-9").then(SignalRefused)

    assert story.the(SignalRefused).field == "customer_ref"
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref="c-1").then(CustomerCalledBack)


def test_nobody_is_called_back_before_supply_is_back_nor_by_a_member() -> None:
    story = Story()
    open_, over = (
        opened(story, customer_ref="c-1"),
        restored(story, dedup_key="r9", place=FAR_AWAY, customer_ref="c-9"),
    )

    called(story, open_, CallBackAnswer.SATISFIED).then(SignalRefused)
    member: dict[str, Any] = {"actor_id": name("mem", "any"), "actor_role": Role.MEMBER}
    called(story, over, CallBackAnswer.SATISFIED, **member).then(SignalRefused)


def reported_by_three() -> tuple[Story, str]:
    story = Story()
    id_ = opened(story, customer_ref="c-1")
    for it in (2, 3):
        reported(story, f"r{it}", customer_ref=f"c-{it}")
    assert incident(story, id_).customers == ("c-1", "c-2", "c-3")
    story.after(HOUR)
    story.when(RestoreIncident, incident_id=id_)
    return story, id_


def test_each_customer_who_reported_it_has_an_outcome_of_their_own() -> None:
    story, id_ = reported_by_three()

    called(story, id_, CallBackAnswer.SATISFIED)
    assert story.the(SignalRefused).rule == incidents.several_to_call_back(3)
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref="c-1").then(CustomerCalledBack)
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref="c-1").then()
    story.when(CloseIncident, incident_id=id_).then(SignalRefused)
    called(story, id_, CallBackAnswer.NO_ANSWER, customer_ref="c-2").then(CustomerCalledBack)

    # Who is left need not be named.
    called(story, id_, CallBackAnswer.SATISFIED)
    assert story.the(CustomerCalledBack).customer_ref == "c-3"
    story.when(CloseIncident, incident_id=id_)
    assert story.the(IncidentClosed).answer == "no_answer"


def test_who_answers_at_the_second_call_is_no_longer_one_who_did_not() -> None:
    story, id_ = reported_by_three()
    called(story, id_, CallBackAnswer.NO_ANSWER, of_all=True).then(CustomerCalledBack)
    for it in (1, 2, 3):
        called(story, id_, CallBackAnswer.SATISFIED, customer_ref=f"c-{it}")
    story.when(CloseIncident, incident_id=id_)
    assert story.the(IncidentClosed).answer == "satisfied"


def test_the_desk_is_told_how_many_are_still_to_be_called_and_the_clock_closes_as_that() -> None:
    story, id_ = reported_by_three()
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref="c-2")

    story.after(DAY).then_includes(CallBackOverdue)
    assert story.the(NoticeRaised).text == notices.call_back_due(id_, 2)
    assert story.after(DAY).the(IncidentClosed).answer == "not_called"


def test_one_of_several_who_is_not_satisfied_has_it_opened_and_the_calls_go_on() -> None:
    story, id_ = reported_by_three()
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref="c-1")
    called(story, id_, CallBackAnswer.DISSATISFIED, customer_ref="c-2")
    story.then_includes(IncidentReopened)
    story.when(RestoreIncident, incident_id=id_)
    called(story, id_, CallBackAnswer.SATISFIED)
    assert story.the(SignalRefused).rule == incidents.several_to_call_back(2)


def test_of_three_customers_only_who_is_not_satisfied_is_called_back_again() -> None:
    story, id_ = reported_by_three()
    everyone = incident(story, id_).customers
    assert len(everyone) == 3
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref=everyone[0])
    called(story, id_, CallBackAnswer.NO_ANSWER, customer_ref=everyone[1])

    called(story, id_, CallBackAnswer.DISSATISFIED, customer_ref=everyone[2], feedback="flickers")

    story.then_includes(IncidentReopened)
    assert not_called_back(incident(story, id_)) == (everyone[2],)
    story.when(RestoreIncident, incident_id=id_)
    called(story, id_, CallBackAnswer.SATISFIED, customer_ref=everyone[2])
    story.when(CloseIncident, incident_id=id_).then_includes(IncidentClosed)
    assert story.the(IncidentClosed).answer == "no_answer"


def test_who_is_no_longer_satisfied_need_not_be_named_where_there_is_one_customer() -> None:
    story = Story()
    id_ = restored(story)
    called(story, id_, CallBackAnswer.SATISFIED)
    story.after(HOUR)

    called(story, id_, CallBackAnswer.DISSATISFIED, feedback="dark again")

    assert story.the(CustomerCalledBack).customer_ref == "c-1"
    story.then_includes(IncidentReopened)
    story.when(RestoreIncident, incident_id=id_)
    assert not_called_back(incident(story, id_)) == ("c-1",)
    story.when(CloseIncident, incident_id=id_).then(SignalRefused)


@pytest.mark.parametrize("of_all", [False, True])
def test_of_several_who_have_all_answered_it_is_said_whose_answer_is_another_now(
    *, of_all: bool
) -> None:
    story, id_ = reported_by_three()
    called(story, id_, CallBackAnswer.SATISFIED, of_all=True)

    called(story, id_, CallBackAnswer.DISSATISFIED, feedback="dark", of_all=of_all)

    story.then(SignalRefused)
    assert story.the(SignalRefused).rule == incidents.all_called_back(3)
    called(story, id_, CallBackAnswer.DISSATISFIED, feedback="dark", customer_ref="c-2")
    story.then_includes(IncidentReopened)
    story.when(RestoreIncident, incident_id=id_)
    assert not_called_back(incident(story, id_)) == ("c-2",)
    story.when(CloseIncident, incident_id=id_).then(SignalRefused)


def test_who_is_not_satisfied_where_no_customer_is_known_is_not_what_it_is_closed_with() -> None:
    story = Story()
    id_ = restored(story, customer_ref=None)

    called(story, id_, CallBackAnswer.DISSATISFIED, feedback="dark").then_includes(IncidentReopened)

    story.when(RestoreIncident, incident_id=id_)
    story.when(CloseIncident, incident_id=id_)
    assert story.the(IncidentClosed).answer == "nobody_to_call"


def test_where_it_is_dark_again_everybody_is_called_back_anew() -> None:
    story = Story()
    id_ = restored(story)
    called(story, id_, CallBackAnswer.SATISFIED)
    story.when(ReopenIncident, incident_id=id_, reason="dark again")
    assert not_called_back(incident(story, id_)) == incident(story, id_).customers


def test_supply_back_at_what_was_merged_away_is_taken_for_what_it_is_part_of() -> None:
    story = Story()
    gone, into = opened(story, dedup_key="a"), opened(story, dedup_key="b", place=FAR_AWAY)
    story.when(MergeIncidents, into=into, incident_ids=(gone,), reason="one line",
               stands_down=tuple(story.state.units.by_incident.get(gone, ())))  # fmt: skip
    story.after(HOUR)

    story.when(RestoreIncident, incident_id=gone).then_includes(RuleWarned, IncidentRestored)

    assert story.the(RuleWarned).rule == incidents.taken_for_merged(into)
    assert story.the(IncidentRestored).incident_id == into
    assert incident(story, into).phase is Phase.RESTORED
    story.when(RestoreIncident, incident_id=gone).then()


def test_what_a_customer_complained_of_stays_in_their_words_when_it_opens_again() -> None:
    story = Story()
    id_ = restored(story)
    called(story, id_, CallBackAnswer.DISSATISFIED, feedback="dark again since noon")

    story.then_includes(IncidentReopened)

    (said,) = incident(story, id_).said_back
    assert (said.customer, said.answer, said.words) == (
        "c-1",
        CallBackAnswer.DISSATISFIED,
        "dark again since noon",
    )
    board = incident_details.row(story.state, id_)
    assert board is not None
    assert [(it["customer"], it["words"]) for it in board["said_back"]] == [
        ("c-1", "dark again since noon")
    ]
    story.after(HOUR)
    story.when(RestoreIncident, incident_id=id_)
    called(story, id_, CallBackAnswer.SATISFIED, feedback="light")
    assert [it.words for it in incident(story, id_).said_back] == ["light"]
