"""A Python script in colours, with buttons to copy and to download it."""

from collections.abc import Iterable
from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from pages.components.browser_modules import register

_CODE_VIEW = register("code_view")


def code_view(  # noqa: PLR0913 - each is one thing that the box shows
    *,
    script: str,
    marked: Iterable[int] = (),
    file_name: str,
    title: str = "",
    key: str,
    height: int | None = None,
    focus: int | None = None,
    one_line: bool = False,
) -> None:
    """A Python script in colours, with line numbers, and buttons to copy and to download it.

    Parameters
    ----------
    script
        The text, shown as it is.
    marked
        Indexes, from 0, of the lines that the last click wrote; the box scrolls to the first.
    file_name
        The name of the file to download.
    title
        The title above the script; "" for the file's name.
    key
        The key of the element.
    height
        The height of the box in pixels; None is as high as the script.
    focus
        The index of the line that a fresh box starts with; None for the first marked line.
    one_line
        Whether the script is one line, that stands beside its title.
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
    }
    _CODE_VIEW(key=key, data=data)


@lru_cache(maxsize=256)  # a class of 30 has some hundred scripts on its screens
def highlighted_lines(script: str) -> tuple[str, ...]:
    """The lines of a script as HTML: escaped, with Pygments' class names; as many as the script has."""
    plain = script.replace("\r\n", "\n").removesuffix("\n")
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines = highlight(plain, lexer, HtmlFormatter(nowrap=True)).split("\n")
    return tuple(lines[: plain.count("\n") + 1])  # Pygments ends the last line too
