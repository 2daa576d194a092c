"""What random layers make of one picture: nine times, each another one, the same again when asked again."""

import numpy as np
import pytest

from core.catalogue.layers import LAYERS
from core.experiment.edits import new_layer
from core.experiment.graph import leading_layers
from core.experiment.model import DATA, Layer
from core.problems import Problem
from core.worker.views.augmentation import EXAMPLES, augmented_examples
from tests.core.sample_experiments import LECTURE, net, with_data

GREY = np.random.default_rng(0).integers(0, 256, (13, 11, 1), dtype="uint8")
COLOUR = np.random.default_rng(1).integers(0, 256, (13, 11, 3), dtype="uint8")
RANDOM = [entry.name for entry in LAYERS.values() if entry.trait("augments")]


def found(picture: np.ndarray, *layers: Layer, pixels: str = "0-1") -> np.ndarray:
    answer = augmented_examples(with_data(LECTURE, pixels=pixels).data, layers, picture)
    assert isinstance(answer, np.ndarray), answer
    assert answer.dtype == np.uint8
    assert len(answer) == EXAMPLES
    return answer


@pytest.mark.parametrize("name", RANDOM)
def test_every_random_layer_has_examples(name: str) -> None:
    layer = new_layer(LECTURE, name)
    fits = 1 in layer.entry.trait("needs_channels", (1,))
    given = found(GREY if fits else COLOUR, layer)
    assert given.shape[3] == (1 if fits else 3)


@pytest.mark.parametrize("pixels", DATA["pixels"].constraint.options)
def test_examples_differ_and_keep_to_the_range(pixels: str) -> None:
    layer = new_layer(with_data(LECTURE, pixels=pixels), "RandomFlip")
    given = found(GREY, layer, pixels=pixels)
    kinds = {one.tobytes() for one in given}
    flips = {one.tobytes() for one in (GREY, GREY[::-1], GREY[:, ::-1], GREY[::-1, ::-1])}
    assert len(kinds) > 1
    assert kinds <= flips, "a flip moves pixels, and changes none"


def test_same_question_has_the_same_answer_and_leaves_chance_alone() -> None:
    layer = new_layer(LECTURE, "RandomRotation")
    state = np.random.get_state()[1]  # noqa: NPY002 - the one that Keras would seed
    first = found(GREY, layer)
    np.testing.assert_array_equal(found(GREY, layer), first)
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_two_layers_work_one_after_the_other() -> None:
    flip, brighter = new_layer(LECTURE, "RandomFlip"), new_layer(LECTURE, "RandomBrightness")
    both = found(GREY, flip, brighter)
    assert not any(np.array_equal(both, found(GREY, one)) for one in (flip, brighter))


def test_settings_that_keras_refuses_are_reported() -> None:
    layer = new_layer(LECTURE, "RandomRotation", factor=-5.0)
    answer = augmented_examples(LECTURE.data, (layer,), GREY)
    assert isinstance(answer, Problem)
    assert answer.happened.startswith("Keras refuses these settings: ")


def test_beginning_is_what_follows_the_picture_without_a_gap() -> None:
    flip, turn = ("flip", "RandomFlip"), ("turn", "RandomRotation", {"factor": 0.1})
    both = net(flip, turn, ("flat", "Flatten"), ("late", "RandomFlip"))
    assert [one.id for one in leading_layers(both, "augments")] == ["flip", "turn"]
    assert leading_layers(LECTURE, "augments") == ()
    apart = net(flip, (*turn, ("input",)), ("flat", "Flatten"))
    assert [one.id for one in leading_layers(apart, "augments")] == ["flip"]
