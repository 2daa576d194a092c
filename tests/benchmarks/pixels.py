"""How soon a step of training is seen: from the worker's telling of it to the point on the chart, in Chromium:

    python -m tests.benchmarks.pixels [--runs 3] [--backend jax]

Last line: `pixels_p95=…`, in seconds. The worker notes the time at which it tells of steps; the browser, the time at which
Plotly had drawn them; both are clocks of this machine. What else it did meanwhile is said as its load.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.experiment.model import Experiment
from core.experiment.share_links import Link, write
from core.experiment.templates import lecture
from core.runs.store import Ledger
from tests.browser.browser_steps import button, run_in_view, shown_step
from tests.browser.chromium import open_browser
from tests.core.sample_experiments import with_fit
from tests.server import serve

RUNS = 3
EPOCHS = 50  # longer than it is watched
POINTS = 60  # of each run; six seconds of a lecture
LONGEST_SECONDS = 120.0
# Each point of the loss once, with the time at which the drawing that has it was done.
WATCH = """() => {
  const chart = document.querySelector(".run-curves-chart");
  const line = () => chart.data.find((trace) => trace.name === "training, running mean");
  const seen = new Set(Array.from(line().x));
  window.drawn = [];
  chart.on("plotly_afterplot", () => {
    const now = Date.now() / 1000;
    for (const x of line().x) {
      if (!seen.has(x)) window.drawn.push([x, now]);
      seen.add(x);
    }
  });
}"""


def lags(page: Page, url: str, home: Path, experiment: Experiment) -> list[float]:
    """Seconds from the telling of steps to their point, in one run of an experiment."""
    page.goto(f"{url}/train?experiment={write(Link(experiment))}")
    page.locator(".st-key-line", has_text=f"{EPOCHS} epochs").wait_for()
    button(page, "Train").click()
    shown_step(page)
    page.evaluate(WATCH)
    page.wait_for_function(f"() => window.drawn.length >= {POINTS}", timeout=LONGEST_SECONDS * 1000)
    drawn = page.evaluate("window.drawn")
    ledger = Ledger(home / "runs.sqlite")
    batches = ledger.events(run_in_view(page, home).id, kinds=("batch",))
    ledger.close()
    told = {event["epoch"]: event["at"] for event in batches}
    return [when - told[epoch] for epoch, when in drawn if epoch in told]  # the ends of epochs tell no time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS, help="how many runs are watched, each by another visitor")
    parser.add_argument("--backend", default="tensorflow", help="what computes; it must be installed")
    asked = parser.parse_args()
    experiment = with_fit(lecture("fashion_mnist"), epochs=EPOCHS, backend=asked.backend)
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            for number in range(1, asked.runs + 1):
                context = browser.new_context(viewport={"width": 1440, "height": 900})  # another visitor's
                page = context.new_page()
                page.set_default_timeout(LONGEST_SECONDS * 1000)
                one = lags(page, server.url, Path(folder), experiment)
                found += one
                median, load = statistics.median(one), os.getloadavg()[0]
                print(f"run {number}: {len(one)} points, median {median:.3f} s, worst {max(one):.3f} s, load {load:.1f}")
                page.keyboard.press("x")
                context.close()
        browser.close()
    worst = statistics.quantiles(found, n=20, method="inclusive")[-1]
    print(f"pixels_median={statistics.median(found):.3f} pixels_p95={worst:.3f}")


if __name__ == "__main__":
    main()
