"""Comparisons of experiments that ignore the ids and names of layers. A comparison can also leave out a part."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from types import MappingProxyType

from core.catalogue.layers import LAYERS
from core.experiment.descriptions import changes
from core.experiment.edits import remove_layer
from core.experiment.model import Compile, Data, Experiment, Fit, Layer
from core.parameters import EntryRef

Form = Callable[[Experiment], Experiment]


def canonical(experiment: Experiment) -> Experiment:
    """Return the experiment with numbered layer ids, and without the names of layers and blocks that people gave.

    Experiments with equal networks become equal.
    """
    numbers = {layer.id: str(number) for number, layer in enumerate(experiment.layers)}
    layers = tuple(
        replace(
            layer,
            id=numbers[layer.id],
            inputs=tuple(numbers.get(source, source) for source in layer.inputs),
            block="",
            custom_name="",
        )
        for layer in experiment.layers
    )
    return replace(experiment, layers=layers)


def without_seed(experiment: Experiment) -> Experiment:
    """Return the experiment in canonical form with seed 0, so that runs that differ only in their seed become equal."""
    return canonical(replace(experiment, fit=replace(experiment.fit, seed=0)))


def _without_layers(name: str) -> Form:
    def form(experiment: Experiment) -> Experiment:
        for layer in experiment.layers:
            if layer.name == name:
                experiment = remove_layer(experiment, layer.id)
        return experiment

    return form


def _without_layer_argument(name: str) -> Form:
    def plain(layer: Layer) -> Layer:
        return replace(layer, arguments=tuple(pair for pair in layer.arguments if pair[0] != name))

    return lambda experiment: replace(experiment, layers=tuple(map(plain, experiment.layers)))


def _without_learning_rate(experiment: Experiment) -> Experiment:
    optimizer = experiment.compile.optimizer
    plain = EntryRef(optimizer.name, tuple(pair for pair in optimizer.arguments if pair[0] != "learning_rate"))
    return replace(experiment, compile=replace(experiment.compile, optimizer=plain))


def _with_default(part: str, name: str) -> Form:
    default = getattr({"data": Data(), "compile": Compile(), "fit": Fit()}[part], name)
    return lambda experiment: replace(experiment, **{part: replace(getattr(experiment, part), **{name: default})})


# The parts in which two experiments may differ, each with the function that leaves the part out.
THINGS: Mapping[str, Form] = MappingProxyType(
    {
        **{
            name: _with_default(part, name)
            for part, names in {
                "data": ("dataset", "pixels", "train_images", "validation_split", "corrections"),
                "compile": ("optimizer", "loss", "metrics"),
                "fit": ("epochs", "batch_size", "seed", "callbacks", "backend", "mode"),
            }.items()
            for name in names
        },
        "learning_rate": _without_learning_rate,
        "layers": lambda experiment: replace(experiment, layers=()),
        **{name: _without_layer_argument(name) for name in ("activation", "units", "filters", "kernel_size", "rate")},
        **{name: _without_layers(name) for name in LAYERS},
    }
)


# The parts that each word in `may_change` of a task stands for.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "data": ("dataset", "pixels", "train_images", "validation_split", "corrections"),
        "compile": ("optimizer", "loss", "metrics", "learning_rate"),
        "fit": ("epochs", "batch_size", "seed", "callbacks", "backend", "mode"),
    }
)
MAY_CHANGE = (*PARTS, *THINGS)


def differ_only_in(thing: str, first: Experiment, second: Experiment) -> bool:
    """Return whether two experiments differ in a single part, such as the optimizer.

    Parameters
    ----------
    thing
        The part, a name of THINGS.
    first, second
        The experiments.
    """
    form = THINGS[thing]
    is_equal = canonical(first) == canonical(second)
    return not is_equal and canonical(form(first)) == canonical(form(second))


def has_layer_class(thing: str, experiment: Experiment) -> bool:
    """Return whether an experiment has a layer of a class. If the name is no layer class, return True."""
    return thing not in LAYERS or any(layer.name == thing for layer in experiment.layers)


def changed_parts(new: Experiment, old: Experiment) -> list[str]:
    """Describe the changes from an old experiment to a new experiment, each in a text.

    A layer that was taken out and put in again has not changed.
    """
    return changes(with_layer_ids_of(new, old), old)


def with_layer_ids_of(new: Experiment, old: Experiment) -> Experiment:
    """Return the new experiment, whose layers get the ids of the matching layers in the old experiment."""
    ids = dict[str, str]()
    for key in (lambda layer: (layer.name, layer.arguments), lambda layer: layer.name):
        mine = [layer for layer in new.layers if layer.id not in ids]
        theirs = [layer for layer in old.layers if layer.id not in ids.values()]
        matcher = SequenceMatcher(None, [hash(key(each)) for each in mine], [hash(key(each)) for each in theirs], False)
        for begin, other, size in matcher.get_matching_blocks():
            ids.update({mine[begin + step].id: theirs[other + step].id for step in range(size)})
    renamed = {layer.id: ids.get(layer.id, f"new {layer.id}") for layer in new.layers}
    names = {layer.id: layer for layer in old.layers}
    return replace(
        new,
        layers=tuple(
            replace(
                layer,
                id=renamed[layer.id],
                inputs=tuple(renamed.get(source, source) for source in layer.inputs),
                block="",
                custom_name=names[renamed[layer.id]].custom_name if renamed[layer.id] in names else "",
            )
            for layer in new.layers
        ),
    )
