"""Problems that show once Keras has said what shapes a stack gives: the guilty layer, in plain words, with its repair."""

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from core.edits import answering_layer
from core.experiment import Experiment, Layer, complete
from core.problems import Path, Problem, Repair
from core.settings import setting
from core.shapes import Shape, Summary, memory_text, numbers, spoken, training_bytes, weight_bytes

RANKS = {2: "a row of numbers", 3: "a sequence (steps × features)", 4: "a picture (height × width × channels)"}


def check_shapes(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """The problems that the table of shapes shows, in the order of the layers.

    Arguments:
        experiment: what the summary was made from.
        summary: Keras' answer.
    """
    spread: Layer | None = None  # the first one that works on the last axis only; those after it just follow
    for layer in experiment.layers:
        shape = summary.input_of(layer.id)
        if layer.id == summary.refused:
            yield _refused(experiment, layer, shape, summary)
            return  # what comes after it has no shape yet
        if spread is None and layer.entry.trait("silently_takes_more") and not _takes(layer, shape):
            spread = layer
            yield _wrong_rank(experiment, layer, shape, "warning")
    yield from _final_shape(experiment, summary, spread)
    yield from _too_large(experiment, summary)


def _takes(layer: Layer, shape: Shape) -> bool:
    ranks: tuple = layer.entry.trait("takes_rank", ())
    return not ranks or len(shape) + 1 in ranks


def _refused(experiment: Experiment, layer: Layer, shape: Shape, summary: Summary) -> Problem:
    if not _takes(layer, shape):
        return _wrong_rank(experiment, layer, shape, "error")
    window = layer.entry.trait("window")
    if window is not None and _larger(complete(layer, layer.entry)[str(window)], shape):
        return _window_too_large(layer, shape, str(window))
    target = complete(layer, layer.entry).get("target_shape")
    if isinstance(target, tuple):
        return _cannot_reshape(layer, shape, target)
    return Problem(
        code="keras-refuses",
        where=("layers", layer.id),
        happened=f"{layer.name} got {spoken(shape)} and Keras refused it: {summary.reason}",
        expected="Expected arguments that fit together and fit what comes in.",
        fix="Change the arguments named there, or remove the layer.",
        repairs=(_remove(layer),),
    )


def _remove(layer: Layer) -> Repair:
    return Repair(f"Remove {layer.name}", "remove", ("layers", layer.id))


def _insert(layer: Layer, name: str, label: str = "", **arguments: object) -> Repair:
    return Repair(label or f"Add {name} before it", "insert", ("layers", layer.id), (name, tuple(arguments.items())))


def _wrong_rank(experiment: Experiment, layer: Layer, shape: Shape, severity: str) -> Problem:
    wanted: int = layer.entry.trait("takes_rank")[0]
    effect = " Keras accepts that, and applies it to the last axis only." if severity == "warning" else ""
    repairs = tuple(_rank_repairs(experiment, layer, shape, wanted))
    return Problem(
        code="wrong-rank",
        where=("layers", layer.id),
        severity=severity,
        happened=f"{layer.name} got {spoken(shape)}, which is {RANKS.get(len(shape) + 1, f'{len(shape)} axes')}.{effect}",
        expected=f"Expected {RANKS[wanted]}.",
        fix=f"{repairs[0].label}.",
        why=layer.entry.sentence,
        repairs=repairs,
    )


def _rank_repairs(experiment: Experiment, layer: Layer, shape: Shape, wanted: int) -> Iterator[Repair]:
    image = experiment.data.entry.image_shape
    before = _layer_before(experiment, layer)
    if wanted == 2:
        yield _insert(layer, "Flatten")
    if wanted == 3 and len(shape) >= 3:
        rows = (shape[0], numbers(shape[1:]))
        yield _insert(layer, "Reshape", f"Read it row by row: add Reshape {rows}", target_shape=rows)
    if wanted == 3 and len(shape) == 1:
        if before is not None and before.entry.parameter("return_sequences") is not None:
            path: Path = ("layers", before.id, "arguments", "return_sequences")
            yield Repair(f"Let {before.name} give its whole sequence", "set", path, True)
        rows = (image[0], image[1] * image[2]) if shape[0] == prod(image) else (numbers(shape), 1)
        yield _insert(layer, "Reshape", f"Add Reshape {rows}", target_shape=rows)
    if wanted == 4:
        if before is not None and before.entry.trait("flattens") and len(shape) == 1:
            yield Repair(f"Move {layer.name} before {before.name}", "move", ("layers", layer.id), -1)
        if numbers(shape) == prod(image):
            yield _insert(layer, "Reshape", f"Add Reshape {image}", target_shape=image)
        elif len(shape) != 1:
            picture = (*shape, 1) if len(shape) == 2 else (*shape[:2], numbers(shape[2:]))
            yield _insert(layer, "Reshape", f"Add Reshape {picture}", target_shape=picture)
    yield _remove(layer)


def _place(experiment: Experiment, layer: Layer) -> str:
    """A layer as people point at it: "Dense (layer 2)"."""
    return f"{layer.name} (layer {experiment.layers.index(layer) + 1})"


def _layer_before(experiment: Experiment, layer: Layer) -> Layer | None:
    index = experiment.layers.index(layer)
    return experiment.layers[index - 1] if index else None


def _larger(window: object, shape: Shape) -> bool:
    height, width = window if isinstance(window, tuple) else (window, window)
    return height > (shape[0] or height) or width > (shape[1] or width)


def _window_too_large(layer: Layer, shape: Shape, window: str) -> Problem:
    size = complete(layer, layer.entry)[window]
    fits = min(side for side in shape[:2] if side is not None)
    path: Path = ("layers", layer.id, "arguments")
    spoken_size = " × ".join(map(str, size)) if isinstance(size, tuple) else f"{size} × {size}"
    repairs = [
        Repair("Set padding to same", "set", (*path, "padding"), "same"),
        Repair(f"Set {window} to {fits}", "set", (*path, window), fits),
        _remove(layer),
    ]
    return Problem(
        code="window-too-large",
        where=("layers", layer.id),
        happened=f"{layer.name} has {window}={spoken_size}, and what comes in is only {spoken(shape[:2])}.",
        expected=f"Expected a window of at most {spoken(shape[:2])}, or padding='same'.",
        fix=f"Use fewer pooling layers before it, set {window} to {fits}, or remove it.",
        why="The window has no place where it fits inside the picture.",
        repairs=tuple(repairs),
    )


def _cannot_reshape(layer: Layer, shape: Shape, target: tuple) -> Problem:
    holds, given = numbers(shape), prod(size for size in target if size != -1)
    path: Path = ("layers", layer.id, "arguments", "target_shape")
    rows = (shape[0], holds // (shape[0] or 1)) if len(shape) > 1 else (holds, 1)
    asked = f"a multiple of {given:,}" if -1 in target else f"{given:,}"
    if target.count(-1) > 1:
        asked = "only one size can be left open"
    gives = spoken(tuple(None if size == -1 else size for size in target))
    return Problem(
        code="cannot-reshape",
        where=("layers", layer.id),
        happened=f"Reshape got {spoken(shape)}, which is {holds:,} numbers, and is to give {gives}: {asked}.",
        expected=f"Expected a shape of {holds:,} numbers.",
        fix=f"Set target_shape to {rows}, or remove the layer.",
        repairs=(Repair(f"Set target_shape to {rows}", "set", path, rows), _remove(layer)),
    )


def _final_shape(experiment: Experiment, summary: Summary, spread: Layer | None) -> Iterator[Problem]:
    if not summary.rows:
        return
    classes, shape = experiment.data.entry.num_classes, summary.output_shape
    if shape == (classes,):
        return
    last = answering_layer(experiment) or experiment.layers[-1]
    dense = ("Dense", (("units", classes), ("activation", "softmax")))
    add_dense = Repair(f"Add Dense {classes} softmax at the end", "insert", ("layers", "end"), dense)
    if len(shape) != 1 and last.entry.trait("answers_with") is not None:
        before = (spread, last) if spread not in (None, last) else (last,)
        repairs = tuple(_insert(one, "Flatten", f"Add Flatten before {_place(experiment, one)}") for one in before if one)
    elif len(shape) != 1:
        repairs = (Repair("Add Flatten at the end", "insert", ("layers", "end"), ("Flatten", ())),)
    else:
        repairs = (add_dense,)
    yield Problem(
        code="answers-do-not-fit-classes",
        where=("layers", last.id),
        happened=f"The network ends with {last.name}, which gives {spoken(shape)}.",
        expected=f"Expected {classes} numbers, one for each class of {experiment.data.entry.title}.",
        fix=f"{repairs[0].label}.",
        why="Each class needs one output, and the largest is the network's answer.",
        repairs=repairs,
    )


def _too_large(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    limit, needed = setting("model_memory") * 1e9, training_bytes(experiment, summary)
    if needed <= limit:
        return
    weights = weight_bytes(experiment, summary)
    size = experiment.fit.batch_size
    fits = _round_down(size * (limit - weights) / (needed - weights) * 0.9) if needed > weights else 0
    if fits >= 1:
        yield _batch_too_large(size, fits, needed, limit)
        return
    heavy = weights > limit  # otherwise one image's numbers alone are too many
    largest = max(summary.rows, key=lambda row: row.parameters if heavy else numbers(row.output_shape))
    layer = next(one for one in experiment.layers if one.id == largest.id)
    if layer == answering_layer(experiment):  # its size is that of the classes: what goes into it is too much
        layer = next((one for one in reversed(experiment.layers) if one != layer and _size(one)), layer)
    problem = Problem(
        code="too-large",
        where=("layers", layer.id),
        happened=f"The network has {summary.parameters:,} parameters; training it needs about {memory_text(needed)}.",
        expected=f"Expected at most {memory_text(limit)}, and {layer.name} costs the most.",
        fix="Make this layer smaller, or remove it.",
        why="Each weight is kept with its gradient and with what the optimizer remembers of it.",
        repairs=(_remove(layer),),
    )
    own = weights * largest.parameters / summary.parameters if heavy else 0.0
    share = (own - (needed - limit)) / own if own > needed - limit else limit / needed
    yield problem if _size(layer) is None else _with_smaller(problem, layer, share)


def _size(layer: Layer) -> str | None:
    """The argument that says how large a layer is, or None."""
    return next((name for name in ("units", "filters", "output_dim") if name in layer.entry.required), None)


def _round_down(number: float) -> int:
    """A whole number below, of two digits and zeros: 250,000 for 256,786."""
    step = 10 ** max(0, len(str(int(number))) - 2)
    return int(number // step * step)


def _batch_too_large(size: int, fits: int, needed: float, limit: float) -> Problem:
    path = ("fit", "batch_size")
    return Problem(
        code="batch-too-large",
        where=path,
        happened=f"A batch of {size:,} images needs about {memory_text(needed)} in training.",
        expected=f"Expected at most {memory_text(limit)}.",
        fix=f"Use batches of {fits:,} images or less.",
        why="Every layer's output is kept for each image of the batch, to find the gradients.",
        repairs=(Repair(f"Set batch size to {fits:,}", "set", path, fits),),
    )


def _with_smaller(problem: Problem, layer: Layer, share: float) -> Problem:
    size = str(_size(layer))
    now = complete(layer, layer.entry)[size]
    fits = max(1, _round_down(now * share * 0.9))  # a tenth of room for the layers beside it
    path: Path = ("layers", layer.id, "arguments", size)
    shrink = Repair(f"Set {size} to {fits:,}", "set", path, fits)
    return replace(problem, fix=f"Set {size} to {fits:,} or less; it is {now:,}.", repairs=(shrink, *problem.repairs))
