"""The catalogue: one entry for each choice; adding an entry touches no other file.

Keras' arguments and defaults are in keras.json, written by `core.worker.describe_keras`. The tables beside it add what
Keras does not say: a sentence for beginners, ranges, groups, and traits. Traits are facts that other modules read, so that
they need not compare names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from core.parameters import Parameter

DOCUMENTATION = "https://keras.io/api"


@dataclass(frozen=True)
class Entry:
    """A choice: a layer, optimizer, schedule or other class of Keras."""

    name: str  # the class's name in Keras
    group: str  # the heading above it
    sentence: str  # what it does, for a beginner
    parameters: tuple[Parameter, ...] = ()  # all arguments that can be set, in Keras' order
    required: tuple[str, ...] = ()  # arguments without a default in Keras; the script passes them by position
    own_defaults: tuple[str, ...] = ()  # arguments with another default than Keras; the script always passes them by name
    first: tuple[str, ...] = ()  # the most important arguments, in teaching order
    formula: str = ""  # LaTeX, or ""
    page: str = ""  # the path of its page under keras.io/api
    left_out: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # arguments that cannot be set, with the reason
    traits: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def url(self) -> str:
        """The page in Keras' documentation."""
        return f"{DOCUMENTATION}/{self.page}"

    def parameter(self, name: str) -> Parameter | None:
        """The parameter with this name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def trait(self, name: str, default: Any = None) -> Any:
        """A fact about this choice, or `default` if its table does not mention it."""
        return self.traits.get(name, default)


@cache
def keras_signatures() -> Mapping[str, dict[str, Any]]:
    """The content of keras.json: {"layers": {"Dense": {"units": {"required": true}, ...}}, ...}."""
    text = files(__name__).joinpath("keras.json").read_text()  # on a cluster, this package is a zip file
    return MappingProxyType(json.loads(text))


def entry(  # noqa: PLR0913 -- a row of a table: each column has its name
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
    """Join Keras' description of a class with the facts of a table.

    Parameters
    ----------
    kind
        "layers", "optimizers", "schedules", "losses", "metrics" or "callbacks".
    name
        The class's name in Keras.
    group, sentence, page, first, formula
        See Entry.
    arguments
        The parameters of this kind of class, by argument.
    own
        The parameters of this class alone, by argument. They replace `arguments`, and Keras' default if their constraint
        rejects it.
    left_out
        Arguments that cannot be set, each with the reason.
    traits
        Facts for other modules.

    Returns
    -------
    Entry
        An Entry with parameters in Keras' order and Keras' defaults.

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
    """A default from JSON, with tuples for lists."""
    return tuple(map(with_tuples, value)) if isinstance(value, list) else value


def table(*entries: Entry) -> Mapping[str, Entry]:
    """Entries by name, in the same order."""
    return MappingProxyType({entry.name: entry for entry in entries})
