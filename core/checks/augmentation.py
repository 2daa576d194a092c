"""Check augmentation: find random changes that turn an image into another class, or that leave no image unchanged."""

from collections.abc import Iterator

from core.checks.repairs import remove, set_argument
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer
from core.parameters import RealOrRange
from core.problems import Problem

MOST_TURNED = 0.125  # the share of a full turn, beyond which a picture lies on its side
USUAL_CHANCE = 0.3  # the share of pictures to change
UPSIDE_DOWN = (("6", "9"), ("M", "W"), ("n", "u"))  # signs that turn into each other
MIRRORED = (("b", "d"), ("p", "q"))
NO_EXAMPLE = "Turned or mirrored, a sign becomes another sign, or none."


def check_augmentation(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of layers that change images at random, in the order of the layers.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    for layer in experiment.layers:
        for rule in (_flips, _large_rotations, _never_unchanged):
            yield from rule(experiment, layer)


def _flips(experiment: Experiment, layer: Layer) -> Iterator[Problem]:
    """Warn of flips that turn images into another class, or into views that never occur."""
    argument, data = layer.entry.trait("flip_argument"), experiment.data.entry
    if argument is None:
        return
    mode = str(layer.values[argument])
    turns = "vertical" in mode
    if not data.are_signs and not (turns and data.upright):
        return
    direction = "upside down" if turns else "left to right"
    yield Problem(
        code="flip-changes-class" if data.are_signs else "flip-not-seen",
        where=("layers", layer.id),
        severity="warning",
        happened=f"{layer_label(experiment, layer.id)} mirrors images {direction}: {argument}={mode}.",
        expected=f"Expected no flips of {data.title}."
        if data.are_signs
        else f"Expected flips from left to right only. {data.upright}",
        fix=f"Remove {layer.name}." if data.are_signs else f"Set {argument} to horizontal.",
        why=_example(data.classes, turns=turns) if data.are_signs else "A network need not learn views that never occur.",
        repairs=(remove(layer),) if data.are_signs else (set_argument(layer, argument, "horizontal"), remove(layer)),
    )


def _large_rotations(experiment: Experiment, layer: Layer) -> Iterator[Problem]:
    """Warn of rotations that lay an image on its side or turn an image upside down."""
    argument, data = layer.entry.trait("rotation_argument"), experiment.data.entry
    if argument is None or not (data.are_signs or data.upright):
        return
    factor = layer.values[argument]
    farthest = max(map(abs, factor)) if isinstance(factor, tuple) else abs(factor)
    if farthest <= MOST_TURNED:
        return
    parameter = layer.entry.parameter(argument)
    yield Problem(
        code="turned-too-far",
        where=("layers", layer.id),
        severity="warning",
        happened=f"{layer_label(experiment, layer.id)} turns images by up to {farthest * 360:.0f} degrees: "
        f"{argument}={factor}.",
        expected=f"Expected at most {MOST_TURNED * 360:.0f} degrees with {data.title}. {data.upright}".strip(),
        fix=f"Set {argument} to {parameter.default if parameter else MOST_TURNED}.",
        why=_example(data.classes, turns=True) if data.are_signs else "A network need not learn views that never occur.",
        repairs=(set_argument(layer, argument, parameter.default if parameter else MOST_TURNED), remove(layer)),
    )


def _never_unchanged(experiment: Experiment, layer: Layer) -> Iterator[Problem]:
    """Warn of augmentation that changes every training image, since validation images are never augmented."""
    for argument, sure in layer.entry.trait("always_at", {}).items():
        parameter, value = layer.entry.parameter(argument), layer.values[argument]
        ranges_from_zero = parameter is not None and isinstance(parameter.constraint, RealOrRange)
        ends = value if isinstance(value, tuple) else (0.0 if ranges_from_zero else value, value)
        if set(ends) != {sure}:
            continue
        usual = [set_argument(layer, argument, USUAL_CHANCE)] if sure == 1 else []
        yield Problem(
            code="no-picture-as-it-is",
            where=("layers", layer.id),
            severity="warning",
            happened=f"{layer_label(experiment, layer.id)} changes every image in training: {argument}={value}.",
            expected="Expected some that stay as they are: in a validation none is changed.",
            fix=f"{[*usual, remove(layer)][0].label}.",
            why="A network that sees only changed images may fail on unchanged images.",
            repairs=(*usual, remove(layer)),
        )


def _example(classes: tuple[str, ...], *, turns: bool) -> str:
    """Give an example in a sentence: "6 upside down is 9." If no two classes turn into each other, return NO_EXAMPLE."""
    pairs = UPSIDE_DOWN if turns else MIRRORED
    pair = next((pair for pair in pairs if set(pair) <= set(classes)), None)
    return NO_EXAMPLE if pair is None else f"{pair[0]} {'upside down' if turns else 'mirrored'} is {pair[1]}."
