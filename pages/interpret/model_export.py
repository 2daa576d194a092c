"""The exports on Take away: repeat the exported script to check its numbers, and write the network in other formats."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st

from core.application import application
from core.catalogue.backends import BACKENDS
from core.export import model_formats, reproducibility, usage_snippets
from core.export.model_formats import FORMATS, ExportedModel, Format
from core.export.reproducibility import ExportRunResult
from core.number_text import accuracy_text, memory_text, moment_text, power_of_ten
from core.problems import Problem
from core.runs.run_exports import RERUN
from core.runs.run_record import Run
from pages.components.drawing.drawing import drawing
from pages.interpret.take_away_drawings import DRAWINGS, SIZE
from pages.shell import session
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.streamlit_patches import rerun

ButtonKind = Literal["primary", "secondary", "tertiary"]
LOOK_SECONDS = 0.5  # between two checks of a job
MOST_ROUNDING = 1e-4  # the page comments on a larger difference between two probabilities


def reproduction_card(run: Run) -> None:
    """Draw whether the exported script reproduced the run, the button that runs the script, and its progress."""
    results, exports = application().results, application().exports
    stamp, is_on = results.stamp(run), exports.is_on(run, RERUN)
    is_task = session.is_deck_open() and session.may_have_primary_button() and stamp is None
    with (
        st.container(key="reproduces"),
        st.expander(
            "Optional: does the script give the same numbers?",
            expanded=is_task or is_on or stamp is not None or exports.job(run, RERUN) is not None,
        ),
    ):
        if stamp is not None and not is_on:
            _stamp(stamp, run)
        differences = " ".join(results.differences(run))
        why_not = differences and f"It cannot give the run's numbers: {differences}"
        words = "Run it again" if stamp else "Run the export and compare"
        _button(run, RERUN, words, ":material/verified:", why_not, kind="primary" if is_task else "secondary")
        if stamp is None and why_not:
            st.caption(escape_markdown(why_not))
        elif stamp is None:
            start = BACKENDS[run.experiment.fit.backend].start_seconds
            seconds = start + ((run.result or {}).get("seconds") or 0.0)
            st.caption(
                "The server runs the script and compares all losses and metrics. That takes roughly "
                f"{seconds:,.0f} s, {start} s of them to start Keras."
            )
        _job(run, RERUN, "The export could not be run")
        _stop(run, RERUN)


def _stamp(stamp: ExportRunResult, run: Run) -> None:
    """Draw the result of a comparison. The accuracy on the test set is written only if its seal is broken."""
    day, is_open = moment_text(stamp.at), run.test_is_open
    accuracy = f", test accuracy {accuracy_text(stamp.accuracy)}" if is_open and stamp.accuracy is not None else ""
    if stamp.is_same:
        st.success(
            f"It was run on {day}, and all {stamp.numbers:,} numbers are the run's, to the last digit{accuracy}.",
            icon=":material/verified:",
            title="Reproduces",
        )
    else:
        st.warning(
            f"It was run on {day}: {stamp.different:,} of {stamp.numbers:,} numbers differ, by {stamp.largest:.3g} at most; "
            f"the first is the {stamp.where}. {escape_markdown(reproducibility.mismatch_reason(stamp))}",
            title="Does not reproduce to the last digit",
        )
    if stamp.last:
        rows = [f"| {words} | {_digits(value)} | {_digits(exported)} |" for words, value, exported in stamp.last]
        st.markdown("\n".join(["| | Run | Script |", "|---|---|---|", *rows]))


def _digits(value: float | None) -> str:
    """Write a number with all of its digits, so that two numbers can be compared to the last one."""
    return "none" if value is None else repr(value).replace("-", "−")


@contextmanager
def draw_beside_picture(picture: str, key: str) -> Iterator[None]:
    """Draw a small picture, and place the elements of the `with` block beside the picture."""
    with st.container(key=f"drawn-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=SIZE[0]):
            drawing(picture, key=f"take-drawing-{key}")
        with st.container(width="stretch", gap="xxsmall"):
            yield


def formats_card(run: Run) -> None:
    """Draw the downloads of the trained network, in each file format."""
    with st.container(border=True, key="card-take-model"):
        st.header("The trained network")
        if not application().results.model(run):
            st.markdown("The file with this run's weights is gone from the data folder. Train the network again.")
            return
        st.markdown(
            "A button below writes the network in its format, checks that the file answers "
            f"{model_formats.COMPARED_IMAGES} images as the network does, and then offers it for download."
        )
        for column, model_format in zip(st.columns(len(FORMATS)), FORMATS.values(), strict=True):
            with column, st.container(key=f"take-{model_format.name}", height="stretch"):
                _model(run, model_format)


def _model(run: Run, model_format: Format) -> None:
    """Draw a file format: its description on top and its buttons at the bottom, so that all formats have aligned buttons."""
    written, missing = application().exports.taken(run, model_format.name), model_format.missing()
    why_not = (
        f"Not installed here: {', '.join(missing)}. Run `{model_formats.INSTALL}` and start the dashboard again."
        if missing
        else ""
    )
    with st.container(height="stretch"):
        with draw_beside_picture(DRAWINGS[model_format.drawn_as](), model_format.name):
            st.markdown(f"**{model_format.title}**")
            st.caption(model_format.sentence)
        if written is not None:
            st.markdown(_words(written))
        if why_not:
            st.caption(why_not)
        _job(run, model_format.name, f"{model_format.title} could not be written")
    path = application().exports.file(run, model_format)
    can_be_downloaded = written is not None or model_format.file == model_formats.MODEL
    if can_be_downloaded:
        st.download_button(
            f"Download {path.name} ({memory_text(path.stat().st_size)})",
            path.read_bytes,
            usage_snippets.file_name(run.number, model_format.name),
            "application/octet-stream",
            key=f"download-{model_format.name}",
            icon=":material/download:",
            on_click="ignore",
        )
    else:
        _button(run, model_format.name, f"Get {path.name}", ":material/download:", why_not)
        _stop(run, model_format.name)
    with st.container(key=f"take-more-{model_format.name}", horizontal=True):
        if can_be_downloaded:
            words = "Load and compare" if model_format.file == model_formats.MODEL else "Write it anew"
            _button(run, model_format.name, words, ":material/deployed_code:", why_not, kind="tertiary")
            _stop(run, model_format.name)
        with st.popover("How to use it", type="tertiary", icon=":material/code:"):
            st.markdown(
                f"Beside the downloaded file and a picture of yours, {usage_snippets.PICTURE}. The network takes "
                f"{usage_snippets.expected_pixels(run.experiment.data)}: the snippet brings your picture to that."
            )
            st.code(usage_snippets.snippet(run.experiment, run.number, model_format.name), language="python")


def _words(written: ExportedModel) -> str:
    if written.difference == 0:
        difference = "no difference at all"
    else:
        comment = " That is more than rounding." if written.difference > MOST_ROUNDING else ""
        difference = f"at most {_small(written.difference)} of difference"
        return f"Loaded again: on {written.images} images, {difference} to {written.against}.{comment}"
    return f"Loaded again: on {written.images} images, {difference} to {written.against}."


def _small(value: float) -> str:
    return f"{value:.3g}" if float(f"{value:.1e}") >= 0.01 else power_of_ten(value, 2)


def _button(  # noqa: PLR0913 - a value for each part of the button
    run: Run, name: str, label: str, icon: str, why_not: str, *, kind: ButtonKind = "secondary"
) -> None:
    """Draw the button that starts an export. The tooltip of a disabled button gives the reason."""
    exports = application().exports
    if exports.is_on(run, name):
        return
    if not session.control_role(run):
        why_not = why_not or "Only whoever trained this network, or the lecturer, can start this."
    if full := exports.jobs.full(session.visitor(), is_lecturer=session.is_lecturer()):
        why_not = why_not or f"{full.happened} {full.fix}"
    st.button(
        label,
        key=f"start-{name}",
        type=kind,
        icon=icon,
        disabled=bool(why_not),
        help=why_not or None,
        on_click=_start,
        args=(run, name),
    )


def _start(run: Run, name: str) -> None:
    with session.catch_refusal():  # other visitors may have filled the queue
        application().exports.start(run, name, session.visitor(), is_lecturer=session.is_lecturer())


def _job(run: Run, name: str, failed: str) -> None:
    """Draw the progress of an export, or the reason why the export failed."""
    job = application().exports.job(run, name)
    if job is None:
        return
    if not job.is_over:
        st.progress(*application().exports.progress(run, name))
    elif job.state == "failed":
        _failed(name, f"{failed}: {job.said or 'it ended without a word'}")
    elif job.state == "stopped":
        st.caption("It was stopped.")


def _stop(run: Run, name: str) -> None:
    """Draw the button that stops an export, if the visitor may stop the export."""
    exports = application().exports
    if exports.is_on(run, name) and session.control_role(run):
        st.button("Stop", key=f"stop-{name}", icon=":material/stop:", on_click=exports.stop, args=(run, name))


def _failed(name: str, happened: str) -> None:
    fix = "Try again; where it fails once more, look for room on the disk, use another format, or take the script."
    problem = Problem("job-failed", (), happened, "Expected it to run through.", fix)
    show_problem(problem, f"job-{name}")


def is_busy(run: Run) -> bool:
    """Return whether an export of a run is waiting or running."""
    return any(application().exports.is_on(run, name) for name in (RERUN, *FORMATS))


@st.fragment(run_every=LOOK_SECONDS)
def watch_exports(run: Run) -> None:
    """Rerun the page whenever an export of the run makes progress.

    Parameters
    ----------
    run
        The run whose jobs are watched.
    """
    shown = application().exports.shown(run)
    if shown != st.session_state.get("job_said"):
        st.session_state["job_said"] = shown
        rerun()
