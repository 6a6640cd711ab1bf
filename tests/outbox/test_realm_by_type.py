"""A channel to real people cannot be handed an exercise: the type checker refuses it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_TWO_CHANNELS = """
from collections.abc import Sequence

from coordinator.outbox.effects import ActualSink, ActualEffect, ExerciseSink, ExerciseEffect


class Sms:
    async def deliver(self, effects: Sequence[ActualEffect]) -> None: ...


class SimulatedPhones:
    async def deliver(self, effects: Sequence[ExerciseEffect]) -> None: ...


async def send(real: ActualEffect, drill: ExerciseEffect) -> None:
    await Sms().deliver([{effect}])


reaches_people: ActualSink = Sms()
reaches_nobody: ExerciseSink = {channel}()
"""


@pytest.mark.parametrize(
    ("effect", "channel", "complaint"),
    [
        ("real", "SimulatedPhones", None),
        ("drill", "SimulatedPhones", 'expected "ActualEffect"'),
        ("real", "Sms", 'variable has type "ExerciseSink"'),
    ],
)
def test_an_exercise_effect_for_a_real_channel_is_a_type_error(
    tmp_path: Path, effect: str, channel: str, complaint: str | None
) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(_TWO_CHANNELS.format(effect=effect, channel=channel), encoding="utf-8")

    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-color-output",
            "--follow-imports=silent",
            "--config-file=",
            f"--cache-dir={tmp_path / 'cache'}",
            str(snippet),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    if complaint is None:
        assert checked.returncode == 0, checked.stdout
    else:
        assert checked.returncode == 1
        assert complaint in checked.stdout
