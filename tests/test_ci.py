"""`.ci/run` and `.ci/deep` take all steps and fail where a step fails. Here each tool is a stub that notes its call."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

GATE, DEEP = (Path(__file__).parent.parent / ".ci" / name for name in ("run", "deep"))
# Stands for Python, each tool of an environment, the system's packages and Node. The stub notes who was called with what,
# and fails where the call holds the words of FAILS. `-m venv` makes an environment of such stubs.
STUB = """#!/bin/sh
place="$(basename "$(dirname "$(dirname "$0")")")"
call="$place $(basename "$0") $* $KERAS_BACKEND"
echo "$call" >>"$CALLS"
if [ "$1 $2" = "-m venv" ]; then
    mkdir -p "$3/bin"
    for tool in python pip uv ruff mypy pytest; do cp "$0" "$3/bin/$tool"; done
fi
case "$call" in *"$FAILS"*) exit 1 ;; esac
"""
PACKAGES = "pip install"
GATE_STEPS = {
    "packages": PACKAGES,
    "layout": "venv ruff format --check",
    "style": "venv ruff check",
    "types": "venv mypy",
    "packages of the JavaScript": "system npm ci",
    "JavaScript": "system npm run check",
    "tests": "venv pytest  ",
}
DEEP_TESTS = "venv pytest -m deep"
TABLE = "venv python -m tests.deep_table"
DEEP_STEPS = {
    "packages": PACKAGES,
    "packages of the backends": "backends python -m pip install",
    "deep tests": DEEP_TESTS,
    "coverage": "venv python -m tests.coverage_by_package",
    "tests on the backends": "backends python -m pytest -n0",
    "table": TABLE,
}
TRIED_AGAIN = 3  # calls of a step that depends on a registry

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@dataclass(frozen=True)
class Outcome:
    """How the script ended, and the calls that it made."""

    status: int
    calls: str
    left: list[Path]  # of its temporary folder


def run_script(script: Path, folder: Path, fails: str = "no call holds this", **environment: str) -> Outcome:
    tools, calls, temporary = folder / "system" / "bin", folder / "calls", folder / "temporary"
    for path in (tools, temporary):
        path.mkdir(parents=True)
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
    done = subprocess.run(["bash", script], env=given, capture_output=True, text=True, timeout=180, check=False)
    return Outcome(done.returncode, calls.read_text(), list(temporary.iterdir()))


@pytest.mark.parametrize(("script", "steps"), [(GATE, GATE_STEPS), (DEEP, DEEP_STEPS)], ids=["gate", "deep"])
def test_all_steps_are_taken_and_nothing_is_left(tmp_path: Path, script: Path, steps: dict[str, str]) -> None:
    outcome = run_script(script, tmp_path)
    assert [name for name, call in steps.items() if call not in outcome.calls] == []
    assert (outcome.status, outcome.left) == (0, [])


@pytest.mark.parametrize("step", GATE_STEPS)
def test_step_that_fails_closes_the_gate(tmp_path: Path, step: str) -> None:
    outcome = run_script(GATE, tmp_path, GATE_STEPS[step])
    assert outcome.status != 0 and outcome.left == []
    assert GATE_STEPS[step] in outcome.calls
    assert step == "tests" or GATE_STEPS["tests"] not in outcome.calls


@pytest.mark.parametrize(("script", "call"), [(GATE, PACKAGES), (GATE, "system npm ci"), (DEEP, PACKAGES)])
def test_registry_that_does_not_answer_is_asked_again(tmp_path: Path, script: Path, call: str) -> None:
    outcome = run_script(script, tmp_path, call)
    assert outcome.calls.count(call) == TRIED_AGAIN
    assert outcome.status != 0


def test_pip_installs_where_uv_finds_no_registry(tmp_path: Path) -> None:
    outcome = run_script(GATE, tmp_path, "uv pip install")
    assert outcome.status == 0
    calls = [call for call in outcome.calls.splitlines() if "pip install" in call and "requirements.txt" in call]
    assert [call.split(" install")[0] for call in calls] == ["venv uv pip"] * TRIED_AGAIN + ["venv pip"]


def test_gate_holds_neither_deep_tests_nor_other_backends_nor_coverage(tmp_path: Path) -> None:
    calls = run_script(GATE, tmp_path).calls
    assert not [words for words in ("-m deep", "backends", "cov") if words in calls]


def test_deep_tests_that_fail_are_tried_twice_more_and_the_table_decides(tmp_path: Path) -> None:
    outcome = run_script(DEEP, tmp_path / "tests", DEEP_TESTS)
    deep = [call for call in outcome.calls.splitlines() if DEEP_TESTS in call]
    assert [("--last-failed" in call, call.split("/")[-1].strip()) for call in deep] == [
        (False, "deep-1.xml"),
        (True, "deep-2.xml"),
        (True, "deep-3.xml"),
    ]
    assert outcome.status == 0 and TABLE in outcome.calls
    assert run_script(DEEP, tmp_path / "table", TABLE).status != 0


def test_both_backends_are_tried(tmp_path: Path) -> None:
    calls = run_script(DEEP, tmp_path).calls.splitlines()
    tried = {call.split()[-1] for call in calls if call.startswith("backends python -m pytest")}
    assert tried == {"jax", "torch"}


def test_exhaustive_cases_run_only_when_asked_for(tmp_path: Path) -> None:
    exhaustive = "-m deep or exhaustive"
    assert exhaustive not in run_script(DEEP, tmp_path / "night").calls
    assert exhaustive in run_script(DEEP, tmp_path / "week", EXHAUSTIVE="1").calls
