"""Measure how soon a run shows its first point, how soon it stops, and how soon the next run follows a killed trainer."""

import re
import time

from playwright.sync_api import Browser, Page

from core.experiment.share_links import Link, write
from core.experiment.templates import lecture_experiment
from tests.benchmarks.measurements import Measurements
from tests.benchmarks.server_processes import busiest
from tests.benchmarks.versions import NO_HEAD_START, Version, servers, turns
from tests.browser.browser_steps import button, new_visitor
from tests.core.sample_experiments import with_fit
from tests.server import Server

EPOCHS = 50  # a run that lasts longer than the measurement
LOOK_SECONDS = 5.0  # the time for which a person looks at a draft before Train, enough for a head start
TRAIN_SECONDS = 1.0  # the time for which a run trains before it is stopped
READY = re.compile("engine ready|Works offline$")  # "engine ready" in earlier versions
# Playwright checks a page at most every 100 ms, but this script checks every frame. Streamlit keeps an old heading for a
# moment, and the charts keep the points of the previous run. The charts are empty before the new run's first point.
SINCE_CLICK = """({ heading, withPoint }) => {
  const points = () => [...document.querySelectorAll(".run-curves-chart")].flatMap(({ data }) => data ?? [])
    .filter(({ name, y }) => name?.startsWith("training") && y?.length > 0).length;
  const says = () => [...document.querySelectorAll("h1, h2, h3")].some(({ textContent }) => textContent.includes(heading));
  window.sinceClick = new Promise((resolve) => {
    document.addEventListener("click", () => {
      const pressed = performance.now();
      let wasEmpty = false;
      const look = () => {
        wasEmpty ||= points() === 0;
        const isSeen = says() && (!withPoint || (wasEmpty && points() > 0));
        if (isSeen) resolve(performance.now() - pressed);
        else requestAnimationFrame(look);
      };
      look();
    }, { capture: true, once: true });
  });
}"""


def draft(browser: Browser, url: str, seed: int) -> Page:
    """Open Train as a new visitor, with the lecture's network and a seed that no earlier run had."""
    page = new_visitor(browser)
    experiment = with_fit(lecture_experiment("fashion_mnist"), epochs=EPOCHS, seed=seed)
    page.goto(f"{url}/train?experiment={write(Link(experiment))}")
    page.locator(".st-key-line", has_text=f"{EPOCHS} epochs").wait_for()
    return page


def press(page: Page, name: str, heading: str, *, with_point: bool = False) -> float:
    """Press a button. Return the seconds until the first frame that has a heading (and a point), by the browser's clock."""
    page.evaluate(SINCE_CLICK, {"heading": heading, "withPoint": with_point})
    button(page, name).click()
    return page.evaluate("sinceClick") / 1000


def first_point(page: Page, number: int = 1) -> float:
    """Press Train. Return the seconds until the first point on the chart of the visitor's run of this number."""
    return press(page, "Train", f"Run {number}: ", with_point=True)


def stop(page: Page) -> float:
    """Press Stop. Return the seconds until the heading says "stopped"."""
    return press(page, "Stop", "stopped")


def wait_until_ready(browser: Browser, server: Server) -> None:
    """Wait until the engine of a server is ready, and train once."""
    page = new_visitor(browser)
    page.goto(server.url)
    page.get_by_text(READY).wait_for()
    page.context.close()
    _train_and_stop(draft(browser, server.url, 0))


def _train_and_stop(page: Page, look_seconds: float = 0.0) -> tuple[float, float]:
    time.sleep(look_seconds)
    point = first_point(page)
    time.sleep(TRAIN_SECONDS)
    stopped = stop(page)
    page.get_by_text(re.compile("validation accuracy", re.IGNORECASE)).first.wait_for()
    page.context.close()
    return point, stopped


def measure_runs(browser: Browser, versions: list[Version], repeats: int, into: Measurements) -> None:
    """Measure the time from Train to the first point, with and without a head start, and from Stop to "stopped"."""
    for name, environment in (("warm", NO_HEAD_START), (f"after a look of {LOOK_SECONDS:.0f} s", {})):
        with servers(versions, **environment) as started:
            for server, _ in started.values():
                wait_until_ready(browser, server)
            for number in range(repeats):
                for version in turns(versions, number):
                    page = draft(browser, started[version][0].url, number + 1)
                    point, stopped = _train_and_stop(page, LOOK_SECONDS)
                    into.add(version, f"Train → first point, {name}", point)
                    into.add(version, "Stop → stopped", stopped)


def measure_killed(browser: Browser, versions: list[Version], repeats: int, into: Measurements) -> None:
    """Kill a trainer, and measure the time until the page says so, and until the next run has its first point."""
    with servers(versions) as started:
        for server, _ in started.values():
            wait_until_ready(browser, server)
        for number in range(repeats):
            for version in turns(versions, number):
                server, _ = started[version]
                page = draft(browser, server.url, number + 1)
                first_point(page)
                trainer = busiest(server)
                killed = time.perf_counter()
                trainer.kill()
                page.get_by_role("heading", name=re.compile("failed")).wait_for()
                into.add(version, "trainer killed → said so", time.perf_counter() - killed)
                first_point(page, 2)
                into.add(version, "trainer killed → first point of the next run", time.perf_counter() - killed)
                stop(page)
                page.get_by_text(re.compile("validation accuracy", re.IGNORECASE)).first.wait_for()
                page.context.close()
