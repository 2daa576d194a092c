"""Style sheets stay cheap: no change within a chart makes the browser recalculate the styles of the page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parent.parent / "pages"
REACHES_THE_PAGE = {"curves.css"}  # the sheet of the only component without a shadow root


def is_in_shadow_root(sheet: Path) -> bool:
    """Whether a style sheet belongs to a component, in `components` or in the folder of a view."""
    is_component = "components" in sheet.parts or sheet.with_suffix(".html").exists()
    return is_component and sheet.name not in REACHES_THE_PAGE


SHEETS = sorted(sheet for sheet in PAGES.rglob("*.css") if not is_in_shadow_root(sheet))
# With one of these in `:has`, the browser takes each element that a chart draws for one that the selector may mean.
STATE = re.compile(r"[\[:*]")
# Elements around charts that ask for a descendant: the browser would look through all that stands in them.
AROUND_CHARTS = re.compile(
    r"(^|\s)(body|html|div|\.st-key-(beside|train|stage)|\[data-testid=\"stMain\"\]):(has|not\(:has)\(.*?\)+\s+\S"
)
COMMAS = re.compile(r",\s*(?![^()]*\))")  # between selectors, and not within parentheses
# Parts of a selector that end with an element of any kind, below an element that is known by a part of its classes.
ANYTHING_BELOW = re.compile(r"\[class[*^].*[\s>+~](?:\*|:(?!is\())[^\s>+~]*$")
RARE = {  # a state that Streamlit sets, and a page without live charts
    ("train.css", '[data-stale="true"]'),
    ("why_methods.css", '[class*="st-key-why-missing-"]'),
    ("why_methods.css", '> div > [class*="st-key-why-missing-"]'),
}


def selectors(sheet: str) -> Iterator[str]:
    """The selectors of a style sheet."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    for match in re.finditer(r"([^{}]+)\{", text):
        yield " ".join(match[1].split())


def arguments(selector: str) -> Iterator[str]:
    """What stands in each `:has` of a selector."""
    for match in re.finditer(r":has\(", selector):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(selector[end], 0)
            end += 1
        yield selector[match.end() : end - 1]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_has_names_only_classes_and_elements(sheet: Path) -> None:
    asked = {argument for selector in selectors(sheet.read_text("utf-8")) for argument in arguments(selector)}
    costly = {argument for argument in asked if STATE.search(argument) and (sheet.name, argument) not in RARE}
    assert not costly, "use a class, a sheet that Python loads when it holds, or page_top/control_states.js"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_what_stands_around_charts_is_asked_for_itself_alone(sheet: Path) -> None:
    costly = [one for one in selectors(sheet.read_text("utf-8")) if AROUND_CHARTS.search(one)]
    assert not costly, "load a sheet from Python when it holds"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_part_of_a_class_asks_for_anything_below(sheet: Path) -> None:
    costly = [
        one for many in selectors(sheet.read_text("utf-8")) for one in COMMAS.split(many) if ANYTHING_BELOW.search(one)
    ]
    assert not costly, "name a class: else each change of a class makes the browser compute the styles of all below again"


def test_costly_selectors_are_seen() -> None:
    costly = "body:has(.guide) .heading, .st-key-beside:not(:has(.code)) .st-key-train { } a:has(> b:not(.c)) { }"
    assert [argument for one in selectors(costly) for argument in arguments(one)] == [".guide", ".code", "> b:not(.c)"]
    assert all(
        AROUND_CHARTS.search(one) for one in ("body:has(.guide) .heading", ".st-key-beside:not(:has(.code)) .st-key-train")
    )
    assert not AROUND_CHARTS.search("div:has(> .st-key-rail)")
    assert ANYTHING_BELOW.search('[class*="st-key-a-"] > :first-child')
    assert ANYTHING_BELOW.search('.b [class*="st-key-a-"] *')
    assert not ANYTHING_BELOW.search('[class*="st-key-a-"] > .c:first-child')
    assert not ANYTHING_BELOW.search('[class*="st-key-a-"]:not(.b)::before')
