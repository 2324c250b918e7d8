"""Logs as JSON lines that cannot leak: only keys on a list get out, and errors lose their words.

Drivers and validators put the rejected value into an error's text, so of an error only its type,
its SQLSTATE, its constraint and the places it passed through are written.
"""

import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from opentelemetry.trace import get_current_span

Line = MutableMapping[str, Any]
Write = Callable[[str], object]

_KEYS = """
    event level logger timestamp service version trace_id span_id parent_id span council reference
    method route status ms client kind to purpose
    topic partition offset group type message_id sequence count rows attempt lag loop timer
    stage revision seconds waited_ms held slug reason action outcome
    error caused_by sqlstate constraint table where fields
    host port environment issuer audience settings
    dropped repeated
"""
ALLOWED_KEYS = frozenset(_KEYS.split())
TRUSTED_ARGUMENTS = ("uvicorn.error", "aiokafka", "alembic", "chassis", "services", "deploy")
NOISY = ("aiokafka", "kafka", "faststream", "sqlalchemy.pool", "psycopg.pool", "asyncio")
MUTE_TEXT = ("faststream", "pydantic", "sqlalchemy.engine")
UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access")
QUIETER = {
    "httpx": logging.WARNING,  # its lines are whole addresses
    "aiohttp.access": logging.ERROR,
    "aiokafka.conn": logging.WARNING,  # below it, it tells the user name
}
LONGEST = 300
HELD_SECONDS = 30.0

_counts = {"dropped": 0, "repeated": 0}


def held_back() -> dict[str, int]:
    """Count the keys that were not on the list and the lines that only repeated others."""
    return dict(_counts)


def set_up_logs(
    service: str, level: str = "info", *, write: Write | None = None, also: Iterable[str] = ()
) -> None:
    """Route structlog and the standard library's loggers into one safe stream of JSON lines.

    Args:
        service: Stands in every line.
        level: Lines below it are not written.
        write: Takes each line; standard output unless given.
        also: Further keys that this process may write.
    """
    keys = ALLOWED_KEYS | frozenset(also)
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Stamp(service),
            _without_words,
            _Allow(keys),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Out(write),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Foreign(structlog.get_logger())]
    root.setLevel(max(number, logging.INFO))
    for name in UVICORN:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    for name, least in QUIETER.items():
        logging.getLogger(name).setLevel(least)


def current_ids() -> tuple[str | None, str | None]:
    """Tell the trace id (32 hexadecimal digits) and the span id (16) of the work under way."""
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return None, None
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


def described(error: BaseException) -> dict[str, Any]:
    """Tell of an error what holds no values: types, SQLSTATE, constraint, and its places."""
    told: dict[str, Any] = {"error": _name(error), "where": _places(error)}
    cause = getattr(error, "orig", None) or error.__cause__
    if cause is not None:
        told["caused_by"] = _name(cause)
    diag = getattr(cause or error, "diag", None)
    for key, attribute in (("constraint", "constraint_name"), ("table", "table_name")):
        if value := getattr(diag, attribute, None):
            told[key] = value
    if state := getattr(cause or error, "sqlstate", None):
        told["sqlstate"] = state
    return told


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(f.filename).stem}.{f.name}:{f.lineno}" for f in frames[-6:]]


class _Out:
    """Writes to today's standard output, whoever has replaced it since the start."""

    def __init__(self, write: Write | None) -> None:
        self._write = write

    def msg(self, line: str) -> None:
        if self._write is not None:
            self._write(line)
        else:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    debug = info = warning = error = critical = exception = log = msg


class _Stamp:
    """Says which service and which trace a line belongs to."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: object, _method: str, line: Line) -> Line:
        line.setdefault("service", self._service)
        trace_id, span_id = current_ids()
        if trace_id:
            line.setdefault("trace_id", trace_id)
            line.setdefault("span_id", span_id)
        return line


def _without_words(_logger: object, _method: str, line: Line) -> Line:
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    elif isinstance(info, tuple):
        info = info[1]
    if isinstance(error := line.get("error"), BaseException):
        info = error
        del line["error"]
    if isinstance(info, BaseException):
        line.update(described(info))
    line.pop("stack_info", None)
    return line


class _Allow:
    """Lets out listed keys with plain values; counts the rest without naming their content."""

    def __init__(self, keys: frozenset[str]) -> None:
        self._keys = keys

    def __call__(self, _logger: object, _method: str, line: Line) -> Line:
        kept = {key: _plain(value) for key, value in line.items() if key in self._keys}
        if dropped := len(line) - len(kept):
            _counts["dropped"] += dropped
            kept["dropped"] = dropped
        return kept


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            plain: object = value
        case BaseException():
            plain = _name(value)
        case Enum():
            plain = _plain(value.value)
        case str() | UUID() | datetime():
            plain = str(value)[:LONGEST]
        case dict():
            plain = {str(key)[:60]: _plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            plain = [_plain(inner) for inner in value]
        case _:
            plain = type(value).__qualname__
    return plain


class _Foreign(logging.Handler):
    """Takes the standard library's records; of most it keeps the template, not the arguments."""

    def __init__(self, logger: Any) -> None:
        super().__init__()
        self._logger = logger
        self._seen: dict[tuple[str, str, int], tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        repeated = self._repeated(record)
        if repeated is None:
            return
        line: dict[str, Any] = {"logger": record.name, "exc_info": record.exc_info}
        if repeated:
            line["repeated"] = repeated
        self._logger.log(record.levelno, _said(record), **line)

    def _repeated(self, record: logging.LogRecord) -> int | None:
        """Tell how many like it were held since the last one written; None holds this one too."""
        if not record.name.startswith(NOISY):
            return 0
        key, now = (record.name, record.pathname, record.lineno), time.monotonic()
        since, held = self._seen.get(key, (-HELD_SECONDS, 0))
        if now - since < HELD_SECONDS:
            _counts["repeated"] += 1
            self._seen[key] = (since, held + 1)
            return None
        self._seen[key] = (now, 0)
        return held


def _said(record: logging.LogRecord) -> str:
    if record.name.startswith(MUTE_TEXT):
        return f"{record.module}.{record.funcName}"
    if record.name.startswith(TRUSTED_ARGUMENTS):
        return record.getMessage().partition("\n")[0][:LONGEST]
    return str(record.msg).partition("\n")[0][:LONGEST]
