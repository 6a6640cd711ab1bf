"""All tests of the consoles run in one event loop, so that they can share one browser."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.consoles.browser import shared

_HERE = Path(__file__).parent
_IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark those of this folder; pytest gives the hook of one folder the tests of all."""
    for item in items:
        if _HERE in item.path.parents and item.get_closest_marker("asyncio") is not None:
            item.add_marker(_IN_ONE_LOOP, append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def end_of_the_browser() -> AsyncIterator[None]:
    yield
    await shared.close()
