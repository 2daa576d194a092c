"""Measure whether pages stay quick while strangers bring decks whose check takes long:

python -m tests.benchmarks.hostile_decks
"""

import asyncio
import itertools
import tempfile
import time
from pathlib import Path

from tests.benchmarks.crowd import milliseconds, p95
from tests.benchmarks.visitor import arrive
from tests.core.teaching.test_library import hostile
from tests.server import serve

STRANGERS, VISITORS = 12, 10
EXPERIMENTS = 49  # of each deck; to check all of them would take ten seconds
PAGES = ("learn", "define", "train", "load")  # the pages that visitors open, in turn
LOOK_SECONDS = 1.0  # from the end of a page to the next click
WANTED_P95 = 0.3  # seconds
FIELD = "deck-file-0"  # the key of the field for a deck


async def bring(url: str, number: int) -> float:
    """Bring a deck, different from those of all others, as a stranger. Return the seconds until the answer."""
    content = hostile(EXPERIMENTS).replace(b"title: A", f"title: Deck {number}".encode())
    async with arrive(url, f"stranger-number-{number:04}") as stranger:
        await stranger.open("")
        await stranger.open("learn")
        return await stranger.upload(FIELD, "deck.md", content)


async def look(url: str, number: int, times: list[float]) -> None:
    """Click from page to page, without end, and add the seconds of each page to `times`."""
    async with arrive(url, f"visitor-number-{number:04}") as visitor:
        await visitor.open("")
        for page in itertools.islice(itertools.cycle(PAGES), number % len(PAGES), None):
            times.append(await visitor.open(page))
            await asyncio.sleep(LOOK_SECONDS)


async def measure(url: str) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of pages before the strangers come and while they wait, and the seconds of each stranger."""
    times: list[float] = []
    async with asyncio.TaskGroup() as group:
        looking = [group.create_task(look(url, number, times)) for number in range(VISITORS)]
        await asyncio.sleep(20)
        quiet, began = list(times), time.monotonic()
        answered = await asyncio.gather(*(bring(url, number) for number in range(STRANGERS)))
        busy = times[len(quiet) :]
        print(f"{STRANGERS} strangers were answered after {time.monotonic() - began:.1f} s")
        for task in looking:
            task.cancel()
    return quiet, busy, list(answered)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server:
        quiet, busy, answered = asyncio.run(measure(server.url))
    print(f"pages before: {len(quiet)}, p95 {milliseconds(p95(quiet))}")
    print(f"pages meanwhile: {len(busy)}, p95 {milliseconds(p95(busy))}, wanted {milliseconds(WANTED_P95)}")
    print(f"a stranger waited at most {max(answered):.1f} s")


if __name__ == "__main__":
    main()
