"""Whether events are what their types say; no type checker sees what a worker reports while it runs."""

from collections.abc import Iterable
from types import UnionType
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from core.run_events import EVENT_TYPES, Metrics


def mismatches(events: Iterable[dict]) -> set[str]:
    """What differs, such as "epoch: seconds is missing"; empty where all events fit."""
    found: set[str] = set()
    for event in events:
        found |= {f"{event['kind']}: {text}" for text in _differences(event, EVENT_TYPES[event["kind"]])}
    return found


def _differences(value: dict, kind: Any) -> list[str]:
    hints, required = get_type_hints(kind, include_extras=True), kind.__required_keys__
    found = [f"{name} is missing" for name in required if name not in value]
    for name, part in value.items():
        if name in hints:
            found += [] if _fits(part, hints[name]) else [f"{name} is {part!r}"[:100]]
        elif "loss" not in hints or not _fits(part, get_type_hints(Metrics)["loss"]):  # else it is another metric
            found.append(f"{name} is not known")
    return found


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of a type, as JSON has it: an int is a float too."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is NotRequired:
        return _fits(value, arguments[0])
    if origin is UnionType:
        return any(_fits(value, one) for one in arguments)
    if origin is Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(_fits(one, arguments[0]) for one in value)
    if is_typeddict(hint):
        return isinstance(value, dict) and not _differences(value, hint)
    return isinstance(value, int | float if hint is float else hint) and (hint is bool or not isinstance(value, bool))
