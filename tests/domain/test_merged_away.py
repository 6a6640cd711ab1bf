"""What is said of an incident that was merged away: who says it learns which it is part of now."""

from typing import Any

import pytest

from schemas.bounds import Position
from schemas.events.notice import SignalRefused
from schemas.sentences import incidents
from schemas.signals.command import CallRoll, EstablishCommand
from schemas.signals.customer_call import CallOutcome, RecordCustomerCall
from schemas.signals.incident import (
    CloseIncident,
    ControlIncident,
    ExplainPromise,
    Extent,
    ExtentReported,
    HandOverIncident,
    MergeIncidents,
    RecordCallBack,
    ReopenIncident,
)
from schemas.signals.response import ActivateResponse
from schemas.signals.unit import CallMuster
from schemas.vocabulary import CallBackAnswer, ResponseLevel, Role
from tests.domain.outages import FAR_AWAY, SQUARE, opened
from tests.story import Story

ELSEWHERE = Position(lon=112.80, lat=30.50)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (RecordCallBack, {"answer": CallBackAnswer.SATISFIED}),
        (CloseIncident, {}),
        (ControlIncident, {}),
        (ReopenIncident, {"reason": "dark again"}),
        (HandOverIncident, {"to": "desk-2", "reason": "shift"}),
        (ExplainPromise, {"promise": "arrival", "reason": "road"}),
        (ExtentReported, {"extent": Extent(customers_out=1)}),
        (CallMuster, {"reason": "help"}),
        (EstablishCommand, {"commander_id": "wang"}),
        (CallRoll, {}),
        (RecordCustomerCall, {"outcome": CallOutcome.SOLVED}),
        (ActivateResponse, {"level": ResponseLevel.IV, "matter": "m", "measures": "m",
                            "expected_duration_h": 1, "actor_role": Role.COMMANDER}),
    ],
)  # fmt: skip
def test_what_is_said_of_an_incident_that_was_merged_away_names_the_one_it_is_part_of(
    kind: Any, fields: Any
) -> None:
    story = Story()
    gone, between, into = (
        opened(story, key, place=place)
        for key, place in (("a", ELSEWHERE), ("b", FAR_AWAY), ("c", SQUARE))
    )
    story.when(MergeIncidents, into=between, incident_ids=(gone,), reason="one line")
    story.when(MergeIncidents, into=into, incident_ids=(between,), reason="one line")

    story.when(kind, incident_id=gone, **fields)

    assert story.the(SignalRefused).rule == incidents.merged_away(into)
