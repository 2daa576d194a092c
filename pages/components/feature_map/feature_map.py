"""Images as dots on a plane, by class in colour and marker; a person points at a dot to see its image, and can pick it."""

from collections.abc import Callable, Sequence

from core.analysis.explanations import FeatureScatter
from pages.components.browser_modules import register

_FEATURE_MAP = register("feature_map")


def feature_map(  # noqa: PLR0913 - each is one thing that it shows
    scatter: FeatureScatter,
    *,
    classes: Sequence[str],
    set_name: str,
    picked: int,
    label: str,
    key: str,
    on_picked: Callable[[], None],
) -> None:
    """Show images as dots on a plane.

    Parameters
    ----------
    scatter
        The dots and the sheet of their images.
    classes
        The names of the classes, in the order of the labels.
    set_name
        The array of the images, as the script calls it.
    picked
        The index of the image that the page explains; -1 where it is of another set.
    label
        What the plane shows, in words.
    key
        The key of the element; its session state has `picked`, the index of an image, once a person picks one.
    on_picked
        Called before the script reruns for it.
    """
    data = {
        "dots": [[dot.index, round(dot.x, 4), round(dot.y, 4), dot.label, dot.predicted] for dot in scatter.dots],
        "sheet": scatter.sheet,
        "columns": scatter.columns,
        "rows": -(-len(scatter.dots) // scatter.columns),
        "classes": list(classes),
        "set": set_name,
        "picked": picked,
        "label": label,
    }
    _FEATURE_MAP(key=key, data=data, on_picked_change=on_picked)
