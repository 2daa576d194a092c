"""Data sets of points: what is drawn from a seed."""

import numpy as np
import pytest

from core.catalogue.point_sets import POINT_SETS


@pytest.mark.parametrize("name", POINT_SETS)
def test_points_are_drawn_from_their_seed(name: str) -> None:
    draw = POINT_SETS[name].draw
    inputs, labels = draw(200, 0.1, 3)
    assert (inputs.shape, labels.shape) == ((200, 2), (200,))
    assert set(labels) == {0.0, 1.0}
    assert 70 <= labels.sum() <= 130, "neither class is rare"
    assert np.array_equal(draw(200, 0.1, 3)[0], inputs)
    assert not np.array_equal(draw(200, 0.1, 4)[0], inputs)


@pytest.mark.parametrize("name", POINT_SETS)
def test_noise_moves_points_and_keeps_their_classes(name: str) -> None:
    draw = POINT_SETS[name].draw
    (clean, labels), (noisy, same) = draw(200, 0.0, 3), draw(200, 0.5, 3)
    assert np.array_equal(labels, same)
    assert np.abs(clean - noisy).mean() > 0.2
    assert np.abs(clean).max() <= 6, "the plane reaches from -6 to 6"


@pytest.mark.parametrize("name", POINT_SETS)
def test_source_stands_alone(name: str) -> None:
    scope: dict = {"np": np}
    exec(POINT_SETS[name].source, scope)  # noqa: S102 - the code is ours
    assert np.array_equal(scope[name](50, 0.2, 7)[0], POINT_SETS[name].draw(50, 0.2, 7)[0])
