"""One epoch on a loss of two weights: the steps of each batch size, and where they lead."""

import numpy as np
import pytest

from core.views.path import TwoWeightUnit, batch_path, batch_paths, batch_sizes, brightness_features

CHANCE = np.random.default_rng(0)
INPUTS = CHANCE.normal(size=(40, 2))
UNIT = TwoWeightUnit(INPUTS, (INPUTS @ [2.0, -1.0] + CHANCE.normal(size=40) > 0).astype(float))


def test_gradient_is_the_slope_of_the_loss() -> None:
    everything, weights, small = np.arange(40), np.array([0.3, -0.7]), 1e-6
    slopes = [(UNIT.loss(weights + small * side) - UNIT.loss(weights - small * side)) / (2 * small) for side in np.eye(2)]
    assert UNIT.gradient(weights, everything) == pytest.approx(slopes, abs=1e-6)


def test_sizes_are_powers_of_two_and_all_images() -> None:
    assert batch_sizes(40) == (1, 2, 4, 8, 16, 32, 40)
    assert batch_sizes(32) == (1, 2, 4, 8, 16, 32)


@pytest.mark.parametrize(("size", "steps"), [(1, 40), (16, 3), (40, 1)])
def test_epoch_has_a_step_for_each_batch_and_uses_each_image_once(size: int, steps: int) -> None:
    path = batch_path(UNIT, size, seed=3)
    assert path.steps == steps and path.points[0].tolist() == [0, 0]
    assert path.loss == pytest.approx(UNIT.loss(path.points[-1]))


def test_single_step_with_all_images_goes_along_the_slope_whatever_the_seed() -> None:
    ends = [batch_path(UNIT, 40, seed).points[-1] for seed in (0, 1)]
    assert ends[0] == pytest.approx(-UNIT.gradient(np.zeros(2), np.arange(40))) and ends[1] == pytest.approx(ends[0])


def test_valley_has_the_lowest_loss_of_the_map() -> None:
    paths = batch_paths(UNIT)
    assert paths.lowest <= paths.losses.min() and paths.lowest == pytest.approx(paths.losses.min(), abs=0.02)
    assert paths.of(17).batch_size == 16


def test_images_become_the_brightness_of_their_middle_and_of_their_edges() -> None:
    images = np.zeros((2, 8, 8, 1))
    images[0, :, 3:5], images[1, :, 1:3] = 255, 255
    assert brightness_features(images).tolist() == [[1, -1], [-1, 1]]
