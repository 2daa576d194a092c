"""Widgets for the values of parameters, with a kind of widget for each constraint."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.experiment.edits import get_value, set_value
from core.experiment.model import CATALOGUES, PIXEL_RANGES, Experiment, resolve_short_name
from core.parameters import (
    BooleanValue,
    Choice,
    EntryChoice,
    EntryRef,
    Integer,
    Integers,
    Optional,
    Padding,
    Parameter,
    PerAxisInteger,
    Real,
    RealOrRange,
    Reals,
    unwrap_optional,
)
from core.problems import ExperimentPath, quoted
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.widgets.text_parsing import as_text, read_number_or_pair, read_numbers, read_padding, read_reals

FEW_OPTIONS = 4  # shown side by side: more options go into a list
ROOM_CHARACTERS = 30  # characters that fit side by side, with four more for each option
RANGE_TEXTS = {name: f"{low:g} to {high:g}".replace("-", "−") for name, (low, high) in PIXEL_RANGES.items()}
NO_VALUE = "none"  # the text of an empty choice


def parameter_widget(parameter: Parameter, path: ExperimentPath, experiment: Experiment, *, label: str = "") -> None:
    """Draw a widget for a value of the draft. When the widget changes, the draft changes.

    Parameters
    ----------
    parameter
        The parameter to choose a value of.
    path
        The path of the value in the experiment.
    experiment
        The draft.
    label
        A label to show instead of the parameter's own.
    """
    key = f"{'/'.join(path)}#{session.revision()}"
    name = label or parameter.label
    unit = f" ({parameter.unit})" if parameter.unit and parameter.unit not in name.lower() else ""
    reason = session.why_locked(path[0])
    common = {"label": name + unit, "help": reason or parameter.help, "key": key, "disabled": bool(reason)}
    constraint, value = parameter.constraint, get_value(experiment, path)
    allowed = unwrap_optional(constraint)
    is_refused, refused = not constraint.is_valid(value), value
    if is_refused:  # most widgets cannot show a refused value
        value = parameter.default

    def when_changed(read: Callable[[Any], Any]) -> dict:
        return {"on_change": _changed, "args": (path, key, read, restarts)}

    # A new data set changes other values too, and a new choice has other arguments. Their widgets must start again.
    restarts = path == ("data", "dataset") or isinstance(allowed, EntryChoice)
    common_fields = (parameter, value, isinstance(constraint, Optional), common, when_changed)
    DRAW[type(allowed)](allowed, Widget(*common_fields, refused if is_refused else None))
    if is_refused:
        now = refused.name if isinstance(refused, EntryRef) else refused
        st.caption(f":material/error: Now {escape_markdown(quoted(now))}, which is not allowed: choose another value.")


def session_widget(parameter: Parameter, key: str) -> Any:
    """Draw a widget for a value outside the draft. The session keeps the value.

    Parameters
    ----------
    parameter
        The parameter to choose a value of. Its constraint must allow its default.
    key
        The key of the widget. Each value needs a key of its own.

    Returns
    -------
    Any
        The current value, which is always an allowed value, even if the browser sends another.
    """
    constraint, kept = parameter.constraint, f"value-of-{key}"
    value = st.session_state.get(kept, parameter.default)
    value = value if constraint.is_valid(value) else parameter.default
    allowed = unwrap_optional(constraint)
    unit = f" ({parameter.unit})" if parameter.unit else ""
    common = {"label": parameter.label + unit, "help": parameter.help, "key": key}

    def store(read: Callable[[Any], Any]) -> None:
        st.session_state[kept] = read(st.session_state[key])

    def when_changed(read: Callable[[Any], Any]) -> dict:
        return {"on_change": store, "args": (read,)}

    DRAW[type(allowed)](allowed, Widget(parameter, value, isinstance(constraint, Optional), common, when_changed))
    return value


def session_widgets(parameters: Sequence[Parameter], key: str) -> dict[str, Any]:
    """Draw a `session_widget` for each parameter, and return the values by the parameters' names.

    Numbers stand in two columns, and choices take the whole width.
    """
    columns, wide = st.columns(2) if len(parameters) > 1 else [st.container()], st.container()
    values, count = {}, 0
    for parameter in parameters:
        is_choice = isinstance(parameter.constraint, Choice)
        with wide if is_choice else columns[count % len(columns)]:
            values[parameter.name] = session_widget(parameter, f"{key}-{parameter.name}")
        count += not is_choice
    return values


def _changed(path: ExperimentPath, key: str, read: Callable[[Any], Any], restarts: bool) -> None:
    """Set a value of the draft when its widget has changed. `read` converts the widget's value to the experiment's value."""
    if session.is_stale_event(key):
        return
    session.change(set_value, path, read(st.session_state[key]), by_widget=not restarts)


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Widget:
    """The data for a widget of any kind."""

    parameter: Parameter
    value: Any  # the value in the draft
    optional: bool  # whether the field may be left empty
    common: dict  # label, help, key and the lock, as arguments of Streamlit
    when_changed: Callable[[Callable[[Any], Any]], dict]  # from a function that reads the widget's value to `on_change`
    refused: Any = None  # the draft's value if the constraint refuses the value, so that `value` is the default

    @property
    def placeholder(self) -> str | None:
        """The placeholder text of an empty widget."""
        constraint = self.parameter.constraint
        return constraint.nothing if isinstance(constraint, Optional) else None


def _draw_integer(inner: Integer, widget: Widget) -> None:
    empty = widget.optional and widget.value is None
    st.number_input(
        **widget.common,
        min_value=inner.low,
        max_value=inner.high,
        value=_at_first(widget, widget.value if empty or inner.is_valid(widget.value) else widget.parameter.default),
        step=inner.step,
        placeholder=widget.placeholder,
        **widget.when_changed(_same),
    )


def _draw_real(inner: Real, widget: Widget) -> None:
    usual, value = widget.parameter.usual, widget.value
    if usual and not widget.optional and usual[-1] >= 100 * usual[0] > 0:
        refused = widget.refused
        if isinstance(refused, int | float) and not isinstance(refused, bool) and abs(refused) <= sys.float_info.max:
            value = float(refused)  # the slider stands at the true value
        options = sorted({*_decades(inner, usual), value})
        st.select_slider(
            **widget.common, options=options, value=value, format_func="{:g}".format, **widget.when_changed(_same)
        )
    elif usual and not widget.optional and inner.high <= 1 and all(_on_grid(number) for number in (*usual, value)):
        top = inner.high - 0.05 if inner.high_open else inner.high
        st.slider(
            **widget.common,
            min_value=inner.low + 0.05 if inner.low_open else inner.low,
            max_value=top,
            value=min(float(value), top),
            step=0.05,
            **widget.when_changed(lambda number: round(number, 2)),
        )
    else:
        st.number_input(
            **widget.common,
            min_value=float(inner.low),
            max_value=float(inner.high),
            value=_at_first(widget, None if value is None else float(value)),
            step=_step(value),
            format="%g",
            placeholder=widget.placeholder,
            **widget.when_changed(_same),
        )


def _at_first(widget: Widget, value: float | None) -> float | None:
    """Return the initial value for a number field, or None for a field that may be empty.

    With an initial value, Streamlit would not let a person empty the field. So the value of such a field is set in session
    state, in each script run. After two quick script runs, the browser receives only the values of the last run. If that run
    had not set the value, the browser would report an empty field.
    """
    if not widget.optional:
        return value
    st.session_state[widget.common["key"]] = value
    return None


def _decades(inner: Real, usual: tuple) -> list[float]:
    """Return the options 1, 3, 10, 30 …, from a tenth of the smallest usual value to ten times the largest, and 0."""
    values, step = [0.0], usual[0] / 10
    while step <= usual[-1] * 10:
        values += [float(f"{step:.6g}"), float(f"{3 * step:.6g}")]
        step *= 10
    return [value for value in values if inner.is_valid(value)]


def _on_grid(value: float) -> bool:
    """Return whether a value is a multiple of 0.05, so that a slider in such steps can show the value."""
    return abs(value * 20 - round(value * 20)) < 1e-9


def _step(value: float | None) -> float:
    """Return the step of a number field's arrow keys: a tenth of the value's order of magnitude."""
    if not value:
        return 0.01
    return float(f"1e{math.floor(math.log10(abs(value))) - 1}")


def _draw_choice(inner: Choice, widget: Widget) -> None:
    options = (NO_VALUE, *inner.options) if widget.optional else inner.options
    shown = NO_VALUE if widget.value is None else widget.value
    changed = widget.when_changed(lambda option: None if option == NO_VALUE else option)
    if len(options) <= FEW_OPTIONS and sum(len(option) + 4 for option in options) <= ROOM_CHARACTERS:
        changed["format_func"] = lambda option: RANGE_TEXTS.get(option, option)
        st.segmented_control(**widget.common, options=options, default=shown, required=True, **changed)
    else:
        st.selectbox(**widget.common, options=options, index=options.index(shown), **changed)


def _draw_named(named: EntryChoice, widget: Widget) -> None:
    """Draw a list of catalogue entries, such as initializers. The settings of the chosen entry come from `entry_widgets`."""
    catalogue = CATALOGUES[named.kind]
    names = tuple((catalogue[name].trait("short") or (name,))[0] for name in named.options)
    options = (NO_VALUE, *names) if widget.optional else names
    chosen = resolve_short_name(widget.value, named.kind)
    shown = NO_VALUE if chosen is None else names[named.options.index(chosen.name)]

    def read(name: str) -> Any:
        if name == NO_VALUE:
            return None
        entry = catalogue[named.options[names.index(name)]]
        required = tuple(
            (parameter.name, parameter.default) for parameter in entry.parameters if parameter.name in entry.required
        )
        return name if name in named.short else EntryRef(entry.name, required)

    st.selectbox(**widget.common, options=options, index=options.index(shown), **widget.when_changed(read))


def _draw_switch(_inner: BooleanValue, widget: Widget) -> None:
    st.toggle(**widget.common, value=bool(widget.value), **widget.when_changed(_same))


def _draw_numbers(inner: PerAxisInteger | Integers, widget: Widget) -> None:
    single, value = isinstance(inner, PerAxisInteger), widget.value
    if single and isinstance(value, tuple) and len(set(value)) == 1:
        value = value[0]
    _draw_text(widget, value, lambda typed: read_numbers(typed, single=single))


def _draw_margins(inner: Padding, widget: Widget) -> None:
    _draw_text(widget, widget.value, lambda typed: read_padding(typed, inner.count))


def _draw_reals(_inner: Reals, widget: Widget) -> None:
    _draw_text(widget, widget.value, read_reals)


def _draw_span(inner: RealOrRange, widget: Widget) -> None:
    _draw_text(widget, widget.value, lambda typed: read_number_or_pair(typed, single=inner.single))


def _draw_text(widget: Widget, value: Any, read: Callable[[str], Any]) -> None:
    st.text_input(**widget.common, value=as_text(value), placeholder=widget.placeholder, **widget.when_changed(read))


DRAW: dict[type, Callable[[Any, Widget], None]] = {
    Integer: _draw_integer,
    Real: _draw_real,
    Choice: _draw_choice,
    BooleanValue: _draw_switch,
    PerAxisInteger: _draw_numbers,
    Integers: _draw_numbers,
    Reals: _draw_reals,
    Padding: _draw_margins,
    RealOrRange: _draw_span,
    EntryChoice: _draw_named,
}
