"""What Take it away does beside the page: exports that are run and checked, networks that are written for elsewhere."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.application import application
from core.catalogue.backends import DEFAULT, VARIABLE
from core.catalogue.datasets import OWN_IMAGES, folder_of
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.export import model_formats, reproducibility, usage_snippets
from core.export.model_formats import FORMATS, Format, Taken
from core.export.reproducibility import Stamp
from core.export.script import script
from core.files import write_atomically
from core.number_text import accuracy_text, memory_text
from core.problems import Problem
from core.runs.export_jobs import Job, Task
from core.runs.run_record import Run
from pages.run_panels import run_controls
from pages.shell import code_panel, session
from pages.shell.messages import plain, show_problem
from pages.shell.streamlit_patches import draw_anew

LOOK_SECONDS = 0.5  # between two looks at a job
ABOUT = 1e-4  # a larger difference between two probabilities is worth a word


def reproduces(run: Run) -> None:
    """The stamp of the export, the way to get it, and how far that is."""
    key, stamp = f"reproduce-{run.id}", reproducibility.read(_folder(run), run.experiment)
    with st.container(key="reproduces"):
        if stamp is not None and not _is_on(key):
            _stamp(stamp)
        notes = run_controls.notes(run)
        why_not = " ".join(notes) and f"It cannot give the run's numbers: {' '.join(notes)}"
        words = "Run it again" if stamp else "Run the export and compare"
        _button(run, key, words, ":material/verified:", why_not, lambda: _reproduce(run, key))
        if stamp is None and why_not:
            st.caption(plain(why_not))
        elif stamp is None:
            seconds = (run.result or {}).get("seconds") or 0.0
            st.caption(
                "It is run as you would run it, in a process of its own, and takes about as long as the run did: "
                f"{seconds:,.0f} s and a start. All losses and metrics must be equal."
            )
        _job(run, key, "The export could not be run", _epochs)
        _stop(run, key)


def _stamp(stamp: Stamp) -> None:
    day = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(stamp.at))
    accuracy = "" if stamp.accuracy is None else f", test accuracy {accuracy_text(stamp.accuracy)}"
    if stamp.is_same:
        st.success(
            f"It was run on {day}, and all {stamp.numbers:,} numbers are the run's, to the last digit{accuracy}.",
            icon=":material/verified:",
            title="Reproduces",
        )
    else:
        st.warning(
            f"It was run on {day}: {stamp.different:,} of {stamp.numbers:,} numbers differ, by {stamp.largest:.3g} at most; "
            f"the first is the {stamp.where}. {plain(reproducibility.reason(stamp))}",
            title="Does not reproduce to the last digit",
        )


def _reproduce(run: Run, key: str) -> Task:
    code = script(run.experiment, execution=code_panel.execution_of(run))  # no remarks: nobody's words are run
    wanted = json.dumps(reproducibility.expected(run.result or {}))

    def prepare(folder: Path) -> None:
        write_atomically(folder / reproducibility.SCRIPT, lambda path: path.write_text(code, encoding="utf-8"))
        write_atomically(folder / reproducibility.EXPECTED, lambda path: path.write_text(wanted))
        _bring_own(run.experiment, folder)

    arguments = (str(_folder(run)), reproducibility.fingerprint(run.experiment))
    return Task(key, "core.worker.rerun_script", arguments, prepare, {VARIABLE: run.experiment.fit.backend}, *_asker())


def _bring_own(experiment: Experiment, folder: Path) -> None:
    """The file that the script of a person's own pictures reads."""
    name = experiment.data.dataset
    if experiment.data.entry.is_own:
        content = (folder_of(name) / OWN_IMAGES).read_bytes()
        write_atomically(folder / f"{name}.npz", lambda path: path.write_bytes(content))


def _epochs(run: Run, job: Job) -> tuple[float, str]:
    """How far an export is, from the epochs that Keras tells of."""
    told = [line for line in job.lines if line.startswith("Epoch ")]
    if not told:
        return 0.0, "Starting Keras, and loading the data …"
    now = told[-1].removeprefix("Epoch ").partition("/")[0]
    epochs = run.experiment.fit.epochs
    done = int(now) - 1 if now.isdecimal() else 0
    return min(1.0, done / epochs), f"Epoch {min(done + 1, epochs):,} of {epochs:,}"


def models(run: Run) -> None:
    """The trained network as a file, in each format."""
    with st.container(border=True, key="take-model"):
        st.header("The trained network")
        if not (_folder(run) / model_formats.MODEL).is_file():
            st.markdown("The file with this run's weights is gone from the data folder. Train the network again.")
            return
        st.markdown(
            f"Each file is written in a process of its own, loaded again, and asked about {model_formats.COMPARED_IMAGES} "
            f"images; "
            "the largest difference between two probabilities is told."
        )
        for column, one in zip(st.columns(len(FORMATS)), FORMATS.values(), strict=True):
            with column, st.container(key=f"take-{one.name}", height="stretch"):
                _model(run, one)


def _model(run: Run, one: Format) -> None:
    """One format: words on top and buttons at the foot, so that those of all formats stand in line."""
    key, found, missing = f"{one.name}-{run.id}", model_formats.read(_folder(run), one.name), one.missing()
    why_not = (
        f"Not installed here: {', '.join(missing)}. Run `{model_formats.INSTALL}` and start the dashboard again."
        if missing
        else ""
    )
    with st.container(height="stretch"):
        st.markdown(f"**{one.title}**")
        st.caption(one.sentence)
        if found is not None:
            st.markdown(_words(found))
        if why_not:
            st.caption(why_not)
        _job(run, key, f"{one.title} could not be written", _steps)
    path = _folder(run) / one.file
    if found is not None or one.file == model_formats.MODEL:
        st.download_button(
            f"Download {path.name} ({memory_text(path.stat().st_size)})",
            path.read_bytes,
            usage_snippets.file_name(run.number, one.name),
            "application/octet-stream",
            key=f"download-{one.name}",
            icon=":material/download:",
            on_click="ignore",
        )
    words = (
        "Load it again and compare" if one.file == model_formats.MODEL else "Write it anew" if found else "Write and compare"
    )
    _button(run, key, words, ":material/deployed_code:", why_not, lambda: _convert(run, one, key))
    _stop(run, key)
    with st.popover("How to use it", icon=":material/code:"):
        st.markdown(
            f"Beside the downloaded file and a picture of yours, {usage_snippets.PICTURE}. The network takes "
            f"{usage_snippets.expected_pixels(run.experiment.data)}: the snippet brings your picture to that."
        )
        st.code(usage_snippets.snippet(run.experiment, run.number, one.name), language="python")


def _words(found: Taken) -> str:
    if found.difference == 0:
        difference = "no difference at all"
    else:
        much = " That is more than rounding." if found.difference > ABOUT else ""
        difference = f"at most {_small(found.difference)} of difference"
        return f"Loaded again: on {found.images} images, {difference} to {found.against}.{much}"
    return f"Loaded again: on {found.images} images, {difference} to {found.against}."


def _small(value: float) -> str:
    """A number that is near 0, as people write it: "4.8 · 10⁻⁷"."""
    mantissa, exponent = f"{value:.1e}".split("e")
    if int(exponent) > -3:
        return f"{value:.3g}"
    return f"{mantissa} · 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _convert(run: Run, one: Format, key: str) -> Task:
    experiment = dumps(run.experiment)

    def prepare(folder: Path) -> None:
        write_atomically(folder / "experiment.json", lambda path: path.write_text(experiment))

    arguments = (str(_folder(run)), one.name)
    backend = {VARIABLE: DEFAULT}  # which writes all formats, whatever the network was trained on
    return Task(key, "core.worker.export_model", arguments, prepare, backend, *_asker())


def _asker() -> tuple[str, bool]:
    """Who asks for a job, and whether the lecturer does."""
    return session.visitor(), session.is_lecturer()


def _steps(_run: Run, job: Job) -> tuple[float, str]:
    """How far the writing of a network is, from what it says."""
    steps = ("Loading the network", "Writing", "Loading")
    told = [line for line in job.lines if line.startswith(steps)]
    return len(told) / (len(steps) + 1), f"{told[-1] if told else 'Starting Keras'} …"


def _is_on(key: str) -> bool:
    """Whether a job waits or runs."""
    job = application().export_jobs.look(key)
    return job is not None and not job.is_over


def _button(run: Run, key: str, label: str, icon: str, why_not: str, task: Callable[[], Task]) -> None:
    """The button that starts a job; disabled, it says why."""
    if _is_on(key):
        return
    if not session.controls(run):
        why_not = why_not or "Only whoever trained this network, or the lecturer, can start this."
    if full := application().export_jobs.full(session.visitor()):
        why_not = why_not or f"{full.happened} {full.fix}"
    st.button(
        label,
        key=f"start-{key.partition('-')[0]}",
        icon=icon,
        disabled=bool(why_not),
        help=why_not or None,
        on_click=_start,
        args=(task,),
    )


def _start(task: Callable[[], Task]) -> None:
    with session.refusing():  # others may have come first
        application().export_jobs.start(task())


def _job(run: Run, key: str, failed: str, how_far: Callable[[Run, Job], tuple[float, str]]) -> None:
    """How far a job is, or why it came to nothing."""
    job = application().export_jobs.look(key)
    if job is None:
        return
    if not job.is_over:
        share, words = (0.0, _waits(before)) if (before := application().export_jobs.before(key)) else how_far(run, job)
        st.progress(share, words)
    elif job.state == "failed":
        _failed(key, f"{failed}: {job.said or 'it ended without a word'}")
    elif job.state == "stopped":
        st.caption("It was stopped.")


def _stop(run: Run, key: str) -> None:
    """The button that ends a job, for whoever may."""
    if _is_on(key) and session.controls(run):
        name = f"stop-{key.partition('-')[0]}"
        st.button("Stop", key=name, icon=":material/stop:", on_click=application().export_jobs.stop, args=(key,))


def _waits(before: int) -> str:
    """What a job that waits is told: its place."""
    several = "1 export of this server is" if before == 1 else f"{before:,} exports of this server are"
    return f"Waiting: {several} before it. It starts by itself."


def _failed(key: str, happened: str) -> None:
    fix = "Try again; where it fails once more, look for room on the disk, use another format, or take the script."
    problem = Problem("job-failed", (), happened, "Expected it to run through.", fix)
    show_problem(problem, f"job-{key.partition('-')[0]}")


def _folder(run: Run) -> Path:
    return application().runs.folder(run.id)


def is_busy(run: Run) -> bool:
    """Whether a job of a run waits or is on."""
    return any(not job.is_over for job in _jobs_of(run))


def _jobs_of(run: Run) -> list[Job]:
    found = (application().export_jobs.look(f"{name}-{run.id}") for name in ("reproduce", *FORMATS))
    return [job for job in found if job is not None]


def _said(run: Run) -> list[tuple]:
    """All that the page shows of the jobs of a run, to tell whether it has changed."""
    return [(job.key, job.state, application().export_jobs.before(job.key), list(job.lines)) for job in _jobs_of(run)]


@st.fragment(run_every=LOOK_SECONDS)
def look_again(run: Run) -> None:
    """Draw the page anew while a job of the run waits or is on, so that what it says is seen.

    Parameters
    ----------
    run
        The run whose jobs are watched.
    """
    said = _said(run)
    if said != st.session_state.get("job_said"):
        st.session_state["job_said"] = said
        draw_anew()
