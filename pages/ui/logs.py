"""A log that says where something failed and never what was in it.

The message of an exception may quote a cell, a column or a sample: with a diagnosis that is health
data, and logs are kept, copied and sent around.  So whatever is logged in this process, by the app
or by a library, has exceptions as their type and the lines of code that they passed through.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

LOGGER = logging.getLogger("latent_lab")


def quiet() -> None:
    """From now on no record of any logger, and no uncaught exception, quotes what it failed on."""
    if getattr(logging.getLogRecordFactory(), "quotes_nothing", False):
        return
    made = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401
        return unquoted(made(*args, **kwargs))

    record.quotes_nothing = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def unquoted(record: logging.LogRecord) -> logging.LogRecord:
    """The record without the messages of exceptions."""
    if isinstance(record.msg, BaseException):
        record.msg = _name(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(
            _name(arg) if isinstance(arg, BaseException) else arg for arg in record.args
        )
    if record.exc_info:
        record.exc_text = where(record.exc_info[1])
        record.exc_info = None
    return record


def where(error: BaseException | None) -> str:
    """Types and lines of code of an exception and of those that led to it.

    >>> where(ValueError("s17 has a diagnosis"))
    'ValueError'
    """
    said: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said.append("".join(traceback.format_tb(error.__traceback__)) + _name(error))
        error = error.__cause__ or error.__context__
    return "\n\nafter\n\n".join(said)


def _name(error: BaseException) -> str:
    return type(error).__name__


def _uncaught(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,  # noqa: ARG001 (the exception has it)
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    LOGGER.error("Uncaught exception\n%s", where(error) or kind.__name__)
