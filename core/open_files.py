"""The limit of open files of this process. Each open page counts, since a connection is a file to the system."""

import logging
import sys
import time
from typing import Any

import psutil

ENOUGH_FILES = 65_536  # open files; more are of no use, even if the system allows them
FEWEST_KEPT = 64  # open files that are kept for the workers, the database and the pages that are already open
SHARE_KEPT = 0.1  # the share of the limit that is kept for the same files
FILES_OF_A_PAGE = 2  # the connection of the page, and the stream of the watched run
FILES_OF_THE_SERVER = 100  # 60 were measured for a server with its workers
EXHAUSTED = "out of system resource"  # words of asyncio's message about a connection that cannot be accepted
TELL_EVERY_SECONDS = 60.0


def raise_limit() -> None:
    """Allow this process and its child processes as many open files as the system allows."""
    if sys.platform == "win32":  # Windows has no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for most in (ENOUGH_FILES, 10_240):  # macOS names no limit and refuses more than 10,240
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            if soft != resource.RLIM_INFINITY and wanted > soft:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return
        except (ValueError, OSError):
            continue


def limit() -> int | None:
    """Return the number of files that this process may have open. Return None if the system sets no limit."""
    if sys.platform == "win32":
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def used() -> int:
    """Return the number of files that this process has open."""
    return int(psutil.Process().num_fds())


def has_room() -> bool:
    """Return whether another page may be opened. Some files are kept for the pages that are already open."""
    most = limit()
    return most is None or used() < most - max(FEWEST_KEPT, int(SHARE_KEPT * most))


def room_for_pages(most: int) -> int:
    """Return the number of pages that may be open at the same time, if `most` files may be open."""
    return max(0, (most - max(FEWEST_KEPT, int(SHARE_KEPT * most)) - FILES_OF_THE_SERVER) // FILES_OF_A_PAGE)


class OpenFilesErrorHandler:
    """An asyncio exception handler that logs at most once a minute that the server has no open files left for connections.

    Without this handler, asyncio tries to accept 2,048 times in a row and logs each failure, which makes megabytes a second.
    """

    def __init__(self) -> None:
        self._told = -TELL_EVERY_SECONDS

    def __call__(self, loop: Any, context: dict[str, Any]) -> None:
        if EXHAUSTED not in context.get("message", ""):
            loop.default_exception_handler(context)
        elif time.monotonic() - self._told >= TELL_EVERY_SECONDS:
            self._told = time.monotonic()
            words = "All %s open files of the server are in use: nobody new gets in. docs/hosting.md says how to allow more."
            logging.getLogger("dashboard").error(words, limit())
