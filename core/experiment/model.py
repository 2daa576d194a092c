"""An Experiment is a value with four parts: data, layers, compile, fit.

Other modules edit or run experiments, or show their results. Values are frozen all the way down; a change makes a new value.
`DATA`, `FIT` and the catalogue define the allowed values of each field; they drive the widgets, the checks, the messages and
the tests of bad input.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
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
INPUT = "input"  # stands for the picture among a layer's inputs; no layer has this id

DATA = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter("dataset", "digits", Choice(tuple(DATASETS), also=OWN), "Which images to learn from."),
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
                "Exact: the numbers of a plain Keras script, to the last digit. Fast: XLA compiles it, and numbers differ.",
            ),
        )
    }
)


@dataclass(frozen=True)
class Layer(EntryRef):
    """A layer of the network. Moves and edits do not change its id."""

    id: str = ""
    inputs: tuple[str, ...] = ()  # ids of its input layers, or INPUT; empty: the preceding layer
    block: str = ""  # the name of its folded block, or ""
    custom_name: str = ""  # a name that a person chose, or ""; see `core.experiment.layer_names`

    @property
    def entry(self) -> Entry:
        return LAYERS[self.name]

    @cached_property  # every check reads them after every edit
    def values(self) -> Mapping[str, Value]:
        """The values of all arguments by name: values that were set, and defaults for the rest."""
        return arguments_with_defaults(self, self.entry)


@dataclass(frozen=True)
class Data:
    """The settings of the Load step: the data set, the range of its pixels, the number of images, and their split."""

    dataset: str = "digits"
    pixels: str = "0-1"
    train_images: int | None = None
    validation_split: float = 0.1
    corrections: Corrections = NONE  # applied to the sets after the split

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
        """The number of images in the validation set, rounded up as scikit-learn does.

        Images that were left out count too.
        """
        return math.ceil(self.entry.num_train * self.validation_split)

    @property
    def num_available(self) -> int:
        """The number of images to train on, without the validation set."""
        return self.entry.num_train - self.num_validation

    @property
    def num_used(self) -> int:
        """The number of images to train on.

        Images that were left out count too, since only the split knows in which set they are.
        """
        return self.num_available if self.train_images is None else min(self.train_images, self.num_available)


@dataclass(frozen=True)
class Compile:
    """The settings of the Compile step: the optimizer, the loss to minimize, and the metrics to measure."""

    optimizer: EntryRef = EntryRef("Adam", (("learning_rate", 0.001),))
    loss: EntryRef = EntryRef("SparseCategoricalCrossentropy")
    metrics: tuple[EntryRef, ...] = (EntryRef("Accuracy"),)


@dataclass(frozen=True)
class Fit:
    """The settings of the Train step: epochs, batch size, seed, callbacks, backend, and mode (exact or fast)."""

    epochs: int = 5
    batch_size: int = 32
    seed: int = 0
    callbacks: tuple[EntryRef, ...] = ()
    backend: str = "tensorflow"
    mode: str = "exact"


@dataclass(frozen=True)
class Experiment:
    """A whole experiment. The trainer, the script, the share link and the run's record are all made from an Experiment."""

    data: Data = Data()
    layers: tuple[Layer, ...] = ()
    compile: Compile = Compile()
    fit: Fit = Fit()
    version: int = field(default=VERSION)

    @property
    def epoch_steps(self) -> int:
        """The number of steps in an epoch; the last batch may be smaller."""
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
# Arguments with a choice as their value, and the catalogue of this choice.
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
    """Return the EntryRef that a value stands for, or None.

    The value is the EntryRef itself, or a short name such as "random_normal".
    """
    if isinstance(value, EntryRef):
        return value
    return _by_short_names(kind).get(value) if isinstance(value, str) else None


@cache  # after each edit, the checks ask for several entries for each layer
def _by_short_names(kind: str) -> dict[str, EntryRef]:
    entries = reversed(list(CATALOGUES[kind].values()))  # the first entry with a short name counts
    return {short: EntryRef(entry.name) for entry in entries for short in entry.trait("short", ())}


def is_allowed(value: Value, parameter: Parameter) -> bool:
    """Tell whether an argument may have this value. A learning rate may also be a schedule."""
    nested = parameter.name in NESTED and not isinstance(unwrap_optional(parameter.constraint), EntryChoice)
    return (nested and isinstance(value, EntryRef)) or parameter.constraint.is_valid(value)


def arguments_with_defaults(chosen: EntryRef, entry: Entry) -> dict[str, Value]:
    """Return all arguments of a chosen entry by name. Arguments that were not set have their defaults."""
    explicit = dict(chosen.arguments)
    return {parameter.name: explicit.get(parameter.name, parameter.default) for parameter in entry.parameters}


def in_keras_order(values: Mapping[str, Value], entry: Entry) -> Arguments:
    """Sort arguments in Keras' order, so that equal choices are equal values, whatever the order of the edits."""
    return tuple((parameter.name, values[parameter.name]) for parameter in entry.parameters if parameter.name in values)


def keras_arguments(chosen: EntryRef, entry: Entry) -> dict[str, Value]:
    """Return the arguments to pass to Keras for a chosen entry, in Keras' order.

    These are explicit values, arguments that Keras requires, and arguments with another default here than in Keras. Whole
    numbers become floats for real-valued arguments: Keras refuses an int as a learning rate or a momentum.
    """
    explicit, values = dict(chosen.arguments), arguments_with_defaults(chosen, entry)
    names = (
        parameter.name
        for parameter in entry.parameters
        if parameter.name in (*explicit, *entry.required, *entry.own_defaults)
    )
    return {name: _as_float(values[name], entry.parameter(name)) for name in names}


def _as_float(value: Value, parameter: Parameter | None) -> Value:
    is_real = parameter is not None and isinstance(unwrap_optional(parameter.constraint), Real)
    return float(value) if is_real and isinstance(value, int) else value


def to_dict(experiment: Experiment) -> dict[str, Any]:
    """Convert an experiment to plain dicts and lists, in the order of the file format."""
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
    lists = {"relabelled": corrections.relabelled, "removed": corrections.removed}
    return {"corrections": {name: [list(correction) for correction in items] for name, items in lists.items() if items}}


def _layer(layer: Layer) -> dict[str, Any]:
    inputs = {"inputs": list(layer.inputs)} if layer.inputs else {}
    block = {"block": layer.block} if layer.block else {}
    custom_name = {"custom_name": layer.custom_name} if layer.custom_name else {}
    return {"id": layer.id, **_chosen(layer), **inputs, **block, **custom_name}


def _chosen(chosen: EntryRef) -> dict[str, Any]:
    return {"name": chosen.name, "arguments": {name: _plain(value) for name, value in chosen.arguments}}


def _plain(value: Value) -> object:
    if isinstance(value, EntryRef):
        return _chosen(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
