"""Name experiments by the setting in which they differ, such as a learning rate."""

from collections.abc import Sequence

from core.experiment.descriptions import changes
from core.experiment.model import Experiment

BEFORE = " (was "  # in `changes`, between a setting with its new value and the old value


def distinct_values(experiments: Sequence[Experiment]) -> tuple[str, list[str]]:
    """Return the setting in which experiments differ, and its value in each of them.

    Returns
    -------
    tuple[str, list[str]]
        Such as "learning rate" and ["0.01", "0.1"], or "" and ["Adam", "SGD"]. If the experiments differ in several
        settings, or two of them in none, "" and an empty list.
    """
    first, *others = experiments
    told = [_only_change(first, other) for other in others]
    texts = [*told[:1], *(_only_change(other, first) for other in others)]
    if len(set(told)) != 1 or "" in texts:
        return "", []
    settings, values = zip(*(text.rpartition(" ")[::2] for text in texts), strict=True)
    return (settings[0], list(values)) if len(set(settings)) == 1 and len(set(values)) == len(values) else ("", [])


def _only_change(new: Experiment, old: Experiment) -> str:
    """Return the only change from `old` to `new`, without the old value. Return an empty string for several changes."""
    several = changes(new, old)
    text, is_value, _ = several[0].partition(BEFORE) if len(several) == 1 else ("", "", "")
    return text if is_value else ""
