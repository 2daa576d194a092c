"""Check wrappers, which are layers that hold another layer, such as Bidirectional. The wrapped layer must fit its input."""

from collections.abc import Iterator
from dataclasses import replace

from core.catalogue.layers import LAYERS
from core.checks.arguments import argument_problem, exclusive_arguments_problem
from core.checks.ranks import RANKS, accepts_rank, nearest_rank
from core.checks.repairs import remove, replace_layers, set_argument, with_replacement
from core.experiment.model import Experiment, Layer, in_keras_order
from core.experiment.shapes import Shape, shape_text
from core.parameters import EntryChoice, EntryRef
from core.problems import Problem, Repair

WRAPPED = "layer"  # the wrapper's argument that holds a layer


def check_wrapped_layers(experiment: Experiment) -> Iterator[Problem]:
    """Report wrapped layers with arguments that exclude each other. This rule needs no shapes."""
    for layer in experiment.layers:
        inner = wrapped_layer(layer)
        if inner is not None and (problem := exclusive_arguments_problem(inner)):
            yield _as_wrapper_problem(layer, inner, problem)


def wrapped_layer(layer: Layer) -> Layer | None:
    """Return the layer that a wrapper holds, with the wrapper's id. Return None if the layer is no wrapper."""
    inner = layer.values.get(WRAPPED)
    return Layer(inner.name, inner.arguments, layer.id) if isinstance(inner, EntryRef) else None


def wrapped_layer_problem(experiment: Experiment, layer: Layer, shape: Shape) -> Problem | None:
    """Return the problem of a wrapped layer that does not fit its input, or None.

    Parameters
    ----------
    experiment
        The experiment to check.
    layer
        The wrapper.
    shape
        The shape of the layer's input, without the batch.
    """
    inner = wrapped_layer(layer)
    if inner is None or not accepts_rank(layer, shape):
        return None
    inside = _inner_shape(layer, shape)
    if not accepts_rank(inner, inside):
        return _wrong_inner_rank(experiment, layer, inner, shape)
    problem = argument_problem(inner, inside)
    return _as_wrapper_problem(layer, inner, problem) if problem else None


def _inner_shape(layer: Layer, shape: Shape) -> Shape:
    """Return the input shape of a wrapped layer, given the input shape of its wrapper."""
    return shape[1:] if layer.entry.trait("each_step") else shape


def _wrong_inner_rank(experiment: Experiment, layer: Layer, inner: Layer, shape: Shape) -> Problem:
    inside = _inner_shape(layer, shape)
    each = "each step is" if layer.entry.trait("each_step") else "its layer gets"
    others = (name for name in _options(layer) if name != inner.name and not LAYERS[name].trait("flattens"))
    fitting = next((_default(name) for name in others if accepts_rank(Layer(name, (), ""), inside)), None)
    repairs = [set_argument(layer, WRAPPED, fitting, f"Let it hold {fitting.name}")] if fitting else []
    if accepts_rank(inner, shape):
        alone = with_replacement(experiment, layer, inner.name, **dict(inner.arguments))
        repairs.insert(0, replace_layers(f"Use {inner.name} without {layer.name}", alone))
    repairs.append(remove(layer))
    axes = RANKS.get(len(inside) + 1, f"{len(inside)} axes")
    return Problem(
        code="wrong-layer-inside",
        where=("layers", layer.id),
        happened=f"{layer.name} got {shape_text(shape)}, so that {each} {shape_text(inside)}, {axes}; it holds "
        f"{inner.name}.",
        expected=f"{inner.name} expects {RANKS[nearest_rank(inner, inside)]}.",
        fix=f"{repairs[0].label}.",
        why=layer.entry.sentence,
        repairs=tuple(repairs),
    )


def _options(layer: Layer) -> tuple[str, ...]:
    """Return the names of the layers that a wrapper may hold."""
    parameter = layer.entry.parameter(WRAPPED)
    return parameter.constraint.options if parameter and isinstance(parameter.constraint, EntryChoice) else ()


def _default(name: str) -> EntryRef:
    entry = LAYERS[name]
    return EntryRef(
        name,
        in_keras_order(
            {parameter.name: parameter.default for parameter in entry.parameters if parameter.name in entry.required}, entry
        ),
    )


def _as_wrapper_problem(layer: Layer, inner: Layer, problem: Problem) -> Problem:
    """Turn the problem of a wrapped layer into a problem of its wrapper.

    Its repairs change arguments of the wrapped layer, or remove the wrapper.
    """

    def as_wrapper_repair(repair: Repair) -> Repair:
        if repair.verb == "set":
            return replace(repair, path=(*repair.path[:3], WRAPPED, *repair.path[2:]))
        return remove(layer) if repair.verb == "remove" else repair

    happened = f"In {layer.name}: {problem.happened}"
    repairs = tuple(as_wrapper_repair(repair) for repair in problem.repairs)
    return replace(problem, happened=happened, why=problem.why or inner.entry.sentence, repairs=repairs)
