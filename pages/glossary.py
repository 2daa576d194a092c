"""The page Glossary: all terms of the pages, each with a sentence, a drawing or an example, and further reading."""

import streamlit as st

from core.glossary.terms import TERMS
from pages.components.glossary_index.glossary_index import glossary_index
from pages.components.term_links.term_links import GLOSSARY_TERM, open_linked_page
from pages.frame import page_layout

INDEX = "glossary-index"
FIRST = "network"  # the term that is open if nobody asked for another term

asked = st.session_state.pop(GLOSSARY_TERM, None)
if asked in TERMS:
    st.query_params["term"] = asked
page_layout.heading(
    "Glossary", f"{len(TERMS)} words of machine learning, each in one sentence. On all pages, dotted words open them."
)
glossary_index(st.query_params.get("term", FIRST), key=INDEX, on_opened=lambda: open_linked_page(INDEX))
page_layout.draw_engine_footer()
