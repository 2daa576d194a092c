"""The answers of a network to a picture, as bars."""

from collections.abc import Callable, Sequence

from core.number_text import percent
from pages.components.browser_modules import register
from pages.views.shared.class_bars import labels_in_sight, rows_of

_PREDICTIONS = register(
    "predictions",
    folder="views/predictions",
    styles=("../views/shared/bars.css", "../views/predictions/predictions.css"),
)


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
