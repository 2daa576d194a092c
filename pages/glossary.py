"""The glossary: every term of the pages, with a sentence, a drawing or an example, and where to read on."""

import streamlit as st

from core.glossary.terms import TERMS
from pages.components.glossary_index.glossary_index import glossary_index
from pages.components.term_links.term_links import GLOSSARY_TERM, open_asked_page
from pages.shell import page_layout

INDEX = "glossary-index"
FIRST = "network"  # the term that is open where nobody asked for one

asked = st.session_state.pop(GLOSSARY_TERM, None)
if asked in TERMS:
    st.query_params["term"] = asked
page_layout.heading(
    "Glossary",
    f"{len(TERMS)} words of machine learning, each in one sentence. On all pages, dotted words open them.",
    code=False,
)
glossary_index(st.query_params.get("term", FIRST), key=INDEX, on_opened=lambda: open_asked_page(INDEX))
page_layout.engine_foot()
