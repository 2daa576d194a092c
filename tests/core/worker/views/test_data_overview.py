"""What is measured of a data set, against NumPy on the files themselves."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.problems import Problem
from core.views.data_overview import Overview, contact_sheet, positions_histogram
from core.worker.data.load import load_raw, to_bytes
from core.worker.views.data_overview import class_sample, overview


def measured(name: str) -> Overview:
    found = overview(name)
    assert isinstance(found, Overview), found
    return found


def test_digits_are_what_scikit_learn_says() -> None:
    found, (images, labels) = measured("digits"), load_raw("digits")[0]
    assert [(each.name, each.shape) for each in found.arrays] == [
        ("x_train", (1_437, 8, 8)),
        ("y_train", (1_437,)),
        ("x_test", (360, 8, 8)),
        ("y_test", (360,)),
    ]
    assert found.histogram.tolist() == np.bincount(images.ravel().astype(int), minlength=17).tolist()
    assert found.histograms[3].sum() == 64 * (labels == 3).sum()
    assert found.largest[..., 0].tolist() == images.max(axis=0).tolist()
    assert found.smallest.max() == 0 and found.missing == 0
    assert found.train_counts.sum() + found.test_counts.sum() == len(load_digits().target)
    assert found.share_held_out == pytest.approx(360 / 1_797)
    assert positions_histogram(found.largest, 17).sum() == 64


def test_hundred_are_different_images_of_the_class_and_the_seed_changes_them() -> None:
    images, labels = load_raw("digits")[0]
    of_class = {image.tobytes() for image in to_bytes(images[labels == 7], "digits")}
    first, again, other = (class_sample("digits", 7, seed) for seed in (0, 0, 1))
    assert first.shape == (100, 8, 8, 1) and {image.tobytes() for image in first} <= of_class
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_missing_data_set_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for found in (overview("mnist"), class_sample("mnist", 0, 0)):
        assert isinstance(found, Problem) and found.code == "data-set-missing"


def test_contact_sheet_puts_ten_in_a_row() -> None:
    images = np.arange(25, dtype="uint8")[:, None, None, None] * np.ones((1, 2, 3, 1), "uint8")
    sheet = contact_sheet(images)
    assert sheet.shape == (3 * 3 - 1, 10 * 4 - 1, 1)
    assert (sheet[3, 0, 0], sheet[0, 36, 0], sheet[7, 38, 0]) == (10, 9, 128)
