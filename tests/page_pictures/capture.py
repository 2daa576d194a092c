"""One page in a browser: its pictures, and what can be measured there."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from pages.shell.page_map import HOME, PAGES
from tests.page_pictures.accessibility import findings
from tests.server import Server

SIZES = {"1440x900": (1440, 900), "1024x768": (1024, 768), "390x844": (390, 844), "720x450": (720, 450)}  # the last: 200 %
THEMES = ("light", "dark")
LONGEST_SECONDS = 60.0  # a page may take to come to rest; then it is taken as it is, and marked so
LOOK_AGAIN_MILLISECONDS = 250
TALLEST = 16_000  # pixels; Chromium paints no higher window
# Streamlit says on its app element whether the script runs. Live pages never stop changing: only their height has to.
AT_REST = """() => new Promise((done) => {
    const app = document.querySelector("[data-testid=stApp]");
    const main = document.querySelector("[data-testid=stMain]");
    if (!app || !main || app.dataset.testScriptState !== "notRunning") return done(false);
    if (document.querySelector("[data-testid=stSkeleton]")) return done(false);
    if (!main.querySelector("[data-testid=stElementContainer]")) return done(false);
    const before = [main.scrollHeight, main.querySelectorAll("*").length].join();
    setTimeout(() => {
        const now = [main.scrollHeight, main.querySelectorAll("*").length].join();
        done(before === now && app.dataset.testScriptState === "notRunning");
    }, 700);
})"""
MEASURED = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const root = document.documentElement;
    const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const over = Math.max(main.scrollWidth - main.clientWidth, root.scrollWidth - root.clientWidth, 0);
    const links = [...document.querySelectorAll("a[href]")].filter((link) => seen(link) && link.origin === location.origin);
    const headings = [...main.querySelectorAll("h1, h2, h3, h4, [role=heading]")].filter((heading) => {
        const box = heading.getBoundingClientRect();
        return seen(heading) && box.top >= 0 && box.bottom <= innerHeight;
    });
    return { height: main.scrollHeight, overflow: over, links: links.map((link) => link.pathname),
             headings: headings.map((heading) => heading.innerText.trim()).filter(Boolean), title: document.title };
}"""
EXPECTED_ERRORS = ("status of 404",)  # Streamlit probes for its own endpoints below the path of a first deep link


@dataclass(frozen=True)
class Taken:
    """What was seen of a page in one size, theme and state."""

    page: str
    state: str
    size: str
    theme: str
    height: int  # pixels, of all that can be scrolled
    overflow: int  # pixels that stick out at the right
    errors: list[str]  # of the browser's console
    axe: list[dict[str, str]]  # see `accessibility.findings`
    links: list[str]  # paths of this server that one click reaches
    headings: list[str]  # that the first screenful shows
    title: str  # of the browser's tab
    rested: bool  # False: it still changed when the picture was taken

    @property
    def name(self) -> str:
        """The beginning of the names of its pictures."""
        return f"{self.page}-{self.state}-{self.size}-{self.theme}"

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def page_paths() -> dict[str, str]:
    """The path of each page of the map, by the name of its file: {"start": "", "load": "load"}."""
    return {page.url_path: "" if page == HOME else page.url_path for page in PAGES}


def open_page(
    context: BrowserContext, server: Server, path: str, seconds: float = LONGEST_SECONDS
) -> tuple[Page, list[str], bool]:
    """Open a page and wait until it rests; returns it with its console's errors, and whether it came to rest."""
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/{path}")
    page.locator("[data-testid=stMain] [data-testid=stElementContainer]").first.wait_for(state="attached")
    return page, errors, rest(page, seconds)


def rest(page: Page, seconds: float = LONGEST_SECONDS) -> bool:
    """Wait until a page's script has ended and its height stays; False when that took too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if page.evaluate(AT_REST):
            return True
        page.wait_for_timeout(LOOK_AGAIN_MILLISECONDS)
    return False


def take(context: BrowserContext, server: Server, where: tuple[str, str, str, str], folder: Path) -> Taken:
    """Take the pictures of a page: its first screenful, and the whole of it.

    Arguments:
        context: the browser of the state's visitor, in this size and theme.
        server: which to visit.
        where: page, state, size and theme.
        folder: for the pictures.
    """
    name, state, size, theme = where
    page, errors, rested = open_page(context, server, page_paths()[name])
    measured = page.evaluate(MEASURED)
    found = findings(page)
    ours = [error for error in errors if not any(expected in error for expected in EXPECTED_ERRORS)]
    taken = Taken(*where, errors=ours, axe=found, rested=rested, **measured)
    page.mouse.move(0, 0)  # no tooltip
    page.screenshot(path=folder / f"{taken.name}-first.png")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": min(max(height, taken.height), TALLEST)})
    rest(page)
    page.screenshot(path=folder / f"{taken.name}-whole.png")
    page.close()
    return taken
