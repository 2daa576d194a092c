"""A task to mark an epoch on the loss curves of the visitor's run, by a slider and a button."""

import streamlit as st

from core.application import application
from core.runs.comparison import Outcome
from core.teaching.checks.marks import judge_mark, run_to_mark
from core.teaching.deck import Mark
from core.teaching.progress import MARK, Answer
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.teaching import epoch_curves
from pages.teaching.current_scene import CurrentScene
from pages.teaching.evidence import gather_evidence
from pages.widgets.charts import chart
from pages.widgets.style_numbers import style_numbers


def draw_mark(mark: Mark, now: CurrentScene, view: View) -> None:
    """Draw the curves with a line at the chosen epoch, the slider that moves the line, and the judgement of the last mark.

    Parameters
    ----------
    mark
        The part of the deck.
    now
        The open deck and its current scene.
    view
        The view of this script run.
    """
    outcome, key = run_to_mark(gather_evidence(now, view).finished_of_deck), f"mark-{now.deck.name}-{mark.id}"
    with st.container(key=key, gap="small"):
        st.markdown(f":material/flag: {mark.ask}")
        if outcome is None:
            st.info("There is no run to mark yet. Go back, press Train, and wait for its end.", icon=":material/show_chart:")
            return
        given = _last(mark, now)
        last = len(outcome.epochs)
        epoch = st.slider(
            mark.ask, 1, last, min(given or last, last), key=f"{key}-{outcome.run.id}", label_visibility="collapsed"
        )
        words = _words(outcome, epoch)
        figure = epoch_curves.figure(outcome.epochs, "loss", outcome.run.experiment, marked=epoch)
        style_numbers({"mark-": epoch_curves.slider_room(figure, last)})
        st.markdown(f"**Loss of run {outcome.run.number}**")
        chart(figure, key=f"{key}-chart", words=f"Loss by epoch of run {outcome.run.number}. {words}")
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(escape_markdown(words), width="content")
            st.button(
                f"Mark epoch {epoch}",
                key=f"{key}-keep",
                icon=":material/flag:",
                on_click=_keep,
                args=(mark, now, outcome, epoch),
            )
        if given is not None:
            judged = judge_mark(outcome, given, mark.within)
            draw = st.success if judged.is_right else st.warning
            draw(escape_markdown(judged.words), icon=":material/check_circle:" if judged.is_right else ":material/cancel:")


def _last(mark: Mark, now: CurrentScene) -> int | None:
    tries = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    return next((int(answer.value) for answer in reversed(tries) if (answer.item, answer.kind) == (mark.id, MARK)), None)


def _keep(mark: Mark, now: CurrentScene, outcome: Outcome, epoch: int) -> None:
    share = float(judge_mark(outcome, epoch, mark.within).is_right)
    application().progress.answer(session.visitor(), Answer(now.deck.name, mark.id, MARK, str(epoch), share, 0.0))


def _words(outcome: Outcome, epoch: int) -> str:
    """Return the losses after the chosen epoch in words, also for screen readers."""
    return f"After epoch {epoch}: {epoch_curves.words(outcome.epochs, 'loss', epoch)}."
