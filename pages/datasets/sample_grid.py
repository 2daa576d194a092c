"""A poster of a data set: some pictures of each class."""

from collections.abc import Iterable

from core.catalogue.datasets import DataSet
from core.datasets.previews import Preview, read_preview
from pages.components.picture_grid.picture_grid import picture_grid
from pages.shell import waiting
from pages.widgets.picture_items import picture_item

PICTURES = 20
IN_A_ROW = 10


def pictures(data: DataSet, size: int) -> None:
    """Twenty pictures of a data set with their classes, or room for them while they are read.

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
    """Pictures of a preview as the component shows them, each under the name of its class.

    Parameters
    ----------
    data
        The data set.
    preview
        The preview of the data set.
    chosen
        The label of each picture, and its number among those of its class.
    """
    return [
        picture_item(f"{label}-{number}", preview.images[label, number], data.classes[label], caption=data.classes[label])
        for label, number in chosen
    ]
