"""Layers that wrappers hold: a layer that does not fit is reported in plain words, with repairs."""

import pytest

from core.checks.experiment_checks import check, is_valid
from core.experiment.edits import apply_repair
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack

ROWS = layer("Reshape", target_shape=[8, 8])
CUBES = layer("Reshape", target_shape=[2, 4, 8, 1])
CONV = {"filters": 8, "kernel_size": 3}


@pytest.mark.parametrize(
    ("before", "wrapper", "words", "repairs"),
    [
        (
            [],
            layer("TimeDistributed", layer=layer("Conv2D", **CONV)),
            "TimeDistributed got 8 × 8 × 1, so that each step is 8 × 1, a sequence (steps × features); it holds Conv2D. "
            "Conv2D expects an image (height × width × channels). Use Conv2D without TimeDistributed.",
            ["Use Conv2D without TimeDistributed", "Let it hold Conv1D", "Remove TimeDistributed"],
        ),
        (
            [ROWS],
            layer("TimeDistributed", layer=layer("MaxPooling2D")),
            "TimeDistributed got 8 × 8, so that each step is 8 numbers, a row of numbers; it holds MaxPooling2D. "
            "MaxPooling2D expects an image (height × width × channels). Let it hold Dense.",
            ["Let it hold Dense", "Remove TimeDistributed"],
        ),
        (
            [],
            layer("SpectralNormalization", layer=layer("Conv3D", **CONV)),
            "SpectralNormalization got 8 × 8 × 1, so that its layer gets 8 × 8 × 1, an image (height × width × "
            "channels); it holds Conv3D. Conv3D expects a volume (depth × height × width × channels). Let it hold Conv2D.",
            ["Let it hold Conv2D", "Remove SpectralNormalization"],
        ),
        (
            [CUBES],
            layer("TimeDistributed", layer=layer("Conv2D", filters=8, kernel_size=20)),
            "In TimeDistributed: Conv2D has kernel_size=20 × 20, and its input is only 4 × 8. Expected a window of at "
            "most 4 × 8. Use fewer pooling layers before it, set kernel_size to 4, or remove it.",
            ["Set kernel_size to 4", "Remove TimeDistributed"],
        ),
        (
            [CUBES],
            layer("TimeDistributed", layer=layer("Conv2D", groups=7, **CONV)),
            "In TimeDistributed: Conv2D has 8 filters in 7 groups. Expected filters that 7 divides, since each group has as "
            "many. Set groups to 1, or filters to 14.",
            ["Set groups to 1", "Set filters to 14", "Remove TimeDistributed"],
        ),
    ],
    ids=["in a picture", "in a sequence", "kept small", "window", "groups"],
)
def test_what_does_not_fit_inside_a_wrapper(before: list[dict], wrapper: dict, words: str, repairs: list[str]) -> None:
    experiment = stack(*before, {**wrapper, "id": "wrapper"}, FLATTEN, OUTPUT)
    (problem,) = (found for found in check(experiment, summarise(experiment)) if found.blocks)
    assert problem.where == ("layers", "wrapper")
    assert str(problem) == words
    assert [repair.label for repair in problem.repairs] == repairs
    for repair in (problem.repairs[0], problem.repairs[-1]):
        mended = apply_repair(experiment, repair)
        assert is_valid(check(mended, summarise(mended))), repair.label
