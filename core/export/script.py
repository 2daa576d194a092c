"""The Keras script of an experiment, in the five steps of the lecture. The script gives the same numbers as the run."""

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.catalogue import Entry
from core.catalogue.backends import DEFAULT, VARIABLE
from core.datasets.duplicates import hold_out
from core.experiment.execution import Execution, random_layers
from core.experiment.graph import call_inputs, inputs_of, is_sequential
from core.experiment.layer_names import custom_names
from core.experiment.model import CATALOGUES, NESTED, Data, Experiment, Layer, keras_arguments
from core.export.python_source import call_lines, list_lines, python_value
from core.export.script_variables import variables
from core.parameters import EntryRef, Parameter, PerAxisInteger, Value, unwrap_optional

STEPS = ("load", "define", "compile", "train", "evaluate")
KINDS = ("initializers", "regularizers", "constraints")
MODULES = {"schedules": "keras.optimizers.schedules", "layers": "layers"} | {kind: f"keras.{kind}" for kind in KINDS}
FUSING = Path(__file__).parents[1] / "worker" / "training" / "xla_loop.py"


def script(experiment: Experiment, notes: Sequence[str] = (), execution: Execution | None = None) -> str:
    """Return the Keras script that does the same as the experiment.

    If the script runs alone on the same machine, its losses and test accuracy equal the dashboard's to the last digit.

    Parameters
    ----------
    experiment
        The experiment to write as a script.
    notes
        Facts about a run that was steered by hand. They become comments at the training step.
    execution
        The run's `steps_per_execution` and `jit_compile`, so that the script is as fast. None means Keras' defaults.
    """
    head = "\n".join(_head(experiment, execution or Execution()))
    text = "\n".join([head, *(f"{step_code(experiment, step, execution)}\n" for step in STEPS)]).rstrip() + "\n"
    train = f"# {STEPS[3].capitalize()}\n"
    return text.replace(train, train + "".join(f"# {note}\n" for note in notes), 1)


def step_code(experiment: Experiment, step: str, execution: Execution | None = None) -> str:
    """Return the lines of a step, which is an element of STEPS. The argument `execution` is the same as in `script`."""
    if step == "compile":
        lines = _compile(experiment, execution or Execution())
    else:
        lines = {"load": _load, "define": _define, "train": _train, "evaluate": _evaluate}[step](experiment)
    return "\n".join([f"# {step.capitalize()}", *lines])


def labels_are_integers(experiment: Experiment) -> bool:
    """Return whether the loss reads labels as whole numbers. Otherwise, labels are one-hot."""
    return bool(CATALOGUES["loss"][experiment.compile.loss.name].trait("labels") == "integer")


def metric_class(experiment: Experiment, metric: EntryRef) -> str:
    """Return the Keras class name of a metric, in the variant that reads the same kind of labels as the loss."""
    entry = CATALOGUES["metrics"][metric.name]
    if labels_are_integers(experiment):
        return str(entry.trait("integer_labels", metric.name))
    return metric.name


def _head(experiment: Experiment, execution: Execution) -> list[str]:
    data = experiment.data
    lines = ["import keras", "import numpy as np"]
    if execution.is_fused:
        lines += ["import tensorflow as tf"]
    lines += ["from keras import layers", *data.entry.script_imports()]
    if (data.num_validation and not data.entry.keeps_together) or data.num_used < data.num_available:
        lines += ["from sklearn.model_selection import train_test_split"]
    lines = list(dict.fromkeys(lines))  # each import once
    return [*backend_lines(experiment), *lines, "", f"keras.utils.set_random_seed({experiment.fit.seed})", ""]


def backend_lines(experiment: Experiment) -> list[str]:
    """Return the lines before `import keras` that choose the backend. The default backend needs no lines."""
    backend = experiment.fit.backend
    return [] if backend == DEFAULT else ["import os", "", f'os.environ["{VARIABLE}"] = "{backend}"', ""]


def _load(experiment: Experiment) -> list[str]:
    data, seed = experiment.data, experiment.fit.seed
    lines = [*data.entry.script_lines()]
    if data.entry.keeps_together and data.num_validation:
        lines += ['    groups = pictures["groups"]  # near copies share a number', "", "", *_hold_out(), ""]
    lines += _corrections(data)
    right = ("", "") if not data.corrections.of("train") else (", right_train", ", right_train, right_val")
    names = ("x_train", "y_train", *(("right_train",) if right[0] else ()))
    if data.num_validation and data.entry.keeps_together:
        lines += ["", f"is_held = hold_out(y_train, groups, {data.num_validation}, {seed})"]
        lines += [f"{name.replace('train', 'val')} = {name}[is_held]" for name in names]
        lines += [f"{name} = {name}[~is_held]" for name in names]
    elif data.num_validation:
        lines += [
            f"x_train, x_val, y_train, y_val{right[1]} = train_test_split(",
            f"    x_train, y_train{right[0]}, test_size={data.validation_split!r}, stratify=y_train, random_state={seed}",
            ")",
        ]
    if data.train_images is not None and data.num_used < data.num_available:
        lines += [
            f"x_train, _, y_train, _{right[0] and right[0] + ', _'} = train_test_split(",
            f"    x_train, y_train{right[0]}, train_size={data.num_used}, stratify=y_train, random_state={seed}",
            ")",
        ]
    if right[0]:
        trained = ("train", "val") if data.num_validation else ("train",)
        lines += [f"x_{part}, y_{part} = x_{part}[right_{part} >= 0], right_{part}[right_{part} >= 0]" for part in trained]
    sets = ("train", "val", "test") if data.num_validation else ("train", "test")
    lines += ["", *class_names_lines(data), "", "", "def prepare(images):"]
    lines += [f"    return {scaling_expression(data, 'images', data.entry.pixel_maximum)}", ""]
    lines += [""] + [f"x_{part} = prepare(x_{part})" for part in sets]
    if not labels_are_integers(experiment):
        lines += [f"y_{part} = keras.utils.to_categorical(y_{part}, {data.entry.num_classes})" for part in sets]
    return lines


def _hold_out() -> list[str]:
    """Return the lines that define `hold_out`, which splits off a validation set and keeps near-duplicates together."""
    return inspect.getsource(hold_out).splitlines()


def _corrections(data: Data) -> list[str]:
    """Return the lines of the script that apply a person's corrections of labels and images.

    Training images are left out only after the set is split, so that the corrections do not change the split.
    """
    lines = []
    for part, name, title in (("train", "right_train", "training"), ("test", "y_test", "test")):
        labels, left_out = data.corrections.labels(part), data.corrections.left_out(part)
        if labels or left_out:
            lines += ["", f"# Corrected by hand: labels of the {title} files, by index", f"{name} = y_{part}.astype(int)"]
        if labels:
            lines += _wrapped(f"corrected = {labels}")
            lines += [f"{name}[list(corrected)] = list(corrected.values())"]
        if left_out:
            lines += _wrapped(f"left_out = {left_out}")
        if left_out and part == "train":
            lines += ["right_train[left_out] = -1  # once the images are split"]
        elif left_out:
            lines += ["x_test, y_test = np.delete(x_test, left_out, axis=0), np.delete(y_test, left_out)"]
    return [*lines, ""] if lines else []


def _wrapped(line: str) -> list[str]:
    """Break a long line of Python that holds a list or dict of numbers into several lines."""
    return textwrap.wrap(line, 100, subsequent_indent="    ", break_long_words=False)


def scaling_expression(data: Data, images: str, maximum: int) -> str:
    """Return the Python expression that scales and reshapes images for the network.

    Parameters
    ----------
    data
        The data of the experiment.
    images
        The Python expression of the images.
    maximum
        The greatest value that the pixels of the images may have.
    """
    height, width, channels = data.entry.image_shape
    expression = {
        "0-255": f'np.multiply({images}, {255 / maximum!r}, dtype="float32")',
        "0-1": f'np.divide({images}, {maximum}, dtype="float32")',
        "-1-1": f'np.divide({images}, {maximum / 2!r}, dtype="float32")',
    }[data.pixels]
    offset = " - np.float32(1)" if data.pixels == "-1-1" else ""
    return f"{expression}.reshape(-1, {height}, {width}, {channels}){offset}"


def class_names_lines(data: Data) -> list[str]:
    """Return the lines that list the names of the classes, in the order of the labels."""
    return list_lines("class_names", [python_value(name) for name in data.entry.classes])


def _words(chosen: EntryRef, entry: Entry, *, named: bool = False) -> list[str]:
    """Return the arguments of a call as Python source: required arguments first, then those that differ from defaults.

    Parameters
    ----------
    chosen, entry
        The EntryRef to write, and its catalogue entry.
    named
        Whether required arguments are written by name too, which helps if several of them are similar numbers.
    """
    values, named = keras_arguments(chosen, entry), named or entry.trait("arguments_by_name", False)
    words = [
        f"{name}={_argument_text(values[name], entry, name)}" if named else _argument_text(values[name], entry, name)
        for name in entry.required
    ]
    for parameter in entry.parameters:
        name = parameter.name
        if name not in values or name in entry.required:
            continue
        if isinstance(values[name], EntryRef) and NESTED[name] == "schedules":
            words.append(f"{name}={name}")  # the schedule is assigned on a line of its own above
        elif name == "learning_rate" or name in entry.own_defaults or not is_default(values[name], parameter):
            words.append(f"{name}={_argument_text(values[name], entry, name)}")
    return words


def arguments(chosen: EntryRef, entry: Entry, *, named: bool = False) -> str:
    """Return the arguments of an EntryRef as Python source, in a single line."""
    return ", ".join(_words(chosen, entry, named=named))


def _argument_text(value: Value, entry: Entry, name: str) -> str:
    """Return the value of an argument as Python source. Write a tuple of equal sizes, such as (3, 3), as a single number."""
    if isinstance(value, EntryRef):
        return _nested(name, value)
    parameter = entry.parameter(name)
    is_window = bool(
        parameter
        and isinstance(unwrap_optional(parameter.constraint), PerAxisInteger)
        and parameter.constraint.is_valid(value)
    )
    return python_value(value[0] if is_window and isinstance(value, tuple) and len(set(value)) == 1 else value)


def is_default(value: Value, parameter: Parameter) -> bool:
    """Return whether Keras does the same without this argument.

    Parameters
    ----------
    value
        The value of the argument.
    parameter
        The parameter, with the default of Keras' own signature.
    """
    default, constraint = parameter.default, unwrap_optional(parameter.constraint)
    if isinstance(constraint, PerAxisInteger) and isinstance(default, tuple) and not isinstance(value, tuple):
        value = (value,) * len(default)  # 1 stands for (1, 1)
    if isinstance(value, EntryRef) and isinstance(default, str):  # GlorotUniform() for "glorot_uniform"
        entry = CATALOGUES[NESTED[parameter.name]][value.name]
        return default in entry.trait("short", ()) and not _words(value, entry)
    return bool(value == default) and isinstance(value, bool) == isinstance(default, bool)


def _nested(name: str, chosen: EntryRef) -> str:
    """Return the call for an EntryRef that is an argument, such as an initializer or a wrapped layer."""
    kind = NESTED[name]
    return f"{MODULES[kind]}.{chosen.name}({arguments(chosen, CATALOGUES[kind][chosen.name])})"


def layer_line(layer: Layer, name: str = "") -> str:
    """Return the call of a layer in the script, such as `layers.Dense(128, activation="relu")`.

    Parameters
    ----------
    layer
        The layer to write.
    name
        The name that a person gave the layer. An empty string means no name.
    """
    return f"layers.{layer.name}({', '.join(_layer_words(layer, name))})"


def _layer_words(layer: Layer, name: str) -> list[str]:
    return _words(layer, layer.entry) + ([f"name={python_value(name)}"] if name else [])


def _define(experiment: Experiment) -> list[str]:
    shape = python_value(experiment.data.entry.image_shape)
    custom = custom_names(experiment)
    if not is_sequential(experiment):
        return [f"inputs = keras.Input({shape})", *_functional(experiment)]
    lines = ["model = keras.Sequential(", "    [", f"        keras.Input({shape}),"]
    for layer in experiment.layers:
        lines += [f"        # {layer.block}"] if _begins(experiment, layer) else []
        lines += call_lines(f"        layers.{layer.name}", _layer_words(layer, custom.get(layer.id, "")), ",")
    return [*lines, "    ]", ")"]


def _functional(experiment: Experiment) -> Iterator[str]:
    """Yield the lines of a network that is not a plain sequence of layers."""
    names, sources, custom = variables(experiment), inputs_of(experiment), custom_names(experiment)
    before = ""
    for layer in experiment.layers:
        if layer.block != before:
            yield ""
        if _begins(experiment, layer):
            yield f"# {layer.block}"
        before = layer.block
        inputs = call_inputs(layer, [names[source] for source in sources[layer.id]])
        in_a_list = layer.entry.trait("num_inputs") and not layer.entry.trait("takes_arguments")
        called = f"([{', '.join(inputs)}])" if in_a_list else f"({', '.join(inputs)})"
        words = _layer_words(layer, custom.get(layer.id, ""))
        yield from call_lines(f"{names[layer.id]} = layers.{layer.name}", words, called)
    yield ""
    yield f"model = keras.Model(inputs, {names[experiment.layers[-1].id]})"


def _begins(experiment: Experiment, layer: Layer) -> bool:
    """Return whether a block of the network begins with this layer."""
    index = experiment.layers.index(layer)
    return bool(layer.block) and (index == 0 or experiment.layers[index - 1].block != layer.block)


def _compile(experiment: Experiment, execution: Execution) -> list[str]:
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    metrics = ", ".join(_metric(experiment, metric) for metric in experiment.compile.metrics)
    return [
        *(f"{name} = {_schedule(value)}" for name, value in optimizer.arguments if isinstance(value, EntryRef)),
        "model.compile(",
        f"    optimizer=keras.optimizers.{optimizer.name}({arguments(optimizer, CATALOGUES['optimizer'][optimizer.name])}),",
        f"    loss=keras.losses.{loss.name}({arguments(loss, CATALOGUES['loss'][loss.name])}),",
        f"    metrics=[{metrics}],",
        *_steps(execution),
        *([f"    jit_compile=True,  # {_effect_of_xla(experiment)}"] if execution.jit_compile else []),
        ")",
        *(_fuse(execution, experiment.fit.batch_size) if execution.is_fused else []),
    ]


def _effect_of_xla(experiment: Experiment) -> str:
    if random_layers(experiment):
        return "XLA draws other random numbers: a run as of another seed"
    return "XLA rounds otherwise: about from the 4th digit on"


def _steps(execution: Execution) -> list[str]:
    """Return the lines that set `steps_per_execution`, with the reason as a comment."""
    if execution.steps_per_execution == 1:
        return []
    effect = "Changes the speed" if execution.jit_compile else "Changes no number, only the speed"
    return [
        f"    # {effect}{execution.reason and f': {execution.reason}'}.",
        f"    steps_per_execution={execution.steps_per_execution},  # so the progress bar jumps, even past its end",
    ]


def _fuse(execution: Execution, batch_size: int) -> list[str]:
    """Return the lines that define `fuse`, which trainers use in mode "fast", and the line that calls it."""
    source = FUSING.read_text(encoding="utf-8")
    return [
        "",
        "",
        *source[source.index("def fuse") :].splitlines(),
        "",
        "",
        f"fuse(model, {execution.steps_per_execution}, {batch_size})",
    ]


def _schedule(schedule: EntryRef) -> str:
    words = arguments(schedule, CATALOGUES["schedules"][schedule.name], named=True)
    return f"keras.optimizers.schedules.{schedule.name}({words})"


def _metric(experiment: Experiment, metric: EntryRef) -> str:
    entry = CATALOGUES["metrics"][metric.name]
    plain = entry.trait("keras_string")
    if plain is not None:
        return python_value(plain)
    return f"keras.metrics.{metric_class(experiment, metric)}({arguments(metric, entry)})"


def _train(experiment: Experiment) -> list[str]:
    fit = experiment.fit
    validation = ["    validation_data=(x_val, y_val),"] if experiment.data.num_validation else []
    callbacks = [
        f"        keras.callbacks.{callback.name}({arguments(callback, CATALOGUES['callbacks'][callback.name])}),"
        for callback in fit.callbacks
    ]
    return [
        "history = model.fit(",
        "    x_train,",
        "    y_train,",
        f"    epochs={fit.epochs},",
        f"    batch_size={fit.batch_size},",
        *validation,
        *(["    callbacks=[", *callbacks, "    ],"] if callbacks else []),
        ")",
    ]


def _evaluate(experiment: Experiment) -> list[str]:
    return [
        "test = model.evaluate(x_test, y_test, return_dict=True)",
        "print(test)",
        "predicted = model.predict(x_test).argmax(axis=-1)",
        "print([class_names[label] for label in predicted[:5]])",
    ]
