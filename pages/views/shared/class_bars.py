"""The rows of class probabilities that are drawn as bars."""

from collections.abc import Sequence
from typing import Any

from core.number_text import percent

MOST_IN_ORDER = 10  # classes whose bars all stay in sight, in the order of the classes, so that names do not move
IN_SIGHT = 4  # the likeliest of more classes, below which the others unfold


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
    """Return the rows of some labels, as the type Row of bars.js; see the function `answer_rows` for the parameters."""
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
