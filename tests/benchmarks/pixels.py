"""How soon a step of training is seen: from the worker's telling of it to the point on the chart, in Chromium:

    python -m tests.benchmarks.pixels [RUNS]

Last line: `pixels_p95=…`, in seconds. The worker notes the time at which it tells of steps; the browser, the time at which
Plotly had drawn them; both are clocks of this machine. What else it did meanwhile is said as its load.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.ledger import Ledger
from tests.browser.chromium import open_browser
from tests.browser.journey import button, run_in_view, shown_step
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


def lags(page: Page, url: str, home: Path) -> list[float]:
    """Seconds from the telling of steps to their point, in one run of the lecture's network."""
    page.goto(f"{url}/train")
    box = page.get_by_role("spinbutton", name="Epochs")
    box.fill(str(EPOCHS))
    box.press("Enter")
    page.locator(".st-key-line", has_text=f"{EPOCHS} epochs").wait_for()
    button(page, "Train").click()
    shown_step(page)
    page.evaluate(WATCH)
    page.wait_for_function(f"window.drawn.length >= {POINTS}", timeout=LONGEST_SECONDS * 1000)
    drawn = page.evaluate("window.drawn")
    ledger = Ledger(home / "runs.sqlite")
    batches = ledger.events(run_in_view(page, home).id, kinds=("batch",))
    ledger.close()
    told = {event["epoch"]: event["at"] for event in batches}
    return [when - told[epoch] for epoch, when in drawn if epoch in told]  # the ends of epochs tell no time


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            for number in range(1, runs + 1):
                context = browser.new_context(
                    viewport={"width": 1440, "height": 900}
                )  # another visitor, so that it is run 1
                page = context.new_page()
                page.set_default_timeout(LONGEST_SECONDS * 1000)
                one = lags(page, server.url, Path(folder))
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
