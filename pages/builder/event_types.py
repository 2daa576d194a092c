"""A script that writes the types of the builder's events for JavaScript: `python -m pages.builder.event_types`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from msgspec import inspect

from pages.builder.builder_events import BuilderEvent

FILE = Path(__file__).parent.parent / "components" / "builder" / "events.d.ts"
WORDS: dict[Any, str] = {inspect.StrType: "string", inspect.IntType: "number", inspect.NoneType: "null"}


def event_types() -> str:
    """Return the TypeScript interfaces of all builder events, and the union type of these interfaces."""
    interfaces = [_interface(kind) for kind in get_args(BuilderEvent)]
    union = " | ".join(kind.__name__ for kind in get_args(BuilderEvent))
    head = "// Written by `python -m pages.builder.event_types` from the classes in Python."
    return "\n\n".join((head, *interfaces, f"export type BuilderEvent = {union};")) + "\n"


def _interface(kind: type) -> str:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    fields = (f"  {each.encode_name}{'' if each.required else '?'}: {_words(each.type)};" for each in info.fields)
    comment = f"/** {(kind.__doc__ or '').strip()} */"
    return "\n".join((comment, f"export interface {kind.__name__} {{", f'  do: "{info.tag}";', *fields, "}"))


def _words(kind: Any) -> str:
    return " | ".join(_alternatives(kind))


def _alternatives(kind: Any) -> Iterator[str]:
    match kind:
        case inspect.UnionType(types=types):
            for each in types:
                yield from _alternatives(each)
        case inspect.LiteralType(values=values):
            yield from map(str, values)
        case inspect.ListType(item_type=item):
            yield f"{_words(item)}[]"
        case _:
            yield WORDS[type(kind)]


if __name__ == "__main__":
    FILE.write_text(event_types(), encoding="utf-8")
