"""The page Runs: all runs as rows or as a table, and below them a run in detail or several runs side by side."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from math import exp

import pandas as pd
import streamlit as st

from core.application import application
from core.csv_text import as_text
from core.glossary.drawings import DASHES, RIGHT, Chart, svg, text
from core.number_text import accuracy_text, loss_text, quantity, seconds_text
from core.runs.comparison import Outcome, Row, compare, matches, rows, table_csv
from core.runs.history import previous_run
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.drawing.drawing import drawing
from pages.frame import page_layout
from pages.run_panels import set_table
from pages.run_panels.compare_charts import overlay, repeats_card
from pages.run_panels.details import details, undo_delete
from pages.run_panels.server_queue import server_queue
from pages.shell import session
from pages.shell.colours import RUNS
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view
from pages.shell.runs_in_view import runs_since
from pages.shell.streamlit_patches import ColumnConfig
from pages.shell.waiting import wait_for_states
from pages.views.run_rows.run_rows import run_rows
from pages.widgets.run_picker import chosen_runs, clear, select_runs, table_key, update_choice

ABOUT_SEVERAL = "Every run is kept until you delete it. Press a run to look at it; tick several to see them side by side."
ABOUT_FEW = "Every run is kept until you delete it. Change something and train a second run, to compare the two."
CURVES = "Small curves: accuracy by epoch, on the validation set if there is one. All have the same scale."
RUNS_ON_A_PAGE = 50
NEWEST_FIRST = "Newest first"
OF_KEPT = " of the weights that the run kept; while it trains, after its last epoch."
FILTERED_FROM = 2  # the number of runs from which the table has filters
AS_TABLE = "runs-as-table"  # in session state: whether the runs stand in a table
ROWS = "runs-rows"
ROWS_IN_SIGHT = 5  # further rows scroll, since the details of a run stand below the rows
CURVE = "curve"  # the column with a drawing
# The title and the meaning of each column, and how its values are shown: a format, or a function, as on all other pages.
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
TYPED = ("name", "note")  # the columns with words that a person typed
WIDTHS = {"name": 150, "change": 230, CURVE: 110, "note": 200}  # in pixels: other columns are as wide as their contents


def filtered(table: list[Row]) -> list[Row]:
    """Draw the filters of the table, and return the rows that pass the filters, in the chosen order.

    A single run has no filters.
    """
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
    """Draw the choice of a column that sorts all pages of the table.

    A click on a column's title sorts only the visible page.
    """
    titles = {name: title for name, (title, _, _) in COLUMNS.items() if name != CURVE}
    names = [NEWEST_FIRST, *titles]
    return st.selectbox("Sort all by", names, format_func=lambda name: titles.get(name, name), key="runs-order")


def _sorted(table: list[Row], name: str) -> list[Row]:
    """Sort rows by a column: texts from A to Z, numbers falling, losses and seconds rising, and empty values last."""
    there = [row for row in table if getattr(row, name) not in (None, "")]
    words = any(isinstance(getattr(row, name), str) for row in there)
    falling = not words and name not in ("loss", "best_loss", "seconds")
    ordered = sorted(there, key=lambda row: getattr(row, name), reverse=falling)
    return [*ordered, *(row for row in table if getattr(row, name) in (None, ""))]


def page_of_runs(table: list[Row]) -> list[Row]:
    """Return the rows on the open page of the table, and draw the page buttons if the table has several pages."""
    count = max(1, -(-len(table) // RUNS_ON_A_PAGE))
    wanted = next((position for position, row in enumerate(table) if row.run in chosen_runs()), 0)
    turned = st.session_state.get("runs-page", wanted // RUNS_ON_A_PAGE + 1)
    st.session_state["runs-page"] = page = min(turned, count)  # a filter leaves fewer
    first = (page - 1) * RUNS_ON_A_PAGE
    if count > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="runs-foot"):
            page = st.pagination(count, key="runs-page")
            first = (page - 1) * RUNS_ON_A_PAGE
            last = min(first + RUNS_ON_A_PAGE, len(table))
            st.caption(f"{first + 1:,} to {last:,} of {len(table):,} runs", width="stretch")
    return table[first : first + RUNS_ON_A_PAGE]


def draw_runs(outcomes: Sequence[Outcome]) -> set[str]:
    """Draw the runs as rows or as a table. Return the ids of the visible runs.

    Parameters
    ----------
    outcomes
        The outcomes of all runs, the newest first.
    """
    by_id = {outcome.run.id: outcome for outcome in outcomes}
    if best := application().results.best_words(outcomes):
        with st.container(key="runs-best"):
            st.markdown(escape_markdown(best))
    with st.container(horizontal=True, vertical_alignment="center", key="runs-kind"):
        as_table = choose_table()
        if not as_table:
            st.caption(CURVES)
    if not as_table:
        shown = [by_id[row.run] for row in page_of_runs(rows(outcomes))]
        draw_rows(shown, outcomes)
        return {outcome.run.id for outcome in shown}
    left = filtered(rows(outcomes))
    above = st.container(key="runs-table")
    visible = page_of_runs(left)
    with above:
        draw_table(visible, [by_id[row.run].curve("accuracy") for row in visible])
    with st.container(horizontal=True, vertical_alignment="bottom", key="runs-selection"):
        chosen_runs_field([outcome.run for outcome in outcomes])
        csv_button(left)
    return {row.run for row in visible}


def choose_table() -> bool:
    """Draw a switch that shows all numbers of the runs as a table, and return its value."""
    return st.toggle(
        "Table of all numbers",
        key=AS_TABLE,
        persist_state="session",
        help="To find, sort and save the runs, with every number of each.",
    )


def draw_rows(shown: Sequence[Outcome], known: Sequence[Outcome]) -> None:
    """Draw the runs as rows, each with its result and its comparison with the previous run."""
    ids = [outcome.run.id for outcome in shown]

    def choose() -> None:
        ticked = getattr(st.session_state[ROWS], "chosen", None)
        if isinstance(ticked, list):
            select_runs(run_id for run_id in ticked if run_id in ids)

    with st.container(key=f"runs-room-{min(len(shown), ROWS_IN_SIGHT)}"):
        run_rows(
            application().results.summaries(shown, known),
            chosen=chosen_runs(),
            key=ROWS,
            on_chosen=choose,
            label="Your runs, the newest first",
        )


def csv_button(table: list[Row]) -> None:
    """Draw the button that downloads the table as CSV."""
    st.download_button(
        "Table as CSV",
        table_csv(table).encode("utf-8-sig"),  # with a byte order mark, or Excel assumes another encoding
        file_name="runs.csv",
        mime="text/csv",
        key="runs-csv",
        icon=":material/download:",
        on_click="ignore",
        help="All that the filters leave, on all pages.",
    )


def draw_table(shown: list[Row], drawn: Sequence[Sequence[float | None]]) -> None:
    """Draw the table of runs, with a curve in each row.

    Rows are selected by click or keyboard, and empty columns are left out.
    """
    if not shown:
        st.info("No run is left: change the words in Find, or the states.")
    content = pd.DataFrame([asdict(row) for row in shown], columns=list(COLUMNS))
    for name in TYPED:
        content[name] = content[name].map(as_text)  # the table on the screen can be saved as CSV, too
    content[CURVE] = [list(values) for values in drawn]
    filled = [name for name in COLUMNS if any(value not in (None, "", []) for value in content[name].tolist())]
    content["started"] = pd.to_datetime(content["started"], unit="s", utc=True)
    selected = [position for position, row in enumerate(shown) if row.run in chosen_runs()]
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
    update_choice([row.run for row in shown], [shown[position].run for position in event.selection.rows])


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


def chosen_runs_field(known: Sequence[Run]) -> None:
    """Draw the selected runs in a multiselect field, for keyboard users and for runs on other pages of the table."""
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
    """Compare several runs: their differences in words, their curves in shared charts, and their metrics on each set."""
    with st.container(border=True, key="card-runs-compared"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"{len(several)} runs side by side", width="stretch")
            st.button("Clear selection", key="runs-clear", icon=":material/deselect:", on_click=clear)
        if hidden:
            words = "is" if hidden == 1 else "are"
            st.caption(f"{hidden} of them {words} on another page of the table, or hidden by the filter.")
        first, *others = sorted(several, key=lambda outcome: outcome.run.number)  # the words say how later runs changed
        st.markdown("\n".join(f"- {escape_markdown(compare(other, first))}" for other in others))
        overlay(several)
        set_table.card(several)
        repeats_card(several)


def runs_in_sight(outcomes: Sequence[Outcome], opened: Run | None) -> Sequence[Outcome]:
    """Return the runs of the open lesson or challenge, with the run that a link opened. Elsewhere, return all runs.

    Where a lesson hides earlier runs, a switch shows them. Else "Run 3 is best" could name a run that is no part of the
    lesson, and its rows would be compared with runs of another task.
    """
    own = [outcome for outcome in outcomes if outcome.run.created >= runs_since().deck or outcome.run == opened]
    hidden = len(outcomes) - len(own)
    if not hidden:
        return outcomes
    shows_all = st.toggle(
        f"Show the {quantity(hidden, 'run')} from before too",
        key="runs-from-before",
        persist_state="session",
        help="The page shows the runs since you began this lesson, challenge or lab.",
    )
    return outcomes if shows_all else own


def empty() -> None:
    with st.container(border=True, key="card-empty"):
        st.header("No run here yet" if runs_since().deck else "No run yet")
        st.markdown("Press **Train** below. Every run is kept here, with its numbers, and can be compared with the others.")
        drawing(_two_runs(), key="two-runs")


def _two_runs() -> str:
    """Return a drawing of the accuracy of two runs, of which the second is higher."""

    def rise(top: float) -> Callable[[float], float]:
        return lambda epoch: top * (1 - exp(-epoch / 2))

    chart = Chart((0, 10), (0, 1))
    parts = [chart.axes("epochs", "accuracy")]
    for name, top, colour, dashes in (("run 1", 0.7, RUNS[0], DASHES), ("run 2", 0.92, RUNS[1], "")):
        parts += [chart.curve(rise(top), colour, dashes), text(RIGHT, chart.at(10, top)[1] - 7, name, anchor="end")]
    return svg("The accuracy of two runs over their epochs", *parts)


def draw_foreign_run(run: Run) -> None:
    """Draw another visitor's run that was opened by a link."""
    with st.container(horizontal=True, vertical_alignment="center", key="runs-other"):
        st.caption("Somebody else's run, which a link led to: to look at and to replay.", width="stretch")
        st.button("Close it", key="runs-close", icon=":material/close:", on_click=_close)
    details(application().results.outcome(run), None)


def _close() -> None:
    st.session_state.pop("run", None)
    st.query_params.pop("run", None)


view = current_view()
place = st.container(key="runs-heading")
outcomes = runs_in_sight(application().results.outcomes(session.visitor()), view.run)
with place:
    page_layout.heading("Runs", ABOUT_SEVERAL if len(outcomes) > 1 else ABOUT_FEW)
linked = view.run if view.run is not None and view.run.visitor != session.visitor() else None
undo_delete()
server_queue()
if outcomes:
    by_id = {each.run.id: each for each in outcomes}
    if view.run is not None and view.run.id in by_id:
        st.session_state.setdefault("runs_chosen", [view.run.id])
    visible = draw_runs(outcomes)
    picked = [by_id[run_id] for run_id in chosen_runs() if run_id in by_id]
    if len(outcomes) == 1 and linked is None:
        picked = list(outcomes)
    if unfinished := {each.run.id: each.run.state for each in outcomes if not each.run.is_over}:
        wait_for_states(unfinished)
    if len(picked) > 1:
        side_by_side(picked, sum(each.run.id not in visible for each in picked))
    elif picked:
        older = previous_run(picked[0].run, [each.run for each in outcomes])
        details(picked[0], by_id[older.id] if older else None, has_row=True, has_title=len(outcomes) > 1)
    elif linked is None:
        st.info("Press a run to look at it. Tick several to see them side by side.")
elif linked is None:
    empty()
if linked is not None and not chosen_runs():
    draw_foreign_run(linked)
page_layout.draw_engine_footer()
