"""Faults are expected here: what the engine says of them would drown what matters."""

from collections.abc import Iterator

import pytest
import structlog

ONLY_CRITICAL = 50


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(ONLY_CRITICAL))
    yield
    structlog.configure(**before)
