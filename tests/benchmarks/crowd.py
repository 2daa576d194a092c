"""How the server bears a whole room, measured on the real server:

    python -m tests.benchmarks.crowd
    python -m tests.benchmarks.crowd --watchers 1 5 --visitors 3    (a short one)

First, many watchers of one run: how late its events arrive, and what they cost the server. Then many visitors, who each
train a network and look at pages while they wait for it. All but the server runs in processes of its own; yet one machine
bears all, and the network that trains takes what the cores have left. Times of one machine, to read beside each other.
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
from core.experiment.templates import lecture
from core.runs.run_record import Run
from core.runs.states import FINAL
from core.runs.store import Ledger
from tests.benchmarks.visitor import Visitor, arrive, events
from tests.server import Server, serve, wait_for

WATCHERS = (1, 100, 300)  # alone; a lecture hall; three of them
VISITORS = 30  # a class in a computer room
MEASURED_SECONDS = 15.0  # of each group: over two epochs and their validation, and some 150 events to each watcher
ARRIVE_SECONDS = 10.0  # within these all visitors come: "open it now" takes a room that long
LOOK_SECONDS = (2.0, 8.0)  # at a page, before the next; by chance, or visitors would keep out of each other's way
PAGES = ("load", "define", "train", "evaluate")  # what visitors look at, in turn
EPOCHS = 1000  # of the run that is watched: more than anyone waits for; it is stopped
PATIENCE_SECONDS = 900.0  # for all visitors' runs; then something hangs
MEMORY_EVERY_SECONDS = 0.2  # how often the server's memory is looked at, for its peak
MEGABYTE = 1e6


# Watchers


@dataclass(frozen=True)
class Watched:
    """What one group of watchers saw, and what it cost."""

    lags: tuple[float, ...]  # seconds from an event to its arrival, of all watchers together
    rates: tuple[float, ...]  # events per second, of each watcher
    share: float  # of one core, which the server's process took
    memory: float  # resident set size of the server's process, bytes


async def watch(url: str, pid: int, watchers: int) -> Watched:
    """Watch a run, and the server's process, for `MEASURED_SECONDS` from when all watchers are connected.

    Arguments:
        url: of the run's event stream.
        pid: of the server's process.
        watchers: how many follow the run.
    """
    began = math.inf
    connected = [asyncio.Event() for _ in range(watchers)]
    lags: list[float] = []
    counts = [0] * watchers

    async def follow(number: int) -> None:
        async for event in events(url):
            now = time.time()
            connected[number].set()
            if event.get("at", 0.0) >= began:  # neither the history nor the server's own words have a time
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
    """`watch`, in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_watch_here, url, pid, watchers).result()


def _watch_here(url: str, pid: int, watchers: int) -> Watched:
    return asyncio.run(watch(url, pid, watchers))


def cpu_seconds(process: psutil.Process) -> float:
    """What a process has taken of the processor so far, without its children."""
    times = process.cpu_times()
    return times.user + times.system


def long_run() -> Experiment:
    """A run that reports ten times a second for as long as anyone watches."""
    dataset = "digits" if missing_files("fashion_mnist") else "fashion_mnist"
    experiment = lecture(dataset)
    batch_size = 1 if dataset == "digits" else experiment.fit.batch_size  # or most would be ends of epochs
    return replace(experiment, fit=replace(experiment.fit, epochs=EPOCHS, batch_size=batch_size))


def measure_watchers(server: Server, ledger: Ledger, groups: Iterable[int]) -> Watched:
    """Start a run, let group after group watch it, stop it; what the last group saw."""
    lecturer = "lecturer"
    ledger.edit_draft(lecturer, long_run())
    asyncio.run(click(server, lecturer, "line-train"))
    run = newest(ledger, lecturer)
    print(f"a run on {run.experiment.data.entry.title}, watched for {MEASURED_SECONDS:.0f} s by each group:")
    wait_for(lambda: newest(ledger, lecturer).state == "training", 120, "the run's start")
    for watchers in groups:
        watched = watch_apart(f"{server.url}/live/{run.id}", server.process.pid, watchers)
        print(
            f"{watchers:5} watchers: lag median {milliseconds(statistics.median(watched.lags))}, "
            f"p95 {milliseconds(p95(watched.lags))}; server {watched.share:.2f} of a core, "
            f"{watched.memory / MEGABYTE:.0f} MB RSS; "
            f"each got {min(watched.rates):.1f} to {max(watched.rates):.1f} events/s"
        )
    asyncio.run(click(server, lecturer, "stop"))
    wait_for(lambda: newest(ledger, lecturer).result, 60, "the stopped run's evaluation")
    return watched


async def click(server: Server, name: str, button: str) -> None:
    """Open Train as the visitor of this name, and press a button there."""
    async with arrive(server.url, name) as visitor:
        await visitor.open("train")
        await visitor.press(button)


def newest(ledger: Ledger, name: str) -> Run:
    """A visitor's newest run."""
    found = ledger.runs_of(name, 1)
    assert found, f"{name} pressed Train, and no run came of it"
    return found[0]


# Visitors


@dataclass
class Room:
    """The visitors of one class, and how long they waited for their pages."""

    server: Server
    ledger: Ledger
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    drawn: dict[str, list[float]] = field(default_factory=dict)  # seconds, by what was done
    memory: float = 0.0  # the server's peak, bytes

    def note(self, what: str, seconds: float) -> None:
        self.drawn.setdefault(what, []).append(seconds)

    @property
    def times(self) -> list[float]:
        """Of all that was drawn, whatever it was."""
        return list(itertools.chain.from_iterable(self.drawn.values()))


async def visit(room: Room, name: str) -> None:
    """Come, press Train, look at pages until the run is over, and then at what came of it."""
    await asyncio.sleep(room.chance.uniform(0.0, ARRIVE_SECONDS))
    async with arrive(room.server.url, name) as visitor:
        room.note("first page", await visitor.open("train"))
        room.note("Train pressed", await visitor.press("line-train"))
        run = newest(room.ledger, name)
        states: asyncio.Queue[str] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(tell_states(f"{room.server.url}/live/{run.id}", states))
            for page in itertools.cycle(PAGES):
                room.note(page, await visitor.open(page))
                if await look(room, visitor, states) in FINAL:
                    break
        room.note("own result", await visitor.open("evaluate"))


async def tell_states(url: str, states: asyncio.Queue[str]) -> None:
    """Pass each change of a run's state on, as the progress line in a browser does."""
    known = "queued"
    async for event in events(url):
        for one in event.get("events", (event,)):
            if one["kind"] == "state" and one["state"] != known:
                known = one["state"]
                states.put_nowait(known)


async def look(room: Room, visitor: Visitor, states: asyncio.Queue[str]) -> str:
    """Look at a page for a while; it is drawn anew at each change of the run's state. The last one heard, or ""."""
    state, until = "", time.monotonic() + room.chance.uniform(*LOOK_SECONDS)
    while state not in FINAL:
        try:
            state = await asyncio.wait_for(states.get(), until - time.monotonic())
        except TimeoutError:
            break
        room.note("state changed", await visitor.redraw())
    return state


async def note_memory(room: Room) -> None:
    """Keep the most that the server's process takes."""
    server = psutil.Process(room.server.process.pid)
    while True:
        room.memory = max(room.memory, server.memory_info().rss)
        await asyncio.sleep(MEMORY_EVERY_SECONDS)


async def fill(room: Room, names: list[str]) -> None:
    """All visitors, each until their run is over."""
    watching = asyncio.create_task(note_memory(room))
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(visit(room, name))
    watching.cancel()


def measure_visitors(server: Server, ledger: Ledger, visitors: int) -> tuple[Room, int]:
    """A class of visitors; what they waited for, and how many of their runs finished."""
    names = [secrets.token_urlsafe(16) for _ in range(visitors)]
    for name in names:
        ledger.edit_draft(name, lecture("digits"))
    room = Room(server, ledger)
    before, started = cpu_seconds(psutil.Process(server.process.pid)), time.perf_counter()
    asyncio.run(fill(room, names))
    seconds = time.perf_counter() - started
    share = (cpu_seconds(psutil.Process(server.process.pid)) - before) / seconds
    states = [run.state for name in names for run in ledger.runs_of(name)]
    spread = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
    print(f"{visitors} visitors, a run on Digits each: {len(states)} runs in {seconds:.0f} s: {spread}")
    for what, times in {**room.drawn, "all pages": room.times}.items():
        print(
            f"    {what:<14} {len(times):4} drawn: median {milliseconds(statistics.median(times))}, "
            f"p95 {milliseconds(p95(times))}, longest {milliseconds(max(times))}"
        )
    print(f"    server: {share:.2f} of a core, {room.memory / MEGABYTE:.0f} MB RSS at its peak")
    return room, states.count("finished")


# What came of it


def p95(values: Iterable[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ranked = sorted(values)
    return ranked[math.ceil(0.95 * len(ranked)) - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def print_targets(watchers: int, watched: Watched, room: Room, visitors: int, finished: int) -> None:
    """Each target beside what was measured."""
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
def opened(path: Path) -> Iterator[Ledger]:
    """A second look into the server's ledger."""
    ledger = Ledger(path)
    try:
        yield ledger
    finally:
        ledger.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition(":")[0])
    parser.add_argument("--watchers", type=int, nargs="+", default=WATCHERS, help="how many in each group")
    parser.add_argument("--visitors", type=int, default=VISITORS, help="how many train a network each")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as server,
        opened(Path(folder) / "runs.sqlite") as ledger,
    ):
        watched = measure_watchers(server, ledger, chosen.watchers)
        room, finished = measure_visitors(server, ledger, chosen.visitors)
        print_targets(chosen.watchers[-1], watched, room, chosen.visitors, finished)


if __name__ == "__main__":
    main()
