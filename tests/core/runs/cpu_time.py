"""How much of the processor a call takes, on a machine that does other things too."""

import time
from collections.abc import Callable


def fastest(call: Callable[[], object]) -> float:
    """The processor time of a call in its thread, in seconds: the best of three, since programs share the processor."""
    taken = []
    for _ in range(3):
        started = time.thread_time()
        call()
        taken.append(time.thread_time() - started)
    return min(taken)
