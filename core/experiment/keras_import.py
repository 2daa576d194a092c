"""Read the layers of a .keras file from an unknown source. Only config.json is read, as text; nothing is ever loaded.

Only names and plain values that the catalogue knows are taken over; weights and code in the file are not even unpacked.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from core.catalogue import Entry, keras_signatures
from core.catalogue.layers import LAYERS
from core.catalogue.listing import exclusion_reason
from core.catalogue.operations import OPERATIONS, layer_instead
from core.datasets.zip_files import LimitedZipReader, LongDirectoryError
from core.experiment.json_text import nesting_depth
from core.experiment.model import CATALOGUES, INPUT, MAXIMUM_LAYERS, NESTED, Layer, in_keras_order, is_allowed
from core.experiment.serialization import ID
from core.parameters import EntryRef, Parameter, PerAxisInteger, Value, unwrap_optional
from core.problems import Problem, ProblemError, did_you_mean, quoted

CONFIG = "config.json"
MAXIMUM_CONFIG = 2_000_000  # bytes; 200 layers take 300,000
MAXIMUM_DIRECTORY = 65_536  # bytes of the archive's directory; a .keras file has three entries
MAXIMUM_DEPTH = 40  # a layer in a wrapper in a nested model is 20 deep
MAXIMUM_NESTED = 5  # models inside models
MOST_NAMED = 5  # unknown layers, or lost settings, that a message names; the rest is counted
END = b"PK\x05\x06"  # the first bytes of the last record of a zip archive
END_64 = b"PK\x06\x07"  # the first bytes of the record before END in an archive of more than 4 GB
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError)
SEQUENTIAL, FUNCTIONAL, INPUT_LAYER = "Sequential", ("Functional", "Model"), "InputLayer"
ENTRANCE = ""  # stands for the picture among names of layers, which are never empty
IGNORED = ("name", "seed", "backward_layer", "batch_shape")  # arguments without a meaning here, whatever their values
FIXED = {"trainable": True, "dtype": "float32", "data_format": "channels_last"}  # the values that arguments always have here
NO_ACTIVATION = "linear"  # Keras writes this if no activation was chosen


@dataclass(frozen=True)
class Architecture:
    """The network that a .keras file describes."""

    layers: tuple[Layer, ...]
    image_shape: tuple[Any, ...] | None  # height, width and channels of its images; None if unknown
    problems: tuple[Problem, ...]  # settings that could not be taken over


@dataclass(frozen=True)
class _Node:
    name: str  # the layer's name in the file
    content: dict[str, Any]  # the layer's content in the file
    sources: tuple[str, ...]  # names of the layer's inputs; () means the preceding layer


def read(content: bytes) -> Architecture:
    """Read the network of a .keras file.

    Parameters
    ----------
    content
        The file, of a size that the upload has limited.

    Raises
    ------
    ProblemError
        The file is no Keras file, or its network cannot be expressed here; the problem names the layers.
    """
    model = _parsed(_config(content))
    nodes, image_shape = _nodes(model, 0)
    unknown = [node for node in nodes if not _is_known(node.content)]
    if unknown:
        raise ProblemError(_unknown_problem(unknown))
    if not 0 < len(nodes) <= MAXIMUM_LAYERS:
        raise _refusal(
            f"The file's network has {len(nodes):,} layers.",
            f"Expected 1 to {MAXIMUM_LAYERS}.",
            "Choose the file of a smaller network.",
        )
    notes: list[str] = []
    return Architecture(_layers(nodes, notes), image_shape, _lost_settings(notes))


def _refusal(happened: str, expected: str, fix: str) -> ProblemError:
    return ProblemError(Problem("keras-file", (), happened, expected, fix))


def _no_archive(why: str) -> ProblemError:
    return _refusal(
        f"The file cannot be read: {why}.",
        "Expected a .keras file, as `model.save('net.keras')` of Keras 3 writes it.",
        "Save the model once more and choose that file.",
    )


def _config(content: bytes) -> str:
    """Unpack config.json from a .keras file, at most MAXIMUM_CONFIG bytes."""
    end = content.rfind(END, -65_557)  # the record has 22 bytes, and a comment of up to 65,535
    if end < 0:
        raise _no_archive("it is no zip archive, or was cut off")
    if content[max(0, end - 20) :].startswith(END_64):
        raise _no_archive("it is an archive of the kind for more than 4 GB")
    try:
        careful = LimitedZipReader(io.BytesIO(content), MAXIMUM_DIRECTORY)
        with zipfile.ZipFile(careful) as archive:
            careful.longest = None
            entries = [item for item in archive.infolist() if item.filename == CONFIG]
            if len(entries) != 1:
                raise _no_archive(f"it holds {CONFIG} {len(entries)} times")
            entry = entries[0]
            if entry.flag_bits & 1:
                raise _no_archive("it is protected by a password")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # other methods unpack without a limit
                raise _no_archive(f"{CONFIG} is packed in a way that Keras does not use")
            with archive.open(entry) as file:
                text = file.read(MAXIMUM_CONFIG + 1)  # its declared size may lie
    except LongDirectoryError:
        raise _no_archive("it holds far more entries than the three of a .keras file") from None
    except BROKEN as error:
        raise _no_archive(f"the archive is damaged ({type(error).__name__})") from None
    if len(text) > MAXIMUM_CONFIG:
        raise _no_archive(f"its {CONFIG} has more than {MAXIMUM_CONFIG:,} bytes")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise _no_archive(f"its {CONFIG} is not UTF-8 text") from None


def _parsed(text: str) -> dict[str, Any]:
    if nesting_depth(text) > MAXIMUM_DEPTH:
        raise _no_archive(f"its {CONFIG} is nested more than {MAXIMUM_DEPTH} deep")
    try:
        model = json.loads(text)
    except ValueError:
        raise _no_archive(f"its {CONFIG} is not JSON") from None
    if _class(model) not in (SEQUENTIAL, *FUNCTIONAL):
        raise _refusal(
            f"The file holds {quoted(_class(model) or 'no model')}.",
            "Expected a Sequential or a functional model: the layers of other classes are in their code, not in the file.",
            "Rebuild it as keras.Sequential or keras.Model(inputs, outputs), and save that.",
        )
    return cast("dict[Any, Any]", model)


def _class(content: object) -> str:
    name = content.get("class_name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else ""


def _part(content: object, key: str, kind: type) -> Any:
    """Return the value of a key in parsed JSON. Return an empty value if the key or the type is wrong."""
    part = content.get(key) if isinstance(content, dict) else None
    return part if isinstance(part, kind) else kind()


def _nodes(model: dict[str, Any], level: int) -> tuple[list[_Node], tuple[Any, ...] | None]:
    """Return the layers of a model, each after its inputs, and the shape of the model's input image."""
    if level > MAXIMUM_NESTED:
        raise _refusal("The file's models are nested too deep.", f"Expected {MAXIMUM_NESTED} at most.", "Flatten them.")
    contents = _part(_part(model, "config", dict), "layers", list)[: 4 * MAXIMUM_LAYERS]
    entrances = [content for content in contents if _class(content) == INPUT_LAYER]
    shape = _image_shape(entrances[0]) if entrances else None
    layers = [content for content in contents if _class(content) != INPUT_LAYER]
    if _class(model) == SEQUENTIAL:
        nodes: list[_Node] = []
        for content in layers:
            nodes += _unfolded(content, (), level)
        return nodes, shape
    if len(entrances) != 1:
        raise _refusal(f"The file's network has {len(entrances)} inputs.", "Expected one: an image.", "Choose another.")
    return _functional(model, layers, _name(entrances[0]), level), shape


def _unfolded(content: dict[str, Any], sources: tuple[str, ...], level: int) -> list[_Node]:
    """Return a layer as a single node, or the nodes of a nested Sequential model."""
    if _class(content) != SEQUENTIAL:
        return [_Node(_name(content), content, sources)]
    inner, _ = _nodes(content, level + 1)
    return [replace(inner[0], sources=sources), *inner[1:]] if inner else []


def _functional(model: dict[str, Any], layers: list[Any], entrance: str, level: int) -> list[_Node]:
    pending = [(content, _sources(content)) for content in layers]
    nodes: list[_Node] = []
    ends = {entrance: ENTRANCE}  # by the name of an input: the node with this output
    _refuse_several_outputs(model)
    while pending:
        ready = next((candidate for candidate in pending if all(source in ends for source in candidate[1])), None)
        if ready is None:
            raise _refusal("The file's layers are not joined to its input.", "Expected a graph.", "Save the model again.")
        pending.remove(ready)
        content, sources = ready
        inner = _unfolded(content, tuple(ends[source] for source in sources), level)
        nodes += inner
        ends[_name(content)] = inner[-1].name if inner else ends[sources[0]]
    return nodes


def _refuse_several_outputs(model: dict[str, Any]) -> None:
    """Refuse a model with several outputs. A single output is the last layer, since Keras keeps no unused layers."""
    outputs = _part(_part(model, "config", dict), "output_layers", list)
    groups = outputs if outputs and isinstance(outputs[0], list) else [outputs]
    if len(groups) != 1 or not groups[0]:
        raise _refusal(f"The file's network has {len(groups)} outputs.", "Expected one.", "Choose another file.")


def _sources(content: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of a layer's inputs in a functional model."""
    calls = _part(content, "inbound_nodes", list)
    if len(calls) != 1:
        raise _refusal(
            f"The layer {quoted(_name(content))} is used {len(calls)} times.",
            "Expected once: layers that share their weights cannot be expressed here.",
            "Give each place a layer of its own, and save the model again.",
        )
    histories = list(_histories(calls[0]))
    for name, _, index in (history for history in histories if len(history) == 3):
        if isinstance(index, int) and index > 0:
            raise _refusal(
                f"The layer {quoted(_name(content))} takes output {index + 1} of {quoted(name)}.",
                "Expected layers with one output each: a split into several parts cannot be expressed here.",
                "Build the network without the split, such as by a Cropping layer for each part, and save the model again.",
            )
    if not histories or any(history[1:] != [0, 0] or not isinstance(history[0], str) for history in histories):
        raise _refusal(
            f"What the layer {quoted(_name(content))} takes cannot be read.",
            "Expected the one output of layers that are used once, as Keras 3 writes it.",
            "Save the model again with Keras 3.",
        )
    return tuple(history[0] for history in histories)


def _histories(value: object) -> Iterator[list[Any]]:
    """Yield the `keras_history` of each tensor in a layer's call: the name of a layer, and two indices."""
    if isinstance(value, dict):
        history = _part(_part(value, "config", dict), "keras_history", list)
        if history:
            yield history
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _histories(item)


def _name(content: object) -> str:
    name = _part(content, "name", str) or _part(_part(content, "config", dict), "name", str)
    return name or _class(content).lower() or "unnamed"


def _image_shape(content: dict[str, Any]) -> tuple[Any, ...] | None:
    shape = _part(_part(content, "config", dict), "batch_shape", list)[1:]
    return tuple(shape) if len(shape) == 3 and all(type(size) is int for size in shape) else None


def _is_known(content: object) -> bool:
    module = _part(content, "module", str)
    return _class(content) in LAYERS and (module or "keras.layers") == "keras.layers"


def _unknown_problem(nodes: list[_Node]) -> Problem:
    names = [f"{_class(node.content) or 'a layer without a class'} ({quoted(node.name)})" for node in nodes]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    first = _class(nodes[0].content)
    if _part(nodes[0].content, "module", str).startswith(OPERATIONS):
        hint = f"{first} is an operation of keras.ops, as + and * are. {layer_instead(first, len(nodes[0].sources))}"
    else:
        hint = exclusion_reason(first) or did_you_mean(first, tuple(LAYERS))
    named = ", ".join(name[:80] for name in names[:MOST_NAMED])
    return Problem(
        code="keras-file-unknown-layers",
        where=(),
        happened=f"The file has layers that cannot be used here: {named}{more}.",
        expected=f"Expected layers of the catalogue. {hint}",
        fix="Replace them in the script that made the file and save it again, or build the network on Define.",
    )


def _layers(nodes: list[_Node], notes: list[str]) -> tuple[Layer, ...]:
    ids = _ids(nodes)
    layers: list[Layer] = []
    previous_id = INPUT
    for node in nodes:
        entry, layer_id = LAYERS[_class(node.content)], ids[node.name]
        arguments = _arguments(_part(node.content, "config", dict), entry, "layers", layer_id, notes)
        inputs = tuple(ids[source] for source in node.sources)
        if len(inputs) > MAXIMUM_LAYERS:
            raise _refusal(
                f"The layer {quoted(node.name)} takes {len(inputs):,} inputs.",
                f"Expected at most {MAXIMUM_LAYERS}.",
                "Join them by several layers, and save the model again.",
            )
        if entry.trait("self_attention") and len(set(inputs)) == 1:
            inputs = inputs[:1]
        layers.append(Layer(entry.name, arguments, layer_id, () if inputs == (previous_id,) else inputs))
        previous_id = layer_id
    return tuple(layers)


def _ids(nodes: list[_Node]) -> dict[str, str]:
    """Return an id for each layer by its name. The id is the name itself if the name is a valid id."""
    ids = {ENTRANCE: INPUT}
    for number, node in enumerate(nodes, 1):
        if node.name in ids:
            raise _refusal(f"Two layers are called {quoted(node.name)}.", "Each has its own name.", "Rename one.")
        candidates = (node.name, *(f"layer-{number}{'-again' * times}" for times in range(MAXIMUM_NESTED)))
        ids[node.name] = next(name for name in candidates if ID.fullmatch(name) and name not in ids.values())
    return ids


def _arguments(
    config: dict[str, Any], entry: Entry, kind: str, label: str, notes: list[str]
) -> tuple[tuple[str, Value], ...]:
    """Return the arguments that the file sets and the catalogue knows, without defaults. Add lost settings to `notes`."""
    values = {}
    for name, raw in config.items():
        parameter = entry.parameter(name)
        if parameter is None:
            if not _is_usual(name, raw, keras_signatures().get(kind, {}).get(entry.name, {})):
                notes.append(f"{label}: {name[:40]} {_note_text(raw)}")
            continue
        value, is_exact = _value(raw, parameter, label, notes)
        if not is_exact:
            notes.append(f"{label}: {name} {_note_text(raw)}")
        if is_allowed(value, parameter) and (value != _scalar(parameter.default, parameter) or name in entry.required):
            values[name] = value
    return in_keras_order(values, entry)


def _is_usual(name: str, raw: object, says: Mapping[str, Any]) -> bool:
    """Tell whether an argument that the catalogue lacks can be ignored, since its value is the default or has no effect."""
    if name in FIXED:
        is_policy = name == "dtype" and isinstance(raw, dict)  # the file holds the whole description of a dtype
        return raw is None or (_part(_part(raw, "config", dict), "name", str) if is_policy else raw) == FIXED[name]
    return name in IGNORED or not raw or raw == says.get(name, {}).get("default")


def _value(raw: object, parameter: Parameter, label: str, notes: list[str]) -> tuple[Value, bool]:
    """Convert an argument's value from the file. Also return whether nothing was lost."""
    if isinstance(raw, dict):
        return _choice(raw, parameter, label, notes)
    if raw == NO_ACTIVATION and parameter.default is None:
        return None, True
    value = _scalar(_as_tuples(raw), parameter)
    return value, parameter.constraint.is_valid(value)


def _scalar(value: Value, parameter: Parameter) -> Value:
    """Reduce a tuple of equal numbers, such as the kernel size (3, 3), to a single number. Keep other values."""
    constraint, sides = parameter.constraint, unwrap_optional(parameter.constraint)
    if isinstance(value, tuple) and len(value) == 1 and not constraint.is_valid(value):
        return value[0]
    equal = isinstance(sides, PerAxisInteger) and isinstance(value, tuple) and sides.is_valid(value) and len(set(value)) == 1
    return value[0] if equal else value


def _choice(raw: Mapping[str, Any], parameter: Parameter, label: str, notes: list[str]) -> tuple[Value, bool]:
    """Convert a serialized object, such as an initializer, to an EntryRef or name. Also return whether nothing was lost."""
    kind, config = NESTED.get(parameter.name), raw.get("config")
    catalogue = CATALOGUES[kind] if kind else {}
    if kind and _class(raw) in catalogue and isinstance(config, dict):
        entry = catalogue[_class(raw)]
        chosen = EntryRef(entry.name, _arguments(config, entry, kind, f"{label}, {entry.name}", notes))
        return _short_name(chosen, entry, parameter), is_allowed(chosen, parameter)
    if isinstance(config, str):  # a function by its name
        return config, parameter.constraint.is_valid(config)
    return _class(raw), False


def _short_name(chosen: EntryRef, entry: Entry, parameter: Parameter) -> Value:
    """Return the short name of an EntryRef, such as "zeros". Keep an EntryRef with arguments or without a short name."""
    names = entry.trait("short", ())
    if chosen.arguments or not names:
        return chosen
    return parameter.default if parameter.default in names else names[0]


def _as_tuples(value: object) -> Value:
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def _note_text(raw: object) -> str:
    """Write a value of the file briefly for a message. Write an object as its class with the arguments that are set."""
    config = _part(raw, "config", dict)
    inside = ", ".join(f"{name}={value!r}" for name, value in config.items() if value is not None)
    return quoted(f"{_class(raw)}({inside})" if _class(raw) else raw, 60)


def _lost_settings(notes: list[str]) -> tuple[Problem, ...]:
    more = f"; and {len(notes) - MOST_NAMED} more" if len(notes) > MOST_NAMED else ""
    problem = Problem(
        code="keras-file-left-behind",
        where=(),
        happened=f"Of the file's settings, {len(notes)} could not be taken over as they are.",
        expected=f"These have what comes closest here, or their default: {'; '.join(notes[:MOST_NAMED])}{more}.",
        fix="Look at these layers on Define.",
        severity="warning",
    )
    return (problem,) if notes else ()
