"""A grid of sample pictures of a data set, some of each class."""

from collections.abc import Iterable

from core.catalogue.datasets import DataSet
from core.datasets.previews import Preview, read_preview
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell import waiting

PICTURES = 20
IN_A_ROW = 10


def pictures(data: DataSet, size: int) -> None:
    """Draw twenty pictures of a data set with their classes. Until the pictures are read, draw a placeholder.

    Parameters
    ----------
    data
        The data set.
    size
        The longer side of a picture, in pixels.
    """
    preview = read_preview(data.name)
    if preview is None:
        waiting.wait_for_preview(data.name)
        return
    rounds = min(-(-PICTURES // data.num_classes), preview.images.shape[1])
    shown = [(label, number) for number in range(rounds) for label in range(data.num_classes)][:PICTURES]
    label = f"{len(shown)} of the images, each above the name of its class"
    picture_grid(picture_items(data, preview, shown), key="start-pictures", size=size, columns=IN_A_ROW, label=label)


def picture_items(data: DataSet, preview: Preview, chosen: Iterable[tuple[int, int]]) -> list[dict[str, str]]:
    """Return pictures of a preview as items for `picture_grid`, each with the name of its class as its caption.

    Parameters
    ----------
    data
        The data set.
    preview
        The preview of the data set.
    chosen
        The label of each picture, and its number among the pictures of its class.
    """
    return [
        picture_item(f"{label}-{number}", preview.images[label, number], data.classes[label], caption=data.classes[label])
        for label, number in chosen
    ]
