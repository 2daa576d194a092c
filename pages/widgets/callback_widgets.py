"""The callbacks of fit: a choice beside the epochs, with the settings and a short description of each."""

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
    """The choice of callbacks and their settings, folded away, with the chosen ones in sight.

    Parameters
    ----------
    experiment
        The draft.
    changeable
        Whether all values of the draft are allowed, so that settings that fit a run can be suggested.
    """
    folded = st.popover("Callbacks", key="callbacks", help="What looks at the numbers after every epoch, and acts.")
    with folded, st.container(width=420, key="callbacks-inside"):
        _settings(experiment, changeable=changeable)
    for callback in _unique_callbacks(experiment):
        values = arguments_with_defaults(callback, CALLBACKS[callback.name])
        st.caption(f"{callback.name} watches {monitor_words(str(values['monitor']))}.")


def _unique_callbacks(experiment: Experiment) -> list[EntryRef]:
    """Each callback once: a check reports one that was chosen twice."""
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
        draft = session.draft().experiment
        kept = {callback.name: callback for callback in _unique_callbacks(draft)}
        names = [name for name in CALLBACKS if name in st.session_state[key]]
        callbacks = tuple(kept.get(name) or suggested_callback(name, draft) for name in names)
        session.edit(set_value(draft, ("fit", "callbacks"), callbacks), by_widget=True)

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
        st.markdown(f"**{entry.name}**: {entry.sentence} [Keras on it]({entry.url})")
        entry_widgets(
            _with_measured_monitors(entry, callback, experiment), ("fit", "callbacks", entry.name), experiment, width=1
        )


def _with_measured_monitors(entry: Entry, callback: EntryRef, experiment: Experiment) -> Entry:
    """A callback entry that offers only the metrics that this run measures, and the one that it watches now."""
    now = arguments_with_defaults(callback, entry)["monitor"]
    parameters = []
    for parameter in entry.parameters:
        if parameter.name == "monitor" and parameter.constraint.is_valid(now):
            options = tuple(dict.fromkeys([*measured_names(experiment), str(now)]))
            parameters.append(replace(parameter, constraint=Choice(options)))
        else:
            parameters.append(parameter)
    return replace(entry, parameters=tuple(parameters))
