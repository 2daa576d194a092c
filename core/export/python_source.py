"""Functions that write values, calls and lists as lines of Python."""

import json
import re
from collections.abc import Sequence

LONGEST_LINE = 88  # characters, Black's limit
HALF_PAIR = re.compile("[\ud800-\udfff]")


def python_value(value: object) -> str:
    """Return a value as Python source, with double quotes."""
    if isinstance(value, str):
        # JSON escapes characters that would end the line; a file cannot hold half a character pair.
        return HALF_PAIR.sub(lambda half: f"\\u{ord(half[0]):x}", json.dumps(value, ensure_ascii=False))
    if isinstance(value, tuple):
        items = ", ".join(python_value(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    return repr(value)


def call_lines(before: str, words: Sequence[str], after: str) -> list[str]:
    """Return a call as a single line, or as several lines if the line is too long. The lines are broken as Black does.

    Parameters
    ----------
    before
        The text before the bracket, with its indent.
    words
        The arguments.
    after
        The text after the bracket.
    """
    whole = f"{before}({', '.join(words)}){after}"
    if len(whole) <= LONGEST_LINE or not words:
        return [whole]
    indent = " " * (len(whole) - len(whole.lstrip()))
    inside = f"{indent}    {', '.join(words)}"
    between = [inside] if len(inside) <= LONGEST_LINE else [f"{indent}    {word}," for word in words]
    return [f"{before}(", *between, f"{indent}){after}"]


def list_lines(name: str, items: Sequence[str]) -> list[str]:
    """Return the assignment of a list as a single line, or as several lines, each filled with items.

    Parameters
    ----------
    name
        The name of the variable.
    items
        The items, as Python source.
    """
    whole = f"{name} = [{', '.join(items)}]"
    if len(whole) <= LONGEST_LINE:
        return [whole]
    lines = [f"{name} = ["]
    for item in items:
        if lines[-1].startswith(" ") and len(lines[-1]) + len(item) + 2 <= LONGEST_LINE:
            lines[-1] += f" {item},"
        else:
            lines.append(f"    {item},")
    return [*lines, "]"]
