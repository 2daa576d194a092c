"""What all tests share: a data folder of their own each, Keras' folder for the whole session, and no silent skips."""

import os
import tempfile
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if "KERAS_HOME" not in os.environ:  # Keras reads it once, when it is imported
    _keras_home = tempfile.TemporaryDirectory(prefix="keras-")
    os.environ["KERAS_HOME"] = _keras_home.name

from core.catalogue.datasets import DATASETS, adopt_package_files, missing_files  # noqa: E402
from core.engine.processes import give_way  # noqa: E402

HAS_FAILED = pytest.StashKey[bool]()  # of a test, for what its fixtures then have to end
IN_CI = os.environ.get("CI") == "true"
TESTS = Path(__file__).parent
# Folders of tests that start servers, which each run one after the other.
WITH_SERVERS = ("browser", "faults")
WITHOUT_SERVERS = tuple(
    f"test_{name}.py"
    for name in ("near_duplicates", "npz_files", "picture_decoder", "upload_process", "uploads", "zip_files")
)  # among them
# When: the journeys begin at once, beside the tests that compute; faults come late, beside tests of pages, which take one
# core only: servers that start at the same time wait for each other.
ORDER = ("browser", "core", "faults")
LESS_URGENT = 7  # a nice value: servers' trainers have 10, and keep a third of the processor beside tests that compute


def pytest_configure(config: pytest.Config) -> None:
    """What one of the two processes computes does not keep the trainers that the other's journeys wait for from going on."""
    if hasattr(config, "workerinput") and os.name == "posix":
        give_way(os.getpid(), LESS_URGENT)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the tests.

    Folders that start servers stay whole, as do the files of others, but for deep tests. In CI a failed test of a server is
    tried once more, as Playwright's own runner does there, and the report names it.
    """
    for item in items:
        file = item.path.relative_to(TESTS)
        whole = file.parts[0] in WITH_SERVERS and file.name not in WITHOUT_SERVERS
        if whole and IN_CI:
            item.add_marker(pytest.mark.flaky(reruns=1))
        alone = item.nodeid if item.get_closest_marker("deep") else str(file)
        item.add_marker(pytest.mark.xdist_group(file.parts[0] if whole else alone))
    items.sort(key=lambda item: _place(item.path.relative_to(TESTS).parts[0]))


def _place(folder: str) -> int:
    return ORDER.index(folder) if folder in ORDER else len(ORDER)


_numbers = count()


def unmade_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """The path of a folder for one test alone, which whoever needs it makes.

    Most tests need none: `tmp_path` would make thousands, and look through all that are there before each.
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
    """The name of a data set that is on this machine for sure, or a skip that says why not."""
    name = "fashion_mnist"
    adopt_package_files(name)
    missing = missing_files(name)
    if missing:
        package = DATASETS[name].package
        pytest.skip(
            f"Fashion-MNIST is not here: install Debian's package {package}, or put its files in {missing[0].parent}"
        )
    return name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a skipped test is a failed one: nothing there may go untested unseen."""
    report = yield
    if report.when == "call":
        item.stash[HAS_FAILED] = report.failed
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
