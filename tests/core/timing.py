"""How long a call takes, on a machine that does other things too."""

import time
from collections.abc import Callable


def fastest(call: Callable[[], object]) -> float:
    """How many seconds a call takes; the best of three, since other programs take time too."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return min(taken)
