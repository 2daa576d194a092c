"""A choice of the catalogue as widgets: the entry, and all its settings."""

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
    """A list of all optimizers or losses; another choice starts with new arguments.

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
    """The everyday entries of a catalogue, and the others behind "More", side by side in a horizontal container.

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
    with st.popover("More", icon=":material/add:", key=f"more-{part}", help=f"All {len(catalogue)} of Keras."):
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
    session.edit(set_value(session.draft().experiment, ("compile", part), first_choice(catalogue[st.session_state[key]])))


def first_choice(entry: Entry) -> EntryRef:
    """An entry as it is when a person chooses it. A learning rate is written out, since everyone changes it."""
    rate = entry.parameter("learning_rate")
    return EntryRef(entry.name, (("learning_rate", entry.trait("try_learning_rate", rate.default)),) if rate else ())


def entry_widgets(  # noqa: PLR0913 - each is one thing that it shows
    entry: Entry,
    path: ExperimentPath,
    experiment: Experiment,
    *,
    width: int = 3,
    but: tuple[str, ...] = (),
    problems: Sequence[Problem] = (),
) -> None:
    """Widgets for the arguments of a chosen entry: the important ones, then the others folded away.

    Parameters
    ----------
    entry
        The choice.
    path
        The path of the choice in the experiment.
    experiment
        The draft.
    width
        The number of widgets side by side.
    but
        Arguments that are shown elsewhere.
    problems
        The problems of the entry; they stand below the settings that they are about, which so stay in their place.
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
            st.session_state[key] = st.session_state.get(kept, False)  # as it was for the layer selected before
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
    """The settings of a nested choice: the spread of an initializer, the units of a layer in a wrapper."""
    value, kind = get_value(experiment, path), NESTED[parameter.name]
    chosen = resolve_short_name(value, kind) if is_allowed(value, parameter) else None
    entry = CATALOGUES[kind][chosen.name] if chosen else None
    if entry is None or not entry.parameters:
        return
    with st.container(key=f"nested:{'/'.join(path)}", border=True, gap="small"):
        st.caption(f"**{parameter.label}**: {entry.sentence} [Keras on {entry.name}]({entry.url})")
        entry_widgets(entry, path, experiment, width=width)


def show_formula(formula: str) -> None:
    """A formula of the catalogue, with each equation on a line of its own, so that none is cut off."""
    equations = re.split(r",\s*\\quad", formula)
    st.latex(r"\begin{gathered}" + r" \\ ".join(equations) + r"\end{gathered}" if len(equations) > 1 else formula)
