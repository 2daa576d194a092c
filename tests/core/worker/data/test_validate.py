"""Data that cannot be trained on: each fault is named, counted, and found at its first place."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import timeit
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.catalogue.datasets import DATASETS
from core.datasets.previews import has_preview
from core.files import keras_datasets
from core.problems import Problem, ProblemError
from core.worker.data import quick_previews
from core.worker.data.load import load_raw
from core.worker.data.validate import Pair, is_file_whole, validate
from tests.server import PROJECT

DIGITS = DATASETS["digits"]


def spoiled(change: Callable[[np.ndarray, np.ndarray], Pair | None]) -> tuple[Pair, Pair]:
    """The digits, with a copy of the training set that was changed in place, or for another."""
    (images, labels), test = load_raw("digits")
    copied = images.copy(), labels.copy()
    return change(*copied) or copied, test


def problem_of(change: Callable[[np.ndarray, np.ndarray], Pair | None]) -> Problem:
    with pytest.raises(ProblemError) as caught:
        validate(*spoiled(change), DIGITS)
    problem = caught.value.problem
    assert problem.where == ("data", "dataset")
    assert problem.blocks
    return problem


def set_pixels(value: float, *places: tuple) -> Callable[[np.ndarray, np.ndarray], None]:
    def change(images: np.ndarray, labels: np.ndarray) -> None:
        for place in places:
            images[place] = value

    return change


def set_labels(value: int, *indexes: int) -> Callable[[np.ndarray, np.ndarray], None]:
    def change(images: np.ndarray, labels: np.ndarray) -> None:
        labels[list(indexes)] = value

    return change


@pytest.mark.parametrize(
    ("change", "happened"),
    [
        (
            set_pixels(np.nan, (41, 3, 2)),
            "1 pixel in the training set of Digits is NaN or infinite; the first is nan in image 41, at (3, 2).",
        ),
        (
            set_pixels(np.inf, (1_436, 0, 7), (1_200, 7, 0)),
            "2 pixels in the training set of Digits are NaN or infinite; the first is inf in image 1,200, at (7, 0).",
        ),
        (
            lambda images, labels: (images.astype(str), labels),
            "The pixels of the training set of Digits are stored as <U32.",
        ),
        (
            lambda images, labels: (images[:, :, :7], labels),
            "The images of the training set of Digits are 8 × 7.",
        ),
        (lambda images, labels: (images[:0], labels[:0]), "There is no image in the training set of Digits."),
        (
            lambda images, labels: (images, labels[:-1]),
            "For 1,437 images, the training set of Digits has labels of shape 1436.",
        ),
        (
            set_labels(10, 5, 7),
            "2 labels in the training set of Digits name no class: 10; the first at index 5.",
        ),
        (set_labels(-1, 3), "1 label in the training set of Digits names no class: -1; the first at index 3."),
        (
            lambda images, labels: (images, np.where(np.arange(len(labels)) == 9, 2.5, labels)),
            "1 label in the training set of Digits names no class: 2.5; the first at index 9.",
        ),
        (
            lambda images, labels: (images, np.array(["cat", "dog", "<b>"] * 479)),
            "1,437 labels in the training set of Digits name no class: 'cat', 'dog', '<b>'; the first at index 0.",
        ),
        (
            lambda images, labels: (images[labels == 4], labels[labels == 4]),
            "Training needs at least 2 classes, found 1: 4.",
        ),
        (
            lambda images, labels: (images[labels != 4], labels[labels != 4]),
            "The training set of Digits has too few images of 1 class: 4 (0).",
        ),
        (
            lambda images, labels: (images[:13], np.r_[np.arange(6), np.arange(6), 6]),
            "The training set of Digits has too few images of 4 classes: 6 (1), 7 (0), 8 (0), 9 (0).",
        ),
    ],
)
def test_fault_is_named_counted_and_found(change: Callable, happened: str) -> None:
    assert problem_of(change).happened == happened


def test_fractions_as_labels_are_refused_though_all_are_whole() -> None:
    problem = problem_of(lambda images, labels: (images, labels.astype("float64")))
    assert problem.happened.startswith("1,437 labels in the training set of Digits name no class: ")
    assert problem.expected == "Expected whole numbers from 0 to 9, stored as such: a number for each of 10 classes."


def test_test_set_is_scanned_too() -> None:
    train, (images, labels) = load_raw("digits")
    with pytest.raises(ProblemError, match="1 label in the test set of Digits names no class: 77; the first at index 359"):
        validate(train, (images, np.r_[labels[:-1], 77]), DIGITS)


def test_one_class_is_named() -> None:
    problem = pytest.raises(
        ProblemError,
        validate,
        *spoiled(lambda images, labels: (images, np.zeros_like(labels))),
        replace(DIGITS, classes=("cats", *DIGITS.classes[1:]), files=("cats.npz",)),
    ).value.problem
    assert problem.happened == "Training needs at least 2 classes, found 1: cats."
    assert problem.repairs[0].value == "digits"


def test_scan_costs_next_to_nothing(fashion_mnist: str) -> None:
    train, test = load_raw(fashion_mnist)
    validate(train, test, DATASETS[fashion_mnist])
    assert min(timeit.repeat(lambda: validate(train, test, DATASETS[fashion_mnist]), number=1, repeat=9)) < 0.03


def test_first_look_leaves_damaged_files_to_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for name in ("fashion_mnist", "mnist"):
        for file in DATASETS[name].files:
            (tmp_path / "datasets" / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "datasets" / file).write_bytes(b"<html>Please log in</html>")
    quick_previews.main(["fashion_mnist", "mnist", "digits"])
    assert [has_preview(name) for name in ("fashion_mnist", "mnist", "digits")] == [False, False, True]


def test_first_look_is_taken_back_where_a_file_is_damaged_after_its_first_images(
    fashion_mnist: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = keras_datasets() / "fashion-mnist"
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    shutil.copytree(whole, keras_datasets() / "fashion-mnist")
    images = keras_datasets() / "fashion-mnist" / "train-images-idx3-ubyte.gz"
    images.write_bytes(images.read_bytes()[:-1000])
    quick_previews.main([fashion_mnist])
    assert not has_preview(fashion_mnist)


@pytest.mark.parametrize(
    ("file", "spoil", "is_whole"),
    [
        ("train-labels-idx1-ubyte.gz", lambda content: content, True),
        ("train-labels-idx1-ubyte.gz", lambda content: content[:-1], False),
        ("train-labels-idx1-ubyte.gz", lambda content: b"", False),
        ("train-labels-idx1-ubyte.gz", lambda content: gzip.compress(gzip.decompress(content)[:-1]), False),
        ("train-labels-idx1-ubyte.gz", lambda content: gzip.compress(b"\0\0\x0d" + gzip.decompress(content)[3:]), False),
        ("train-labels-idx1-ubyte.gz", lambda content: gzip.compress(b"\0\0"), False),
    ],
    ids=["whole", "cut", "empty", "cut inside", "wrong magic", "no header"],
)
def test_guilty_file_is_found(fashion_mnist: str, tmp_path: Path, file: str, spoil: Callable, is_whole: bool) -> None:
    copied = tmp_path / file
    copied.write_bytes(spoil((keras_datasets() / "fashion-mnist" / file).read_bytes()))
    assert is_file_whole(copied) is is_whole


# Keras reads KERAS_HOME once, when it is imported, so that damaged files need a process of their own.
READ = """
import json, sys
from pathlib import Path
from core.problems import ProblemError
from core.files import keras_datasets
from core.worker.data import download, load
found = []
def read(name):
    for act in (load.load_raw, download.make_preview_of):
        try:
            act(name)
        except ProblemError as error:
            problem = error.problem
            found.append([problem.happened, problem.expected, problem.fix, problem.code])
read("fashion_mnist")
read("mnist")
for spoiled in Path(sys.argv[1]).iterdir():
    spoiled.replace(keras_datasets() / "fashion-mnist" / spoiled.name)
read("fashion_mnist")
print(json.dumps(found))
"""


@pytest.mark.deep
def test_damaged_files_are_named_with_their_size(fashion_mnist: str, tmp_path: Path, data_folder: Path) -> None:
    folder, later = tmp_path / "keras" / "datasets", tmp_path / "later"
    (folder / "fashion-mnist").mkdir(parents=True)
    later.mkdir()
    for file in DATASETS[fashion_mnist].files:
        shutil.copyfile(keras_datasets() / file, folder / file)
    cut = folder / "fashion-mnist" / "t10k-images-idx3-ubyte.gz"
    shutil.copyfile(cut, later / cut.name)
    os.truncate(cut, 1_000_000)
    (folder / "mnist.npz").write_bytes(b"<html>Please log in</html>")
    labels = bytearray(gzip.decompress((cut.parent / "t10k-labels-idx1-ubyte.gz").read_bytes()))
    labels[8 + 3] = 10
    (later / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(later)],
        cwd=PROJECT,
        env={**os.environ, "KERAS_HOME": str(tmp_path / "keras"), "https_proxy": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    problems = json.loads(done.stdout.splitlines()[-1])
    assert problems[0::2] == problems[1::2], "the worker that makes previews says the same"
    assert problems[0::2] == [
        [
            "Fashion-MNIST cannot be read: t10k-images-idx3-ubyte.gz (1,000,000 bytes) is damaged "
            "(Compressed file ended before the end-of-stream marker was reached).",
            f"Expected a whole file in {cut.parent}.",
            "Move it away and download Fashion-MNIST again on the Load page, or use Digits.",
            "data-set-damaged",
        ],
        [
            "MNIST cannot be read: mnist.npz (26 bytes) is damaged (a whole file has 11,490,434 bytes).",
            f"Expected a whole file in {folder}.",
            "Move it away and download MNIST again on the Load page, or use Digits.",
            "data-set-damaged",
        ],
        [
            "1 label in the test set of Fashion-MNIST names no class: 10; the first at index 3.",
            "Expected whole numbers from 0 to 9, stored as such: a number for each of 10 classes.",
            "Number the classes from 0, or remove these images.",
            "labels-outside-classes",
        ],
    ]
    assert (folder / "mnist.npz").exists(), "Keras had deleted it to download it anew"
    assert not list(data_folder.rglob("*.npz")), "no preview of half a data set"
