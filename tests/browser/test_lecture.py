"""The whole lecture, on real Fashion-MNIST, in a real browser."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from core.experiment.serialization import dumps
from core.runs.run_record import Run
from tests.browser.browser_steps import PATIENCE_MILLISECONDS, button, run_in_view, train_lecture
from tests.server import PROJECT, Server

# Notes where the curves stand, in every frame: how far from the page's top, and which words stand above them there.
WATCH_CURVES = """() => {
    window.tops = {};
    const look = () => {
        const curves = document.querySelector(".run-curves")?.getBoundingClientRect();
        const scrolled = document.querySelector("[data-testid=stMain]").scrollTop;
        const words = document.querySelector(".st-key-train")?.innerText.slice(0, 400);
        if (curves?.height) window.tops[Math.round(curves.top + scrolled)] ??= words;
        requestAnimationFrame(look);
    };
    look();
}"""
MOST_PIXELS = 2  # that the curves move; what is steered above them comes and goes
LEAST_TEST_ACCURACY = 0.86  # what the lecture promises for five epochs


@pytest.mark.gate("the five steps meet in one browser: from the first button to the matrix, its images and the script")
def test_first_button_trains_the_lectures_net_which_is_stopped_and_judged(page: Page, server: Server, home: Path) -> None:
    train_lecture(page, server.url)
    assert_server_is_clean(server)
    page.evaluate(WATCH_CURVES)
    button(page, "Stop").click()  # at once: a quick machine trains the five epochs in a few seconds
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()
    expect(page.locator(".st-key-outcome")).to_contain_text("validation accuracy")
    words = {int(top): text for top, text in page.evaluate("window.tops").items()}
    assert max(words) - min(words) <= MOST_PIXELS, f"the curves jumped: {words}"
    expect(page.locator(".st-key-rail")).to_contain_text("3 layers, 101,770 parameters")
    page.get_by_role("heading", level=1).press("c")
    expect(page.locator(".st-key-code-script")).to_contain_text("model.fit(")
    page.get_by_role("heading", level=1).press("c")
    expect(page.locator(".st-key-code-script")).to_have_count(0)
    assert_shown(open_test_set(page), run_in_view(page, home))
    look_at_confused(page)


def look_at_confused(page: Page) -> None:
    """The images of the most confused pair answer in sight of what is pressed, as a sentence and as a cell."""
    page.get_by_role("radio", name="Both").click()
    pair = page.get_by_role("button", name=re.compile("% of “.*” were called “")).first
    answer = page.locator(".st-key-card-evaluated-cell-images")
    pair.click()
    expect(answer.get_by_role("img").first).to_be_in_viewport()
    expect(pair).to_be_in_viewport()
    cell = page.locator("td[aria-label^='actual Shirt, predicted Shirt: ']").first
    cell.click()
    expect(answer).to_contain_text("Labelled “Shirt”; the network said “Shirt”")
    expect(answer.get_by_role("img").first).to_be_in_viewport()
    expect(cell).to_be_in_viewport()


@pytest.mark.deep
def test_lecture_gives_same_digits_in_browser_terminal_and_script(
    page: Page, server: Server, home: Path, tmp_path: Path
) -> None:
    train_lecture(page, server.url)
    path = tmp_path / "experiment.json"
    path.write_text(dumps(run_in_view(page, home).experiment))
    with ThreadPoolExecutor() as beside:  # the journey, which mostly waits
        elsewhere = [beside.submit(result_of, path, tmp_path) for result_of in (result_of_terminal, result_of_script)]
        finished = page.get_by_role("heading", name="Run 1: finished")
        expect(finished).to_be_visible(timeout=4 * PATIENCE_MILLISECONDS)  # five epochs, beside all that takes both cores
        shown = open_test_set(page)
    run = run_in_view(page, home)
    assert run.result is not None
    assert run.result["parameters"] == 101_770
    assert run.result["test"]["accuracy"] >= LEAST_TEST_ACCURACY
    assert_shown(shown, run)
    for result in elsewhere:
        assert_same(run.result, result.result())


def open_test_set(page: Page) -> str:
    """Go from a run to its evaluation, once it is over, and open the sealed test set; the numbers that are shown then."""
    page.get_by_role("link", name="Evaluate this run").click()
    expect(page.get_by_text("Rows are what it is")).to_be_visible()
    expect(page.get_by_text("Ankle boot").first).to_be_visible()
    expect(page.get_by_text("The test set is sealed.")).to_be_visible()
    page.get_by_role("button", name="Open the test set").click()
    page.get_by_role("button", name="Yes, open it").click()
    expect(page.get_by_text("You have opened the test set of Fashion-MNIST once, for 1 run.")).to_be_visible()
    numbers = page.locator(".st-key-numbers-test")
    expect(numbers).to_contain_text(re.compile(r"\d\.\d{4}"))
    return numbers.inner_text()


def assert_shown(numbers: str, run: Run) -> None:
    assert run.result is not None
    assert f"{run.result['test']['accuracy']:.4f}" in numbers


def assert_server_is_clean(server: Server) -> None:
    """During a run the server holds no TensorFlow, and nothing listens beyond this machine."""
    maps = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert "streamlit" in maps or "numpy" in maps, "the memory maps are readable"
    assert not re.search(r"tensorflow|keras", maps)
    processes = [psutil.Process(server.process.pid), *server.children()]
    listening = [
        (process.pid, connection.laddr.ip)
        for process in processes
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4, "server, scheduler and workers listen"
    assert {address for _, address in listening} == {"127.0.0.1"}


def assert_same(browser: dict, other: dict) -> None:
    """Every epoch's losses and metrics, and the test set's, to the last digit."""
    assert other["history"] == browser["history"]
    assert other["test"] == browser["test"]


def result_of_terminal(path: Path, folder: Path) -> dict:
    output = folder / "result.json"
    subprocess.run([sys.executable, "-m", "core", "run", path, "--output", output], cwd=PROJECT, check=True)
    return json.loads(output.read_text())


def result_of_script(path: Path, folder: Path) -> dict:
    script, output = folder / "experiment.py", folder / "script.json"
    subprocess.run([sys.executable, "-m", "core", "export", path, script], cwd=PROJECT, check=True)
    keep = f"import json\njson.dump({{'history': history.history, 'test': test}}, open({str(output)!r}, 'w'))\n"
    script.write_text(script.read_text() + keep)
    # Away from the project, so that the script stands on Keras and scikit-learn alone.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, script], cwd=folder, check=True, env=environment, stdout=subprocess.DEVNULL)
    return json.loads(output.read_text())
