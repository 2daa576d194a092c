"""The tables of the catalogue, and what is made of their entries, for the tests that compare them with Keras."""

from collections.abc import Mapping

import keras
import pytest

from core.catalogue import Entry
from core.catalogue.activations import ACTIVATIONS, LEFT_OUT_ACTIVATIONS
from core.catalogue.callbacks import CALLBACKS, LEFT_OUT_CALLBACKS
from core.catalogue.constraints import CONSTRAINTS, LEFT_OUT_CONSTRAINTS
from core.catalogue.initializers import INITIALIZERS, LEFT_OUT_INITIALIZERS
from core.catalogue.layers import LAYERS, LEFT_OUT_LAYERS
from core.catalogue.losses import LEFT_OUT_LOSSES, LOSSES
from core.catalogue.metrics import LEFT_OUT_METRICS, METRICS
from core.catalogue.optimizers import LEFT_OUT_OPTIMIZERS, OPTIMIZERS
from core.catalogue.regularizers import LEFT_OUT_REGULARIZERS, REGULARIZERS
from core.catalogue.schedules import LEFT_OUT_SCHEDULES, SCHEDULES

TABLES: dict[str, Mapping[str, Entry]] = {
    "layers": LAYERS,
    "optimizers": OPTIMIZERS,
    "losses": LOSSES,
    "metrics": METRICS,
    "schedules": SCHEDULES,
    "callbacks": CALLBACKS,
    "initializers": INITIALIZERS,
    "regularizers": REGULARIZERS,
    "constraints": CONSTRAINTS,
    "activations": ACTIVATIONS,
}
LEFT_OUT = {
    "layers": LEFT_OUT_LAYERS,
    "optimizers": LEFT_OUT_OPTIMIZERS,
    "losses": LEFT_OUT_LOSSES,
    "metrics": LEFT_OUT_METRICS,
    "schedules": LEFT_OUT_SCHEDULES,
    "callbacks": LEFT_OUT_CALLBACKS,
    "initializers": LEFT_OUT_INITIALIZERS,
    "regularizers": LEFT_OUT_REGULARIZERS,
    "constraints": LEFT_OUT_CONSTRAINTS,
    "activations": LEFT_OUT_ACTIVATIONS,
}


def rows(table: Mapping[str, Entry]) -> list:
    """One pytest case for each entry, with its name as id."""
    return [pytest.param(entry, id=entry.name) for entry in table.values()]


def choices(entry: Entry) -> list[dict]:
    """Arguments to try: the defaults, then every legal edge and usual value of every parameter, one at a time."""
    needed = {name: entry.parameter(name).default for name in (*entry.required, *entry.written)}
    switches = dict(entry.trait("only_with", ()))
    tried = [needed]
    for parameter in entry.parameters:
        switch = entry.parameter(switches.get(parameter.name, ""))
        on = {switch.name: switch.constraint.edges()[-1]} if switch else {}
        tried += [{**needed, **on, parameter.name: value} for value in (*parameter.constraint.edges(), *parameter.usual)]
    return tried


def made(kind: str, name: str, arguments: Mapping) -> object:
    """The Keras object of a choice. Keras insists on floats for some numbers, so that 0 is written 0.0."""
    table = TABLES[kind]
    real = {one.name for one in table[name].parameters if isinstance(one.default, float)} if name in table else set()
    home = keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)
    return getattr(home, name)(
        **{key: float(value) if key in real and isinstance(value, int) else value for key, value in arguments.items()}
    )


def spoken(arguments: Mapping) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items()) or "defaults"
