"""Measure how much the pages cost the browser: pages that show a run, pages that load, and the long page Learn:

    python -m tests.benchmarks.renderer [--seconds 10]

The command prints the share of a core that Chromium's renderer takes while a page shows a run, and the share of time for
styles. It prints the sum of layout shifts while a page loads, the frames per second while a run colours the network of Start
and while Learn scrolls, and how soon Learn answers a click. Beside each share stands the load of the machine. The last line
is `renderer_share=…`, the highest share. Chromium draws without a GPU.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from core.experiment.share_links import Link, write
from core.experiment.templates import lecture_experiment
from tests.browser.browser_steps import button, shown_step
from tests.browser.chromium import open_browser
from tests.core.sample_experiments import with_fit
from tests.server import serve

EPOCHS = 300  # a run that lasts longer than the measurement
SECONDS = 10.0
SETTLED_SECONDS = 6.0  # the time in which a page finishes loading
LONGEST_SECONDS = 180.0
LATE_MILLISECONDS = 25.0  # two frames further apart are late; the browser draws 60 frames per second
COMING = ("", "load", "define", "train", "evaluate", "learn")
SHIFTS = """new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) {
    if (!hadRecentInput) window.shifted = (window.shifted ?? 0) + value;
  }
}).observe({ type: "layout-shift", buffered: true })"""
SCROLL = """() => new Promise((done) => {
  const main = document.querySelector("[data-testid=stMain]");
  const [times, began] = [[], performance.now()];
  const step = (now) => {
    times.push(now);
    main.scrollBy({ top: 25, behavior: "instant" });
    if (now - began < 3000) requestAnimationFrame(step);
    else done(times.slice(1).map((time, index) => time - times[index]));
  };
  requestAnimationFrame(step);
})"""
FRAMES = """(milliseconds) => new Promise((done) => {
  const [times, began] = [[], performance.now()];
  const step = (now) => {
    times.push(now);
    if (now - began < milliseconds) requestAnimationFrame(step);
    else done(times.slice(1).map((time, index) => time - times[index]));
  };
  requestAnimationFrame(step);
})"""
CLICKS = """new PerformanceObserver((list) => {
  window.answered ??= [];
  for (const { name, duration } of list.getEntries()) if (name === "click") window.answered.push(duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true })"""


def processor_seconds(browser: CDPSession) -> Mapping[int, float]:
    """Return the processor time of each renderer so far, by the id of its process."""
    processes = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    return {process["id"]: process["cpuTime"] for process in processes if process["type"] == "renderer"}


def style_seconds(page: CDPSession) -> float:
    """Return the time that a page has spent on the calculation of its styles so far."""
    metrics = page.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "RecalcStyleDuration")


def watch(browser: Browser, page: Page, seconds: float, name: str) -> float:
    """Print and return the share of a core that the renderer of a page takes."""
    processes, own = browser.new_browser_cdp_session(), page.context.new_cdp_session(page)
    own.send("Performance.enable")
    page.wait_for_timeout(SETTLED_SECONDS * 1000)
    before, styles = processor_seconds(processes), style_seconds(own)
    page.wait_for_timeout(seconds * 1000)
    after = processor_seconds(processes)
    share = max(after[process] - before[process] for process in after if process in before) / seconds
    styles = (style_seconds(own) - styles) / seconds
    print(f"{name:<24} {share:6.1%} of a core, styles {styles:6.1%} of the time, load {os.getloadavg()[0]:.1f}")
    return share


def watched(browser: Browser, url: str, seconds: float) -> float:
    """Start a run, and measure each page that draws the run. Return the highest share of a core."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(LONGEST_SECONDS * 1000)
    page.goto(f"{url}/train?experiment={write(Link(with_fit(lecture_experiment('fashion_mnist'), epochs=EPOCHS)))}")
    page.locator(".st-key-line", has_text=f"{EPOCHS} epochs").wait_for()
    button(page, "Train").click()
    shown_step(page)
    shares = [watch(browser, page, seconds, "Train, its curves")]
    page.locator(".st-key-card-watching").scroll_into_view_if_needed()
    shares.append(watch(browser, page, seconds, "Train, the validation"))
    page.get_by_role("link", name="Stage").click()
    page.locator(".st-key-stage-curves").wait_for()
    shares.append(watch(browser, page, seconds, "Stage"))
    page.keyboard.press("x")
    page.context.close()
    return max(shares)


def colours(browser: Browser, url: str, seconds: float) -> float:
    """Print the frames per second while a run colours the network of Start. Return the share of a core."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(LONGEST_SECONDS * 1000)
    page.goto(f"{url}/?experiment={write(Link(with_fit(lecture_experiment('fashion_mnist'), epochs=EPOCHS)))}")
    page.get_by_text(f"{EPOCHS} epochs").first.wait_for()
    page.get_by_role("button", name="Train this network").click()
    page.locator(".st-key-start-curve").get_by_text("training ").first.wait_for()
    frames = page.evaluate(FRAMES, seconds * 1000)  # in the first epoch, the page draws most often
    late = sum(frame > LATE_MILLISECONDS for frame in frames) / len(frames)
    rate = 1000 / statistics.mean(frames)
    print(f"{'Start colours':<24} {rate:6.1f} frames a second, {late:.1%} late, longest {max(frames):.0f} ms")
    share = watch(browser, page, seconds, "Start, its network")
    button(page, "Stop").click()
    page.context.close()
    return share


def come(browser: Browser, url: str) -> None:
    """Print the sum of the layout shifts while each page loads."""
    for path in COMING:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(SHIFTS)
        page.goto(f"{url}/{path}")
        page.get_by_test_id("stMain").wait_for()
        page.wait_for_timeout(SETTLED_SECONDS * 1000)
        print(f"{'/' + path:<24} {page.evaluate('window.shifted ?? 0'):6.3f} layout shift")
        page.context.close()


def learn(browser: Browser, url: str) -> None:
    """Print how smoothly the page Learn scrolls, and how soon the page answers a click."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(CLICKS)
    page.goto(f"{url}/learn")
    page.get_by_role("heading", name="Challenges").wait_for()
    page.wait_for_timeout(SETTLED_SECONDS * 1000)
    frames = page.evaluate(SCROLL)
    late = sum(frame > LATE_MILLISECONDS for frame in frames) / len(frames)
    rate = 1000 / statistics.mean(frames)
    print(f"{'Learn scrolls':<24} {rate:6.1f} frames a second, {late:.1%} late, longest {max(frames):.0f} ms")
    page.locator(".st-key-badges").get_by_role("button").last.click()
    page.wait_for_timeout(SETTLED_SECONDS * 1000)
    print(f"{'Learn answers a click':<24} {max(page.evaluate('window.answered ?? []'), default=16):6.0f} ms")
    page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each page is watched")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            share = max(colours(browser, server.url, asked.seconds), watched(browser, server.url, asked.seconds))
            come(browser, server.url)
            learn(browser, server.url)
        browser.close()
    print(f"renderer_share={share:.2f}")


if __name__ == "__main__":
    main()
