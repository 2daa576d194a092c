"""Experiments as an attacker might send them: valid experiments that are spoiled in many ways."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from core.catalogue import Entry
from core.catalogue.datasets import DATASETS
from core.experiment.model import CATALOGUES, DATA, FIT, to_dict
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.parameters import EntryRef


def plain(chosen: EntryRef) -> dict:
    """Return a catalogue entry with its arguments as JSON."""
    return {"name": chosen.name, "arguments": dict(chosen.arguments)}


STARTS = tuple(to_dict(apply_template(lecture_experiment(dataset), name)) for dataset in DATASETS for name in TEMPLATES)

TEXTS = (
    "",
    " ",
    "relu",
    "x" * 199,
    "x" * 10_000,
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    '"); import os; os.abort() #',
    '\\"',
    "\\",
    "line\nbreak\r\u2028\u0085",
    "\0",
    "\x7f\x1b[31m",
    "\u202e\u05e9\u05dc\u05d5\u05dd",  # Hebrew text with a mark for right to left
    "💥" * 40,
    "\ud800",  # half of a surrogate pair
    "\udfff" * 30,
    "e\u0301" * 60,
    "../../etc/passwd",
    "c:\\windows",
    "{0.__class__}",
    "%s%n",
    "$x^2$ :red[*a*](javascript:alert(1))",
    "__class__",
    "1e-3 ",
    "NaN",
)
NUMBERS = (0, 1, -1, 2**31, 2**63, 10**19, 10**20, -(10**19), 10**400, 0.1, -0.0, 5e-324, 1e300, 0.5 + 1e-16, 1.5)
NOT_FINITE = (float("nan"), float("inf"), -float("inf"))
OTHERS = (None, True, False, [], {}, [1, 2], [[[1]]], [0] * 17, [-1, -1], [True], ["a"], {"name": "Dense"}, {"": {}})
TOO_LARGE = "one and 999 zeros"  # written as 1e999, which Python's json cannot write

VALUES = st.one_of(
    st.sampled_from((*NUMBERS, *NOT_FINITE, TOO_LARGE)),
    st.sampled_from(TEXTS),
    st.sampled_from(OTHERS),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
)
NAMES = tuple(name for catalogue in CATALOGUES.values() for name in catalogue)
Draw = Callable[[st.SearchStrategy], Any]


def places(content: Any, path: tuple = ()) -> list[tuple]:
    """Return the paths of all values in a JSON value."""
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(found for key, one in children for found in places(one, (*path, key)))]


def at(content: Any, path: tuple) -> Any:
    """Return the value at a path."""
    for step in path:
        content = content[step]
    return content


def set_any(content: dict, draw: Draw) -> None:
    """Replace a random value by a random value."""
    *path, last = draw(st.sampled_from(places(content)[1:]))
    at(content, tuple(path))[last] = copy.deepcopy(draw(VALUES))


def remove_any(content: dict, draw: Draw) -> None:
    """Remove a random key or item."""
    *path, last = draw(st.sampled_from(places(content)[1:]))
    del at(content, tuple(path))[last]


def add_key(content: dict, draw: Draw) -> None:
    """Add a random key to a random object."""
    objects = [path for path in places(content) if isinstance(at(content, path), dict)]
    key = draw(st.sampled_from((*TEXTS, *NAMES)) | st.text(max_size=8))
    at(content, draw(st.sampled_from(objects)))[key] = copy.deepcopy(draw(VALUES))


def nest(content: dict, draw: Draw) -> None:
    """Wrap a random value in a few lists, or in a few hundred."""
    *path, last = draw(st.sampled_from(places(content)[1:]))
    holder = at(content, tuple(path))
    for _ in range(draw(st.sampled_from((1, 5, 11, 300)))):
        holder[last] = [holder[last]]


def set_scalar(content: dict, draw: Draw) -> None:
    """Set a field of `data` or `fit` to the limit of its allowed values, or to a value just outside."""
    part, table = draw(st.sampled_from((("data", DATA), ("fit", FIT))))
    parameter = draw(st.sampled_from(tuple(table.values())))
    constraint = parameter.constraint
    if isinstance(content.get(part), dict):
        content[part][parameter.name] = draw(st.sampled_from((*constraint.boundary_values(), *constraint.bad_values())))


def set_argument(content: dict, draw: Draw) -> None:
    """Change the name of a catalogue entry, and set arguments to the limits of their values or just outside."""
    kind = draw(st.sampled_from(tuple(CATALOGUES)))
    name = draw(st.sampled_from(tuple(CATALOGUES[kind])))
    arguments = {}
    for parameter in CATALOGUES[kind][name].parameters:
        if draw(st.booleans()):
            constraint = parameter.constraint
            arguments[parameter.name] = draw(
                st.sampled_from((*constraint.boundary_values(), *constraint.boundary_values(), *constraint.bad_values()))
            )
    chosen = {"name": name, "arguments": arguments}
    compiled = content.get("compile")
    if kind == "layers":
        _insert(content, chosen, draw)
    elif isinstance(compiled, dict):
        compiled[kind] = [chosen] * draw(st.integers(1, 3)) if kind == "metrics" else chosen


def set_known_argument(content: dict, draw: Draw) -> None:
    """Set a known argument to a meaningless text or number."""
    found = [path for path in places(content) if len(path) > 2 and path[-2] == "arguments"]
    if found:
        *path, last = draw(st.sampled_from(found))
        at(content, tuple(path))[last] = copy.deepcopy(draw(st.sampled_from((*TEXTS, *NUMBERS, *OTHERS)) | st.text()))


def _insert(content: dict, layer: dict, draw: Draw) -> None:
    layers = content.get("layers")
    if isinstance(layers, list):
        place = draw(st.integers(0, len(layers)))
        layers[place : place + draw(st.integers(0, 1))] = [layer]


def shuffle_layers(content: dict, draw: Draw) -> None:
    """Drop layers, swap layers, and repeat layers with the same id."""
    layers = content.get("layers")
    if isinstance(layers, list) and layers:
        content["layers"] = draw(st.lists(st.sampled_from(layers), max_size=12))


def repeat_layers(content: dict, draw: Draw) -> None:
    """Repeat a layer up to hundreds of times, each time with another id."""
    layers = content.get("layers")
    if isinstance(layers, list) and layers and isinstance(layers[0], dict):
        times = draw(st.sampled_from((20, 199, 200, 201, 700)))
        one = draw(st.sampled_from(layers))
        content["layers"] = [{**one, "id": f"{number}"} if isinstance(one, dict) else one for number in range(times)]


SPOIL = (
    *(set_known_argument, set_argument, set_scalar) * 3,  # most of the readable experiments
    *(set_any, remove_any, add_key, nest, shuffle_layers, repeat_layers),
)


def as_text(content: object, draw: Draw) -> str:
    """Return the content as JSON, with numbers that Python's json cannot write, and sometimes with a repeated key."""
    text = json.dumps(content, default=plain, ensure_ascii=draw(st.booleans())).replace(f'"{TOO_LARGE}"', "1e999")
    if draw(st.integers(0, 9)) == 0:
        text = text.replace('"name": ', '"name": "Dense", "name": ', 1)
    return text


def damaged(text: str, draw: Draw) -> str | bytes:
    """Return the text cut off, with inserted bytes, in another encoding, or with thousands of brackets or lines."""
    whole = text.encode("utf-8", "surrogatepass")
    place = draw(st.integers(0, len(whole)))
    how = draw(st.sampled_from(("cut", "insert", "bytes", "utf-16", "mark", "brackets", "lines")))
    if how == "cut":
        return whole[:place]
    if how == "insert":
        return whole[:place] + draw(st.binary(min_size=1, max_size=20)) + whole[place:]
    if how == "brackets":
        return text[:place] + draw(st.sampled_from(("[", '{"a":', "]", '"'))) * draw(st.sampled_from((1, 13, 50_000)))
    if how == "lines":
        return text.replace(",", ",\n" * draw(st.sampled_from((1, 2_000))))
    return {"bytes": whole, "utf-16": text.encode("utf-16", "surrogatepass"), "mark": b"\xef\xbb\xbf" + whole}[how]


@st.composite
def hostile_texts(draw: Draw) -> str | bytes:
    """Draw the text of an experiment that is spoiled in up to four ways. A quarter of the texts are damaged too."""
    content = copy.deepcopy(draw(st.sampled_from(STARTS)))
    for spoil in draw(st.lists(st.sampled_from(SPOIL), max_size=4)):
        if len(places(content)) > 1:
            spoil(content, draw)
    text = as_text(content, draw)
    return damaged(text, draw) if draw(st.integers(0, 3)) == 0 else text


def _at_its_edges(draw: Draw, entry: Entry) -> dict:
    """Draw a catalogue entry with some of its arguments, each at a limit of its allowed values."""
    edges = {parameter.name: st.sampled_from(parameter.constraint.boundary_values()) for parameter in entry.parameters}
    given = draw(st.lists(st.sampled_from(tuple(edges)), unique=True)) if edges else []
    return {"name": entry.name, "arguments": {name: draw(edges[name]) for name in given}}


@st.composite
def hostile_stacks(draw: Draw) -> str:
    """Draw the text of a readable experiment, whose layers have arguments at their limits and are in any order."""
    content = copy.deepcopy(draw(st.sampled_from(STARTS)))
    entries = {kind: st.sampled_from(tuple(catalogue.values())) for kind, catalogue in CATALOGUES.items()}
    layers = content["layers"]
    for entry in draw(st.lists(entries["layers"], min_size=1, max_size=5)):
        layers.insert(draw(st.integers(0, len(layers))), _at_its_edges(draw, entry))
    kept = draw(st.lists(st.sampled_from(range(len(layers))), max_size=8, unique=True))
    content["layers"] = [layers[index] for index in kept] or layers
    for kind in ("optimizer", "loss"):
        if draw(st.booleans()):
            content["compile"][kind] = _at_its_edges(draw, draw(entries[kind]))
    content["compile"]["metrics"] = [_at_its_edges(draw, entry) for entry in draw(st.lists(entries["metrics"], max_size=3))]
    content["fit"]["batch_size"] = draw(st.sampled_from((1, 32, 65_536)))
    return json.dumps(content, default=plain)
