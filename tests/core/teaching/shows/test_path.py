"""The path of an epoch: which batch sizes reach which goals, on the zeros and ones of Digits."""

import pytest

from core.teaching.shows.path import CLOSE, FEWEST_STEPS, MOST_STEPS, PATH
from core.views.path import batch_paths
from tests.core.views.test_path import UNIT


def test_goals_are_the_ends_of_the_slider_and_a_few_steps_that_come_close() -> None:
    paths = batch_paths(UNIT)
    assert MOST_STEPS in PATH.reached(paths, {}, 1) and FEWEST_STEPS in PATH.reached(paths, {}, 40)
    assert not set(PATH.reached(paths, {}, 8)) & {MOST_STEPS, FEWEST_STEPS}
    assert PATH.words(1) == "1 image" and PATH.words(288) == "288 images"


@pytest.mark.parametrize("seed", range(5))
def test_lesson_8_s_map_shows_what_it_says(seed: int) -> None:
    """Many small steps wobble, all images make one exact step, and batches of 16 and 32 come close in few steps."""
    from core.worker.views.path import paths  # noqa: PLC0415 - Keras is imported for this test alone

    ground = paths(seed)
    assert ground.images == 288
    assert [ground.of(size).steps for size in (1, 32, 288)] == [288, 9, 1]
    assert [size for size in (16, 32, 64, 288) if CLOSE in PATH.reached(ground, {}, size)] == [16, 32]
    assert CLOSE not in PATH.reached(ground, {}, 1), "288 steps are not few"
    assert ground.of(288).loss - ground.lowest > 0.2

    def detour(size: int) -> float:
        points = ground.of(size).points
        steps = ((points[1:] - points[:-1]) ** 2).sum(axis=1) ** 0.5
        return float(steps.sum() / ((points[-1] - points[0]) ** 2).sum() ** 0.5)

    assert detour(1) > 3 * detour(32) > 3 * 0.99, "one image a batch wobbles"
