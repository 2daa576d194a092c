"""The first screen: a network is chosen already; one press trains it."""

import streamlit as st

from core.experiment.descriptions import compile_phrase, net_line
from core.number_text import quantity
from pages.datasets import sample_grid
from pages.shell import page_layout, run_bar, waiting
from pages.shell.view import current_view

view = current_view()
experiment = view.experiment
data = experiment.data.entry

with st.container(key="start", border=True, horizontal_alignment="center"):
    st.title(f"Teach a network to {data.task}")
    st.caption(data.sentence)
    sample_grid.pictures(data, 104)
    st.header(net_line(experiment, view.summary, view.problems))
    if view.summary is None and view.all_allowed:
        waiting.wait_for_shapes(experiment)
    epochs = quantity(experiment.fit.epochs, "epoch")
    st.markdown(f"{compile_phrase(experiment)}, {epochs}{run_bar.expected_time(experiment)}")
    run_bar.train_button(view, "start-train", "Train this network")
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.page_link("load.py", label="Use other data", icon=":material/photo_library:")
        st.page_link("define.py", label="Change the network", icon=":material/layers:")

page_layout.engine_foot()
