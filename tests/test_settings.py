"""Settings come from the environment, each with a meaning; a wrong one is named."""

from pathlib import Path

import pytest

from coordinator.errors import BadInput
from coordinator.settings import Settings, read_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()


def test_a_setting_is_read_by_its_name() -> None:
    given = read_settings({"COORDINATOR_DATA_DIR": "elsewhere", "COORDINATOR_BATCH_MAX": "7"})

    assert (given.data_dir, given.batch_max) == (Path("elsewhere"), 7)


@pytest.mark.parametrize(
    ("name", "value"),
    [("COORDINATOR_BATCH_MAX", "0"), ("COORDINATOR_PORT", "web"), ("COORDINATOR_LOG_LEVEL", "x")],
)
def test_a_wrong_setting_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=rf"{name}.*{value}"):
        read_settings({name: value})


def test_every_setting_says_what_it_means() -> None:
    assert [it for it, field in Settings.model_fields.items() if not field.description] == []


def test_what_is_wrong_is_told_in_the_words_of_the_catalogue() -> None:
    with pytest.raises(BadInput) as wrong:
        read_settings({"COORDINATOR_BATCH_MAX": "0"})

    assert str(wrong.value) == "COORDINATOR_BATCH_MAX: at least 1 (got '0')"
