"""A page that a press asked for is reached, though the page that is left sends one more event."""

from tests.pages.conftest import Open

SWITCH = "page_switch"


def test_event_of_the_left_page_does_not_end_the_switch(open_screen: Open) -> None:
    screen = open_screen("compile")
    screen.app.session_state[SWITCH] = "compile.py", "load.py"
    assert screen.run().title == "Load"
    assert SWITCH not in screen.app.session_state


def test_page_that_is_drawn_may_be_left_backwards(open_screen: Open) -> None:
    screen = open_screen("compile")
    screen.app.session_state["go_to"] = "load.py"
    assert screen.run().title == "Load"
    screen.app.switch_page("compile.py")
    assert screen.run().title == "Compile"


def test_event_of_another_page_is_drawn_there(open_screen: Open) -> None:
    screen = open_screen("compile")
    screen.app.session_state[SWITCH] = "train.py", "load.py"
    assert screen.run().title == "Compile"
