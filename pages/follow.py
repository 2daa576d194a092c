"""The page Follow, for the phone of somebody who scanned a run's code: the result, the curve, and a guess."""

from pathlib import Path

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.number_text import correct_count, correct_count_text, quantity
from core.runs.run_record import Run
from core.runs.run_summaries import new_images_sentence
from core.runs.states import STATES
from core.teaching.progress import PREDICTION, Answer
from pages.frame import page_layout
from pages.run_panels import result_card
from pages.shell import session, waiting
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view
from pages.teaching.purpose_card import follow_drawing, purpose_card
from pages.views.network.accuracy_curve import accuracy_curve

STYLE = Path(__file__).parent / "follow.css"
GUESS = "follow-guess"  # the key of the field
FIRST_GUESS = 80  # images of 100
PURPOSE = "Scan the code of a run on the projector: this page then shows its result and its curve, and takes your guess."


def guess_item_id(run: Run) -> str:
    """Return the id under which a visitor's guess about a run is stored."""
    return f"follow-{run.id}"


def first_guess(run: Run) -> int | None:
    """Return the visitor's first guess about a run. Return None if the visitor has not guessed."""
    tries = [answer for answer in application().progress.answers(session.visitor()) if answer.item == guess_item_id(run)]
    return int(tries[0].value) if tries else None


def keep_guess(run: Run) -> None:
    """Save the visitor's first guess about a run."""
    value = str(int(st.session_state[GUESS]))
    answer = Answer("", guess_item_id(run), PREDICTION, value, None, 0.0)
    application().progress.answer_once(session.visitor(), answer, 0.0)


def headline(run: Run) -> None:
    """Draw whose run it is, and the headline: the accuracy of a run, or its state if the run has no accuracy."""
    accuracy = run.accuracy("validation")
    name = f"Your run {run.number}" if run.visitor == session.visitor() else session.run_name_text(run).capitalize()
    purpose = "its result, and a drawing of yours to try" if run.is_over else "this page changes while it trains"
    st.caption(f"Follow along: {name[0].lower()}{name[1:]}, {purpose}.")
    if run.is_over and accuracy is not None:
        st.title(correct_count_text(accuracy, run.experiment.data.num_validation))
        st.markdown(new_images_sentence(run))
    else:
        st.title(f"{run.title} {'is' if not run.is_over else 'was'} {STATES[run.state].word}")
    data, layers, epochs = run.experiment.data.entry.title, run.experiment.layers, run.experiment.fit.epochs
    with st.expander(f"{escape_markdown(data)}, {quantity(len(layers), 'layer')}, {quantity(epochs, 'epoch')}"):
        st.caption(escape_markdown(sentence(run.experiment)))


def draw_guess_field(run: Run) -> None:
    """Draw the field for a guess of the accuracy during the run.

    After the run, draw how far the guess was from the result.
    """
    value, accuracy = first_guess(run), run.accuracy("validation")
    if value is not None and accuracy is not None:
        away = abs(value - correct_count(accuracy))
        st.markdown(f"You guessed **{value}**: " + ("exactly right." if not away else f"{away} off."))
    elif value is not None:
        st.markdown(f"You guess **{value}** of 100. The end of the run answers.")
    elif not run.is_over:
        st.number_input("How many of 100 images will it get right?", 0, 100, FIRST_GUESS, key=GUESS)
        st.button("Guess", key="follow-keep", type="primary", width="stretch", on_click=keep_guess, args=(run,))


def draw(run: Run) -> None:
    """Draw the page Follow for a run."""
    with st.container(key="follow", width=760):
        with st.container(key="follow-result", horizontal=True, vertical_alignment="center", gap="large"):
            with st.container(key="follow-words", width="stretch", gap="small"):
                headline(run)
            with st.container(key="follow-dots", width="content"):
                result_card.dots(run)
        with st.container(key="follow-curve"):
            accuracy_curve(run, key=f"follow-curve-{run.id}")
        with st.container(key="follow-guessed", gap="small"):
            draw_guess_field(run)
        with st.container(key="follow-draw" if run.is_over else "follow-draw-later"):
            st.page_link("try_it.py", label="Draw, and see what it says", icon=":material/draw:", width="stretch")
    if application().results.awaits_evaluation(run):
        waiting.wait_for_result(run)


st.html(STYLE)
shown = current_view().run
if shown is None:
    with purpose_card(follow_drawing(), "Follow a run", PURPOSE), st.container(key="purpose-way", width="content"):
        st.page_link("start.py", label="Train a network here", icon=":material/play_arrow:")
else:
    draw(shown)
page_layout.draw_engine_footer()
