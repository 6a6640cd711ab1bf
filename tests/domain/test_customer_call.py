"""Small faults that hurt nobody: the customer is rung first, and somebody goes if need be."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.default_policy import DEFAULT_POLICY
from schemas.events.customer_call import (
    CustomerCallDropped,
    CustomerCallDue,
    CustomerCalled,
    VisitFellDue,
)
from schemas.events.incident import IncidentResponded, IncidentRestored, IncidentWithdrawn
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.promise import PromiseBroken, PromiseKept, PromiseLapsed
from schemas.events.unit import UnitCalled
from schemas.sentences import incidents
from schemas.signals.customer_call import CallOutcome, RecordCustomerCall
from schemas.signals.incident import Extent, OutageUpdated, ReopenIncident, RestoreIncident
from schemas.signals.unit import CallMuster
from schemas.vocabulary import FaultClass, NoticeKind, Urgency
from tests.county import county
from tests.domain.outages import FAR_AWAY, MAP, gone, incident, opened, out, reported
from tests.said import english
from tests.story import DAY, HOUR, MINUTE, Story

SMALL: dict[str, Any] = {"customer_ref": "C-1", "extent": out(1)}


def rung(story: Story, id_: str, outcome: CallOutcome, **fields: Any) -> Story:
    return story.when(RecordCustomerCall, incident_id=id_, outcome=outcome, **fields)


def people_called(story: Story) -> int:
    return sum(it.count for it in story.the(UnitCalled).need.roles)


@pytest.mark.parametrize(
    "said",
    [
        SMALL,
        SMALL | {"extent": Extent(), "fault_class": FaultClass.METERING},
        SMALL | {"extent": Extent(), "fault_class": FaultClass.NOT_POWER},
        SMALL | {"extent": out(40), "fault_class": FaultClass.CUSTOMER_INTERNAL},
    ],
)
def test_who_reported_a_small_fault_is_rung_before_anybody_drives(said: dict[str, Any]) -> None:
    story = county()
    reported(story, **said)

    story.then_includes(CustomerCallDue).then_not(UnitCalled)
    notice = next(it for it in story.all(NoticeRaised) if it.kind is NoticeKind.CUSTOMER_CALL)
    assert "15 min" in english(notice.text)


@pytest.mark.parametrize(
    "said",
    [
        {"urgency": Urgency.URGENT},
        {"injury_risk": True},
        {"extent": Extent(customers_out=1, serious_injuries=1)},
        {"extent": Extent()},
        {"extent": out(2)},
    ],
)
def test_danger_or_more_than_one_house_or_an_unknown_size_brings_a_crew(
    said: dict[str, Any],
) -> None:
    story = county()
    reported(story, **(SMALL | said))

    story.then_includes(UnitCalled).then_not(CustomerCallDue)
    assert people_called(story) >= 3


def test_no_policy_has_the_telephone_answer_danger() -> None:
    muster = DEFAULT_POLICY.muster
    first = replace(
        muster.templates[-2], classes=(), customers_below=None, calm=False, ring_within_min=15
    )
    policy = replace(DEFAULT_POLICY, muster=replace(muster, templates=(first,)))
    story = county(policy)

    reported(story, **(SMALL | {"injury_risk": True}))

    story.then_includes(UnitCalled).then_not(CustomerCallDue)


def test_one_house_that_names_nobody_to_ring_brings_two_and_never_one_alone() -> None:
    story = county()
    reported(story, extent=out(1))

    assert people_called(story) == 2


def test_what_a_call_solves_is_restored_and_nobody_drives() -> None:
    story = county()
    id_ = opened(story, **SMALL)

    story.after(5 * MINUTE)
    rung(story, id_, CallOutcome.SOLVED, text="main switch was off")

    assert story.the(CustomerCalled).called_by == "desk-1"
    assert story.the(IncidentRestored).cause == "by_phone"
    story.then_includes(IncidentResponded, PromiseLapsed).then_not(UnitCalled)
    assert [it.promise for it in story.all(PromiseKept)] == ["accept"]
    story.after(DAY).then_not(VisitFellDue, UnitCalled, PromiseBroken)


def test_a_desk_that_nobody_reads_sends_somebody() -> None:
    story = county()
    id_ = opened(story, **SMALL)

    assert incident(story, id_).promises["accept"].due_at == story.at + 15 * MINUTE
    story.after(16 * MINUTE)

    assert story.the(VisitFellDue).why == "nobody_rang"
    assert story.the(UnitCalled).incident_id == id_
    assert people_called(story) == 2
    assert incident(story, id_).call.ring_by is None  # type: ignore[union-attr]


def test_who_does_not_answer_three_times_is_gone_to() -> None:
    story = county()
    id_ = opened(story, **SMALL)

    for _ in range(2):
        rung(story, id_, CallOutcome.NO_ANSWER)
        story.then_includes(CustomerCallDue).then_not(UnitCalled, IncidentResponded)
        story.after(5 * MINUTE)
    rung(story, id_, CallOutcome.NO_ANSWER)

    assert story.the(VisitFellDue).why == "not_reached"
    story.then_includes(UnitCalled)


def test_an_appointment_is_what_is_promised_and_somebody_sets_out_in_time() -> None:
    story = county()
    id_ = opened(story, **SMALL)
    visit_at = story.at + 6 * HOUR

    rung(story, id_, CallOutcome.APPOINTMENT, visit_at=visit_at)
    assert incident(story, id_).promises["arrival"].due_at == visit_at
    story.after(4 * HOUR).then_not(UnitCalled, PromiseBroken)

    story.after(HOUR + MINUTE)
    assert story.the(VisitFellDue).why == "appointment"
    assert story.the(UnitCalled).need.deadline_at <= visit_at


def test_an_arrival_that_was_broken_stays_broken_whatever_is_agreed_on() -> None:
    story = county()
    id_ = opened(story, **(SMALL | {"fault_class": FaultClass.METERING}))
    for _ in range(2):
        rung(story, id_, CallOutcome.NO_ANSWER)
        story.after(10 * MINUTE)
    story.after(2 * HOUR)
    assert incident(story, id_).promises["arrival"].broken

    rung(story, id_, CallOutcome.APPOINTMENT, visit_at=story.at + 6 * HOUR)

    assert incident(story, id_).promises["arrival"].broken


def test_danger_that_is_told_later_sends_a_crew_at_once() -> None:
    story = county()
    id_ = opened(story, **SMALL)

    story.when(OutageUpdated, source=MAP, dedup_key="r1", injury_risk=True)

    assert people_called(story) == 3
    story.then_includes(CustomerCallDropped)
    story.after(HOUR).then_not(VisitFellDue)
    assert incident(story, id_).call.ring_by is None  # type: ignore[union-attr]


def test_a_unit_that_the_desk_calls_takes_the_place_of_the_call() -> None:
    story = county()
    id_ = opened(story, **SMALL)
    story.after(MINUTE)
    need = _need_of_a_pair(story)

    story.when(CallMuster, incident_id=id_, need=need, reason="old man alone")

    story.then_includes(CustomerCallDropped)
    story.after(HOUR).then_not(VisitFellDue)


def _need_of_a_pair(story: Story) -> Any:
    other = county()
    reported(other, extent=out(1))
    return other.the(UnitCalled).need


def test_what_turns_out_to_be_one_house_when_a_crew_is_called_needs_no_call() -> None:
    story = county()
    opened(story, **(SMALL | {"extent": out(2_000)}))
    story.after(MINUTE)

    story.when(OutageUpdated, source=MAP, dedup_key="r1", extent=out(1))

    story.then_not(CustomerCallDue, UnitCalled)


def test_power_that_is_back_by_itself_needs_no_call() -> None:
    story = county()
    id_ = opened(story, **SMALL)

    story.when(RestoreIncident, incident_id=id_)

    story.then_includes(CustomerCallDropped)
    story.after(HOUR).then_not(VisitFellDue, UnitCalled)


def test_what_was_reported_by_mistake_needs_no_call() -> None:
    story = county()
    opened(story, **SMALL)

    gone(story, reason="withdrawn")

    story.then_includes(IncidentWithdrawn, CustomerCallDropped)
    story.after(HOUR).then_not(VisitFellDue, UnitCalled)


def test_an_appointment_made_when_somebody_goes_already_ends_with_its_incident() -> None:
    story = county()
    id_ = opened(story, **SMALL)
    story.after(16 * MINUTE).then_includes(UnitCalled)
    rung(story, id_, CallOutcome.APPOINTMENT, visit_at=story.at + 5 * HOUR)

    gone(story, reason="withdrawn")

    story.then_includes(CustomerCallDropped)
    story.after(DAY).then_not(VisitFellDue, UnitCalled)


def test_who_goes_already_is_not_called_a_second_time_for_the_appointment() -> None:
    story = county()
    id_ = opened(story, **SMALL)
    story.after(16 * MINUTE).then_includes(UnitCalled)

    rung(story, id_, CallOutcome.APPOINTMENT, visit_at=story.at + 3 * HOUR)

    story.after(3 * HOUR).then_includes(VisitFellDue).then_not(UnitCalled)


def test_what_was_solved_by_phone_and_is_reopened_is_gone_to() -> None:
    story = county()
    id_ = opened(story, **SMALL)
    rung(story, id_, CallOutcome.SOLVED)
    story.after(MINUTE)

    story.when(ReopenIncident, incident_id=id_, reason="dark again")

    story.then_includes(UnitCalled)


@pytest.mark.parametrize("visit_in", [None, -MINUTE, 0, 31 * DAY])
def test_an_appointment_lies_ahead_and_within_a_month(visit_in: int | None) -> None:
    story = county()
    id_ = opened(story, **SMALL)

    at = None if visit_in is None else story.at + visit_in
    rung(story, id_, CallOutcome.APPOINTMENT, visit_at=at)

    assert story.the(SignalRefused).field == "visit_at"


def test_only_an_appointment_has_a_time() -> None:
    story = county()
    id_ = opened(story, **SMALL)

    rung(story, id_, CallOutcome.SOLVED, visit_at=story.at + HOUR)

    assert story.the(SignalRefused).rule == incidents.APPOINTMENT_HAS_TIME


def test_there_is_nobody_to_ring_where_no_customer_is_named_or_power_is_back() -> None:
    story = county()
    nameless = opened(story, extent=out(1))
    rung(story, nameless, CallOutcome.NO_ANSWER)
    assert story.the(SignalRefused).rule == incidents.NOBODY_TO_RING

    over = opened(story, "r2", place=FAR_AWAY, **SMALL)
    rung(story, over, CallOutcome.SOLVED)
    rung(story, over, CallOutcome.SOLVED)
    assert story.the(SignalRefused).rule == incidents.NOBODY_TO_RING
