"""Write pages/components/shared/run_events.js: the constants and types of core/run_events.py that the JavaScript needs.

python -m tests.write_run_events
"""

import json
import types
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from core import run_events

PROJECT = Path(__file__).parent.parent
FILE = PROJECT / "pages" / "components" / "shared" / "run_events.js"
CONSTANTS = ("DRAWN", "HEAVY", "UNDONE")
NAMES = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null", Any: "any"}


def javascript() -> str:
    """Return the text of the file: constants, and the types of events that a browser receives and of their parts."""
    lines = ["// Written from core/run_events.py by `python -m tests.write_run_events`: change that module.", ""]
    lines += [f"export const {name} = {json.dumps(list(getattr(run_events, name)))};" for name in CONSTANTS]
    events = [*run_events.EVENT_TYPES.values(), run_events.HistoryEvent]
    parts: dict[str, str] = {}
    for event in events:
        _add(event, parts)
    lines += ["", *(f"/** @typedef {{{text}}} {name} */" for name, text in parts.items())]
    union = " | ".join(event.__name__ for event in events[:-1])
    return "\n".join([*lines, f"/** @typedef {{{union}}} RunEvent */", ""])


def _add(typed_dict: type, parts: dict[str, str]) -> None:
    """Add the type of a dictionary after the types that it needs."""
    hints = get_type_hints(typed_dict, include_extras=True)
    optional = typed_dict.__optional_keys__  # type: ignore[attr-defined]
    fields = [f"{name}{'?' if name in optional else ''}: {_typescript(hint, parts)}" for name, hint in hints.items()]
    parts[typed_dict.__name__] = f"{{ {', '.join(fields)} }}"


def _typescript(hint: Any, parts: dict[str, str]) -> str:
    """Return a Python type in TypeScript."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in NAMES:
        return NAMES[hint]
    if is_typeddict(hint):
        if hint.__name__ not in parts:
            _add(hint, parts)
        return str(hint.__name__)
    if origin is NotRequired:
        return _typescript(arguments[0], parts)
    if origin is Literal:
        return " | ".join(json.dumps(value) for value in arguments)
    if origin in (Union, types.UnionType):
        if set(arguments) == set(get_args(run_events.RunEvent)):
            return "RunEvent"
        return " | ".join(_typescript(argument, parts) for argument in arguments)
    if origin is list:
        inner = _typescript(arguments[0], parts)
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    raise TypeError(f"{hint} has no counterpart in TypeScript yet")


if __name__ == "__main__":
    FILE.write_text(javascript(), encoding="utf-8")
