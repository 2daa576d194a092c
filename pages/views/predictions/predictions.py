"""The answers of a network to a picture, as bars."""

from collections.abc import Callable, Sequence
from typing import Any

from core.number_text import percent
from pages.components.browser_modules import register

_PREDICTIONS = register("predictions", folder="views/predictions")
MOST_IN_ORDER = 10  # classes whose bars all stay in sight, in the order of the classes, so that names do not move
IN_SIGHT = 4  # the likeliest of more classes, below which the others unfold


def answer_rows(  # noqa: PLR0913 - each is a part of the bars
    classes: Sequence[str],
    probabilities: Sequence[float],
    *,
    key: str,
    before: Sequence[float] | None = None,
    target: int | None = None,
    truth: int | None = None,
    on_reached: Callable[[], None] | None = None,
) -> None:
    """Draw the class probabilities of a network as bars.

    Parameters
    ----------
    classes
        The names of the answers.
    probabilities
        The probability of each answer, from 0 to 1. Zeros alone stand for an answer that is still missing.
    key
        The key of the element.
    before
        The probabilities before a change of the picture, drawn as marks, or None without a change.
    target
        The label that the visitor tries to make the network say, or None. This label is marked and stays in sight.
    truth
        The picture's label, or None for a picture without a label. This label is marked and stays in sight.
    on_reached
        Called before the script reruns, once a browser shows that the network says the target.
    """
    is_answered = any(probabilities)
    seen, others = labels_in_sight(probabilities, (truth, target))
    rows = rows_of(classes, probabilities, [*seen, *others], before=before, target=target, truth=truth)
    best = max(range(len(classes)), key=probabilities.__getitem__)
    words = f"The network says {classes[best]}, {percent(probabilities[best], 1)}." if is_answered else ""
    data = {
        "rows": rows,
        "inSight": len(seen),
        "words": words,
        "best": classes[best] if is_answered else "",
        "reached": classes[best] if best == target else "",
    }
    _PREDICTIONS(key=key, data=data, **({"on_reached_change": on_reached} if on_reached else {}))


def labels_in_sight(probabilities: Sequence[float], wanted: Sequence[int | None] = ()) -> tuple[list[int], list[int]]:
    """Return the labels whose bars are in sight, and the labels of the other bars.

    A few classes are all in sight, in their order. Of more classes, the likeliest are in sight, and the labels in `wanted`.
    """
    if len(probabilities) <= MOST_IN_ORDER:
        return list(range(len(probabilities))), []
    ordered = sorted(range(len(probabilities)), key=lambda label: -probabilities[label])
    seen = ordered[:IN_SIGHT]
    seen += [label for label in dict.fromkeys(wanted) if label is not None and label not in seen]
    return seen, [label for label in ordered if label not in seen]


def rows_of(
    classes: Sequence[str],
    probabilities: Sequence[float],
    labels: Sequence[int],
    *,
    before: Sequence[float] | None = None,
    target: int | None = None,
    truth: int | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of some labels, as the type Row of bars.js; see `answer_rows` for the parameters."""
    is_answered = any(probabilities)
    return [
        {
            "name": classes[label],
            "share": float(probabilities[label]),
            "text": percent(probabilities[label], 1) if is_answered else "",
            "exact": percent(probabilities[label], 2) if is_answered else "",
            "before": None if before is None else float(before[label]),
            "isTarget": label == target,
            "isTruth": None if truth is None else label == truth,
        }
        for label in labels
    ]
