"""The live curves of a run, with the curves of the previous run as a pale ghost behind them."""

from core.analysis.curve_axes import guess_levels
from core.application import application
from core.experiment.model import Experiment
from core.runs.run_record import Run
from core.teaching.deck import CHANCE
from pages.components.curves.curves import curves
from pages.shell.addresses import live_url
from pages.shell.colours import run_colour
from pages.shell.page_data import held_back

KEY = "curves"  # the key of the element, the same for all runs, so that the browser reuses its charts


def is_comparable(run: Run, previous: Run) -> bool:
    """Return whether two runs have the same data set and loss function, so that a chart can show both."""
    now, before = run.experiment, previous.experiment
    return (before.data.dataset, before.compile.loss) == (now.data.dataset, now.compile.loss)


def draw(run: Run, previous: Run | None) -> None:
    """Draw the live curves of a run. The style of the page sets their height.

    Parameters
    ----------
    run
        The run to draw.
    previous
        The run before this run, or None. See `HistoryQueries.previous`.
    """
    drawn = previous is not None and is_comparable(run, previous)
    curves(
        url=live_url(run),
        epochs=run.experiment.fit.epochs,
        guess=_guess(run.experiment),
        ghost={"events": application().curves_and_advice.points(previous)} if previous is not None and drawn else None,
        ghost_label=f"run {previous.number}" if previous is not None else "",
        ghost_colour=run_colour(previous.number) if previous is not None else 1,
        key=KEY,
        height=None,
    )


def draw_axes(experiment: Experiment) -> None:
    """Draw the axes of the curves before the first run, with the loss and accuracy of random guesses.

    The charts are built while a person reads the page, so that later only the points of the run need to be drawn.

    Parameters
    ----------
    experiment
        The draft, whose values are all allowed.
    """
    curves(url="", epochs=experiment.fit.epochs, guess=_guess(experiment), key=KEY, height=None)


def _guess(experiment: Experiment) -> dict[str, float | None]:
    """Return the loss and accuracy of random guesses, or None for both while a guess of a deck holds them back."""
    levels = guess_levels(experiment)
    return dict.fromkeys(levels) if CHANCE in held_back() else levels
