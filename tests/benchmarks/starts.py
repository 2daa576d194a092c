"""Measure how soon a started server can be used, and the memory of its processes before and after a training."""

import re
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.benchmarks.measurements import Measurements
from tests.benchmarks.server_processes import busiest, by_kind, memory
from tests.benchmarks.versions import Version, turns
from tests.browser.browser_steps import button, new_visitor, shown_step
from tests.server import gone, serve, wait_for

PAGES = (  # the path of a page, its heading, and a text that appears when the page can be used
    ("/", "Teach a network to", "Train this network"),
    ("/load", "Load", "How it is loaded"),
)
READY = re.compile("engine ready|Works offline$")  # "engine ready" in earlier versions
SETTLED_SECONDS = 3.0  # the time in which the processes release memory once the engine is ready
FIRST_PICTURE = "Sandal"  # the label of the first picture of clothes


def measure_starts(browser: Browser, versions: list[Version], repeats: int, into: Measurements) -> None:
    """Measure the time from the start to the first paint, to the pictures of each page, and to the ready engine."""
    for number in range(repeats):
        for path, heading, usable in PAGES:
            for version in turns(versions, number):
                _start(browser, version, (path, heading, usable), into)


def _start(browser: Browser, version: Version, page: tuple[str, str, str], into: Measurements) -> None:
    path, heading, usable = page
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with serve(Path(folder), version.folder, set_up=False) as server:
            tab = new_visitor(browser)
            tab.goto(server.url + path)
            tab.get_by_role("heading", name=heading).first.wait_for()
            painted = time.perf_counter() - started
            tab.get_by_text(usable).first.wait_for()
            tab.get_by_text(FIRST_PICTURE).first.wait_for()
            into.add(version, f"start → paint of `{path}`", painted)
            into.add(version, f"start → pictures and all of `{path}`", time.perf_counter() - started)
            if path == "/":
                tab.get_by_text(READY).wait_for()
                into.add(version, "start → engine ready", time.perf_counter() - started)
            tab.context.close()
            processes = server.children()
        wait_for(lambda: gone(processes), 30, "the end of the processes")


def measure_memory(browser: Browser, versions: list[Version], repeats: int, into: Measurements) -> None:
    """Measure the own memory of each kind of process, with an idle engine and after a training on Fashion-MNIST."""
    for number in range(repeats):
        for version in turns(versions, number):
            with tempfile.TemporaryDirectory() as folder, serve(Path(folder), version.folder) as server:
                tab = new_visitor(browser)
                tab.goto(server.url)
                tab.get_by_text(READY).wait_for()
                time.sleep(SETTLED_SECONDS)
                idle = memory(server)
                tab.goto(f"{server.url}/train")
                _train_one_epoch(tab)
                trainer = busiest(server).pid
                tab.get_by_text(re.compile("validation accuracy", re.IGNORECASE)).first.wait_for()
                time.sleep(SETTLED_SECONDS)
                for when, sizes in (("idle", idle), ("after a training", memory(server))):
                    for kind, size in sorted(by_kind(sizes, trainer).items()):
                        into.add(version, f"memory {when}: {kind}", size, "MB")
                tab.context.close()


def _train_one_epoch(tab: Page) -> None:
    box = tab.get_by_role("spinbutton", name="Epochs")
    box.fill("2")
    box.press("Enter")
    tab.locator(".st-key-line", has_text="2 epochs").wait_for()
    button(tab, "Train").click()
    shown_step(tab)
