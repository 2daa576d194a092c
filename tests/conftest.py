"""Fixtures and hooks of all tests: a data folder for each test, a Keras folder for the session, and no silent skips."""

import os
import sys
import tempfile
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Otherwise each of a hundred processes would compile all modules, and pytest would rewrite the asserts of all tests again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if "KERAS_HOME" not in os.environ:  # Keras reads the variable when it is imported
    _keras_home = tempfile.TemporaryDirectory(prefix="keras-")
    os.environ["KERAS_HOME"] = _keras_home.name

from core.catalogue.datasets import DATASETS, copy_package_files, missing_files  # noqa: E402
from core.child_process import lower_priority  # noqa: E402

# The gate tries the same examples every time, the deep set others each time (`--hypothesis-profile=deep`).
settings.register_profile("gate", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("deep", deadline=None)
settings.load_profile("gate")

HAS_FAILED = pytest.StashKey[bool]()  # whether a test has failed, so that its fixtures clean up
COLLECTED = pytest.StashKey[list[pytest.Item]]()  # the tests of all sets
IN_CI = os.environ.get("CI") == "true"
TESTS = Path(__file__).parent
# The order of the folders. Journeys come first, since they take longest. Faults come late, beside tests of pages, which take
# a single core, since servers that start at the same time wait for each other.
ORDER = ("browser", "core", "faults")
# All of these read the syntax trees of all files, and so share a process (see source_code.py).
READ_SOURCES = ("test_house.py", "test_private_names.py", "test_readme.py", "test_recipes.py", "test_safety.py")
SYSTEM_TESTS = ("browser", "faults")  # the tests of these folders drive a browser, start servers or kill processes
IN_ONE_PROCESS = tuple(f"test_{name}.py" for name in ("near_duplicates", "npz_files", "uploads", "zip_files"))  # but these
ASK_ONE_SERVER = ("test_routes.py",)  # these only ask a server over HTTP, and all of them the same one
MOST_TRIES = 3  # of a system test of the gate: a busy machine may hold up any of a hundred waits
LESS_URGENT = 7  # a nice value: a server's trainers, with 10, still get a third of the processor beside tests that compute


def pytest_configure(config: pytest.Config) -> None:
    """Lower the priority of a test process, so that the trainers that the other process waits for make progress."""
    if hasattr(config, "workerinput") and os.name == "posix":
        lower_priority(os.getpid(), LESS_URGENT)


@pytest.hookimpl(tryfirst=True)  # before xdist and pytest's `-m` read the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put each test into the gate or the deep set, and distribute the tests over two processes.

    A system test belongs to the deep set, unless `gate` says what no smaller test can tell, or it is left to the exhaustive
    tests. An unsteady test belongs to the deep set too.
    """
    for item in items:
        drives_processes = is_system_test(item.path)
        in_gate = item.get_closest_marker("gate") or not drives_processes
        if item.get_closest_marker("unsteady") or not (in_gate or item.get_closest_marker("exhaustive")):
            item.add_marker(pytest.mark.deep)
        elif in_gate and drives_processes:
            item.add_marker(pytest.mark.flaky(reruns=MOST_TRIES - 1))
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: _place(_folder(item.path)))
    config.stash[COLLECTED] = list(items)  # before pytest's `-m` leaves out a set


def _folder(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


def is_system_test(path: Path) -> bool:
    return _folder(path) in SYSTEM_TESTS and path.name not in IN_ONE_PROCESS + ASK_ONE_SERVER


def _group(item: pytest.Item) -> str:
    """Return the name of the group that runs in one process: a file, or a folder whose tests share a server.

    Tests of faults run one after another. Deep tests are groups of their own, so that both processes are busy to the end.
    """
    takes_long = item.get_closest_marker("deep") or item.get_closest_marker("exhaustive")
    folder = _folder(item.path)
    if item.path.name in READ_SOURCES:
        return "sources"
    if is_system_test(item.path) or item.path.name in ASK_ONE_SERVER:
        return item.nodeid if takes_long and folder == "browser" else folder
    return item.nodeid if takes_long else str(item.path.relative_to(TESTS))


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
