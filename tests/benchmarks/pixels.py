"""Measure in Chromium how soon a training step is a point on the screen, and how much the page that shows a run costs:

    python -m tests.benchmarks.pixels [--against COMMIT] [--repeats 5] [--backend jax]

A lag is the time from the worker's report of a step to the point on the chart. The worker records when it reports a step,
and the browser records when it has drawn the step, both by the clock of this machine. The share is the processor time of
Chromium's renderers, and of all processes of Chromium, while the page shows the run. A share of 100 % is a whole core.
"""

import json
import re
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from core.experiment.share_links import Link, write
from core.experiment.templates import lecture_experiment
from tests.benchmarks.measurements import Measurements, percentile_95
from tests.benchmarks.server_processes import processor_seconds
from tests.benchmarks.steered_runs import wait_until_ready
from tests.benchmarks.versions import Version, parser, servers, turns, versions
from tests.browser.browser_steps import button, new_visitor, shown_step
from tests.browser.chromium import open_browser
from tests.core.sample_experiments import with_fit
from tests.server import command_line

EPOCHS = 50  # a run that lasts longer than the measurement
POINTS = 60  # the measured points of each run: six seconds of a lecture
SETTLE_SECONDS = 3.0  # the time from the first point to the measurement
WATCH_SECONDS = 10.0  # the time in which the browser's processor time is measured
MILLISECONDS = 1000
# Records the time at which each point of the loss was first drawn, by Plotly or on the canvas above Plotly's drawing.
WATCH = """() => {
  const chart = document.querySelector(".run-curves-chart");
  const line = () => chart.data.find((trace) => trace.name === "training, running mean");
  const seen = new Set(Array.from(line().x));
  window.drawn = [];
  const note = () => {
    const now = Date.now() / 1000;
    for (const x of line().x) {
      if (!seen.has(x)) window.drawn.push([x, now]);
      seen.add(x);
    }
  };
  chart.on("plotly_afterplot", note);
  chart.addEventListener("tail-drawn", note);
}"""


def train(browser: Browser, url: str, backend: str) -> Page:
    """Start a run of a new visitor. Return the page Train once the first point is drawn."""
    page = new_visitor(browser)
    experiment = with_fit(lecture_experiment("fashion_mnist"), epochs=EPOCHS, backend=backend)
    page.goto(f"{url}/train?experiment={write(Link(experiment))}")
    page.locator(".st-key-line", has_text=f"{EPOCHS} epochs").wait_for()
    button(page, "Train").click()
    shown_step(page)
    return page


def lags(page: Page, home: Path) -> list[float]:
    """Return the milliseconds from the report of a step to its point on the page, for the steps of a run. Stop the run."""
    page.evaluate(WATCH)
    page.wait_for_function(f"() => window.drawn.length >= {POINTS}")
    drawn = page.evaluate("window.drawn")
    page.keyboard.press("x")
    page.get_by_role("heading", name=re.compile("stopped")).wait_for()
    reported = _report_times(home, re.search(r"run=([\w-]+)", page.url)[1])
    return [(when - reported[epoch]) * MILLISECONDS for epoch, when in drawn if epoch in reported]


def _report_times(home: Path, run: str) -> dict[float, float]:
    """Return the time at which each step of a run was reported, by the step's position in epochs.

    Ends of epochs have no time. The function reads the database by SQL, since the server may run another version.
    """
    with closing(sqlite3.connect(f"file:{home / 'runs.sqlite'}?mode=ro", uri=True)) as file:
        rows = file.execute("SELECT content FROM events WHERE run = ? AND kind = 'batch'", (run,))
        events = [json.loads(content) for (content,) in rows]
    return {event["epoch"]: event["at"] for event in events if "at" in event}


def browser_shares(seconds: float = WATCH_SECONDS) -> tuple[float, float]:
    """Return the share of a core that the renderers take, and the share of all browser processes, in percent."""
    processes = [one for one in psutil.Process().children(recursive=True) if "chrom" in _program(one)]
    before = {process: processor_seconds(process) for process in processes}
    time.sleep(seconds)  # the measured time
    spent = {process: processor_seconds(process) - before[process] for process in processes}
    renderers = sum(taken for process, taken in spent.items() if "--type=renderer" in command_line(process))
    return 100 * renderers / seconds, 100 * sum(spent.values()) / seconds


def _program(process: psutil.Process) -> str:
    return next(iter(command_line(process)), "")


def measure_pixels(
    browser: Browser, compared: list[Version], repeats: int, into: Measurements, backend: str = "tensorflow"
) -> None:
    """Measure the lags of a run's points and the browser's share of a core, with a new visitor for each run."""
    with servers(compared) as started:
        for server, _ in started.values():
            wait_until_ready(browser, server)
        for number in range(repeats):
            for version in turns(compared, number):
                server, home = started[version]
                page = train(browser, server.url, backend)
                time.sleep(SETTLE_SECONDS)
                renderers, whole = browser_shares()
                times = lags(page, home)
                page.context.close()
                into.add(version, "step → pixel, median of a run", statistics.median(times), "ms")
                into.add(version, "step → pixel, 95th percentile of a run", percentile_95(times), "ms")
                into.add(version, "a page that watches a run: renderers", renderers, "%")
                into.add(version, "a page that watches a run: all of Chromium", whole, "%")


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--backend", default="tensorflow", help="what computes; it must be installed")
    given = arguments.parse_args()
    with versions(given.against) as compared, sync_playwright() as playwright:
        browser = open_browser(playwright)
        found = Measurements(compared)
        measure_pixels(browser, compared, given.repeats, found, given.backend)
        browser.close()
        print(found.table())


if __name__ == "__main__":
    main()
