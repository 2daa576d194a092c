"""Notebooks and explained scripts: valid, with the lecture's five headings, and the very code of the script."""

import ast
import io
import json
import re
from importlib.metadata import version
from pathlib import Path

import nbformat
import numpy as np
import pytest
from markdown_it import MarkdownIt

from core.catalogue.datasets import data_set
from core.datasets.user_datasets import data_set_npz, rename
from core.experiment.edits import relabel
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.export.notebook import PACKAGES, notebook, script_sections, script_with_comments
from core.export.script import script
from tests.core.datasets.sample_datasets import own_digits
from tests.core.sample_experiments import LECTURE, RESIDUAL

HEADINGS = ["What is needed", "Load", "Define", "Compile", "Train", "Evaluate"]
EXPERIMENTS = {
    **{name: apply_template(lecture_experiment("digits"), name) for name in TEMPLATES},
    "residual": RESIDUAL,
    "corrected": relabel(LECTURE, "train", 3, 1),
}


def code_of(text: str, kinds: tuple[str, ...] = ("code",)) -> str:
    """The code of a notebook; `kinds` are beginnings of its cells' ids: "code" for the script, "shown" for drawings."""
    cells = nbformat.reads(text, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "code" and cell.id.partition("-")[0] in kinds)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_notebook_is_valid_and_runs_the_very_script(name: str) -> None:
    experiment = EXPERIMENTS[name]
    text = notebook("Run 1", script_sections(experiment))
    nbformat.validate(nbformat.reads(text, as_version=4))
    whole = ast.dump(ast.parse(script(experiment)))
    assert ast.dump(ast.parse(code_of(text))) == whole
    assert ast.dump(ast.parse(script_with_comments("Run 1", script_sections(experiment)))) == whole


def test_headings_are_the_lectures(tmp_path: Path) -> None:
    cells = json.loads(notebook("Run 7: the lecture", script_sections(LECTURE)))["cells"]
    titles = ["".join(cell["source"]).splitlines()[0] for cell in cells if cell["cell_type"] == "markdown"]
    assert titles == ["# Run 7: the lecture", *(f"## {heading}" for heading in HEADINGS)]
    text = script_with_comments("Run 7: the lecture", script_sections(LECTURE))
    places = [text.index(f"# {heading}\n") for heading in HEADINGS]
    assert places == sorted(places)
    assert "Dense 128 relu: " in text


def test_first_cell_installs_the_versions_that_the_notebook_names() -> None:
    text = notebook("Run 1", script_sections(LECTURE))
    first = next(cell for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "code")
    wanted = {name: version(name) for name in (*PACKAGES, "plotly")}
    assert first.source == "%pip install --quiet " + " ".join(f"{name}=={number}" for name, number in wanted.items())
    assert all(f"{name} {wanted[name]}" in script_sections(LECTURE)[0].words[0] for name in PACKAGES)


def test_explained_script_draws_nothing() -> None:
    assert "plotly" not in script_with_comments("Run 1", script_sections(LECTURE)) and "%pip" not in script_with_comments(
        "Run 1", script_sections(LECTURE)
    )


def test_title_from_a_stranger_stays_in_its_line() -> None:
    hostile = "x'); import os\n`<script>`"
    assert ast.dump(ast.parse(script_with_comments(hostile, script_sections(LECTURE)))) == ast.dump(
        ast.parse(script(LECTURE))
    )
    nbformat.validate(nbformat.reads(notebook(hostile, script_sections(LECTURE)), as_version=4))


def test_file_of_ones_own_pictures_names_its_classes_as_they_are_now() -> None:
    name = own_digits("ada")
    rename(name, "ada", 1, "number one")
    with np.load(io.BytesIO(data_set_npz(name)), allow_pickle=False) as pictures:
        assert pictures["classes"].tolist() == ["zero", "number one", "two"] == list(data_set(name).classes)
        assert set(pictures.files) == {"x_train", "y_train", "x_test", "y_test", "classes"}
    assert 'class_names = ["zero", "number one", "two"]' in script(lecture_experiment(name))


def test_name_of_a_run_is_shown_as_it_is_and_is_no_markdown() -> None:
    name = "<img src=http://evil.example/x> ![x](https://evil.example) www.evil.example *a* $b$"
    cell = json.loads(notebook(name, script_sections(LECTURE)))["cells"][0]
    first = "".join(cell["source"]).splitlines()[0]
    (heading,) = [token for token in MarkdownIt("commonmark").parse(first) if token.type == "inline"]
    assert {token.type for token in heading.children} <= {"text", "text_special"}, first
    assert "".join(token.content for token in heading.children) == name
    assert not re.search(r"https?://|www\.", first), "Jupyter makes links of bare addresses"
