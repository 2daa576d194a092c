"""Scripts run in turn in a process with Keras but without this project, since the import of Keras takes longest."""

import contextlib
import io
import multiprocessing
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

SECONDS = 120  # that a script may take


@contextmanager
def script_process() -> Iterator[Callable[[str, Path], str]]:
    """A function that runs a script in a folder and returns its output; exceptions of the script are raised."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:

        def run(text: str, folder: Path) -> str:
            path = folder / "script.py"
            path.write_text(text)
            return pool.submit(_run, path).result(SECONDS)

        yield run


def _run(path: Path) -> str:
    import keras  # noqa: PLC0415 - in that process only

    keras.utils.clear_session()  # the numbering of names restarts, as in a new process
    os.chdir(path.parent)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(path), run_name="__main__")
    ours = sorted(name for name in sys.modules if name.partition(".")[0] in ("core", "pages"))
    assert not ours, f"a script stands on Keras alone, and not on {ours}"
    return printed.getvalue()
