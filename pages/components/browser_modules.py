"""The registration of Streamlit components whose JavaScript is a module that the browser imports from this server.

A component is a folder in `pages/components`, or in `pages/views` for a view, with a Python file, and files of the same name
in JavaScript, CSS and HTML. Its JavaScript is an ES module, which imports others by relative paths. Streamlit runs the
JavaScript of a component from a blob, which cannot import by relative paths, so Streamlit gets a stub that imports the
module from its address.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from core.glossary.terms import TOPICS
from pages.components.find_entries import find_entries
from pages.shell.addresses import base_path
from pages.shell.page_map import page_of

PAGES = Path(__file__).parent.parent
FOLDERS = ("components", "views")  # the folders of components within PAGES


def glossary_data() -> list[dict[str, Any]]:
    """Return the glossary terms in the form of the type Term in term_links/term_finder.js."""
    return [
        {
            "key": term.key,
            "name": term.name,
            "sentence": term.sentence,
            "also": term.also,
            "notAfter": term.not_after,
            "notOn": term.not_on,
            "drawing": term.drawing() if term.drawing else "",
            "example": term.example,
            "link": page_of(f"{term.page}.py").title if term.page else term.link,
            "page": term.page,
            "source": term.source,
            "topic": topic,
        }
        for topic, terms in TOPICS.items()
        for term in terms
    ]


FILES = {
    path.relative_to(PAGES).as_posix(): path.read_bytes()
    for folder in FOLDERS
    for path in sorted((PAGES / folder).rglob("*.js"))
}
GLOSSARY = "glossary_terms.js"  # a module too, so that a browser loads the terms once, and not with every page
FILES[GLOSSARY] = f"export default {json.dumps(glossary_data())};".encode()
FIND_ENTRIES = "find_entries.js"  # a module, so that a browser loads the entries once, and not with every page
FILES[FIND_ENTRIES] = f"export default {json.dumps(find_entries())};".encode()
# Part of every address: browsers keep a file for ever, and load a new address once any file has changed.
# Plotly is represented by its version: to hash its 4.6 megabytes would take a tenth of a second at each start.
VERSION = hashlib.sha256(repr((plotly.__version__, FILES)).encode()).hexdigest()[:16]
FILES["plotly.min.js"] = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
ASSETS = {f"/assets/{VERSION}/{path}": content for path, content in FILES.items()}


STUB = """\
export default async function {name}(component) {{
  const {{ default: draw }} = await import(new URL("{address}", document.baseURI).href);
  const cleanup = draw(component);
  component.parentElement.host?.setAttribute("data-drawn", "");
  return cleanup;
}}
"""
# A visible component can be clicked: before its module has run, the component would lose a click or a drawn line.
HIDDEN_UNTIL_DRAWN = (
    ":host(:not([data-drawn])) {\n  visibility: hidden;\n}"  # on several lines: Streamlit takes a single line for a path
)


def address(path: str) -> str:
    """Return the address of a file in FILES, without the host."""
    return f"{base_path()}/assets/{VERSION}/{path}"


def register(
    name: str, *, folder: str = "", styles: tuple[str, ...] = (), isolate_styles: bool = True
) -> Callable[..., Any]:
    """Register a component, and return the function that draws the component.

    Parameters
    ----------
    name
        The name of the component, and of its module and its HTML file.
    folder
        Its folder, such as "views/network", or "" for the folder of the same name in `components`.
    styles
        Its style sheets, relative to the folder of all components. The default is the style sheet of its name, if any.
    isolate_styles
        Whether the component has a document of its own (a shadow root).
    """
    folder = folder or f"components/{name}"
    page, style = PAGES / folder / f"{name}.html", PAGES / folder / f"{name}.css"
    sheets = [PAGES / "components" / path for path in styles] or [style][: style.exists()]
    rules = [sheet.read_text(encoding="utf-8") for sheet in sheets] + [HIDDEN_UNTIL_DRAWN][:isolate_styles]
    component = st.components.v2.component(
        name,
        html=page.read_text(encoding="utf-8") if page.exists() else None,
        css="\n".join(rules) or None,
        js=STUB.format(name=name, address=address(f"{folder}/{name}.js")),
        isolate_styles=isolate_styles,
    )
    return lambda *, data, **options: component(data=_lists_as_tuples(data), **options)


def _lists_as_tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the lists in a component's data by tuples, which the browser receives in the same form.

    Streamlit checks whether lists are tables, and imports pandas for this check, which takes as long as the rest of a first
    page.
    """
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def do_nothing() -> None:
    """Do nothing. This is the callback of a trigger without a listener.

    Streamlit returns a trigger's value only with a callback.
    """
