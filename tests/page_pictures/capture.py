"""The pictures of a page in a browser, and measurements such as its height and its errors."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from pages.shell.page_map import HOME, PAGES
from tests.page_pictures.accessibility import findings
from tests.server import Server

SIZES = {
    "1440x900": (1440, 900),
    "1280x720": (1280, 720),
    "1024x768": (1024, 768),
    "390x844": (390, 844),
    "720x450": (720, 450),  # 200 % of 1440x900
}
THEMES = ("light", "dark")
LONGEST_SECONDS = 60.0  # a page that is not at rest after this time is taken and marked as still changing
LOOK_AGAIN_MILLISECONDS = 50
QUIET_MILLISECONDS = 300  # the time without changes; pictures and components appear a moment after the script's end
TALLEST = 16_000  # pixels; Chromium paints no higher window
# Two signs say whether the script runs: `script_runs` from the click on, Streamlit's app element from the server's answer
# on. Live pages never stop changing, so only their height and their number of elements must stay the same.
AT_REST = """(quiet) => new Promise((done) => {
    const app = document.querySelector("[data-testid=stApp]");
    const main = document.querySelector("[data-testid=stMain]");
    const isOver = () => app?.dataset.testScriptState === "notRunning" && !window.isScriptAwaited;
    if (!isOver() || !main?.querySelector("[data-testid=stElementContainer]")) return done(false);
    if (document.querySelector("[data-testid=stSkeleton]")) return done(false);
    if (![...main.querySelectorAll("img")].every((image) => image.complete)) return done(false);
    const measure = () => [main.scrollHeight, main.querySelectorAll("*").length].join();
    const before = measure();
    setTimeout(() => done(isOver() && before === measure()), quiet);
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
    // The words outside the frame, and their sizes, also those in the shadow trees of components.
    const sizes = {};
    let words = 0;
    const walk = (node) => {
        if (node.nodeType === Node.TEXT_NODE) {
            const found = node.textContent.trim().split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
            const holder = node.parentElement ?? node.getRootNode().host;
            if (!found || !seen(holder)) return;
            words += found;
            const size = getComputedStyle(holder).fontSize;
            sizes[size] = (sizes[size] ?? 0) + found;
        } else if (!node.matches?.("style, script, .st-key-bar, [class*=visually-hidden]")) {
            for (const child of [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes]) walk(child);
        }
    };
    walk(main);
    return { height: main.scrollHeight, overflow: over, words, sizes, links: links.map((link) => link.pathname),
             headings: headings.map((heading) => heading.innerText.trim()).filter(Boolean), title: document.title };
}"""
EXPECTED_ERRORS = ("status of 404",)  # Streamlit first looks for its endpoints below the path of a page


@dataclass(frozen=True)
class Taken:
    """The measurements of a page in a size, theme and state."""

    page: str
    state: str
    size: str
    theme: str
    height: int  # the height of the whole content, in pixels
    overflow: int  # the pixels by which the content is too wide
    errors: list[str]  # the errors in the browser's console
    axe: list[dict[str, str]]  # see `accessibility.findings`
    links: list[str]  # the paths of the links to this server
    headings: list[str]  # the headings in the first screenful
    words: int  # the visible words outside the bar
    sizes: dict[str, int]  # the number of words of each size of letters, such as {"16px": 120}
    title: str  # the title of the browser's tab
    rested: bool  # False if the page still changed when the picture was taken

    @property
    def name(self) -> str:
        """The beginning of the file names of the page's pictures."""
        return f"{self.page}-{self.state}-{self.size}-{self.theme}"

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def page_paths() -> dict[str, str]:
    """Return the path of each page by the name of its file, such as {"start": "", "load": "load"}."""
    return {page.url_path: "" if page == HOME else page.url_path for page in PAGES}


def open_page(
    context: BrowserContext, server: Server, path: str, seconds: float = LONGEST_SECONDS, quiet: int = QUIET_MILLISECONDS
) -> tuple[Page, list[str], bool]:
    """Open a page and wait for `rest`. Return the page, the list of its console errors, and whether the page is at rest."""
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/{path}")
    page.locator("[data-testid=stMain] [data-testid=stElementContainer]").first.wait_for(state="attached")
    return page, errors, rest(page, seconds, quiet)


def rest(page: Page, seconds: float = LONGEST_SECONDS, quiet: int = QUIET_MILLISECONDS) -> bool:
    """Wait until a page's script has ended and its height is constant for `quiet` milliseconds. Return False on timeout."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if page.evaluate(AT_REST, quiet):
            return True
        page.wait_for_timeout(LOOK_AGAIN_MILLISECONDS)
    return False


def take(context: BrowserContext, server: Server, where: tuple[str, str, str, str], folder: Path) -> Taken:
    """Take the pictures of a page: its first screenful, and the whole page.

    Parameters
    ----------
    context
        The browser of the state's visitor, in this size and theme.
    server
        The server to visit.
    where
        Page, state, size and theme.
    folder
        The folder for the pictures.
    """
    name, state, size, theme = where
    page, errors, rested = open_page(context, server, page_paths()[name])
    measured = page.evaluate(MEASURED)
    found = findings(page)
    ours = [error for error in errors if not any(expected in error for expected in EXPECTED_ERRORS)]
    taken = Taken(*where, errors=ours, axe=found, rested=rested, **measured)
    page.mouse.move(0, 0)  # so that no tooltip is open
    page.screenshot(path=folder / f"{taken.name}-first.png")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": min(max(height, taken.height), TALLEST)})
    rest(page)
    page.screenshot(path=folder / f"{taken.name}-whole.png")
    page.close()
    return taken
