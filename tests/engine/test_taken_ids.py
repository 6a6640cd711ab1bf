"""A signal_id is taken by who came first; another signal under it is refused, never passed over."""

from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.turned_away import TAKEN
from coordinator.engine.receiving import decision_on
from coordinator.log.memory import MemoryLog
from coordinator.log.sqlite import SqliteFile
from schemas.ids import ulid_of
from schemas.signals.alert import AlertReceived
from schemas.signals.envelope import Signal
from schemas.signals.roster import ChangeAvailability
from schemas.vocabulary import Hazard, Realm, Role, WarningColour
from tests.engine.county import PEOPLE, away, outage, owned, records_of, roster, say
from tests.engine.test_intake import Topic, read
from tests.story import HERE, MINUTE, START

ID = outage("red").signal_id
FEED = {"actor_id": "cap", "actor_role": Role.FEED}


def red_alert(**more: Any) -> AlertReceived:
    return say(
        AlertReceived, "red", sender="met", identifier="1", sent_at=START, message="alert",
        hazard=Hazard.TYPHOON, event="typhoon", colour=WarningColour.RED, severity="extreme",
        urgency="immediate", certainty="observed", area="-", **{**FEED, **more},
    )  # fmt: skip


def squatting() -> ChangeAvailability:
    """A member says something else under the id that the alert will have."""
    return away(3, "red", actor_id=PEOPLE[3], actor_role=Role.MEMBER)


@pytest.mark.parametrize("together", [True, False])
async def test_a_red_alert_under_a_taken_id_is_no_duplicate(together: bool) -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster()])
    if together:
        first, second = await owner.turn([squatting(), red_alert()])
    else:
        (first,) = await owner.turn([squatting()])
        (second,) = await (await owned(log)).turn([red_alert()])

    assert first.refused is None
    assert not second.duplicate
    assert second.refused is not None
    assert (second.refused.rule.code, second.refused.field, second.refused.value) == (
        TAKEN, "signal_id", ID,
    )  # fmt: skip
    assert second.signal_id == ID
    assert second.seq > first.seq


async def test_it_is_on_record_with_all_that_was_said() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), squatting(), red_alert()])

    last = (await records_of(log))[-1]

    assert b'"colour":"red"' in last.payload
    assert last.signal_id != ID


@pytest.mark.parametrize(
    "again",
    [
        outage("red", text="other words"),
        outage("red", actor_id="desk-2"),
        outage("red", actor_role=Role.COMMANDER),
        away(1, "red"),
    ],
)
async def test_other_content_or_another_sender_is_another_signal(again: Signal) -> None:
    owner = await owned(MemoryLog(HERE))
    await owner.turn([roster(), outage("red")])

    (receipt,) = await owner.turn([again])

    assert receipt.refused is not None
    assert receipt.refused.rule.code == TAKEN


async def test_a_true_repeat_stays_a_duplicate_whatever_the_edge_filled_in() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    (_, first) = await owner.turn([roster(), outage("red")])

    again = await owner.turn([outage("red", at=START - MINUTE), outage("red", at=START + 1)])

    assert [(it.duplicate, it.refused, it.seq) for it in again] == [(True, None, first.seq)] * 2


async def test_a_repeat_of_what_was_turned_away_is_told_the_same_and_written_once() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    (*_, first) = await owner.turn([roster(), squatting(), red_alert()])
    tip = await log.tip_seq()

    (again,) = await owner.turn([red_alert(at=START + 1)])

    assert (again.duplicate, again.refused, again.seq) == (True, first.refused, first.seq)
    assert await log.tip_seq() == tip


async def test_both_senders_are_told_what_became_of_theirs() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    (_, first, second) = await owner.turn([roster(), squatting(), red_alert()])

    theirs = await decision_on(log, ID, PEOPLE[3])
    alert = await decision_on(log, ID, "cap")

    assert theirs is not None
    assert (theirs.seq, theirs.refused) == (first.seq, None)
    assert alert is not None
    assert (alert.seq, alert.refused) == (second.seq, second.refused)


async def test_on_an_input_it_is_kept_aside_and_the_rest_goes_on() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    topic = Topic(roster(), squatting(), red_alert(), outage("o"))

    await read(owner, topic)

    assert [(offset, it.rule.code) for offset, it in topic.strays] == [(2, TAKEN)]
    assert owner.next_offset("signals-0") == 4


@pytest.mark.parametrize("together", [True, False])
async def test_a_deadline_passes_though_its_id_was_taken_first(together: bool) -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("o")])
    due = owner.next_deadline
    assert due is not None
    foreseen = ulid_of(due, "clock", HERE, "1")
    squatter = away(3, "s", actor_id=PEOPLE[3], actor_role=Role.MEMBER)
    squatter = squatter.model_copy(update={"signal_id": foreseen})

    if together:
        await owner.turn([squatter], until=due)
    else:
        await owner.turn([squatter])
        await owner.turn([], until=due)

    assert owner.stopped_because is None
    assert owner.next_deadline is None or owner.next_deadline > due
    last = (await records_of(log))[-1]
    assert b'"type":"deadline_passed"' in last.payload
    assert last.signal_id != foreseen


async def test_who_takes_the_id_of_a_deadline_that_has_passed_is_refused() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("o")])
    await owner.turn([], until=owner.next_deadline)
    passed = (await records_of(log))[-1].signal_id

    (receipt,) = await owner.turn([away(1, "x").model_copy(update={"signal_id": passed})])

    assert receipt.refused is not None
    assert receipt.refused.rule.code == TAKEN


async def test_a_file_tells_them_apart_after_a_restart(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "coordinator.db")
    log = file.log(f"{Realm.ACTUAL.value}/{HERE}")
    await (await owned(log)).turn([roster(), squatting()])

    (alert, again) = await (await owned(log)).turn([red_alert(), squatting()])

    assert alert.refused is not None
    assert alert.refused.rule.code == TAKEN
    assert (again.refused, again.duplicate) == (None, True)
    file.close()
