"""Two versions of the project to compare: the working tree, and another commit in a temporary folder."""

import argparse
import compileall
import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server import PROJECT, Server, serve

REPEATS = 5  # the number of measurements of each version
HERE = "here"
NO_HEAD_START = {"DASHBOARD_HEAD_START": "0"}


@dataclass(frozen=True)
class Version:
    """A version of the project."""

    name: str  # the name of the version in the table
    folder: Path


def parser(description: str | None, sections: tuple[str, ...] = ()) -> argparse.ArgumentParser:
    """Return the argument parser of a benchmark that compares two commits."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--against", default="", metavar="COMMIT", help="a commit to compare with; the two take turns")
    made.add_argument("--repeats", type=int, default=REPEATS, help="measurements of each version")
    if sections:
        made.add_argument("--only", default="", help=f"sections, with commas between them, of: {', '.join(sections)}")
    return made


@contextmanager
def versions(against: str) -> Iterator[list[Version]]:
    """Provide the versions to measure: the commit `against`, unless it is empty, and then the working tree."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise each server would compile all modules again
    here = Version(HERE, PROJECT)
    with tempfile.TemporaryDirectory(prefix="commit-") as folder:
        other = [Version(against, Path(folder))] if against else []
        if against:
            archive = subprocess.run(["git", "archive", against], cwd=PROJECT, check=True, capture_output=True).stdout
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder, filter="data")
        for version in (*other, here):
            for package in ("core", "pages"):
                compileall.compile_dir(version.folder / package, quiet=2)
        yield [*other, here]


def turns(items: list, number: int) -> list:
    """Return the items in the order of a round. Every second round is backwards, so that no item is always the first."""
    return items[:: -1 if number % 2 else 1]


@contextmanager
def servers(of: list[Version], **environment: str) -> Iterator[dict[Version, tuple[Server, Path]]]:
    """Start a server of each version at the same time, and provide each server with its data folder."""
    with ExitStack() as stack:
        started = {}
        for version in of:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="home-")))
            started[version] = stack.enter_context(serve(home, version.folder, **environment)), home
        yield started
