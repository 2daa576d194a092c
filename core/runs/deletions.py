"""The final removal of deleted runs and data sets from the disk, a day after their deletion, and of abandoned uploads."""

import logging
import threading

from core.analysis.evaluation_files import remove_pictures
from core.catalogue.datasets import are_pictures_gone
from core.datasets import user_datasets
from core.datasets.uploads import Uploads
from core.files import free_bytes, home
from core.runs.manager import Runs
from core.runs.run_reader import WITH_PICTURES
from core.settings import setting

KEPT_SECONDS = 24 * 3600.0  # the period in which Undo works
PURGE_EVERY_SECONDS = 3600.0
LOOK_EVERY_SECONDS = 30.0  # the time between two checks of the free disk space
CLOSE_SECONDS = 10.0  # the longest wait for a purge at the end of the server
GB = 1e9
EPOCH_GB = 0.2  # the size of an epoch's weights of a large network
EVALUATED_SETS = ("validation.npz", "test.npz")  # files of a run's folder that hold pictures


class Deletions:
    """A background thread that removes deleted runs and data sets from the disk for good.

    Parameters
    ----------
    runs
        The runs of this server.
    uploads
        The uploads from which visitors make data sets.
    """

    def __init__(self, runs: Runs, uploads: Uploads) -> None:
        self._runs = runs
        self._uploads = uploads
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._purge_regularly, daemon=True, name="purge-deleted")

    def begin(self) -> None:
        """Purge now, and then every hour in a background thread. While the disk is full, purge every LOOK_EVERY_SECONDS."""
        self.purge()
        self._thread.start()

    def close(self) -> None:
        """Stop the background thread, and wait for a purge that is under way, so that nothing writes after the end."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def purge(self) -> None:
        """Remove abandoned uploads, and runs and data sets that were deleted a day ago or, on a full disk, at any time."""
        older_than = -1.0 if is_disk_full() else KEPT_SECONDS
        self._runs.purge(older_than)
        for name in user_datasets.remove_expired(
            older_than
        ):  # at every purge, since an active run may have ended after the last purge
            self._remove_from_runs(name)
        self._uploads.purge()

    def delete(self, name: str, visitor: str) -> None:
        """Delete a visitor's data set, so that nobody sees its pictures. `restore` brings the data set back for a day.

        Do nothing if the visitor is not its owner.
        """
        user_datasets.delete(name, visitor)
        if are_pictures_gone(name):
            for run in self._runs.database.runs_on(name):
                self._runs.streams.hide(run.id, WITH_PICTURES)

    def restore(self, name: str, visitor: str) -> None:
        """Restore a visitor's deleted data set. Do nothing if the visitor is not its owner."""
        user_datasets.restore(name, visitor)
        if not are_pictures_gone(name):
            for run in self._runs.database.runs_on(name):
                self._runs.streams.show_again(run.id)

    def delete_for_good(self, name: str, visitor: str) -> None:
        """Remove all pictures of a deleted data set from the disk now. Do nothing if the visitor does not own the data set.

        Parameters
        ----------
        name
            The id of the data set.
        visitor
            The visitor.
        """
        if user_datasets.delete_for_good(name, visitor):
            self._uploads.clear_source(visitor, name)
            self._remove_from_runs(name)

    def _remove_from_runs(self, dataset: str) -> None:
        """Remove the pictures of a data set from the evaluations and the events of all runs that used the data set."""
        runs = self._runs.database.runs_on(dataset)
        self._runs.database.remove_events([run.id for run in runs], WITH_PICTURES)
        for run in runs:
            for file in EVALUATED_SETS:
                remove_pictures(self._runs.folder / "runs" / run.id / file)

    def _purge_regularly(self) -> None:
        waited = 0.0
        while not self._closing.wait(LOOK_EVERY_SECONDS):
            waited += LOOK_EVERY_SECONDS
            if waited < PURGE_EVERY_SECONDS and not is_disk_full():
                continue
            waited = 0.0
            try:
                self.purge()
            except Exception:  # a locked database or file: the next purge tries again
                logging.getLogger("dashboard").exception("deleted runs and pictures could not be removed")


def is_disk_full() -> bool:
    """Return whether the data folder's disk has less free space than the setting `free_disk` plus an epoch's weights."""
    try:
        return free_bytes(home()) < (setting("free_disk") + EPOCH_GB) * GB
    except OSError:
        return False
