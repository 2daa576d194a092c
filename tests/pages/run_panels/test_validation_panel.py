"""What the network says of the validation set, on the Train page: what the browser is told, and the images behind a cell."""

from concurrent.futures import Future

import numpy as np
import pytest

from core.views.set_images import ConfusionCell, SetImagesQuestion
from tests.pages.real_keras import Training
from tests.pages.screen import Screen
from tests.pages.training_run import SHORT, Room

PICTURES = SetImagesQuestion.function
MANY = ConfusionCell(7, 1, count=12, epoch=1.2345, indexes=tuple(range(8)))
ONE = ConfusionCell(3, 3, count=1, epoch=0.5, indexes=(5,))


@pytest.fixture
def pictures(room: Room, monkeypatch: pytest.MonkeyPatch) -> Future:
    """The inspector's answer to what images look like; it waits until a test gives it."""
    answer: Future = Future()
    inspect = room.workers.inspect
    told = lambda name, *rest: answer if name == PICTURES else inspect(name, *rest)  # noqa: E731
    monkeypatch.setattr(room.workers, "inspect", told)
    return answer


def pick(screen: Screen, run: str, cell: ConfusionCell) -> Screen:
    """Pick a cell of the matrix of a run."""
    screen.app.session_state["cell"] = (run, cell)
    return screen.run()


def test_browser_gets_what_it_needs_to_draw_both(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT)
    for shows in ("matrix", "images"):
        told = screen.component(f"look-{shows}-{run}")
        assert (told["shows"], told["validation"]) == (shows, 144)
        assert told["url"] == screen.component("curves")["url"], "one stream for all"
        assert told["classes"] == [str(digit) for digit in range(10)]
        assert told["selected"] is None
    assert not screen.has("behind-cell")


def test_run_without_validation_set_says_that_there_is_nothing_to_watch(
    room: Room, training_without_validation: Training
) -> None:
    run = room.begin(experiment=training_without_validation.experiment)
    screen = room.open("train")
    assert "This run keeps no validation set aside (validation split 0)" in screen.text("watching")
    assert not screen.has(f"look-matrix-{run}")


def test_page_does_not_wait_for_the_pictures_of_a_cell(room: Room, pictures: Future) -> None:
    run = room.begin()
    screen = pick(room.open("train", SHORT), run, MANY)
    words = screen.text("behind-cell")
    assert "7, said 1: 12 images at epoch 1.23; the 8 that the network was surest of" in words
    assert "Reading the images" in words
    assert screen.component(f"look-matrix-{run}")["selected"] == [7, 1]
    pictures.set_result(np.zeros((8, 8, 8, 1), "uint8"))
    screen.run()
    assert "Reading the images" not in screen.text("behind-cell")
    items = screen.component("cell-pictures")["items"]
    assert [item["id"] for item in items] == [str(index) for index in range(8)]
    assert {(item["caption"], item["detail"], item["tone"]) for item in items} == {("7", "said 1", "wrong")}


def test_cell_of_the_diagonal_is_right_and_can_be_closed(room: Room, pictures: Future) -> None:
    run = room.begin()
    pictures.set_result(np.zeros((1, 8, 8, 1), "uint8"))
    screen = pick(room.open("train", SHORT), run, ONE)
    assert "3, said 3: 1 image at epoch 0.5" in screen.text("behind-cell")
    assert "surest" not in screen.text("behind-cell")
    [item] = screen.component("cell-pictures")["items"]
    assert (item["caption"], item["detail"], item["tone"]) == ("3", "", "right")
    screen.press("close-cell")
    assert not screen.has("behind-cell")
    assert screen.component(f"look-matrix-{run}")["selected"] is None


def test_cell_that_was_picked_in_another_run_is_not_shown(room: Room) -> None:
    room.begin()
    screen = pick(room.open("train", SHORT), "another", ONE)
    assert not screen.has("behind-cell")
