"""An experiment in words: a sentence for the bar, a few words for each step, and the differences between two experiments."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.catalogue import Entry
from core.catalogue.datasets import data_set, is_own
from core.experiment.edits import output_layer
from core.experiment.graph import is_sequential
from core.experiment.layer_names import layer_label, layer_names
from core.experiment.model import CATALOGUES, INPUT, NESTED, Experiment, Layer, arguments_with_defaults, to_dict
from core.experiment.set_sizes import Counts, sizes
from core.experiment.shapes import Summary, num_values, shape_text
from core.number_text import quantity
from core.parameters import EntryRef, PerAxisInteger
from core.problems import Problem

LONGEST = 40  # characters of one value; every meaningful value is shorter
MOST_SIZES = 3  # layer sizes in the line of a network; above that, the number of layers is easier to read
# Groups of layers whose sizes do not matter to a beginner: they shape, thin out or rescale the outputs of other layers.
QUIET = ("Shape", "Pooling", "Regularization", "Normalization", "Activation", "Preprocessing", "Augmentation")


def layer_phrase(layer: Layer) -> str:
    """A layer in a few words: "Dense 128 relu", "Conv2D 32 3 × 3 relu", "Flatten", "Bidirectional LSTM 64"."""
    return _phrase(layer, layer.entry)


def layer_titles(experiment: Experiment) -> dict[str, str]:
    """The title of each layer on every page, by its id: "dense Dense 128 relu"; and of the picture, by INPUT."""
    names = layer_names(experiment)
    return {INPUT: "the image", **{layer.id: f"{names[layer.id]} {layer_phrase(layer)}" for layer in experiment.layers}}


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
    """One value of an argument; `sides` is the number of sides of a window that is given as one number."""
    if isinstance(value, EntryRef):
        return _phrase(value, CATALOGUES[NESTED[name]][value.name])
    if isinstance(value, tuple):
        return _shown(" × ".join(map(str, value)))
    if name in ("kernel_size", "pool_size"):
        return " × ".join([_shown(value)] * sides)
    return _shown(value)


def _shown(value: object) -> str:
    """A value that fits into a line: short, and without characters that break it, reverse it or cannot be sent."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def data_phrase(experiment: Experiment, counts: Counts | None = None) -> str:
    """Load in a few words: "Fashion-MNIST, 54,000 images", "Digits, about 1,293 images, 3 images removed".

    Parameters
    ----------
    experiment
        The experiment to describe.
    counts
        The image counts of a worker, which knows what corrections have left; None gives an estimate.
    """
    data = experiment.data
    in_sets = sizes(data, counts)
    words = [
        f"{data.entry.title}, {in_sets.words(in_sets.train)} image{'' if in_sets.train == 1 else 's'}",
        data.corrections.words(),
    ]
    return ", ".join(filter(None, words))


def compile_phrase(experiment: Experiment) -> str:
    """Compile in a few words: "Adam 0.001, cross-entropy", "Adam CosineDecay from 0.001, cross-entropy"."""
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    rate = optimizer.argument("learning_rate")
    rate_words = "" if rate is None else f" {_argument('learning_rate', rate)}"
    return f"{optimizer.name}{rate_words}, {CATALOGUES['loss'][loss.name].trait('short', loss.name)}"


def fit_phrase(experiment: Experiment) -> str:
    """Train in a few words: "5 epochs, batches of 32", "50 epochs, batches of 32, EarlyStopping"."""
    epochs = quantity(experiment.fit.epochs, "epoch")
    callbacks = [callback.name for callback in experiment.fit.callbacks]
    return ", ".join([epochs, f"batches of {experiment.fit.batch_size:,}", *callbacks])


def monitor_words(monitor: str) -> str:
    """What a callback watches, as people say it: "validation loss", "training accuracy"."""
    of = "validation" if monitor.startswith("val_") else "training"
    return f"{of} {monitor.removeprefix('val_').replace('_', ' ')}"


def early_end(experiment: Experiment, result: Mapping[str, Any] | None) -> str:
    """One sentence that says that a run ended before its last epoch by itself, and why; "" where it did not.

    Parameters
    ----------
    experiment
        The experiment that was trained.
    result
        The result of the run, or None.
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


def stack_phrase(experiment: Experiment, longest: int = 4) -> str:
    """The layers in one line; a long stack shows its first and last ones."""
    phrases = [layer_phrase(layer) for layer in experiment.layers]
    if len(phrases) > longest:
        phrases = [*phrases[: longest - 1], f"… {len(phrases) - longest} more …", phrases[-1]]
    return ", ".join(phrases) or "no layers yet"


def sentence(experiment: Experiment, counts: Counts | None = None) -> str:
    """The whole experiment in one sentence; `counts` as in `data_phrase`."""
    parts = (data_phrase(experiment, counts), stack_phrase(experiment), compile_phrase(experiment), fit_phrase(experiment))
    return " → ".join(parts)


def net_line(experiment: Experiment, summary: Summary | None, problems: Iterable[Problem] = ()) -> str:
    """The network as a beginner sees it: "784 pixels → 128 units → 10 answers", "784 pixels → 38 layers → 10 answers".

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers; None while Keras has not answered, which leaves the answers open.
    problems
        The problems of the experiment.
    """
    values = num_values(experiment.data.entry.image_shape)
    inputs = f"{values:,} pixels" if experiment.data.entry.image_shape[2] == 1 else f"{values:,} pixel values"
    if not experiment.layers:
        return f"{inputs} → no layers yet"
    return " → ".join([inputs, *_between(experiment), _answers(experiment, summary, problems)])


def _between(experiment: Experiment) -> list[str]:
    """What lies between the picture and the answers: the sizes of a few layers, or the number of layers."""
    count = quantity(len(experiment.layers), "layer")
    if not is_sequential(experiment):
        return [f"{count} with branches"]
    last = output_layer(experiment)
    sized = [layer for layer in experiment.layers if "layer" in layer.entry.required or layer.entry.group not in QUIET]
    sizes = [_size_words(layer) for layer in sized if layer != last]
    return [count] if len(sizes) > MOST_SIZES or not all(sizes) else sizes


def _size_words(layer: Layer) -> str:
    """The size of a layer: "128 units", "32 filters"; "" if no single number says it, or if it is not allowed."""
    for argument in ("units", "filters"):
        size, parameter = layer.argument(argument), layer.entry.parameter(argument)
        if parameter is not None and parameter.constraint.is_valid(size) and isinstance(size, int):
            return quantity(size, "filter" if argument == "filters" else "unit")
    return ""


def _answers(experiment: Experiment, summary: Summary | None, problems: Iterable[Problem]) -> str:
    """The output of the network, as Keras reports it."""
    if summary is None:
        return "a value is not allowed" if any(problem.code == "value-not-allowed" for problem in problems) else "checking"
    if summary.refused:
        return f"no answer: {layer_label(experiment, summary.refused)} cannot take what it gets"
    shape = summary.output_shape
    return quantity(shape[0], "answer") if len(shape) == 1 and shape[0] is not None else f"answers of {shape_text(shape)}"


def difference(new: Experiment, old: Experiment) -> str:
    """The changes from `old` to `new`, in one line: "learning rate 0.01 (was 0.001), + Dropout 0.3".

    Returns
    -------
    str
        "the same experiment" where nothing differs.
    """
    return ", ".join(changes(new, old)) or "the same experiment"


def changes(new: Experiment, old: Experiment) -> list[str]:
    """The changes from `old` to `new`, each in words."""
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
    now, before = {layer.id: layer for layer in new.layers}, {layer.id: layer for layer in old.layers}
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


def _compile(new: Experiment, old: Experiment) -> list[str]:
    changes = []
    for part in ("optimizer", "loss"):
        now, before = getattr(new.compile, part), getattr(old.compile, part)
        if now.name != before.name:
            changes.append(f"{now.name} (was {before.name})")
        else:
            changes += _arguments(now, before, part)
    return changes + _entries(new.compile.metrics, old.compile.metrics, "metrics")


def _entries(new: tuple[EntryRef, ...], old: tuple[EntryRef, ...], kind: str) -> list[str]:
    """The differences between two lists of metrics or callbacks."""
    now, before = _by_name_and_number(new), _by_name_and_number(old)
    changes = [f"+ {key[0]}" for key in now if key not in before]
    changes += [f"− {key[0]}" for key in before if key not in now]
    for key in (key for key in now if key in before):
        changes += [f"{key[0]} {change}" for change in _arguments(now[key], before[key], kind)]
    return changes


def _by_name_and_number(chosen: tuple[EntryRef, ...]) -> dict[tuple[str, int], EntryRef]:
    """Choices by name and number: an entry that is chosen twice by mistake is compared with its own counterpart."""
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
