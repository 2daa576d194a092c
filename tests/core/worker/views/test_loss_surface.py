"""The loss around a draft's initial weights: what plain Keras computes there, and where optimizers go on it."""

from dataclasses import replace
from math import log

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.catalogue.losses import LOSSES
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.edits import set_value
from core.experiment.model import EntryRef, Experiment
from core.problems import Problem, ProblemError
from core.views.loss_bar import LossCurve
from core.views.shared import landscape as core_landscape
from core.views.shared.landscape import LossPlane, LossSlice
from core.worker.keras_patches import seeded
from core.worker.training.build_model import build
from core.worker.views.loss_bar import loss_bar
from core.worker.views.loss_surface import loss_plane, loss_slice
from core.worker.views.optimizer_paths import STEPS, first_step, optimizer_paths
from core.worker.views.shared import landscape as landscape_module
from core.worker.views.shared.landscape import landscape
from tests.core.sample_experiments import LECTURE, RESIDUAL, layer, stack, template
from tests.deep_cases import deep_except

DROPPING = stack(
    layer("Flatten"), layer("Dense", units=16), layer("Dropout", rate=0.5), layer("Dense", units=10, activation="softmax")
)
RATE = ("compile", "optimizer", "arguments", "learning_rate")


def with_optimizer(name: str, rate: float, **more: object) -> Experiment:
    return set_value(LECTURE, ("compile", "optimizer"), EntryRef(name, (("learning_rate", rate), *more.items())))


@pytest.fixture(scope="module")
def along() -> LossSlice:
    found = loss_slice(LECTURE)
    assert isinstance(found, LossSlice), found
    return found


@pytest.fixture(scope="module")
def plane(along: LossSlice) -> LossPlane:
    found = loss_plane(LECTURE, along)
    assert isinstance(found, LossPlane), found
    return found


def test_slice_is_the_loss_of_plain_keras_along_its_gradient(along: LossSlice) -> None:
    assert along.images == 256
    images, labels = landscape_module._batch(LECTURE, along.images)
    with seeded(LECTURE.fit.seed):
        model = build(LECTURE)
    loss = keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        start = loss(labels, model(images))
    gradients = tape.gradient(start, [variable.value for variable in model.trainable_variables])
    length = float(tf.linalg.global_norm(gradients))
    assert (along.start, along.slope) == pytest.approx((float(start), length), rel=1e-3)
    before = model.get_weights()
    for index in (len(along.positions) // 3, -1):
        moved = [old - along.positions[index] / length * part.numpy() for old, part in zip(before, gradients, strict=True)]
        model.set_weights(moved)
        assert along.losses[index] == pytest.approx(float(loss(labels, model(images))), rel=1e-3)


def test_slice_shows_the_valley_and_its_far_side(along: LossSlice) -> None:
    lowest = along.positions[int(np.argmin(along.losses))]
    assert along.positions[0] < 0 < lowest < along.positions[-1]
    assert min(along.losses) < along.start < along.losses[-1]


@pytest.mark.parametrize("experiment", [DROPPING, RESIDUAL], ids=["dropout", "residual"])
def test_each_point_has_one_loss_whatever_a_layer_draws(experiment: Experiment) -> None:
    ground = landscape(experiment)
    assert ground.loss_at(0.1, 0.2) == ground.loss_at(0.1, 0.2)
    distance = 3e-3  # relu bends the slope of a residual net within a larger one
    slope = (ground.loss_along(distance) - ground.loss_along(-distance)) / (2 * distance)
    assert slope == pytest.approx(-ground.slope, rel=0.05)


@pytest.mark.deep
def test_plane_goes_through_the_start_and_holds_the_slice(along: LossSlice, plane: LossPlane) -> None:
    ground = landscape(LECTURE)
    assert ground.loss_at(0.0, 0.0) == along.start
    assert ground.loss_along(along.positions[-1]) == pytest.approx(along.losses[-1], rel=1e-6)
    assert plane.losses[2][3] == pytest.approx(ground.loss_at(plane.across[3], plane.up[2]), rel=1e-6)
    assert plane.across[0] < 0 < plane.across[-1]
    first, second = ground.directions
    assert landscape_module._dot(first, second) == pytest.approx(0, abs=1e-4)
    assert landscape_module._dot(second, second) == pytest.approx(1, rel=1e-4)


def test_plain_descent_steps_by_learning_rate_times_gradient(plane: LossPlane) -> None:
    experiment = with_optimizer("SGD", 0.01)
    assert first_step(experiment) == pytest.approx(1, rel=1e-4)
    (path,) = optimizer_paths(experiment, plane, (experiment.compile.optimizer,))
    slopes = landscape(LECTURE).slopes
    assert path.points[1][:2] == pytest.approx([-0.01 * slope for slope in slopes], rel=0.05)
    assert (path.points[0][:2], len(path.points), path.has_left) == ((0.0, 0.0), STEPS + 1, False)
    assert path.points[-1][2] < path.points[0][2]


def test_first_step_of_adam_moves_every_weight_by_the_learning_rate() -> None:
    ground = landscape(LECTURE)
    sizes = sum(float(np.abs(part).sum()) for part in ground.gradient)
    assert first_step(with_optimizer("Adam", 0.001)) == pytest.approx(sizes / ground.slope**2, rel=0.02)
    assert first_step(with_optimizer("Adam", 0.1)) == pytest.approx(first_step(with_optimizer("Adam", 0.001)), rel=1e-3)


@pytest.mark.parametrize("name", deep_except(("Adam", "Lamb", "Muon"), OPTIMIZERS))
def test_first_step_of_a_path_is_as_long_as_with_all_weights(plane: LossPlane, name: str) -> None:
    entry = OPTIMIZERS[name]
    rate = entry.trait("try_learning_rate", entry.parameter("learning_rate").default)
    experiment, ground = with_optimizer(name, rate), landscape(LECTURE)
    (path,) = optimizer_paths(experiment, plane, (experiment.compile.optimizer,))
    along = float(np.dot(path.points[1][:2], ground.slopes)) / -ground.slope
    assert along == pytest.approx(first_step(experiment) * rate * ground.slope, rel=0.05)
    assert path.points[-1][2] < path.points[0][2]


def test_path_that_leaves_the_plane_ends_there(plane: LossPlane) -> None:
    (path,) = optimizer_paths(LECTURE, plane, (EntryRef("SGD", (("learning_rate", 10.0),)),))
    assert path.has_left
    assert len(path.points) == 2
    assert path.points[-1][2] == float("inf")


def test_accumulation_and_scaling_change_no_step(plane: LossPlane) -> None:
    plain, scaled = (
        with_optimizer("SGD", 0.01, **more).compile.optimizer
        for more in ({}, {"loss_scale_factor": 8.0, "gradient_accumulation_steps": 2})
    )
    first, second = optimizer_paths(LECTURE, plane, (plain, scaled))
    np.testing.assert_allclose(second.points, first.points, rtol=1e-3, atol=1e-5)


def test_heavy_net_is_shown_on_fewer_images() -> None:
    assert [landscape_module._affordable_images(one)[0] for one in (LECTURE, template("vgg", "fashion_mnist"))] == [256, 32]


def test_draft_without_a_surface_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProblemError, match="no slope"):
        landscape_module._of_length_one([tf.zeros(3)])
    monkeypatch.setattr(landscape_module, "MOST_PARAMETERS", 1_000)
    refused = loss_slice(replace(LECTURE, fit=replace(LECTURE.fit, seed=99)))
    assert isinstance(refused, Problem)
    assert "9,610 parameters" in refused.happened
    assert core_landscape.MOST_PARAMETERS == 5_000_000


def curve_of(name: str, experiment: Experiment = LECTURE, **arguments: object) -> LossCurve:
    found = loss_bar(set_value(experiment, ("compile", "loss"), EntryRef(name, tuple(arguments.items()))))
    assert isinstance(found, LossCurve), found
    return found


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("SparseCategoricalCrossentropy", {}), ("SparseCategoricalCrossentropy", {"from_logits": True}), ("KLDivergence", {})],
)
def test_cross_entropy_is_minus_the_logarithm_of_the_probability(name: str, arguments: dict) -> None:
    curve = curve_of(name, **arguments)
    assert curve.losses[50] == pytest.approx(log(2), rel=1e-3)
    assert curve.losses[100] == pytest.approx(0, abs=1e-3)
    assert curve.guessing == pytest.approx(log(10), rel=1e-3)


def test_squared_error_counts_all_classes() -> None:
    assert curve_of("MeanSquaredError").losses[40] == pytest.approx((0.6**2 + 9 * (0.6 / 9) ** 2) / 10, rel=1e-4)


@pytest.mark.parametrize("name", deep_except(("BinaryCrossentropy", "Huber"), LOSSES))
def test_every_loss_falls_as_the_right_class_gets_likelier(name: str) -> None:
    curve = curve_of(name)
    assert len(curve.probabilities) == len(curve.losses) == 101
    assert curve.losses[100] <= curve.losses[60] <= curve.losses[20]
    assert curve.losses[100] < curve.guessing


def test_logits_of_a_sigmoid_are_turned_back() -> None:
    plain, logits = curve_of("BinaryCrossentropy"), curve_of("BinaryCrossentropy", from_logits=True)
    np.testing.assert_allclose(logits.losses[1:100], plain.losses[1:100], rtol=1e-3)
