"""Tracebacks in the log: a few a minute whole, the others in one line."""

import io
import logging

from pages.shell.log_limits import MOST_TRACEBACKS, TracebackLimiter


def test_tracebacks_beyond_a_limit_are_one_line_each() -> None:
    now, written = 0.0, io.StringIO()
    handler = logging.StreamHandler(written)
    make = TracebackLimiter(logging.LogRecord, lambda: now)

    def fail(times: int) -> int:
        """How many lines the log gets of so many errors."""
        before = len(written.getvalue().splitlines())
        for _ in range(times):
            try:
                raise ValueError("forged")
            except ValueError as error:
                info = (ValueError, error, error.__traceback__)
                handler.emit(make("a", logging.ERROR, "file", 1, "failed for %s", ("bob",), info))
        return len(written.getvalue().splitlines()) - before

    whole = fail(MOST_TRACEBACKS)
    assert whole > 3 * MOST_TRACEBACKS
    assert fail(1_000) == 1_000
    assert written.getvalue().endswith("failed for bob (traceback left out: there were more than 20 in a minute)\n")
    now = 60.0
    assert fail(1) == whole / MOST_TRACEBACKS, "a minute later the next ones are whole again"
