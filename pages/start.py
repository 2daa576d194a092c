"""The first screen: a network is chosen already; one press trains it."""

import streamlit as st

from core.phrases import compile_phrase, picture_of_net
from core.previews import read_preview
from pages import components, frame

PICTURES = 20

view = frame.view()
experiment = view.experiment
data = experiment.data.entry
preview = read_preview(data.name)

with st.container(key="start", border=True, horizontal_alignment="center"):
    st.title(f"Teach a network to {data.task}")
    st.caption(data.sentence)
    if preview is None:
        frame.wait_for_preview(data.name)
    else:
        rounds = -(-PICTURES // data.num_classes)
        chosen = [(label, number) for number in range(rounds) for label in range(data.num_classes)][:PICTURES]
        components.pictures(
            [
                {
                    "id": f"{label}-{number}",
                    "src": components.picture_source(preview.images[label, number]),
                    "alt": data.classes[label],
                    "caption": data.classes[label],
                    "detail": "",
                    "tone": "",
                }
                for label, number in chosen
            ],
            key="start-pictures",
            size=64,
            columns=10,
        )
    st.subheader(picture_of_net(experiment))
    st.markdown(f"{compile_phrase(experiment)}, {experiment.fit.epochs} epochs{frame.expected_time(experiment)}")
    frame.train_button(view, "start-train", "Train this network")
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.page_link("load.py", label="Use other data", icon=":material/photo_library:")
        st.page_link("define.py", label="Change the network", icon=":material/layers:")

frame.engine_foot()
