"""The settings of training that several pages share."""

from dataclasses import replace

import streamlit as st

from core.application import application
from core.catalogue.backends import BACKENDS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.execution import execution_sentence, steps_sentence
from core.experiment.learning_rates import RATE, schedule_of
from core.experiment.model import DATA, FIT, Experiment
from pages.widgets.callback_widgets import choose_callbacks
from pages.widgets.catalogue_entry import entry_choice
from pages.widgets.learning_rate import describe_schedule
from pages.widgets.parameter import parameter_widget


def main_controls(experiment: Experiment, *, changeable: bool) -> None:
    """Draw the five main settings: learning rate, optimizer, epochs, batch size and training images.

    Parameters
    ----------
    experiment
        The draft.
    changeable
        Whether all values of the draft are allowed, so that a planned learning rate can be described.
    """
    rate, schedule = OPTIMIZERS[experiment.compile.optimizer.name].parameter("learning_rate"), schedule_of(experiment)
    if schedule is not None:
        describe_schedule(experiment, schedule, drawable=changeable)
    elif rate is not None:
        parameter_widget(rate, RATE, experiment)
    entry_choice("optimizer", OPTIMIZERS, experiment, "Optimizer")
    parameter_widget(FIT["epochs"], ("fit", "epochs"), experiment)
    parameter_widget(FIT["batch_size"], ("fit", "batch_size"), experiment)
    parameter_widget(DATA["train_images"], ("data", "train_images"), experiment, label="Training images")


def further_controls(experiment: Experiment, *, changeable: bool) -> None:
    """Draw the further settings of `fit` in popovers: callbacks, the seed, and the execution of the steps."""
    choose_callbacks(experiment, changeable=changeable)
    with st.popover("Seed and speed", key="speed", help="The start of chance, and the execution of the steps."):
        parameter_widget(FIT["seed"], ("fit", "seed"), experiment)
        parameter_widget(FIT["mode"], ("fit", "mode"), experiment)
        parameter_widget(FIT["backend"], ("fit", "backend"), experiment)
        describe_backends(experiment)
        if changeable:
            execution = application().checks.execution(experiment)
            st.caption(execution_sentence(experiment, execution))
            if BACKENDS[experiment.fit.backend].several_steps:
                st.caption(steps_sentence(execution))


def describe_backends(experiment: Experiment) -> None:
    """Describe the chosen backend, and how to install the backends that are missing."""
    chosen = BACKENDS.get(experiment.fit.backend)
    if chosen is not None:
        st.caption(chosen.sentence + ("" if chosen.has_fast_mode else f" On {chosen.title}, the mode changes nothing."))
    for backend in (backend for backend in BACKENDS.values() if backend != chosen):
        other = replace(experiment, fit=replace(experiment.fit, backend=backend.name))
        for problem in application().checks.backend_problems(other):
            st.caption(f"{problem.happened} {problem.fix}")
