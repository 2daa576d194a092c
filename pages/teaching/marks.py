"""An epoch to mark on the curves of one's own run: a slider moves a line, and a button says that it stands right."""

import plotly.graph_objects as go
import streamlit as st

from core.application import application
from core.number_text import loss_text
from core.runs.comparison import Outcome
from core.teaching.checks.marks import judge_mark, run_to_mark
from core.teaching.deck import Mark
from core.teaching.progress import MARK, Answer
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.view import View
from pages.teaching.current_scene import Current
from pages.teaching.evidence import gather_evidence
from pages.widgets.charts import chart, whole_ticks
from pages.widgets.colours import TRAINING, VALIDATION

HEIGHT = 270  # pixels
LINE = "#7D8790"  # stands out from both themes
CURVES = (("training", "loss", TRAINING, "solid", 3), ("validation", "val_loss", VALIDATION, "dash", 5))


def draw_mark(mark: Mark, now: Current, view: View) -> None:
    """Draw the curves with the line, the slider that moves it, and what was said of the last mark.

    Parameters
    ----------
    mark
        The part of the deck.
    now
        The deck that is open, and where its visitor is.
    view
        The view of this script run.
    """
    outcome, key = run_to_mark(gather_evidence(now, view).finished), f"mark-{now.deck.name}-{mark.id}"
    with st.container(key=key, gap="small"):
        if outcome is None:
            st.markdown(f":material/flag: {mark.ask}")
            st.info("There is no run to mark yet. Go back, press Train, and wait for its end.", icon=":material/show_chart:")
            return
        given = _last(mark, now)
        last = len(outcome.epochs)
        epoch = st.slider(mark.ask, 1, last, min(given or last, last), key=f"{key}-{outcome.run.id}")
        words = _words(outcome, epoch)
        chart(_figure(outcome, epoch), key=f"{key}-chart", words=f"Loss by epoch of run {outcome.run.number}. {words}")
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(plain(words), width="content")
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
            draw(plain(judged.words), icon=":material/check_circle:" if judged.is_right else ":material/cancel:")


def _last(mark: Mark, now: Current) -> int | None:
    tries = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    return next((int(one.value) for one in reversed(tries) if (one.item, one.kind) == (mark.id, MARK)), None)


def _keep(mark: Mark, now: Current, outcome: Outcome, epoch: int) -> None:
    share = float(judge_mark(outcome, epoch, mark.within).is_right)
    application().progress.answer(session.visitor(), Answer(now.deck.name, mark.id, MARK, str(epoch), share, 0.0))


def _words(outcome: Outcome, epoch: int) -> str:
    """The losses at the line: what the curves say to who does not see them."""
    numbers = outcome.epochs[epoch - 1]
    known = [f"{name} loss {loss_text(value)}" for name, key, *_ in CURVES if (value := numbers.get(key)) is not None]
    return f"After epoch {epoch}: {', '.join(known)}."


def _figure(outcome: Outcome, epoch: int) -> go.Figure:
    figure, numbers = go.Figure(), list(range(1, len(outcome.epochs) + 1))
    for name, key, colour, dash, width in CURVES:
        values = [one.get(key) for one in outcome.epochs]
        figure.add_scatter(
            x=numbers, y=values, name=name, mode="lines", line={"color": colour, "dash": dash, "width": width}
        )
    figure.add_vline(x=epoch, line={"color": LINE, "width": 3})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(title="epoch", range=[0.5, len(numbers) + 0.5], fixedrange=True, **whole_ticks(len(numbers)))
    figure.update_yaxes(title="loss", rangemode="tozero", fixedrange=True)
    return figure
