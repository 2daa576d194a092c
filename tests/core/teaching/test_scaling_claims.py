"""What decks claim of the range of pixels is computed here, on several seeds: lesson 2, challenge 1 and the lab."""

from dataclasses import replace
from statistics import mean

import numpy as np
import pytest

from core.views.scaling import LARGE, RATES, SMALL, nearest_rate
from tests.core.teaching.trained_seeds import (
    SEEDS,
    changed,
    last_accuracies,
    opened_in,
    optimized,
    with_pixels,
)


@pytest.mark.deep
@pytest.mark.usefixtures("fashion_mnist")
def test_sgd_goes_astray_on_large_pixels_and_learns_from_scaled_ones() -> None:
    raw = opened_in("challenge-01-scaling")
    assert max(last_accuracies(raw)) < 0.2
    assert min(last_accuracies(with_pixels(raw, "0-1"))) >= 0.78, "the goal of challenge 1"
    assert max(last_accuracies(opened_in("lesson-02-pixels"))) < 0.3


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(3))
def test_no_learning_rate_of_lesson_2_helps_with_both_ranges_of_pixels(seed: int) -> None:
    """Large pixels need a rate thousands of times as small; at the usual rates the step jumps past every good setting."""
    from core.worker.views.scaling import scaled_steps  # noqa: PLC0415 - Keras is imported for this test alone

    steps = scaled_steps(changed(opened_in("lesson-02-pixels"), fit={"seed": seed}))
    helps = {
        side.pixels: [index for index in range(len(side.after)) if side.helps(index)] for side in (steps.large, steps.small)
    }
    assert helps[LARGE] and helps[SMALL] and max(helps[LARGE]) < min(helps[SMALL])
    middles = (RATES[rates[len(rates) // 2]] for rates in (helps[SMALL], helps[LARGE]))
    assert 1_000 < next(middles) / next(middles) < 100_000
    assert nearest_rate(0.1) in helps[SMALL] and steps.large.after[nearest_rate(0.1)] > 100 * steps.large.before


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fashion_mnist")
def test_adam_learns_from_large_pixels_as_well_on_digits_and_worse_on_clothes() -> None:
    adam = optimized(opened_in("lesson-02-pixels"), "Adam", 0.001)
    raw, scaled = last_accuracies(adam), last_accuracies(with_pixels(adam, "0-1"))
    assert abs(mean(raw) - mean(scaled)) < 0.05
    clothes = changed(adam, data={"dataset": "fashion_mnist", "train_images": 10_000})
    raw, scaled = last_accuracies(clothes), last_accuracies(with_pixels(clothes, "0-1"))
    assert mean(raw) == pytest.approx(0.71, abs=0.05) and mean(scaled) == pytest.approx(0.83, abs=0.03)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fashion_mnist")
def test_smaller_rate_and_adam_help_challenge_1_less_than_scaled_pixels() -> None:
    raw = opened_in("challenge-01-scaling")
    assert mean(last_accuracies(optimized(raw, "SGD", 0.0001))) == pytest.approx(0.71, abs=0.03)
    assert mean(last_accuracies(optimized(raw, "Adam", 0.001))) == pytest.approx(0.73, abs=0.03)


def per_position(images: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Each position divided by its own largest value in `of`."""
    largest = of.max(axis=0, keepdims=True)
    return images / np.where(largest > 0, largest, 1)


@pytest.mark.deep
@pytest.mark.usefixtures("fashion_mnist")
def test_scaling_by_position_is_fine_for_dense_layers() -> None:
    import keras  # noqa: PLC0415 - tests that are not run import no Keras

    from core.worker.data.load import load_sets  # noqa: PLC0415
    from core.worker.training.build_model import build, build_optimizer_and_metrics  # noqa: PLC0415

    experiment = changed(opened_in("lab"), data={"pixels": "0-1"}, fit={"epochs": 5})
    found: dict[str, list[float]] = {"one": [], "each": []}
    for seed in range(SEEDS):
        sets = load_sets(replace(experiment, fit=replace(experiment.fit, seed=seed)))
        (images, labels), (unseen, theirs) = sets.train, sets.validation
        for way in found:
            keras.utils.set_random_seed(seed)
            model = build(experiment)
            build_optimizer_and_metrics(model, experiment, labels)
            inputs = (images, unseen) if way == "one" else (per_position(images, images), per_position(unseen, images))
            model.fit(inputs[0], labels, epochs=5, batch_size=32, verbose=0)
            found[way].append(float((model.predict(inputs[1], verbose=0).argmax(-1) == theirs.ravel()).mean()))
    assert np.mean(found["each"]) > np.mean(found["one"]) - 0.02, found


@pytest.mark.deep
@pytest.mark.usefixtures("fashion_mnist")
def test_kernel_gives_one_number_for_one_patch_only_where_all_positions_share_a_scale() -> None:
    """Why the lab says that scaling by position matters for convolution: the same patch would look different elsewhere."""
    import keras  # noqa: PLC0415 - tests that are not run import no Keras

    from core.worker.data.load import load_sets  # noqa: PLC0415

    images = load_sets(changed(opened_in("lab"), data={"pixels": "0-255"})).train[0].astype("float32")
    average, deviation = images.mean(axis=0), images.std(axis=0) + 1
    for seed in range(SEEDS):
        keras.utils.set_random_seed(seed)
        shown = np.zeros((1, 28, 28, 1), "float32")
        shown[0, 1:4, 1:4] = shown[0, 12:15, 12:15] = np.random.default_rng(seed).uniform(0, 255, (3, 3, 1))
        convolution = keras.layers.Conv2D(1, 3)
        corner, middle = (float(convolution(shown / 255)[0, place, place, 0]) for place in (1, 12))
        assert corner == pytest.approx(middle, rel=1e-5)
        corner, middle = (float(convolution((shown - average) / deviation)[0, place, place, 0]) for place in (1, 12))
        assert abs(corner - middle) > abs(middle), "the same patch is another thing at the edge"
