"""Guesses of lessons: a typed text that cannot be read is not judged, and a result comes with its reason."""

import pytest

from core.application import application
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR


@pytest.mark.parametrize(
    ("lesson", "guess", "unread", "read"),
    [
        (
            "lesson-05-shapes",
            "conv",
            ("36", "“36” has 1 number. Expected 3 numbers, such as 8 x 8 x 1."),
            (
                "6 x 6 x 1",
                "the layer Conv2D pass on? You said 6 × 6 × 1; it is 6 × 6 × 4. The window fits 6 times across",
            ),
        ),
        (
            "lesson-08-batches",
            "steps",
            ("many", "“many” is no number."),
            ("168", "You said 168 steps; it is 169 steps. 168 batches are full, and the last 24 images make one more."),
        ),
    ],
)
def test_typed_guess_is_asked_for_until_it_can_be_read_and_its_result_says_why(
    open_screen: Open, lesson: str, guess: str, unread: tuple[str, str], read: tuple[str, str]
) -> None:
    screen = open_screen("learn").press(f"open-{lesson}")
    key = f"guess-{lesson}-{guess}"
    while not any(field.key == key for field in screen.app.text_input):
        screen.press("guide-next")
    screen.put(key, unread[0])
    assert unread[1] in screen.text()
    assert application().progress.answers(VISITOR) == ()
    screen.put(key, read[0])
    assert read[1] in screen.text()
