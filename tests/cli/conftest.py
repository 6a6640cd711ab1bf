"""The program that commands are forked from lives as long as the tests."""

from collections.abc import Iterator

import pytest

from tests.cli.forking import forking


@pytest.fixture(scope="session", autouse=True)
def end_of_forking() -> Iterator[None]:
    yield
    forking.close()
