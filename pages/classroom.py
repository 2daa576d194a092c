"""Class: how far everybody is in decks, where they are stuck, what they get wrong; for who holds the lecturer's token."""

import time

import pandas as pd
import streamlit as st

from core.application import application
from core.number_text import quantity
from core.teaching import class_overview, library
from core.teaching.class_overview import Standing
from pages.shell import page_layout, session
from pages.shell.messages import plain
from pages.shell.page_map import page_of
from pages.teaching import class_gain, receipt_grading

REFRESH_SECONDS = 5  # a lecturer looks at it while a class works


def table(several: tuple[Standing, ...]) -> None:
    """Draw how far each visitor came, and the button that takes it away."""
    rows = [
        {
            "Who": one.who,
            "Deck": one.deck,
            "Scene": one.scene,
            "Progress": one.number / one.scenes if not one.is_finished else 1.0,
            "Tasks done": one.tasks_done,
            "Hints": one.hints,
            "Questions right": f"{one.right} of {one.questions}",
        }
        for one in several
    ]
    progress = st.column_config.ProgressColumn("Progress", format="percent", min_value=0.0, max_value=1.0)
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="standings", column_config={"Progress": progress})
    st.download_button(
        "Download as CSV",
        class_overview.as_csv(several),
        "class.csv",
        "text/csv",
        key="class-csv",
        icon=":material/download:",
        on_click="ignore",
    )


@st.fragment(run_every=REFRESH_SECONDS)
def overview() -> None:
    """Draw the whole page anew every few seconds."""
    decks, learners = library.decks(), application().progress.learners()
    several = class_overview.standings(learners, decks)
    if not several:
        st.info("Nobody has begun a deck yet. Send your class the address of Learn.", icon=":material/group:")
        return
    st.markdown(f"{quantity(len(learners), 'visitor')} began a deck or guessed.")
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, key="stuck"):
        st.header("Stuck")
        found = class_overview.stuck(several, time.time())
        for one in found:
            who = ", ".join(map(plain, one.who))
            st.markdown(f"**{plain(one.scene)}** ({plain(one.deck)}): {who}")
        if not found:
            st.markdown("Nobody has been at one scene for longer than four minutes.")
    with right, st.container(border=True, key="wrong-answers"):
        st.header("Commonest wrong answers")
        wrong = class_overview.wrong_answers(learners, decks)
        for answer in wrong[:10]:
            share = f"{answer.count} of {answer.answered}"
            st.markdown(f"{plain(answer.ask)} **{plain(answer.answer)}** ({share})")
        if not wrong:
            st.markdown("No question was answered wrongly yet.")
    table(several)


page_layout.heading("Class", page_of("classroom.py").sentence, code=False)
if session.is_lecturer():
    overview()
    class_gain.draw()
    receipt_grading.draw()
else:
    st.info(
        "Only who presents sees this page: open the address that the server printed for the lecturer when it started.",
        icon=":material/lock:",
    )
page_layout.engine_foot()
