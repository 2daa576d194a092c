"""A single word for each thing: no text of pages or core uses a word that lost."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.glossary.preferred_terms import WORDINGS, PreferredTerm
from tests.test_recipes import PROJECT

EXPLAINS = "core/glossary"  # lists other names for the search
NO_SENTENCES = {"core/runs/schema.py": "statements of SQL", "core/coach/rules.py": "titles of the sources of rules"}
# Texts in which the word means something else, or is code that stands in a sentence.
CODE = re.compile(r"`[^`]*`|https?://\S+|\w+\.\w+|\w+_\w+|\w+=\S*|\"[^\"]*\"")


@cache
def texts() -> tuple[tuple[str, int, str], ...]:
    """Each text of a sentence or label: its file, its line, and the text without code; no docstrings."""
    paths = [path for folder in ("core", "pages") for path in sorted((PROJECT / folder).rglob("*.py"))]
    named = [(path, path.relative_to(PROJECT).as_posix()) for path in paths]
    files = [(path, name) for path, name in named if not name.startswith(EXPLAINS) and name not in NO_SENTENCES]
    return tuple((name, line, text) for path, name in files for line, text in texts_of(path))


@cache
def lowered_texts() -> tuple[str, ...]:
    return tuple(text.lower() for _, _, text in texts())


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file, each with its line."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    docstrings = {
        id(node.body[0].value)
        for node in nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    nouns = {id(word) for node in nodes if is_quantity(node) for word in ast.walk(node)}
    for node in nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        if " " in node.value.strip() or id(node) in nouns:  # any other single word may be a name in code
            yield node.lineno, CODE.sub(" ", node.value)


def is_quantity(node: ast.AST) -> bool:
    """Whether a node makes a number with its noun: quantity(128, "unit")."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "quantity"


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.word)
def test_no_text_uses_a_word_that_lost(wording: PreferredTerm) -> None:
    words = "|".join(map(re.escape, wording.others))
    capitals = any(word != word.lower() for word in wording.others)
    lost = re.compile(rf"(?<![\w-])(?:{words})s?(?![\w-])", 0 if capitals else re.IGNORECASE)
    spelt = [word.lower() for word in wording.others]  # to look for a text first is ten times as fast as the expression
    holding = [one for one, lowered in zip(texts(), lowered_texts(), strict=True) if any(map(lowered.__contains__, spelt))]
    used = [f"{name}:{line}: {text.strip()}" for name, line, text in holding if lost.search(text)]
    assert used == [], f"say {wording.word!r}: {wording.reason}"


def test_texts_are_found() -> None:
    assert len(texts()) > 1_000
    assert any("Dropout" in text for _, _, text in texts())


def test_no_word_won_and_lost() -> None:
    lost = {other for wording in WORDINGS for other in wording.others}
    assert lost & {wording.word for wording in WORDINGS} == set()
    assert len(lost) == sum(len(wording.others) for wording in WORDINGS)


# Files about the images of data sets, without pictures that a person brings.
OF_DATA_SETS = re.compile(
    r"core/(catalogue(?!/datasets/own_pictures)|checks|coach|analysis|experiment|worker/views/(explanations|shared/grad_cam))/?.*"
    r"|pages/(load|start|define|compile|train|stage|evaluate|mistakes|inside|why|images)\.py|pages/(builder|run_panels)/.*"
)
BROUGHT = (
    "own picture",
    "brought here",
    "someone's own",
    "Bring pictures",
    "Upload a picture",
    "These pictures are not",
    "learn from pictures that",
)


def test_what_is_in_a_data_set_is_an_image() -> None:
    here = [(name, line, text) for name, line, text in texts() if OF_DATA_SETS.fullmatch(name)]
    called = re.compile(r"(?<![\w-])pictures?(?![\w-])", re.IGNORECASE)
    brought = re.compile("|".join(BROUGHT))
    used = [f"{name}:{line}: {text}" for name, line, text in here if called.search(text) and not brought.search(text)]
    assert used == [], "say 'image' for what is in a data set, and 'picture' for what a person brings or a drawing"
    assert len(here) > 500
