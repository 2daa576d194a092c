"""Answers of workers consist of types of the server, which would otherwise import the workers' modules, and Keras."""

import pkgutil
import re
import typing
from pathlib import Path

import pytest

import core

FUNCTION = re.compile(r'"(core\.worker\.[\w.]+:\w+)"')
CORE = Path(core.__file__).parent
SERVER = [path for path in CORE.rglob("*.py") if "worker" not in path.relative_to(CORE).parts]
ASKED = sorted({one for path in SERVER for one in FUNCTION.findall(path.read_text("utf-8"))})


def classes(hint: object) -> list[object]:
    """A type hint and all hints within the hint."""
    return [hint, *(one for part in typing.get_args(hint) for one in classes(part))]


@pytest.mark.parametrize("name", ASKED)
def test_answers_of_workers_are_known_to_the_server(name: str) -> None:
    function = pkgutil.resolve_name(name)
    hints = typing.get_type_hints(function)
    assert "return" in hints
    assert not [one for one in classes(hints["return"]) if getattr(one, "__module__", "").startswith("core.worker")]
