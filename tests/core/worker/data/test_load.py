"""Data sets as arrays: sizes, splits, ranges, and what is said where files are missing."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.catalogue.datasets import (
    ALWAYS_WORKS,
    DATASETS,
    OWN_IMAGES,
    copy_package_files,
    default_data_set,
    folder_of,
    missing_files,
)
from core.datasets.duplicates import hold_out
from core.experiment.model import Data, Experiment
from core.experiment.set_sizes import images_per_set
from core.experiment.templates import lecture_experiment
from core.problems import ProblemError
from core.worker.data.load import class_counts, load_raw, load_sets, num_trained, prepare, set_indexes, to_bytes
from tests.core.datasets.sample_datasets import own_bursts
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit


def assert_sizes(experiment: Experiment) -> None:
    data, sets = experiment.data, load_sets(experiment)
    assert len(sets.train[0]) == len(sets.train[1]) == data.num_used
    assert (0 if sets.validation is None else len(sets.validation[0])) == data.num_validation
    assert len(sets.test[0]) == data.entry.num_test
    for images, _ in (sets.train, sets.test):
        assert images.shape[1:] == data.entry.image_shape
        assert images.dtype == np.float32


@pytest.mark.parametrize("split", [0.0, 0.1, 0.15, 0.333, 0.5])
@pytest.mark.parametrize("wanted", [None, 10, 101, 5_000])
def test_sets_have_the_sizes_that_the_catalogue_says(split: float, wanted: int | None) -> None:
    assert_sizes(with_data(LECTURE, validation_split=split, train_images=wanted))


def test_fashion_mnist_has_the_sizes_that_the_catalogue_says(fashion_mnist: str) -> None:
    experiment = lecture_experiment(fashion_mnist)
    assert_sizes(with_data(experiment, train_images=1_234))
    (images, labels), (_, test_labels) = load_raw(fashion_mnist)
    assert images.shape == (60_000, 28, 28)
    assert images.max() == experiment.data.entry.pixel_maximum
    assert np.bincount(labels).tolist() == [6_000] * 10
    assert np.bincount(test_labels).tolist() == [1_000] * 10


def test_digits_are_those_of_scikit_learn() -> None:
    (images, labels), (test_images, test_labels) = load_raw("digits")
    assert (len(images), len(test_images)) == (DATASETS["digits"].num_train, DATASETS["digits"].num_test)
    assert images.max() == DATASETS["digits"].pixel_maximum == 16
    every = load_digits()
    assert np.bincount(np.r_[labels, test_labels]).tolist() == np.bincount(every.target).tolist()


def test_splits_are_stratified_and_share_no_picture() -> None:
    sets = load_sets(with_data(LECTURE, train_images=500))
    for _, labels in (sets.train, sets.validation, sets.test):
        shares = np.bincount(labels, minlength=10) / len(labels)
        assert shares == pytest.approx(np.full(10, 0.1), abs=0.012)
    pictures = [{image.tobytes() for image in images} for images, _ in (sets.train, sets.validation, sets.test)]
    assert not pictures[0] & pictures[1] and not pictures[0] & pictures[2] and not pictures[1] & pictures[2]


@pytest.mark.parametrize("seed", [0, 1])
def test_held_out_groups_are_whole_and_classes_have_their_share(seed: int) -> None:
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    groups = np.arange(100)
    groups[:40] = np.arange(40) // 4  # of the first class most were taken four times
    groups[60:84] = 60  # and of the second most are frames of one film, more than its share
    held = hold_out(labels, groups, 20, seed)
    assert [set(held[groups == one]) for one in np.unique(groups)].count({True, False}) == 0
    assert np.bincount(labels[held]).tolist() == [12, 6, 2]
    assert held[:40].any() and not held[60:84].any()
    assert (hold_out(labels, groups, 20, seed) == held).all()
    assert (hold_out(labels, groups, 20, seed + 2) != held).any()


def test_near_copies_of_own_pictures_stay_in_one_set() -> None:
    name = own_bursts("ada")
    with np.load(folder_of(name) / OWN_IMAGES) as pictures:
        groups = pictures["groups"]
    experiment = with_data(lecture_experiment(name), validation_split=0.2)
    there = set_indexes(experiment.data, 0)
    assert not set(groups[there.train]) & set(groups[there.validation])
    assert sorted([*there.train, *there.validation]) == list(range(len(groups)))
    assert len(there.validation) == experiment.data.num_validation == 78
    assert set(groups[there.validation]) != set(groups[set_indexes(experiment.data, 1).validation])
    held = images_per_set(experiment.data, class_counts(experiment.data, 0))
    assert (held.train, held.validation, images_per_set(experiment.data).is_exact) == (312, 78, False)
    assert num_trained(experiment) == 312


def test_seed_chooses_the_validation_set_and_not_the_test_set() -> None:
    first = load_sets(LECTURE)
    other = load_sets(with_fit(LECTURE, seed=1))
    again = load_sets(with_fit(LECTURE, seed=0))
    assert (first.train[0] == again.train[0]).all() and (first.train[1] == again.train[1]).all()
    assert (first.validation[1] != other.validation[1]).any()
    assert (first.test[0] == other.test[0]).all()


@pytest.mark.parametrize(
    ("pixels", "low", "high"), [("0-255", 0.0, 255.0), ("0-1", 0.0, 1.0), ("-1-1", -1.0, 1.0)], ids=["255", "1", "-1"]
)
@pytest.mark.parametrize("dataset", DATASETS)
def test_pixels_are_brought_to_their_range(dataset: str, pixels: str, low: float, high: float) -> None:
    entry = DATASETS[dataset]
    images = np.zeros((3, *entry.image_shape), "uint8")
    images[1] = entry.pixel_maximum
    images[2, 0, 0, 0] = entry.pixel_maximum // 2
    prepared = prepare(images, Data(dataset, pixels))
    assert prepared.dtype == np.float32
    assert prepared.shape == images.shape
    assert (prepared[0].min(), prepared[1].max()) == (low, high)
    assert prepared[2, 0, 0, 0] == pytest.approx((low + high) / 2, abs=(high - low) * 0.003)


def test_labels_are_whole_numbers_or_one_hot_as_the_loss_reads_them() -> None:
    whole, one_hot = load_sets(LECTURE), load_sets(with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"}))
    for (_, labels), (_, columns) in zip(
        (whole.train, whole.validation, whole.test),
        (one_hot.train, one_hot.validation, one_hot.test),
        strict=True,
    ):
        assert labels.shape == (len(labels),)
        assert columns.shape == (len(labels), 10)
        assert (columns.argmax(axis=1) == labels).all() and (columns.sum(axis=1) == 1).all()
    without = with_data(with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"}), validation_split=0.0)
    assert load_sets(without).validation is None


def test_to_bytes_gives_pictures_for_people() -> None:
    (images, _), _ = load_raw("digits")
    shown = to_bytes(images, "digits")
    assert (shown.dtype, shown.shape) == (np.uint8, (1_437, 8, 8, 1))
    assert (shown.min(), shown.max()) == (0, 255)
    assert (shown[..., 0] == np.rint(images / 16 * 255)).all()


@pytest.mark.parametrize("name", ["mnist", "cifar10", "cifar100"])
def test_missing_files_are_named_with_their_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    entry = DATASETS[name]
    with pytest.raises(ProblemError) as caught:
        load_raw(name)
    problem = caught.value.problem
    assert (problem.code, problem.where) == ("data-set-missing", ("data", "dataset"))
    assert problem.happened == f"{entry.title} is not on this machine: {entry.files[0]} missing."
    assert problem.expected == f"Expected in {tmp_path / 'datasets'}."
    assert problem.fix == "Download it on the Load page, copy the files there, or use Digits, which is always here."
    assert problem.repairs[0].value == ALWAYS_WORKS


def test_missing_files_are_those_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert missing_files(ALWAYS_WORKS) == ()
    folder = tmp_path / "datasets" / "fashion-mnist"
    assert {path.parent for path in missing_files("fashion_mnist")} == {folder}
    assert len(missing_files("fashion_mnist")) == 4
    folder.mkdir(parents=True)
    (folder / "train-labels-idx1-ubyte.gz").touch()
    assert len(missing_files("fashion_mnist")) == 3


def test_package_files_are_copied_to_where_keras_looks(
    fashion_mnist: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(DATASETS[fashion_mnist].package_folder)
    if not source.is_dir():
        pytest.skip(f"Debian's package {DATASETS[fashion_mnist].package} is not installed")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    copy_package_files(fashion_mnist)
    assert missing_files(fashion_mnist) == ()
    folder = tmp_path / "datasets" / "fashion-mnist"
    assert all((folder / path.name).read_bytes() == path.read_bytes() for path in source.iterdir())
    assert default_data_set() == fashion_mnist


def test_package_files_are_adopted_only_where_there_are_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    copy_package_files("mnist")
    assert list(tmp_path.iterdir()) == []
