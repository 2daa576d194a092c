"""Problems that show once Keras has said what shapes a stack gives: the guilty layer, in plain words, with its repair."""

from collections.abc import Iterator
from math import prod

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
    for layer in experiment.layers:
        shape = summary.input_of(layer.id)
        if layer.id == summary.refused:
            yield _refused(experiment, layer, shape, summary)
            return  # what comes after it has no shape yet
        if layer.entry.trait("silently_takes_more") and not _takes(layer, shape):
            yield _wrong_rank(experiment, layer, shape, "warning")
    yield from _final_shape(experiment, summary)
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
    target = layer.argument("target_shape")
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
        happened=f"{layer.name} got {spoken(shape)}, which is {RANKS.get(len(shape) + 1, 'something else')}.{effect}",
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
    if wanted == 3 and len(shape) == 3:
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
        elif len(shape) == 2:
            yield _insert(layer, "Reshape", f"Add Reshape {(*shape, 1)}", target_shape=(*shape, 1))
    yield _remove(layer)


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
    holds, asked = numbers(shape), prod(abs(size) for size in target)
    path: Path = ("layers", layer.id, "arguments", "target_shape")
    rows = (shape[0], holds // (shape[0] or 1)) if len(shape) > 1 else (holds, 1)
    return Problem(
        code="cannot-reshape",
        where=("layers", layer.id),
        happened=f"Reshape got {spoken(shape)}, which is {holds:,} numbers, and is to give {spoken(target)}: {asked:,}.",
        expected=f"Expected a shape of {holds:,} numbers.",
        fix=f"Set target_shape to {rows}, or remove the layer.",
        repairs=(Repair(f"Set target_shape to {rows}", "set", path, rows), _remove(layer)),
    )


def _final_shape(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    if not summary.rows:
        return
    classes, shape = experiment.data.entry.num_classes, summary.output_shape
    if shape == (classes,):
        return
    last = experiment.layers[-1]
    dense = ("Dense", (("units", classes), ("activation", "softmax")))
    add_dense = Repair(f"Add Dense {classes} softmax at the end", "insert", ("layers", "end"), dense)
    if len(shape) > 1:
        answers = last.entry.trait("answers_with") is not None
        flatten = _insert(last, "Flatten", "Add Flatten before the last layer")
        at_end = Repair("Add Flatten at the end", "insert", ("layers", "end"), ("Flatten", ()))
        repairs = (flatten,) if answers else (at_end,)
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
    if weight_bytes(experiment, summary) <= limit:
        yield _batch_too_large(experiment, needed, limit)
        return
    largest = max(summary.rows, key=lambda row: (row.parameters, numbers(row.output_shape)))
    layer = next(one for one in experiment.layers if one.id == largest.id)
    problem = Problem(
        code="too-large",
        where=("layers", layer.id),
        happened=f"The network has {summary.parameters:,} parameters; training it needs about {memory_text(needed)}.",
        expected=f"Expected at most {memory_text(limit)}, and {layer.name} takes the most.",
        fix="Make this layer smaller, or remove it.",
        why="Each weight is kept with its gradient and with what the optimizer remembers of it.",
    )
    size = next((name for name in ("units", "filters", "output_dim") if name in layer.entry.required), None)
    yield problem if size is None else _with_smaller(problem, layer, size, limit / needed)


def _batch_too_large(experiment: Experiment, needed: float, limit: float) -> Problem:
    size, path = experiment.fit.batch_size, ("fit", "batch_size")
    fits = max(1, int(size * limit / needed * 0.9))
    return Problem(
        code="batch-too-large",
        where=path,
        happened=f"A batch of {size:,} images needs about {memory_text(needed)} in training.",
        expected=f"Expected at most {memory_text(limit)}.",
        fix=f"Use batches of {fits:,} images or less.",
        why="Every layer's output is kept for each image of the batch, to find the gradients.",
        repairs=(Repair(f"Set batch size to {fits:,}", "set", path, fits),),
    )


def _with_smaller(problem: Problem, layer: Layer, size: str, share: float) -> Problem:
    now = layer.argument(size)
    fits = max(1, int(now * share * 0.9))  # a tenth of room for the layers beside it
    path: Path = ("layers", layer.id, "arguments", size)
    return Problem(
        problem.code,
        problem.where,
        problem.happened,
        problem.expected,
        f"Set {size} to {fits:,} or less; it is {now:,}.",
        why=problem.why,
        repairs=(Repair(f"Set {size} to {fits:,}", "set", path, fits), _remove(layer)),
    )
