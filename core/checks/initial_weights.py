"""Warn of initial weights that are all equal, and of initial values that hinder learning. These rules need no shapes."""

import math
from collections.abc import Iterator
from dataclasses import replace

from core.catalogue.initializers import INITIALIZERS
from core.checks.outputs import applied_function
from core.checks.repairs import replace_layers, set_argument
from core.experiment.graph import successors
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer, arguments_with_defaults, in_keras_order, resolve_short_name
from core.parameters import EntryRef, Value
from core.problems import Problem, Repair

KERNELS = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer", "embeddings_initializer")
BIAS, RECURRENT = "bias_initializer", "recurrent_initializer"
SCALE, OFFSET = "gamma_initializer", "beta_initializer"
FLAT_BELOW_ZERO = ("relu", "relu6")  # activations without a gradient at 0
LOWEST_BIAS, HIGHEST_BIAS = -0.5, 3.0  # below a bias of -1, two layers of relu are dead; below -3, a single layer is dead
MOST_GROWTH = 1.65  # the factor on a recurrent layer's state at each step; at 1.7 a layer of relu explodes in 28 steps
MOST_GATED_GROWTH = 4.0  # the same factor for layers with gates, which limit the state: at 5.7, they hardly learn


def constant_initializer_name(layer: Layer) -> str | None:
    """Return the name of the initializer argument that makes all initial weights of a layer equal, or None."""
    for name in KERNELS:
        if name == "depthwise_initializer" and _has_one_weight(layer):
            continue  # such weights are a factor for each channel, like the scale of a normalisation
        chosen = resolve_short_name(layer.values.get(name), "initializers")
        if layer.entry.parameter(name) is not None and chosen is not None and _is_constant(chosen):
            return name
    return None


def unusual_initializers(layer: Layer) -> list[str]:
    """Return the names of initializer arguments that ignore a layer's number of inputs, or start biases far from 0."""
    return [
        name
        for name in (*KERNELS, RECURRENT, BIAS)
        if (parameter := layer.entry.parameter(name)) is not None
        and layer.values[name] != parameter.default
        and (start := _mean_and_spread(layer, name)) is not None
        and (name != BIAS or not LOWEST_BIAS <= start[0] <= HIGHEST_BIAS)
    ]


def initializer_repairs(experiment: Experiment, names_by_id: dict[str, list[str]]) -> list[Repair]:
    """Return a repair that resets initializers to Keras' defaults. Return an empty list if nothing has to change.

    Parameters
    ----------
    experiment
        The experiment to repair.
    names_by_id
        The names of the arguments to reset, by the id of their layer.
    """
    layers = [layer for layer in experiment.layers if names_by_id.get(layer.id)]
    if not layers:
        return []
    if len(layers) == 1 and len(names_by_id[layers[0].id]) == 1:
        (layer,), (name,) = layers, names_by_id[layers[0].id]
        return [set_argument(layer, name, _default(layer, name), f"Try {_default(layer, name)} for {layer.name}")]

    def changed(layer: Layer) -> Layer:
        names = names_by_id.get(layer.id, [])
        usual = {name: _default(layer, name) for name in names}
        return replace(layer, arguments=in_keras_order({**dict(layer.arguments), **usual}, layer.entry)) if names else layer

    whole = replace(experiment, layers=tuple(map(changed, experiment.layers)))
    return [
        replace_layers(
            f"Try Keras' usual start for {len(layers)} layers" if len(layers) > 1 else "Try Keras' usual start", whole
        )
    ]


def check_initial_weights(experiment: Experiment, hidden: tuple[Layer, ...]) -> Iterator[Problem]:
    """Yield the problems of initial weights, in the order of the layers.

    Parameters
    ----------
    experiment
        The experiment to check.
    hidden
        Its layers before the layer that produces the answers.
    """
    for layer in experiment.layers:
        if layer in hidden and not _is_recurrent(layer) and (name := constant_initializer_name(layer)):
            yield _all_alike(experiment, layer, name)
        if BIAS in unusual_initializers(layer) and layer in hidden:
            yield _far_biases(experiment, layer)
        if layer in hidden and _passes_nothing(experiment, layer):
            yield _zero_scale(experiment, layer)
        if _is_recurrent(layer) and _growth(layer) > _most_growth(layer):
            yield _large_recurrent(experiment, layer)


def _all_alike(experiment: Experiment, layer: Layer, name: str) -> Problem:
    return _warning(
        experiment,
        layer,
        name,
        "all-start-alike",
        f"The weights of {layer_label(experiment, layer.id)} all start alike: {name}={_value_text(layer.values[name])}.",
        "Expected random weights.",
        "All its outputs begin as one number: from zeros behind relu nothing is learned, else they part slowly.",
    )


def _far_biases(experiment: Experiment, layer: Layer) -> Problem:
    mean, _ = _mean_and_spread(layer, BIAS) or (0.0, 0.0)
    return _warning(
        experiment,
        layer,
        BIAS,
        "bias-starts-far",
        f"The biases of {layer_label(experiment, layer.id)} start at about {mean:g}.",
        f"Expected a start near 0: from {LOWEST_BIAS:g} to {HIGHEST_BIAS:g}.",
        "A bias far below 0 lets a unit of relu answer 0 to every image, which then has no gradient.",
    )


def _passes_nothing(experiment: Experiment, layer: Layer) -> bool:
    """Tell whether a normalisation gives only zeros to relu. Before an addition, a scale of 0 is common and harmless."""
    starts_at_zero = layer.values.get("scale", True) and _mean_and_spread(layer, SCALE) == (0.0, 0.0)
    has_no_offset = not layer.values.get("center", True) or _mean_and_spread(layer, OFFSET) == (0.0, 0.0)
    following = successors(experiment, layer.id)
    meets_relu = bool(following) and all(applied_function(layer) in FLAT_BELOW_ZERO for layer in following)
    return bool(starts_at_zero and has_no_offset and meets_relu)


def _zero_scale(experiment: Experiment, layer: Layer) -> Problem:
    return _warning(
        experiment,
        layer,
        SCALE,
        "scale-starts-at-zero",
        f"The scale of {layer_label(experiment, layer.id)} starts at 0: {SCALE}={_value_text(layer.values[SCALE])}.",
        "Expected another start before relu.",
        "All its outputs are 0, and relu has no gradient there: no layer before it ever learns.",
    )


def _large_recurrent(experiment: Experiment, layer: Layer) -> Problem:
    return _warning(
        experiment,
        layer,
        RECURRENT,
        "recurrent-start-too-large",
        f"The recurrent weights of {layer_label(experiment, layer.id)} start so large that each step multiplies the memory "
        f"by about {_growth(layer):.2g}.",
        f"Expected at most {_most_growth(layer):g}, such as 1 from orthogonal.",
        "Over all steps of a sequence the memory and its gradient explode.",
    )


def _warning(  # noqa: PLR0913 - a Problem has so many parts
    experiment: Experiment, layer: Layer, name: str, code: str, happened: str, expected: str, why: str
) -> Problem:
    repair = set_argument(layer, name, _default(layer, name))
    return Problem(code, ("layers", layer.id), happened, expected, f"{repair.label}.", "warning", why, (repair,))


def _most_growth(layer: Layer) -> float:
    return MOST_GATED_GROWTH if layer.entry.parameter("recurrent_activation") else MOST_GROWTH


def _growth(layer: Layer) -> float:
    """Return the approximate factor by which each step of an untrained recurrent layer multiplies its state.

    Return 0 if the factor is unknown.
    """
    chosen = resolve_short_name(layer.values.get(RECURRENT), "initializers")
    if chosen is None or chosen.argument("gain") is not None:
        return float(abs(chosen.argument("gain"))) if chosen else 0.0
    start = _mean_and_spread(layer, RECURRENT)
    size = layer.values.get("units")
    # The largest eigenvalue of a random matrix: spread times the root of its size, or mean times its size.
    return max(start[1] * math.sqrt(size), abs(start[0]) * size) if start and isinstance(size, int) else 0.0


def _mean_and_spread(layer: Layer, name: str) -> tuple[float, float] | None:
    """Return the mean and the standard deviation of initial weights. Return None if they depend on the number of inputs."""
    chosen = resolve_short_name(layer.values.get(name), "initializers")
    if chosen is None or (mean_and_spread := INITIALIZERS[chosen.name].trait("mean_and_spread")) is None:
        return None
    mean, spread = mean_and_spread(arguments_with_defaults(chosen, INITIALIZERS[chosen.name]))
    return float(mean), float(spread)


def _default(layer: Layer, name: str) -> Value:
    parameter = layer.entry.parameter(name)
    return parameter.default if parameter else None


def _is_recurrent(layer: Layer) -> bool:
    return layer.entry.parameter("return_sequences") is not None


def _has_one_weight(layer: Layer) -> bool:
    """Tell whether a depthwise convolution has a single weight for each channel."""
    size = layer.values.get("kernel_size")
    return (max(size) if isinstance(size, tuple) else size) == 1 and layer.values.get("depth_multiplier") == 1


def _is_constant(initializer: EntryRef) -> bool:
    """Tell whether an initializer gives every weight the same number."""
    entry = INITIALIZERS[initializer.name]
    values = arguments_with_defaults(initializer, entry)
    ends = [values[name] for name in entry.trait("equal_if_zero", ())]
    return bool(entry.trait("equal_weights")) or (len(ends) == 1 and not ends[0]) or (len(ends) == 2 and ends[0] == ends[1])


def _value_text(value: Value) -> str:
    return value.name if isinstance(value, EntryRef) else str(value)
