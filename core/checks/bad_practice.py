"""Warn of bad practice that Keras accepts silently, such as softmax in a hidden layer. These rules need no shapes."""

from collections.abc import Callable, Iterator

from core.catalogue.activations import ACTIVATIONS
from core.checks.initial_weights import check_initial_weights
from core.checks.outputs import LINEAR, applied_function
from core.checks.repairs import moved_before, remove, replace_layers, set_argument, with_argument
from core.experiment.edits import output_layer
from core.experiment.graph import inputs_of, is_sequential, successors
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer
from core.number_text import percent
from core.problems import Problem, Repair

MOST_DROPPED = 0.8  # share of the inputs; if more is dropped, hardly anything is left to learn from
USUAL_DROPOUT = 0.5
LOW_RANK = 2  # a linear layer saves weights if the next layer has at least this multiple of its units
FLAT_ENDS = {"sigmoid": 3, "tanh": 6}  # activations that are flat at both ends: so many in a row let gradients vanish


def check_bad_practice(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of bad practice, in the order of the rules, with at most a single problem for each layer.

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
    """Return the activation of a layer, or "linear" for a layer without an activation."""
    return applied_function(layer) or LINEAR


def _learns(layer: Layer) -> bool:
    """Tell whether a layer computes weighted sums of its inputs, such as Dense or a convolution."""
    return layer.entry.parameter("use_bias") is not None


def _is_recurrent(layer: Layer) -> bool:
    return layer.entry.parameter("return_sequences") is not None


def _only_disturbs(layer: Layer) -> bool:
    return _is_noisy(layer) or _normalises(layer)


def _is_noisy(layer: Layer) -> bool:
    """Tell whether a layer changes some of its values at random in training, such as Dropout or GaussianNoise."""
    return "rate" in layer.values or "stddev" in layer.values


def _normalises(layer: Layer) -> bool:
    """Tell whether a layer normalises by the statistics of its input. Rescaling does not."""
    return bool(layer.entry.trait("normalises") and not layer.entry.trait("scales_by"))


def _hidden_layers(experiment: Experiment) -> tuple[Layer, ...]:
    """Return the layers before the layer that produces the answers."""
    answers = output_layer(experiment, skips=_only_disturbs)
    return experiment.layers[: experiment.layers.index(answers)] if answers else ()


def _feeds_a_merge(experiment: Experiment, layer: Layer) -> bool:
    return any(successor.entry.trait("num_inputs") for successor in successors(experiment, layer.id))


def _hidden_softmax(experiment: Experiment) -> Iterator[Problem]:
    for layer in _hidden_layers(experiment):
        name = _activation(layer)
        shares = name in ACTIVATIONS and ACTIVATIONS[name].trait("sums_to_one")
        elsewhere = layer.values.get("axis", -1) != -1  # `core.checks.misplaced_layers` reads the shapes for that
        if shares and not (elsewhere or _feeds_a_merge(experiment, layer) or _is_averaged(experiment, layer)):
            fixed = layer.entry.parameter("activation") is None
            yield _warning(
                layer,
                f"hidden-{name.replace('_', '-')}",
                f"{layer_label(experiment, layer.id)} has {name}, and other layers follow.",
                f"Expected {name} at the very end only.",
                f"{name} makes the outputs add up to 1, so that hardly any signal is left for the next layer.",
                *([remove(layer)] if fixed else [set_argument(layer, "activation", "relu"), remove(layer)]),
            )


def _is_averaged(experiment: Experiment, layer: Layer) -> bool:
    """Tell whether only averages follow a layer. Then softmax is allowed, since a mean of probabilities is a probability."""
    after = experiment.layers[experiment.layers.index(layer) + 1 :]
    return bool(after) and all(
        follower.entry.trait("averages") or (follower.entry.trait("flattens") and follower.entry.trait("sums") == "mean")
        for follower in after
    )


def _weighs_steps(experiment: Experiment, layer: Layer) -> bool:
    """Tell whether a softmax over the steps follows a layer, as in attention pooling, with a single weight for each step."""
    return any(
        ACTIVATIONS[name].trait("sums_to_one") and successor.values.get("axis", -1) != -1
        for successor in successors(experiment, layer.id)
        if (name := _activation(successor)) in ACTIVATIONS
    )


def _activation_twice(experiment: Experiment) -> Iterator[Problem]:
    """Warn of an activation right after another activation, before a layer that learns."""
    inputs, hidden = inputs_of(experiment), _hidden_layers(experiment)
    for layer in hidden:
        before = [previous_layer for previous_layer in hidden if (previous_layer.id,) == inputs[layer.id]]
        name, first = applied_function(layer), applied_function(before[0]) if before else None
        if not layer.entry.trait("keeps_answer") or LINEAR in (name, first) or name is None or first is None:
            continue
        yield _warning(
            layer,
            "activation-twice",
            f"{layer_label(experiment, layer.id)} applies {name} to the output of {layer_label(experiment, before[0].id)}, "
            f"which has {first} already.",
            "Expected a single activation after each weighted sum.",
            f"A second {name} changes nothing." if name == first == "relu" else "Each one flattens the gradient once more.",
            remove(layer),
        )


def _open_gates(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a recurrent layer whose gates have an activation with values outside 0 to 1."""
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
                if not (_is_recurrent(current) or _is_factorised(layer, current)):
                    yield _no_activation(experiment, layer, current)
                break
            if not _is_linear(current):
                break


def _is_factorised(layer: Layer, following: Layer) -> bool:
    """Tell whether two layers factorise a larger layer: kernels of 1 x 7 and 7 x 1, or few units before many units."""
    size, next_size = layer.values.get("kernel_size"), following.values.get("kernel_size")
    if isinstance(size, tuple) and isinstance(next_size, tuple):
        return size == next_size[::-1] and 1 in size
    units, more = layer.values.get("units"), following.values.get("units")
    return isinstance(units, int) and isinstance(more, int) and LOW_RANK * units <= more


def _no_activation(experiment: Experiment, layer: Layer, following: Layer) -> Problem:
    return _warning(
        layer,
        "no-activation-between",
        f"{layer_label(experiment, layer.id)} has no activation before {layer_label(experiment, following.id)}.",
        "Expected an activation between them, such as relu.",
        "Two weighted sums in a row are no more than one: only a bend between them lets a network learn more.",
        set_argument(layer, "activation", "relu"),
    )


def _is_linear_sum(layer: Layer) -> bool:
    plain = layer.entry.parameter("kernel_initializer") and not _is_recurrent(layer)
    return bool(plain and layer.entry.parameter("activation") and _activation(layer) == "linear")


def _sides(layer: Layer) -> int:
    """Return the size of a convolution's kernel. Convolutions of 1 x 1 only mix channels and are often left linear."""
    size = layer.values.get("kernel_size", 0)
    return int(max(size) if isinstance(size, tuple) else size)


def _is_linear(layer: Layer) -> bool:
    """Tell whether a layer is linear, such as a layer that rearranges, drops or scales its values."""
    if layer.entry.parameter("activation"):
        return _activation(layer) == "linear"
    linear = ("momentum", "rate", "target_shape")
    return bool(layer.entry.trait("flattens") or any(layer.entry.parameter(name) for name in linear))


def _after_answers(experiment: Experiment) -> Iterator[Problem]:
    """Warn of noise or normalization after the output layer, or between the output layer and its softmax."""
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
            "In training the layer sets answers to 0, right answers too."
            if "rate" in last.values
            else "In training the layer changes answers at random, right answers too.",
            *([Repair(f"Move {last.name} one up", "move", ("layers", last.id), -1)] if is_sequential(experiment) else []),
            remove(last),
        )
    else:
        yield _warning(
            last,
            "normalised-answers",
            f"{last.name} stands after the layer that gives the answers.",
            "Expected the answers as they are.",
            "The layer brings every class to the same mean over a batch, as if all classes were equally frequent.",
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
                    f"{layer_label(experiment, layer.id)} drops {percent(rate)} of its input.",
                    f"Expected at most {percent(MOST_DROPPED)}.",
                    "The rest is too little to learn from.",
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
        if size and parameter and not (_feeds_a_merge(experiment, layer) or _weighs_steps(experiment, layer)):
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
                "The layer never sees the pixels between two windows.",
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
                "The layer is made for images, and the output of another layer is no image any more.",
                replace_layers(f"Move {layer.name} to the beginning", first),
                remove(layer),
            )


def _initial_weights(experiment: Experiment) -> Iterator[Problem]:
    return check_initial_weights(experiment, _hidden_layers(experiment))


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
    _initial_weights,
)
