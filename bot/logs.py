"""Logs: one JSON or console line an event, a fixed phrase with fields, never a value that a person wrote."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_OURS = ("bot", "web", "scheduler", "handlers", "knowledge", "storage", "domain")
_ROOT = Path(__file__).resolve().parents[1]
_QUIET = ("httpx", "httpcore", "aiohttp", "apscheduler", "aiogram", "uvicorn.access", "uvicorn.error", "asyncio",
          "sqlalchemy", "alembic")  # fmt: skip
_OWN_FIELDS = {
    "inbox_id", "outbox_id", "case_id", "question_id", "tenant_id", "channel_id", "kind", "where", "count", "seconds",
    "job", "attempts", "status", "method", "path", "due_on", "reason",
}  # fmt: skip
# Where a value may begin in a sentence that a library put together: a quote, bracket, colon, digit or line break.
_VALUE = re.compile(r"[\n'\"`<>(){}\[\]:=%/@0-9]")

log = logging.getLogger(__name__)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """The library would print the values of the line that it could not write."""
        self.stream.write(f"a log line of {record.name}:{record.lineno} could not be written\n")


def set_up(level: str) -> None:
    """Send our loggers to stderr. Foreign libraries speak only in warnings, and without their values."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=_OWN_FIELDS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    renderer: Processor
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
            use_get_message=False,  # the phrase alone, without its arguments
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _last_words
    threading.excepthook = _last_words_of_thread


def frames(error: BaseException, trace: TracebackType | None) -> str:
    """The traceback without the exception's message and without source values, which may hold a person's words."""
    rows = list(traceback.extract_tb(trace))
    shown = [row for row in rows[:-1] if _is_ours(row.filename)][-7:] + rows[-1:]
    places = " < ".join(f"{row.filename.rsplit('/', 1)[-1]}:{row.lineno} {row.name}" for row in reversed(shown))
    return f"{type(error).__name__} at {places}"


def _is_ours(filename: str) -> bool:
    """A library's own frames would push ours out of sight."""
    path = Path(filename)
    return path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in (*_OURS, "tests")


def _without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[1] is not None:
        event["error"] = frames(info[1], info[2])
    event.pop("stack_info", None)
    if record.name.partition(".")[0] not in _OURS:
        phrase = _VALUE.split(str(event["event"]), maxsplit=1)[0].strip() if isinstance(record.msg, str) else ""
        event["event"] = phrase or type(record.msg).__name__
        event["where"] = f"{record.filename}:{record.lineno}"
    return event


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught: the operator learns what and where, not whose words it was about."""
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the process ends", exc_info=(kind, error, trace))


def _last_words_of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        log.critical("a thread ends", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
