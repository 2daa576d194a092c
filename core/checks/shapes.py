"""Find problems in the table of shapes from Keras. Each problem names the layer at fault, with repairs."""

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from core import machine
from core.checks.arguments import argument_problem, training_time_problem
from core.checks.lost_detail import check_lost_detail
from core.checks.merges import has_unequal_attention_inputs, merge_problem
from core.checks.misplaced_layers import (
    check_misplaced_layers,
    enlarged_image_problem,
    layers_that_enlarge,
    misplaced_layer_problem,
)
from core.checks.ranks import accepts_rank, is_meant_per_step, wrong_rank_problem
from core.checks.repairs import append, insert, remove, replace_layers, with_defaults, with_replacement
from core.checks.wrappers import wrapped_layer_problem
from core.experiment.edits import find_layer, last_class_layer, output_layer
from core.experiment.graph import inputs_of
from core.experiment.layer_names import layer_label
from core.experiment.memory import available_bytes, data_bytes, num_layer_values, training_bytes, weight_bytes
from core.experiment.model import Data, Experiment, Layer
from core.experiment.shapes import Shape, Summary, num_values, shape_text
from core.number_text import memory_text
from core.problems import ExperimentPath, Problem, Repair
from core.settings import setting, variable

LEAST_ROOM_BYTES = 0.05e9  # the least useful memory for a network


def check_shapes(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Yield the problems in the table of shapes, in the order of the layers.

    Parameters
    ----------
    experiment
        The experiment that the summary was made from.
    summary
        Keras' table of the layers.
    """
    spread: Layer | None = None  # the first layer that works on the last axis only; later ones just follow
    for layer in experiment.layers:
        shape = summary.input_of(layer.id)
        if layer.id == summary.refused:
            yield _refused(experiment, layer, shape, summary)
            return  # later layers have no shape yet
        late = _refused_in_training(experiment, layer, summary)
        if late is not None:
            yield late
            return
        if spread is None and layer.entry.trait("accepts_higher_rank") and not accepts_rank(layer, shape):
            if is_meant_per_step(experiment, layer, shape) or _mixes_channels(experiment, shape, summary):
                continue
            spread = layer
            yield wrong_rank_problem(experiment, layer, shape, "warning")
    yield from _pooled_too_early(experiment, summary)
    yield from check_lost_detail(experiment, summary)
    yield from check_misplaced_layers(experiment, summary)
    yield from _no_weights(experiment, summary)
    yield from _final_shape(experiment, summary, spread)
    yield from _too_large(experiment, summary)


def _mixes_channels(experiment: Experiment, shape: Shape, summary: Summary) -> bool:
    """Tell whether a Dense layer on the last axis is meant as a 1 x 1 convolution.

    This is assumed if its input has several channels, and the network has an output for each class.
    """
    fits = not summary.refused and summary.output_shape == (experiment.data.entry.num_classes,)
    return fits and len(shape) > 1 and (shape[-1] or 1) > 1


def _refused_in_training(experiment: Experiment, layer: Layer, summary: Summary) -> Problem | None:
    """Return the problem of a layer's input that Keras only notices in training, or None."""
    shapes = summary.inputs_of(layer.id)
    fits = layer.entry.trait("accepts_higher_rank") and len(shapes[0]) + 1 > min(layer.entry.trait("accepted_ranks"))
    if not fits and not accepts_rank(layer, shapes[0]):
        return wrong_rank_problem(experiment, layer, shapes[0], "error")
    if has_unequal_attention_inputs(layer, shapes):
        return merge_problem(experiment, layer, summary)
    return training_time_problem(layer, shapes[0])


def _refused(experiment: Experiment, layer: Layer, shape: Shape, summary: Summary) -> Problem:
    if (cause := misplaced_layer_problem(experiment, layer, summary)) is not None:
        return cause
    if len(summary.inputs_of(layer.id)) > 1:
        return merge_problem(experiment, layer, summary)
    if not accepts_rank(layer, shape):
        return wrong_rank_problem(experiment, layer, shape, "error")
    known = wrapped_layer_problem(experiment, layer, shape) or argument_problem(layer, shape)
    return known or _unexplained_refusal(experiment, layer, shape, summary)


def _unexplained_refusal(experiment: Experiment, layer: Layer, shape: Shape, summary: Summary) -> Problem:
    """Return a problem with Keras' own message, for a refusal that no rule explains."""
    plain = with_defaults(experiment, layer)
    reset = [replace_layers("Set its other arguments back to Keras' own", plain)] if plain != experiment else []
    return Problem(
        code="keras-refuses",
        where=("layers", layer.id),
        happened=f"{layer.name} got {shape_text(shape)} and Keras refused it: {summary.reason}",
        expected="Expected arguments that fit together and fit the input.",
        fix="Change the arguments named there, or remove the layer.",
        repairs=(*reset, remove(layer)),
    )


def _pooled_too_early(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Warn of pooling that reduces each channel to a single number before any layer has learned from the image."""
    channels = summary.input_shape[-1]
    for layer, row in zip(experiment.layers, summary.rows, strict=False):
        if row.parameters:
            return
        if num_values(row.output_shape) > (channels or 1) or num_values(row.input_shapes[0]) <= (channels or 1):
            continue
        flat = replace_layers("Put Flatten in its place", with_replacement(experiment, layer, "Flatten"))
        yield Problem(
            code="pooled-away",
            where=("layers", layer.id),
            severity="warning",
            happened=f"{layer.name} makes {shape_text(row.output_shape)} of the image, before any layer has learned "
            "from it.",
            expected="Expected convolutions first, or a Flatten.",
            fix=f"{(flat if layer.entry.trait('flattens') else remove(layer)).label}.",
            why="Pooling throws away all positions: only the brightness of the image is left.",
            repairs=(flat, remove(layer)) if layer.entry.trait("flattens") else (remove(layer), flat),
        )
        return


def _no_weights(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Warn of a network that has the right output shape but no trainable weights, which Keras trains silently."""
    classes = experiment.data.entry.num_classes
    if summary.output_shape != (classes,) or any(row.trainable for row in summary.rows):
        return
    last = experiment.layers[-1]
    label = f"Add Dense {classes} softmax at the end"
    yield Problem(
        code="nothing-learns",
        where=("layers", last.id),
        severity="warning",
        happened="No layer of this network has weights that training can change.",
        expected="Expected at least one layer that learns, such as Dense.",
        fix=f"{label}.",
        why="Training moves weights: without any, the loss stays where it is.",
        repairs=(append("Dense", label, units=classes, activation="softmax"),),
    )


def _final_shape(experiment: Experiment, summary: Summary, spread: Layer | None) -> Iterator[Problem]:
    if not summary.rows:
        return
    classes, shape = experiment.data.entry.num_classes, summary.output_shape
    if shape == (classes,):
        return
    last = output_layer(experiment) or experiment.layers[-1]
    spoilt = _layer_that_reshapes_answers(experiment, summary)
    repairs: tuple[Repair, ...]
    if spoilt is not None:
        last, repairs = spoilt, (remove(spoilt),)
    elif len(shape) != 1 and last.entry.trait("output_size_argument") is not None:
        before = (spread, last) if spread not in (None, last) else (last,)
        repairs = tuple(
            insert(source, "Flatten", f"Add Flatten before {layer_label(experiment, source.id)}")
            for source in before
            if source
        )
    elif len(shape) != 1:
        repairs = (append("Flatten", "Add Flatten at the end"),)
    else:
        label = f"Add Dense {classes} softmax at the end"
        repairs = (append("Dense", label, units=classes, activation="softmax"),)
    yield Problem(
        code="answers-do-not-fit-classes",
        where=("layers", last.id),
        happened=f"The network ends with {last.name}, which gives {shape_text(shape)}."
        if spoilt is None
        else f"{last.name} makes {shape_text(shape)} of the answers.",
        expected=f"Expected {classes} numbers, one for each class of {experiment.data.entry.title}.",
        fix=f"{repairs[0].label}.",
        why="Each class needs an output, and the largest is the network's answer.",
        repairs=repairs,
    )


def _layer_that_reshapes_answers(experiment: Experiment, summary: Summary) -> Layer | None:
    """Return the layer after the output layer that changes the shape of the answers, or None."""
    classes = experiment.data.entry.num_classes
    answers = last_class_layer(experiment)
    row = summary.row(answers.id) if answers else None
    if answers is None or row is None or row.output_shape != (classes,):
        return None
    inputs, current = inputs_of(experiment), answers.id
    for layer in experiment.layers[experiment.layers.index(answers) + 1 :]:
        if current in inputs[layer.id] and len(inputs[layer.id]) > 1:
            return None  # a merge with something else gives no answers any more
        row = summary.row(layer.id) if inputs[layer.id] == (current,) else None
        if row is not None and row.output_shape != (classes,):
            return layer
        current = layer.id if row is not None else current
    return None


def _too_large(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    limit, needed = available_bytes(experiment.data), training_bytes(experiment, summary)
    if needed <= limit:
        return
    if limit < LEAST_ROOM_BYTES:
        yield _data_too_large(experiment.data)
        return
    weights = weight_bytes(experiment, summary)
    size = experiment.fit.batch_size
    fits = _round_down(size * (limit - weights) / (needed - weights) * 0.9) if needed > weights else 0
    if fits >= 1:
        yield _batch_too_large(experiment, fits, needed)
        return
    enlarging = layers_that_enlarge(summary)
    if enlarging and needed / prod(enlarging.values()) <= limit:
        enlarge = tuple(find_layer(experiment, layer_id) for layer_id in enlarging)
        yield enlarged_image_problem(experiment, enlarge, memory_text(needed), memory_text(limit))
        return
    heavy = weights > limit  # otherwise the numbers of a single image alone are too many
    layers = {layer.id: layer for layer in experiment.layers}
    largest = max(summary.rows, key=lambda row: row.parameters if heavy else num_layer_values(layers[row.id], row))
    layer = layers[largest.id]
    if layer == output_layer(experiment):  # its size is the number of classes, so its input is too large
        layer = next(
            (candidate for candidate in reversed(experiment.layers) if candidate != layer and _size(candidate)), layer
        )
    problem = Problem(
        code="too-large",
        where=("layers", layer.id),
        happened=f"The network has {summary.parameters:,} parameters; training it needs about {memory_text(needed)}.",
        expected=f"Expected at most {memory_text(limit)}, and {layer.name} costs the most.{_memory_use(experiment.data)}",
        fix="Make this layer smaller, or remove it."
        if heavy or layer.entry.trait("heads_argument") is None
        else "Let fewer steps go in, by pooling before it, use fewer heads, or remove it.",
        why="Each weight is kept with its gradient and with the optimizer's own numbers."
        if heavy
        else "The outputs of a layer are kept for each image, to compute the gradients.",
        repairs=(remove(layer),),
    )
    own = weights * largest.parameters / summary.parameters if heavy else 0.0
    share = (own - (needed - limit)) / own if own > needed - limit else limit / needed
    yield problem if _size(layer) is None else _with_smaller_layer(problem, layer, share)


def _data_too_large(data: Data) -> Problem:
    """Return the problem of a data set so large that a trainer has no memory left for a network."""
    path, room, needed = ("data", "train_images"), machine.network_memory_gb() * machine.GB, data_bytes(data)
    none = data_bytes(replace(data, train_images=0))
    each = (needed - none) / max(1, data.num_used)
    fits = _round_down((room - none - 2 * LEAST_ROOM_BYTES) / each)
    fewer = f"Use {fits:,} training images or less, or " if fits >= 1 else "Choose a smaller data set, or "
    return Problem(
        code="data-too-large",
        where=path,
        happened=f"{data.num_used:,} training images of {data.entry.title}, with the images of the other sets, "
        f"need {memory_text(needed)} of memory.",
        expected=f"Expected at most {memory_text(max(0.0, room - LEAST_ROOM_BYTES))}: a trainer may have "
        f"{machine.trainer_memory_gb():.3g} GB here, of which Keras itself takes {machine.KERAS_GB:g} GB.",
        fix=f"{fewer}set the variable {variable('worker_memory')} to more than {machine.worker_memory_gb():.3g}.",
        repairs=(Repair(f"Use {fits:,} training images", "set", path, fits),) if fits >= 1 else (),
    )


def _size(layer: Layer) -> str | None:
    """Return the name of the argument that sets a layer's size, such as "units", or None."""
    return next((name for name in ("units", "filters", "output_dim") if name in layer.entry.required), None)


def _round_down(number: float) -> int:
    """Round down to two significant digits: 250,000 for 256,786."""
    step = 10 ** max(0, len(str(int(number))) - 2)
    return int(number // step * step)


def _memory_use(data: Data) -> str:
    """Say in a sentence how much memory Keras and the images take, if they leave less than the setting allows.

    Return an empty string otherwise.
    """
    if available_bytes(data) >= setting("model_memory") * machine.GB:
        return ""
    parts = f"Keras takes {machine.KERAS_GB:g} GB of it, and the images {memory_text(data_bytes(data))}"
    return f" A trainer may have {machine.trainer_memory_gb():.3g} GB here: {parts}."


def _batch_too_large(experiment: Experiment, fits: int, needed: float) -> Problem:
    path, size = ("fit", "batch_size"), experiment.fit.batch_size
    return Problem(
        code="batch-too-large",
        where=path,
        happened=f"A batch of {size:,} images needs about {memory_text(needed)} in training.",
        expected=f"Expected at most {memory_text(available_bytes(experiment.data))}.{_memory_use(experiment.data)}",
        fix=f"Use batches of {fits:,} images or less.",
        why="Every layer's output is kept for each image of the batch, to find the gradients.",
        repairs=(Repair(f"Set batch size to {fits:,}", "set", path, fits),),
    )


def _with_smaller_layer(problem: Problem, layer: Layer, share: float) -> Problem:
    size = str(_size(layer))
    current_size = layer.values[size]
    fits = max(1, _round_down(current_size * share * 0.9))  # a tenth is left for the neighbouring layers
    path: ExperimentPath = ("layers", layer.id, "arguments", size)
    shrink = Repair(f"Set {size} to {fits:,}", "set", path, fits)
    return replace(
        problem, fix=f"Set {size} to {fits:,} or less; it is {current_size:,}.", repairs=(shrink, *problem.repairs)
    )
