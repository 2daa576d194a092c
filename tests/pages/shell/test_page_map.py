"""The way through the pages: each has its place on the map, and is near."""

from pathlib import Path

import pytest

from core.runs import manager
from pages.shell import page_map
from pages.shell.page_map import BESIDE, HOME, INSIDE_ICON, PAGES, STEPS, WHY_ICON, PageEntry, page_of, tabs_of_step
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import Screen


def links(screen: Screen, key: str) -> dict[str, str]:
    """Where the links in a container lead, by their words; empty where the page has no such container."""
    if not screen.has(key):
        return {}
    return {link.proto.label: link.proto.page for link in screen.app.get_by_key(key).get("page_link")}


def test_steps_have_their_pages_in_teaching_order() -> None:
    assert STEPS == ("Load", "Define", "Compile", "Train", "Evaluate")
    assert [page.tab for page in tabs_of_step("Evaluate")] == ["Result", "Mistakes", "Inside", "Why", "Try it", "Take away"]
    assert tabs_of_step("Define") == () == tabs_of_step("")
    assert len({page.title for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("icon", [INSIDE_ICON, WHY_ICON])
def test_ways_to_a_page_have_its_icon_from_the_map(icon: str) -> None:
    name = icon.split("/")[1].strip(":")
    naming = [path.name for path in Path(page_map.__file__).parents[1].rglob("*.py") if name in path.read_text("utf-8")]
    assert naming == ["page_map.py"]


WITHOUT_BAR = ("stage.py", "presenter.py")  # they fill a projector and the screen beside it


@pytest.mark.parametrize("page", [page for page in PAGES if page.file not in WITHOUT_BAR], ids=lambda page: page.url_path)
def test_every_page_leads_home_to_its_neighbours_and_to_the_pages_beside(open_screen: Open, page: PageEntry) -> None:
    screen = open_screen(page.url_path)
    here = [step for step in STEPS if screen.has(f"rail-{step.lower()}-here")]
    assert here == ([page.step] if page.step else [])
    assert links(screen, "rail")["Layer by Layer"] == ""
    assert links(screen, "bar-tools")["Learn"] == "learn"
    assert list(links(screen, "tabs-step").values()) == [one.url_path for one in tabs_of_step(page.step)]
    assert list(links(screen, "tabs-beside").values()) == [one.url_path for one in BESIDE if not one.for_lecturer]


def test_every_page_is_two_clicks_from_the_first_screen(open_screen: Open) -> None:
    first = open_screen("start")
    reached = {HOME.url_path: 0} | dict.fromkeys([link.proto.page for link in first.app.get("page_link")], 1)
    for url_path in list(reached):
        for link in open_screen(url_path or HOME.url_path).app.get("page_link"):
            reached.setdefault(link.proto.page, 2)
    # Phones come by a code, a lecture opens the presenter's window, and the lecturer alone has a way to Class.
    elsewhere = {"follow", "room", "presenter", "classroom"}
    assert {page.url_path for page in PAGES} - elsewhere <= set(reached)


def test_pages_that_show_a_result_say_that_they_wait_for_one(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    screen = open_screen("inside", DIGITS)
    tabs = {link.proto.label: link.proto for link in screen.app.get_by_key("tabs-step").get("page_link")}
    waiting = [label for label, link in tabs.items() if link.icon]
    assert waiting == [page.tab for page in tabs_of_step("Evaluate") if page.awaits] == ["Result", "Mistakes", "Take away"]
    assert tabs["Mistakes"].help == "Its mistakes are shown here once a run has ended: press Train."
    training.whole(installed, workers, "ada")
    assert [link.proto.icon for link in screen.run().app.get_by_key("tabs-step").get("page_link")] == [""] * 6


def test_page_of_a_file() -> None:
    assert page_of("mistakes.py").step == "Evaluate"
    assert page_of("start.py") is HOME
