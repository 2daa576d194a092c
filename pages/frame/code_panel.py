"""The drawer of Keras code beside a page: the script of the run that the page shows, or of the draft."""

import difflib
import re
from dataclasses import dataclass

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.export.script import script
from core.runs.drafts import Draft
from core.runs.run_record import Run
from pages.components.code_view.code_view import code_view
from pages.datasets import user_dataset_list
from pages.frame import code_editor
from pages.shell import session
from pages.shell.page_data import current_page_step
from pages.shell.page_map import STEPS

EDITED_LINES = 26  # of the text in the drawer
EDIT_HELP = "Change a line of Keras, and the network changes. The code is read, never executed."
RUN, DRAFT = "run", "draft"
MOST_CHANGED_LINES = 3  # of a change that is shown: more lines are another network
LONGEST_LINE = 200  # characters of a statement that is shown on a single line
SEEN = "code_seen"  # in session state: the visit to a page, the run that the page shows, and the draft at that time


@dataclass(frozen=True)
class DrawerScript:
    """A script that the drawer shows."""

    text: str
    title: str
    file_name: str
    marked: tuple[int, ...] = ()  # the indexes of the lines that the last edit changed


def drawer(draft: Draft, run: Run | None, *, all_allowed: bool) -> None:
    """Draw the content of the drawer: the script of a run or of the draft, and a button that closes the drawer.

    Parameters
    ----------
    draft
        The visitor's draft.
    run
        The run that the page is about, or None if the page is about the draft.
    all_allowed
        Whether every value of the draft is allowed, so that the draft has a script.
    """
    close_button()
    if run is not None:
        first = _first_shown(run, draft)
        if run.experiment != draft.experiment and _choose(run, first) == DRAFT:
            run = None
    code = _code(draft, run, all_allowed=all_allowed)
    if code is None:
        st.caption("The code is shown once every value is allowed.")
        return
    if run is None and st.toggle("Edit the code", key="edit-code", help=EDIT_HELP):
        code_editor.draw(draft, "drawer", EDITED_LINES)
        return
    lines, step = code.text.splitlines(), f"# {st.session_state['page_title']}"
    focus = lines.index(step) if step in lines else None
    code_view(script=code.text, marked=code.marked, title=code.title, file_name=code.file_name, key="code", focus=focus)
    data = (run.experiment if run is not None else draft.experiment).data.entry
    if data.is_own:
        user_dataset_list.file_button(data, "code")


def close_button() -> None:
    """Draw the button that closes the drawer."""
    with st.container(key="icons-close-code"):
        st.button(
            "Close the code", key="close-code", icon=":material/close:", type="tertiary", on_click=_fold, args=(False,)
        )


def changed_line(draft: Draft, run: Run | None, *, all_allowed: bool) -> None:
    """Draw the script line that the last edit changed. The browser shows the line only for a moment after the edit.

    The parameters are those of `drawer`. If the edit changed no line of the page's step, or made another network, the line
    is the statement of that step and stays hidden.
    """
    if run is not None and _first_shown(run, draft) == DRAFT and run.experiment != draft.experiment:
        run = None
    code = _code(draft, run, all_allowed=all_allowed)
    if code is None:
        return
    lines, step = code.text.splitlines(), current_page_step()
    part = step_line_range(lines, step)
    is_edit = len(code.marked) <= MOST_CHANGED_LINES
    changed = [lines[index] for index in code.marked if is_edit and index in part]
    shown = changed[0] if changed else line_of_step(lines, step)
    code_view(
        script=shown.strip() + "\n",
        title=code.title,
        file_name=code.file_name,
        key="code-folded",
        one_line=True,
        changed=bool(changed),
    )


def _code(draft: Draft, run: Run | None, *, all_allowed: bool) -> DrawerScript | None:
    """Return the script of a run, or of the draft if there is no run. Return None if a value of the draft is not allowed."""
    if run is not None:
        return DrawerScript(
            application().results.script(run), f"The code of {session.run_name_text(run)}", f"run-{run.number}.py"
        )
    if not all_allowed:
        return None
    text, marked = _draft_script(draft)
    return DrawerScript(text, "The code of your draft", "experiment.py", marked)


def _first_shown(run: Run, draft: Draft) -> str:
    """Return whose code a page about a run shows first: DRAFT if the draft was changed on this page, or else RUN."""
    return DRAFT if _is_changed_here(run, draft.experiment) else RUN


def _is_changed_here(run: Run, draft: Experiment) -> bool:
    """Return whether the draft was changed since this page shows this run.

    Visitors then look for their change in the code.
    """
    visit, now = st.session_state["visit"], dumps(draft)
    seen = st.session_state.get(SEEN)
    if seen is None or seen[:2] != (visit, run.id):
        st.session_state[SEEN] = seen = (visit, run.id, now)
    return bool(seen[2] != now)


def _choose(run: Run, begins_with: str) -> str:
    """Draw the choice between the run's code and the draft's. Return RUN or DRAFT."""
    with st.container(key="code-whose", horizontal=True, vertical_alignment="center", gap="small"):
        titles = {RUN: session.run_name_text(run).capitalize(), DRAFT: "Your draft"}
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
    before, execution = draft.before, application().checks.execution(draft.experiment)
    text = script(draft.experiment, execution=execution)
    return text, changed_lines(script(before, execution=execution), text) if before else ()


def step_line_range(lines: list[str], step: str) -> range:
    """Return the indexes of the script lines that belong to a step. The range is empty if the script has no such step."""
    starts = [index for index, line in enumerate(lines) if line.removeprefix("# ") in STEPS and line.startswith("# ")]
    start = next((index for index in starts if lines[index] == f"# {step}"), None)
    if start is None:
        return range(0)
    return range(start + 1, next((index for index in starts if index > start), len(lines)))


def line_of_step(lines: list[str], step: str) -> str:
    """Return the script line that stands for a step while the drawer is closed: its statement, or a layer with settings.

    Parameters
    ----------
    lines
        The lines of the script.
    step
        The title of the step, such as "Train", whose statement is `history = model.fit(…)`, or "" for no step.
    """
    layers = [line for line in lines if " layers." in line]
    first_layer = next((line for line in layers if "()" not in line), (layers or lines)[0])
    part = step_line_range(lines, step)
    if not part or step == "Define":
        return first_layer
    pieces: list[str] = []
    for line in lines[part.start : part.stop]:
        code = line.partition("  #")[0].strip()
        pieces += [code] if code and not code.startswith("#") else []
        if pieces and sum(piece.count("(") - piece.count(")") for piece in pieces) == 0:
            break
    statement = re.sub(r"(?<=[(\[]) |,? (?=[)\]])", "", " ".join(pieces))
    return statement if len(statement) <= LONGEST_LINE else first_layer


def toggle(*, is_open: bool) -> None:
    """Draw the button that opens or closes the drawer. The key C does the same (page_top/code_key.js)."""
    st.button(
        "Code",
        key="fold-code",
        icon=":material/code_off:" if is_open else ":material/code:",
        help=f"{'Close' if is_open else 'Open'} the Keras code of your choices. Key: C",
        on_click=_fold,
        args=(not is_open,),
    )


def _fold(to_open: bool) -> None:
    application().drafts.fold_code(session.visitor(), to_open)


def changed_lines(before: str, after: str) -> tuple[int, ...]:
    """Return the indexes, from 0, of the lines of `after` that are not in `before`."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return tuple(index for tag, _, _, start, end in matcher.get_opcodes() if tag != "equal" for index in range(start, end))
