"""Find every problem of an experiment, each with its repair.

The rules of data and layers that need no shape are in this file. `pixels` checks the input, `augmentation` the random
changes of images, `outputs` the end of the network, `graph` its connections, `arguments` exclusive arguments, and
`bad_practice` networks that Keras accepts but that seldom learn. `metrics`, `training`, `callbacks` and `batches` check the
run, and `argument_values` checks all values. The rules that read the table of shapes are in `shapes`, with `ranks`,
`merges`, `lost_detail` and `misplaced_layers`.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

from core.checks.argument_values import check_workable_ranges
from core.checks.arguments import check_arguments
from core.checks.augmentation import check_augmentation
from core.checks.bad_practice import check_bad_practice
from core.checks.batches import check_batches
from core.checks.callbacks import check_callbacks
from core.checks.data import check_classes, check_pictures_exist
from core.checks.equal_problems import join_equal_problems
from core.checks.graph import check_graph
from core.checks.metrics import check_metrics
from core.checks.outputs import check_outputs
from core.checks.pixels import check_pixels
from core.checks.shapes import check_shapes
from core.checks.training import FIT_RULES
from core.checks.wrappers import check_wrapped_layers
from core.experiment.edits import output_layer
from core.experiment.model import CATALOGUES, DATA, FIT, NESTED, Experiment, arguments_with_defaults, is_allowed
from core.experiment.shapes import Summary
from core.number_text import percent
from core.parameters import Choice, EntryRef, Parameter, Value, unwrap_optional
from core.problems import ExperimentPath, Problem, Repair, closest, quoted

VALIDATION_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)  # a repair offers the smallest that is large enough
FEW_VALIDATION_IMAGES = 100  # images; with 100 validation images, an image is 1 % of the accuracy


def check(experiment: Experiment, summary: Summary | None = None) -> tuple[Problem, ...]:
    """Return all problems of an experiment, in teaching order: data, layers, compile, fit.

    Parameters
    ----------
    experiment
        The experiment to check.
    summary
        The table of layers from Keras. Without the table, only the rules that need no shape are checked.

    Returns
    -------
    tuple[Problem, ...]
        The problems. A problem with `blocks` prevents training.
    """
    outside = (*check_values(experiment), *check_pictures_exist(experiment))
    if outside:
        return outside  # the other rules need values of the right kind
    problems = [problem for rule in RULES for problem in rule(experiment)]
    if summary is not None:
        guilty = {problem.where[:2] for problem in problems if problem.blocks}
        if ("layers", summary.refused) not in guilty:  # otherwise the known problem explains the refusal
            problems += [problem for problem in check_shapes(experiment, summary) if problem.where[:2] not in guilty]
    return _in_teaching_order(experiment, join_equal_problems(experiment, problems))


def find_warnings(experiment: Experiment, summary: Summary | None = None) -> tuple[Problem, ...]:
    """Return the warnings that need no files, in teaching order.

    The coach repeats these warnings after a run that was started in spite of them.

    Parameters
    ----------
    experiment
        An experiment that is trained.
    summary
        Keras' table of its network, or None, which leaves out the warnings that need shapes.
    """
    problems = [problem for rule in RULES for problem in rule(experiment)]
    if summary is not None:
        problems += check_shapes(experiment, summary)
    warnings = [problem for problem in problems if not problem.blocks]
    return _in_teaching_order(experiment, join_equal_problems(experiment, warnings))


def _in_teaching_order(experiment: Experiment, problems: list[Problem]) -> tuple[Problem, ...]:
    """Sort problems in teaching order and layers from first to last. Drop warnings of layers that also have an error."""
    wrong = {problem.where[:2] for problem in problems if problem.blocks and problem.where[0] == "layers"}
    kept = [problem for problem in problems if problem.blocks or problem.where[:2] not in wrong]
    ids = [layer.id for layer in experiment.layers]
    parts = ("data", "layers", "compile", "fit")

    def rank(problem: Problem) -> tuple[int, int]:
        part, *layer_ids = problem.where
        return parts.index(part), ids.index(layer_ids[0]) if part == "layers" and layer_ids else 0

    return tuple(sorted(kept, key=rank))


def is_valid(problems: tuple[Problem, ...]) -> bool:
    """Tell whether an experiment can be trained: none of its problems is an error."""
    return not any(problem.blocks for problem in problems)


def check_value(parameter: Parameter, value: object, where: ExperimentPath, owner: str = "") -> Problem | None:
    """Return the problem of a value that its constraint rejects, or None.

    Parameters
    ----------
    parameter
        The parameter that the value is for.
    value
        Any value.
    where
        The value's path in the experiment.
    owner
        The class that the value belongs to, such as "Dense", for the message.
    """
    if parameter.constraint.is_valid(value):
        return None
    better = _suggested_value(parameter, value)
    return Problem(
        code="value-not-allowed",
        where=where,
        happened=f"{owner + ': ' if owner else ''}{parameter.name} is {quoted(_shown_value(value))}.",
        expected=f"Expected {parameter.constraint.describe()}.",
        fix=f"Choose such a value; {quoted(_shown_value(better))} is a good start.",
        why=parameter.help,
        repairs=(Repair(f"Set {parameter.name} to {_shown_value(better)}", "set", where, better),),
    )


def _shown_value(value: object) -> object:
    return value.name if isinstance(value, EntryRef) else value


def _suggested_value(parameter: Parameter, value: object) -> Value:
    """Return the allowed option closest to a misspelt value. If no option is close, return the default."""
    constraint = unwrap_optional(parameter.constraint)
    options = constraint.options if isinstance(constraint, Choice) else getattr(constraint, "short", ())
    close = closest(value, options) if isinstance(value, str) else None
    return parameter.default if close is None else close


def check_values(experiment: Experiment) -> Iterator[Problem]:
    """Yield a problem for each setting or argument of an experiment whose value is not allowed."""

    def arguments(chosen: EntryRef, kind: str, where: ExperimentPath) -> Iterator[Problem | None]:
        entry = CATALOGUES[kind][chosen.name]
        values = arguments_with_defaults(chosen, entry)
        for parameter in entry.parameters:
            value, path = values[parameter.name], (*where, "arguments", parameter.name)
            if isinstance(value, EntryRef) and is_allowed(value, parameter):
                yield from arguments(value, NESTED[parameter.name], path)
            else:
                yield check_value(parameter, value, path, chosen.name)

    def everything() -> Iterator[Problem | None]:
        for name, parameter in DATA.items():
            yield check_value(parameter, getattr(experiment.data, name), ("data", name))
        for layer in experiment.layers:
            yield from arguments(layer, "layers", ("layers", layer.id))
        yield from arguments(experiment.compile.optimizer, "optimizer", ("compile", "optimizer"))
        yield from arguments(experiment.compile.loss, "loss", ("compile", "loss"))
        for metric in experiment.compile.metrics:
            yield from arguments(metric, "metrics", ("compile", "metrics", metric.name))
        for name, parameter in FIT.items():
            yield check_value(parameter, getattr(experiment.fit, name), ("fit", name))
        for callback in experiment.fit.callbacks:
            yield from arguments(callback, "callbacks", ("fit", "callbacks", callback.name))

    return (problem for problem in everything() if problem is not None)


def _enough_images(experiment: Experiment) -> Iterator[Problem]:
    data = experiment.data
    requested, classes = data.train_images, data.entry.num_classes
    if requested is None:
        return
    where: ExperimentPath = ("data", "train_images")
    use_all = Repair("Use all training images", "set", where, None)
    if requested > data.num_available:
        yield Problem(
            code="too-many-images",
            where=where,
            happened=f"{requested:,} training images are asked for; {data.entry.title} has {data.num_available:,}.",
            expected=f"Expected at most {data.num_available:,}, since {data.num_validation:,} are for validation.",
            fix="Use fewer, or all of them.",
            repairs=(use_all,),
        )
    if requested < classes or (data.num_available > requested > data.num_available - classes):
        # scikit-learn's stratified split needs an image of each class on both sides.
        yield Problem(
            code="too-few-images",
            where=where,
            happened=f"{requested:,} training images cannot be drawn evenly from {classes} classes.",
            expected=f"Expected {classes} to {data.num_available - classes:,}, or all.",
            fix="Use such a number, or all of them.",
            repairs=(use_all,),
        )


def _enough_validation(experiment: Experiment) -> Iterator[Problem]:
    data = experiment.data
    if 0 < data.num_validation < data.entry.num_classes:
        yield Problem(
            code="too-few-validation-images",
            where=("data", "validation_split"),
            happened=f"A validation split of {data.validation_split:g} keeps {data.num_validation} images aside.",
            expected=f"Expected at least one for each of the {data.entry.num_classes} classes.",
            fix="Keep a larger share, or none (0).",
            repairs=(_keep_enough_aside(data.entry.num_train, data.entry.num_classes),),
        )


def _coarse_validation(experiment: Experiment) -> Iterator[Problem]:
    """Warn of so few validation images that the accuracy curve jumps, although the data set has enough images."""
    data = experiment.data
    classes, usual = data.entry.num_classes, math.ceil(data.entry.num_train * VALIDATION_SHARES[0])
    if not classes <= data.num_validation < FEW_VALIDATION_IMAGES <= usual:
        return
    yield Problem(
        code="few-validation-images",
        where=("data", "validation_split"),
        severity="warning",
        happened=f"A validation split of {data.validation_split:g} keeps {data.num_validation} images aside.",
        expected=f"Expected {FEW_VALIDATION_IMAGES} or more.",
        fix=f"Keep {percent(VALIDATION_SHARES[0])} aside.",
        why=f"One image is {percent(1 / data.num_validation)} of the accuracy: the curve moves in jumps, by chance, and a "
        "callback obeys the jumps.",
        repairs=(_keep_enough_aside(data.entry.num_train, FEW_VALIDATION_IMAGES),),
    )


def _keep_enough_aside(num_train: int, num_classes: int) -> Repair:
    """Return a repair that keeps at least `num_classes` images aside, by the smallest usual share that is large enough.

    If even half of the images is not enough, the share is 0.
    """
    share = next((share for share in VALIDATION_SHARES if math.ceil(num_train * share) >= num_classes), 0.0)
    return Repair(f"Keep {percent(share)} aside" if share else "Keep none aside", "set", ("data", "validation_split"), share)


def _has_layers(experiment: Experiment) -> Iterator[Problem]:
    if experiment.layers:
        return
    classes = experiment.data.entry.num_classes
    yield Problem(
        code="no-layers",
        where=("layers",),
        happened="The network has no layers.",
        expected=f"Expected at least one, which gives {classes} answers.",
        fix="Add layers, or start again from the lecture's model.",
        repairs=(Repair("Add a Dense layer", "insert", ("layers", "end"), _softmax_layer(classes)),),
    )


def _softmax_layer(classes: int) -> tuple[Any, ...]:
    return ("Dense", (("units", classes), ("activation", "softmax")))


def _units_fit_classes(experiment: Experiment) -> Iterator[Problem]:
    layer = output_layer(experiment)
    argument = layer.entry.trait("output_size_argument") if layer else None
    if layer is None or argument is None:
        return
    units, classes = layer.values[str(argument)], experiment.data.entry.num_classes
    if units != classes:
        path = ("layers", layer.id, "arguments", str(argument))
        yield Problem(
            code="units-differ-from-classes",
            where=("layers", layer.id),
            happened=f"The last layer, {layer.name}, has {argument}={units}.",
            expected=f"{experiment.data.entry.title} has {classes} classes, and each needs one output.",
            fix=f"Set {argument} to {classes}, or add a last layer that has {classes}.",
            why="The network answers with a number for each class.",
            repairs=(
                Repair(f"Set {argument} to {classes}", "set", path, classes),
                Repair(f"Add Dense {classes} softmax at the end", "insert", ("layers", "end"), _softmax_layer(classes)),
            ),
        )


def _one_clipping_argument(experiment: Experiment) -> Iterator[Problem]:
    optimizer = experiment.compile.optimizer
    one_of: tuple[str, ...] = CATALOGUES["optimizer"][optimizer.name].trait("at_most_one", ())
    used = [name for name in one_of if optimizer.argument(name) is not None]
    if len(used) > 1:
        path = ("compile", "optimizer", "arguments", used[-1])
        yield Problem(
            code="options-exclude-each-other",
            where=("compile", "optimizer"),
            happened=f"{optimizer.name} has {' and '.join(used)}.",
            expected=f"Expected at most one of {', '.join(one_of)}.",
            fix="Keep one of them.",
            repairs=(Repair(f"Switch {used[-1]} off", "set", path, None),),
        )


RULES: tuple[Callable[[Experiment], Iterator[Problem]], ...] = (
    check_classes,
    _enough_images,
    _enough_validation,
    _coarse_validation,
    check_pixels,
    check_augmentation,
    _has_layers,
    check_graph,
    check_arguments,
    check_wrapped_layers,
    check_bad_practice,
    _units_fit_classes,
    check_outputs,
    _one_clipping_argument,
    check_metrics,
    *FIT_RULES,
    check_callbacks,
    check_batches,
    check_workable_ranges,
)
