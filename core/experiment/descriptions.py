"""Describe experiments in words: an experiment in a sentence, each step in a phrase, and changes between experiments."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from core.catalogue import Entry
from core.catalogue.datasets import data_set, is_own
from core.experiment.edits import output_layer
from core.experiment.graph import is_sequential
from core.experiment.layer_names import informative_names, layer_label, layer_names
from core.experiment.model import (
    CATALOGUES,
    INPUT,
    NESTED,
    PIXEL_RANGES,
    Data,
    Experiment,
    Layer,
    arguments_with_defaults,
    to_dict,
)
from core.experiment.set_sizes import ImagesPerClass, images_per_set
from core.experiment.shapes import Summary, num_values, shape_text
from core.number_text import quantity
from core.parameters import EntryRef, PerAxisInteger
from core.problems import Problem

LONGEST_VALUE = 40  # the most characters of a value that are shown; every meaningful value is shorter
WHITE = 255  # the largest value of a pixel, as pages show images
MOST_CHANGES = 2  # the most changes that a short line names; the number of more changes is easier to read
MOST_SIZES = 3  # the most layer sizes in the sentence about a network; the number of more layers is easier to read
# Groups of layers whose sizes do not matter to a beginner: they shape, thin out or rescale the outputs of other layers.
QUIET = ("Shape", "Pooling", "Regularization", "Normalization", "Activation", "Preprocessing", "Augmentation")


def layer_phrase(layer: Layer) -> str:
    """Describe a layer in a few words, such as "Conv2D 32 3 × 3 relu", "Flatten" or "Bidirectional LSTM 64"."""
    return _phrase(layer, layer.entry)


def layer_titles(experiment: Experiment) -> dict[str, str]:
    """Return the titles of all layers by the layers' ids, such as "Dense 10 softmax (outputs)".

    All pages use these titles. The title for the id INPUT is "the image".
    """
    names = informative_names(experiment)
    named = {layer.id: f" ({names[layer.id]})" if layer.id in names else "" for layer in experiment.layers}
    return {INPUT: "the image", **{layer.id: layer_phrase(layer) + named[layer.id] for layer in experiment.layers}}


def _phrase(chosen: EntryRef, entry: Entry) -> str:
    words = [chosen.name]
    for name in dict.fromkeys((*entry.required, *entry.first)):
        value = chosen.argument(name)
        if value is None or value is False or name == "padding":
            continue
        parameter = entry.parameter(name)
        sides = parameter.constraint.count if parameter and isinstance(parameter.constraint, PerAxisInteger) else 1
        words.append(name.replace("_", " ") if value is True else _short(name, value, sides))
    return " ".join(dict.fromkeys(words))


def _short(name: str, value: object, sides: int = 1) -> str:
    """Return a short text for the value of an argument.

    The size of a window may be a single number. This number is repeated for each of `sides` axes, as in "3 × 3".
    """
    if isinstance(value, EntryRef):
        return _phrase(value, CATALOGUES[NESTED[name]][value.name])
    if isinstance(value, tuple):
        return _shown(" × ".join(map(str, value)))
    if name in ("kernel_size", "pool_size"):
        return " × ".join([_shown(value)] * sides)
    return _shown(value)


def _shown(value: object) -> str:
    """Return a value as text. A text of more than LONGEST_VALUE characters is cut and ends with "…".

    Characters that cannot be printed are replaced, since they could break or reverse the line.
    """
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def data_phrase(experiment: Experiment, counts: ImagesPerClass | None = None) -> str:
    """Describe the data in a few words, such as "Digits, about 1,293 images, 3 images removed".

    Parameters
    ----------
    experiment
        The experiment to describe.
    counts
        The numbers of images that a worker counted. If None, the numbers are estimated.
    """
    data = experiment.data
    in_sets = images_per_set(data, counts)
    words = [
        f"{data.entry.title}, {in_sets.words(in_sets.train)} image{'' if in_sets.train == 1 else 's'}",
        data.corrections.words(),
    ]
    return ", ".join(filter(None, words))


def scaling_sentence(data: Data) -> str:
    """Return a sentence on how the pixels of an image become inputs of the network. Pages show pixels as 0 to 255."""
    low, high = PIXEL_RANGES[data.pixels]
    if high == WHITE:
        return "The network gets these numbers as they are."
    if low == 0 and data.entry.pixel_maximum == WHITE:
        return f"Before training each is divided by {WHITE}, so that it lies between 0 and 1."
    return f"Before training each is scaled to the range {low:g} to {high:g}.".replace("-", "−")


def compile_phrase(experiment: Experiment) -> str:
    """Describe the optimizer and the loss in a few words, such as "Adam 0.001, cross-entropy".

    A schedule is described in place of the learning rate, as in "Adam CosineDecay from 0.001, cross-entropy".
    """
    loss = experiment.compile.loss
    return f"{optimizer_words(experiment)}, {CATALOGUES['loss'][loss.name].trait('short', loss.name)}"


def optimizer_words(experiment: Experiment) -> str:
    """Describe the optimizer and its learning rate in a few words, such as "Adam 0.001"."""
    optimizer = experiment.compile.optimizer
    rate = _learning_rate(optimizer)
    return optimizer.name if rate is None else f"{optimizer.name} {_argument('learning_rate', rate)}"


def _learning_rate(optimizer: EntryRef) -> object:
    """Return the learning rate of an optimizer, or the rate of its entry if none is set."""
    parameter = CATALOGUES["optimizer"][optimizer.name].parameter("learning_rate")
    return optimizer.argument("learning_rate", parameter.default if parameter else None)


def fit_phrase(experiment: Experiment) -> str:
    """Describe epochs, batch size and callbacks in a few words, such as "50 epochs, batches of 32, EarlyStopping"."""
    epochs = quantity(experiment.fit.epochs, "epoch")
    callbacks = [callback.name for callback in experiment.fit.callbacks]
    return ", ".join([epochs, f"batches of {experiment.fit.batch_size:,}", *callbacks])


def monitor_words(monitor: str) -> str:
    """Return the words for a number that a callback monitors, such as "validation loss" for "val_loss"."""
    of = "validation" if monitor.startswith("val_") else "training"
    return f"{of} {monitor.removeprefix('val_').replace('_', ' ')}"


def early_stop_sentence(experiment: Experiment, result: Mapping[str, Any] | None) -> str:
    """Return a sentence on why a callback ended a run early, such as "Stopped early, after epoch 3 of 5: …".

    Return an empty string if no callback ended the run.

    Parameters
    ----------
    experiment
        The experiment that was trained.
    result
        The result of the run, or None if the run has no result.
    """
    if not result or result["how"] != "whole" or result["epochs"] >= experiment.fit.epochs:
        return ""
    words = f"Stopped early, after epoch {result['epochs']:,} of {experiment.fit.epochs:,}"
    for callback in experiment.fit.callbacks:
        entry = CATALOGUES["callbacks"][callback.name]
        if entry.trait("ends_early"):
            values = arguments_with_defaults(callback, entry)
            epochs, baseline = max(1, values["patience"]), values["baseline"]
            beyond = "had not improved" if baseline is None else f"had not improved beyond {baseline:g}"
            words += f": {monitor_words(values['monitor'])} {beyond} for {quantity(epochs, 'epoch')}"
    return words + "."


def layers_phrase(experiment: Experiment, longest: int = 4) -> str:
    """List the layers in a line of text.

    If the network has more than `longest` layers, the line names only the first layers and the last layer.
    """
    phrases = [layer_phrase(layer) for layer in experiment.layers]
    if len(phrases) > longest:
        phrases = [*phrases[: longest - 1], f"… {len(phrases) - longest} more …", phrases[-1]]
    return ", ".join(phrases) or "no layers yet"


def sentence(experiment: Experiment, counts: ImagesPerClass | None = None) -> str:
    """Describe the whole experiment in a sentence. For `counts` see `data_phrase`."""
    parts = (data_phrase(experiment, counts), layers_phrase(experiment), compile_phrase(experiment), fit_phrase(experiment))
    return " → ".join(parts)


def network_sentence(experiment: Experiment, summary: Summary | None, problems: Iterable[Problem] = ()) -> str:
    """Describe the network in words for beginners, such as "784 pixels → 128 units → 10 answers".

    A network with many layers is described by the number of its layers, as in "784 pixels → 38 layers → 10 answers".

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers, or None until Keras has computed the table. Without it, the number of answers is unknown.
    problems
        The problems of the experiment.
    """
    values = num_values(experiment.data.entry.image_shape)
    inputs = f"{values:,} pixels" if experiment.data.entry.image_shape[2] == 1 else f"{values:,} pixel values"
    if not experiment.layers:
        return f"{inputs} → no layers yet"
    return " → ".join([inputs, *_between(experiment), _answers(experiment, summary, problems)])


def _between(experiment: Experiment) -> list[str]:
    """Describe the layers before the output layer: at most MOST_SIZES layers by their sizes, more layers by their number."""
    count = quantity(len(experiment.layers), "layer")
    if not is_sequential(experiment):
        return [f"{count} with branches"]
    last = output_layer(experiment)
    sized = [layer for layer in experiment.layers if "layer" in layer.entry.required or layer.entry.group not in QUIET]
    sizes = [_size_words(layer) for layer in sized if layer != last]
    return [count] if len(sizes) > MOST_SIZES or not all(sizes) else sizes


def _size_words(layer: Layer) -> str:
    """Return the size of a layer in words, such as "128 units" or "32 filters".

    Return an empty string if the layer has no size, or an invalid size.
    """
    for argument in ("units", "filters"):
        size, parameter = layer.argument(argument), layer.entry.parameter(argument)
        if parameter is not None and parameter.constraint.is_valid(size) and isinstance(size, int):
            return quantity(size, "filter" if argument == "filters" else "unit")
    return ""


def _answers(experiment: Experiment, summary: Summary | None, problems: Iterable[Problem]) -> str:
    """Describe the network's output, such as "10 answers".

    If the output is unknown, the text says why: Keras refused a layer or is still busy, or a value is not allowed.
    """
    if summary is None:
        return "a value is not allowed" if any(problem.code == "value-not-allowed" for problem in problems) else "checking"
    if summary.refused:
        return f"no answer: {layer_label(experiment, summary.refused)} cannot take what it gets"
    shape = summary.output_shape
    return quantity(shape[0], "answer") if len(shape) == 1 and shape[0] is not None else f"answers of {shape_text(shape)}"


def difference(new: Experiment, old: Experiment, most: int | None = None) -> str:
    """Describe the changes from `old` to `new` in a line, such as "learning rate 0.01 (was 0.001), + Dropout 0.3".

    Parameters
    ----------
    new, old
        The experiments to compare.
    most
        The most changes that are named; more changes are counted, as in "… and 3 more". If None, all are named.

    Returns
    -------
    str
        The changes, or "the same experiment" if the experiments are equal.
    """
    all_changes = changes(new, old)
    more = 0 if most is None else max(0, len(all_changes) - most)
    named = ", ".join(all_changes[: len(all_changes) - more])
    return (f"{named} and {more:,} more" if more else named) or "the same experiment"


def changes(new: Experiment, old: Experiment) -> list[str]:
    """Return the changes from `old` to `new`, each as a short text."""
    return [*_data_and_fit(new, old), *_layers(new, old), *_compile(new, old)]


def _data_and_fit(new: Experiment, old: Experiment) -> list[str]:
    changes = []
    for part in ("data", "fit"):
        now, before = to_dict(new)[part], to_dict(old)[part]
        for name in now:
            if name not in ("callbacks", "corrections") and now[name] != before[name]:
                changes.append(f"{name.replace('_', ' ')} {_value_text(now[name])} (was {_value_text(before[name])})")
    return changes + _corrections(new, old) + _entries(new.fit.callbacks, old.fit.callbacks, "callbacks")


def _corrections(new: Experiment, old: Experiment) -> list[str]:
    if new.data.corrections == old.data.corrections:
        return []
    now, was = new.data.corrections.words(), old.data.corrections.words()
    return ["other labels changed or images removed" if now == was else f"{now or 'no corrections'} (was {was or 'none'})"]


def _value_text(value: object) -> str:
    if value is None:
        return "all"
    if isinstance(value, str) and is_own(value):
        return data_set(value).title
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _layers(new: Experiment, old: Experiment) -> list[str]:
    same = _same_layers(new, old)
    now, before = {layer.id: layer for layer in new.layers}, {same.get(layer.id, layer.id): layer for layer in old.layers}
    changes = [f"+ {layer_phrase(layer)}" for key, layer in now.items() if key not in before]
    changes += [f"− {layer_phrase(layer)}" for key, layer in before.items() if key not in now]
    for key in now.keys() & before.keys():
        if now[key].name != before[key].name:
            changes.append(f"{layer_phrase(now[key])} (was {layer_phrase(before[key])})")
        elif now[key] != before[key]:
            changes += [f"{now[key].name} {words}" for words in _arguments(now[key], before[key], "layers")]
        if now[key].custom_name != before[key].custom_name:
            name, former = (layer_names(experiment)[key] for experiment in (new, old))
            changes.append(f"{now[key].name} named {name} (was {former})")
    shared = [key for key in now if key in before]
    if shared != [key for key in before if key in now]:
        changes.append("layers in another order")
    return sorted(changes)


def _same_layers(new: Experiment, old: Experiment) -> dict[str, str]:
    """Return the new ids of layers that only got another id, as in a network that was built again, by their old ids."""
    kept = {layer.id for layer in new.layers} & {layer.id for layer in old.layers}
    added, removed = ([layer for layer in each.layers if layer.id not in kept] for each in (new, old))
    was, now = ([replace(layer, id="", inputs=()) for layer in layers] for layers in (removed, added))
    blocks = SequenceMatcher(a=was, b=now, autojunk=False).get_matching_blocks()
    pairs = [(block.a + offset, block.b + offset) for block in blocks for offset in range(block.size)]
    return {removed[before].id: added[after].id for before, after in pairs}


def _compile(new: Experiment, old: Experiment) -> list[str]:
    changes = []
    for part in ("optimizer", "loss"):
        now, before = getattr(new.compile, part), getattr(old.compile, part)
        if now.name == before.name:
            changes += _arguments(now, before, part)
        elif part == "loss" or _learning_rate(now) == _learning_rate(before):
            changes.append(f"{now.name} (was {before.name})")
        else:  # each optimizer begins with a learning rate of its own, so both are a single change
            changes.append(f"{optimizer_words(new)} (was {optimizer_words(old)})")
    return changes + _entries(new.compile.metrics, old.compile.metrics, "metrics")


def _entries(new: tuple[EntryRef, ...], old: tuple[EntryRef, ...], kind: str) -> list[str]:
    """Return the differences between two lists of metrics or callbacks, each as a short text."""
    now, before = _by_name_and_number(new), _by_name_and_number(old)
    changes = [f"+ {key[0]}" for key in now if key not in before]
    changes += [f"− {key[0]}" for key in before if key not in now]
    for key in (key for key in now if key in before):
        changes += [f"{key[0]} {change}" for change in _arguments(now[key], before[key], kind)]
    return changes


def _by_name_and_number(chosen: tuple[EntryRef, ...]) -> dict[tuple[str, int], EntryRef]:
    """Return metrics or callbacks by their name and their number among those of the same name.

    If a name was chosen twice in both experiments, the second choices are compared with each other.
    """
    numbered: dict[tuple[str, int], EntryRef] = {}
    for choice in chosen:
        numbered[choice.name, sum(name == choice.name for name, _ in numbered)] = choice
    return numbered


def _arguments(now: EntryRef, before: EntryRef, kind: str) -> list[str]:
    entry = CATALOGUES[kind][now.name]
    changes = []
    for parameter in entry.parameters:
        new, old = (choice.argument(parameter.name, parameter.default) for choice in (now, before))
        if isinstance(new, EntryRef) and isinstance(old, EntryRef) and new.name == old.name:
            changes += [f"{new.name} {change}" for change in _arguments(new, old, NESTED[parameter.name])]
        elif new != old:
            now_text, was_text = _argument(parameter.name, new), _argument(parameter.name, old)
            changes.append(f"{parameter.name.replace('_', ' ')} {now_text} (was {was_text})")
    return changes


def _argument(name: str, value: object) -> str:
    if isinstance(value, EntryRef) and NESTED[name] != "schedules":
        return _short(name, value)
    if isinstance(value, EntryRef):  # "CosineDecay from 0.001"
        start = next((number for _, number in value.arguments if isinstance(number, int | float)), None)
        return value.name if start is None else f"{value.name} from {_shown(start)}"
    return "none" if value is None else _shown(value)
