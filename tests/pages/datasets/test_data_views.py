"""Load's views of a whole data set: a hundred images, all pixel values, labels as columns, and the table."""

import base64
import json

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from core.datasets.previews import read_preview
from core.png import from_data_uri
from core.problems import Problem
from core.views.data_overview import ArrayShape, ClassSampleQuestion, Overview, OverviewQuestion, positions_histogram
from tests.core.sample_experiments import with_compile
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.screen import Screen

HUNDRED = ClassSampleQuestion.function
OVERVIEW = OverviewQuestion.function


@pytest.fixture(scope="module")
def measured() -> Overview:
    """Digits, measured without Keras."""
    digits = load_digits()
    images, test, labels, test_labels = train_test_split(
        digits.images, digits.target, test_size=0.2, stratify=digits.target, random_state=0
    )
    arrays = (("x_train", images), ("y_train", labels), ("x_test", test), ("y_test", test_labels))
    return Overview(
        arrays=tuple(ArrayShape(name, array.shape, str(array.dtype)) for name, array in arrays),
        histograms=np.stack([positions_histogram(images[labels == label], 17) for label in range(10)]),
        smallest=images.min(axis=0)[..., None],
        largest=images.max(axis=0)[..., None],
        missing=0,
        train_counts=np.bincount(labels),
        test_counts=np.bincount(test_labels),
    )


def view(open_screen: Open, name: str) -> Screen:
    return open_screen("load").open_tab(name, "load-view")


def bars(screen: Screen) -> tuple[list[int], list[int]]:
    """The values and heights of the bars of the histogram."""
    bar = json.loads(screen.app.get_by_key("values-chart").proto.spec)["data"][0]

    def numbers(of: object) -> list[int]:
        if isinstance(of, dict):
            return np.frombuffer(base64.b64decode(of["bdata"]), of["dtype"]).tolist()
        return list(of)  # type: ignore[call-overload]

    return numbers(bar["x"]), numbers(bar["y"])


def test_nothing_is_asked_before_its_tab_is_opened(open_screen: Open, workers: ScriptedWorkers) -> None:
    open_screen("load")
    assert not {OVERVIEW, HUNDRED} & set(workers.asked)


def test_hundred_images_of_a_class_stand_in_ten_rows(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = view(open_screen, "A hundred of a class")
    images = np.arange(100, dtype="uint8")[:, None, None, None] * np.ones((1, 8, 8, 1), "uint8")
    assert workers.answer(HUNDRED, images) == ("digits", 0, 0)
    [item] = screen.run().component("hundred-sheet")["items"]
    sheet = from_data_uri(item["src"])
    assert sheet.shape == (89, 89) and (sheet[0, 0], sheet[0, 88], sheet[88, 0]) == (0, 9, 90)
    assert item["alt"] == "100 images of 0 in rows of ten."
    screen.put("hundred-class-digits", 7).press("hundred-again")
    assert workers.answer(HUNDRED, images) == ("digits", 7, 1)


def test_histogram_counts_all_values_and_can_leave_out_0(
    open_screen: Open, workers: ScriptedWorkers, measured: Overview
) -> None:
    screen = view(open_screen, "Pixel values")
    assert workers.answer(OVERVIEW, measured) == ("digits",)
    counts = measured.histogram.tolist()
    assert bars(screen.run()) == (list(range(17)), counts)
    zeros = f"{100 * counts[0] / sum(counts):.0f} % of them are 0: the background."
    assert f"{1_437 * 64:,} values between 0 and 16, " in screen.text("pixel-values") and zeros in screen.text(
        "pixel-values"
    )
    assert bars(screen.put("values-without-0", True)) == (list(range(1, 17)), counts[1:])
    screen.put("values-without-0", False).put("values-of-digits", "3")
    assert bars(screen)[1] == measured.histograms[3].tolist()
    screen.put("values-of-digits", "Largest value of each pixel")
    low, high = int(measured.largest.min()), int(measured.largest.max())
    assert f"of the 64 pixels over all training images lies between {low} and {high}." in screen.text("pixel-values")
    screen.put("values-of-digits", "Smallest value of each pixel")
    assert "The smallest value of each of the 64 pixels over all training images is 0." in screen.text("pixel-values")


def test_labels_are_columns_of_0_and_1(open_screen: Open) -> None:
    screen = view(open_screen, "Labels")
    table = screen.app.dataframe[0].value
    assert table[[str(label) for label in range(10)]].to_numpy().tolist() == np.eye(10).tolist()
    preview = read_preview("digits")
    assert preview is not None
    assert (from_data_uri(table["image"][4]) == preview.images[4, 0, :, :, 0]).all()
    words = screen.text("one-hot")
    assert "y_train = keras.utils.to_categorical(y_train, 10)" in words
    assert "Your loss, SparseCategoricalCrossentropy, reads the whole number" in words
    one_hot = with_compile(DIGITS, loss={"name": "CategoricalCrossentropy"})
    screen = open_screen("load", one_hot).open_tab("Labels", "load-view")
    assert "Your loss, CategoricalCrossentropy, reads the columns" in screen.text("one-hot")


def test_table_answers_what_is_asked_of_data(open_screen: Open, workers: ScriptedWorkers, measured: Overview) -> None:
    screen = view(open_screen, "In a table")
    workers.answer(OVERVIEW, measured)
    words = screen.run().text("data-table")
    for line in (
        "| Shape of `x_train` | (1,437, 8, 8), float64 |",
        "| Shape of `y_test` | (360,), int64 |",
        "| Held out for the test | 360 of 1,797 images, 20 % |",
        "| Smallest and largest value | 0 and 16 |",
        "| Smallest value of each pixel | 0 everywhere |",
        "| Missing values | none |",
    ):
        assert line in words


def test_what_goes_wrong_is_said(open_screen: Open, workers: ScriptedWorkers) -> None:
    problem = Problem(
        "data-set-damaged", (), "A file is damaged.", "Expected the files as they were published.", "Fetch it again."
    )
    screen = view(open_screen, "In a table")
    workers.answer(OVERVIEW, problem)
    assert "A file is damaged." in screen.run().text()
