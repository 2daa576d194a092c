"""The entries of data sets: importing them is light, Keras has what they name, and their scripts load what they load."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from core.catalogue.datasets import DATASETS
from core.catalogue.datasets.entry import KerasDataSet
from tests.deep_cases import deep_after

PROJECT = Path(__file__).parents[3]


def test_import_of_the_entries_loads_no_library_that_learns() -> None:
    code = "import sys, core.catalogue.datasets; print({'keras', 'sklearn', 'pandas', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", [name for name, entry in DATASETS.items() if isinstance(entry, KerasDataSet)])
def test_keras_has_a_module_for_each_data_set_that_it_loads(name: str) -> None:
    assert callable(import_module(f"keras.datasets.{name}").load_data)


@pytest.mark.parametrize("name", deep_after(1, ["digits", "fashion_mnist"]))
def test_lines_of_the_script_load_what_the_entry_loads(name: str, request: pytest.FixtureRequest) -> None:
    if name == "fashion_mnist":
        request.getfixturevalue("fashion_mnist")
    entry, names = DATASETS[name], {"np": np}
    exec("\n".join([*entry.script_imports(), *entry.script_lines()]), names)  # noqa: S102
    (x_train, y_train), (x_test, y_test) = entry.load()
    for variable, expected in {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}.items():
        np.testing.assert_array_equal(names[variable], expected, strict=True)
