"""`.ci/run` takes all its steps and fails where one of them fails. Here each tool is a stub that only notes its call."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "run"
# Stands for Python, each tool of an environment, the system's packages and Node. It notes who was called with what,
# and fails where the call holds the words of FAILS. `-m venv` makes an environment of such stubs.
STUB = """#!/bin/sh
place="$(basename "$(dirname "$(dirname "$0")")")"
call="$place $(basename "$0") $* $KERAS_BACKEND"
echo "$call" >>"$CALLS"
if [ "$1 $2" = "-m venv" ]; then
    mkdir -p "$3/bin"
    for tool in python pip ruff mypy pytest; do cp "$0" "$3/bin/$tool"; done
fi
case "$call" in *"$FAILS"*) exit 1 ;; esac
"""
STEPS = {
    "packages of the tests": "venv pip install",
    "packages of the backends": "backends python -m pip install",
    "layout": "venv ruff format --check",
    "style": "venv ruff check",
    "types": "venv mypy",
    "packages of the JavaScript": "system npm ci",
    "JavaScript": "system npm run check",
    "tests": "venv pytest  ",
    "deep tests": "venv pytest -m deep",
    "tests on JAX": "backends python -m pytest -n0 tests/backends jax",
    "tests on PyTorch": "backends python -m pytest -n0 tests/backends torch",
}

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@dataclass(frozen=True)
class Outcome:
    """How the script ended, and the calls that it made."""

    status: int
    calls: str
    left: list[Path]  # of its temporary folder


def run_script(folder: Path, fails: str = "no call holds this", **environment: str) -> Outcome:
    tools, calls, temporary = folder / "system" / "bin", folder / "calls", folder / "temporary"
    for one in (tools, temporary):
        one.mkdir(parents=True)
    for name in ("python3", "chromium", "apt-get", "node", "npm", "npx"):
        (tools / name).write_text(STUB)
        (tools / name).chmod(0o755)
    given = environment | {
        "PATH": f"{tools}:{os.defpath}",
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "PYTHON": str(tools / "python3"),
        "CALLS": str(calls),
        "FAILS": fails,
    }
    done = subprocess.run(["bash", SCRIPT], env=given, capture_output=True, text=True, timeout=60, check=False)
    return Outcome(done.returncode, calls.read_text(), list(temporary.iterdir()))


def test_all_steps_are_taken_and_nothing_is_left(tmp_path: Path) -> None:
    outcome = run_script(tmp_path)
    assert [name for name, call in STEPS.items() if call not in outcome.calls] == []
    assert (outcome.status, outcome.left) == (0, [])


@pytest.mark.parametrize("step", STEPS)
def test_step_that_fails_fails_the_whole_and_is_not_passed_by(tmp_path: Path, step: str) -> None:
    outcome = run_script(tmp_path, STEPS[step])
    assert outcome.status != 0 and outcome.left == []
    assert STEPS[step] in outcome.calls
    if step not in ("deep tests", "tests on JAX", "tests on PyTorch"):
        assert STEPS["deep tests"] not in outcome.calls


def test_tests_of_the_night_run_at_night_alone(tmp_path: Path) -> None:
    nightly = "venv pytest -m nightly"
    assert nightly not in run_script(tmp_path / "day").calls
    assert nightly in run_script(tmp_path / "night", NIGHTLY="1").calls
    assert run_script(tmp_path / "failed", nightly, NIGHTLY="1").status != 0
