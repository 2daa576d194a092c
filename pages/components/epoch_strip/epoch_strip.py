"""The epochs of a run, and one epoch cut into its batches; filled while the run goes on."""

from pages.components.browser_modules import register

_EPOCH_STRIP = register("epoch_strip")


def epoch_strip(*, images: int, batch_size: int, epochs: int, url: str, key: str) -> None:
    """Show what an epoch and a batch are, in the numbers of one run.

    Parameters
    ----------
    images
        How many images are trained on.
    batch_size
        How many images a batch has; the last one may have fewer.
    epochs
        How many epochs the run has.
    url
        The path of the run's event stream, such as "/live/<run id>"; "" before a run.
    key
        The key of the element.
    """
    _EPOCH_STRIP(key=key, data={"images": images, "batchSize": batch_size, "epochs": epochs, "url": url})
