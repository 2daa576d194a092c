"""What a network says of the validation set while it learns, against scikit-learn."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import confusion_matrix

from core.worker.data.load import load_sets
from core.worker.training.validation_view import EXAMPLES, WATCHED_IMAGES, choose_images, confusion_cells, watched
from core.worker.views.set_images import set_images
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit

SIZES = [(2, 97), (3, 1), (10, 0), (10, 613), (100, 5_003), (100, 41)]  # classes, images


def answers(num_classes: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and probabilities that are often right."""
    generator = np.random.default_rng(num_classes + count)
    labels = generator.integers(0, num_classes, count)
    found = generator.random((count, num_classes)) + np.eye(num_classes)[labels] * 0.7
    return labels, found / found.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("num_classes", "count"), SIZES)
def test_cells_are_those_of_scikit_learn_that_are_not_empty(num_classes: int, count: int) -> None:
    labels, probabilities = answers(num_classes, count)
    predicted = probabilities.argmax(axis=1)
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for actual, taken_for, images, _ in confusion_cells(labels, predicted, probabilities):
        assert images > 0
        matrix[actual, taken_for] += images
    expected = confusion_matrix(labels, predicted, labels=np.arange(num_classes)) if count else matrix * 0
    assert (matrix == expected).all()


@pytest.mark.parametrize(("num_classes", "count"), SIZES)
def test_examples_of_a_cell_are_images_of_it_the_surest_first(num_classes: int, count: int) -> None:
    labels, probabilities = answers(num_classes, count)
    predicted = probabilities.argmax(axis=1)
    for actual, taken_for, images, examples in confusion_cells(labels, predicted, probabilities):
        mine = np.flatnonzero((labels == actual) & (predicted == taken_for))
        assert len(examples) == len(set(examples)) == min(images, EXAMPLES)
        assert set(examples) <= set(mine)
        sure = probabilities[examples, taken_for]
        assert (np.diff(sure) <= 0).all()
        assert sure[0] == probabilities[mine, taken_for].max()


def test_examples_without_probabilities_are_the_first_images() -> None:
    labels = np.array([1] * 20)
    assert confusion_cells(labels, np.array([0, 1] * 10)) == [
        [1, 0, 10, [0, 2, 4, 6, 8, 10, 12, 14]],
        [1, 1, 10, [1, 3, 5, 7, 9, 11, 13, 15]],
    ]


def test_cells_come_row_by_row() -> None:
    labels, probabilities = answers(10, 613)
    places = [tuple(cell[:2]) for cell in confusion_cells(labels, probabilities.argmax(axis=1))]
    assert places == sorted(places)


def test_answers_that_are_no_numbers_still_count() -> None:
    probabilities = np.full((3, 2), np.nan)
    assert confusion_cells(np.array([0, 1, 1]), np.zeros(3, dtype=int), probabilities) == [[0, 0, 1, [0]], [1, 0, 2, [1, 2]]]


def test_one_hot_labels_give_the_same() -> None:
    labels, probabilities = answers(7, 90)
    predicted, one_hot = probabilities.argmax(axis=1), np.eye(7)[labels]
    assert confusion_cells(one_hot, predicted, probabilities) == confusion_cells(labels, predicted, probabilities)
    assert (choose_images(one_hot, 7) == choose_images(labels, 7)).all()


@pytest.mark.parametrize("num_classes", [2, 5, 10, 12, 13, 100])
def test_watched_images_are_the_same_each_time_and_spread_over_all_classes(num_classes: int) -> None:
    labels = np.random.default_rng(1).permutation(np.arange(40 * num_classes) % num_classes)
    chosen = choose_images(labels, num_classes)
    assert (chosen == choose_images(labels.copy(), num_classes)).all()
    assert len(set(chosen.tolist())) == WATCHED_IMAGES
    counts = np.bincount(labels[chosen], minlength=num_classes)
    assert counts.max() - counts.min() <= 1, "no class is watched twice more than another"
    assert (np.diff(labels[chosen]) >= 0).all(), "those of one class stand together"
    if num_classes == 100:
        gaps = np.diff([-1, *labels[chosen], 100])
        assert gaps.max() < 20, "no stretch of the classes is left out"


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_few_images_are_all_watched(count: int) -> None:
    assert sorted(choose_images(np.arange(count) % 3, 3)) == list(range(count))


def test_class_that_never_occurs_leaves_its_images_to_others() -> None:
    assert len(choose_images(np.array([1, 4] * 30), 10)) == WATCHED_IMAGES


@pytest.mark.parametrize(("pixels", "scale", "offset"), [("0-255", 1, 0), ("0-1", 1 / 255, 0), ("-1-1", 1 / 127.5, -1)])
@pytest.mark.parametrize("shape", [(13, 11, 3), (32, 32, 3), (8, 8, 1)])
def test_watched_pictures_are_the_images_before_they_were_prepared(
    pixels: str, scale: float, offset: float, shape: tuple[int, int, int]
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (20, *shape), dtype="uint8")
    prepared = (images * scale + offset).astype("float32")
    told = watched(prepared, np.arange(20) % 3, pixels, np.array([3, 19]))
    assert (told["labels"], told["indexes"]) == ([0, 1], [3, 19])
    for uri, image in zip(told["pictures"], images[[3, 19]], strict=True):
        head, content = uri.split(",")
        assert head == "data:image/png;base64"
        seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
        assert (seen.reshape(shape) == image).all()


@pytest.mark.parametrize("pixels", ["0-255", "0-1", "-1-1"])
def test_pictures_are_those_of_the_validation_set_that_is_trained_with(pixels: str) -> None:
    experiment = with_fit(with_data(LECTURE, pixels=pixels, validation_split=0.15, train_images=301), seed=5)
    experiment = with_compile(experiment, loss={"name": "CategoricalCrossentropy"})
    images, labels = load_sets(experiment).validation
    indexes = [len(images) - 1, 0, 7]
    told = watched(images, labels, pixels, np.array(indexes))
    found = set_images(experiment, indexes)
    assert found.shape == (3, *images.shape[1:])
    assert told["pictures"] == watched(found.astype("float32"), labels[:3], "0-255", np.arange(3))["pictures"]
