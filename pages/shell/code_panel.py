"""The code beside a page: the script of the run that the page shows, or of the draft."""

import difflib
import re

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
from pages.shell.streamlit_patches import Container

HEIGHT = 560  # pixels
RUN, DRAFT = "run", "draft"
LONGEST_LINE = 200  # characters of a statement that is shown on one line
CHOSEN = "code_chosen"  # in session state: a person has folded or unfolded the code
SEEN = "code_seen"  # in session state: the visit to a page, the run that the page shows, and the draft at that time


def panel(  # noqa: PLR0913 - each is one thing that decides what is shown
    draft: Draft, run: Run | None, line: Container, *, has_run: bool, all_allowed: bool, is_open: bool, height: int = HEIGHT
) -> None:
    """Draw the script under the name of its run or of the draft, and the line of it that matters on the page.

    Parameters
    ----------
    draft
        The visitor's draft.
    run
        The run that the page is about; None where it is about the draft.
    line
        Where the line is drawn; where the code is open, the style sheet shows it on small screens only.
    has_run
        Whether there is a run at all, whose code this could be taken for.
    all_allowed
        Whether every value of the draft is allowed, so that it has a script.
    is_open
        Whether the whole script is drawn too.
    height
        The height of its box, in pixels.
    """
    if run is not None:
        begins_with = DRAFT if _is_changed_here(run, draft.experiment) else RUN
        if run.experiment != draft.experiment and (_choose(run, begins_with) if is_open else begins_with) == DRAFT:
            run = None
    marked: tuple[int, ...] = ()
    if run is not None:
        text, title, file_name = (
            application().results.script(run),
            f"The code of {session.name_of(run)}",
            f"run-{run.number}.py",
        )
    elif all_allowed:
        text, marked = _draft_script(draft)
        title, file_name = "The code of your draft" if has_run else "", "experiment.py"
    else:
        (st if is_open else line).caption("The code is shown once every value is allowed.")
        return
    with line:
        _one_line(text.splitlines(), marked, title, file_name)
    if not is_open:
        return
    lines, step = text.splitlines(), f"# {st.session_state['page_title']}"
    focus = lines.index(step) if step in lines else None
    code_view(script=text, marked=marked, title=title, file_name=file_name, key="code", height=height, focus=focus)
    data = (run.experiment if run is not None else draft.experiment).data.entry
    if data.is_own:
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


def _one_line(lines: list[str], marked: tuple[int, ...], title: str, file_name: str) -> None:
    """Draw the line that the last edit changed, or the line of the page."""
    changed = [lines[index] for index in marked if not lines[index].startswith(("import ", "from "))]
    shown = changed[0] if changed else line_of_page(lines, st.session_state["page_title"])
    code_view(script=shown.strip() + "\n", title=title, file_name=file_name, key="code-folded", one_line=True)


def line_of_page(lines: list[str], page: str) -> str:
    """The line that a folded script shows on a page: the statement of the page's own step, or the first layer.

    Parameters
    ----------
    lines
        The lines of the script.
    page
        The title of the page, such as "Train", whose statement is `history = model.fit(…)`.
    """
    first_layer = next((line for line in lines if " layers." in line), lines[0])
    if f"# {page}" not in lines or page == "Define":
        return first_layer
    pieces: list[str] = []
    for line in lines[lines.index(f"# {page}") + 1 :]:
        code = line.partition("  #")[0].strip()
        pieces += [code] if code and not code.startswith("#") else []
        if pieces and sum(piece.count("(") - piece.count(")") for piece in pieces) == 0:
            break
    statement = re.sub(r"(?<=[(\[]) |,? (?=[)\]])", "", " ".join(pieces))
    return statement if len(statement) <= LONGEST_LINE else first_layer


def toggle(*, is_open: bool) -> None:
    """Draw the button that folds or unfolds the code panel.

    Open code that nobody asked for is folded on small screens, by the style sheet alone: there is a button for either.
    """
    with st.container(key="fold-wide", width="content"):
        _toggle_button("fold-code", to_open=not is_open)
    if is_open:
        with st.container(key="fold-narrow", width="content"):
            _toggle_button("show-code", to_open=True)


def _toggle_button(key: str, *, to_open: bool) -> None:
    st.button(
        "Show code" if to_open else "Fold code",
        key=key,
        icon=":material/code:" if to_open else ":material/code_off:",
        help="The Keras script that equals what you see.",
        on_click=_choose_fold,
        args=(to_open,),
    )


def _choose_fold(to_open: bool) -> None:
    """Fold or unfold the code; from now on this browser keeps the choice on a small screen too."""
    st.session_state[CHOSEN] = True
    application().drafts.fold_code(session.visitor(), to_open)


def changed_lines(before: str, after: str) -> tuple[int, ...]:
    """The indexes, from 0, of the lines of `after` that are not in `before`."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return tuple(index for tag, _, _, start, end in matcher.get_opcodes() if tag != "equal" for index in range(start, end))
