"""The files to double-click do what the README's first command does, and say what is missing."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core.settings import SETTINGS, variable
from pages.shell.middleware import FRAME_ANCESTORS, HOSTS

PROJECT = Path(__file__).parent.parent
WINDOWS = "start-windows.bat"
SHELL = ("start-macos.command", "start-linux.sh")
COMMAND = re.compile(r"```sh\n(python3 .*streamlit run dashboard\.py)\n```")


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [WINDOWS, *SHELL])
def test_file_holds_the_parts_of_the_first_command(name: str) -> None:
    (command,) = COMMAND.findall(text("README.md"))
    make, install, run = (part.replace("python3 ", "") for part in command.split(" && "))
    whole = text(name).replace(".venv\\Scripts\\", ".venv/bin/")
    for part in (make, install, run):
        assert part in whole


@pytest.mark.parametrize("name", SHELL)
def test_shell_file_can_be_run_and_has_no_mistake(name: str) -> None:
    assert os.access(PROJECT / name, os.X_OK)
    done = subprocess.run(["bash", "-n", PROJECT / name], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SHELL)
def test_without_python_it_says_what_to_do(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [shutil.which("bash") or "bash", PROJECT / name],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    first, *_, last = done.stderr.strip().splitlines()
    assert first.startswith("No Python 3.11, 3.12 or 3.13 ")
    assert last == "Then start this file again."


def test_windows_file_has_the_line_ends_of_windows() -> None:
    assert (PROJECT / WINDOWS).read_bytes().count(b"\r\n") == len(text(WINDOWS).splitlines())


def test_container_has_what_the_server_needs() -> None:
    """Every folder and file that the server reads is copied; it listens where people can reach it."""
    copied = re.findall(r"^COPY (\S+)", text("Dockerfile"), re.MULTILINE)
    assert {"core", "pages", "dashboard.py", ".streamlit/config.toml", "requirements.txt"} <= set(copied)
    assert all((PROJECT / one).exists() for one in copied)
    ignored = text(".dockerignore").splitlines()
    assert {f"!{one}" for one in copied} | {"!constraints.txt"} <= set(ignored)
    assert '"run", "dashboard.py", "--server.address", "0.0.0.0", "--server.headless", "true"' in text("Dockerfile")


def test_container_installs_no_test_tools() -> None:
    (command,) = re.findall(r"^RUN sed '(.+)' requirements.txt > requirements-run.txt", text("Dockerfile"), re.MULTILINE)
    kept = subprocess.run(
        ["sed", command], input=text("requirements.txt"), capture_output=True, text=True, check=True
    ).stdout
    names = {line.partition("==")[0] for line in kept.splitlines() if "==" in line}
    assert {"streamlit", "tensorflow", "keras", "distributed", "pyyaml"} <= names
    assert not names & {"pytest", "pytest-xdist", "hypothesis", "playwright", "mypy", "ruff", "coverage"}
    assert "pip install --no-cache-dir -r requirements-run.txt -c requirements.txt" in text("Dockerfile")


def test_container_runs_as_an_ordinary_user_on_a_port_that_can_be_set() -> None:
    lines = text("Dockerfile").splitlines()
    assert re.fullmatch(r"FROM python:3\.11\.\d+-slim-[a-z]+", next(line for line in lines if line.startswith("FROM")))
    assert lines.index("USER dashboard") < next(index for index, line in enumerate(lines) if line.startswith("CMD"))
    assert "STREAMLIT_SERVER_PORT=8501" in text("Dockerfile")
    health = next(line for line in lines if "/_stcore/health" in line)
    (code,) = re.findall(r'python -c "(.*)"$', health)
    compile(code, "Dockerfile", "exec")
    assert "os.environ['STREAMLIT_SERVER_PORT']" in code


def test_development_container_installs_what_contributors_need() -> None:
    container = json.loads(text(".devcontainer/devcontainer.json"))
    assert container["image"].rpartition(":")[2].startswith("3.11")
    for needed in ("pip install -r requirements.txt", "npm ci", "chromium"):
        assert needed in container["postCreateCommand"]
    assert container["forwardPorts"] == [8501] == [int(port) for port in container["portsAttributes"]]
    assert HOSTS in container["containerEnv"]


def test_hosting_names_settings_that_exist() -> None:
    texts = {"DASHBOARD_HOME", "DASHBOARD_LECTURER_TOKEN", HOSTS, FRAME_ANCESTORS}
    known = {variable(name) for name in SETTINGS} | texts
    assert set(re.findall(r"DASHBOARD_[A-Z_]+", text("docs/hosting.md"))) <= known
