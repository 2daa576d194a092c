"""README.md and docs/ tell the truth: their commands, tables, example and pictures are those of the project."""

import ast
import json
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.__main__ import main
from core.catalogue.backends import DEFAULT, VARIABLE
from core.catalogue.datasets import DATASETS
from core.experiment.edits import set_value
from core.experiment.model import DATA, FIT, to_dict
from core.experiment.serialization import dumps, loads
from core.experiment.templates import lecture_experiment
from core.settings import SETTINGS, variable
from pages.shell.middleware import FRAME_ANCESTORS, HOSTS
from pages.shell.page_map import PAGES
from tests.source_code import nodes

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
README_MOST_LINES = 150  # a newcomer reads it in some minutes; all else stands in docs/
DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
SET_UP = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && "
TEST_COMMAND = SET_UP + ".venv/bin/pytest"

# Where a package is imported under another name than it is installed by.
INSTALLED_AS = {
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "axe_playwright_python": "axe-playwright-python",
    "markdown_it": "markdown-it-py",
    "mdit_py_plugins": "mdit-py-plugins",
    "yaml": "pyyaml",
}
FIRST_PARTY = {"core", "pages", "tests", "docs", "dashboard"}
# Packages that no file imports by name, but that this project asks for.
OPTIONAL = {"jax", "torch"}  # in requirements-backends.txt
FOR_EXPORTS = {"onnxruntime", "tf2onnx"}  # in requirements-export.txt
FOR_A_LOGIN = {"authlib", "httpx"}  # in requirements-login.txt
FOR_DOCUMENTATION = {"mkdocs"}  # in requirements-docs.txt
USED_WITHOUT_IMPORT = {
    "tensorflow",
    "ruff",
    "import-linter",
    "mypy",
    "pytest-rerunfailures",
    "pytest-xdist",
    "pytest-cov",
    "coverage",
}


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def table_under(heading: str) -> list[tuple[str, ...]]:
    """The rows of the one table in all documents whose first column has this heading."""
    (table,) = re.findall(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    return [cells(line) for line in table.splitlines()]


def row_of(heading: str, first_cell: str) -> tuple[str, ...]:
    """The one row of a table that begins with a cell."""
    (found,) = [row for row in table_under(heading) if row[0] == first_cell]
    return found


def pinned(file: str) -> dict[str, str]:
    """Packages and versions of a requirements file; every line pins exactly one."""
    lines = [line.partition("#")[0].strip() for line in (PROJECT / file).read_text().splitlines()]
    pins = [line for line in lines if line and not line.startswith("-c ")]
    for pin in pins:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", pin), f"{file}: {pin!r} pins no exact version"
    return dict(pin.split("==") for pin in pins)


def python_files() -> Iterator[Path]:
    yield PROJECT / "dashboard.py"
    for folder in ("core", "pages", "tests", "docs"):
        yield from (PROJECT / folder).rglob("*.py")


def imported(path: Path) -> Iterator[str]:
    """The packages that a file imports, by their first name."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.fixture(scope="module")
def example() -> str:
    """The one experiment in the documents."""
    (found,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    return found


@pytest.mark.parametrize("command", [SET_UP + ".venv/bin/streamlit run dashboard.py", TEST_COMMAND])
def test_command_stands_alone_in_a_block(command: str) -> None:
    assert f"```sh\n{command}\n```" in README


def test_windows_has_both_commands() -> None:
    (block,) = re.findall(r"```bat\n(.*?)```", README, re.DOTALL)
    started = [line.rpartition("&& .venv\\Scripts\\")[2] for line in block.splitlines()]
    assert started == ["streamlit run dashboard.py", "pytest"]


def test_ci_runs_the_test_command_word_for_word() -> None:
    lines = (PROJECT / ".ci" / "run").read_text().splitlines()
    (ran,) = [line for line in lines if "/pytest" in line and "/pytest -m" not in line]
    assert ran.partition("/")[2] == TEST_COMMAND.rpartition("/")[2]


def test_every_page_is_in_the_table() -> None:
    for page in PAGES:
        row_of("Page", f"**{page.title}** (`pages/{page.file}`)")


def test_every_requirement_is_explained_and_nothing_else() -> None:
    explained = [row[0].strip("`") for row in table_under("Package")]
    assert sorted(explained) == sorted(pinned("requirements.txt"))
    assert all(row[1] for row in table_under("Package"))


def test_optional_requirements_are_explained_and_leave_pytorch_a_range() -> None:
    lines = [one for one in (PROJECT / "requirements-backends.txt").read_text().splitlines() if not one.startswith("#")]
    names = {re.split("[=<>]", line)[0] for line in lines}
    assert names == set(re.findall(r"`([a-z]+)`", " ".join(row[0] for row in table_under("Optional package"))))
    assert names >= OPTIONAL
    assert "torch>=2.13,<2.14" in lines, "an exact version would refuse builds such as 2.13.0+cpu"


def test_requirements_for_exports_are_pinned_and_explained() -> None:
    names = set(pinned("requirements-export.txt"))
    assert names == {row[0].strip("`") for row in table_under("Package for exports")}
    assert names >= FOR_EXPORTS
    assert "requirements-export.txt" in (PROJECT / ".ci" / "environment").read_text(), "its tests need them"


def test_requirements_for_a_login_are_pinned_and_explained() -> None:
    names = set(pinned("requirements-login.txt"))
    assert names == {row[0].strip("`") for row in table_under("Package for a login")} == FOR_A_LOGIN
    assert "requirements-login.txt" in (PROJECT / ".ci" / "environment").read_text(), "its tests need them"


def test_requirements_for_documentation_are_pinned_and_explained() -> None:
    names = set(pinned("requirements-docs.txt"))
    assert names == {row[0].strip("`") for row in table_under("Package for the documentation")}
    assert names >= FOR_DOCUMENTATION


def test_requirements_and_constraints_pin_each_package_once() -> None:
    assert not set(pinned("requirements.txt")) & set(pinned("constraints.txt"))
    assert "-c constraints.txt" in (PROJECT / "requirements.txt").read_text().splitlines()


def test_every_import_is_required_and_every_requirement_used() -> None:
    found = {name for path in python_files() for name in imported(path)} - sys.stdlib_module_names - FIRST_PARTY
    found -= OPTIONAL | FOR_EXPORTS | FOR_A_LOGIN | FOR_DOCUMENTATION
    assert {INSTALLED_AS.get(name, name) for name in found} | USED_WITHOUT_IMPORT == set(pinned("requirements.txt"))


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_is_documented_as_it_is(name: str) -> None:
    parameter = SETTINGS[name]
    documented = row_of("Variable", f"`{variable(name)}`")
    assert documented[1:] == (str(parameter.default), parameter.unit, parameter.help)


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"DASHBOARD_\w+", TEXT))
    assert named == {variable(name) for name in SETTINGS} | {
        "DASHBOARD_HOME",
        "DASHBOARD_LECTURER_TOKEN",
        HOSTS,
        FRAME_ANCESTORS,
    }


@pytest.mark.parametrize("name", DATASETS)
def test_data_set_is_listed_with_its_files(name: str) -> None:
    _, key, files, _ = row_of("Data set", DATASETS[name].title)
    assert key == f"`{name}`"
    assert sorted(re.findall(r"`([^`]+)`", files)) == sorted(DATASETS[name].files)


def test_example_is_the_lecture_and_equals_itself(example: str) -> None:
    experiment = loads(example)
    assert to_dict(experiment) == json.loads(example)
    assert experiment == lecture_experiment("fashion_mnist")


def test_every_field_of_the_format_has_a_meaning() -> None:
    first_cells = " ".join(row[0] for row in table_under("Field"))
    fields = [f"data.{name}" for name in DATA] + [f"fit.{name}" for name in (*FIT, "callbacks")]
    for field in ("version", "layers", "compile.optimizer", "compile.loss", "compile.metrics", *fields):
        assert f"`{field}`" in first_cells, f"{field} is not in the table of fields"


def test_command_line_does_what_is_written(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example, on the data set that always works, through all three commands; and the keys of its result."""
    experiment = set_value(loads(example), ("data", "dataset"), "digits")
    source, result, script = tmp_path / "experiment.json", tmp_path / "result.json", tmp_path / "script.py"
    monkeypatch.setenv(VARIABLE, DEFAULT)  # which `run` sets, for its own process
    source.write_text(dumps(replace(experiment, fit=replace(experiment.fit, epochs=1))))

    def core(*arguments: str | Path) -> int:  # as `python -m core` does, whose own process `test_command_line` starts
        return main([str(one) for one in arguments])

    assert core("check", source) == 0
    assert core("run", source, "--output", result) == 0
    assert core("export", source, script) == 0
    documented = [key for row in table_under("Key of RESULT.json") for key in re.findall(r"`(\w+)`", row[0])]
    assert sorted(documented) == sorted(json.loads(result.read_text()))
    source.write_text("{")
    assert core("check", source) == 2


def pictures(document: Path) -> list[Path]:
    """The pictures that a document shows."""
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", document.read_text(encoding="utf-8"))
    return [(document.parent / name).resolve() for name in shown]


@pytest.mark.parametrize("picture", [path for one in DOCUMENTS for path in pictures(one)], ids=lambda path: path.name)
def test_picture_is_a_png_of_a_screen(picture: Path) -> None:
    content = picture.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])  # the header's first two fields
    assert width >= 1000 and height >= 500


def test_every_picture_is_shown_once() -> None:
    shown = [path for one in DOCUMENTS for path in pictures(one)]
    assert sorted(shown) == sorted((PROJECT / "docs").glob("*.png"))


def test_readme_is_short_and_shows_one_picture() -> None:
    assert len(README.splitlines()) <= README_MOST_LINES
    assert len(pictures(PROJECT / "README.md")) == 1


def test_files_and_folders_named_are_there() -> None:
    named = set(re.findall(r"`((?:pages|core|docs|tests|\.ci|\.streamlit)/[\w/.]*)`", TEXT)) | {"LICENSE", "dashboard.py"}
    assert len(named) > 20
    missing = sorted(name for name in named if "NAME" not in name and not (PROJECT / name).exists())
    assert not missing


def test_each_fault_that_is_survived_has_its_test() -> None:
    table = (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `(tests/[\w/]+\.py)::(\w+)` \|$", table, re.MULTILINE)
    rows = [line for line in table.splitlines() if line.startswith("| ") and "What goes wrong" not in line]
    assert len(named) == len(rows) >= 35
    for file, test in named:
        functions = [node.name for node in ast.parse((PROJECT / file).read_text()).body if isinstance(node, ast.FunctionDef)]
        assert test in functions, f"{file} holds no {test}"
