"""Find anything: what can be found is there, and is shown where it is."""

from collections import Counter

import pytest
from streamlit.runtime.context import ContextProxy

from core.catalogue.layers import LAYERS
from core.experiment.model import DATA, FIT
from core.glossary.terms import TERMS
from core.lecturer_token import token
from pages.components.browser_modules import ASSETS
from pages.components.find_entries import find_entries
from pages.frame.progress_rail import FIND
from pages.shell.page_map import PAGES
from pages.shell.session import LECTURER_COOKIE
from tests.pages.conftest import Open
from tests.pages.screen import Screen

ENTRIES = find_entries()
TARGETS = sorted({(one["page"], one["targets"][-1]) for one in ENTRIES if one["targets"]})


def keys(screen: Screen) -> list[str]:
    """The keys of all widgets and containers on a page."""
    everything = (str(getattr(one, "key", "") or "") for one in screen.app)
    return [key.partition("#")[0] for key in everything]


def test_pages_layers_settings_and_terms_can_be_found() -> None:
    by_kind = Counter(one["kind"] for one in ENTRIES)
    offered = sum(not page.for_lecturer for page in PAGES)
    assert (by_kind["Page"], by_kind["Layer"], by_kind["Term"]) == (offered, len(LAYERS), len(TERMS))
    settings = {one["also"] for one in ENTRIES if one["kind"] == "Setting"}
    assert {*DATA, *FIT, "learning_rate", "momentum", "kernel_size", "label_smoothing"} <= settings
    assert all(one["name"] and one["words"] for one in ENTRIES)
    assert {one["page"] for one in ENTRIES} <= {page.file for page in PAGES}


def test_the_entries_are_sent_once_and_not_with_every_page(open_screen: Open) -> None:
    data = open_screen("load").component(FIND)
    assert data["page"] == "load.py"
    assert ASSETS[data["entries"]].startswith(b"export default [{")


@pytest.mark.parametrize("page", sorted({page for page, _ in TARGETS}))
def test_what_is_found_has_its_place_on_its_page(open_screen: Open, page: str) -> None:
    screen = open_screen(page.removesuffix(".py"))
    there = keys(screen)
    layers = {entry["name"] for entry in screen.component("builder")["palette"]} if screen.has("builder") else set()
    for target in [target for where, target in TARGETS if where == page]:
        kind, _, rest = target.rpartition(":")
        if kind == "palette":
            assert rest in layers
        else:
            assert target in there, f"{target} is not on {page}"


def test_a_choice_leads_to_its_page(open_screen: Open) -> None:
    screen = open_screen("load").tell(FIND, "chosen", {"page": "mistakes.py", "term": ""})
    assert screen.title == "Mistakes"


def test_the_lecturer_alone_finds_the_page_class(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "classroom.py" not in {entry["page"] for entry in ENTRIES}
    assert open_screen("load").component(FIND)["more"] == []
    monkeypatch.setattr(ContextProxy, "cookies", {LECTURER_COOKIE: token()})
    (entry,) = open_screen("load").component(FIND)["more"]
    assert (entry["kind"], entry["name"], entry["page"]) == ("Page", "Classroom", "classroom.py")


def test_a_term_is_opened_in_the_glossary(open_screen: Open) -> None:
    screen = open_screen("load").tell(FIND, "chosen", {"page": "glossary.py", "term": "epoch"})
    assert screen.title == "Glossary"
    assert screen.component("glossary-index")["term"] == "epoch"


def test_nothing_but_a_page_of_the_map_is_opened(open_screen: Open) -> None:
    assert open_screen("load").tell(FIND, "chosen", {"page": "../dashboard.py", "term": ""}).title == "Load"
