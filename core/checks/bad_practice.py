"""Warn of habits that Keras accepts silently but that seldom learn. These rules need no shapes."""

from collections.abc import Callable, Iterator

from core.catalogue.activations import ACTIVATIONS
from core.catalogue.initializers import INITIALIZERS
from core.checks.outputs import LINEAR, applied_function
from core.checks.repairs import moved_before, remove, replace_layers, set_argument, with_argument
from core.experiment.edits import output_layer
from core.experiment.graph import inputs_of, is_sequential, successors
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer, arguments_with_defaults, resolve_short_name
from core.number_text import percent
from core.parameters import EntryRef, Value
from core.problems import Problem, Repair

MOST_DROPPED = 0.8  # share of the inputs; if more is dropped, hardly anything is left to learn from
USUAL_DROPOUT = 0.5
KERNELS = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer", "embeddings_initializer")
FLAT_ENDS = {"sigmoid": 3, "tanh": 6}  # functions that are flat at both ends: so many in a row let gradients vanish


def check_bad_practice(experiment: Experiment) -> Iterator[Problem]:
    """The bad habits, in the order of the rules; at most one for each layer.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    guilty = set()
    for rule in RULES:
        for problem in rule(experiment):
            if problem.where not in guilty:
                guilty.add(problem.where)
                yield problem


def _warning(layer: Layer, code: str, happened: str, expected: str, why: str, *repairs: Repair) -> Problem:
    return Problem(code, ("layers", layer.id), happened, expected, f"{repairs[0].label}.", "warning", why, repairs)


def _activation(layer: Layer) -> str:
    """The activation of a layer; "linear" where it has none."""
    return applied_function(layer) or LINEAR


def _learns(layer: Layer) -> bool:
    """Whether a layer is a weighted sum of its inputs, as Dense and convolutions are."""
    return layer.entry.parameter("use_bias") is not None


def _is_recurrent(layer: Layer) -> bool:
    return layer.entry.parameter("return_sequences") is not None


def _only_disturbs(layer: Layer) -> bool:
    return _is_noisy(layer) or _normalises(layer)


def _is_noisy(layer: Layer) -> bool:
    """Whether a layer changes single numbers at random in training."""
    return "rate" in layer.values or "stddev" in layer.values


def _normalises(layer: Layer) -> bool:
    """Whether a layer normalises by the statistics of its input; Rescaling does not."""
    return bool(layer.entry.trait("normalises") and layer.entry.parameter("epsilon"))


def _hidden_layers(experiment: Experiment) -> tuple[Layer, ...]:
    """The layers before the one that produces the answers."""
    answers = output_layer(experiment, skips=_only_disturbs)
    return experiment.layers[: experiment.layers.index(answers)] if answers else ()


def _feeds_a_merge(experiment: Experiment, layer: Layer) -> bool:
    return any(successor.entry.trait("num_inputs") for successor in successors(experiment, layer.id))


def _hidden_softmax(experiment: Experiment) -> Iterator[Problem]:
    for layer in _hidden_layers(experiment):
        name = _activation(layer)
        shares = name in ACTIVATIONS and ACTIVATIONS[name].trait("sums_to_one")
        if shares and not _feeds_a_merge(experiment, layer):  # in front of a merge, softmax is a kind of attention
            fixed = layer.entry.parameter("activation") is None
            yield _warning(
                layer,
                f"hidden-{name.replace('_', '-')}",
                f"{layer_label(experiment, layer.id)} has {name}, and other layers follow.",
                f"Expected {name} at the very end only.",
                f"{name} makes the outputs add up to 1, so that hardly any signal is left for the next layer.",
                *([remove(layer)] if fixed else [set_argument(layer, "activation", "relu"), remove(layer)]),
            )


def _activation_twice(experiment: Experiment) -> Iterator[Problem]:
    """An activation right after another one, before a layer that learns."""
    inputs, hidden = inputs_of(experiment), _hidden_layers(experiment)
    for layer in hidden:
        before = [previous_layer for previous_layer in hidden if (previous_layer.id,) == inputs[layer.id]]
        name, first = applied_function(layer), applied_function(before[0]) if before else None
        if not layer.entry.trait("keeps_answer") or LINEAR in (name, first) or name is None or first is None:
            continue
        yield _warning(
            layer,
            "activation-twice",
            f"{layer_label(experiment, layer.id)} applies {name} to what {layer_label(experiment, before[0].id)} gives, "
            f"which has {first} already.",
            "Expected one activation after each weighted sum.",
            f"A second {name} changes nothing." if name == first == "relu" else "Each one flattens the gradient once more.",
            remove(layer),
        )


def _open_gates(experiment: Experiment) -> Iterator[Problem]:
    """Gates of a recurrent layer whose activation is not between 0 and 1."""
    for layer in experiment.layers:
        gate = layer.values.get("recurrent_activation")
        parameter = layer.entry.parameter("recurrent_activation")
        traits = ACTIVATIONS[str(gate)].traits if parameter else {}
        if parameter is None or traits.get("range") == (0.0, 1.0) or traits.get("sums_to_one"):
            continue
        yield _warning(
            layer,
            "gate-not-between-0-and-1",
            f"{layer_label(experiment, layer.id)} has recurrent_activation={gate}.",
            f"Expected a function between 0 and 1, such as {parameter.default}.",
            "A gate says which share of its memory a layer keeps: nothing at 0, all at 1.",
            set_argument(layer, "recurrent_activation", parameter.default),
        )


def _linear_pair(experiment: Experiment) -> Iterator[Problem]:
    for layer in experiment.layers:
        if not _is_linear_sum(layer) or _sides(layer) == 1:
            continue
        current = layer
        while True:
            after = successors(experiment, current.id)
            if (
                len(after) != 1
                or len(after[0].inputs) > 1
                or after[0] in experiment.layers[: experiment.layers.index(current) + 1]
            ):
                break
            current = after[0]
            if _learns(current):
                if not _is_recurrent(current):
                    yield _no_activation(experiment, layer, current)
                break
            if not _is_linear(current):
                break


def _no_activation(experiment: Experiment, layer: Layer, following: Layer) -> Problem:
    return _warning(
        layer,
        "no-activation-between",
        f"{layer_label(experiment, layer.id)} has no activation before {layer_label(experiment, following.id)}.",
        "Expected one between them, such as relu.",
        "Two weighted sums in a row are no more than one: only a bend between them lets a network learn more.",
        set_argument(layer, "activation", "relu"),
    )


def _is_linear_sum(layer: Layer) -> bool:
    plain = layer.entry.parameter("kernel_initializer") and not _is_recurrent(layer)
    return bool(plain and layer.entry.parameter("activation") and _activation(layer) == "linear")


def _sides(layer: Layer) -> int:
    """The size of a convolution's kernel; 1 x 1 convolutions only mix channels and are often left linear."""
    size = layer.values.get("kernel_size", 0)
    return int(max(size) if isinstance(size, tuple) else size)


def _is_linear(layer: Layer) -> bool:
    """Whether a layer is linear: it rearranges, drops or scales numbers."""
    if layer.entry.parameter("activation"):
        return _activation(layer) == "linear"
    linear = ("momentum", "rate", "target_shape")
    return bool(layer.entry.trait("flattens") or any(layer.entry.parameter(name) for name in linear))


def _after_answers(experiment: Experiment) -> Iterator[Problem]:
    """Layers after the answers, or right before their softmax, that spoil them."""
    last, answers = output_layer(experiment), output_layer(experiment, skips=_only_disturbs)
    if last is None or answers is None or last == answers:
        return
    if _is_noisy(last):
        position = "is the last layer" if last == experiment.layers[-1] else "stands after the layer that gives the answers"
        yield _warning(
            last,
            "dropout-at-the-end" if "rate" in last.values else "noise-at-the-end",
            f"{last.name} {position}.",
            "Expected it before the layer that gives the answers.",
            "In training it sets answers themselves to 0, right ones too."
            if "rate" in last.values
            else "In training it makes answers wrong by chance, right ones too.",
            *([Repair(f"Move {last.name} one up", "move", ("layers", last.id), -1)] if is_sequential(experiment) else []),
            remove(last),
        )
    else:
        yield _warning(
            last,
            "normalised-answers",
            f"{last.name} stands after the layer that gives the answers.",
            "Expected the answers as they are.",
            "It brings every class to the same mean over a batch, as if each were as likely in each.",
            remove(last),
        )


def _much_dropout(experiment: Experiment) -> Iterator[Problem]:
    for layer in experiment.layers:
        for name in ("rate", "dropout", "recurrent_dropout"):
            rate = layer.values.get(name)
            if isinstance(rate, float) and rate > MOST_DROPPED:
                yield _warning(
                    layer,
                    "much-dropout",
                    f"{layer_label(experiment, layer.id)} drops {percent(rate)} of what comes in.",
                    f"Expected at most {percent(MOST_DROPPED)}.",
                    "What is left is too little to learn from.",
                    set_argument(layer, name, USUAL_DROPOUT),
                )


def _flat_ends(experiment: Experiment) -> Iterator[Problem]:
    hidden = _hidden_layers(experiment)
    if any(map(_normalises, hidden)):
        return  # normalisation keeps the sums where these functions are steep
    for function, limit in FLAT_ENDS.items():
        same = tuple(layer for layer in hidden if _activation(layer) == function and not _is_recurrent(layer))
        if len(same) >= limit:
            relu = with_argument(experiment, same, "activation", "relu")
            yield _warning(
                same[0],
                "flat-activations",
                f"{len(same)} layers have {function}, from {layer_label(experiment, same[0].id)} on.",
                f"Expected fewer than {limit}, or relu.",
                f"{function} is flat at its ends: the gradient shrinks in each layer, and the first ones hardly learn.",
                replace_layers("Set the activation of all of them to relu", relu),
            )


def _bottleneck(experiment: Experiment) -> Iterator[Problem]:
    for layer in _hidden_layers(experiment):
        size = next((name for name in ("units", "filters") if layer.values.get(name) == 1), None)
        parameter = layer.entry.parameter(size) if size else None
        if size and parameter and not _feeds_a_merge(experiment, layer):
            yield _warning(
                layer,
                "bottleneck",
                f"{layer_label(experiment, layer.id)} has {size}=1.",
                f"Expected more, such as {parameter.default}.",
                "All that the layers behind it know of an image goes through this one number.",
                set_argument(layer, size, parameter.default),
            )


def _skips_pixels(experiment: Experiment) -> Iterator[Problem]:
    for layer in experiment.layers:
        name, values = layer.entry.trait("window"), layer.values
        strides, window = values.get("strides"), values.get(str(name))
        if not strides or not window or _largest(window) == 1:
            continue
        if _largest(strides) > _largest(window):
            yield _warning(
                layer,
                "skips-pixels",
                f"{layer_label(experiment, layer.id)} moves by {_largest(strides)} and looks at {_largest(window)}.",
                f"Expected strides of at most {_largest(window)}.",
                "What lies between two windows is never looked at.",
                set_argument(layer, "strides", _largest(window)),
            )


def _late_augmentation(experiment: Experiment) -> Iterator[Problem]:
    learning = next((number for number, layer in enumerate(experiment.layers) if _learns(layer)), len(experiment.layers))
    for layer in experiment.layers[learning:]:
        if layer.entry.trait("augments"):
            first = moved_before(experiment, layer, experiment.layers[0].id)
            yield _warning(
                layer,
                "late-augmentation",
                f"{layer_label(experiment, layer.id)} stands after "
                f"{layer_label(experiment, experiment.layers[learning].id)}.",
                "Expected it before all layers that learn.",
                "It is made to change images; what a layer has found in them is no image any more.",
                replace_layers(f"Move {layer.name} to the beginning", first),
                remove(layer),
            )


def _equal_initial_weights(experiment: Experiment) -> Iterator[Problem]:
    for layer in _hidden_layers(experiment):
        for name in KERNELS:
            parameter = layer.entry.parameter(name)
            chosen = resolve_short_name(layer.values.get(name), "initializers")
            if parameter is None or chosen is None or not _is_constant(chosen) or _is_recurrent(layer):
                continue
            yield _warning(
                layer,
                "all-start-alike",
                f"The weights of {layer_label(experiment, layer.id)} all start alike: {name}={_said(layer.values[name])}.",
                "Expected random weights.",
                "All its outputs begin as one number: from zeros behind relu nothing is learned, else they part slowly.",
                set_argument(layer, name, parameter.default),
            )


def _is_constant(initializer: EntryRef) -> bool:
    """Whether an initializer gives every weight the same number."""
    entry = INITIALIZERS[initializer.name]
    values = arguments_with_defaults(initializer, entry)
    ends = [values[name] for name in entry.trait("equal_if_zero", ())]
    return bool(entry.trait("equal_weights")) or (len(ends) == 1 and not ends[0]) or (len(ends) == 2 and ends[0] == ends[1])


def _said(value: Value) -> str:
    return value.name if isinstance(value, EntryRef) else str(value)


def _largest(value: int | tuple[int, ...]) -> int:
    return max(value) if isinstance(value, tuple) else value


RULES: tuple[Callable[[Experiment], Iterator[Problem]], ...] = (
    _hidden_softmax,
    _activation_twice,
    _open_gates,
    _after_answers,
    _bottleneck,
    _much_dropout,
    _linear_pair,
    _flat_ends,
    _skips_pixels,
    _late_augmentation,
    _equal_initial_weights,
)
