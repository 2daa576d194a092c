"""Measure how the real server copes with a whole room:

    python -m tests.benchmarks.crowd
    python -m tests.benchmarks.crowd --watchers 1 5 --visitors 3    (a short one)

First, many watchers follow one run: the command measures how late the events arrive, and how much they cost the server. Then
many visitors each train a network, and look at pages while they wait for their run. The watchers and visitors run in other
processes than the server, but on the same machine, and the trained network takes the rest of the processor. So compare only
times of the same machine.
"""

import argparse
import asyncio
import itertools
import math
import multiprocessing
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from core.catalogue.datasets import missing_files
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from core.runs.states import FINAL
from tests.benchmarks.visitor import Visitor, arrive, events
from tests.server import Server, serve, wait_for

WATCHERS = (1, 100, 300)  # a single person, a lecture hall, and three lecture halls
VISITORS = 30  # a class in a computer room
MEASURED_SECONDS = 15.0  # for each group: more than two epochs with validation, and some 150 events for each watcher
ARRIVE_SECONDS = 10.0  # all visitors come within this time, as after a lecturer's "open it now"
LOOK_SECONDS = (2.0, 8.0)  # the random time that a visitor spends on a page; with equal times, visitors would never collide
PAGES = ("load", "define", "train", "evaluate")  # the pages that visitors open, in turn
EPOCHS = 1000  # the epochs of the watched run, which is stopped long before its end
PATIENCE_SECONDS = 900.0  # the longest time for the runs of all visitors
MEMORY_EVERY_SECONDS = 0.2  # the time between two measurements of the server's memory
MEGABYTE = 1e6


# Watchers


@dataclass(frozen=True)
class Watched:
    """The measurements of a group of watchers: the lags of events, and the cost for the server."""

    lags: tuple[float, ...]  # seconds from each event to its arrival, for all watchers together
    rates: tuple[float, ...]  # events per second, of each watcher
    share: float  # the share of a core that the server's process took
    memory: float  # the resident set size of the server's process, in bytes


async def watch(url: str, pid: int, watchers: int) -> Watched:
    """Let watchers follow a run, and measure for `MEASURED_SECONDS` once all watchers are connected.

    Parameters
    ----------
    url
        The address of the run's event stream.
    pid
        The id of the server's process.
    watchers
        The number of watchers.
    """
    began = math.inf
    connected = [asyncio.Event() for _ in range(watchers)]
    lags: list[float] = []
    counts = [0] * watchers

    async def follow(number: int) -> None:
        async for event in events(url):
            now = time.time()
            connected[number].set()
            if event.get("at", 0.0) >= began:  # the history and the server's own events have no time
                lags.append(now - event["at"])
                counts[number] += 1

    server = psutil.Process(pid)
    async with asyncio.TaskGroup() as group:
        following = [group.create_task(follow(number)) for number in range(watchers)]
        await asyncio.gather(*(one.wait() for one in connected))
        began, before, started = time.time(), cpu_seconds(server), time.perf_counter()
        await asyncio.sleep(MEASURED_SECONDS)
        seconds = time.perf_counter() - started
        share, memory = (cpu_seconds(server) - before) / seconds, server.memory_info().rss
        for task in following:
            task.cancel()
    return Watched(tuple(lags), tuple(count / seconds for count in counts), share, memory)


def watch_apart(url: str, pid: int, watchers: int) -> Watched:
    """Call `watch` in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_watch_here, url, pid, watchers).result()


def _watch_here(url: str, pid: int, watchers: int) -> Watched:
    return asyncio.run(watch(url, pid, watchers))


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process so far, without its children."""
    times = process.cpu_times()
    return times.user + times.system


def long_run() -> Experiment:
    """Return an experiment whose run reports ten times a second, for longer than the measurement."""
    dataset = "digits" if missing_files("fashion_mnist") else "fashion_mnist"
    experiment = lecture_experiment(dataset)
    batch_size = 1 if dataset == "digits" else experiment.fit.batch_size  # small epochs need small batches
    return replace(experiment, fit=replace(experiment.fit, epochs=EPOCHS, batch_size=batch_size))


def measure_watchers(server: Server, database: RunDatabase, groups: Iterable[int]) -> Watched:
    """Start a run, let one group after another watch the run, and stop the run. Return the last group's measurements."""
    lecturer = "lecturer"
    database.edit_draft(lecturer, long_run())
    asyncio.run(click(server, lecturer, "line-train"))
    run = newest(database, lecturer)
    print(f"a run on {run.experiment.data.entry.title}, watched for {MEASURED_SECONDS:.0f} s by each group:")
    wait_for(lambda: newest(database, lecturer).state == "training", 120, "the run's start")
    for watchers in groups:
        watched = watch_apart(f"{server.url}/live/{run.id}", server.process.pid, watchers)
        print(
            f"{watchers:5} watchers: lag median {milliseconds(statistics.median(watched.lags))}, "
            f"p95 {milliseconds(p95(watched.lags))}; server {watched.share:.2f} of a core, "
            f"{watched.memory / MEGABYTE:.0f} MB RSS; "
            f"each got {min(watched.rates):.1f} to {max(watched.rates):.1f} events/s"
        )
    asyncio.run(click(server, lecturer, "stop"))
    wait_for(lambda: newest(database, lecturer).result, 60, "the stopped run's evaluation")
    return watched


async def click(server: Server, name: str, button: str) -> None:
    """Open Train as the visitor of this name, and press a button on the page."""
    async with arrive(server.url, name) as visitor:
        await visitor.open("train")
        await visitor.press(button)


def newest(database: RunDatabase, name: str) -> Run:
    """Return a visitor's newest run."""
    found = database.runs_of(name, 1)
    assert found, f"{name} pressed Train, and no run came of it"
    return found[0]


# Visitors


@dataclass
class Room:
    """A class of visitors, and how long they waited for their pages."""

    server: Server
    database: RunDatabase
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    drawn: dict[str, list[float]] = field(default_factory=dict)  # seconds, by the page or action
    memory: float = 0.0  # the server's peak, in bytes

    def note(self, what: str, seconds: float) -> None:
        self.drawn.setdefault(what, []).append(seconds)

    @property
    def times(self) -> list[float]:
        """The seconds of all pages and actions together."""
        return list(itertools.chain.from_iterable(self.drawn.values()))


async def visit(room: Room, name: str) -> None:
    """Act as a visitor: open Train, start a run, look at pages until the run is over, and then open its result."""
    await asyncio.sleep(room.chance.uniform(0.0, ARRIVE_SECONDS))
    async with arrive(room.server.url, name) as visitor:
        room.note("first page", await visitor.open("train"))
        room.note("Train pressed", await visitor.press("line-train"))
        run = newest(room.database, name)
        states: asyncio.Queue[str] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(tell_states(f"{room.server.url}/live/{run.id}", states))
            for page in itertools.cycle(PAGES):
                room.note(page, await visitor.open(page))
                if await look(room, visitor, states) in FINAL:
                    break
        room.note("own result", await visitor.open("evaluate"))


async def tell_states(url: str, states: asyncio.Queue[str]) -> None:
    """Put each new state of a run into the queue, as the progress line in a browser reports the state."""
    known = "queued"
    async for event in events(url):
        for one in event.get("events", (event,)):
            if one["kind"] == "state" and one["state"] != known:
                known = one["state"]
                states.put_nowait(known)


async def look(room: Room, visitor: Visitor, states: asyncio.Queue[str]) -> str:
    """Look at a page for a while, and redraw the page at each new state of the run.

    Return the last new state, or an empty string if the state did not change.
    """
    state, until = "", time.monotonic() + room.chance.uniform(*LOOK_SECONDS)
    while state not in FINAL:
        try:
            state = await asyncio.wait_for(states.get(), until - time.monotonic())
        except TimeoutError:
            break
        room.note("state changed", await visitor.redraw())
    return state


async def note_memory(room: Room) -> None:
    """Measure the memory of the server's process again and again, and save the peak."""
    server = psutil.Process(room.server.process.pid)
    while True:
        room.memory = max(room.memory, server.memory_info().rss)
        await asyncio.sleep(MEMORY_EVERY_SECONDS)


async def fill(room: Room, names: list[str]) -> None:
    """Let all visitors come, and wait until the run of each visitor is over."""
    watching = asyncio.create_task(note_memory(room))
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(visit(room, name))
    watching.cancel()


def measure_visitors(server: Server, database: RunDatabase, visitors: int) -> tuple[Room, int]:
    """Measure a class of visitors. Return how long they waited, and how many of their runs finished."""
    names = [secrets.token_urlsafe(16) for _ in range(visitors)]
    for name in names:
        database.edit_draft(name, lecture_experiment("digits"))
    room = Room(server, database)
    before, started = cpu_seconds(psutil.Process(server.process.pid)), time.perf_counter()
    asyncio.run(fill(room, names))
    seconds = time.perf_counter() - started
    share = (cpu_seconds(psutil.Process(server.process.pid)) - before) / seconds
    states = [run.state for name in names for run in database.runs_of(name)]
    spread = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
    print(f"{visitors} visitors, a run on Digits each: {len(states)} runs in {seconds:.0f} s: {spread}")
    for what, times in {**room.drawn, "all pages": room.times}.items():
        print(
            f"    {what:<14} {len(times):4} drawn: median {milliseconds(statistics.median(times))}, "
            f"p95 {milliseconds(p95(times))}, longest {milliseconds(max(times))}"
        )
    print(f"    server: {share:.2f} of a core, {room.memory / MEGABYTE:.0f} MB RSS at its peak")
    return room, states.count("finished")


# Results


def p95(values: Iterable[float]) -> float:
    """Return the 95th percentile: 95 of 100 values do not exceed it."""
    ranked = sorted(values)
    return ranked[math.ceil(0.95 * len(ranked)) - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def print_targets(watchers: int, watched: Watched, room: Room, visitors: int, finished: int) -> None:
    """Print each target beside the measured value."""
    memory = max(watched.memory, room.memory)
    print("measured, beside what is wanted:")
    for what, measured, wanted in (
        (f"lag p95, {watchers} watchers", milliseconds(p95(watched.lags)), "at most 300 ms"),
        (f"server's share, {watchers} watchers", f"{watched.share:.2f} of a core", "at most 0.25 of a core"),
        ("runs finished", f"{finished}", f"{visitors}, all"),
        ("pages p95", f"{p95(room.times):.2f} s", "at most 1 s"),
        ("server's memory at its peak", f"{memory / MEGABYTE:.0f} MB RSS", "at most 400 MB RSS"),
    ):
        print(f"    {what:<30} {measured:>16}   {wanted}")


@contextmanager
def opened(path: Path) -> Iterator[RunDatabase]:
    """Open the server's run database a second time."""
    database = RunDatabase(path)
    try:
        yield database
    finally:
        database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition(":")[0])
    parser.add_argument("--watchers", type=int, nargs="+", default=WATCHERS, help="how many in each group")
    parser.add_argument("--visitors", type=int, default=VISITORS, help="how many train a network each")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as server,
        opened(Path(folder) / "runs.sqlite") as database,
    ):
        watched = measure_watchers(server, database, chosen.watchers)
        room, finished = measure_visitors(server, database, chosen.visitors)
        print_targets(chosen.watchers[-1], watched, room, chosen.visitors, finished)


if __name__ == "__main__":
    main()
