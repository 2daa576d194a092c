"""Every template with every simple mutation: the layer that Keras refuses is reported, and the first repairs help.

    pytest tests/core/checks/test_mutations.py -s

prints the share that is solved, and the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.checks.experiment_checks import is_valid
from core.experiment.edits import duplicate_layer, move_layer, remove_layer, set_value
from core.experiment.model import Experiment, Layer
from core.experiment.templates import TEMPLATES
from tests.core.checks.repair_simulation import PRESSES, presses_to_train, problems_of, table, worst
from tests.core.sample_experiments import template
from tests.deep_cases import deep_except

SHARE = 0.95  # share of invalid mutants that at most three presses solve

# An argument, and values that are wrong or do not fit.
WRONG: dict[str, tuple[Any, ...]] = {
    "units": (0, 1, 7, 5_000_000),
    "filters": (0, 1, 6, 4096),
    "kernel_size": (0, 64, (1, 9)),
    "pool_size": (0, 9, 64),
    "strides": (0, 2, 64, None),
    "dilation_rate": (3, 9),
    "groups": (3, 5),
    "padding": ("valid", "sane"),
    "activation": ("softmax", "rleu", None),
    "rate": (1.0, 0.95, -0.1),
    "target_shape": ((28, 29), (-1, -1), (7,), (0, 4)),
    "return_sequences": (True,),
    "axis": (0, 1, 3, -4),
    "input_dim": (0, 16),
    "output_dim": (0,),
    "num_heads": (0,),
    "key_dim": (0, None),
    "go_backwards": ("yes",),
}
CANNOT_LEARN = {("units", 1), ("filters", 1), ("activation", "softmax"), ("rate", 0.95)}  # in a hidden layer


@dataclass(frozen=True)
class Mutant:
    """A template with a single mistake."""

    what: str  # the template, the layer and the mutation
    experiment: Experiment
    layer: str  # the id of the changed layer
    cannot_learn: bool = False  # Keras accepts the network, which learns nothing


def mutants(name: str) -> Iterator[Mutant]:
    """All mutants of a template: a layer removed, repeated, swapped with the next, or with a wrong argument."""
    start = template(name)
    for number, layer in enumerate(start.layers):
        words = f"{name}, {layer.id}"
        yield Mutant(f"{words} dropped", remove_layer(start, layer.id), layer.id)
        yield Mutant(f"{words} repeated", duplicate_layer(start, layer.id), layer.id)
        if number + 1 < len(start.layers):
            yield Mutant(f"{words} swapped", move_layer(start, layer.id, 1), layer.id)
        for argument, values in WRONG.items():
            if layer.entry.parameter(argument) is None:
                continue
            for value in values:
                changed = set_value(start, ("layers", layer.id, "arguments", argument), value)
                if changed != start:
                    yield Mutant(
                        f"{words}: {argument}={value}", changed, layer.id, cannot_learn(start, layer, argument, value)
                    )


def cannot_learn(start: Experiment, layer: Layer, argument: str, value: object) -> bool:
    """Whether a mutant trains but cannot learn: all information passes through a single number, or a hidden softmax."""
    hidden = layer != start.layers[-1] and layer.entry.parameter("use_bias") is not None or argument == "rate"
    followers = [follower for follower in start.layers if layer.id in follower.inputs]
    return (argument, value) in CANNOT_LEARN and hidden and not followers


MUTANTS = {name: tuple(mutants(name)) for name in TEMPLATES}


def refused(mutant: Mutant) -> str:
    """The id of the layer that Keras refuses, or ""."""
    allowed = all(problem.code != "value-not-allowed" for problem in problems_of(mutant.experiment))
    return table(mutant.experiment).refused if allowed else ""


@pytest.mark.parametrize("name", deep_except(["lecture"], TEMPLATES))
def test_guilty_layer_is_named_wherever_keras_refuses(name: str) -> None:
    for mutant in MUTANTS[name]:
        problems = problems_of(mutant.experiment)
        guilty = {problem.where[1] for problem in problems if problem.where[:1] == ("layers",) and len(problem.where) > 1}
        identity = refused(mutant)
        if identity:
            assert not is_valid(problems), mutant.what
            assert identity in guilty, f"{mutant.what}: {worst(problems)}"
        if mutant.cannot_learn:
            assert mutant.layer in guilty, f"{mutant.what}: {[str(problem) for problem in problems]}"


@pytest.mark.deep
@pytest.mark.parametrize("names", deep_except([("lenet",)], [("lenet",), tuple(TEMPLATES)]), ids=len)
def test_first_buttons_mend_nearly_all(names: tuple[str, ...]) -> None:
    left, wrong, once = [], 0, 0
    for mutant in (mutant for name in names for mutant in MUTANTS[name]):
        if not problems_of(mutant.experiment):
            continue
        wrong += 1
        presses = presses_to_train(mutant.experiment)
        once += presses == 1
        if presses is None:
            left.append(mutant.what)
    total = sum(len(MUTANTS[name]) for name in names)
    share = 1 - len(left) / wrong
    print(
        f"\n{total:,} mutants, {wrong:,} with a problem: {share:.1%} mended, {once / wrong:.1%} by one press; left: {left}"
    )
    assert share >= SHARE, f"not by {PRESSES} presses: {left}"


def test_mutants_of_a_kind_are_each_another_net() -> None:
    assert all(len({mutant.what for mutant in mutants}) == len(mutants) for mutants in MUTANTS.values())
    assert replace(template("lecture")) not in [mutant.experiment for mutant in MUTANTS["lecture"]]
