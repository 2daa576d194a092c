"""Fixtures and hooks of all tests: a data folder for each test, a Keras folder for the session, and no silent skips."""

import os
import sys
import tempfile
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Otherwise each of a hundred processes would compile all modules, and pytest would rewrite the asserts of all tests again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if "KERAS_HOME" not in os.environ:  # Keras reads the variable when it is imported
    _keras_home = tempfile.TemporaryDirectory(prefix="keras-")
    os.environ["KERAS_HOME"] = _keras_home.name

from core.catalogue.datasets import DATASETS, copy_package_files, missing_files  # noqa: E402
from core.child_process import lower_priority  # noqa: E402

HAS_FAILED = pytest.StashKey[bool]()  # whether a test has failed, so that its fixtures clean up
IN_CI = os.environ.get("CI") == "true"
TESTS = Path(__file__).parent
# The order of the folders. Journeys come first, in both processes, each with a browser and a server of its own. Faults come
# late, beside tests of pages, which take a single core, since servers that start at the same time wait for each other.
ORDER = ("browser", "core", "faults")
IN_A_ROW = "faults"  # the tests of this folder start and kill servers, and so run one after another
WITHOUT_SERVERS = tuple(
    f"test_{name}.py"
    for name in ("near_duplicates", "npz_files", "picture_decoder", "upload_process", "uploads", "zip_files")
)  # the tests of that folder that need no server
LESS_URGENT = 7  # a nice value: a server's trainers, with 10, still get a third of the processor beside tests that compute


def pytest_configure(config: pytest.Config) -> None:
    """Lower the priority of a test process, so that the trainers that the other process waits for make progress."""
    if hasattr(config, "workerinput") and os.name == "posix":
        lower_priority(os.getpid(), LESS_URGENT)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Distribute the tests over two processes. Tests of a file stay together, except deep and nightly tests."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: _place(item.path.relative_to(TESTS).parts[0]))


def _group(item: pytest.Item) -> str:
    file = item.path.relative_to(TESTS)
    if file.parts[0] == IN_A_ROW and file.name not in WITHOUT_SERVERS:
        return IN_A_ROW
    takes_long = item.get_closest_marker("deep") or item.get_closest_marker("nightly")
    return item.nodeid if takes_long else str(file)


def _place(folder: str) -> int:
    return ORDER.index(folder) if folder in ORDER else len(ORDER)


_numbers = count()


def unmade_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """Return the path of a folder for a single test. A test that needs the folder makes it.

    Most tests need no folder. The fixture `tmp_path` would make thousands, and list all existing folders each time.
    """
    return factory.getbasetemp() / f"{name}-{next(_numbers)}"


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of this test alone."""
    folder = unmade_folder(tmp_path_factory, "home")
    monkeypatch.setenv("DASHBOARD_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def fashion_mnist() -> str:
    """The name of the Fashion-MNIST data set. If its files are missing, the test is skipped with the reason."""
    name = "fashion_mnist"
    copy_package_files(name)
    missing = missing_files(name)
    if missing:
        package = DATASETS[name].package
        pytest.skip(
            f"Fashion-MNIST is not here: install Debian's package {package}, or put its files in {missing[0].parent}"
        )
    return name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record whether a test failed. In CI, turn a skipped test into a failed test, so that no gap stays unnoticed."""
    report = yield
    if report.when == "call":
        item.stash[HAS_FAILED] = report.failed
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
