"""The loss of the draft in pictures: as a valley with a ball, and as a bar; or why there is none."""

from collections.abc import Callable

import streamlit as st

from core.analysis.loss_surface import LossCurve, LossPlane, LossSlice
from core.application import application
from core.catalogue.losses import LOSSES
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment import learning_rates
from core.experiment.model import Experiment
from core.number_text import quantity, rounded
from core.parameters import EntryRef
from core.problems import Problem
from pages.components.learning_rate_ball.learning_rate_ball import learning_rate_ball
from pages.components.loss_bar.loss_bar import loss_bar
from pages.components.optimizer_paths.optimizer_paths import optimizer_paths
from pages.shell import waiting
from pages.shell.messages import plain
from pages.shell.view import View
from pages.widgets.catalogue_entry import first_choice

STEPS = 20  # of the ball
BALL_HEIGHT, MAP_HEIGHT, BAR_HEIGHT = 215, 200, 170  # pixels: as high as the pictures, so that nothing jumps
ONE, EVERYDAY, ALL = "This one", "Everyday", "All"  # whose ways the map shows
STARTING = "Keras is starting; the picture follows in a few seconds …"
PLAIN = (0.97, 1.03)  # as a multiple of plain gradient descent: within, the ball's steps are those


def valley(view: View) -> None:
    """Draw the draft's own loss twice: from the side with a ball, and from above with the ways of optimizers."""
    if reason := why_not(view):
        _no_picture(reason)
        return
    along = application().runs.surfaces.slice(view.experiment, wait=False)
    if isinstance(along, Problem):
        _no_picture(f"{along.happened} {along.fix}")
        return
    side, above = st.columns(2, gap="medium")
    with side, st.container(key="from-the-side"):
        factor = _ball(view.experiment, along)
    with above, st.container(key="from-above"):
        _ways(view.experiment, along)
    if along is not None and factor is not None:
        st.caption(slice_words(view.experiment, along, factor))


def _ball(experiment: Experiment, along: LossSlice | None) -> float | None:
    """The learning rate as a ball on a slice through the loss; returns its factor, see `Surfaces.first_step`."""
    surfaces = application().runs.surfaces
    factor = surfaces.first_step(experiment) if along is not None else None
    if isinstance(factor, Problem):
        _no_picture(f"{factor.happened} {factor.fix}")
    elif along is None or factor is None:
        wait_for(
            lambda: (
                surfaces.slice(experiment, wait=False) is not None
                and (along is None or surfaces.first_step(experiment, wait=False) is not None)
            ),
            "Computing the loss around the initial weights …",
            BALL_HEIGHT,
        )
    else:
        label = "The loss of this draft along the gradient, and a ball that takes steps of the learning rate."
        learning_rate_ball(along, rates=_rates(experiment), factor=factor, label=label, key="ball")
        return factor
    return None


def _ways(experiment: Experiment, along: LossSlice | None) -> None:
    """The ways of the chosen optimizer, and on request of others, over the same loss."""
    surfaces, whose = application().runs.surfaces, st.session_state.get("ways-of", ONE)
    plane = surfaces.plane(experiment, along, wait=False) if along is not None else None
    optimizers = optimizers_of(experiment, whose)
    ways = surfaces.paths(experiment, plane, optimizers) if isinstance(plane, LossPlane) else None
    for answer in (plane, ways):
        if isinstance(answer, Problem):
            _no_picture(f"{answer.happened} {answer.fix}")
            return
    if along is None:
        st.skeleton(height=MAP_HEIGHT)  # the ball waits for the same
    elif isinstance(plane, LossPlane) and isinstance(ways, tuple):
        label = "The same loss from above, the deeper the darker, and the ways of optimizers from the initial weights."
        optimizer_paths(plane, ways, chosen=experiment.compile.optimizer.name, label=label, key="ways")
    else:
        wait_for(
            lambda: (
                isinstance(known := surfaces.plane(experiment, along, wait=False), Problem)
                or (known is not None and surfaces.paths(experiment, known, optimizers, wait=False) is not None)
            ),
            "Letting optimizers run on the loss …",
            MAP_HEIGHT,
            starting="",  # Keras has computed the slice
        )
    st.segmented_control(
        "Optimizers on the map",
        (ONE, EVERYDAY, ALL),
        default=ONE,
        required=True,
        key="ways-of",
        label_visibility="collapsed",  # the title of the map says it
        help="Keras runs each on two directions of this loss, the gradients of two halves of the images, with a first step "
        "as long as with all weights. Others than the chosen one have the learning rate that choosing them sets.",
    )


def optimizers_of(experiment: Experiment, whose: str) -> tuple[EntryRef, ...]:
    """The optimizers on the map: the chosen one with its settings, the others with those that choosing them sets."""
    chosen, everyday = experiment.compile.optimizer, next(iter(OPTIMIZERS.values())).group
    others = [entry for entry in OPTIMIZERS.values() if whose == ALL or (whose == EVERYDAY and entry.group == everyday)]
    return (chosen, *(first_choice(entry) for entry in others if entry.name != chosen.name))


def slice_words(experiment: Experiment, along: LossSlice, factor: float) -> str:
    """What the slice shows, and how long the ball's steps are."""
    shown = (
        f"This draft's own loss on {quantity(along.images, 'training image')}, from the initial weights of "
        f"seed {experiment.fit.seed} straight down the gradient."
    )
    step = "A step is learning rate × slope"
    if not PLAIN[0] <= factor <= PLAIN[1]:
        step += f" × {rounded(factor)}: as far as the first step of {experiment.compile.optimizer.name} goes"
    if learning_rates.schedule_of(experiment) is not None:
        step += f"; the {STEPS} steps are spread over the whole run"
    return f"{shown} {step}."


def _rates(experiment: Experiment) -> list[float]:
    """The learning rate of each of the ball's steps."""
    schedule = learning_rates.schedule_of(experiment)
    if schedule is None:
        return [learning_rates.constant_rate(experiment)] * STEPS
    last = learning_rates.num_updates(experiment) - 1
    return [learning_rates.rate_at(schedule, round(step * last / (STEPS - 1))) for step in range(STEPS)]


def bar(view: View) -> None:
    """Draw the loss of one image as a bar by the probability of its right class."""
    experiment = view.experiment
    if not view.all_allowed:
        st.caption("The loss is drawn once every value is allowed.")
        return
    curve = application().runs.surfaces.curve(experiment)
    if isinstance(curve, Problem):
        _no_picture(f"{curve.happened} {curve.fix}")
    elif isinstance(curve, LossCurve):
        chosen = LOSSES[experiment.compile.loss.name]
        is_logarithm = chosen.trait("guessing_loss") == "log" and not experiment.compile.loss.argument("label_smoothing")
        classes = experiment.data.entry.num_classes
        loss_bar(curve, classes=classes, name=chosen.trait("short"), is_logarithm=is_logarithm, key="loss-bar")
    else:
        surfaces = application().runs.surfaces
        wait_for(lambda: surfaces.curve(experiment, wait=False) is not None, "Computing the loss …", BAR_HEIGHT)


def wait_for(is_there: Callable[[], bool], words: str, height: int, *, starting: str = STARTING) -> None:
    """Keep room for a picture until it is there; the arguments are those of `pages.shell.waiting.wait_for`."""
    waiting.wait_for(is_there, words, height, starting=starting)


def why_not(view: View) -> str:
    """Why the draft's loss cannot be computed, or ""."""
    if view.blocking:
        return f"The draft has a problem: {view.blocking[0].happened} {view.blocking[0].fix}"
    return ""


def _no_picture(reason: str) -> None:
    with st.container(key="no-picture", border=True):
        st.markdown(f":material/landscape: No picture yet. {plain(reason)}")
