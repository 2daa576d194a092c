"""Take a picture of every page in each size and theme, and write a page that shows them all, with a table.

python -m tests.page_pictures OUTPUT [--pages train define] [--states finished] [--sizes 1440x900] [--themes light]
    [--compare OTHER]

The command starts the app with an empty data folder, trains the lecture's network on Digits, and needs no internet.
OUTPUT/index.html shows the pictures, and OUTPUT/pages.md is the table. With --compare, OUTPUT/differences.html shows the
differences from the pictures in the folder OTHER.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import open_browser
from tests.page_pictures.capture import SIZES, THEMES, Taken, page_paths, take
from tests.page_pictures.differences import compare_folders
from tests.page_pictures.overview import clicks_from_start, write
from tests.page_pictures.states import FINISHED, STATES, as_visitor, reach, write_drafts
from tests.server import Server, serve


def main() -> None:
    given = _arguments()
    given.output.mkdir(parents=True, exist_ok=True)
    taken: list[Taken] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_drafts(Path(folder))
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            for one in _take_all(given, browser, server):
                taken.append(one)
                words = f"{one.height:>6,} px, {len(one.axe)} found by axe, {len(one.errors)} errors"
                print(f"{one.name:<50} {words}", flush=True)
        browser.close()
    write(taken, clicks_from_start(taken, page_paths()), given.output)
    print(f"wrote {given.output / 'index.html'} and {given.output / 'pages.md'}")
    if given.compare:
        for difference in compare_folders(given.compare, given.output):
            print(f"{difference.share:7.1%} changed: {difference.name}")
        print(f"wrote {given.output / 'differences.html'}")


def _arguments() -> argparse.Namespace:
    pages = list(page_paths())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="the folder for the pictures; keep it out of the project")
    parser.add_argument("--pages", nargs="+", choices=pages, default=pages, metavar="PAGE", help=" ".join(pages))
    parser.add_argument("--states", nargs="+", choices=STATES, default=[FINISHED], metavar="STATE", help=" ".join(STATES))
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), metavar="SIZE", help=" ".join(SIZES))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES), metavar="THEME", help=" ".join(THEMES))
    parser.add_argument("--compare", type=Path, metavar="OTHER", help="an OUTPUT that was made before")
    return parser.parse_args()


def _take_all(given: argparse.Namespace, browser: Browser, server: Server) -> Iterator[Taken]:
    for state in (one for one in STATES if one in given.states):  # the state with an active run comes last
        reach(state, browser, server)
        for size, theme in product(given.sizes, given.themes):
            with as_visitor(browser, server, state, *SIZES[size], theme) as context:
                for page in given.pages:
                    yield take(context, server, (page, state, size, theme), given.output)


if __name__ == "__main__":
    sys.exit(main())
