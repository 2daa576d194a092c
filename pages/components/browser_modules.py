"""Register components of Streamlit whose JavaScript is a module that the browser imports from this server.

A component is a folder with a Python file, and files of the same name in JavaScript, CSS and HTML. Its JavaScript is an ES
module, which imports others by relative paths. Streamlit runs the JavaScript of a component from a blob, whose imports
have no path to be relative to, so it is given a stub that imports the module from its address.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from core.glossary.terms import TOPICS
from pages.components.find_anything.find_entries import find_entries
from pages.shell.addresses import base_path
from pages.shell.page_map import page_of

FOLDER = Path(__file__).parent


def glossary_data() -> list[dict[str, Any]]:
    """The terms as components read them; see the type Term in term_links/term_finder.js."""
    return [
        {
            "key": term.key,
            "name": term.name,
            "sentence": term.sentence,
            "also": term.also,
            "notAfter": term.not_after,
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


FILES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.js"))}
FILES["plotly.min.js"] = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
GLOSSARY = "glossary_terms.js"  # a module too, so that a browser loads the terms once, and not with every page
FILES[GLOSSARY] = f"export default {json.dumps(glossary_data())};".encode()
FIND_ENTRIES = "find_entries.js"  # a module, so that a browser loads the entries once, and not with every page
FILES[FIND_ENTRIES] = f"export default {json.dumps(find_entries())};".encode()
# Part of every address: browsers keep a file for ever, and load it again from another address once any file has changed.
VERSION = hashlib.sha256(repr(FILES).encode()).hexdigest()[:16]
ASSETS = {f"/assets/{VERSION}/{path}": content for path, content in FILES.items()}


STUB = """\
export default async function {name}(component) {{
  const {{ default: draw }} = await import(new URL("{address}", document.baseURI).href);
  return draw(component);
}}
"""


def address(path: str) -> str:
    """The address of a file in FILES, below the server's own."""
    return f"{base_path()}/assets/{VERSION}/{path}"


def register(name: str, *, styles: tuple[str, ...] = (), isolate_styles: bool = True) -> Callable[..., Any]:
    """Register the component in the folder `name`.

    Parameters
    ----------
    name
        The name of the folder, and of the module and the HTML file in it.
    styles
        Its style sheets, relative to the folder of all components; without any, the one of its name, if there is one.
    isolate_styles
        Whether it has a document of its own (a shadow root).
    """
    page, style = FOLDER / name / f"{name}.html", FOLDER / name / f"{name}.css"
    sheets = [FOLDER / path for path in styles] or [style]
    return st.components.v2.component(
        name,
        html=page.read_text(encoding="utf-8") if page.exists() else None,
        css="\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets) if styles or style.exists() else None,
        js=STUB.format(name=name, address=address(f"{name}/{name}.js")),
        isolate_styles=isolate_styles,
    )


def do_nothing() -> None:
    """Do nothing on a trigger that has no listener: Streamlit wants a callback before it returns the trigger's value."""
