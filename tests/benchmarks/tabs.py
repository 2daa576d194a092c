"""Measure what many tabs cost a server whose open files are limited, and what people read once it is full:

    python -m tests.benchmarks.tabs
    python -m tests.benchmarks.tabs --tabs 100 --rounds 2    (a short one)

The first server starts with a limit of 1,024 open files that it may raise to 4,096. The tabs come and go several times, so
that an open file that a closed tab leaves behind is seen. The second server may not raise its limit of 1,024.
"""

import argparse
import asyncio
import resource
import secrets
import tempfile
import urllib.error
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from tests.benchmarks.crowd import MEGABYTE, milliseconds, p95
from tests.benchmarks.visitor import arrive
from tests.server import Server, serve, wait_for

TABS, ROUNDS = 400, 5
SOFT, HARD = 1_024, 4_096  # open files; many systems begin with them
FEW_MORE = 4  # open files that a server may have more after a round, such as the database connection of a new thread
PATIENCE = 60.0  # seconds in which a closed tab must return its files
TOO_MANY = 2_000  # tabs; a limit of 1,024 open files holds fewer


def first_page(url: str, lecturer: str = "") -> tuple[int, str]:
    """Return the status and the text of a page's first answer, as a browser asks for it."""
    request = urllib.request.Request(url, headers={"Accept": "text/html", "Cookie": f"lecturer={lecturer}"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def open_tabs(server: Server, most: int, lecturer: str = "") -> list[float]:
    """Open tabs until there are `most` or the server refuses. Return the seconds of each tab.

    Parameters
    ----------
    server
        The server.
    most
        The largest number of tabs.
    lecturer
        The lecturer's token, to open one more tab and the form for the token, once the server has refused a tab.
    """
    times: list[float] = []
    async with AsyncExitStack() as tabs:
        for number in range(most):
            status, text = await asyncio.to_thread(first_page, server.url)
            if status != 200:
                print(f"  {number} tabs are open, and the next visitor reads ({status}): {' '.join(text.split())}")
                break
            visitor = await tabs.enter_async_context(arrive(server.url, f"visitor-with-tab-{number:04}"))
            times.append(await visitor.open(""))
        if lecturer:
            form, _ = await asyncio.to_thread(first_page, f"{server.url}/lecturer")
            visitor = await tabs.enter_async_context(arrive(server.url, "the-lecturer-of-all-tabs", lecturer))
            seconds = await visitor.open("classroom")
            print(f"  the form for the token has the status {form}; the page Class takes {milliseconds(seconds)}")
    return times


def come_and_go(server: Server, tabs: int, rounds: int) -> None:
    """Open and close all tabs several times, and print the server's open files after each round."""
    process = psutil.Process(server.process.pid)
    asyncio.run(open_tabs(server, 1))  # the first tab opens what the server keeps
    before = process.num_fds()
    print(f"{tabs} tabs, the soft and the hard limit {process.rlimit(resource.RLIMIT_NOFILE)}, {before} open files before")
    for number in range(1, rounds + 1):
        times = asyncio.run(open_tabs(server, tabs))
        wait_for(lambda: process.num_fds() <= before + FEW_MORE, PATIENCE, "the files of closed tabs to be free")
        print(f"  round {number}: {len(times)} tabs, p95 {milliseconds(p95(times))}, then {process.num_fds()} open files")


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition(":")[0])
    parser.add_argument("--tabs", type=int, default=TABS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (SOFT, HARD))  # the servers inherit the limits
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server:
        come_and_go(server, chosen.tabs, chosen.rounds)
    resource.setrlimit(resource.RLIMIT_NOFILE, (SOFT, SOFT))
    token = secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder), DASHBOARD_LECTURER_TOKEN=token) as server:
        print(f"a server that may open {SOFT:,} files, and no more:")
        asyncio.run(open_tabs(server, TOO_MANY, token))
        print(f"  its log has {server.log.stat().st_size / MEGABYTE:.2f} MB")


if __name__ == "__main__":
    main()
