"""A limit on tracebacks in the log, since anybody who forges a browser's messages can cause thousands of them."""

import logging
import time
from collections.abc import Callable
from typing import Any

MOST_TRACEBACKS = 20  # a minute
MINUTE = 60.0  # seconds
LEFT_OUT = " (traceback left out: there were more than %d in a minute)"


class TracebackLimiter:
    """A factory of log records that leaves out the tracebacks beyond a limit.

    Parameters
    ----------
    make
        The factory that makes the records.
    now
        The clock, in seconds.
    """

    def __init__(self, make: Callable[..., logging.LogRecord], now: Callable[[], float] = time.monotonic) -> None:
        self._make, self._now = make, now
        self._began, self._count = now(), 0

    def __call__(self, *arguments: Any, **named: Any) -> logging.LogRecord:
        record = self._make(*arguments, **named)
        if record.exc_info and not self._has_room():
            record.exc_info = None
            record.msg = f"{record.getMessage()}{LEFT_OUT % MOST_TRACEBACKS}"
            record.args = ()
        return record

    def _has_room(self) -> bool:
        if self._now() - self._began >= MINUTE:
            self._began, self._count = self._now(), 0
        self._count += 1
        return self._count <= MOST_TRACEBACKS


def limit_tracebacks() -> None:
    """Limit the tracebacks in the log of this process."""
    if not isinstance(logging.getLogRecordFactory(), TracebackLimiter):
        logging.setLogRecordFactory(TracebackLimiter(logging.getLogRecordFactory()))
