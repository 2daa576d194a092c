"""A limit on the CPU time for the check of an uploaded deck."""

import math
import time


class TooMuchComputing(Exception):
    """Raised when the check of a deck has used all its CPU time."""


class ComputingTime:
    """A limit on the CPU time of this thread, counted from the creation of the object.

    Parameters
    ----------
    seconds
        The CPU time that this thread may take. Other threads and processes do not count.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._end = time.thread_time() + seconds

    def check(self) -> None:
        """Raise TooMuchComputing if the limit is exceeded."""
        if time.thread_time() > self._end:
            raise TooMuchComputing
