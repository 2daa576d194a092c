"""Where the parameters of a layer come from, in words."""

import pytest

from core.experiment.parameter_formula import parameter_formula
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack

CONV = layer("Conv2D", filters=4, kernel_size=3)
UNBIASED = layer("Dense", units=1, use_bias=False)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((FLATTEN, OUTPUT), ["", "10 × (64 weights + 1 bias)"]),
        ((CONV, CONV, FLATTEN, OUTPUT), ["4 × (9 weights + 1 bias)", "4 × (36 weights + 1 bias)", ""]),
        ((FLATTEN, UNBIASED, UNBIASED, OUTPUT), ["", "1 × 64 weights", "1 × 1 weight"]),
        ((layer("BatchNormalization"), FLATTEN, OUTPUT), [""]),
    ],
    ids=["dense", "convolution", "without bias", "neither"],
)
def test_parameters_are_units_times_weights(layers: tuple[dict, ...], words: list[str]) -> None:
    experiment = stack(*layers)
    summary = summarise(experiment)
    rows = zip(experiment.layers, summary.rows, strict=True)
    assert [parameter_formula(one, row) for one, row in rows][: len(words)] == words
