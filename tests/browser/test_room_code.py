"""The QR code of a lecture, read from what is on the screen, leads a phone into the room."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from core.qr_codes import QUIET, qr_code_path
from tests.browser.browser_steps import new_visitor
from tests.browser.deck_steps import at, begin, go_on, shipped
from tests.page_pictures.capture import rest
from tests.qr_code import read_code
from tests.server import Server, serve

PUBLIC = "layers.example.edu"

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_on_the_projector_is_the_address_of_the_room(browser: Browser, tmp_path: Path, theme: str) -> None:
    address = {"STREAMLIT_BROWSER_SERVER_ADDRESS": PUBLIC, "STREAMLIT_BROWSER_SERVER_PORT": "443"}
    with serve(tmp_path / "home", **address) as server:
        page = new_visitor(browser, 1280, 720)
        page.emulate_media(color_scheme=theme)
        link, typed = code_in_scene(page, server)
        assert re.fullmatch(rf"https://{PUBLIC}/room\?code=\d{{4}}", link)
        code = link.rpartition("=")[2]
        assert f"{PUBLIC}/room" in typed and code in typed
        phone = new_visitor(browser, 390, 844)
        phone.goto(f"{server.url}/room?code={code}")
        expect(phone.get_by_text("Look at the projector")).to_be_visible()
        phone.context.close()
        page.context.close()


def code_in_scene(page: Page, server: Server) -> tuple[str, str]:
    """The text of the code in the scene that lets phones in, and the words below it."""
    begin(page, server, "lecture")
    deck = shipped("lecture")
    at(page, deck, 1)
    go_on(page)
    at(page, deck, 2)
    rest(page)
    place = page.locator(".st-key-lecture-way-in")
    return read_code(squares_of(place.locator("svg").screenshot())), place.inner_text()


def squares_of(png: bytes) -> list[list[bool]]:
    """The squares of a code in a picture of it, without the white around it: True is dark."""
    grey = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    size = min(grey.shape)  # the code stands in the middle of its place
    top, left = ((length - size) // 2 for length in grey.shape)
    side = qr_code_path(f"https://{PUBLIC}/room?code=1234")[1]  # all codes of this length have as many squares
    centres = [int((index + QUIET + 0.5) / (side + 2 * QUIET) * size) for index in range(side)]
    return [[bool(grey[top + row, left + column] < 128) for column in centres] for row in centres]
