"""The script that Streamlit runs for every page: the frame around the page, and then the page."""

import streamlit as st

from pages.frame import page_layout, share
from pages.frame.progress_rail import done_steps, rail, steps
from pages.run_panels import run_bar
from pages.shell import offers, page_data, runs_in_view, session
from pages.shell.login_bar import login_bar
from pages.shell.messages import show_refusal
from pages.shell.page_map import HOME, PRESENTER, page_of, streamlit_pages
from pages.shell.page_switch import note_page_drawn, switch_to_wanted_page
from pages.shell.streamlit_patches import draw_first_element_at_once, leave_out_fragments_of_left_pages, let_callbacks_end
from pages.teaching.current_scene import current_scene, held_back_in, runs_since
from pages.teaching.guess_first import draw_open_guess
from pages.teaching.guide import guide
from pages.teaching.lecture_scene import is_presented
from pages.teaching.tasks import do_repairs_wait
from pages.teaching.uploaded_decks import offer_linked_deck as open_deck_link

let_callbacks_end()
leave_out_fragments_of_left_pages()
draw_first_element_at_once()
share.open_link()
open_deck_link()
session.begin()
page = st.navigation(streamlit_pages(), position="hidden")

current = f"{page.url_path or HOME.url_path}.py"
switch_to_wanted_page(current)

st.set_page_config(page_title=f"{page.title} · Layer by Layer", page_icon=str(page_layout.ICON), layout="wide")
building = current == "define.py"  # problems that need no Keras are shown before Keras answers
scene = current_scene()
st.session_state[runs_in_view.RUNS_SINCE] = runs_in_view.RunsSince() if scene is None else runs_since(scene)
st.session_state[page_data.REPAIRS_WAIT] = scene is not None and do_repairs_wait(scene)
st.session_state[page_data.HELD_BACK] = frozenset() if scene is None else held_back_in(scene)
view = page_data.read_view(wait=not building)
st.session_state["view"] = view
if st.session_state.get("page_title") != page.title:
    st.session_state["visit"] = st.session_state.get("visit", 0) + 1  # a page that follows a run begins at its newest moment
st.session_state["page_title"] = page.title
presented = st.session_state[session.PRESENTED] = current == PRESENTER or is_presented(scene, current)
on_stage = current == "stage.py"  # the stage and a lecture fill the screen, and have no bar

five_steps = steps(view)
page_layout.begin_page(current, done_steps(five_steps))
around = st.container(key="around")
if building:  # Define is drawn before the bar, so that an edit is seen at once
    page.run()
    view = page_data.current_view()  # Keras may have answered meanwhile
    five_steps = steps(view)
if presented and current != PRESENTER:
    with around:
        guide(view, current, scene)
        show_refusal()
elif not on_stage and not presented:
    with around:
        login_bar()
        rail(view, five_steps, current)
        guide(view, current, scene)
        show_refusal()
        share.draw_link_notice()
with around:
    offers.draw()
if not building:
    page.run()
# Other pages have a next step of their own, and show only a run's progress here.
is_step = bool(page_of(current).step) and current != "own.py"
if not on_stage and not presented and (is_step or (view.run is not None and not view.run.is_over)):
    run_bar.draw(view)
draw_open_guess()
if not on_stage:  # the stage has no guide
    session.refresh_guide()
note_page_drawn()
