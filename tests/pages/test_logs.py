"""The log says where, never what."""

import logging
import sys
import threading

import pytest

from pages.ui import logs

SECRET = "s17-diagnosis"


def failed():
    try:
        raise KeyError(SECRET)
    except KeyError as inner:
        try:
            raise ValueError(f"row of {SECRET}") from inner
        except ValueError as error:
            return error


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Quiet for the time of a test."""
    before = logging.getLogRecordFactory(), sys.excepthook, threading.excepthook
    monkeypatch.setattr(logs.LOGGER, "propagate", False)
    logs.quiet()
    yield
    logging.setLogRecordFactory(before[0])
    sys.excepthook, threading.excepthook = before[1:]


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        assert record.exc_info is None  # a formatter that prints more than the text finds nothing
        self.said.append(self.format(record))


@pytest.fixture
def log():
    logger, handler = logging.getLogger("somebody.else"), Kept()
    logger.addHandler(handler)
    logger.propagate = False
    logs.LOGGER.addHandler(handler)
    yield logger, handler.said
    logger.removeHandler(handler)
    logs.LOGGER.removeHandler(handler)


def test_tracebacks_name_types_and_lines_and_quote_nothing(log):
    logger, said = log
    logger.error("Uncaught app execution", exc_info=failed())
    (text,) = said
    assert SECRET not in text
    assert text.startswith("Uncaught app execution")
    assert "ValueError" in text and "KeyError" in text and "test_logs.py" in text


def test_exceptions_as_messages_are_named(log):
    logger, said = log
    logger.warning(failed())
    logger.warning("it was %s in %s", failed(), "a file")
    assert said == ["ValueError", "it was ValueError in a file"]


def test_threads_and_the_main_program_too(log):
    _, said = log

    def fail():
        raise failed()

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = failed()
    sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(said) == 2
    assert all("ValueError" in text and SECRET not in text for text in said)


def test_other_records_stay(log):
    logger, said = log
    logger.error("%s of %d", "one", 2)
    logs.quiet()  # twice is once
    logger.error("%(a)s", {"a": 1})
    assert said == ["one of 2", "1"]


def test_exceptions_that_led_to_each_other_end():
    one, two = ValueError("a"), KeyError("b")
    one.__context__, two.__context__ = two, one
    assert logs.where(one) == "ValueError\n\nafter\n\nKeyError"
