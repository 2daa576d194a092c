"""An image on its way through a network: which click reaches a goal, and what stands in the way."""

from dataclasses import replace

import pytest

from core.experiment.model import INPUT
from core.experiment.shapes import LayerRow, Summary
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import ViewSubject
from core.teaching.shows.send_through import MOST_PARAMETERS, SEND_THROUGH, SENT, ForwardPass
from core.views.layer_outputs import LayerOutput, NetworkPreview
from tests.core.sample_experiments import LECTURE

ROWS = tuple(
    LayerRow(layer.id, shape, parameters, parameters, (before,))
    for layer, shape, parameters, before in zip(
        LECTURE.layers, ((64,), (128,), (10,)), (0, 8_320, 1_290), ((8, 8, 1), (64,), (128,)), strict=True
    )
)
WAY = ForwardPass(LECTURE, Summary((8, 8, 1), ROWS), NetworkPreview({INPUT: LayerOutput(("data:image",), 1, 64)}))


@pytest.mark.parametrize(("value", "goals"), [(0, [SENT]), (1, []), (2, [MOST_PARAMETERS]), (3, []), (9, [])])
def test_image_that_went_through_and_the_largest_layer_are_goals(value: int, goals: list[str]) -> None:
    assert WAY.largest == 2
    assert list(SEND_THROUGH.reached(WAY, {}, value)) == goals


def test_network_without_layers_has_no_way(runs: Runs) -> None:
    empty = replace(LECTURE, layers=())
    problem = SEND_THROUGH.ground(runs, ViewSubject(empty, empty), {}, False)
    assert isinstance(problem, Problem) and problem.happened == "The network has no layers yet."


def test_way_waits_for_shapes(runs: Runs) -> None:
    assert SEND_THROUGH.ground(runs, ViewSubject(LECTURE, LECTURE), {}, False) is None


def test_words_name_the_layer() -> None:
    assert [SEND_THROUGH.words(value) for value in (0, 2)] == ["1 image", "layer 2 of the network"]
