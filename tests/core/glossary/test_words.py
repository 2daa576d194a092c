"""One word for one thing: no text of pages or core uses a word that lost."""

import ast
import re
from collections.abc import Iterator

import pytest

from core.glossary.words import WORDINGS, Wording
from tests.test_recipes import PROJECT

EXPLAINS = "core/glossary"  # where other names are listed, so that they are found
NO_SENTENCES = {"core/runs/schema.py": "statements of SQL", "core/coach/rules.py": "titles of the sources of rules"}
# Texts in which the word means something else, or is code that stands in a sentence.
CODE = re.compile(r"`[^`]*`|https?://\S+|\w+\.\w+|\w+_\w+|\w+=\S*|\"[^\"]*\"")


def texts() -> Iterator[tuple[str, int, str]]:
    """Each text of a sentence or label: its file, its line, and the text without code; no docstrings."""
    for folder in ("core", "pages"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            name = path.relative_to(PROJECT).as_posix()
            if name.startswith(EXPLAINS) or name in NO_SENTENCES:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docstrings = {
                id(node.body[0].value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
                and node.body
                and isinstance(node.body[0], ast.Expr)
            }
            nouns = {id(word) for node in ast.walk(tree) if is_quantity(node) for word in ast.walk(node)}
            for node in ast.walk(tree):
                if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
                    continue
                if " " in node.value.strip() or id(node) in nouns:  # any other single word may be a name in code
                    yield name, node.lineno, CODE.sub(" ", node.value)


def is_quantity(node: ast.AST) -> bool:
    """Whether it makes a number with its noun: quantity(128, "unit")."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "quantity"


TEXTS = tuple(texts())


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.word)
def test_no_text_uses_a_word_that_lost(wording: Wording) -> None:
    words = "|".join(map(re.escape, wording.others))
    capitals = any(word != word.lower() for word in wording.others)
    lost = re.compile(rf"(?<![\w-])(?:{words})s?(?![\w-])", 0 if capitals else re.IGNORECASE)
    used = [f"{name}:{line}: {text.strip()}" for name, line, text in TEXTS if lost.search(text)]
    assert used == [], f"say {wording.word!r}: {wording.reason}"


def test_texts_are_found() -> None:
    assert len(TEXTS) > 1_000
    assert any("Dropout" in text for _, _, text in TEXTS)


def test_no_word_won_and_lost() -> None:
    lost = {other for wording in WORDINGS for other in wording.others}
    assert lost & {wording.word for wording in WORDINGS} == set()
    assert len(lost) == sum(len(wording.others) for wording in WORDINGS)


# Files that speak of what is in a data set, and of nothing that a person brings.
OF_DATA_SETS = re.compile(
    r"core/(catalogue|checks|coach|analysis|experiment|worker/interpret/(explain|grad_cam))/?.*"
    r"|pages/(load|start|define|compile|train|stage|evaluate|mistakes|inside|why|images)\.py|pages/(builder|run_panels)/.*"
)
BROUGHT = (
    "own picture",
    "brought here",
    "someone's own",
    "Bring pictures",
    "These pictures are not",
    "learn from pictures that",
)


def test_what_is_in_a_data_set_is_an_image() -> None:
    here = [(name, line, text) for name, line, text in TEXTS if OF_DATA_SETS.fullmatch(name)]
    called = re.compile(r"(?<![\w-])pictures?(?![\w-])", re.IGNORECASE)
    brought = re.compile("|".join(BROUGHT))
    used = [f"{name}:{line}: {text}" for name, line, text in here if called.search(text) and not brought.search(text)]
    assert used == [], "say 'image' for what is in a data set, and 'picture' for what a person brings or a drawing"
    assert len(here) > 500
