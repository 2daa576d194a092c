"""The QR code of an address, read back from what is drawn."""

import re
from xml.etree import ElementTree

import pytest

from core.qr_codes import QUIET, qr_code_path, qr_code_svg
from tests.qr_code import read_code

ADDRESSES = [
    "http://10.0.0.5:8501/room?code=0421",
    "http://192.168.178.120:8501/room?code=4721",
    "https://layers.physics.example.edu/courses/machine-learning/room?code=90210",
    "http://[2001:db8:85a3::8a2e:370:7334]:8501/room?code=4721",
]


def drawn_rows(path: str, squares: int) -> list[list[bool]]:
    """The squares of a path, row by row: True is dark."""
    rows = [[False] * squares for _ in range(squares)]
    for column, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", path):
        rows[int(row)][int(column)] = True
    return rows


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_camera_reads_the_address(address: str) -> None:
    assert read_code(drawn_rows(*qr_code_path(address))) == address


def test_code_has_the_three_corners_by_which_a_camera_finds_it() -> None:
    rows = ["".join("01"[dark] for dark in row) for row in drawn_rows(*qr_code_path(ADDRESSES[0]))]
    corner = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in rows[:7]] == corner
    assert [row[-7:] for row in rows[:7]] == corner
    assert [row[:7] for row in rows[-7:]] == corner


def test_picture_is_black_on_white_with_a_margin_and_says_its_address() -> None:
    root = ElementTree.fromstring(qr_code_svg(ADDRESSES[0]))
    assert root.get("aria-label") == f"QR code of the address {ADDRESSES[0]}"
    ground, squares = root
    assert (ground.get("fill"), squares.get("fill")) == ("#ffffff", "#000000")
    side = qr_code_path(ADDRESSES[0])[1] + 2 * QUIET
    assert root.get("viewBox") == f"0 0 {side} {side}" and squares.get("transform") == f"translate({QUIET} {QUIET})"
