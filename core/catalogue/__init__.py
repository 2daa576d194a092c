"""The catalogue: one entry for each thing that can be chosen; adding one touches no other file.

What Keras says (arguments, defaults) is in keras.json, written by `core.worker.describe_keras`. What Keras does not say
stands by hand in the tables beside it: the sentence for a beginner, ranges, groups, and traits, which are the facts
that other modules read instead of asking for a name.
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
    """One choice: a layer, optimizer, schedule or other class of Keras, as a person may choose it."""

    name: str  # the class's name in Keras
    group: str  # the heading that it stands under
    sentence: str  # what it does, for a beginner
    parameters: tuple[Parameter, ...] = ()  # all that can be set, in Keras' order
    required: tuple[str, ...] = ()  # arguments without a default in Keras; written by position
    written: tuple[str, ...] = ()  # arguments whose default here is not Keras'; written by name even when unchanged
    first: tuple[str, ...] = ()  # the few arguments that come first, in teaching order
    formula: str = ""  # LaTeX; empty where there is none worth showing
    page: str = ""  # the path of its page under keras.io/api
    left_out: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # arguments not here, with the reason
    traits: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def url(self) -> str:
        """Its page in Keras' documentation."""
        return f"{DOCUMENTATION}/{self.page}"

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of this name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def trait(self, name: str, default: Any = None) -> Any:
        """A fact about this choice, or `default` where the table does not mention it."""
        return self.traits.get(name, default)


@cache
def keras_says() -> Mapping[str, dict[str, Any]]:
    """keras.json as it is: {"layers": {"Dense": {"units": {"required": true}, ...}}, ...}."""
    text = files(__name__).joinpath("keras.json").read_text()  # no path: workers of a cluster have this folder as a zip
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
    """Join what Keras says of a class with what stands by hand.

    Parameters
    ----------
    kind
        "layers", "optimizers", "schedules", "losses", "metrics" or "callbacks".
    name
        The class's name in Keras.
    group, sentence, page, first, formula
        See Entry.
    arguments
        The parameters that classes of this kind share, by argument.
    own
        Parameters of this class alone, by argument; they win over `arguments`, and over a default of Keras that their
        constraint refuses.
    left_out
        Arguments that nobody can choose here, each with the reason.
    traits
        Facts for other modules.

    Returns
    -------
    Entry
        An Entry whose parameters follow Keras' order and have Keras' defaults.

    Raises
    ------
    KeyError
        An argument of Keras has neither a parameter nor a reason to be left out.
    """
    known = {**arguments, **(own or {})}
    parameters, required, written, without = [], [], [], {}
    for argument, says in keras_says()[kind][name].items():
        if argument in left_out and argument not in (own or {}):
            without[argument] = left_out[argument]
            continue
        if argument not in known:
            raise KeyError(f"{name} has an argument {argument!r} in Keras that {kind} neither offers nor leaves out")
        parameter = known[argument]
        default = frozen(says.get("default"))
        if says.get("required"):
            required.append(argument)
            default = parameter.default
        elif argument in (own or {}) and not parameter.constraint.is_valid(default):
            written.append(argument)
            default = parameter.default
        parameters.append(replace(parameter, default=default))
    return Entry(
        name=name,
        group=group,
        sentence=sentence,
        parameters=tuple(parameters),
        required=tuple(required),
        written=tuple(written),
        first=first,
        formula=formula,
        page=page,
        left_out=MappingProxyType(without),
        traits=MappingProxyType(traits),
    )


def frozen(value: Any) -> Any:
    """A default as JSON has it, with tuples for lists."""
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def table(*entries: Entry) -> Mapping[str, Entry]:
    """Entries by name, in the order given."""
    return MappingProxyType({entry.name: entry for entry in entries})
