"""Measure whether the real server copes with a full lecture hall throughout a long run:

    python -m tests.benchmarks.hall
    python -m tests.benchmarks.hall --minutes 1 --watchers 20 --visitors 5    (a short one)

One run goes on all the time. Many visitors watch the run, and others click from page to page with the run in view. The
command prints a line for each minute, since the cost of a page must not grow with the run.
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

from core.runs.run_database import RunDatabase
from tests.benchmarks.crowd import MEGABYTE, click, cpu_seconds, long_run, milliseconds, newest, opened, p95
from tests.benchmarks.visitor import arrive, events
from tests.server import Server, serve, wait_for

MINUTES, WATCHERS, VISITORS = 5, 300, 60
PAGES_EACH_SECOND = 16.0  # the pages that all visitors together open
PAGES = ("train", "define", "stage", "evaluate", "load", "compile", "runs")  # the pages that visitors open, in turn
WANTED_P95 = 0.5  # the highest good 95th percentile of a page, in seconds


@dataclass(frozen=True)
class Minute:
    """The measurements of a minute."""

    times: tuple[float, ...]  # the seconds of each page
    share: float  # the share of a core that the server took
    memory: float  # the server's memory, in bytes
    num_events: int  # the number of the run's events at the end of the minute


def count_events(database: RunDatabase, run: str) -> int:
    """Return the number of a run's events on disk."""
    return len(database.events(run))


async def visit(url: str, run: str, pause: float, drawn: list[float], chance: random.Random) -> None:
    """Click from page to page with a run in view, without end.

    Parameters
    ----------
    url
        The address of the server.
    run
        The id of the run.
    pause
        The average seconds from one click to the next.
    drawn
        A list to which the seconds of each page are appended.
    chance
        The random generator that varies the pauses.
    """
    await asyncio.sleep(chance.uniform(0.0, pause))
    async with arrive(url, secrets.token_urlsafe(16)) as visitor:
        visitor.query = f"run={run}"
        for page in itertools.cycle(PAGES):
            clicked = time.monotonic()
            drawn.append(await visitor.open(page))
            await asyncio.sleep(max(0.0, clicked + chance.uniform(0.5, 1.5) * pause - time.monotonic()))


def click_pages(url: str, run: str, visitors: int, times: "object") -> None:
    """Run all clicking visitors in this process, and put the seconds of their pages into the queue every second."""

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
    """Run all watchers in this process, without end."""

    async def follow() -> None:
        async for _ in events(url):
            pass

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(watchers):
                group.create_task(follow())

    asyncio.run(all_of_them())


def measure(server: Server, database: RunDatabase, minutes: int, watchers: int, visitors: int) -> list[Minute]:
    """Start a run, let all watchers and visitors come, and return the measurements of each minute."""
    database.edit_draft("lecturer", long_run())
    asyncio.run(click(server, "lecturer", "line-train"))
    run = newest(database, "lecturer")
    wait_for(lambda: newest(database, "lecturer").state == "training", 600, "the run's start")
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
        times.get()  # the first pages: the visitors have started
        for number in range(1, minutes + 1):
            drawn: list[float] = []
            before, started = cpu_seconds(process), time.monotonic()
            while time.monotonic() < started + 60.0:
                drawn += times.get()
            share = (cpu_seconds(process) - before) / (time.monotonic() - started)
            assert drawn, "no page was drawn"
            minute = Minute(tuple(drawn), share, process.memory_info().rss, count_events(database, run.id))
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
        opened(Path(folder) / "runs.sqlite") as database,
    ):
        found = measure(server, database, chosen.minutes, chosen.watchers, chosen.visitors)
    first, last = found[0], found[-1]
    print("from the first minute to the last, beside what is wanted:")
    print(f"    p95 of pages   {p95(first.times):.2f} to {p95(last.times):.2f} s   at most {WANTED_P95} s")
    print(f"    server         {first.share:.2f} to {last.share:.2f} of a core   flat")
    print(f"    memory         {first.memory / MEGABYTE:.0f} to {last.memory / MEGABYTE:.0f} MB   flat")


if __name__ == "__main__":
    main()
