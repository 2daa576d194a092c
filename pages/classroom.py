"""The page Classroom, for the lecturer: the progress of all visitors in decks, where they are stuck, and their mistakes."""

import time

import pandas as pd
import streamlit as st

from core.application import application
from core.csv_text import as_text
from core.number_text import quantity
from core.teaching import class_overview, library
from core.teaching.class_overview import DeckProgress
from pages.frame import page_layout
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_map import page_of
from pages.teaching import class_gain, receipt_grading
from pages.teaching.purpose_card import class_drawing, purpose_card

HERE = page_of("classroom.py")
REFRESH_SECONDS = 5  # a lecturer looks at the page while a class works
MOST_NAMES = 8  # at a scene; a hall of 200 would fill the page


def table(several: tuple[DeckProgress, ...]) -> None:
    """Draw a table of each visitor's progress in the decks, and the button that downloads the table."""
    rows = [
        {
            "Who": as_text(row.who),  # the table on the screen can be saved as CSV, too
            "Deck": as_text(row.deck),
            "Scene": as_text(row.scene),
            "Seen": 100 if row.is_seen else round(100 * row.number / row.scenes),
            "Passed": "passed" if row.is_passed else "seen" if row.is_seen else "at work",
            "Tasks": f"{row.tasks_done} of {row.tasks}",
            "Hints": row.hints,
            "Right at first": f"{row.right_first} of {row.questions}",
        }
        for row in several
    ]
    seen = st.column_config.ProgressColumn("Seen", format="%d %%", min_value=0, max_value=100, help="Scenes opened")
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="standings", column_config={"Seen": seen})
    st.download_button(
        "Download as CSV",
        lambda: class_overview.as_csv(several),  # made at the press of the button
        "class.csv",
        "text/csv",
        key="class-csv",
        icon=":material/download:",
        on_click="ignore",
    )


@st.fragment(run_every=REFRESH_SECONDS)
def overview() -> None:
    """Draw the overview of the class. Streamlit repeats this function every few seconds."""
    decks, learners = library.decks(), application().progress.learners()
    several = class_overview.deck_progress(learners, decks)
    if not several:
        st.info("Nobody has begun a deck yet. Send your class the address of Learn.", icon=":material/group:")
        return
    st.markdown(f"{quantity(len(learners), 'visitor')} began a deck or guessed.")
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, key="card-stuck"):
        st.header("Stuck")
        stuck = class_overview.stuck_scenes(several, time.time())
        for standing in stuck:
            who = ", ".join(map(escape_markdown, standing.who[:MOST_NAMES]))
            more = f" and {len(standing.who) - MOST_NAMES} more" if len(standing.who) > MOST_NAMES else ""
            st.markdown(f"**{escape_markdown(standing.scene)}** ({escape_markdown(standing.deck)}): {who}{more}")
        if not stuck:
            st.markdown("Nobody has been at one scene for longer than four minutes.")
    with right, st.container(border=True, key="card-wrong-answers"):
        st.header("Commonest wrong answers")
        wrong = class_overview.wrong_answers(learners, decks)
        for answer in wrong[:10]:
            share = f"{answer.count} of {answer.answered}"
            st.markdown(f"{escape_markdown(answer.ask)} **{escape_markdown(answer.answer)}** ({share})")
        if not wrong:
            st.markdown("No question was answered wrongly yet.")
    table(several)


if session.is_lecturer():
    page_layout.heading(HERE.title, HERE.sentence)
    overview()
    class_gain.draw()
    receipt_grading.draw()
else:
    sentence = "For the lecturer only: how far each student is, who is stuck, and which answers are wrong."
    with purpose_card(class_drawing(), HERE.title, sentence):
        with st.container(key="purpose-way", width="content"):
            st.page_link("learn.py", label="See your own lessons on Learn", icon=":material/school:")
        st.caption(
            "Are you giving the lecture? Open the lecturer's link, shown in the terminal where the dashboard was started."
        )
page_layout.draw_engine_footer()
