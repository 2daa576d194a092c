"""Programs in processes of their own: what they get, and how they end."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.child_process import limit_memory, start, stop
from core.files import PROJECT

SAMPLE = """
import json, os, sys
from core.child_process import end_with_parent, limit_memory
end_with_parent()
limit_memory(2_000_000_000)
try:
    bytes(3_000_000_000)
except MemoryError:
    print(json.dumps([sys.argv[1:], os.getcwd(), os.getsid(0) == os.getpid(), os.environ["COLOUR"]]), flush=True)
sys.modules["threading"].Event().wait(60)
print("nobody ended it", flush=True)
"""


def test_process_goes_on_where_the_system_refuses_a_limit_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """As macOS does."""

    def refuse(*_arguments: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    unlimited = SimpleNamespace(RLIMIT_AS=9, RLIM_INFINITY=-1, getrlimit=lambda _: (-1, -1), setrlimit=refuse)
    monkeypatch.setitem(sys.modules, "resource", unlimited)
    limit_memory(2_000_000_000)


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "sample_program.py").write_text(SAMPLE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "sample_program"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither sessions nor a limit of memory")
def test_program_has_its_arguments_folder_session_variables_and_limit(sample: str, tmp_path: Path) -> None:
    for options, folder in ({}, PROJECT), ({"cwd": tmp_path}, tmp_path):
        program = start(sample, "one", 2, environment={"COLOUR": "blue"}, stdout=subprocess.PIPE, **options)
        assert program.stdout is not None
        with program.stdout:
            assert json.loads(program.stdout.readline()) == [["one", "2"], str(folder.resolve()), True, "blue"]
            stop(program)
        assert program.returncode == 1, "it ended by itself, when its input closed"


def test_program_that_does_not_end_by_itself_is_ended() -> None:
    program = start("timeit", "-n1", "-r1", "import time; time.sleep(60)")
    stop(program, 0.1)
    assert program.returncode not in (None, 0)
    stop(program)  # one that is over


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of computing time")
def test_program_that_computes_longer_than_its_limit_is_ended() -> None:
    computing = "from core.child_process import limit_computing; limit_computing(0.1)\nwhile True: pass"
    code = subprocess.run([sys.executable, "-c", computing], cwd=PROJECT, timeout=180, check=False).returncode
    assert code == -signal.SIGXCPU


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.gate("a program learns of its parent's death from the system alone")
def test_program_ends_when_its_parent_is_killed(sample: str) -> None:
    code = f"""
import os, signal
from core.child_process import start
start({sample!r}, environment={{"COLOUR": "blue"}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    # The program has the parent's standard output, which thus closes once both are gone.
    parent = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, timeout=180, check=False)
    assert parent.returncode == -9
    assert b"nobody ended it" not in parent.stdout
