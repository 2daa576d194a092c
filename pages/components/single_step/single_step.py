"""The last training step on a single batch, which a visitor starts by a button."""

from collections.abc import Mapping, Sequence

from pages.components.browser_modules import register

_SINGLE_STEP = register("single_step")


def single_step(*, url: str, classes: Sequence[str], titles: Mapping[str, str], key: str, compact: bool = False) -> None:
    """Draw the last training step on a single batch: the loss before and after, each layer, and the images of the batch.

    The element is empty before the first such step.

    Parameters
    ----------
    url
        The path of the run's event stream, such as "/live/<run id>".
    classes
        The names of the classes, in the order of the labels.
    titles
        The titles of the layers, by their ids.
    key
        The key of the element.
    compact
        Whether to show only the line of the loss.
    """
    shown = {"classes": list(classes), "titles": dict(titles), "compact": compact}
    _SINGLE_STEP(key=key, data={"url": url, **shown})
