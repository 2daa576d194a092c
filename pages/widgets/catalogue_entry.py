"""Widgets for a choice from the catalogue, such as an optimizer or a loss, and for its arguments."""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from core.catalogue import Entry
from core.experiment.edits import get_value, set_value
from core.experiment.model import CATALOGUES, NESTED, Experiment, is_allowed, resolve_short_name
from core.parameters import EntryChoice, EntryRef, Parameter, unwrap_optional
from core.problems import ExperimentPath, Problem
from pages.shell import session
from pages.shell.messages import show_problems
from pages.widgets.parameter import parameter_widget

ALL_SETTINGS = "all_settings"  # in session state: whether the settings of layers are unfolded, by depth


def entry_choice(part: str, catalogue: Mapping[str, Entry], experiment: Experiment, label: str) -> None:
    """Draw a list of all optimizers or losses. A newly chosen entry starts with default arguments.

    Parameters
    ----------
    part
        "optimizer" or "loss".
    catalogue
        The entries of the catalogue, by name.
    experiment
        The draft.
    label
        The label of the widget.
    """
    key = f"compile/{part}#{session.revision()}"
    names = tuple(catalogue)
    chosen = getattr(experiment.compile, part).name
    reason = session.why_locked("compile")
    st.selectbox(
        label,
        names,
        index=names.index(chosen),
        key=key,
        help=reason or catalogue[chosen].sentence,
        disabled=bool(reason),
        on_change=_choose_entry,
        args=(part, key, catalogue),
    )


def few_entries_choice(part: str, catalogue: Mapping[str, Entry], experiment: Experiment, label: str) -> None:
    """Draw the most common entries of a catalogue as buttons, and the others behind a button More.

    The arguments are those of `entry_choice`.
    """
    key, more_key = f"compile/{part}#{session.revision()}", f"compile/more-{part}#{session.revision()}"
    chosen = getattr(experiment.compile, part).name
    everyday = next(iter(catalogue.values())).group
    few = tuple(name for name, entry in catalogue.items() if entry.group == everyday or name == chosen)
    others = tuple(name for name in catalogue if name not in few)
    reason = session.why_locked("compile")
    st.segmented_control(
        label,
        few,
        default=chosen,
        required=True,
        key=key,
        help=reason or None,
        disabled=bool(reason),
        on_change=_choose_entry,
        args=(part, key, catalogue),
    )
    with st.popover("More", type="tertiary", key=f"more-{part}", help=f"All {len(catalogue)} of Keras."):
        st.radio(
            f"More: {label.lower()}",
            others,
            index=None,
            captions=[catalogue[name].sentence for name in others],
            key=more_key,
            help=reason or None,
            disabled=bool(reason),
            on_change=_choose_entry,
            args=(part, more_key, catalogue),
        )


def _choose_entry(part: str, key: str, catalogue: Mapping[str, Entry]) -> None:
    if session.is_stale_event(key):
        return
    session.change(set_value, ("compile", part), default_entry(catalogue[st.session_state[key]]))


def default_entry(entry: Entry) -> EntryRef:
    """Return a newly chosen entry with its first arguments.

    A learning rate is always written out, since everyone changes the rate.
    """
    rate = entry.parameter("learning_rate")
    return EntryRef(entry.name, (("learning_rate", entry.trait("try_learning_rate", rate.default)),) if rate else ())


def entry_widgets(  # noqa: PLR0913 - a value for each part of the widgets
    entry: Entry,
    path: ExperimentPath,
    experiment: Experiment,
    *,
    width: int = 3,
    but: tuple[str, ...] = (),
    problems: Sequence[Problem] = (),
) -> None:
    """Draw widgets for the arguments of an entry: the important arguments first, and the others in an expander.

    Parameters
    ----------
    entry
        The chosen entry.
    path
        The path of the choice in the experiment.
    experiment
        The draft.
    width
        The number of widgets side by side.
    but
        Arguments that are shown elsewhere.
    problems
        The problems of the entry. Each is drawn below its setting, so that the settings do not move.
    """
    first = [parameter for name in entry.first if name not in but and (parameter := entry.parameter(name)) is not None]
    others = [parameter for parameter in entry.parameters if parameter.name not in (*entry.first, *but)]
    if not entry.parameters:
        st.caption(f"{entry.name} has nothing to set.")
    _in_columns(first, path, experiment, width)
    folded_away = tuple(problem for problem in problems if _is_about(problem, others, path))
    show_problems(tuple(problem for problem in problems if problem not in folded_away), f"of-{'-'.join(path)}")
    if others:
        key = f"others:{'/'.join(path)}"
        kept = f"{ALL_SETTINGS}:{len(path)}" if path[0] == "layers" else key
        if kept != key and key not in st.session_state:
            st.session_state[key] = st.session_state.get(kept, False)  # folded as for the layer that was selected before
        with st.expander(f"All settings ({len(others)} more)", key=key, on_change="rerun") as folded:
            if kept != key:
                st.session_state[kept] = bool(folded.open)
            if folded.open:
                _in_columns(others, path, experiment, width)
    show_problems(folded_away, f"of-others-{'-'.join(path)}")


def _is_about(problem: Problem, parameters: Sequence[Parameter], path: ExperimentPath) -> bool:
    return any(problem.concerns(*path, "arguments", parameter.name) for parameter in parameters)


def _in_columns(parameters: list[Parameter], path: ExperimentPath, experiment: Experiment, width: int) -> None:
    for start in range(0, len(parameters), width):
        row = parameters[start : start + width]
        for column, parameter in zip(st.columns(width), row, strict=False):
            with column:
                parameter_widget(parameter, (*path, "arguments", parameter.name), experiment)
        for parameter in row:
            if isinstance(unwrap_optional(parameter.constraint), EntryChoice):
                _nested_widgets(parameter, (*path, "arguments", parameter.name), experiment, width)


def _nested_widgets(parameter: Parameter, path: ExperimentPath, experiment: Experiment, width: int) -> None:
    """Draw the settings of an argument that is itself an entry, such as an initializer or a wrapped layer."""
    value, kind = get_value(experiment, path), NESTED[parameter.name]
    chosen = resolve_short_name(value, kind) if is_allowed(value, parameter) else None
    entry = CATALOGUES[kind][chosen.name] if chosen else None
    if entry is None or not entry.parameters:
        return
    with st.container(key=f"card-nested:{'/'.join(path)}", border=True, gap="small"):
        st.caption(f"**{parameter.label}**: {entry.sentence} [Keras on {entry.name}]({entry.url})")
        entry_widgets(entry, path, experiment, width=width)


def show_formula(formula: str) -> None:
    """Draw a formula of the catalogue. Each equation gets a line of its own, so that no equation is cut off."""
    equations = re.split(r",\s*\\quad", formula)
    st.latex(r"\begin{gathered}" + r" \\ ".join(equations) + r"\end{gathered}" if len(equations) > 1 else formula)
