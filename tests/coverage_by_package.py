"""Print how many lines of each package the tests ran: `pytest --cov`, then `python -m tests.coverage_by_package`."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import PurePath


def package_of(file: str) -> str:
    """The folder that a file is counted in: "core/runs" for "core/runs/run_database.py", "pages" for "pages/train.py"."""
    return "/".join(PurePath(file).parts[:-1][:2])


def print_table(files: dict[str, dict]) -> None:
    """Arguments: `files`, as `coverage json` gives them."""
    lines: Counter[str] = Counter()
    ran: Counter[str] = Counter()
    for file, found in files.items():
        for package in (package_of(file), "all"):
            lines[package] += found["summary"]["num_statements"]
            ran[package] += found["summary"]["covered_lines"]
    print(f"{'package':20} statements    run")
    for package in sorted(lines, key=lambda one: (one == "all", one)):
        if lines[package]:
            print(f"{package:20} {lines[package]:10,} {ran[package] / lines[package]:5.0%}")


if __name__ == "__main__":
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    print_table(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["files"])
