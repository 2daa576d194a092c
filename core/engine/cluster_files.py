"""What the workers of a cluster are given, since they share no disk with us: our code, and the files of data sets."""

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

CODE = "layer-by-layer-"  # how the archive with our code is called, before what tells it from that of another version


class Supplies:
    """The data sets and files that one cluster was given. Safe to use from several threads.

    Parameters
    ----------
    client
        Returns the connection to the scheduler; raises EngineLost where there is none.
    """

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client
        self._sent: set[str] = set()  # data sets
        self._sending: set[str] = set()  # and those on their way
        self._lock = threading.Lock()
        self._providing = threading.Lock()  # while a data set is sent

    def forget(self) -> None:
        """Begin again with a cluster that has nothing."""
        self._sent.clear()

    def send_code(self) -> None:
        """Give the scheduler of a cluster, its workers, and those that will come, this project's `core`."""
        paths = sorted(path for path in (PROJECT / "core").rglob("*") if path.is_file() and path.suffix != ".pyc")
        code = {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in paths}
        version = hashlib.sha256(repr(code).encode()).hexdigest()[:16]
        with tempfile.TemporaryDirectory() as folder:
            archive = str(pack(Path(folder) / f"{CODE}{version}.zip", code))
            for plugin in (SchedulerUploadFile(archive), UploadFile(archive)):
                register_once(self._client(), plugin, f"{CODE}{version}")

    def provide(self, dataset: str) -> None:
        """Give the workers of a cluster, and those that will come, the files of a data set.

        Only Dask's own words are used: it starts all plugins of a new worker at once, so one of ours would be looked for in
        `core` before that has arrived, and the worker would end over it, with whatever it was given to do.
        """
        with self._providing:  # who comes second waits until the files are there
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
        """Whether a question is about a person's own pictures that the cluster does not have yet; they are then sent."""
        about = [one.data.dataset if isinstance(one, Experiment) else one for one in arguments]
        missing = [one for one in about if isinstance(one, str) and is_own(one) and one not in self._sent]
        wanted = [dataset for dataset in missing if not missing_files(dataset)]
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
