"""An Embedding as the first layer: the numbers that it can look up, and the numbers that end a training."""

from collections.abc import Iterable

import pytest

from core.checks.experiment_checks import check
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs import failures
from core.worker.training.train import train
from tests.core.sample_experiments import OUTPUT, layer, net, stack, with_data, with_fit
from tests.deep_cases import deep_except

BESIDE = ("unscaled-pixels", "flip-changes-class")  # not about the Embedding


def looked_up(*before: dict, vectors: int = 256) -> Experiment:
    """A network on pixels of 0 to 255 with an Embedding after some layers, for an epoch of a few images."""
    embedding = layer("Embedding", input_dim=vectors, output_dim=4)
    return with_fit(stack(*before, embedding, layer("Flatten"), OUTPUT, pixels="0-255", train_images=200), epochs=1)


def of_look_up(experiment: Experiment) -> list[Problem]:
    return [problem for problem in check(experiment) if problem.code not in BESIDE]


MAY_END_IT = (
    layer("Dropout", rate=0.5),
    layer("GaussianDropout", rate=0.5),
    layer("Normalization"),
    layer("SpectralNormalization", layer={"name": "Conv2D", "arguments": {"filters": 4, "kernel_size": 3}}),
    layer("Rescaling", scale=2.0),
    layer("Resizing", height=16, width=16, interpolation="bicubic"),
)


def named(layers: Iterable[dict]) -> list:
    """A pytest case for each layer, with its name as id."""
    return [pytest.param(item, id=item["name"]) for item in layers]


def assert_named_and_mended(before: dict) -> Experiment:
    """The net after a press, if the only problem is a layer before the Embedding."""
    (problem,) = of_look_up(looked_up(before))
    assert problem.happened == f"{before['name']} changes the numbers before Embedding (embedding) looks them up."
    assert not problem.blocks and "has no vector ends the training" in problem.why
    mended = apply_repair(looked_up(before), problem.repairs[0])
    assert of_look_up(mended) == []
    return mended


@pytest.mark.parametrize("before", named(MAY_END_IT))
def test_layer_whose_numbers_may_end_a_training_is_named_and_one_click_mends_it(before: dict) -> None:
    assert_named_and_mended(before)


@pytest.mark.deep
@pytest.mark.parametrize("before", deep_except(["Dropout"], named(MAY_END_IT)))
def test_training_that_ends_for_want_of_a_vector_is_explained_and_mended(before: dict) -> None:
    experiment = looked_up(before)
    with pytest.raises(Exception, match="is not in") as raised:
        train(experiment, lambda event: None, lambda: None)
    told = failures.failed("at epoch 1", raised.value)
    assert "an Embedding has vectors for 0 to 255, and " in told.happened and "set input_dim to 256" in told.fix
    assert train(assert_named_and_mended(before), lambda event: None, lambda: None)["epochs"] == 1


@pytest.mark.parametrize(
    ("experiment", "message"),
    [
        (looked_up(vectors=200), "Embedding has input_dim=200, and pixels go up to 255. "),
        (looked_up(layer("RandomFlip"), vectors=200), "Embedding has input_dim=200, and pixels go up to 255. "),
        (
            looked_up(layer("Discretization", bin_boundaries=[10.0, 100.0, 200.0]), vectors=3),
            "Embedding has input_dim=3, and Discretization gives numbers up to 3. ",
        ),
        (
            looked_up(layer("RandomErasing", value_range=[-255.0, 255.0])),
            "RandomErasing takes pixels for -255 to 255; they go in as 0 to 255. ",
        ),
    ],
)
def test_numbers_that_have_no_vector_stand_in_the_way_and_one_click_mends_it(experiment: Experiment, message: str) -> None:
    (problem,) = of_look_up(experiment)
    assert problem.blocks and str(problem).startswith(message) and "has no vector ends the training" in problem.why
    assert of_look_up(apply_repair(experiment, problem.repairs[0])) == []


KEEP_THE_RANGE = (
    layer("RandomFlip"),
    layer("RandomRotation", factor=0.1),
    layer("RandomErasing", value_range=[0.0, 255.0]),
    layer("Resizing", height=16, width=16),
    layer("MaxPooling2D"),
    layer("Discretization", bin_boundaries=[10.0, 100.0]),
)


@pytest.mark.parametrize("before", named(KEEP_THE_RANGE))
def test_layer_that_keeps_the_range_of_pixels_is_left_alone(before: dict) -> None:
    assert of_look_up(looked_up(before)) == []


@pytest.mark.deep
@pytest.mark.parametrize("before", deep_except(["RandomRotation"], named(KEEP_THE_RANGE)))
def test_layer_that_keeps_the_range_of_pixels_trains(before: dict) -> None:
    assert train(looked_up(before), lambda event: None, lambda: None)["epochs"] == 1


def test_noise_before_an_embedding_with_too_few_vectors_does_not_hide_that_they_are_too_few() -> None:
    problems = of_look_up(looked_up(layer("GaussianNoise", stddev=0.1), vectors=10))
    assert [(problem.code, problem.blocks) for problem in problems] == [
        ("numbers-changed-before-look-up", False),
        ("too-few-vectors", True),
    ]


def test_layer_beside_an_embedding_is_left_alone() -> None:
    beside = net(
        ("noise", "Dropout", {"rate": 0.5}, ("input",)),
        ("table", "Embedding", {"input_dim": 256, "output_dim": 4}, ("input",)),
        ("one", "Flatten", {}, ("noise",)),
        ("other", "Flatten", {}, ("table",)),
        ("both", "Concatenate", {}, ("one", "other")),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    )
    assert of_look_up(with_data(beside, pixels="0-255")) == []
