"""A Python script with syntax highlighting, and buttons that copy and download the script."""

from collections.abc import Iterable
from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from pages.components.browser_modules import register

_CODE_VIEW = register("code_view")


def code_view(  # noqa: PLR0913 - a value for each part of the box
    *,
    script: str,
    marked: Iterable[int] = (),
    file_name: str,
    title: str = "",
    key: str,
    height: int | None = None,
    focus: int | None = None,
    one_line: bool = False,
    changed: bool = False,
) -> None:
    """Draw a Python script with syntax highlighting, line numbers, and buttons that copy and download the script.

    Parameters
    ----------
    script
        The text, shown unchanged.
    marked
        Indexes, from 0, of the lines that the last click wrote. The box scrolls to the first of them.
    file_name
        The name of the file to download.
    title
        The title above the script, or "" for the file's name.
    key
        The key of the element.
    height
        The height of the box in pixels, or None for the height of the script.
    focus
        The index of the line that a fresh box starts with, or None for the first marked line.
    one_line
        Whether the script is a single line that stands beside its title.
    changed
        Whether the last click wrote the single line, which is then shown for some seconds.
    """
    data = {
        "script": script,
        "lines": list(highlighted_lines(script)),
        "marked": sorted(marked),
        "file_name": file_name,
        "title": title or file_name,
        "height": height,
        "focus": focus,
        "one_line": one_line,
        "changed": changed,
    }
    _CODE_VIEW(key=key, data=data)


@lru_cache(maxsize=256)  # a class of 30 has some hundred scripts on its screens
def highlighted_lines(script: str) -> tuple[str, ...]:
    """Return the lines of a script as HTML for syntax highlighting, escaped and with Pygments' class names."""
    plain = script.replace("\r\n", "\n").removesuffix("\n")
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines = highlight(plain, lexer, HtmlFormatter(nowrap=True)).split("\n")
    return tuple(lines[: plain.count("\n") + 1])  # Pygments ends the last line too
