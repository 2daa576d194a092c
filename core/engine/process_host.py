"""The process host, a program that starts all computing processes: Dask workers, and programs such as an export.

    python -m core.engine.process_host forkserver

With "forkserver", all processes are forks of a warm parent, which has imported Keras and TensorFlow
(`core.worker.warm_parent`), so that a fork starts at once. With "spawn", each process is a new Python: Windows has no fork
server, and nobody has measured whether JAX and PyTorch are safe after a fork.

The server's side is `core.engine.hosted_programs`. The server sends each command as a line of JSON, and reads reports in
the same form. This program ends, with all processes that were started by this program, once its standard input closes.
"""

import multiprocessing
import sys

from core.worker.process_start import WARM_PARENT


def main(method: str) -> None:
    """Carry out the server's commands. Start the warm parent first, since its imports take longest."""
    if method == "forkserver":
        from multiprocessing import forkserver  # noqa: PLC0415 - Windows has none

        multiprocessing.set_forkserver_preload([WARM_PARENT])
        forkserver.ensure_running()
    from core.engine.nannies import serve  # noqa: PLC0415 - each child imports this file, and not all children need Dask

    serve(method)


if __name__ == "__main__":
    main(sys.argv[1])
