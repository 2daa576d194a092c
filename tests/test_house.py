"""The laws of the house: who imports whom, how large things are, how messages and files are made."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from core.catalogue.callbacks import CALLBACKS
from core.catalogue.layers import LAYERS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.catalogue.schedules import SCHEDULES
from tests.source_code import nodes, tree

PROJECT = Path(__file__).parent.parent
MAXIMUM_LINES = 400  # of a file
WITH_CODE = (
    "core/catalogue",
    "core/catalogue/datasets",
    "core/catalogue/layers",
)  # packages whose __init__ holds what they offer
MAXIMUM_FUNCTION = 80  # lines

LEARNING = ("keras", "tensorflow", "jax", "torch")
DISTRIBUTED = ("distributed", "dask")
MAY_IMPORT_DISTRIBUTED = (
    "core/engine/cluster.py",
    "core/engine/cluster_files.py",
    "core/engine/dask_patches.py",
    "core/engine/nannies.py",
    "core/engine/process_silence.py",
    "core/worker/entrypoints.py",
    "core/worker/warm_parent.py",  # so that its forks have it
)


def sources(*folders: str) -> list[Path]:
    """All Python files of these folders, with the one at the top where "." is among them."""
    found = [path for folder in folders if folder != "." for path in (PROJECT / folder).rglob("*.py")]
    return sorted(found + (list(PROJECT.glob("*.py")) if "." in folders else []))


OURS = sources("core", "pages", ".")
ALL = sources("core", "pages", "tests", ".")


def name(path: Path) -> str:
    """A file as people point at it: "core/runs/manager.py"."""
    return path.relative_to(PROJECT).as_posix()


def module(path: Path) -> str:
    """A file as Python imports it: "core.runs.manager"."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


@pytest.fixture(autouse=True)
def data_folder() -> None:
    """Files are only read here."""


def each_file(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test of all these files, which names each that breaks the law.

    A test for each file and law would be thousands, and pytest takes longer to count them than they take to run.
    """

    def decorate(law: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            assert paths
            broken = [said for path in paths for said in _broken(law, path)]
            assert not broken, "\n\n".join([f"{len(broken)} of {len(paths)} files", *broken])

        test.__name__, test.__doc__ = law.__name__, law.__doc__
        return test

    return decorate


def _broken(law: Callable[[Path], None], path: Path) -> list[str]:
    """The file and what is wrong with it, if it breaks the law."""
    try:
        law(path)
    except AssertionError as error:
        return [f"{name(path)}: {error}"]
    return []


@cache
def imports(path: Path) -> list[str]:
    """The modules that a file imports, anywhere in it; `from core.runs import manager` is core.runs.manager."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relative to itself"
            whole = str(node.module)
            for one in node.names:
                deeper = (PROJECT / whole.replace(".", "/") / one.name).with_suffix(".py")
                folder = PROJECT / whole.replace(".", "/") / one.name
                found.append(f"{whole}.{one.name}" if deeper.is_file() or (folder / "__init__.py").is_file() else whole)
    return found


def top(imported: str) -> str:
    return imported.partition(".")[0]


# 1 and 2: who imports what


@each_file(sources("pages"))
def test_pages_name_pages_in_full(path: Path) -> None:
    own = {one.stem for one in (PROJECT / "pages").iterdir()} - {"__init__", "main"}
    assert not [one for one in imports(path) if top(one) in own]  # `import widgets` would work in a page, and be another


@each_file(sources("pages"))
def test_pages_are_rerun_where_no_click_is_lost(path: Path) -> None:
    if path.name != "streamlit_patches.py":  # which has rerun for it
        assert not [one for one in nodes(path) if isinstance(one, ast.Attribute) and one.attr == "rerun"]


@each_file(sources("."))
def test_server_imports_no_worker(path: Path) -> None:
    assert not [one for one in imports(path) if one.startswith("core.worker")]


@each_file(OURS)
def test_only_the_cluster_and_the_workers_door_import_distributed(path: Path) -> None:
    if name(path) not in MAY_IMPORT_DISTRIBUTED:
        assert not [one for one in imports(path) if top(one) in DISTRIBUTED]


def test_contracts_of_imports_are_kept() -> None:
    """Those of `[tool.importlinter]` in pyproject.toml, in a process of its own: within this one it can crash."""
    pytest.importorskip("importlinter", reason="import-linter is not installed: pip install -r requirements.txt")
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_map_of_core_names_every_package() -> None:
    text = ast.get_docstring(tree(PROJECT / "core" / "__init__.py")) or ""
    there = {path.parent.name for path in (PROJECT / "core").glob("*/__init__.py")}
    assert set(re.findall(r"^ *(\w+)/", text, re.MULTILINE)) == there
    assert len(tree(PROJECT / "core" / "__init__.py").body) == 1  # nothing else: a worker imports it too


@each_file([path for path in OURS if path.name == "__init__.py" and name(path.parent) not in WITH_CODE])
def test_packages_hold_a_docstring_only(path: Path) -> None:
    assert len(tree(path).body) == 1


def test_no_circles() -> None:
    ours = {module(path): {one for one in imports(path) if top(one) in ("core", "pages")} for path in OURS}
    assert "core.application" in ours["pages.frame.server_setup"], "imports are not seen"
    TopologicalSorter(ours).prepare()  # raises CycleError, which names the circle


def test_server_process_is_free_of_keras() -> None:
    """Import all that the server and its pages do, in a process of its own, and look at what came with it."""
    wanted = sorted({one for path in sources("pages") for one in imports(path)})
    code = (
        "import importlib, json, sys\n"
        f"for one in ['dashboard', 'distributed', *{wanted!r}]:\n"
        "    importlib.import_module(one)\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, env=os.environ.copy(), check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert {"core.runs.manager", "pages.shell.page_data", "streamlit"} <= loaded
    assert not loaded & {*LEARNING, "sklearn"}  # which would take seconds and hundreds of megabytes as well


# 4: one catalogue

NAMES = {*LAYERS, *OPTIMIZERS, *SCHEDULES, *LOSSES, *METRICS, *CALLBACKS}


@each_file([path for path in OURS if not name(path).startswith(("core/catalogue", "core/experiment/templates"))])
def test_nobody_compares_the_name_of_a_choice(path: Path) -> None:
    compared = [literal for node in nodes(path) for part in _compared(node) for literal in _literals(part)]
    assert not set(compared) & NAMES, f"{name(path)} asks which one it is; let it read a trait"


def _compared(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    return [node.pattern] if isinstance(node, ast.match_case) else []


def _literals(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


# 6: messages have all their parts


@each_file(OURS)
def test_every_problem_has_all_its_parts(path: Path) -> None:
    order = ("code", "where", "happened", "expected", "fix")
    for node in nodes(path):
        if isinstance(node, ast.Call) and _called(node) == "Problem" and not any(one.arg is None for one in node.keywords):
            given = {*order[: len(node.args)], *(one.arg for one in node.keywords)}
            assert given >= set(order), f"{name(path)}, line {node.lineno}: a Problem lacks {set(order) - given}"


def _called(node: ast.Call) -> str:
    """The last name of what is called: "write_text" of path.write_text(...)."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


# 7: files are written whole

WRITERS = ("write_text", "write_bytes", "save", "savez", "savez_compressed", "save_weights", "copyfile", "copy", "move")


@each_file(sources("core"))
def test_files_are_written_through_write_atomically(path: Path) -> None:
    if name(path) == "core/files.py":
        return
    calls = [node for node in nodes(path) if isinstance(node, ast.Call) and _called(node) == "write_atomically"]
    handed = {one.id for call in calls for one in ast.walk(call) if isinstance(one, ast.Name)}
    inside = {
        node
        for function in nodes(path)
        if isinstance(function, ast.FunctionDef) and function.name in handed
        for node in ast.walk(function)
    } | {node for call in calls for node in ast.walk(call)}
    for node in nodes(path):
        if isinstance(node, ast.Call) and node not in inside and _writes(node):
            where = f"{name(path)}, line {node.lineno}"
            assert where.partition(",")[0] in UNSYNCED and _called(node) in UNSYNCED[name(path)], f"{where} writes a file"


# What may write otherwise, and why.
UNSYNCED = {
    "core/command_output.py": ("write_text",),  # to a device or a pipe, which must not be replaced
    "core/engine/processes.py": ("open",),  # the log of the processes, which is appended to
    "core/child_process.py": ("write_text",),  # a session's priority
    "core/worker/process_start.py": ("write_text",),  # the name of a process
    "core/runs/schema.py": ("move",),  # a damaged file is set aside whole
    "core/png.py": ("save",),  # pictures, in memory
    "core/worker/training/progress_callback.py": ("save",),  # of snapshots, which writes atomically
    "core/worker/training/prepare.py": ("copy",),  # of numbers, in memory
    "core/worker/training/preserve_state.py": ("copy",),  # the same
    "core/worker/training/train.py": ("save",),  # of evaluation and snapshots, which write atomically
}


def _writes(node: ast.Call) -> bool:
    if _called(node) == "open":
        modes = [one.value for one in (*node.args, *(one.value for one in node.keywords)) if isinstance(one, ast.Constant)]
        return any(isinstance(mode, str) and re.fullmatch(r"[wax+rbt]+", mode) and set(mode) & set("wax+") for mode in modes)
    return _called(node) in WRITERS


# 8: paths are ours

MACHINE = re.compile(r"[\"'`(\s](/(?:home|work|tmp|root|Users|mnt|opt)/\w|[A-Z]:\\\\)")


@each_file([*ALL, *sorted((PROJECT / "pages").rglob("*.*s")), *PROJECT.glob("*.toml"), *PROJECT.glob("*.md")])
def test_no_path_of_one_machine(path: Path) -> None:
    if path != Path(__file__):
        assert not MACHINE.findall(path.read_text(encoding="utf-8"))


# 9: names and sizes


@each_file(ALL)
def test_no_module_shares_a_name_with_the_standard_library(path: Path) -> None:
    ours = {path.stem, path.parent.name if path.parent != PROJECT else path.stem}
    assert not ours & (sys.stdlib_module_names - {"__main__", "test"})


@each_file([*ALL])
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAXIMUM_LINES


@each_file(sorted((PROJECT / "pages").rglob("*.js")))
def test_no_script_of_the_browser_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAXIMUM_LINES


SCALE_OF_TYPE = (12.5, 14.0, 16.0, 20.0, 30.0, 56.0)  # pixels; see docs/looks.md
READ_FROM_AFAR = {  # the stage, and scenes of a lecture
    *("stage.css", "presenter.css", "lecture_windows.css", "lecture_on_page.css", "guide_show.css", "guide_in_sight.css"),
}


@each_file([path for path in sorted((PROJECT / "pages").rglob("*.css")) if path.name not in READ_FROM_AFAR])
def test_letters_have_a_size_of_the_scale(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if ".compact" in line or "--t-" in line:  # on the stage; the scale itself
            continue
        for size, unit in re.findall(r"font-size:[^;]*?(\d*\.?\d+)(px|rem)", line):
            pixels = float(size) * (1 if unit == "px" else 16)
            assert pixels in SCALE_OF_TYPE, line.strip()


@each_file(ALL)
def test_no_function_is_too_long(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            assert length <= MAXIMUM_FUNCTION, f"{name(path)}: {node.name} has {length} lines"


@each_file(OURS)
def test_what_is_public_says_what_it_is_for(path: Path) -> None:
    """Modules and classes everywhere; in core functions too, but for those of one line, whose names say it all."""
    whole = tree(path)
    assert ast.get_docstring(whole), f"{name(path)} does not say what it is"
    for node in whole.body:
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if not is_function and not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        if is_function and (name(path).startswith("pages/") or len(node.body) == 1):
            continue
        assert ast.get_docstring(node), f"{name(path)}: {node.name} has no docstring"


@each_file(sources("core"))
def test_docstrings_name_real_parameters(path: Path) -> None:
    """Those in a section "Parameters" are the function's; a class lists all of its `__init__`.

    That a function's list is complete is ruff's rule D417; that it names no others is still a preview there (DOC102).
    """
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            named = _documented(ast.get_docstring(node) or "")
            known = _fields_or_init(node) if isinstance(node, ast.ClassDef) else _arguments(node)
            assert named <= known, f"{node.name} has no {named - known}"
            if named and isinstance(node, ast.ClassDef):
                assert named == known, f"{node.name} does not describe {known - named}"


def _documented(text: str) -> set[str]:
    """The names in the section "Parameters" of a docstring; empty without that section."""
    section = re.search(r"^Parameters\n-{10}\n((?:.+\n?|\n(?!\w+\n-))*)", text, re.MULTILINE)
    lines = section[1].splitlines() if section else []
    return {name.strip(" *") for line in lines if line and line[0] != " " for name in line.partition(" : ")[0].split(",")}


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    given = node.args
    several = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    return {one.arg for one in several} - {"self", "cls"}


def _fields_or_init(node: ast.ClassDef) -> set[str]:
    """The arguments of `__init__`, or the fields where a class has none of its own."""
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            return _arguments(one)
    return {one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)}


def test_documented_parameters_are_found() -> None:
    text = "Do.\n\nParameters\n----------\none, two\n    Both.\n\n    More.\n**rest\n    All.\n\nReturns\n-------\nint\n"
    assert _documented(text) == {"one", "two", "rest"}
    assert _documented("Do.") == set()


# How the tests run


def test_tests_of_a_file_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """They share what is costly, such as servers; pytest-xdist says so by a name after the test's."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@sources")
