"""The answers of a network to a picture that the visitor changes, as bars, the likeliest first."""

from collections.abc import Callable, Sequence

from core.number_text import percent
from pages.components.browser_modules import register

_PREDICTIONS = register("predictions", folder="views/predictions")
IN_SIGHT = 4  # answers, below which the others unfold


def answer_rows(  # noqa: PLR0913 - each is a part of the bars
    classes: Sequence[str],
    probabilities: Sequence[float],
    *,
    key: str,
    before: Sequence[float] | None = None,
    target: int | None = None,
    in_order: bool = False,
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
    in_order
        Whether all answers are in sight in a fixed order, so that bars move and names do not.
    on_reached
        Called before the script reruns, once a browser shows that the network says the target.
    """
    is_answered = any(probabilities)
    ordered = sorted(range(len(classes)), key=lambda label: -probabilities[label])
    seen = list(range(len(classes))) if in_order else ordered[:IN_SIGHT]
    if target is not None and target not in seen:
        seen[-1] = target
    shown = [*seen, *(label for label in ordered if label not in seen)]
    rows = [
        {
            "name": classes[label],
            "share": float(probabilities[label]),
            "text": percent(probabilities[label], 1) if is_answered else "",
            "exact": percent(probabilities[label], 2) if is_answered else "",
            "before": None if before is None else float(before[label]),
            "isTarget": label == target,
        }
        for label in shown
    ]
    best = ordered[0]
    words = f"The network says {classes[best]}, {percent(probabilities[best], 1)}." if is_answered else ""
    reached = classes[best] if best == target else ""
    likeliest = classes[best] if is_answered else ""
    data = {"rows": rows, "inSight": len(seen), "words": words, "best": likeliest, "reached": reached}
    _PREDICTIONS(key=key, data=data, **({"on_reached_change": on_reached} if on_reached else {}))
