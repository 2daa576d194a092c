"""A middleware that serves Streamlit's own files from memory, and adds the style sheet of all pages to the HTML page.

A first page needs 60 of these files. Streamlit reads each from the disk in threads, which wait for their turn while the
server is set up: that took 0.4 s. The style sheet comes with the HTML page, so that a page is drawn in its style from the
start. A sheet that a script run sends comes after the first elements, which then move. For the same reason the HTML page
names the scripts of the elements that every page has: otherwise Streamlit requests a script only when its first element is
drawn.
"""

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shell.addresses import base_path

FOLDER = Path(streamlit.__file__).parent / "static"
NAMED = re.compile(r"static/[\w./-]+")  # names in Streamlit's HTML page, each with a hash of its file's content
PAGES = Path(__file__).parent.parent
SHARED = ("tokens", "streamlit", "layout", "bar", "start", "code", "foot", "narrow")  # later sheets win
OWN = (
    "load",
    "define",
    "compile",
    "train",
    "evaluate",
    "learn",
    "runs",
    "inside",
    "why",
    "try_it",
    "run_panels/run_colours",
    "run_panels/result_card",
)  # sheets of pages, which would move their page if they came later
SHEETS = (*(f"shell/styles/{name}" for name in SHARED), *OWN)
STYLE = b"\n".join((PAGES / f"{name}.css").read_bytes() for name in SHEETS)
STYLE_NAME = f"static/css/pages.{hashlib.sha256(STYLE).hexdigest()[:16]}.css"
ELEMENTS = ("BidiComponent", "Button", "Html", "PageLink")  # Streamlit's elements that every page has
IMPORTED = re.compile(r'from"\./([\w.-]+\.js)"')  # an import in a script of Streamlit
ROOT = b'<div id="root">'  # Streamlit's own element: the sheet follows Streamlit's styles, and precedes those of a page
HEADERS = {"Cache-Control": "public, immutable, max-age=31536000"}  # as Streamlit sends


class FrontendMiddleware:
    """A middleware that serves Streamlit's own files from memory, and adds the style sheet to HTML pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._files = {f"{base_path()}/{name}": (FOLDER / name).read_bytes() for name in (*named_files(), *early_scripts())}
        self._files[f"{base_path()}/{STYLE_NAME}"] = STYLE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = self._files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if content is None and is_page_request(scope):
            await self.app(without_cache_headers(scope), receive, StyledPage(send))
        elif content is None:
            await self.app(scope, receive, send)
        else:
            kind = mimetypes.guess_type(scope["path"])[0]
            await Response(content, headers=HEADERS, media_type=kind)(scope, receive, send)


def is_page_request(scope: Scope) -> bool:
    """Return whether a browser requests an HTML page."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def without_cache_headers(scope: Scope) -> Scope:
    """Return the request without cache and compression headers, so that Streamlit always sends the whole page as text.

    Otherwise Streamlit would consider a cached page with an older style sheet unchanged.
    """
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if name not in (b"if-none-match", b"if-modified-since", b"accept-encoding")
    ]
    return {**scope, "headers": kept}


class StyledPage:
    """An ASGI `send` function that inserts the links to scripts and style sheet into Streamlit's HTML page."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None  # the start of an HTML page, until its whole text has arrived
        self._text = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._text += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        text = self._text.replace(ROOT, links().encode() + ROOT)
        changed = (b"content-length", b"etag", b"last-modified")
        headers = [(name, value) for name, value in start["headers"] if name.lower() not in changed]
        await self._send({**start, "headers": [*headers, (b"content-length", str(len(text)).encode())]})
        await self._send({"type": "http.response.body", "body": text})


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def links() -> str:
    """Return the HTML links to the early scripts and the style sheet."""
    scripts = (f'<link rel="modulepreload" crossorigin href="{base_path()}/{name}">' for name in early_scripts())
    return f'{"".join(scripts)}<link rel="stylesheet" href="{base_path()}/{STYLE_NAME}">'


@cache
def early_scripts() -> tuple[str, ...]:
    """Return the script files of ELEMENTS and of their imports, except files that Streamlit's HTML page names."""
    wanted = [script.name for element in ELEMENTS for script in (FOLDER / "static/js").glob(f"{element}.*.js")]
    for script in wanted:  # the list grows in the loop
        imported = IMPORTED.findall((FOLDER / "static/js" / script).read_text(encoding="utf-8"))
        wanted += [name for name in imported if name not in wanted and f"static/js/{name}" not in named_files()]
    return tuple(f"static/js/{name}" for name in wanted)


@cache
def named_files() -> set[str]:
    """Return the files that Streamlit's HTML page names, relative to Streamlit's static folder."""
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    return {name for name in NAMED.findall(page) if (FOLDER / name).is_file()}
