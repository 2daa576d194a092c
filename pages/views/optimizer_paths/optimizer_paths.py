"""The loss of the draft from above, as a map with contour lines and the paths of optimizers."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import streamlit as st

from core.application import application
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.model import Experiment
from core.parameters import EntryRef
from core.problems import Problem
from core.views.loss_surface import LossPlaneQuestion
from core.views.optimizer_paths import OptimizerPath, OptimizerPathsQuestion
from core.views.shared.landscape import LossPlane, LossSlice
from pages.components.browser_modules import register
from pages.views.shared.no_picture import no_picture, wait_for
from pages.widgets.catalogue_entry import default_entry

_PATHS = register("optimizer_paths", folder="views/optimizer_paths")
DIGITS = 5  # the decimal places of a position: far finer than a pixel
HEIGHT = 285  # pixels: as high as the picture, so that nothing jumps
CHOSEN, EVERYDAY, ALL = "Chosen", "Everyday", "All"  # the optimizers whose paths the map shows


def draw_draft(experiment: Experiment, along: LossSlice | None) -> None:
    """Draw the map of the loss with the path of the chosen optimizer, and on request the paths of other optimizers."""
    ask, optimizers = application().ask, optimizers_of(experiment, st.session_state.get("ways-of", CHOSEN))
    plane = ask(LossPlaneQuestion(experiment, along), wait=False) if along is not None else None
    ways = ask(OptimizerPathsQuestion(experiment, plane, optimizers)) if isinstance(plane, LossPlane) else None
    for answer in (plane, ways):
        if isinstance(answer, Problem):
            no_picture(answer)
            return
    if along is None:
        st.skeleton(height=HEIGHT)  # the ball waits for the same
    elif isinstance(plane, LossPlane) and isinstance(ways, tuple):
        _PATHS(key="ways", data=_data(plane, ways, experiment.compile.optimizer.name))
    else:
        wait_for(
            lambda: (
                isinstance(known := ask(LossPlaneQuestion(experiment, along), wait=False), Problem)
                or (known is not None and ask(OptimizerPathsQuestion(experiment, known, optimizers), wait=False) is not None)
            ),
            "Letting optimizers run on the loss …",
            HEIGHT,
            starting="",  # Keras has computed the slice
        )
    st.segmented_control(
        "Optimizers on the map",
        (CHOSEN, EVERYDAY, ALL),
        default=CHOSEN,
        required=True,
        key="ways-of",
        label_visibility="collapsed",  # the title of the map says the same
        help="Keras runs each on two directions of this loss, the gradients of two halves of the images, with a first step "
        "as long as with all weights. All but the chosen optimizer have the learning rate that choosing them sets.",
    )


def optimizers_of(experiment: Experiment, whose: str) -> tuple[EntryRef, ...]:
    """Return the optimizers on the map: the chosen optimizer with its settings, and others with default settings."""
    chosen, everyday = experiment.compile.optimizer, next(iter(OPTIMIZERS.values())).group
    others = [entry for entry in OPTIMIZERS.values() if whose == ALL or (whose == EVERYDAY and entry.group == everyday)]
    return (chosen, *(default_entry(entry) for entry in others if entry.name != chosen.name))


def _data(plane: LossPlane, paths: Sequence[OptimizerPath], chosen: str) -> dict[str, Any]:
    """Return the map and the paths in the form that the component reads.

    The path of the optimizer `chosen` is drawn thick.
    """
    return {
        "across": [plane.across[0], plane.across[-1]],
        "up": [plane.up[0], plane.up[-1]],
        "losses": [[_finite(loss) for loss in row] for row in plane.losses],
        "paths": [
            {
                "name": path.name,
                "points": [[round(across, DIGITS), round(up, DIGITS), _finite(loss)] for across, up, loss in path.points],
                "hasLeft": path.has_left,
            }
            for path in paths
        ],
        "chosen": chosen,
        "label": "The same loss from above, the deeper the darker, and the paths of optimizers from the initial weights.",
    }


def _finite(loss: float) -> float | None:
    return round(loss, DIGITS) if isfinite(loss) else None
