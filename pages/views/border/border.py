"""A small network on points in the plane, which visitors change by clicks, with its decision boundary."""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, astuple, fields
from functools import lru_cache
from typing import Any

from core.catalogue.point_sets import POINT_SETS, POINTS
from core.views.border import (
    ACTIVATIONS,
    MOST_LAYERS,
    MOST_SEED,
    MOST_UNITS,
    NOISES,
    PENALTIES,
    RATES,
    STRENGTHS,
    BorderNetSettings,
    BorderTraining,
    is_allowed,
)
from pages.components.browser_modules import do_nothing, register

_BORDER = register("border", folder="views/border")
THUMBNAIL_POINTS = 70
CHOICES = {  # of each part of a network that a person chooses from a row or a list
    "activation": ACTIVATIONS,
    "penalty": PENALTIES,
    "strength": STRENGTHS,
    "rate": RATES,
    "noise": NOISES,
}


def border(  # noqa: PLR0913 - keyword arguments, each is a part of the drawing
    net: BorderNetSettings,
    answer: BorderTraining | None,
    *,
    key: str,
    controls: Iterable[str],
    is_whole: bool,
    problem: str,
    is_judged: bool,
    other_starts: str = "",
    on_changed: Callable[[], None],
    on_move: Callable[[], None] | None,
) -> None:
    """Draw a small network on points with the result of its training.

    A network that a person changed arrives as the trigger `net` of the element. See `read_net`.

    Parameters
    ----------
    net
        The network.
    answer
        The result of its training, or None before the end of the training.
    key
        The key of the element.
    controls
        The parts that can be changed besides the units.
    is_whole
        Whether the answer is the result of the whole training, and not only of the first epochs.
    problem
        Why there is no answer, or an empty string.
    is_judged
        Whether the browser reports the network as the visitor's move. This is so once all networks that the check of the
        move needs are trained.
    other_starts
        A sentence with the scores of the same network with other seeds, or an empty string.
    on_changed
        Called before the script reruns for another network.
    on_move
        Called before the script reruns for a move, or None if nothing is judged.
    """
    data = {
        "net": {**asdict(net), "units": list(net.units)},
        "value": list(astuple(net)) if is_judged else [],
        "answers": [_answer(answer)] if answer else [],
        "isWhole": is_whole,
        "otherStarts": other_starts,
        "problem": problem,
        "sets": _thumbnails(),
        "controls": list(controls),
        "choices": {name: list(values) for name, values in CHOICES.items()},
        "most": {"layers": MOST_LAYERS, "units": MOST_UNITS, "seed": MOST_SEED},
    }
    _BORDER(key=key, data=data, on_net_change=on_changed, on_moved_change=on_move or do_nothing)


def read_net(told: object) -> BorderNetSettings | None:
    """Return the network that the browser sent. Return None if the value is no allowed network."""
    if not isinstance(told, Mapping) or not isinstance(units := told.get("units"), list):
        return None
    try:
        values = {field.name: told[field.name] for field in fields(BorderNetSettings)}
        net = BorderNetSettings(**{**values, "units": tuple(units)})
        return net if is_allowed(net) else None
    except (KeyError, TypeError):  # a list instead of a number
        return None


def _answer(answer: BorderTraining) -> dict[str, Any]:
    """Return the result of a training in the form that border.js reads."""
    weights = b"".join(epoch_weights.weights for epoch_weights in answer.weights_by_epoch)
    return {
        "inputs": [round(value, 3) for point in answer.inputs for value in point],
        "labels": list(answer.labels),
        "trainingPoints": answer.training_points,
        "epochs": [epoch_weights.epoch for epoch_weights in answer.weights_by_epoch],
        "weights": base64.b64encode(weights).decode("ascii"),
        "curve": [
            [each.epoch, each.training.loss, each.validation.loss, each.training.accuracy, each.validation.accuracy]
            for each in answer.curve
        ],
    }


@lru_cache(maxsize=1)
def _thumbnails() -> tuple[dict[str, Any], ...]:
    """Return the data sets of points, each with a few points as a thumbnail."""
    drawn = ((entry, entry.draw(POINTS, 0.05, 3)) for entry in POINT_SETS.values())
    return tuple(
        {
            "name": entry.name,
            "title": entry.title,
            "sentence": entry.sentence,
            "inputs": inputs[:THUMBNAIL_POINTS].round(2).ravel().tolist(),
            "labels": labels[:THUMBNAIL_POINTS].astype(int).tolist(),
        }
        for entry, (inputs, labels) in drawn
    )
