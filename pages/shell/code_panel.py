"""The code beside a page: the script of the run that the page shows, or of the draft."""

import difflib

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.export.script import script
from core.runs.drafts import Draft
from core.runs.run_record import Run
from pages.components.code_view.code_view import code_view
from pages.datasets import user_dataset_list
from pages.shell import session

HEIGHT = 560  # pixels
RUN, DRAFT = "run", "draft"
SEEN = "code_seen"  # in session state: the visit to a page, the run that the page shows, and the draft at that time


def panel(draft: Draft, run: Run | None, *, has_run: bool, all_allowed: bool, height: int = HEIGHT) -> None:
    """Draw the script under the name of its run or of the draft; a folded script is one line.

    Parameters
    ----------
    draft
        The visitor's draft.
    run
        The run that the page is about; None where it is about the draft.
    has_run
        Whether there is a run at all, whose code this could be taken for.
    all_allowed
        Whether every value of the draft is allowed, so that it has a script.
    height
        The height of the box, in pixels.
    """
    is_open = draft.code_open
    if run is not None:
        begins_with = DRAFT if _is_changed_here(run, draft.experiment) else RUN
        if run.experiment != draft.experiment and (_choose(run, begins_with) if is_open else begins_with) == DRAFT:
            run = None
    if run is not None:
        text, title = application().results.script(run), f"The code of {session.name_of(run)}"
        _box(text, (), title, f"run-{run.number}.py", height if is_open else None)
    elif all_allowed:
        text, marked = _draft_script(draft)
        _box(text, marked, "The code of your draft" if has_run else "", "experiment.py", height if is_open else None)
    else:
        st.caption("The code is shown once every value is allowed.")
        return
    data = (run.experiment if run is not None else draft.experiment).data.entry
    if is_open and data.is_own:
        user_dataset_list.file_button(data, "code")


def _is_changed_here(run: Run, draft: Experiment) -> bool:
    """Whether the draft was changed on this page since the page shows this run; then a person looks for their change."""
    visit, now = st.session_state["visit"], dumps(draft)
    seen = st.session_state.get(SEEN)
    if seen is None or seen[:2] != (visit, run.id):
        st.session_state[SEEN] = seen = (visit, run.id, now)
    return bool(seen[2] != now)


def _choose(run: Run, begins_with: str) -> str:
    """Whose code is shown where both make sense."""
    with st.container(key="code-whose", horizontal=True, vertical_alignment="center", gap="small"):
        titles = {RUN: session.name_of(run).capitalize(), DRAFT: "Your draft"}
        whose = st.segmented_control(
            "Whose code",
            tuple(titles),
            default=begins_with,
            format_func=titles.__getitem__,
            required=True,
            key=f"code-of-{run.id}-{st.session_state['visit']}-{begins_with}",
            label_visibility="collapsed",
        )
        st.button(
            "Open as draft",
            key="code-open-draft",
            icon=":material/edit:",
            help=session.OPEN_AS_DRAFT,
            on_click=session.open_as_draft,
            args=(run,),
        )
    return whose or begins_with


def _draft_script(draft: Draft) -> tuple[str, tuple[int, ...]]:
    """Return the draft's script, and the indexes of the lines that the last edit changed."""
    before, execution = draft.before, application().runs.checks.execution(draft.experiment)
    text = script(draft.experiment, execution=execution)
    return text, changed_lines(script(before, execution=execution), text) if before else ()


def _box(text: str, marked: tuple[int, ...], title: str, file_name: str, height: int | None) -> None:
    """Draw the script in a box of a height in pixels; None folds it to one line."""
    lines = text.splitlines()
    if height is not None:
        step = f"# {st.session_state['page_title']}"
        focus = lines.index(step) if step in lines else None
        named = {"title": title, "file_name": file_name}
        code_view(script=text, marked=marked, key="code", height=height, focus=focus, **named)
    else:
        shown = lines[marked[0]] if marked else next((line for line in lines if " layers." in line), lines[0])
        code_view(script=shown.strip() + "\n", title=title, file_name=file_name, key="code-folded")


def toggle(*, is_open: bool) -> None:
    """Draw the button that folds or unfolds the code panel."""
    st.button(
        "Fold code" if is_open else "Show code",
        key="fold-code",
        icon=":material/code_off:" if is_open else ":material/code:",
        help="The Keras script that equals what you see.",
        on_click=lambda: application().drafts.fold_code(session.visitor(), not is_open),
    )


def changed_lines(before: str, after: str) -> tuple[int, ...]:
    """The indexes, from 0, of the lines of `after` that are not in `before`."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return tuple(index for tag, _, _, start, end in matcher.get_opcodes() if tag != "equal" for index in range(start, end))
