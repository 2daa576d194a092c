"""Send this project's code and the files of data sets to a cluster, whose workers share no disk with this server."""

import hashlib
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from distributed import Client
from distributed.diagnostics.plugin import SchedulerUploadFile, UploadFile

from core.catalogue.datasets import data_set, folder_of, is_own, missing_files
from core.engine.dask_patches import register_once
from core.experiment.model import Experiment
from core.files import PROJECT, pack
from core.worker import entrypoints

CODE = "layer-by-layer-"  # begins the name of the archive with the code; its version follows


class Supplies:
    """The code and the data sets that one cluster has received. Safe to use from several threads.

    Parameters
    ----------
    client
        Returns the connection to the scheduler; raises EngineLost where there is none.
    """

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client
        self._sent: set[str] = set()  # data sets
        self._sending: set[str] = set()  # data sets on their way
        self._lock = threading.Lock()
        self._providing = threading.Lock()  # held while a data set is sent

    def forget(self) -> None:
        """Forget what was sent: the cluster is a new one."""
        self._sent.clear()

    def send_code(self) -> None:
        """Send this project's `core` to the scheduler of a cluster, and to its present and future workers."""
        paths = sorted(path for path in (PROJECT / "core").rglob("*") if path.is_file() and path.suffix != ".pyc")
        code = {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in paths}
        version = hashlib.sha256(repr(code).encode()).hexdigest()[:16]
        with tempfile.TemporaryDirectory() as folder:
            archive = str(pack(Path(folder) / f"{CODE}{version}.zip", code))
            for plugin in (SchedulerUploadFile(archive), UploadFile(archive)):
                register_once(self._client(), plugin, f"{CODE}{version}")

    def provide(self, dataset: str) -> None:
        """Send the files of a data set to the present and future workers of a cluster.

        This uses plugins of Dask only. A new worker starts all plugins at once: it would import a plugin of this project
        from `core` before `core` has arrived, and would end because of that, with the runs that it has.
        """
        with self._providing:  # a second caller waits until the files have arrived
            if dataset in self._sent:
                return
            files = {name: folder_of(dataset) / name for name in data_set(dataset).files}
            here = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
            if here:
                with tempfile.TemporaryDirectory() as folder:
                    archive = pack(Path(folder) / f"{entrypoints.DATA}{dataset}.zip", here)
                    self._client().register_plugin(UploadFile(str(archive), load=False), name=archive.stem)
                self._sent.add(dataset)

    def are_on_their_way(self, arguments: tuple[Any, ...]) -> bool:
        """Whether a question needs a visitor's own data set that the cluster lacks; such data sets are then sent."""
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
