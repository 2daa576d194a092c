"""Private names of libraries are touched in the three files of patches, and nowhere else."""

import ast
import re
from pathlib import Path

import pytest

from tests.source_code import nodes
from tests.test_house import OURS, each_file, name

PATCHES = ("core/engine/dask_patches.py", "core/worker/keras_patches.py", "pages/shell/streamlit_patches.py")
# Modules of which a library promises nothing: of Streamlit and Dask all but these.
PRIVATE = re.compile(
    r"keras\.src\b|tensorflow\.(python|core)\b|dask\.\w|streamlit\.(?!components\b|testing\b)\w"
    r"|distributed\.(?!diagnostics\.plugin\b)\w|.*\b_(?!_)"
)
DOCUMENTED = {"_exit"}  # os._exit: Python's manual describes it, and offers no other name


@pytest.fixture(autouse=True)
def data_folder() -> None:
    """Files are only read here."""


@each_file([path for path in OURS if name(path) not in PATCHES])
def test_private_names_stand_in_the_files_of_patches(path: Path) -> None:
    for node in nodes(path):
        touched = private(node)
        assert not touched, f"line {node.lineno} touches {touched}"


def private(node: ast.AST) -> list[str]:
    """The private names that a piece of code touches: by a dot, by an import, or by getattr with a text."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names if PRIVATE.match(one.name)]
    if isinstance(node, ast.ImportFrom):
        return [one for one in (str(node.module), *(one.name for one in node.names)) if PRIVATE.match(one)]
    names = []
    if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
        names = [node.attr]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr", "setattr", "delattr"):
        names = [str(one.value) for one in node.args[1:2] if isinstance(one, ast.Constant)]
    return [one for one in names if re.match("_(?!_)", one) and one not in DOCUMENTED]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("model._jax_state", ["_jax_state"]),
        ("self._model._jax_state = 1", ["_jax_state"]),
        ("getattr(manager, '_last_pid', -1)", ["_last_pid"]),
        ("import keras.src.random", ["keras.src.random"]),
        ("from keras.src.utils import naming", ["keras.src.utils"]),
        ("from streamlit.runtime.scriptrunner import ScriptRunner", ["streamlit.runtime.scriptrunner"]),
        ("from pages.components import _nothing", ["_nothing"]),
        ("from distributed.diagnostics.plugin import UploadFile", []),
        ("from distributed import Client", []),
        ("self._model.fit(); cls._known; os._exit(0); type(self).__name__", []),
    ],
)
def test_private_names_are_found(code: str, expected: list[str]) -> None:
    assert [one for node in ast.walk(ast.parse(code)) for one in private(node)] == expected
