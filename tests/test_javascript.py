"""The JavaScript as Python sees it; `npm run check` checks the rest."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.write_run_events import FILE, javascript

PROJECT = Path(__file__).parent.parent
COMPONENTS = [*(PROJECT / "pages" / "components").glob("*/*.html"), *(PROJECT / "pages" / "views").glob("*/*.html")]


def test_types_of_events_are_those_of_python() -> None:
    assert FILE.read_text(encoding="utf-8") == javascript(), "run python -m tests.write_run_events"


def test_tools_are_pinned_and_name_no_registry() -> None:
    package = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
    lock = (PROJECT / "package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(lock)["packages"]
    assert package["private"] is True
    for name, version in package["devDependencies"].items():
        assert locked[f"node_modules/{name}"]["version"] == version, f"npm install --save-dev {name}@{version}"
    assert '"resolved"' not in lock, "npm install puts the registry there without the settings of .npmrc"


def test_each_component_has_its_module_with_a_default_function() -> None:
    for page in sorted(COMPONENTS):
        script = page.with_suffix(".js").read_text(encoding="utf-8")
        assert re.search(r"^export default (async )?function ", script, re.MULTILINE), page


def test_routes_stand_below_the_base_path_of_the_server() -> None:
    settings = "from streamlit import config; config.set_option('server.baseUrlPath', 'course'); import dashboard"
    code = f"{settings}; print(*(route.path for route in dashboard.app._user_routes))"
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    paths = run.stdout.split()
    assert {"/course/assets/{path:path}", "/course/live/{run}"} <= set(paths)
    assert all(path.startswith("/course/") for path in paths)
