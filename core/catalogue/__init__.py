"""The catalogue: an entry for each Keras class that can be chosen. To add an entry, change only its table.

Keras' arguments and defaults are in keras.json, which `core.worker.describe_keras` writes. The tables add the facts that
Keras does not state: a sentence for beginners, ranges, groups, and traits. Traits are facts about an entry that other
modules read instead of comparing names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from core.parameters import Parameter

DOCUMENTATION = "https://keras.io/api"


@dataclass(frozen=True)
class Entry:
    """An entry of the catalogue: a layer, optimizer, schedule or other class of Keras."""

    name: str  # the class's name in Keras
    group: str  # the heading of the entry's group
    sentence: str  # the effect of the class, for a beginner
    parameters: tuple[Parameter, ...] = ()  # all arguments that can be set, in Keras' order
    required: tuple[str, ...] = ()  # arguments without a default in Keras; the script passes them by position
    own_defaults: tuple[str, ...] = ()  # arguments with another default than Keras; the script always passes them by name
    first: tuple[str, ...] = ()  # the most important arguments, in teaching order
    formula: str = ""  # a formula in LaTeX; "" if the entry has no formula
    page: str = ""  # the path of the class's page under keras.io/api
    left_out: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # arguments that cannot be set, with the reason
    traits: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def url(self) -> str:
        """The address of the class in Keras' documentation."""
        return f"{DOCUMENTATION}/{self.page}"

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter with this name. Return None if the entry has no such parameter."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Parameter]:
        return {parameter.name: parameter for parameter in self.parameters}

    def trait(self, name: str, default: Any = None) -> Any:
        """Return the value of a trait, a fact about this entry, or `default` if the entry does not have the trait."""
        return self.traits.get(name, default)


@cache
def keras_signatures() -> Mapping[str, dict[str, Any]]:
    """Return the content of keras.json: {"layers": {"Dense": {"units": {"required": true}, ...}}, ...}."""
    text = files(__name__).joinpath("keras.json").read_text()  # on a cluster, this package is a zip file
    return MappingProxyType(json.loads(text))


def build_entry(  # noqa: PLR0913 -- a row of a table: each column has its name
    kind: str,
    name: str,
    *,
    group: str,
    sentence: str,
    page: str,
    arguments: Mapping[str, Parameter],
    own: Mapping[str, Parameter] | None = None,
    left_out: Mapping[str, str],
    first: tuple[str, ...] = (),
    formula: str = "",
    **traits: Any,
) -> Entry:
    """Build an entry from Keras' description of a class and the facts of a table.

    Parameters
    ----------
    kind
        "layers", "optimizers", "schedules", "losses", "metrics" or "callbacks".
    name
        The class's name in Keras.
    group, sentence, page, first, formula
        The attributes of the same names; see Entry.
    arguments
        The parameters of this kind of class, by argument.
    own
        The parameters of this class alone, by argument. These parameters take precedence over `arguments`. Their default
        replaces Keras' default if their constraint rejects Keras' default.
    left_out
        Arguments that cannot be set, each with the reason.
    traits
        Facts about the class for other modules.

    Returns
    -------
    Entry
        An Entry whose parameters have Keras' order and Keras' defaults.

    Raises
    ------
    KeyError
        Keras has an argument with neither a parameter nor a reason to leave it out.
    """
    known = {**arguments, **(own or {})}
    parameters, required, own_defaults, without = [], [], [], {}
    for argument, details in keras_signatures()[kind][name].items():
        if argument in left_out and argument not in (own or {}):
            without[argument] = left_out[argument]
            continue
        if argument not in known:
            raise KeyError(f"{name} has an argument {argument!r} in Keras that {kind} neither offers nor leaves out")
        parameter = known[argument]
        default = with_tuples(details.get("default"))
        if details.get("required"):
            required.append(argument)
            default = parameter.default
        elif argument in (own or {}) and not parameter.constraint.is_valid(default):
            own_defaults.append(argument)
            default = parameter.default
        parameters.append(replace(parameter, default=default))
    return Entry(
        name=name,
        group=group,
        sentence=sentence,
        parameters=tuple(parameters),
        required=tuple(required),
        own_defaults=tuple(own_defaults),
        first=first,
        formula=formula,
        page=page,
        left_out=MappingProxyType(without),
        traits=MappingProxyType(traits),
    )


def with_tuples(value: Any) -> Any:
    """Return a default value that was read from JSON, with tuples in place of lists."""
    return tuple(map(with_tuples, value)) if isinstance(value, list) else value


def table(*entries: Entry) -> Mapping[str, Entry]:
    """Return a read-only table of entries by name, in the given order."""
    return MappingProxyType({entry.name: entry for entry in entries})
