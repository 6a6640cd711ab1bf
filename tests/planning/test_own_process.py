"""A process of ours runs our own modules, whatever lies in the folder it is started in."""

from pathlib import Path

import pytest

from coordinator.documents import BadFields
from coordinator.log.fold import empty
from coordinator.planning.what_if_process import ask
from tests.story import HERE


async def test_modules_that_lie_in_the_working_folder_are_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("schemas", "coordinator", "words"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(BadFields):
        await ask(empty(HERE), [], {"no_such_field": 1}, travel="straight")
