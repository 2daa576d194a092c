"""What we say of networks made by chance, with Keras as oracle: right or wrong, and every shape and count.

Plain pytest tries 30, `pytest -m deep` 150. All 500:

    AGREEMENT_EXAMPLES=500 pytest -m deep tests/core/worker/training/test_agreement.py
"""

import os
import warnings
from functools import cache

import keras
import numpy as np
import pytest

from core.checks.experiment_checks import check
from core.experiment.graph import dead_ends
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.experiment.shapes import Summary, num_values
from core.problems import Problem
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.random_networks import random_network
from tests.deep_cases import deep_except

QUICK_EXAMPLES = 30
EXAMPLES = int(os.environ.get("AGREEMENT_EXAMPLES", "150"))
MOST_NUMBERS = 2_000_000  # of weights, or of what all layers give: larger networks are left to the tests of memory
# What Keras takes, and we refuse for a reason of our own.
STRICTER = (
    *("too-large", "batch-too-large", "too-few-vectors", "fractions-for-whole-numbers"),
    *("no-such-axis", "whole-numbers-not-read"),  # along the batch; and for layers that happen to bear it
    "no-colours",  # augmentation that chooses by chance what it does, and bears other channels in some of it
)
NO_VECTOR = "is not in [0, "
IMAGES = np.random.default_rng(0).random((2, 8, 8, 1), dtype="float32")


def in_keras(experiment: Experiment) -> keras.Model | str:
    """The model, once it has answered for two pictures; or why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = build(experiment)
            answers = model(IMAGES, training=True)
        except Exception as error:  # Keras, TensorFlow and Python raise many kinds
            return f"{type(error).__name__}: {error}"
    return model if tuple(answers.shape) == (2, 10) else f"answers of shape {answers.shape}"


def breaks_down(experiment: Experiment, problem: Problem) -> bool:
    """Whether a problem is with one of the layers in which Keras may end the whole process."""
    return any(layer.id in problem.where and layer.entry.trait("needs_room") for layer in experiment.layers)


def is_stricter(experiment: Experiment, problem: Problem) -> bool:
    """Whether Keras may take what we refuse: also where it takes a sequence for one picture, or numbers for a sequence."""
    guilty = next((layer.entry.group for layer in experiment.layers if layer.id in problem.where), "")
    loose = guilty in ("Augmentation", "Preprocessing", "Attention")
    return problem.code in STRICTER or (problem.code == "wrong-rank" and loose)


@cache
def networks(examples: int) -> tuple[tuple[Experiment, Summary], ...]:
    """Networks by chance that are small enough to build, with their tables."""
    found, seed = [], 0
    while len(found) < examples:
        experiment = random_network(seed)
        seed += 1
        if any(problem.code == "value-not-allowed" for problem in check(experiment)) or dead_ends(experiment):
            continue  # Keras never comes to layers that lead nowhere
        summary = summarise(experiment)
        if summary.parameters + sum(num_values(row.output_shape) for row in summary.rows) < MOST_NUMBERS:
            found.append((experiment, summary))
    return tuple(found)


@pytest.mark.deep
@pytest.mark.parametrize("examples", deep_except([QUICK_EXAMPLES], [QUICK_EXAMPLES, EXAMPLES]))
def test_right_or_wrong_shapes_and_counts_are_as_in_keras(examples: int) -> None:
    right = 0
    for experiment, summary in networks(examples):
        blocking = [problem for problem in check(experiment, summary) if problem.blocks]
        ours = [problem for problem in blocking if not is_stricter(experiment, problem)]
        if any(breaks_down(experiment, problem) for problem in blocking):
            continue  # Keras would take this process with it
        keras.utils.clear_session(free_memory=False)
        model = in_keras(experiment)
        if isinstance(model, str):
            if NO_VECTOR in model:
                continue  # whether there is a vector depends on what other layers make of the pixels
            assert blocking, f"Keras: {model}\n{dumps(experiment)}"
            continue
        assert not ours, f"Keras takes it; we say: {ours[0]}\n{dumps(experiment)}"
        if blocking:
            continue
        right += 1
        for row in summary.rows:
            layer = model.get_layer(row.id)
            assert row.output_shape == tuple(layer.output.shape[1:]), dumps(experiment)
            assert row.parameters == layer.count_params(), dumps(experiment)
        assert summary.parameters == model.count_params()
    print(f"\n{examples} networks, {right} of them right")
    assert right > examples / 10, "hardly any is right: chance says little"
