"""Random networks: layers of the whole catalogue, connected by chance, with small and allowed arguments."""

from random import Random
from typing import Any

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.experiment.model import INPUT, Experiment, Layer, in_keras_order
from core.experiment.templates import lecture_experiment
from core.parameters import BooleanValue, Choice, Integer, Integers, Optional, Padding, Parameter, PerAxisInteger

MOST_LAYERS = 7
LARGEST = 6  # the largest whole number of an argument
OFTEN = 0.75  # the probability that a layer fits the layer before; otherwise hardly any network would be valid
SETS = 0.3  # the probability that an argument is set
JOINS = 0.25  # the probability that a layer names its inputs
MASKS = ("Masking",)  # left out: Keras accepts this layer for pictures, but following layers may fail on the mask
NAMES = tuple(name for name in LAYERS if name not in MASKS)


def random_network(seed: int) -> Experiment:
    """Return a random network, valid or invalid by chance, and always the same for a seed."""
    chance = Random(seed)
    layers: list[Layer] = []
    rank = 4
    for number in range(chance.randint(1, MOST_LAYERS)):
        entry = LAYERS[chance.choice(_fitting(rank) if chance.random() < OFTEN else NAMES)]
        layers.append(Layer(entry.name, _arguments(entry, chance), f"n{number}", _inputs(entry, layers, chance)))
        rank = _rank_after(entry, rank)
    if chance.random() < OFTEN:
        if rank > 2:
            layers.append(Layer("Flatten", (), "flat"))
        layers.append(Layer("Dense", (("units", 10), ("activation", "softmax")), "answers"))
    start = lecture_experiment("digits")
    return Experiment(start.data, tuple(layers), start.compile, start.fit)


def _fitting(rank: int) -> tuple[str, ...]:
    return tuple(name for name in NAMES if rank in LAYERS[name].trait("accepted_ranks", (rank,)))


def _rank_after(entry: Entry, rank: int) -> int:
    """Return about how many axes the output of a layer has. The number only changes probabilities."""
    if entry.trait("flattens") or (entry.parameter("return_sequences") and rank == 3):
        return 2
    return rank


def _inputs(entry: Entry, before: list[Layer], chance: Random) -> tuple[str, ...]:
    several = entry.trait("num_inputs")
    if not several and chance.random() > JOINS:
        return ()
    there = [INPUT, *(layer.id for layer in before)]
    count = chance.randint(2, min(3, several[1])) if several else 1
    return tuple(there[-1] if chance.random() < OFTEN else chance.choice(there) for _ in range(count))


def _arguments(entry: Entry, chance: Random) -> tuple:
    given = {
        one.name: _value(one, one.constraint, chance)
        for one in entry.parameters
        if one.name in entry.required or chance.random() < SETS
    }
    return in_keras_order(
        {name: value for name, value in given.items() if entry.parameter(name).constraint.is_valid(value)}, entry
    )


def _value(parameter: Parameter, constraint: Any, chance: Random) -> Any:
    def whole(low: int, high: int) -> int:
        return chance.randint(low, min(high, max(low, LARGEST)))

    match constraint:
        case Optional():
            return None if chance.random() < OFTEN else _value(parameter, constraint.inner, chance)
        case BooleanValue():
            return chance.random() < 0.5
        case Choice():
            return chance.choice(constraint.options)
        case Integer():
            return whole(constraint.low, constraint.high)
        case PerAxisInteger():
            low, high = constraint.low, constraint.high
            return tuple(whole(low, high) for _ in range(constraint.count)) if chance.random() < 0.2 else whole(low, high)
        case Padding():
            return chance.randint(0, 3)
        case Integers():
            return chance.choice(((8, 8), (4, 16), (64,), (-1,), (8, -1), (2, 1, 3), (2, 1), (4, 4, 4), (3, 3)))
    return parameter.default
