"""Pages reach the rest of the program through the parts of the application, and the docs list each part."""

import ast
import re
from pathlib import Path

import pytest

from tests.test_house import PROJECT, name, sources, tree

DEEPER = re.compile(r"application\(\)(?:\.\w+){3}")  # a part of a part


def public_names() -> set[str]:
    """The parts of `Application`, and its methods that pages may call."""
    [application] = [node for node in tree(PROJECT / "core/application.py").body if isinstance(node, ast.ClassDef)]
    attributes = [node for node in ast.walk(application) if isinstance(node, ast.Attribute)]
    parts = {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
    methods = {node.name for node in application.body if isinstance(node, ast.FunctionDef)}
    for_the_server = {"begin", "close"}
    return {found for found in parts | methods if not found.startswith("_")} - for_the_server


def test_docs_list_each_part_of_the_application() -> None:
    text = (PROJECT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.split("### The parts of the application")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) - {"application"} == public_names()


@pytest.mark.parametrize("path", sources("pages"), ids=name)
def test_page_goes_no_deeper_than_a_part_and_its_verb(path: Path) -> None:
    assert not DEEPER.findall(path.read_text(encoding="utf-8"))
