"""Pictures are numbers: any picture at full size, and one unit by hand."""

import io

import numpy as np
import pytest
from PIL import Image

from core.datasets.image_files import SHOWN_SIDE
from core.engine import picture_decoder
from core.png import from_data_uri
from pages.datasets import picture_inspector
from tests.pages.conftest import Open
from tests.pages.screen import Screen

TAB = "images-view"


def photo(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def own(open_screen: Open) -> Screen:
    return open_screen("images").open_tab("Upload a picture", TAB)


def test_example_is_counted_and_taken_apart(own: Screen) -> None:
    words = own.text("any-picture-card")
    assert "**640 × 427 × 3 = 819,840** numbers" in words and "takes 8 × 8 × 1 = 64." in words
    assert "11,059,200" in words and "36,000,000" in words
    assert [item["caption"] for item in own.component("any-picture-planes")["items"]] == ["red", "green", "blue"]
    own.put("any-picture-space", "HSV")
    assert [item["caption"] for item in own.component("any-picture-planes")["items"]] == ["hue", "saturation", "value"]


def test_picture_comes_to_the_size_of_the_network_in_three_ways(own: Screen) -> None:
    for rule in ("crop", "pad", "stretch"):
        [item] = own.component(f"any-picture-fit-{rule}")["items"]
        assert from_data_uri(item["src"]).shape == (8, 8), "grey, as Digits are"
        assert item["caption"] == "8 × 8 × 1 = 64"
    padded = from_data_uri(own.component("any-picture-fit-pad")["items"][0]["src"])
    assert padded[0].max() == 0, "the rest is black"


@pytest.mark.deep
def test_photograph_is_counted_as_in_its_file_and_drawn_smaller() -> None:
    found = picture_decoder.decode_picture(photo(2_000, 1_500), SHOWN_SIDE, SHOWN_SIDE)
    assert (found.width, found.height) == (2_000, 1_500)
    assert max(found.pixels.shape) == SHOWN_SIDE


def test_picture_of_ones_own_is_counted_in_full(open_screen: Open) -> None:
    screen = open_screen("images")
    screen.app.session_state[picture_inspector.KEPT] = picture_inspector.DecodedPicture(
        np.zeros((480, 640, 3), "uint8"), 4_000, 3_000, "colour", ()
    )
    words = screen.open_tab("Upload a picture", TAB).text("any-picture-card")
    assert "**4,000 × 3,000 × 3 = 36,000,000** numbers" in words
    assert "Drawn here with 640 × 480 pixels; counted at the file's own size." in words


# One unit by hand


@pytest.fixture
def unit(open_screen: Open) -> Screen:
    return open_screen("images").open_tab("One unit by hand", TAB)


def test_sliders_move_what_the_unit_gives(unit: Screen) -> None:
    assert "**2 of 4** are right." in unit.text("one-unit")
    unit.put("unit-w2", 1.0).put("unit-threshold", 1.5)
    assert "| 1, 1 | 2.0 | 1 :material/check: right | 1 |" in unit.text("one-unit")
    assert "**4 of 4** are right." in unit.text("one-unit")
    assert "4 of 4 points lie on the right side" in unit.component("unit-plane")["svg"]


def test_button_shows_a_unit_that_does_it_and_says_why_there_is_none(unit: Screen) -> None:
    unit.put("unit-task", "OR").press("unit-solve")
    assert unit.widget("unit-threshold").value == 0.5 and "**4 of 4** are right." in unit.text("one-unit")
    unit.put("unit-task", "XOR")
    assert unit.button("unit-solve").disabled and "at most 3 of 4" in unit.button("unit-solve").help
    assert "No straight line has both 1 of XOR on one side" in unit.text("one-unit")


def test_two_layers_do_xor(unit: Screen) -> None:
    unit.put("unit-task", "XOR").put("unit-net", "Two layers")
    words = unit.text("one-unit")
    assert "**4 of 4** are right." in words and "| 1, 1 | 1, 1 | 0 :material/check: right | 0 |" in words
    assert unit.component("unit-plane")["svg"].count("<polyline") == 2
    assert "**3 of 4** are right." in unit.put("unit-1-bias", -2.0).text("one-unit")
