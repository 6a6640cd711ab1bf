"""The same log gives the same state, byte for byte, whatever the hash seed."""

import hashlib
import os
import subprocess
import sys

import msgspec
from msgspec.structs import replace

from coordinator.domain.canonical import decode, digest, encode
from coordinator.domain.state.incidents import Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.signals.incident import RestoreIncident
from tests.county import county, outage, unit_on_scene
from tests.story import HOUR, Story

_PROGRAM = "from tests.domain.test_determinism import history; print(history())"


def storm() -> Story:
    story = county()
    incident_id, _ = unit_on_scene(story)
    for key in "abcdefgh":
        outage(story, key)
    story.after(2 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(30 * HOUR)
    return story


def history() -> str:
    story = storm()
    facts = [msgspec.json.encode(event).decode() for _, events in story.history for event in events]
    return f"{len(facts)} {hash_of(facts)} {digest(story.state)}"


def hash_of(facts: list[str]) -> str:

    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def test_every_process_folds_to_the_same_bytes() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }

    assert len(said) == 1
    assert int(said.pop().split()[0]) > 200


def with_an_unplaced_sighting(state: Jurisdiction) -> Jurisdiction:
    id_ = min(state.incidents.by_id)
    incident = state.incidents.by_id[id_]
    unplaced = replace(incident, sightings=incident.sightings.set("caller", Sighting()))
    by_id = state.incidents.by_id.set(id_, unplaced)
    return replace(state, incidents=replace(state.incidents, by_id=by_id))


def test_a_state_survives_being_written_and_read() -> None:
    state = with_an_unplaced_sighting(storm().state)

    assert encode(decode(encode(state))) == encode(state)
    assert decode(encode(state)) == state
    assert b'"place":null' in encode(state)
