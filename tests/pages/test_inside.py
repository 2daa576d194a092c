"""Inside your net: the picked image, all layers, one of them, and one of its numbers."""

import numpy as np

from core import runs
from core.experiment import INPUT
from core.inside import Inside, Maps, Picture
from core.picked import Picked
from core.views import VIEWS
from tests.pages.conftest import DIGITS, Open
from tests.pages.recorded import Training
from tests.pages.room import SHORT
from tests.pages.screen import VISITOR
from tests.pages.scripted import ScriptedWorkers

LABELS, PICTURE, INSIDE = (VIEWS[name][0] for name in ("labels", "picture", "inside"))
SHOWN = Picture("data:,1", 0, "channel 1")
WHOLE = Inside(
    (
        Maps(INPUT, "", (), (8, 8, 1), (SHOWN,), 1, 0.0, 1.0),
        Maps("flatten", "Flatten", (INPUT,), (64,), (SHOWN,), 1, 0.0, 1.0),
        Maps("hidden", "Dense", ("flatten",), (128,), (SHOWN,), 1, 0.0, 2.5),
    ),
    (0.7, *(9 * (0.3 / 9,))),
)


def test_all_layers_are_shown_once_the_inspector_answers(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("inside")
    assert "Not trained yet" in screen.text()
    assert not screen.has("inside-layers")
    assert workers.answer(INSIDE, WHOLE) == (DIGITS, "", Picked("validation", 0))
    rows = screen.run().component("inside-layers")["layers"]
    assert [row["title"] for row in rows] == ["The image", "flatten: Flatten", "hidden: Dense"]
    assert rows[2]["details"] == ["128 numbers", "from 0 (black) to 2.5 (white)"]
    assert "It says: 0 70.0%" in screen.text()


def test_image_is_that_of_the_run_in_view_and_goes_on_by_class(
    open_screen: Open, training: Training, installed: runs.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, VISITOR)
    screen = open_screen("inside", DIGITS)
    path = str(installed.folder(run) / "model.keras")
    assert workers.answer(INSIDE, WHOLE) == (SHORT, path, Picked("validation", 0))
    workers.answer(LABELS, labels := np.arange(144) % 10)
    screen.run().put("picked-class", 3).press("Next image")
    assert workers.answer(INSIDE, WHOLE)[2] == Picked("validation", 3)
    screen.press("Next image")
    assert workers.answer(INSIDE, WHOLE)[2] == Picked("validation", 13)
    screen.press("Previous image").press("Previous image")
    assert workers.answer(INSIDE, WHOLE)[2].index == int((labels == 3).nonzero()[0][-1])
