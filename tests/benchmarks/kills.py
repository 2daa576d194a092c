"""Measure how soon all processes of a server are gone that is killed (signal 9) soon after its first answer:

python -m tests.benchmarks.kills
"""

import tempfile
import time
from pathlib import Path

from tests.server import processes_of, serve, wait_for

DELAYS = (0.0, 1.0, 2.0, 5.0)  # seconds from the first answer to the kill
TIMES = 5
WANTED_SECONDS = 10.0
PATIENCE = 180.0


def seconds_until_gone(delay: float) -> tuple[int, float]:
    """Kill a server `delay` seconds after its first answer. Return its processes, and the seconds until all had ended."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder), set_up=False) as server:
        time.sleep(delay)
        number = len(processes_of(Path(folder)))
        server.process.kill()
        killed = time.monotonic()
        server.process.wait()
        wait_for(lambda: not processes_of(Path(folder)), PATIENCE, "all processes to end")
        return number, time.monotonic() - killed


def main() -> None:
    for delay in DELAYS:
        measured = [seconds_until_gone(delay) for _ in range(TIMES)]
        longest = max(seconds for _, seconds in measured)
        each = ", ".join(f"{seconds:.1f} s of {number}" for number, seconds in measured)
        print(f"killed after {delay:g} s: gone after {each} processes; longest {longest:.1f} s, wanted {WANTED_SECONDS:g} s")


if __name__ == "__main__":
    main()
