"""An early picture of a network's decision border: its first epochs are shown while the later epochs are trained."""

from core.engine.inspector import Inspector
from core.problems import Problem
from core.views.border import BorderNetSettings, BorderQuestion, BorderTraining, EarlyBorderQuestion


def best_known_border(inspector: Inspector, net: BorderNetSettings) -> tuple[BorderTraining | Problem | None, bool]:
    """Return a network's decision border, and whether the border covers the whole training or only the first epochs.

    If no answer is known, a short training of the first epochs is requested before the whole training, so that a first
    picture appears soon. The border is None if no answer arrives within a moment.

    Parameters
    ----------
    inspector
        The inspector, which asks the worker process.
    net
        The network. Its values must be allowed.
    """
    is_known = inspector.known(BorderQuestion(net)) is not None
    early = None if is_known else inspector.ask(EarlyBorderQuestion(net))
    whole = inspector.ask(BorderQuestion(net), wait=False)
    return (early, False) if whole is None and isinstance(early, BorderTraining) else (whole, whole is not None)
