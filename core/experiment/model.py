"""An Experiment is a value: data, layers, compile, fit. Everything else edits it, runs it, or draws what came of it.

Values are frozen all the way down; a change makes a new one. What each field may hold is data (`DATA`, `FIT`, and the
catalogue), which drives the widgets, the checks, the messages and the tests of bad input.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from core.catalogue import Entry
from core.catalogue.backends import BACKENDS
from core.catalogue.callbacks import CALLBACKS
from core.catalogue.constraints import CONSTRAINTS
from core.catalogue.datasets import DATASETS, OWN, DataSet, data_set
from core.catalogue.initializers import INITIALIZERS
from core.catalogue.layers import LAYERS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.catalogue.regularizers import REGULARIZERS
from core.catalogue.schedules import SCHEDULES
from core.experiment.corrections import NONE, Corrections
from core.parameters import (
    Arguments,
    Choice,
    EntryChoice,
    EntryRef,
    Integer,
    Optional,
    Parameter,
    Real,
    Value,
    unwrap_optional,
)

VERSION = 1

MAXIMUM_LAYERS = 200
PIXEL_RANGES = MappingProxyType({"0-255": (0, 255), "0-1": (0, 1), "-1-1": (-1, 1)})
INPUT = "input"  # among a layer's inputs: the picture itself; no layer has this id

DATA = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter("dataset", "digits", Choice(tuple(DATASETS), also=OWN), "Which pictures to learn from."),
            Parameter(
                "pixels",
                "0-1",
                Choice(tuple(PIXEL_RANGES)),
                "The range that pixels are brought to; networks learn best from small numbers.",
            ),
            Parameter(
                "train_images",
                None,
                Optional(Integer(10, 1_000_000), "all"),
                "How many training images to use; fewer train faster and learn less.",
                "images",
                (1_000, 5_000, 20_000),
            ),
            Parameter(
                "validation_split",
                0.1,
                Real(0.0, 0.5),
                "Which share of the training images is kept aside to check on progress.",
                "",
                (0.1, 0.2, 0.3),
            ),
        )
    }
)

FIT = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter("epochs", 5, Integer(1, 1_000), "How often to go through all training images.", "epochs", (1, 5, 10)),
            Parameter(
                "batch_size",
                32,
                Integer(1, 65_536),
                "How many images the network sees before it changes its weights.",
                "images",
                (16, 32, 128, 512),
            ),
            Parameter("seed", 0, Integer(0, 2**32 - 1), "Where chance starts: the same seed gives the same run again."),
            Parameter("backend", "tensorflow", Choice(tuple(BACKENDS)), "The library that does the computing."),
            Parameter(
                "mode",
                "exact",
                Choice(("exact", "fast")),
                "Exact: the numbers of a plain Keras script, to the last digit. Fast: XLA compiles it, and digits differ.",
            ),
        )
    }
)


@dataclass(frozen=True)
class Layer(EntryRef):
    """One layer of the network. Its id stays the same when it is moved or edited."""

    id: str = ""
    inputs: tuple[str, ...] = ()  # ids of the layers before it that it takes, or INPUT; none: the one before it
    block: str = ""  # the name of the block that it is folded into with its neighbours, or ""
    custom_name: str = ""  # the name that a person gave it, or ""; see `core.experiment.layer_names`

    @property
    def entry(self) -> Entry:
        return LAYERS[self.name]

    @cached_property  # each check asks for them, at each edit
    def values(self) -> Mapping[str, Value]:
        """All arguments by name: those that were set, and the defaults of the others."""
        return arguments_with_defaults(self, self.entry)


@dataclass(frozen=True)
class Data:
    """Load: which pictures, how scaled, how many, and how split."""

    dataset: str = "digits"
    pixels: str = "0-1"
    train_images: int | None = None
    validation_split: float = 0.1
    corrections: Corrections = NONE  # laid over the sets once they are split

    @property
    def entry(self) -> DataSet:
        return data_set(self.dataset)

    @property
    def pixel_range(self) -> tuple[float, float]:
        """The least and the greatest value that a pixel may have."""
        low, high = PIXEL_RANGES[self.pixels]
        return low, high

    @property
    def num_validation(self) -> int:
        """How many images the validation set holds, those that are left out too; scikit-learn rounds up."""
        return math.ceil(self.entry.num_train * self.validation_split)

    @property
    def num_available(self) -> int:
        """How many images are left to train on once the validation set is kept aside."""
        return self.entry.num_train - self.num_validation

    @property
    def num_used(self) -> int:
        """How many images are trained on, those that are left out too: which ones they are, only the split can say."""
        return self.num_available if self.train_images is None else min(self.train_images, self.num_available)


@dataclass(frozen=True)
class Compile:
    """Compile: how the network learns, what it minimises, and what is measured beside that."""

    optimizer: EntryRef = EntryRef("Adam", (("learning_rate", 0.001),))
    loss: EntryRef = EntryRef("SparseCategoricalCrossentropy")
    metrics: tuple[EntryRef, ...] = (EntryRef("Accuracy"),)


@dataclass(frozen=True)
class Fit:
    """Train: how long, in which steps, and from which seed."""

    epochs: int = 5
    batch_size: int = 32
    seed: int = 0
    callbacks: tuple[EntryRef, ...] = ()
    backend: str = "tensorflow"
    mode: str = "exact"


@dataclass(frozen=True)
class Experiment:
    """All of one experiment: what the trainer, the code, the link and the ledger are made from."""

    data: Data = Data()
    layers: tuple[Layer, ...] = ()
    compile: Compile = Compile()
    fit: Fit = Fit()
    version: int = field(default=VERSION)

    @property
    def epoch_steps(self) -> int:
        """How many steps an epoch takes; its last batch may be smaller."""
        return math.ceil(self.data.num_used / self.fit.batch_size)


CATALOGUES: Mapping[str, Mapping[str, Entry]] = MappingProxyType(
    {
        "layers": LAYERS,
        "optimizer": OPTIMIZERS,
        "schedules": SCHEDULES,
        "loss": LOSSES,
        "metrics": METRICS,
        "callbacks": CALLBACKS,
        "initializers": INITIALIZERS,
        "regularizers": REGULARIZERS,
        "constraints": CONSTRAINTS,
    }
)
# Arguments that may be a choice themselves, and of which kind.
NESTED: Mapping[str, str] = MappingProxyType(
    {"learning_rate": "schedules"}
    | {
        parameter.name: unwrap_optional(parameter.constraint).kind
        for entry in LAYERS.values()
        for parameter in entry.parameters
        if isinstance(unwrap_optional(parameter.constraint), EntryChoice)
    }
)


def resolve_short_name(value: Value, kind: str) -> EntryRef | None:
    """A choice within another one, also where its short name stands for it: RandomNormal for "random_normal"; else None."""
    if isinstance(value, EntryRef):
        return value
    found = (one.name for one in CATALOGUES[kind].values() if value in one.trait("short", ()))
    name = next(found, None)
    return None if name is None else EntryRef(name)


def is_allowed(value: Value, parameter: Parameter) -> bool:
    """Whether an argument may have this value; a schedule stands for a number."""
    nested = parameter.name in NESTED and not isinstance(unwrap_optional(parameter.constraint), EntryChoice)
    return (nested and isinstance(value, EntryRef)) or parameter.constraint.is_valid(value)


def arguments_with_defaults(chosen: EntryRef, entry: Entry) -> dict[str, Value]:
    """All arguments of a chosen entry by name: those that were set, and the defaults of the others."""
    given = dict(chosen.arguments)
    return {one.name: given.get(one.name, one.default) for one in entry.parameters}


def in_keras_order(values: Mapping[str, Value], entry: Entry) -> Arguments:
    """Arguments in Keras' order, so that equal choices are equal values, in whichever order they were made."""
    return tuple((one.name, values[one.name]) for one in entry.parameters if one.name in values)


def keras_arguments(chosen: EntryRef, entry: Entry) -> dict[str, Value]:
    """The arguments that Keras is given for a chosen entry, in Keras' order.

    Those that were set, those that Keras requires, and those whose default here is not Keras' own. Keras refuses whole
    numbers for a learning rate or a momentum, so that real ones are made floats.
    """
    given, values = dict(chosen.arguments), arguments_with_defaults(chosen, entry)
    names = (one.name for one in entry.parameters if one.name in (*given, *entry.required, *entry.written))
    return {name: _as_float(values[name], entry.parameter(name)) for name in names}


def _as_float(value: Value, parameter: Parameter | None) -> Value:
    is_real = parameter is not None and isinstance(unwrap_optional(parameter.constraint), Real)
    return float(value) if is_real and isinstance(value, int) else value


def to_dict(experiment: Experiment) -> dict[str, Any]:
    """The experiment as plain dicts and lists, in the order of the format."""
    data, fit = experiment.data, experiment.fit
    return {
        "version": experiment.version,
        "data": {name: getattr(data, name) for name in DATA} | _corrections(data.corrections),
        "layers": [_layer(layer) for layer in experiment.layers],
        "compile": {
            "optimizer": _chosen(experiment.compile.optimizer),
            "loss": _chosen(experiment.compile.loss),
            "metrics": [_chosen(metric) for metric in experiment.compile.metrics],
        },
        "fit": {
            "epochs": fit.epochs,
            "batch_size": fit.batch_size,
            "seed": fit.seed,
            "callbacks": [_chosen(callback) for callback in fit.callbacks],
            "backend": fit.backend,
            "mode": fit.mode,
        },
    }


def _corrections(corrections: Corrections) -> dict[str, Any]:
    if not corrections:
        return {}
    found = {"relabelled": corrections.relabelled, "removed": corrections.removed}
    return {"corrections": {name: [list(one) for one in several] for name, several in found.items() if several}}


def _layer(layer: Layer) -> dict[str, Any]:
    inputs = {"inputs": list(layer.inputs)} if layer.inputs else {}
    block = {"block": layer.block} if layer.block else {}
    custom_name = {"custom_name": layer.custom_name} if layer.custom_name else {}
    return {"id": layer.id, **_chosen(layer), **inputs, **block, **custom_name}


def _chosen(one: EntryRef) -> dict[str, Any]:
    return {"name": one.name, "arguments": {name: _plain(value) for name, value in one.arguments}}


def _plain(value: Value) -> object:
    if isinstance(value, EntryRef):
        return _chosen(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
