"""Check the end of the network: which activations its answers pass through, and whether they fit the loss."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from core.checks.repairs import append, remove, replace_layers, set_argument, with_replacement
from core.experiment.edits import find_layer
from core.experiment.graph import inputs_of
from core.experiment.layer_names import layer_label
from core.experiment.model import CATALOGUES, Experiment, Layer
from core.parameters import EntryRef
from core.problems import Problem, Repair

LINEAR = "linear"
PROBABILITIES = ("softmax", "sigmoid")  # activations that give probabilities, whose means are probabilities too
LOGITS = ("compile", "loss", "arguments", "from_logits")


@dataclass(frozen=True)
class AppliedFunction:
    """An activation that a layer applies to the network's answers."""

    layer: Layer
    name: str  # the function's name in the catalogue of activations


def applied_function(layer: Layer) -> str | None:
    """Return the name of a layer's activation, or None if the layer has no activation.

    The name is "linear" if the argument is not set.
    """
    fixed = layer.entry.trait("applies")
    if fixed or layer.entry.parameter("activation") is None:
        return cast("str | None", fixed)
    return str(layer.values["activation"] or LINEAR)


def output_functions(experiment: Experiment, end: str = "") -> tuple[AppliedFunction, ...]:
    """Return the activations that the network's answers pass through, in order.

    Parameters
    ----------
    experiment
        The experiment; its layers may be joined wrongly.
    end
        The id of the layer to walk back from. An empty string means the last layer.
    """
    inputs, ids = inputs_of(experiment), [layer.id for layer in experiment.layers]
    applied: list[AppliedFunction] = []
    current = end or (ids[-1] if ids else "")
    visited = set[str]()
    while current in ids and current not in visited:
        visited.add(current)
        layer = find_layer(experiment, current)
        name = applied_function(layer)
        if name is None and not _keeps_answers(layer):
            return (AppliedFunction(layer, _function_of_mean(experiment, layer, visited)), *applied)
        if name is not None:
            applied.insert(0, AppliedFunction(layer, name))
        if name is not None and not layer.entry.trait("keeps_answer"):
            break
        current = inputs[current][0]
    return tuple(applied)


def _keeps_answers(layer: Layer) -> bool:
    """Tell whether a layer passes the answers on unchanged, apart from noise and their order."""
    arranges = layer.entry.trait("rearranges") or (layer.entry.trait("flattens") and not layer.entry.trait("sums"))
    return bool(layer.entry.trait("keeps_answer") or arranges or "rate" in layer.values or "stddev" in layer.values)


def _function_of_mean(experiment: Experiment, layer: Layer, visited: set[str]) -> str:
    """Return the activation whose outputs a layer averages, or "linear" if the layer does not average probabilities."""
    averages = layer.entry.trait("averages") or (layer.entry.trait("flattens") and layer.entry.trait("sums") == "mean")
    ids = [other.id for other in experiment.layers]
    before = [
        source
        for source in inputs_of(experiment)[layer.id]
        if source in ids[: ids.index(layer.id)] and source not in visited
    ]
    ends = [output_functions(experiment, source) for source in before] if averages else []
    names = {functions[-1].name if functions else LINEAR for functions in ends}
    return names.pop() if len(names) == 1 and names <= set(PROBABILITIES) else LINEAR


def check_outputs(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of the activations that are applied to the network's answers.

    If several functions are not linear, the rule for several functions applies. Otherwise the function is compared with the
    loss.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    applied = output_functions(experiment)
    bending = tuple(function for function in applied if function.name != LINEAR)
    if len(bending) > 1:
        yield from _stacked_functions(experiment, bending)
    elif applied:
        yield from _fits_loss(experiment, bending[0] if bending else applied[-1])


def _expected_functions(experiment: Experiment) -> tuple[str, ...]:
    """Return the output activations that fit the loss, best first."""
    loss = experiment.compile.loss
    if loss.argument("from_logits", False):
        return (LINEAR,)
    return cast("tuple[str, ...]", CATALOGUES["loss"][loss.name].trait("expects", ("softmax",)))


def _stacked_functions(experiment: Experiment, bending: tuple[AppliedFunction, ...]) -> Iterator[Problem]:
    """Warn of several activations in a row at the output. The repairs keep only the activation that fits the loss."""
    expected = _expected_functions(experiment)
    fitting = sorted(
        (function for function in bending if function.name in expected), key=lambda function: expected.index(function.name)
    )
    kept = fitting[0] if fitting else bending[-1]
    for extra in bending:
        if extra == kept:
            continue
        alone = extra.layer.entry.trait("keeps_answer")
        repair = remove(extra.layer) if alone else set_argument(extra.layer, "activation", LINEAR)
        label, other = layer_label(experiment, extra.layer.id), layer_label(experiment, kept.layer.id)
        twice = extra.name == kept.name
        is_before = bending.index(extra) < bending.index(kept)
        order = "before" if is_before else "after"
        yield Problem(
            code=f"two-{extra.name}es" if twice and extra.name == "softmax" else "two-activations",
            where=("layers", extra.layer.id),
            severity="warning",
            happened=f"{extra.layer.name} applies {extra.name} to answers to which {other} has applied {extra.name} already."
            if twice
            else f"{label} applies {extra.name} to the answers, {order} the {kept.name} of {other}.",
            expected=f"Expected {kept.name} once." if twice else f"Expected {kept.name} alone.",
            fix=f"{repair.label}.",
            why="Probabilities are small numbers: a second softmax makes them nearly equal, and learning slow."
            if twice
            else f"{extra.name} cuts numbers off or squeezes them together: {kept.name} needs numbers of any size and sign."
            if is_before
            else f"{extra.name} changes the result of {kept.name}, which the loss reads.",
            repairs=(repair,),
        )


def _apply(experiment: Experiment, applied: AppliedFunction, function: str) -> Repair:
    """Return a repair that applies another activation to the answers.

    The repair sets an argument, replaces or removes a layer, or adds a layer at the end.
    """
    layer = applied.layer
    if layer.entry.parameter("activation") is not None:
        return set_argument(layer, "activation", function, f"Set the last activation to {function}")
    if not layer.entry.trait("keeps_answer"):
        return append("Activation", f"Add {function} at the end", activation=function)
    if function == LINEAR:
        return remove(layer)
    changed = with_replacement(experiment, layer, "Activation", activation=function)
    return replace_layers(f"Put {function} in place of {layer.name}", changed)


def _fits_loss(experiment: Experiment, last: AppliedFunction) -> Iterator[Problem]:
    loss, expected = experiment.compile.loss, _expected_functions(experiment)
    entry = CATALOGUES["loss"][loss.name]
    reads_logits = bool(loss.argument("from_logits", False))
    if last.name in expected:
        return
    if reads_logits and last.name in PROBABILITIES:
        yield _probabilities_for_logits(experiment, last)
    elif entry.trait("among_classes") and last.name == "softmax":
        if (
            experiment.data.entry.num_classes > 2
        ):  # for two classes, a yes or no about the first class is an answer about the second
            yield _binary_loss_for_classes(experiment, last)
    else:
        best = expected[0]
        repairs = [_apply(experiment, last, best)]
        if entry.parameter("from_logits") is not None and last.name == LINEAR:
            repairs.append(Repair("Set from_logits to True", "set", LOGITS, True))
        if reads_logits:
            why = "With from_logits=True the loss applies the last function itself, to numbers of any size and sign."
        else:
            why = "softmax turns any numbers into probabilities that add up to 1."
        yield Problem(
            code="activation-does-not-fit-loss",
            where=("layers", last.layer.id),
            severity="warning",
            also=(("compile", "loss"),),
            happened=f"The last activation is {last.name}.",
            expected=f"{loss.name} {'with from_logits=True ' if reads_logits else ''}expects {' or '.join(expected)}.",
            fix=f"Set it to {best}." if repairs[0].verb == "set" else f"{repairs[0].label}.",
            why=why,
            repairs=tuple(repairs),
        )


def _probabilities_for_logits(experiment: Experiment, last: AppliedFunction) -> Problem:
    loss = experiment.compile.loss
    switch = Repair("Set from_logits to False", "set", LOGITS, False)
    linear = _apply(experiment, last, LINEAR)
    expects = CATALOGUES["loss"][loss.name].trait("expects", ("softmax",))
    fits, itself = last.name in expects, expects[0]
    return Problem(
        code="softmax-with-from-logits",
        where=("compile", "loss"),
        severity="warning",
        also=(("layers", last.layer.id),),
        happened=f"The last activation is {last.name}, and {loss.name} has from_logits=True.",
        expected=f"With from_logits=True the loss applies {itself} itself; applied twice, learning is slow.",
        fix="Switch one of them off.",
        repairs=(switch, linear) if fits else (linear, switch),
    )


def _binary_loss_for_classes(experiment: Experiment, last: AppliedFunction) -> Problem:
    loss, classes = experiment.compile.loss, experiment.data.entry.num_classes
    other = str(CATALOGUES["loss"][loss.name].trait("among_classes"))
    return Problem(
        code="loss-does-not-fit-activation",
        where=("compile", "loss"),
        severity="warning",
        also=(("layers", last.layer.id),),
        happened=f"{loss.name} asks of each class by itself, and {last.name} makes the {classes} answers add up to 1.",
        expected=f"Expected {other}, or sigmoid.",
        fix=f"Use {other}.",
        why=f"{classes - 1} of {classes} answers are to be no, so that this loss is small before anything is learned.",
        repairs=(Repair(f"Use {other}", "set", ("compile", "loss"), EntryRef(other)), _apply(experiment, last, "sigmoid")),
    )
