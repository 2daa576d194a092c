"""How quickly the app answers a person, measured in Chromium on the real server:

    python -m tests.benchmarks.responses

Prints medians: start to first paint, to pictures on Load, to engine ready; Train to the first point; Stop to stopped; an
edit to the new shapes, idle and while training. Times of one machine, to read beside each other.
"""

import re
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.browser_steps import button
from tests.browser.chromium import open_browser
from tests.server import serve

REPEATS = 5
READING_SECONDS = 1.5  # a person reads the result before they press Train again; the trainer tidies up meanwhile


def clock(act: "callable") -> float:
    """Seconds that an action takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def first_point(page: Page, number: int) -> float:
    """Seconds from pressing Train to the first point on the chart of the visitor's run of this number."""

    def point() -> None:
        page.get_by_role("heading", name=f"Run {number}: ").wait_for()
        page.locator(".run-curves-status", has_text=re.compile(r"step [1-9]")).wait_for()

    button(page, "Train").click()
    return clock(point)


def stop(page: Page) -> float:
    """Seconds from pressing Stop to the word stopped."""
    button(page, "Stop").click()
    return clock(lambda: page.get_by_role("heading", name=re.compile("stopped")).wait_for())


def edit(page: Page, units: int, parameters: str) -> float:
    """Seconds from a new number of units to the table's new sum."""
    box = page.get_by_role("spinbutton", name="Units")
    box.fill(str(units))
    box.press("Enter")
    return clock(lambda: page.get_by_text(parameters, exact=True).first.wait_for())


def edits(page: Page) -> list[float]:
    """Several edits in a row, each to a stack that was not asked for before."""
    found = []
    for _ in range(REPEATS):
        edits.units += 1
        found.append(edit(page, edits.units, f"{785 * edits.units + (edits.units + 1) * 10:,}"))
    return found


edits.units = 200


STARTS = (  # a page, its heading, and what shows that it can be used
    ("/", "Teach a network to", "Train this network"),
    ("/load", "Load", "How it is loaded"),
)


def measure_start(browser: Browser, home: Path, path: str, first: str, usable: str) -> None:
    """Print how long a first start takes until a page is painted, and until it can be used."""
    started = time.perf_counter()
    with serve(home / "home") as server:
        print(f"start to health           {time.perf_counter() - started:6.2f} s")
        page = browser.new_page()
        page.goto(server.url + path)
        page.get_by_role("heading", name=first).first.wait_for()
        print(f"start to paint of {path:<7} {time.perf_counter() - started:6.2f} s")
        page.get_by_text(usable).first.wait_for()
        page.get_by_text("Sandal").first.wait_for()
        print(f"start to use of {path:<9} {time.perf_counter() - started:6.2f} s, pictures and all")
        page.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        started = time.perf_counter()
        for path, first, usable in STARTS:
            measure_start(browser, Path(folder) / path.strip("/"), path, first, usable)
        started = time.perf_counter()
        with serve(Path(folder)) as server:
            page = browser.new_page()
            page.goto(server.url)
            page.get_by_text(re.compile("engine ready")).wait_for(timeout=60_000)
            print(f"start to engine ready     {time.perf_counter() - started:6.2f} s")

            page.goto(f"{server.url}/define")
            page.get_by_role("button", name="dense Dense 128 relu").click()
            page.get_by_role("spinbutton", name="Units").wait_for()
            idle = edits(page)
            points, stops = [], []
            page.goto(f"{server.url}/train")
            for number in range(1, REPEATS + 1):
                points.append(first_point(page, number))
                time.sleep(1.0)
                stops.append(stop(page))
                page.get_by_text("Validation accuracy", exact=True).wait_for(timeout=20_000)
                time.sleep(READING_SECONDS)
            first_point(page, REPEATS + 1)
            page.get_by_role("link", name="Define").click()
            page.get_by_role("button", name=re.compile("Dense .* relu")).click()
            page.get_by_role("spinbutton", name="Units").wait_for()
            busy = edits(page)
            for name, times in {
                "Train to the first point": points,
                "Stop to stopped": stops,
                "edit to shapes, idle": idle,
                "edit to shapes, training": busy,
            }.items():
                spread = " ".join(f"{one:.2f}" for one in sorted(times))
                print(f"{name:<25} {statistics.median(times):6.2f} s   ({spread})")
        browser.close()


if __name__ == "__main__":
    main()
