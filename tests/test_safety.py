"""More laws of the house, read from the source: what pages ask of core, and what a stranger may reach through them."""

import ast
import re
from pathlib import Path

from tests.source_code import nodes, tree
from tests.test_house import PROJECT, each_file, name, sources

BY_HAND = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|setHTMLUnsafe")
NUMBERS_ALONE = "pages/widgets/style_numbers.py"  # writes numbers under checked names: see its tests
ESCAPED = {"code_view.js": ["  line.innerHTML = html; // Pygments has escaped the script"]}


@each_file(sources("pages"))
def test_pages_name_no_worker_and_ask_no_store(path: Path) -> None:
    whole = nodes(path)
    words = [one.value for one in whole if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    assert not [one for one in words if one.startswith("core.worker")]
    assert not [one for one in whole if isinstance(one, ast.Attribute) and one.attr in ("database", "folder")]


@each_file(sources("pages", "."))
def test_no_truth_lives_in_a_cache_that_any_visitor_can_clear(path: Path) -> None:
    used = {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}
    assert not used & {"cache_data", "cache_resource", "experimental_memo", "experimental_singleton"}


@each_file(sources("pages", "."))
def test_html_is_only_that_of_our_own_files(path: Path) -> None:
    """`st.html` is given a constant of the module, made of constants and `__file__`: never a text made at run time."""
    whole = tree(path)
    fixed = {"Path", "__file__"} | {
        target.id
        for node in whole.body
        if isinstance(node, ast.Assign) and not [one for one in ast.walk(node.value) if isinstance(one, ast.JoinedStr)]
        for target in node.targets
        if isinstance(target, ast.Name)
        and {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)} <= {"Path", "__file__"}
    }
    calls = [] if name(path) == NUMBERS_ALONE else [node for node in nodes(path) if isinstance(node, ast.Call)]
    for node in calls:
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("html", "iframe"):
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            assert used <= fixed | {"st"}, f"{name(path)}, line {node.lineno}: {ast.unparse(node)}"
    keywords = {one.arg for node in nodes(path) if isinstance(node, ast.Call) for one in node.keywords}
    assert not keywords & {"unsafe_allow_html", "unsafe_allow_javascript"}


@each_file(sorted((PROJECT / "pages").rglob("*.js")))
def test_browser_makes_no_html_of_data(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if BY_HAND.search(line)]
    assert lines == ESCAPED.get(path.name, [])
