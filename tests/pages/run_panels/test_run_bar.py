"""The bar with Train: the pages on which it floats, and those where it follows the content."""

import pytest

from tests.pages.conftest import Open
from tests.pages.screen import Screen
from tests.pages.training_run import Room


def is_bar_at_end(screen: Screen) -> bool:
    """Whether a style sheet puts the bar with Train below the content of the page."""
    return any('[data-testid="stBottom"]' in html.proto.body for html in screen.app.get("html"))


@pytest.mark.deep
def test_bar_floats_only_on_the_pages_of_the_five_steps_and_during_a_run(open_screen: Open, room: Room) -> None:
    assert not is_bar_at_end(open_screen("compile"))
    assert not is_bar_at_end(open_screen("evaluate"))
    assert is_bar_at_end(open_screen("inside"))
    room.begin()
    assert not is_bar_at_end(room.open("inside"))
