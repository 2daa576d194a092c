"""The set-up of the server: its application, its workers, and the address that the lecturer opens.

Only the set-up's own thread imports this module, which takes half a second. Meanwhile browsers already load Streamlit's
files.
"""

import ast
import gc
import socket
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import streamlit as st

from core import lecturer_token
from core.application import Application, install_application, open_application
from core.engine.readiness import network_address
from core.problems import ProblemError
from pages.frame import routes
from pages.shell.addresses import base_path
from pages.shell.page_map import PAGES as PAGE_MAP
from pages.shell.streamlit_patches import (
    open_one_file_for_each_session,
    send_all_messages_of_a_run,
    write_no_files_for_browsers,
)

PAGES = Path(__file__).parent.parent
LONGEST_START_SECONDS = 120.0  # the longest time for which the imports wait for the engine

__all__ = ["routes", "set_up"]  # routes here too, since they import about as much, and answer once the server is set up


def set_up() -> Application:
    """Install the application, and start its workers in the background.

    Raises
    ------
    ProblemError
        If a setting has a wrong value, or the data folder cannot be used. The pages say so.
    """
    open_one_file_for_each_session()
    send_all_messages_of_a_run()
    write_no_files_for_browsers()
    try:
        opened = open_application()
    except ProblemError as error:
        install_application(error.problem)
        gc.enable()
        raise
    install_application(opened)
    threading.Thread(target=_import_ahead, args=(opened,), daemon=True).start()
    print(f"  Lecturer's link (steers every run): {_address()}/lecturer#{lecturer_token.token()}", flush=True)
    return opened


def _import_ahead(opened: Application) -> None:
    """Import the modules of all pages, so that nobody waits for imports at their first visit to a page."""
    _import(imported_modules("main.py"))
    gc.freeze()  # now, before any visitor has objects: the collector then never looks at modules again
    gc.enable()
    opened.runs.supervisor.wait_until_ready(LONGEST_START_SECONDS)  # the first page and the engine come first
    _import({"pandas", *imported_modules(*(page.file for page in PAGE_MAP))})  # Streamlit imports pandas for the first table


def _import(names: set[str]) -> None:
    for name in sorted(names):
        with suppress(ModuleNotFoundError):  # the name of a function, for example
            import_module(name)


def imported_modules(*pages: str) -> set[str]:
    """Return the names that these page files import.

    A name that a page imports from a module may be a module or a function, so some of the names are no modules.
    """
    files = (PAGES / page for page in pages)
    statements = [statement for file in files for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imports = [node for node in statements if isinstance(node, ast.ImportFrom) and node.module]
    names = {f"{node.module}.{name.name}" for node in imports for name in node.names}
    return {*(str(node.module) for node in imports), *names}


def _address() -> str:
    """Return the address of this server, for the person who started the server."""
    host = st.get_option("server.address") or "0.0.0.0"
    if host == "0.0.0.0":  # which stands for all addresses of this machine
        host = network_address(socket.AF_INET) or "localhost"
    return f"http://{host}:{st.get_option('server.port')}{base_path()}"
