"""The last step of a run that was taken alone."""

from collections.abc import Mapping, Sequence

from pages.components.browser_modules import register

_SINGLE_STEP = register("single_step")


def single_step(*, url: str, classes: Sequence[str], titles: Mapping[str, str], key: str, compact: bool = False) -> None:
    """The last step that was taken alone: the loss before and after, each layer, its images. Empty before the first one.

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
        Whether to show one line only, of the loss.
    """
    shown = {"classes": list(classes), "titles": dict(titles), "compact": compact}
    _SINGLE_STEP(key=key, data={"url": url, **shown})
