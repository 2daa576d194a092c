"""What is computed of pictures that were taken: the table, the clicks, the visual difference. No browser is needed."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.page_pictures.capture import Taken, page_paths
from tests.page_pictures.differences import CHANGED, GAP, compare, compare_folders
from tests.page_pictures.overview import COLUMNS, clicks_from_start, markdown, rows, write
from tests.server import PROJECT

FINDING = {"rule": "image-alt", "impact": "critical", "where": "img", "html": "<img>", "why": "no <alt>"}


@pytest.fixture(autouse=True)
def data_folder() -> None:
    """No data is kept here."""


def taken(page: str, *links: str, **more: object) -> Taken:
    seen: dict = {"height": 900, "overflow": 0, "errors": [], "axe": [], "headings": [], "title": page, "rested": True}
    seen |= {"words": 3, "sizes": {"30px": 1, "12.5px": 2}}
    return Taken(page, "finished", "1440x900", "light", **(seen | {"links": list(links)} | more))


def test_every_page_of_the_router_is_pictured() -> None:
    screens = {path.stem for path in (PROJECT / "pages").glob("*.py")} - {"__init__", "main"}
    paths = page_paths()
    assert set(paths) == screens
    assert len(set(paths.values())) == len(screens)
    assert (paths["start"], paths["try_it"]) == ("", "try_it")


def test_clicks_are_those_of_the_shortest_way() -> None:
    paths = {"start": "", "load": "load", "own": "own", "lost": "lost"}
    seen = [taken("start", "/load"), taken("load", "/", "/own", "/elsewhere"), taken("own", "/load"), taken("lost", "/")]
    assert clicks_from_start(seen, paths) == {"start": 0, "load": 1, "own": 2}


def test_table_counts_findings_by_impact_and_breaks_at_no_text() -> None:
    one = taken("load", axe=[FINDING, FINDING], headings=["A | B", "C\nD"], overflow=7, rested=False)
    head, _, row = markdown(rows([one], {"load": 1})).splitlines()
    found = dict(zip(COLUMNS, [cell.strip() for cell in row.strip("|").split("|")], strict=True))
    assert head.count("|") == row.count("|")
    assert (found["critical"], found["serious"], found["overflow"], found["clicks from Start"]) == ("2", "0", "7", "1")
    assert found["first screenful"] == "A / B · C D (still changing)"
    assert (found["words"], found["sizes"]) == ("3", "12.5px, 30px")


def test_overview_shows_every_picture_and_escapes_what_pages_say(tmp_path: Path) -> None:
    write([taken("load", axe=[FINDING], errors=["<b>broken</b>"])], {"load": 1}, tmp_path)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert {"load-finished-1440x900-light-first.png", "load-finished-1440x900-light-whole.png"} <= set(
        re.findall(r'src="([^"]+)"', text)
    )
    assert "no &lt;alt&gt;" in text
    assert "<b>broken" not in text


def test_changed_pixels_are_counted_and_marked() -> None:
    old = Image.new("RGB", (20, 10), "white")
    new = old.copy()
    new.paste("black", (0, 0, 5, 10))
    new.putpixel((19, 9), (250, 250, 250))  # how letters are smoothed
    share, beside = compare(old, new)
    assert share == 0.25
    assert beside.size == (3 * 20 + 2 * GAP, 10)
    assert beside.getpixel((2 * (20 + GAP), 0)) == CHANGED
    assert beside.getpixel((2 * (20 + GAP) + 19, 9)) != CHANGED


def test_what_only_one_picture_is_tall_enough_for_has_changed() -> None:
    share, _ = compare(Image.new("RGB", (10, 10), "white"), Image.new("RGB", (10, 40), "white"))
    assert share == 0.75


def test_biggest_change_comes_first_and_equal_pictures_are_left_out(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        for name in ("same", "little", "much"):
            Image.new("RGB", (10, 10), "white").save(folder / f"{name}-whole.png")
    for name, width in (("little", 1), ("much", 9)):
        picture = Image.new("RGB", (10, 10), "white")
        picture.paste("black", (0, 0, width, 10))
        picture.save(new / f"{name}-whole.png")
    Image.new("RGB", (10, 10), "white").save(new / "added-whole.png")
    assert [(one.name, one.share) for one in compare_folders(old, new)] == [("much", 0.9), ("little", 0.1)]
    text = (new / "differences.html").read_text(encoding="utf-8")
    assert text.index("differences/much-whole.png") < text.index("differences/little-whole.png")
    assert (new / "differences" / "much-whole.png").is_file()
