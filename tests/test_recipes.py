"""CONTRIBUTING.md and docs/ARCHITECTURE.md are true of the code: what recipes and the map name is there, and is enough."""

import ast
import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core.catalogue.datasets import DATASETS
from core.catalogue.layers import LAYERS, LEFT_OUT_LAYERS
from core.coach.rules import RULES
from core.export.model_formats import FORMATS
from core.export.usage_snippets import PREDICTION_CODE
from core.glossary.terms import TERMS
from core.teaching import library
from core.teaching.checks.task_checks import CHECKS
from core.teaching.shows.catalogue import SHOWS
from pages.shell.page_map import PAGES
from tests import draw_roads
from tests.draw_architecture import PICTURE, svg

PROJECT = Path(__file__).parent.parent
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = (PROJECT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
MOST_FILES = {
    "a layer": 3,
    "a data set": 3,
    "a page": 3,
    "a rule of the coach": 3,
    "a check of a task": 4,
    "a word of the glossary": 2,
    "a deck": 1,
    "an export": 3,
    "a view": 4,
    "a view to move": 5,
}
FILE = re.compile(r"`((?:core|pages|docs|tests|decks)/[\w/.-]*)`")
VIEW = re.compile(r"^\| `(\w+)\.py` \| .* \| (.*`.*) \|$", re.MULTILINE)  # a row of the table of views
ENDINGS = (".py", ".js", ".css", ".html", ".json")

LAYER_PLACES = {"core/catalogue/keras.json", "core/catalogue/layers/__init__.py"}  # and the file of its family
LAYER_ARGUMENTS = {
    "core/catalogue/layers/arguments.py",
    "core/catalogue/layers/wrappers.py",
}  # short names; layers that hold one
# Modules that build networks of layers, or say one apart, which a new layer need not be part of.
NETWORKS = {
    *(f"core/experiment/{name}.py" for name in ("templates", "ready_blocks")),
    *(
        f"core/checks/{name}.py"
        for name in ("graph", "lost_detail", "merges", "pixels", "ranks", "experiment_checks", "shapes")
    ),
    "core/coach/suggestions.py",
}
# Names that other things have too: an initializer, an activation, a group of layers, a word in a docstring.
OTHER_MEANINGS = {"Activation", "Attention", "Identity", "Normalization", "Flatten", "BatchNormalization", "Dense", "Conv2D"}

# Codes that name the same problem before a run, or the end of one.
SHARED_CODES = {"not-finite", "unscaled-pixels", "softmax-with-from-logits", "few-updates"}
GLOSSARY = {f"core/glossary/{name}.py" for name in ("learning_terms", "preferred_terms")}  # words that rules have as names


@cache
def texts() -> dict[str, str]:
    """Each file of core/ and pages/, with its text."""
    files = [
        path for folder in ("core", "pages") for path in sorted((PROJECT / folder).rglob("*")) if path.suffix in ENDINGS
    ]
    return {path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8") for path in files}


@cache
def quoted() -> dict[str, set[str]]:
    """What stands between two quotes, on one line, with the files that hold it."""
    found = defaultdict(set)
    for file, text in texts().items():
        for words in re.findall(r"(?<=[\"'`])[^\"'`\n]+(?=[\"'`])", text):
            found[words].add(file)
    return found


def naming(name: str) -> set[str]:
    """The files that hold a name in quotes."""
    return quoted().get(name, set())


def recipe(name: str) -> list[set[str]]:
    """The files of a recipe, step by step; a step may name several, of which one is touched."""
    (section,) = re.findall(rf"^### Add {name}\n(.*?)(?=^##|\Z)", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    steps = re.findall(r"^\d\. (.*?)(?=^\d\. |^$|\Z)", section, re.MULTILINE | re.DOTALL)
    return [set(FILE.findall(step.partition(": ")[0].replace(":\n", ": "))) for step in steps]


def test_every_recipe_is_known() -> None:
    assert re.findall(r"^### Add (.+)$", CONTRIBUTING, re.MULTILINE) == list(MOST_FILES)


@pytest.mark.parametrize("name", MOST_FILES)
def test_recipe_names_few_files_and_all_exist(name: str) -> None:
    steps = recipe(name)
    assert 0 < len(steps) <= MOST_FILES[name]
    assert all(steps), f"a step of {name!r} names no file"
    assert [file for step in steps for file in step if not (PROJECT / file).exists()] == []


def families() -> dict[str, str]:
    """Each file of a family of layers, with its text."""
    folder, without = "core/catalogue/layers/", {"__init__.py", "arguments.py"}
    return {
        file: text for file, text in texts().items() if file.startswith(folder) and file.removeprefix(folder) not in without
    }


def test_layer_is_named_only_where_its_recipe_says() -> None:
    family, *others = recipe("a layer")
    assert family == {"core/catalogue/layers/"} and set().union(*others) == LAYER_PLACES
    allowed = {*LAYER_PLACES, *LAYER_ARGUMENTS, *families(), *NETWORKS}
    elsewhere = {name: naming(name) - allowed for name in LAYERS if name not in OTHER_MEANINGS}
    assert {name: files for name, files in elsewhere.items() if files} == {}


@pytest.mark.deep
def test_most_layers_are_named_by_their_entry_alone() -> None:
    """So that a layer can be added without a word in the modules that build networks."""
    alone = [name for name in LAYERS if len(naming(name) - {"core/catalogue/keras.json"}) <= 1]
    assert len(alone) > len(LAYERS) / 2
    assert not set(LAYERS) & set(LEFT_OUT_LAYERS)


@pytest.mark.parametrize("name", DATASETS)
def test_data_set_is_named_only_where_its_recipe_says(name: str) -> None:
    folder, table, document = (step.pop() for step in recipe("a data set"))
    module = f"{folder}{name}.py"
    assert naming(DATASETS[name].title) == {module}
    if name != "digits":  # the data set that always works, which repairs offer
        assert naming(name) - {"core/runs/recorded_backends.json"} == {module}
    assert f"datasets.{name} import" in texts()[table]
    assert f"| {DATASETS[name].title} | `{name}` |" in (PROJECT / document).read_text()


@pytest.mark.parametrize("file", [page.file for page in PAGES])
def test_page_is_described_and_tested(file: str) -> None:
    assert (PROJECT / "pages" / file).is_file()
    assert f"`pages/{file}`" in (PROJECT / "docs" / "using.md").read_text(encoding="utf-8")
    assert (PROJECT / "tests" / "pages" / f"test_{file}").is_file()


def test_every_page_stands_on_the_map() -> None:
    files = {path.name for path in (PROJECT / "pages").glob("*.py")} - {"__init__.py", "main.py"}
    assert {page.file for page in PAGES} == files


def test_rule_stands_only_where_its_recipe_says() -> None:
    signs, rules, document = recipe("a rule of the coach")
    assert rules == {"core/coach/rules.py"} and document == {"docs/coach.md"}
    assert {f"{rule.find.__module__.replace('.', '/')}.py" for rule in RULES} == signs
    elsewhere = {rule.code: naming(rule.code) - rules - GLOSSARY for rule in RULES if rule.code not in SHARED_CODES}
    assert {code: files for code, files in elsewhere.items() if files} == {}
    functions = {rule.find.__name__ for rule in RULES}
    for file, text in texts().items():
        if file.startswith("core/coach/") or not file.endswith(".py"):
            continue
        assert not re.findall(
            rf"\b(?:bad_settings|bad_labels|learning_failures|generalization)\.({'|'.join(functions)})\b", text
        )


def keys(file: str, table: str) -> list[str]:
    """The keys of a table of a module, read from its code: to import the module would load Keras."""
    (value,) = [
        node.value
        for node in ast.parse(texts()[file]).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == table
    ]
    assert isinstance(value, ast.Dict)
    return [ast.literal_eval(key) for key in value.keys if key]


def test_export_stands_only_where_its_recipe_says() -> None:
    places = set().union(*recipe("an export"))
    _, worker, _ = (file for step in recipe("an export") for file in step)
    assert list(FORMATS) == list(PREDICTION_CODE) == keys(worker, "WRITERS") == keys(worker, "READERS")
    assert {name: naming(name) for name in FORMATS if name != "keras"} == dict.fromkeys(set(FORMATS) - {"keras"}, places)


def test_check_of_a_task_stands_where_its_recipe_says() -> None:
    families, document, *answers = (step.pop() for step in recipe("a check of a task"))
    for check in CHECKS.values():
        assert {file for file in naming(check.name) if file.startswith(families) and f'"{check.name}",' in texts()[file]}
        assert f"| `{check.name}` |" in (PROJECT / document).read_text()
        assert all(f'"{check.name}": ' in (PROJECT / file).read_text() for file in answers)


def test_word_of_the_glossary_stands_where_its_recipe_says() -> None:
    folder, met = (step.pop() for step in recipe("a word of the glossary"))
    topics = [text for file, text in texts().items() if file.startswith(folder)]
    assert all(sum(f'"{term.name}",' in text for text in topics) >= 1 for term in TERMS.values())
    assert "MET_ON_PAGES" in (PROJECT / met).read_text()


def test_deck_needs_its_file_alone() -> None:
    (folder,) = recipe("a deck").pop()
    assert sorted(path.stem for path in (PROJECT / folder).glob("*.md")) == sorted(deck.name for deck in library.decks())


def test_view_stands_where_its_recipe_says() -> None:
    questions, functions, drawings, document = (step.pop() for step in recipe("a view"))
    names = {path.stem for path in (PROJECT / questions).glob("*.py")} - {"__init__"}
    assert names == {path.stem for path in (PROJECT / functions).glob("*.py")} - {"__init__"}
    rows = dict(VIEW.findall((PROJECT / document).read_text(encoding="utf-8")))
    assert set(rows) == names
    for name, drawn_by in rows.items():
        assert all((PROJECT / path).exists() for path in FILE.findall(drawn_by)), name
        own = f"{drawings}{name}/"
        assert drawn_by.startswith(f"`{own}`") == (PROJECT / own).is_dir(), f"{name}: the folder of its name stands first"
    assert drawings == "pages/views/"


def test_view_to_move_stands_where_its_recipe_says() -> None:
    entries, drawings, table, document, moves = (step.pop() for step in recipe("a view to move"))
    for view in SHOWS.values():
        assert (PROJECT / entries / f"{view.folder}.py").is_file()
        assert (PROJECT / drawings / view.folder / f"{view.folder}.py").is_file()
        assert all(f'"{view.name}"' in (PROJECT / file).read_text() for file in (table, moves))
        assert f"`{view.name}`" in (PROJECT / document).read_text()


def test_map_names_every_package_and_no_other() -> None:
    named = {name.rstrip("/") for name in re.findall(r"^\| `([\w/]+/)`", ARCHITECTURE, re.MULTILINE)}
    inits = [path for folder in ("core", "pages") for path in (PROJECT / folder).rglob("__init__.py")]
    packages = {path.parent.relative_to(PROJECT).as_posix() for path in inits}
    components = {package for package in packages if package.startswith(("pages/components/", "pages/views/"))}
    components -= {"pages/views/shared"}
    assert named == packages - components, "one row stands for all components"
    for component in components:
        files = {path.name for path in (PROJECT / component).iterdir()}
        name = component.rpartition("/")[2]
        own = {f"{name}.py"} if component.startswith("pages/views/") else {f"{name}.py", f"{name}.js"}
        assert own <= files, f"{component} is what the row says: one component, under its own name"
    assert {path.name for path in (PROJECT / "tests").iterdir() if path.is_dir()} - {"__pycache__", "core", "pages"} <= set(
        re.findall(r"`tests/(\w+)/`", ARCHITECTURE)
    )


def test_picture_is_the_one_that_the_code_gives() -> None:
    assert PICTURE.read_text(encoding="utf-8") == svg(), "run python -m tests.draw_architecture"


@pytest.mark.parametrize("name", draw_roads.ROADS)
def test_road_is_the_one_that_the_code_takes(name: str) -> None:
    title, road = draw_roads.ROADS[name]
    assert (draw_roads.DOCS / name).read_text(encoding="utf-8") == draw_roads.svg(title, road), (
        "run python -m tests.draw_roads"
    )
    assert f"]({name})" in ARCHITECTURE


@pytest.mark.deep
def test_step_that_left_the_code_is_named() -> None:
    step = draw_roads.EVENT[3]
    with pytest.raises(LookupError, match="core/runs/manager.py has no function accept_event"):
        draw_roads.check(replace(step, function="accept_event"))
    with pytest.raises(LookupError, match="receive_event in core/runs/manager.py does not lead on by 'store_event'"):
        draw_roads.check(replace(step, leads_by="store_event"))
