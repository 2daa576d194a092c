"""The images behind a cell: a browser's values are checked, and the pictures are from the validation set."""

from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest

from core.engine.inspector import Inspector
from core.views.set_images import MOST_IMAGES, ConfusionCell, SetImagesQuestion, read_cell
from core.worker.data.load import load_sets
from core.worker.training.validation_view import EXAMPLES, confusion_cells, to_pixels
from core.worker.views.set_images import set_images
from tests.core.sample_experiments import LECTURE, with_data, with_fit

DIGITS = with_data(LECTURE, dataset="digits")
TOLD = {"actual": 6, "predicted": 0, "count": 3, "epoch": 0.4, "indexes": [5, 140, 17]}


class Process:
    """Answers when the test sets a result."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, Future]] = []

    def inspect(self, name: str, *arguments: Any) -> Future:
        self.asked.append((name, arguments, Future()))
        return self.asked[-1][2]

    def was_killed(self, _error: BaseException | None) -> bool:
        return False


def test_cell_is_read_as_it_was_told() -> None:
    assert read_cell(TOLD, DIGITS) == ConfusionCell(6, 0, 3, 0.4, (5, 140, 17))
    assert read_cell({**TOLD, "epoch": 2}, DIGITS) == ConfusionCell(6, 0, 3, 2.0, (5, 140, 17))


@pytest.mark.parametrize(
    "change",
    [
        {"actual": 10},
        {"actual": -1},
        {"actual": True},
        {"predicted": "0"},
        {"predicted": None},
        {"count": 145},
        {"count": 1.5},
        {"epoch": None},
        {"epoch": float("nan")},
        {"epoch": 1e9},
        {"indexes": []},
        {"indexes": [144]},
        {"indexes": [-1]},
        {"indexes": [0.0]},
        {"indexes": ["__class__"]},
        {"indexes": "5"},
        {"indexes": [0] * (MOST_IMAGES + 1)},
    ],
)
def test_what_is_no_cell_of_this_experiment_is_none(change: dict) -> None:
    assert DIGITS.data.num_validation == 144
    assert read_cell({**TOLD, **change}, DIGITS) is None


@pytest.mark.parametrize("told", [None, [], "6,0", {}, {"indexes": [1]}])
def test_what_is_no_cell_at_all_is_none(told: object) -> None:
    assert read_cell(told, DIGITS) is None


def test_trainer_tells_of_no_more_images_than_a_browser_may_ask_for() -> None:
    assert EXAMPLES <= MOST_IMAGES


def test_pictures_are_asked_for_once_and_are_those_that_the_network_saw() -> None:
    images, labels = load_sets(DIGITS).validation or pytest.fail("Digits have a validation set")
    actual, predicted, _, indexes = confusion_cells(labels, (labels + (labels == 6)) % 10)[6]
    question = SetImagesQuestion(DIGITS, tuple(indexes))
    assert (actual, predicted) == (6, 7)

    process = Process()
    inspector = Inspector(process, lambda: True)
    assert inspector.ask(question, wait=False) is None
    assert inspector.ask(question, wait=False) is None
    ((name, arguments, future),) = process.asked
    assert name == SetImagesQuestion.function
    future.set_result(set_images(*arguments))
    found = inspector.ask(question)
    assert isinstance(found, np.ndarray)
    assert (found == to_pixels(images[indexes], DIGITS.data.pixels)).all()
    assert inspector.ask(question) is found
    assert len(process.asked) == 1


def test_another_seed_has_other_images() -> None:
    process = Process()
    inspector = Inspector(process, lambda: True)
    for seed in (0, 1):
        inspector.ask(SetImagesQuestion(with_fit(DIGITS, seed=seed), (5, 140, 17)), wait=False)
    first, second = (set_images(*arguments) for _, arguments, _ in process.asked)
    assert (first != second).any()


def test_question_that_was_lost_is_asked_again() -> None:
    process = Process()
    inspector = Inspector(process, lambda: True)
    question = SetImagesQuestion(DIGITS, (5, 140, 17))
    assert inspector.ask(question, wait=False) is None
    process.asked[0][2].set_exception(OSError("the inspector died"))
    assert inspector.ask(question) is None
    inspector.ask(question, wait=False)
    process.asked[1][2].set_result(np.zeros((3, 8, 8, 1), "uint8"))
    assert inspector.ask(question) is not None
