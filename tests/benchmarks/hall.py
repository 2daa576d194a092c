"""Whether the server bears a full lecture hall for as long as a run goes on, measured on the real server:

    python -m tests.benchmarks.hall
    python -m tests.benchmarks.hall --minutes 1 --watchers 20 --visitors 5    (a short one)

One run goes on all the time. Many watch it; others click from page to page, on each of which that run is in view. What a
page costs must not grow with the run: each minute has a line of its own.
"""

import argparse
import asyncio
import itertools
import random
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psutil

from core.runs.store import Ledger
from tests.benchmarks.crowd import MEGABYTE, click, cpu_seconds, long_run, milliseconds, newest, opened, p95
from tests.benchmarks.visitor import arrive, events
from tests.server import Server, serve, wait_for

MINUTES, WATCHERS, VISITORS = 5, 300, 60
PAGES_EACH_SECOND = 16.0  # of all visitors together
PAGES = ("train", "define", "stage", "evaluate", "load", "compile", "runs")  # what they look at, in turn
WANTED_P95 = 0.5  # seconds


@dataclass(frozen=True)
class Minute:
    """What one minute brought."""

    times: tuple[float, ...]  # seconds, of each page
    share: float  # of one core, which the server took
    memory: float  # the server's, bytes
    num_events: int  # of the run, by its end


def count_events(ledger: Ledger, run: str) -> int:
    """How many events of a run are on disk: reports ten times a second, and what comes with them."""
    return len(ledger.events(run))


async def visit(url: str, run: str, pause: float, drawn: list[float], chance: random.Random) -> None:
    """Click from page to page with a run in view; without end.

    Arguments:
        url: of the server.
        run: the id of the run.
        pause: seconds from one click to the next, on average.
        drawn: takes the seconds that each page took.
        chance: by which the pauses differ.
    """
    await asyncio.sleep(chance.uniform(0.0, pause))
    async with arrive(url, secrets.token_urlsafe(16)) as visitor:
        visitor.query = f"run={run}"
        for page in itertools.cycle(PAGES):
            clicked = time.monotonic()
            drawn.append(await visitor.open(page))
            await asyncio.sleep(max(0.0, clicked + chance.uniform(0.5, 1.5) * pause - time.monotonic()))


def click_pages(url: str, run: str, visitors: int, times: "object") -> None:
    """All visitors, in a process of their own; the seconds of each page go into a queue."""

    async def all_of_them() -> None:
        drawn: list[float] = []
        chance = random.Random(0)
        async with asyncio.TaskGroup() as group:
            for _ in range(visitors):
                group.create_task(visit(url, run, visitors / PAGES_EACH_SECOND, drawn, chance))
            while True:
                await asyncio.sleep(1.0)
                times.put(list(drawn))
                drawn.clear()

    asyncio.run(all_of_them())


def watch_run(url: str, watchers: int) -> None:
    """All watchers, in a process of their own, without end."""

    async def follow() -> None:
        async for _ in events(url):
            pass

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(watchers):
                group.create_task(follow())

    asyncio.run(all_of_them())


def measure(server: Server, ledger: Ledger, minutes: int, watchers: int, visitors: int) -> list[Minute]:
    """Start a run, let all come, and take what each minute brings."""
    ledger.edit_draft("lecturer", long_run())
    asyncio.run(click(server, "lecturer", "line-train"))
    run = newest(ledger, "lecturer")
    wait_for(lambda: newest(ledger, "lecturer").state == "training", 600, "the run's start")
    context = get_context("spawn")
    found = []
    process = psutil.Process(server.process.pid)
    with context.Manager() as manager:
        times = manager.Queue()
        workers = (
            context.Process(target=watch_run, args=(f"{server.url}/live/{run.id}", watchers)),
            context.Process(target=click_pages, args=(server.url, run.id, visitors, times)),
        )
        for worker in workers:
            worker.start()
        times.get()  # all are there
        for number in range(1, minutes + 1):
            drawn: list[float] = []
            before, started = cpu_seconds(process), time.monotonic()
            while time.monotonic() < started + 60.0:
                drawn += times.get()
            share = (cpu_seconds(process) - before) / (time.monotonic() - started)
            assert drawn, "no page was drawn"
            minute = Minute(tuple(drawn), share, process.memory_info().rss, count_events(ledger, run.id))
            print(
                f"minute {number}: {len(drawn) / 60:.1f} pages/s, median {milliseconds(statistics.median(drawn))}, "
                f"p95 {milliseconds(p95(drawn))}, longest {milliseconds(max(drawn))}; server {share:.2f} of a core, "
                f"{minute.memory / MEGABYTE:.0f} MB; the run has {minute.num_events:,} events",
                flush=True,
            )
            found.append(minute)
        for worker in workers:
            worker.terminate()
            worker.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition(":")[0])
    parser.add_argument("--minutes", type=int, default=MINUTES)
    parser.add_argument("--watchers", type=int, default=WATCHERS)
    parser.add_argument("--visitors", type=int, default=VISITORS, help="how many click from page to page")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as server,
        opened(Path(folder) / "runs.sqlite") as ledger,
    ):
        found = measure(server, ledger, chosen.minutes, chosen.watchers, chosen.visitors)
    first, last = found[0], found[-1]
    print("from the first minute to the last, beside what is wanted:")
    print(f"    p95 of pages   {p95(first.times):.2f} to {p95(last.times):.2f} s   at most {WANTED_P95} s")
    print(f"    server         {first.share:.2f} to {last.share:.2f} of a core   flat")
    print(f"    memory         {first.memory / MEGABYTE:.0f} to {last.memory / MEGABYTE:.0f} MB   flat")


if __name__ == "__main__":
    main()
