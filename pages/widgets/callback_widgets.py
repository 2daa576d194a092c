"""The callbacks of `fit`: their choice, their settings and a short description."""

from dataclasses import replace

import streamlit as st

from core.catalogue import Entry
from core.catalogue.callbacks import CALLBACKS
from core.checks.training import measured_names, suggested_callback
from core.experiment.descriptions import monitor_words
from core.experiment.edits import set_value
from core.experiment.model import Experiment, arguments_with_defaults
from core.parameters import Choice, EntryRef
from pages.shell import session
from pages.widgets.catalogue_entry import entry_widgets


def choose_callbacks(experiment: Experiment, *, changeable: bool) -> None:
    """Draw the choice of callbacks and their settings in a popover, and the chosen callbacks below the button.

    Parameters
    ----------
    experiment
        The draft.
    changeable
        Whether all values of the draft are allowed, so that settings that fit a run can be suggested.
    """
    folded = st.popover("Callbacks", key="callbacks", help="Callbacks read the numbers after every epoch, and act.")
    with folded, st.container(width=420, key="callbacks-inside"):
        _settings(experiment, changeable=changeable)
    for callback in _unique_callbacks(experiment):
        values = arguments_with_defaults(callback, CALLBACKS[callback.name])
        st.caption(f"{callback.name} watches {monitor_words(str(values['monitor']))}.")


def _unique_callbacks(experiment: Experiment) -> list[EntryRef]:
    """Return the draft's callbacks without repetitions. A check reports a callback that was chosen twice."""
    unique: dict[str, EntryRef] = {}
    for callback in experiment.fit.callbacks:
        unique.setdefault(callback.name, callback)
    return list(unique.values())


def _settings(experiment: Experiment, *, changeable: bool) -> None:
    key = f"fit/callbacks#{session.revision()}"
    chosen = _unique_callbacks(experiment)

    def changed() -> None:
        if session.is_stale_event(key):
            return
        session.change(_with_callbacks, tuple(st.session_state[key]), by_widget=True)

    st.pills(
        "Callbacks",
        tuple(CALLBACKS),
        default=[callback.name for callback in chosen],
        selection_mode="multi",
        key=key,
        disabled=not changeable or bool(session.why_locked("fit")),
        on_change=changed,
        help=session.why_locked("fit") or "They look at the numbers after every epoch, and act.",
    )
    if not chosen:
        for entry in CALLBACKS.values():
            st.markdown(f"**{entry.name}**: {entry.sentence}")
    for callback in chosen:
        entry = CALLBACKS[callback.name]
        st.markdown(f"**{entry.name}**: {entry.sentence} [Keras on {entry.name}]({entry.url})")
        entry_widgets(
            _with_measured_monitors(entry, callback, experiment), ("fit", "callbacks", entry.name), experiment, width=1
        )


def _with_callbacks(experiment: Experiment, chosen: tuple[str, ...]) -> Experiment:
    kept = {callback.name: callback for callback in _unique_callbacks(experiment)}
    names = [name for name in CALLBACKS if name in chosen]
    callbacks = tuple(kept.get(name) or suggested_callback(name, experiment) for name in names)
    return set_value(experiment, ("fit", "callbacks"), callbacks)


def _with_measured_monitors(entry: Entry, callback: EntryRef, experiment: Experiment) -> Entry:
    """Return a callback's catalogue entry whose `monitor` offers only the metrics that the run measures, and its value."""
    now = arguments_with_defaults(callback, entry)["monitor"]
    parameters = []
    for parameter in entry.parameters:
        if parameter.name == "monitor" and parameter.constraint.is_valid(now):
            options = tuple(dict.fromkeys([*measured_names(experiment), str(now)]))
            parameters.append(replace(parameter, constraint=Choice(options)))
        else:
            parameters.append(parameter)
    return replace(entry, parameters=tuple(parameters))
