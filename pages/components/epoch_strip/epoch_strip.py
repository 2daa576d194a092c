"""A drawing of a run's epochs, and of the batches of an epoch, which fill up while the run trains."""

from pages.components.browser_modules import register

_EPOCH_STRIP = register("epoch_strip")


def epoch_strip(*, images: int, batch_size: int, epochs: int, url: str, key: str) -> None:
    """Draw the epochs of a run, and the batches of an epoch.

    Parameters
    ----------
    images
        The number of training images.
    batch_size
        The number of images in a batch. The last batch may have fewer.
    epochs
        The number of epochs of the run.
    url
        The path of the run's event stream, such as "/live/<run id>", or "" before a run.
    key
        The key of the element.
    """
    _EPOCH_STRIP(key=key, data={"images": images, "batchSize": batch_size, "epochs": epochs, "url": url})
