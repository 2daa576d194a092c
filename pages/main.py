"""The router: pages in teaching order, and what stands around each of them."""

import streamlit as st

from pages.shell import page_layout, run_bar, session, share
from pages.shell.addresses import switch_page
from pages.shell.login_bar import login_bar
from pages.shell.messages import show_refusal
from pages.shell.page_map import HOME, PAGES
from pages.shell.page_tabs import page_tabs
from pages.shell.progress_rail import rail
from pages.shell.streamlit_patches import let_callbacks_end
from pages.shell.view import read_view
from pages.teaching.decks_of_ones_own import open_link as open_deck_link
from pages.teaching.guess_first import ask_if_wanted
from pages.teaching.guide import guide

let_callbacks_end()
share.open_link()
open_deck_link()
session.begin()
pages = [st.Page(page.file, title=page.title, url_path=page.url_path, default=page == HOME) for page in PAGES]
page = st.navigation(pages, position="hidden")

current = f"{page.url_path or HOME.url_path}.py"
if (target := st.session_state.pop("go_to", current)) != current:
    switch_page(target)

st.set_page_config(page_title=f"{page.title} · Layer by Layer", page_icon=str(page_layout.ICON), layout="wide")
building = current == "define.py"  # problems that need no Keras are shown before Keras answers
view = read_view(wait=not building)
st.session_state["view"] = view
if st.session_state.get("page_title") != page.title:
    st.session_state["visit"] = st.session_state.get("visit", 0) + 1  # a page that follows a run begins with its newest
st.session_state["page_title"] = page.title
on_stage = current == "stage.py"  # it fills the screen, and has no rail and no bar

page_layout.apply_style(current)
around = st.container(key="around")
if building:  # the page of an edit is drawn before the rail
    page.run()
if not on_stage:
    with around:
        login_bar()
        rail(view, current)
        page_tabs(view, current)
        guide(view, current)
        show_refusal()
        share.notice()
if not building:
    page.run()
if not on_stage and (current != "start.py" or (view.run is not None and not view.run.is_over)):
    run_bar.draw(view)  # the first screen has the sentence and the button itself
ask_if_wanted()
if not on_stage:  # which has no guide
    session.refresh_guide()
