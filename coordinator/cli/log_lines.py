"""Log lines: one per thing that matters, for a console or as JSON, never with a name or phone."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from coordinator.cli.terminal import harmless
from coordinator.settings import Settings

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def _harmless(_: Any, __: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: harmless(it) if isinstance(it, str) else it for name, it in told.items()}


def set_up_logging(settings: Settings, *, quiet: bool = False) -> None:
    """Send log lines to standard error; `quiet` keeps what is below a warning back."""
    level = max(_LEVELS[settings.log_level], logging.WARNING if quiet else 0)
    shape: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            exception_formatter=structlog.dev.plain_traceback, colors=sys.stderr.isatty()
        )
    )
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.log_format == "json":
        processors.append(structlog.processors.format_exc_info)
    # Behind `Shown`, where the renderer's own colours pass: what it is given is text by then.
    stream = getattr(sys.stderr, "rich_proxied_file", sys.stderr)
    structlog.configure(
        processors=[*processors, _harmless, shape],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
