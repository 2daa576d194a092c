"""What lesson 11 asks of its image is there: edges of both kinds, and a sum of 0 on something bright, in both scenes."""

import numpy as np
import pytest

from core.datasets.previews import read_preview
from core.teaching import library
from core.teaching.shows.kernel import KERNEL, Picture
from core.worker.data.download import make_preview_of


@pytest.mark.deep
@pytest.mark.usefixtures("fashion_mnist")
@pytest.mark.parametrize("number", [0, 1])
def test_every_goal_of_lesson_11_is_reached_at_several_places(number: int) -> None:
    deck = library.find_deck("lesson-11-convolution")
    assert deck is not None and (show := deck.scenes[number].show) is not None
    make_preview_of("fashion_mnist")
    preview, settings = read_preview("fashion_mnist"), KERNEL.settings(show.settings)
    assert preview is not None
    grey = np.asarray(preview.images[settings["image_of"]][0], "float64").mean(axis=-1) / 255
    picture = Picture(tuple(map(tuple, grey.tolist())), "Ankle boot")
    places = range(picture.side - 2)
    reached = [goal for row in places for column in places for goal in KERNEL.reached(picture, settings, (row, column, ""))]
    for goal in show.reach:
        assert reached.count(goal) >= 5, f"{goal} is no needle in a haystack"
