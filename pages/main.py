"""The router: pages in teaching order, and what stands around each of them."""

import streamlit as st

from pages.shell import page_layout, run_bar, session, share
from pages.shell.messages import show_refusal
from pages.shell.progress_rail import rail
from pages.shell.streamlit_patches import let_callbacks_end
from pages.shell.view import read_view

st.set_page_config(page_title="Layer by Layer", page_icon=str(page_layout.ICON), layout="wide")

PAGES = [
    st.Page("start.py", title="Start", default=True),
    st.Page("load.py", title="Load"),
    st.Page("define.py", title="Define"),
    st.Page("compile.py", title="Compile"),
    st.Page("train.py", title="Train"),
    st.Page("stage.py", title="Stage"),
    st.Page("evaluate.py", title="Evaluate"),
    st.Page("mistakes.py", title="Mistakes"),
    st.Page("inside.py", title="Inside your net", url_path="inside"),
    st.Page("why.py", title="Why this answer?", url_path="why"),
    st.Page("try_it.py", title="Try it"),
    st.Page("take_away.py", title="Take it away"),
    st.Page("ready.py", title="Ready for class"),
    st.Page("runs.py", title="Runs"),
    st.Page("images.py", title="Pictures are numbers"),
    st.Page("own.py", title="Your own pictures"),
    st.Page("backends.py", title="What is Keras?", url_path="backends"),
]

let_callbacks_end()
share.open_link()
session.begin()
page = st.navigation(PAGES, position="hidden")
if "go_to" in st.session_state:
    st.switch_page(st.session_state.pop("go_to"))

current = f"{page.url_path or 'start'}.py"
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
        rail(view, current)
        show_refusal()
        share.notice()
if not building:
    page.run()
if not on_stage and (current != "start.py" or (view.run is not None and not view.run.is_over)):
    run_bar.draw(view)  # the first screen has the sentence and the button itself
