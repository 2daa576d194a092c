"""Send this project's code and the files of data sets to a cluster, whose workers share no disk with this server."""

import hashlib
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.datasets import data_set, folder_of, is_own, missing_files
from core.experiment.model import Experiment
from core.files import PROJECT, write_archive
from core.worker import entrypoints

if TYPE_CHECKING:
    from distributed import Client

CODE = "layer-by-layer-"  # the beginning of the name of the archive with the code, before the version


class ClusterFiles:
    """Sends code and data sets to a cluster, and remembers which data sets were sent. Safe to use from several threads.

    Parameters
    ----------
    client
        A function that returns the Dask client, or raises EngineLost without a connection.
    """

    def __init__(self, client: Callable[[], "Client"]) -> None:
        self._client = client
        self._sent: set[str] = set()  # data sets
        self._sending: set[str] = set()  # data sets on their way
        self._lock = threading.Lock()
        self._providing = threading.Lock()  # held while a data set is sent

    def forget(self) -> None:
        """Forget which data sets were sent, since the cluster is new."""
        self._sent.clear()

    def send_code(self) -> None:
        """Send the package `core` to the scheduler of a cluster and to its present and future workers."""
        paths = sorted(path for path in (PROJECT / "core").rglob("*") if path.is_file() and path.suffix != ".pyc")
        code = {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in paths}
        version = hashlib.sha256(repr(code).encode()).hexdigest()[:16]
        with tempfile.TemporaryDirectory() as folder:
            archive = str(write_archive(Path(folder) / f"{CODE}{version}.zip", code))
            from distributed.diagnostics.plugin import SchedulerUploadFile, UploadFile

            from core.engine.dask_patches import register_plugin_once

            for plugin in (SchedulerUploadFile(archive), UploadFile(archive)):
                register_plugin_once(self._client(), plugin, f"{CODE}{version}")

    def provide(self, dataset: str) -> None:
        """Send the files of a data set to the present and future workers of a cluster.

        Only plugins of Dask itself are used, since a new worker starts all plugins at once. A plugin of this project would
        be imported from `core` before `core` has arrived, and the worker would end together with its runs.
        """
        with self._providing:  # a second caller waits until the files have arrived
            if dataset in self._sent:
                return
            files = {name: folder_of(dataset) / name for name in data_set(dataset).files}
            here = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
            if here:
                with tempfile.TemporaryDirectory() as folder:
                    from distributed.diagnostics.plugin import UploadFile

                    archive = write_archive(Path(folder) / f"{entrypoints.DATA}{dataset}.zip", here)
                    self._client().register_plugin(UploadFile(str(archive), load=False), name=archive.stem)
                self._sent.add(dataset)

    def are_on_their_way(self, arguments: tuple[Any, ...]) -> bool:
        """Start to send the uploaded data sets that these arguments need and the cluster lacks. Return whether any exist."""
        names = [value.data.dataset if isinstance(value, Experiment) else value for value in arguments]
        unsent = [name for name in names if isinstance(name, str) and is_own(name) and name not in self._sent]
        wanted = [dataset for dataset in unsent if not missing_files(dataset)]
        for dataset in wanted:
            with self._lock:
                if dataset not in self._sending:
                    self._sending.add(dataset)
                    threading.Thread(target=self._send, args=(dataset,), daemon=True).start()
        return bool(wanted)

    def _send(self, dataset: str) -> None:
        try:
            self.provide(dataset)
        finally:
            self._sending.discard(dataset)
