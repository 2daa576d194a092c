"""Measure how much a newcomer does for five tasks on Digits, and whether the elements that they need are in sight:

    python -m tests.benchmarks.newcomer [--size 1440x900] [--pictures FOLDER]

Chromium does the tasks. The line of a task has its clicks, its typed keys, the number of targets in sight when they were
needed, and the pixels to scroll. A target is an element that the newcomer presses, or an element with the answer. A target
is in sight if it is completely in the window and its middle is not covered. The last line has the sums of all tasks:
`clicks=… unseen=… scrolled=…`.
"""

import argparse
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.browser.browser_steps import PATIENCE_MILLISECONDS, new_visitor
from tests.browser.chromium import open_browser
from tests.server import serve

SIZE = "1440x900"
STILL = """element => new Promise((done) => {
    const where = () => JSON.stringify(element.getBoundingClientRect());
    let [before, since] = [where(), performance.now()];
    const look = () => {
        const now = where();
        if (now !== before) [before, since] = [now, performance.now()];
        if (performance.now() - since > 700) done();
        else requestAnimationFrame(look);
    };
    look();
})"""
SEEN = """element => {
    const box = element.getBoundingClientRect();
    if (box.top < -1 || box.left < -1 || box.bottom > innerHeight + 1 || box.right > innerWidth + 1) return false;
    const root = element.getRootNode();
    const above = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return Boolean(above && (element.contains(above) || element.closest("label")?.contains(above)));
}"""
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"


@dataclass
class Effort:
    """The effort of a task so far: clicks, keys, targets out of sight, and scrolled pixels."""

    page: Page
    pictures: Path | None
    title: str
    clicks: int = 0
    keys: int = 0
    targets: int = 0
    scrolled: int = 0  # pixels
    unseen: list[str] = field(default_factory=list)

    def see(self, target: Locator, what: str) -> Locator:
        """Look for a target, and scroll to the target if it is out of sight."""
        target.wait_for()
        target.evaluate(STILL)
        self.targets += 1
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"{self.title[0]}{self.targets}.png")
        if not target.evaluate(SEEN):
            before = self.page.evaluate(SCROLLED)
            target.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
            pixels = abs(self.page.evaluate(SCROLLED) - before)
            self.scrolled += round(pixels)
            self.unseen.append(f"{what} ({pixels:.0f} pixels away)")
        return target

    def press(self, target: Locator, what: str) -> None:
        """Look for a target, and press the target."""
        self.see(target, what).click()
        self.clicks += 1

    def type(self, target: Locator, text: str, what: str) -> None:
        """Press a field, and replace its content by a typed text."""
        self.press(target, what)
        target.press("Control+a")
        target.press_sequentially(text)
        target.press("Enter")
        self.keys += len(text) + 2

    def line(self) -> str:
        words = f"{self.title:<48} {self.clicks:>2} clicks, {self.keys:>2} keys, "
        words += f"{self.targets - len(self.unseen)} of {self.targets} in sight, {self.scrolled:>5,} pixels scrolled"
        return "\n      out of sight: ".join([words, *self.unseen])


def step(page: Page, words: str) -> Locator:
    """Return the link of a step in the bar of the page."""
    return page.get_by_role("link", name=words).first


def train(page: Page, effort: Effort) -> None:
    """Train the first network, and read its result."""
    effort.press(page.get_by_role("button", name="Train this network"), "the button that trains")
    result = page.get_by_role("heading", name=re.compile("of 100 right"))
    result.wait_for()
    effort.see(result, "the result")


def add_layer(page: Page, effort: Effort) -> None:
    """Add a layer to the network."""
    effort.press(step(page, "2 Define"), "the step Define")
    effort.press(page.get_by_role("button", name=re.compile("^Add Dropout ")), "the layer in the palette")
    effort.see(page.locator(".block", has=page.locator(".name", has_text="Dropout")).last, "the layer in the network")


def mend(page: Page, effort: Effort) -> None:
    """Give the output layer too few units, and press the button that mends this mistake."""
    effort.press(page.locator(".block:not(.picture) .name").last, "the output layer")
    effort.type(page.get_by_role("spinbutton", name="Units"), "7", "the field Units")
    effort.press(page.get_by_role("button", name="Set units to 10").first, "the button that mends")
    expect(page.locator(".problem")).to_have_count(0)
    effort.see(page.get_by_role("spinbutton", name="Units"), "the mended number")


def find_confused(page: Page, effort: Effort) -> None:
    """Find the two classes that are confused most, and look at their images."""
    effort.press(step(page, "5 Evaluate"), "the step Evaluate")
    effort.press(page.get_by_role("button", name=re.compile("% of “.*” were called “")).first, "the most confused pair")
    effort.see(page.locator(".st-key-card-evaluated-cell-images").get_by_role("img").first, "the first image")


def draw_and_ask(page: Page, effort: Effort) -> None:
    """Draw a line, read the network's answer, and open the page that explains the answer."""
    effort.press(page.get_by_role("link", name="Try it"), "the way to Try it")
    sheet = effort.see(page.locator(".pad canvas.drawing"), "the sheet to draw on")
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    effort.clicks += 1
    said = page.locator(".st-key-try-says").get_by_text(re.compile(r"\d\s%$")).first
    effort.see(said, "the answer")
    effort.press(page.get_by_role("button", name="Why this answer?"), "the way to Why")
    effort.see(page.get_by_role("img", name=re.compile("^Saliency ")).first, "the first map")


TASKS: tuple[tuple[str, Callable[[Page, Effort], None]], ...] = (
    ("a train the first network, and read its result", train),
    ("b add a layer", add_layer),
    ("c mend a mistake", mend),
    ("d find who is confused most, and see the images", find_confused),
    ("e draw something, and ask why", draw_and_ask),
)


def measure(page: Page, url: str, pictures: Path | None) -> list[Effort]:
    """Do all tasks in turn, as a newcomer to whom the lecturer has shown Digits. Return the effort of each task."""
    page.goto(f"{url}/load")
    page.get_by_role("radio", name="Digits").click()
    page.locator("[class*=st-key-rail-load]", has_text="Digits, 1,293 images").wait_for()
    page.goto(url)
    page.get_by_role("heading", name="Teach a network").wait_for()
    efforts = []
    for title, task in TASKS:
        effort = Effort(page, pictures, title)
        task(page, effort)
        print(effort.line(), flush=True)
        efforts.append(effort)
    return efforts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default=SIZE, help="of the window, in pixels")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of the window at each target")
    asked = parser.parse_args()
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    width, height = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            efforts = measure(new_visitor(browser, width, height), server.url, asked.pictures)
        browser.close()
    unseen = sum(len(effort.unseen) for effort in efforts)
    print(f"clicks={sum(e.clicks for e in efforts)} unseen={unseen} scrolled={sum(e.scrolled for e in efforts)}")


if __name__ == "__main__":
    main()
