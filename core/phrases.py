"""An experiment in words: one sentence for the bar, a few words for each step, and what differs between two."""

from core.experiment import CATALOGUES, Chosen, Experiment, Layer, to_dict
from core.shapes import numbers

LONGEST = 40  # characters of one value; all that mean something are shorter


def layer_phrase(layer: Layer) -> str:
    """A layer in a few words: "Dense 128 relu", "Conv2D 32 3 × 3 relu", "Flatten"."""
    words = [layer.name]
    for name in dict.fromkeys((*layer.entry.required, *layer.entry.first)):
        value = layer.argument(name)
        if value is None or value is False or name == "padding":
            continue
        words.append(name.replace("_", " ") if value is True else _short(name, value))
    return " ".join(dict.fromkeys(words))


def _short(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return _shown(" × ".join(map(str, value)))
    if name in ("kernel_size", "pool_size"):
        return f"{_shown(value)} × {_shown(value)}"
    return _shown(value)


def _shown(value: object) -> str:
    """A value as it may stand in a line: short, and without characters that break it, turn it round, or cannot be sent."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def data_phrase(experiment: Experiment) -> str:
    """Load in a few words: "Fashion-MNIST, 54,000 images"."""
    return f"{experiment.data.entry.title}, {experiment.data.num_used:,} images"


def compile_phrase(experiment: Experiment) -> str:
    """Compile in a few words: "Adam 0.001, cross-entropy"."""
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    rate = optimizer.argument("learning_rate")
    spoken = f"{optimizer.name} {rate:g}" if isinstance(rate, int | float) else optimizer.name
    return f"{spoken}, {CATALOGUES['loss'][loss.name].trait('short', loss.name)}"


def fit_phrase(experiment: Experiment) -> str:
    """Train in a few words: "5 epochs, batches of 32"."""
    epochs = experiment.fit.epochs
    return f"{epochs:,} epoch{'' if epochs == 1 else 's'}, batches of {experiment.fit.batch_size:,}"


def stack_phrase(experiment: Experiment, longest: int = 4) -> str:
    """The layers in one line; a long stack shows its first and last ones."""
    phrases = [layer_phrase(layer) for layer in experiment.layers]
    if len(phrases) > longest:
        phrases = [*phrases[: longest - 1], f"… {len(phrases) - longest} more …", phrases[-1]]
    return ", ".join(phrases) or "no layers yet"


def sentence(experiment: Experiment) -> str:
    """The whole experiment in one sentence."""
    parts = (data_phrase(experiment), stack_phrase(experiment), compile_phrase(experiment), fit_phrase(experiment))
    return " → ".join(parts)


def picture_of_net(experiment: Experiment) -> str:
    """The net as a beginner sees it: "784 pixels → 128 neurons → 10 answers"."""
    units = [_shown(layer.argument("units")) for layer in experiment.layers if layer.argument("units")]
    values = numbers(experiment.data.entry.image_shape)
    inputs = f"{values:,} pixels" if experiment.data.entry.image_shape[2] == 1 else f"{values:,} pixel values"
    return " → ".join([inputs, *(f"{one} neurons" for one in units[:-1]), f"{units[-1] if units else '?'} answers"])


def difference(new: Experiment, old: Experiment) -> str:
    """What a person changed from `old` to `new`, in one line: "learning rate 0.01 (was 0.001), + Dropout 0.3".

    Returns:
        "the same experiment" where nothing differs.
    """
    changes = [*_data_and_fit(new, old), *_layers(new, old), *_compile(new, old)]
    return ", ".join(changes) or "the same experiment"


def _data_and_fit(new: Experiment, old: Experiment) -> list[str]:
    changes = []
    for part in ("data", "fit"):
        now, before = to_dict(new)[part], to_dict(old)[part]
        for name in now:
            if now[name] != before[name]:
                changes.append(f"{name.replace('_', ' ')} {_said(now[name])} (was {_said(before[name])})")
    return changes


def _said(value: object) -> str:
    if value is None:
        return "all"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _layers(new: Experiment, old: Experiment) -> list[str]:
    now, before = {one.id: one for one in new.layers}, {one.id: one for one in old.layers}
    changes = [f"+ {layer_phrase(one)}" for key, one in now.items() if key not in before]
    changes += [f"− {layer_phrase(one)}" for key, one in before.items() if key not in now]
    for key in now.keys() & before.keys():
        if now[key].name != before[key].name:
            changes.append(f"{layer_phrase(now[key])} (was {layer_phrase(before[key])})")
        elif now[key] != before[key]:
            changes += [f"{now[key].name} {words}" for words in _arguments(now[key], before[key], "layers")]
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
    metrics, earlier = _each(new.compile.metrics), _each(old.compile.metrics)
    changes += [f"+ {key[0]}" for key in metrics if key not in earlier]
    changes += [f"− {key[0]}" for key in earlier if key not in metrics]
    for key in (key for key in metrics if key in earlier):
        words = _arguments(metrics[key], earlier[key], "metrics")
        changes += [f"{key[0]} {one}" for one in words]
    return changes


def _each(metrics: tuple[Chosen, ...]) -> dict[tuple[str, int], Chosen]:
    """Metrics by name and number: one may be chosen twice by mistake, and each is to be compared with its own."""
    found: dict[tuple[str, int], Chosen] = {}
    for metric in metrics:
        found[metric.name, sum(name == metric.name for name, _ in found)] = metric
    return found


def _arguments(now: Chosen, before: Chosen, kind: str) -> list[str]:
    entry = CATALOGUES[kind][now.name]
    changes = []
    for parameter in entry.parameters:
        new, old = (one.argument(parameter.name, parameter.default) for one in (now, before))
        if new != old:
            changes.append(f"{parameter.name.replace('_', ' ')} {_argument(new)} (was {_argument(old)})")
    return changes


def _argument(value: object) -> str:
    return "none" if value is None else _shown(value)
