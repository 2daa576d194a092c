"""The tables of the catalogue and Keras objects made from their entries, for tests against Keras."""

from collections.abc import Mapping

import keras
import pytest

from core.catalogue import Entry
from core.catalogue.listing import KINDS

TABLES: dict[str, Mapping[str, Entry]] = {name: kind.entries for name, kind in KINDS.items()}
LEFT_OUT = {name: kind.left_out for name, kind in KINDS.items()}


def rows(table: Mapping[str, Entry]) -> list:
    """One pytest case for each entry, with its name as id."""
    return [pytest.param(entry, id=entry.name) for entry in table.values()]


def choices(entry: Entry) -> list[dict]:
    """Arguments to try: the defaults, then every boundary and usual value of each parameter, one at a time."""
    needed = {name: entry.parameter(name).default for name in (*entry.required, *entry.own_defaults)}
    switches = dict(entry.trait("only_with", ()))
    tried = [needed]
    for parameter in entry.parameters:
        switch = entry.parameter(switches.get(parameter.name, ""))
        on = {switch.name: switch.constraint.boundary_values()[-1]} if switch else {}
        tried += [
            {**needed, **on, parameter.name: value} for value in (*parameter.constraint.boundary_values(), *parameter.usual)
        ]
    defaults = {parameter.name: parameter.default for parameter in entry.parameters}
    found: dict[str, dict] = {}
    for arguments in tried:
        found.setdefault(repr({**defaults, **arguments}), arguments)
    return list(found.values())


def made(kind: str, name: str, arguments: Mapping) -> object:
    """The Keras object of an entry with arguments. Keras insists on floats for some numbers, so that 0 becomes 0.0."""
    table = TABLES[kind]
    real = (
        {parameter.name for parameter in table[name].parameters if isinstance(parameter.default, float)}
        if name in table
        else set()
    )
    home = keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)
    return getattr(home, name)(
        **{key: float(value) if key in real and isinstance(value, int) else value for key, value in arguments.items()}
    )


def spoken(arguments: Mapping) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items()) or "defaults"
