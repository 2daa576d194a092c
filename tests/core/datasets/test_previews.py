"""Previews, and that the one made without Keras is the one made with it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.catalogue.datasets import DATASETS
from core.catalogue.datasets.digits import DIGITS
from core.catalogue.datasets.mnist import MNIST
from core.datasets.previews import (
    IMAGES_OF_A_CLASS,
    Preview,
    has_preview,
    make_preview,
    preview_path,
    read_preview,
    write_preview,
)
from core.worker.data import quick_previews
from core.worker.data.download import make_preview_of
from core.worker.data.load import load_raw, to_bytes
from tests.deep_cases import deep_except


def assert_same(one: Preview | None, other: Preview | None) -> None:
    assert one is not None and other is not None
    assert (one.images.dtype, one.images.shape) == (other.images.dtype, other.images.shape)
    assert (one.images == other.images).all()
    assert (one.train_counts == other.train_counts).all()
    assert (one.test_counts == other.test_counts).all()


def test_preview_has_the_first_pictures_of_each_class() -> None:
    labels = np.tile([1, 0, 2], 20)
    images = np.arange(60, dtype="uint8").reshape(60, 1, 1, 1)
    preview = make_preview(images, labels, np.array([2, 2, 0]), 3)
    assert preview.images.shape == (3, IMAGES_OF_A_CLASS, 1, 1, 1)
    assert preview.images[0, :3].ravel().tolist() == [1, 4, 7]
    assert preview.images[1, :3].ravel().tolist() == [0, 3, 6]
    assert preview.train_counts.tolist() == [20, 20, 20]
    assert preview.test_counts.tolist() == [1, 0, 2]


def test_preview_comes_back_as_it_was(data_folder: Path) -> None:
    assert not has_preview("digits")
    assert read_preview("digits") is None
    preview = make_preview(*DIGITS.load_quickly(), 10)
    write_preview("digits", preview)
    assert has_preview("digits")
    assert preview_path("digits") == data_folder / "previews" / "digits.npz"
    assert_same(read_preview("digits"), preview)


@pytest.mark.parametrize("name", deep_except(["digits"], ["digits", "fashion_mnist"]))
def test_first_look_equals_what_keras_loads(name: str, request: pytest.FixtureRequest, data_folder: Path) -> None:
    if name == "fashion_mnist":
        request.getfixturevalue("fashion_mnist")
    images, labels, test_labels = DATASETS[name].load_quickly()
    (keras_images, keras_labels), (_, keras_test_labels) = load_raw(name)
    assert images.dtype == np.uint8
    assert (images == to_bytes(keras_images, name)).all()
    assert (labels == keras_labels).all()
    assert (test_labels == keras_test_labels).all()
    quick_previews.main([name])
    quick = read_preview(name)
    make_preview_of(name)
    assert_same(quick, read_preview(name))
    assert quick.train_counts.sum() == DATASETS[name].num_train


def test_first_look_leaves_out_what_is_not_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    quick_previews.main(["mnist", "cifar10", "../evil"])
    assert not has_preview("mnist")
    assert not has_preview("cifar10")
    quick_previews.main(["digits"])
    assert has_preview("digits")


def test_first_look_reads_mnist_as_keras_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), "uint8")
    labels = np.arange(40, dtype="uint8") % 10
    path = tmp_path / "datasets" / "mnist.npz"
    path.parent.mkdir()
    np.savez(path, x_train=images, y_train=labels, x_test=images[:5], y_test=labels[:5])
    found_images, found_labels, found_test = MNIST.load_quickly()
    assert (found_images[..., 0] == images).all()
    assert (found_labels == labels).all() and (found_test == labels[:5]).all()


def test_first_look_gives_way_once_people_see_a_preview(data_folder: Path) -> None:
    seen = []
    quick_previews.main(["digits"], lambda: seen.append(has_preview("digits")))
    assert seen == [True]


def test_first_look_needs_no_keras() -> None:
    code = "import sys, core.worker.data.quick_previews; print('keras' in sys.modules or 'tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_first_look_ends_with_the_server_that_holds_its_input(data_folder: Path) -> None:
    command = [sys.executable, "-m", "core.worker.data.quick_previews", "digits"]
    ended = subprocess.run(command, cwd=Path(__file__).parents[3], input=b"", timeout=180, check=False)
    assert ended.returncode == 1, "it was ended before its work was done"
    assert not has_preview("digits"), "it would have been made, had the server lived"
