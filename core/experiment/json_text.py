"""Parse JSON from untrusted sources. Limits are checked first, and each fault is reported with its position."""

import codecs
import json
import math
import re
from dataclasses import dataclass
from typing import Any

from core.problems import Problem, ProblemError, quoted

MAXIMUM_BYTES = 262_144  # bytes of a text; 200 layers with all their arguments take 120,000
MAXIMUM_DEPTH = 12  # nested brackets; the format of an experiment is 6 deep
MAXIMUM_DIGITS = 20  # digits of a whole number; the largest number in an experiment, a seed, has 10
SHOWN_KEY = 40  # characters of a key in a message
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|[-+.\w]+', re.DOTALL)


@dataclass(frozen=True)
class _Fault:
    """A placeholder that the parser returns for an invalid value, such as NaN.

    The position of the value in the text is found after parsing.
    """

    words: str
    token: str = ""  # as written in the text


def nesting_depth(text: str) -> int:
    """Return the depth of nested brackets and braces in a JSON text.

    Check this depth before you parse the text, since the parser recurses as deep.
    """
    now = deepest = 0
    # The closing quote is optional, so that each character is read once, also in an unclosed text.
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text):
        now += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket, 0)
        deepest = max(deepest, now)
    return deepest


def parse(text: str | bytes) -> object:
    """Parse a JSON text, and return its value.

    Parameters
    ----------
    text
        A text of at most MAXIMUM_BYTES. Bytes are UTF-8, with or without a byte order mark.

    Raises
    ------
    ProblemError
        The text is no JSON, exceeds a limit, or contains values that JSON does not allow.
    """
    if len(text) > MAXIMUM_BYTES:
        raise _not_json(f"The experiment has more than {MAXIMUM_BYTES:,} bytes, the most that are read.")
    decoded = _decoded(text).removeprefix("\ufeff")  # some editors begin a file with a byte order mark
    if not decoded.strip():
        raise _not_json("The experiment is empty.")
    deepest = nesting_depth(decoded)
    if deepest > MAXIMUM_DEPTH:
        raise _not_json(f"The experiment is nested {deepest:,} deep; at most {MAXIMUM_DEPTH} are read.")
    try:
        value = json.loads(
            decoded, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise _not_json(f"Line {error.lineno}, column {error.colno} is not JSON: {error.msg}.") from None
    if (fault := _first_fault(value, ())) is not None:
        raise _not_json(_fault_text(decoded, *fault))
    return value


def as_json(value: object) -> str:
    """Write a value for a message in JSON's notation: null and true, not None and True."""
    if isinstance(value, str):
        return quoted(value)
    text = _sendable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= SHOWN_KEY else text[:SHOWN_KEY] + "…"


def _sendable(text: str) -> str:
    """Escape lone surrogates in a text, since they cannot be shown or sent."""
    return text.encode("utf-8", "backslashreplace").decode()


def _not_json(happened: str) -> ProblemError:
    expected = "Expected an experiment as JSON, in the format that docs/command-line.md shows."
    return ProblemError(Problem("unreadable", (), happened, expected, "Export it once more."))


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    if text.startswith(WIDE):
        raise _not_json("The experiment is UTF-16 text. Its letters take two bytes each, and JSON is UTF-8.")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_json(f"The experiment is not UTF-8 text: byte {error.start} cannot be read.") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, Any] | _Fault:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    names = [name for name, _ in pairs]
    twice = next(name for name in names if names.count(name) > 1)
    return _Fault(f"The key {quoted(twice)} stands twice in one object.")


def _no_constant(name: str) -> _Fault:
    return _Fault(f"{name} is no number that JSON knows.", name)


def _integer(text: str) -> int | _Fault:
    return int(text) if len(text) <= MAXIMUM_DIGITS else _Fault(f"The number {quoted(text)} is too large.", text)


def _finite(text: str) -> float | _Fault:
    value = float(text)
    return value if math.isfinite(value) else _Fault(f"The number {quoted(text)} is too large.", text)


def _first_fault(value: object, where: tuple[str, ...]) -> tuple[_Fault, tuple[str, ...]] | None:
    """Return the first invalid value of a parsed text, with its path of keys and list positions, or None."""
    if isinstance(value, _Fault):
        return value, where
    parts: list[tuple[str, object]] = []
    if isinstance(value, dict):
        parts = [(key[:SHOWN_KEY], item) for key, item in value.items()]
    elif isinstance(value, list):
        parts = [(f"number {number}", item) for number, item in enumerate(value, 1)]
    return next((fault for name, part in parts if (fault := _first_fault(part, (*where, name)))), None)


def _fault_text(text: str, fault: _Fault, where: tuple[str, ...]) -> str:
    """Describe an invalid value with its path in the JSON, and with its line and column if they are known."""
    start = next((match.start() for match in TOKENS.finditer(text) if fault.token and match.group() == fault.token), None)
    path = _sendable(" → ".join(where))
    if start is None:
        return f"In {path}: {fault.words}" if path else fault.words
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return f"Line {line}, column {column}{', ' if path else ''}{path}: {fault.words}"
