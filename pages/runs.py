"""Runs: all runs in one table; one run in detail, or several side by side."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from math import exp

import pandas as pd
import streamlit as st

from core.application import application
from core.glossary.drawings import DASHES, RIGHT, Chart, svg, text
from core.number_text import accuracy_text, loss_text, seconds_text
from core.runs.comparison import Outcome, Row, compare, matches, rows, table_csv
from core.runs.history import previous
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.drawing.drawing import drawing
from pages.run_panels import set_table
from pages.run_panels.compare_charts import COLOURS, overlay, repeats_card
from pages.run_panels.details import details, undo_delete
from pages.shell import page_layout, session
from pages.shell.messages import plain
from pages.shell.streamlit_patches import ColumnConfig
from pages.shell.view import current_view
from pages.shell.waiting import wait_for_states
from pages.widgets.run_picker import chosen_runs, clear, select_runs, table_key, update_choice

RUNS_ON_A_PAGE = 50
NEWEST_FIRST = "Newest first"
OF_KEPT = " of the weights that the run kept; while it trains, after its last epoch."
FILTERED_FROM = 2  # runs
CURVE = "curve"  # the column with a drawing
# Of each column its title, what it means, and how its values are shown: a format, or a function, as on all other pages.
COLUMNS = {
    "number": ("Run", "Counted from your first one.", "%d"),
    "name": ("Name", "Select one run to name it.", None),
    "state": ("State", "What became of it.", None),
    "change": ("Change", "What differs from the run before.", None),
    CURVE: ("Curve", "Accuracy after each epoch, of the validation set where one was kept aside.", None),
    "accuracy": ("Val. accuracy", f"Validation accuracy{OF_KEPT}", accuracy_text),
    "best_accuracy": ("Best", "The highest validation accuracy after any epoch.", accuracy_text),
    "loss": ("Val. loss", f"Validation loss{OF_KEPT}", loss_text),
    "best_loss": ("Lowest", "The lowest validation loss after any epoch.", loss_text),
    "epochs": ("Epochs", "How many were completed.", "%d"),
    "seconds": ("Took", "Seconds of training.", seconds_text),
    "parameters": ("Parameters", "How many weights and biases the network has.", "localized"),
    "test_accuracy": ("Test accuracy", "Only where the test set is open.", accuracy_text),
    "started": ("Started", "When it was put in the queue.", "D MMM YYYY, HH:mm"),
    "note": ("Note", "Select one run to note something down.", None),
}
WIDTHS = {"name": 150, "change": 230, CURVE: 110, "note": 200}  # pixels; the others are as wide as their contents


def filtered(table: list[Row]) -> list[Row]:
    """The runs that the filters leave, in the order that is wanted; a single run needs no filter."""
    if len(table) < FILTERED_FROM:
        return table
    with st.container(horizontal=True, vertical_alignment="bottom", key="runs-filters"):
        text = st.text_input("Find", placeholder="Name, note or change", key="runs-find", icon=":material/search:")
        known = list(dict.fromkeys(row.state for row in table))
        words = [state.word for state in STATES.values() if state.word in known]
        states = st.multiselect("State", words, placeholder="All states", key="runs-states")
        order = _order() if len(table) > RUNS_ON_A_PAGE else NEWEST_FIRST
    left = [row for row in table if (not states or row.state in states) and matches(row, text or "")]
    return left if order == NEWEST_FIRST else _sorted(left, order)


def _order() -> str:
    """By which column to sort, over all pages; a click on a column's title sorts one page."""
    titles = {name: title for name, (title, _, _) in COLUMNS.items() if name != CURVE}
    names = [NEWEST_FIRST, *titles]
    return st.selectbox("Sort all by", names, format_func=lambda name: titles.get(name, name), key="runs-order")


def _sorted(table: list[Row], name: str) -> list[Row]:
    """By one column: words from A to Z, numbers from the highest, but losses and seconds from the lowest; gaps last."""
    there = [row for row in table if getattr(row, name) not in (None, "")]
    words = any(isinstance(getattr(row, name), str) for row in there)
    falling = not words and name not in ("loss", "best_loss", "seconds")
    ordered = sorted(there, key=lambda row: getattr(row, name), reverse=falling)
    return [*ordered, *(row for row in table if getattr(row, name) in (None, ""))]


def draw_pages(table: list[Row], known: Mapping[str, Outcome]) -> list[Row]:
    """Draw the table a page at a time, with buttons to turn; return the visible rows. `known` has the outcome of each."""
    own = st.container(key="runs-table")
    count = max(1, -(-len(table) // RUNS_ON_A_PAGE))
    wanted = next((place for place, row in enumerate(table) if row.run in chosen_runs()), 0)
    turned = st.session_state.get("runs-page", wanted // RUNS_ON_A_PAGE + 1)
    st.session_state["runs-page"] = page = min(turned, count)  # a filter leaves fewer
    first = (page - 1) * RUNS_ON_A_PAGE
    if count > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="runs-foot"):
            page = st.pagination(count, key="runs-page")
            first = (page - 1) * RUNS_ON_A_PAGE
            last = min(first + RUNS_ON_A_PAGE, len(table))
            st.caption(f"{first + 1:,} to {last:,} of {len(table):,} runs", width="stretch")
    shown = table[first : first + RUNS_ON_A_PAGE]
    with own:
        draw_table(shown, [known[row.run].curve("accuracy") for row in shown])
    return shown


def csv_button(table: list[Row]) -> None:
    """Draw the button that saves the table."""
    st.download_button(
        "Table as CSV",
        table_csv(table).encode("utf-8-sig"),  # with its mark, or Excel takes it for another encoding
        file_name="runs.csv",
        mime="text/csv",
        key="runs-csv",
        icon=":material/download:",
        on_click="ignore",
        help="All that the filters leave, on all pages.",
    )


def draw_table(shown: list[Row], drawn: Sequence[Sequence[float | None]]) -> None:
    """The table, with a curve for each row; rows are chosen by click or keyboard. A column that is empty is left out."""
    if not shown:
        st.info("No run is left: change the words in Find, or the states.")
    content = pd.DataFrame([asdict(row) for row in shown], columns=list(COLUMNS))
    content[CURVE] = [list(values) for values in drawn]
    filled = [name for name in COLUMNS if any(value not in (None, "", []) for value in content[name].tolist())]
    content["started"] = pd.to_datetime(content["started"], unit="s", utc=True)
    selected = [place for place, row in enumerate(shown) if row.run in chosen_runs()]
    digest = hashlib.sha256(" ".join(row.run for row in shown).encode()).hexdigest()[:12]
    event = st.dataframe(
        content.style.format({name: shape for name, (_, _, shape) in COLUMNS.items() if callable(shape)}, na_rep=""),
        hide_index=True,
        column_config={name: _column(name) for name in COLUMNS},
        column_order=filled,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": selected}},
        key=f"runs-table-{table_key()}-{digest}",
        placeholder="",
        alt=f"Your runs: {len(shown):,} of them, one a row",
    )
    update_choice([row.run for row in shown], [shown[place].run for place in event.selection.rows])


def _column(name: str) -> ColumnConfig:
    title, meaning, shape = COLUMNS[name]
    if callable(shape):
        return st.column_config.NumberColumn(title, help=meaning)
    if name == CURVE:
        return st.column_config.LineChartColumn(title, help=meaning, width=WIDTHS[name], y_min=0, y_max=1)
    if name == "started":
        return st.column_config.DatetimeColumn(title, help=meaning, format=shape, timezone=st.context.timezone)
    if shape is None:
        return st.column_config.TextColumn(title, help=meaning, width=WIDTHS.get(name))
    return st.column_config.NumberColumn(title, help=meaning, format=shape, pinned=name == "number" or None)


def selected_ones(known: Sequence[Run]) -> None:
    """The chosen runs in a field: for keys alone, and for those on other pages of the table."""
    titles = {run.id: run.title for run in known}
    st.session_state["runs-selected"] = [run_id for run_id in chosen_runs() if run_id in titles]
    st.multiselect(
        "Selected",
        list(titles),
        format_func=lambda run_id: titles.get(run_id, ""),
        key="runs-selected",
        placeholder="None yet: tick boxes above, or type a number or a name",
        on_change=lambda: select_runs(st.session_state["runs-selected"]),
    )


def side_by_side(several: Sequence[Outcome], hidden: int) -> None:
    """Several runs: their curves in one chart, and what differs."""
    with st.container(border=True, key="runs-compared"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"{len(several)} runs side by side", width="stretch")
            st.button("Clear selection", key="runs-clear", icon=":material/deselect:", on_click=clear)
        if hidden:
            words = "is" if hidden == 1 else "are"
            st.caption(f"{hidden} of them {words} on another page of the table, or hidden by the filter.")
        first, *others = several
        st.markdown("\n".join(f"- {plain(compare(other, first))}" for other in others))
        overlay(several)
        set_table.card(several)
        repeats_card(several)


def empty() -> None:
    with st.container(border=True, key="empty"):
        st.header("No run yet")
        st.markdown("Press **Train** below. Every run is kept here, with its numbers, and can be compared with the others.")
        drawing(_two_runs(), key="two-runs")


def _two_runs() -> str:
    """Two runs, of which the second one reaches further."""

    def rise(top: float) -> Callable[[float], float]:
        return lambda epoch: top * (1 - exp(-epoch / 2))

    chart = Chart((0, 10), (0, 1))
    parts = [chart.axes("epochs", "accuracy")]
    for name, top, colour, dashes in (("run 1", 0.7, COLOURS[1], DASHES), ("run 2", 0.92, COLOURS[0], "")):
        parts += [chart.curve(rise(top), colour, dashes), text(RIGHT, chart.at(10, top)[1] - 7, name, anchor="end")]
    return svg("The accuracy of two runs over their epochs", *parts)


def lookers_on(run: Run) -> None:
    """A run of somebody else, which a link led to."""
    with st.container(horizontal=True, vertical_alignment="center", key="runs-other"):
        st.caption("Somebody else's run, which a link led to: to look at and to replay.", width="stretch")
        st.button("Close it", key="runs-close", icon=":material/close:", on_click=_close)
    details(application().results.outcome(run), None)


def _close() -> None:
    st.session_state.pop("run", None)
    st.query_params.pop("run", None)


view = current_view()
with st.container(key="heading", gap=None):
    st.title("Runs")
    st.caption("Every run is kept. Select one to look at it, or several to see them side by side.")

outcomes = application().results.outcomes(session.visitor())
linked = view.run if view.run is not None and view.run.visitor != session.visitor() else None
undo_delete()
if outcomes:
    by_id = {one.run.id: one for one in outcomes}
    if view.run is not None and linked is None:
        st.session_state.setdefault("runs_chosen", [view.run.id])
    left = filtered(rows(outcomes))
    visible = {row.run for row in draw_pages(left, by_id)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="runs-selection"):
        selected_ones([one.run for one in outcomes])
        csv_button(left)
    picked = [by_id[run_id] for run_id in chosen_runs() if run_id in by_id]
    if unfinished := {one.run.id: one.run.state for one in outcomes if not one.run.is_over}:
        wait_for_states(unfinished)
    if len(picked) > 1:
        side_by_side(picked, sum(one.run.id not in visible for one in picked))
    elif picked:
        older = previous(picked[0].run, [one.run for one in outcomes])
        details(picked[0], by_id[older.id] if older else None)
    elif linked is None:
        st.info("Select a run by its box, or several. By keyboard: the arrow keys and Shift+Space, or the field above.")
elif linked is None:
    empty()
if linked is not None and not chosen_runs():
    lookers_on(linked)
page_layout.engine_foot()
