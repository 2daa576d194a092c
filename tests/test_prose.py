"""Prose names its nouns: few pronouns in docstrings, comments and messages, and no vague names of variables."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ("analysis", "catalogue", "checks", "coach", "datasets", "engine", "experiment", "export", "glossary", "runs")
FINISHED = (  # more packages may follow
    *(f"core/{name}" for name in (*CORE, "teaching", "worker/data", "worker/training", "worker/views")),
    *(f"pages/{name}" for name in ("builder", "components", "datasets", "run_panels", "shell", "frame", "widgets")),
    *(f"pages/{name}" for name in ("what_is_keras", "views", "interpret", "teaching")),
    "core/*.py",
    "core/worker/*.py",
    "pages/*.py",
)
IN_ALL_TEXT = {"one": 8, "what": 4, "it": 14}  # at most so many in 1,000 lines; scikit-learn has 4.3, 0.3 and 9.6
IN_PROSE = {"one": 5, "what": 2, "it": 7}  # the same without messages, in each package
VAGUE = {"one", "found", "asked", "place", "saw", "what", "how"}  # names that do not say what the variable holds


@pytest.fixture(autouse=True)
def data_folder() -> None:
    """Files are only read here."""


@cache
def texts(package: str) -> tuple[str, ...]:
    """The text of each file of a package, or of a pattern of files."""
    paths = ROOT.glob(package) if package.endswith(".py") else (ROOT / package).rglob("*.py")
    return tuple(path.read_text(encoding="utf-8") for path in sorted(paths))


@cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """The syntax nodes of a file."""
    return tuple(ast.walk(ast.parse(text)))


def prose(text: str) -> str:
    """The docstrings, comments and names of a file, without the messages that people read."""
    owners = (
        node for node in nodes(text) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    )
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    words = (token.string for token in tokens if token.type in (tokenize.COMMENT, tokenize.NAME))
    return "\n".join([*(ast.get_docstring(owner) or "" for owner in owners), *words])


def excess(text: str, num_lines: int, limits: dict[str, int]) -> dict[str, float]:
    """The words that exceed their limit, with their number in 1,000 lines."""
    numbers = {word: len(re.findall(rf"\b{word}\b", text, re.IGNORECASE)) / num_lines * 1000 for word in limits}
    return {word: round(number, 1) for word, number in numbers.items() if number > limits[word]}


def vague_names(text: str) -> Iterator[str]:
    """The arguments and variables of functions with a vague name."""
    for function in nodes(text):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                is_variable = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                name = node.arg if isinstance(node, ast.arg) else node.id if is_variable else ""
                if name in VAGUE:
                    yield f"{name} in line {node.lineno}"


@pytest.mark.parametrize("package", FINISHED)
def test_prose_names_its_nouns(package: str) -> None:
    num_lines = sum(text.count("\n") for text in texts(package))
    assert excess("\n".join(map(prose, texts(package))), num_lines, IN_PROSE) == {}


def test_texts_with_messages_name_their_nouns() -> None:
    whole = "\n".join(text for package in FINISHED for text in texts(package))
    assert excess(whole, whole.count("\n"), IN_ALL_TEXT) == {}


@pytest.mark.parametrize("package", FINISHED)
def test_variables_say_of_what(package: str) -> None:
    assert [name for text in texts(package) for name in vague_names(text)] == []


def test_words_and_names_are_seen() -> None:
    text = 'def first(one):\n    """One of it."""\n    return "what"  # what it is\n\n\nfound = [saw for saw in ()]\n'
    assert prose(text).lower().count("what") == 1
    assert excess(prose(text), 1000, {"one": 1, "what": 1, "it": 1}) == {"one": 2.0, "it": 2.0}
    assert list(vague_names(text)) == ["one in line 1"]
