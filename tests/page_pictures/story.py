"""Print the lecture as a screen reader reads it: headings, landmarks, controls and texts of each page, in their order.

python -m tests.page_pictures.story [--pages start train]
"""

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import open_browser
from tests.page_pictures.capture import open_page, page_paths
from tests.page_pictures.states import FINISHED, as_visitor, reach, write_drafts
from tests.server import serve

LECTURE = ["start", "load", "define", "compile", "train", "evaluate"]
# A line of Playwright's snapshot: `- button "Train" [disabled]: more words`.
LINE = re.compile(
    r"""^(?P<indent>\s*)-\s'?(?P<role>[\w/]+)(?:\s"(?P<name>(?:[^"\\]|\\.)*)")?(?P<states>(?:\s\[[^\]]*\])*)'?(?::(?P<text>.*))?$"""
)
SILENT = {
    "/url",
    "generic",
    "list",
    "listitem",
    "group",
    "rowgroup",
    "row",
    "document",
    "strong",
    "emphasis",
    "code",
    "separator",
}
# The name of these elements contains their whole text, which a screen reader does not repeat.
ATOMIC = {
    "link",
    "button",
    "radio",
    "tab",
    "option",
    "switch",
    "checkbox",
    "heading",
    "img",
    "slider",
    "combobox",
    "gridcell",
}
SPOKEN = {
    "button",
    "link",
    "radio",
    "checkbox",
    "switch",
    "slider",
    "spinbutton",
    "textbox",
    "combobox",
}  # the roles that are read also within an atomic element
NAMELESS = {"text", "paragraph", "caption"}  # the roles that are not read themselves


def story(snapshot: str) -> list[str]:
    """Return the lines that a screen reader reads on a page, from Playwright's snapshot of its accessibility tree."""
    said = []
    quiet = None  # the indent of the atomic element around the line, or None
    for line in snapshot.splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        indent = len(found["indent"])
        if quiet is not None and indent <= quiet:
            quiet = None
        if quiet is not None and found["role"] not in SPOKEN:
            continue
        is_named = found["role"] in ATOMIC and bool(found["name"])
        if is_named and quiet is None:
            quiet = indent
        parts = [] if found["role"] == "row" else [found["name"], None if is_named else found["text"]]
        words = " ".join(part.strip().strip("\"'") for part in parts if part and part.strip())
        level = re.search(r"level=(\d)", found["states"] or "")
        states = [state for state in re.findall(r"\[([^\]=]+)\]", found["states"] or "") if state != "cursor"]
        role = found["role"] + (f" {level[1]}" if level else "")
        if role == "/url" or (role in SILENT and not words):
            continue
        before = "" if role in NAMELESS | SILENT else f"{role}: " if words else role
        said.append(before + words + (f" ({', '.join(states)})" if states else ""))
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="+", choices=page_paths(), default=LECTURE, metavar="PAGE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_drafts(Path(folder))
        browser = open_browser(playwright)
        with serve(Path(folder)) as server:
            reach(FINISHED, browser, server)
            with as_visitor(browser, server, FINISHED, 1440, 900, "light") as context:
                for name in given.pages:
                    page, _errors, _rested = open_page(context, server, page_paths()[name])
                    print(f"\n== {page.title()} ==", *story(page.locator("body").aria_snapshot()), sep="\n")
                    page.close()
        browser.close()


if __name__ == "__main__":
    main()
