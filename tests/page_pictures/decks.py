"""Go through decks as a visitor does who follows the guide, and take a picture before and after each step.

python -m tests.page_pictures.decks OUTPUT [--decks lesson-01-keras] [--sizes 1440x900] [--themes light]

Each deck is done once, in a window of 1440x900. At each step, the same page is taken in all sizes and themes. The pictures
are named DECK-SCENE-STEP-SIZE-THEME.png, so that their names are in the order of the steps. In the size 1440x900, the page
keeps its own scroll position. In other sizes, the page is at its top.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from core.teaching import library
from core.teaching.deck import LESSON
from tests.browser.browser_steps import new_visitor
from tests.browser.chromium import open_browser
from tests.browser.deck_steps import begin, shipped, steps
from tests.page_pictures.capture import SIZES, THEMES, rest
from tests.server import Server, serve

DONE_IN = SIZES["1440x900"]
LONGEST_RUN_MILLISECONDS = 600_000  # enough for a busy machine


def main() -> None:
    given = _arguments()
    given.output.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=LONGEST_RUN_MILLISECONDS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            failed = [name for name in given.decks if not _is_done(browser, server, name, given)]
        browser.close()
    sys.exit(f"not done to the end: {', '.join(failed)}" if failed else 0)


def _arguments() -> argparse.Namespace:
    names = [deck.name for deck in library.decks()]
    lessons = [deck.name for deck in library.decks(LESSON)]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="the folder for the pictures; keep it out of the project")
    parser.add_argument("--decks", nargs="+", choices=names, default=lessons, metavar="DECK", help=" ".join(names))
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), metavar="SIZE", help=" ".join(SIZES))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES), metavar="THEME", help=" ".join(THEMES))
    return parser.parse_args()


def _is_done(browser: Browser, server: Server, name: str, given: argparse.Namespace) -> bool:
    """Go through a deck, and return whether all steps succeeded. Print the error of the first step that failed."""
    try:
        for file in _go_through(browser, server, name, given):
            print(file, flush=True)
    except (AssertionError, Error) as error:
        print(f"{name}: {error}", file=sys.stderr, flush=True)
        return False
    return True


def _go_through(browser: Browser, server: Server, name: str, given: argparse.Namespace) -> Iterator[Path]:
    page = new_visitor(browser, *DONE_IN)
    begin(page, server, name)
    for place, (scene, done) in enumerate(steps(page, shipped(name))):
        where = given.output / f"{name}-{scene}-{place:02}-{re.sub(r'[^a-z0-9]+', '-', done)}"
        yield from _take(page, where, given)
    page.context.close()


def _take(page: Page, where: Path, given: argparse.Namespace) -> Iterator[Path]:
    """Take pictures of the page in each size and theme, and restore its size, theme and scroll position."""
    main = page.get_by_test_id("stMain")
    scrolled = main.evaluate("main => main.scrollTop")
    page.mouse.move(0, 0)  # so that no tooltip is open
    for size in given.sizes:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        if (width, height) != DONE_IN:
            main.evaluate("main => main.scrollTo({ top: 0, behavior: 'instant' })")
        for theme in given.themes:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            rest(page)
            file = where.with_name(f"{where.name}-{size}-{theme}.png")
            page.screenshot(path=file)
            yield file
    page.set_viewport_size({"width": DONE_IN[0], "height": DONE_IN[1]})
    page.emulate_media(color_scheme="light")
    main.evaluate("(main, top) => main.scrollTo({ top, behavior: 'instant' })", scrolled)
    rest(page)


if __name__ == "__main__":
    main()
