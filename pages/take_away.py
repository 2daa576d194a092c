"""The page Take away: downloads of a run as a notebook, a script, a model file, or a report to hand in."""

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.export.notebook import notebook, script_sections, script_with_comments
from core.export.report import html
from core.runs.run_record import Run
from pages.components.drawing.drawing import drawing
from pages.datasets.user_dataset_list import file_button
from pages.frame import page_layout
from pages.interpret import model_export, report_data
from pages.interpret.evaluated_sets import draw_missing_results
from pages.interpret.take_away_drawings import notebook_drawing, page_drawing, phone_drawing
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view, run_counts

KINDS = {"ipynb": "application/x-ipynb+json", "py": "text/x-python", "html": "text/html"}


def code_card(run: Run) -> None:
    """Draw the downloads of notebook and script, and whether the script reproduces the run's numbers."""
    results = application().results
    several = script_sections(run.experiment, results.differences(run), results.execution(run), run_counts(run))
    with st.container(border=True, key="card-take-code", height="stretch"):
        with model_export.draw_beside_picture(notebook_drawing(), "code"):
            st.header("The code")
            st.markdown(
                f"The five steps of run {run.number}, each explained. Take the notebook if you are new: Colab opens it."
            )
        with st.container(horizontal=True):
            _download(
                run, notebook(run.title, several), "ipynb", "Notebook (.ipynb)", help_="In Colab: File, Upload notebook."
            )
            _download(run, script_with_comments(run.title, several), "py", "Script (.py)")
            if run.experiment.data.entry.is_own:
                file_button(run.experiment.data.entry, "take-away")
        model_export.reproduction_card(run)


def _download(run: Run, text: str, ending: str, label: str, *, help_: str | None = None) -> None:
    """Draw a download button. A button with a help text is the recommended download, and so primary outside decks."""
    st.download_button(
        label,
        text,
        f"run-{run.number}.{ending}",
        KINDS[ending],
        key=f"take-{ending}",
        icon=":material/download:",
        type="primary" if help_ and not session.is_deck_open() else "secondary",  # tasks of decks compare numbers
        help=help_,
        on_click="ignore",
    )


def report_card(run: Run) -> None:
    """Draw the download of the report to hand in."""
    with st.container(border=True, key="card-take-report", height="stretch"):
        tested = "" if run.test_is_open else " The test set is not in it: it is still sealed, and that is fine."
        with model_export.draw_beside_picture(page_drawing(), "report"):
            st.header("A page to hand in")
            st.markdown(f"Data, network, curves, matrix, mistakes and code in one file.{tested}")
        st.download_button(
            "Report (.html)",
            lambda: html(report_data.report(run)),
            f"run-{run.number}.html",
            KINDS["html"],
            key="take-html",
            icon=":material/download:",
            on_click="ignore",
        )


def example() -> None:
    """Draw example pictures of the files that a run produces."""
    pictures = {"Notebook": notebook_drawing, "Network": phone_drawing, "Report": page_drawing}
    with st.container(horizontal=True, gap="small", key="take-example"):
        for number, (words, picture) in enumerate(pictures.items()):
            with st.container(width=96, gap="small", horizontal_alignment="center"):
                drawing(picture(), key=f"take-example-{number}")
                st.caption(words, width="content")


view = current_view()
page_layout.heading("Take away", "What you built is yours: run it elsewhere, put it on a phone, hand it in.")
run = view.run
if run is None or not run.is_over or not run.result:
    draw_missing_results(run, "Nothing to take away yet", "It can be taken away", example)
else:
    was_busy = model_export.is_busy(run)  # read first: the export may end while the page is drawn
    st.caption(f"{escape_markdown(run.title)}: {sentence(run.experiment, run_counts(run))}")
    code, report = st.columns(2)
    with code:
        code_card(run)
    with report:
        report_card(run)
    model_export.formats_card(run)
    if was_busy:
        model_export.watch_exports(run)
