"""The accuracy of a run as a small curve."""

from pages.components.browser_modules import register

_ACCURACY_CURVE = register("accuracy_curve", folder="views/network")


def accuracy_curve(url: str, epochs: int, *, key: str) -> None:
    """Draw the accuracy of a run as a curve that grows while the run trains.

    Parameters
    ----------
    url
        The path of the run's event stream.
    epochs
        The number of epochs of the run.
    key
        The key of the element.
    """
    _ACCURACY_CURVE(key=key, data={"url": url, "epochs": epochs})
