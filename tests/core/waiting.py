"""Wait for conditions, never for a time."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait until a condition holds; how many seconds it took."""
    started = time.monotonic()
    while not condition():
        taken = time.monotonic() - started
        assert taken < seconds, f"still not so after {seconds} s"
        time.sleep(0.005)
    return time.monotonic() - started


def fastest(call: Callable[[], object]) -> float:
    """How many seconds a call takes; the best of three, since other programs take time too."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return min(taken)
