"""The states that a network in training can go back to: the last finite, the best, and the last epoch on disk."""

import json
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core.files import free_bytes, write_atomically
from core.run_files import BEST, CHECKPOINT, saved_epochs
from core.settings import setting
from core.worker.training.backend_hooks import rng_state, sync_model
from core.worker.training.callback_state import CallbackState
from core.worker.training.epoch_weights import EpochWeights
from core.worker.training.provenance import provenance

SAVE_EVERY_SECONDS = 2.0  # more often would cost more than it saves
COPY_EVERY_SECONDS = 1.0  # how much work a loss that explodes may undo
SHARE = 0.02  # of the time that copies and saves may take


class DiskFull(Exception):
    """Raised where saving would fill the disk; says how many bytes are free and how many are needed."""

    def __init__(self, free: int, needed: int) -> None:
        super().__init__(f"{free} bytes are free, {needed} are needed")
        self.free = free
        self.needed = needed


class Snapshots:
    """The snapshots of one run, kept while it trains.

    Parameters
    ----------
    model
        The network, compiled and built.
    folder
        Where files are kept, or None to keep nothing on disk.
    callback_state
        The state of the chosen callbacks, which is saved and restored with the network.
    """

    def __init__(self, model: keras.Model, folder: Path | None, callback_state: CallbackState) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.model = model
        self.folder = folder
        self.callback_state = callback_state
        self.weights = EpochWeights(model, folder)
        self.finite = model.get_weights()
        self.finite_step = 0
        self.best: list[np.ndarray] | None = None
        self.best_epoch = 0
        self.best_loss = float("inf")
        self.provenance = [provenance()]  # what each part of the run was made with; empty where an earlier part is unknown
        self._size = 0  # of the file that was to be written last
        self._copy_due = time.perf_counter() + COPY_EVERY_SECONDS
        self._save_due = time.perf_counter() + SAVE_EVERY_SECONDS

    def look(self, step: int) -> bool:
        """Copy the weights if that is due; False where they are not finite any more."""
        started = time.perf_counter()
        if started < self._copy_due:
            return True
        weights = sync_model(self.model).get_weights()
        if not all(np.isfinite(one).all() for one in weights):
            return False
        self.finite, self.finite_step = weights, step
        ended = time.perf_counter()
        self._copy_due = ended + max(COPY_EVERY_SECONDS, (ended - started) / SHARE)
        return True

    def end_epoch(self, epoch: int, logs: dict[str, Any]) -> bool:
        """Note the end of an epoch: whether it is the best so far. True when it should be saved too."""
        loss = logs.get("val_loss")
        if loss is not None and loss < self.best_loss:
            self.best, self.best_epoch, self.best_loss = self.model.get_weights(), epoch, float(loss)
        return self.folder is not None and time.perf_counter() >= self._save_due

    def save(self, epoch: int, history: dict[str, list[float]], seconds: float) -> list[str]:
        """Write the present state, and the best one where it is new; older ones are removed.

        Parameters
        ----------
        epoch
            The number of completed epochs.
        history
            The history of all completed epochs, as in Keras' History.
        seconds
            The seconds that those epochs took.

        Returns
        -------
        list[str]
            The names of the files that were written.

        Raises
        ------
        DiskFull
            The disk is too full; what was saved before stays.
        """
        assert self.folder is not None, "there is nowhere to save"
        started = time.perf_counter()
        callbacks, weights = self.callback_state.known()
        told = json.dumps(
            {
                "epoch": epoch,
                "history": history,
                "seconds": seconds,
                "callbacks": callbacks,
                "chance": rng_state(),
                "provenance": self.provenance,
            }
        )
        written = [self._write(CHECKPOINT, epoch, [*self.callback_state.variables(self.model), *weights], told)]
        if self.best is not None and self.best_epoch not in saved_epochs(self.folder, BEST):
            told = json.dumps({"epoch": self.best_epoch, "val_loss": self.best_loss})
            written.append(self._write(BEST, self.best_epoch, self.best, told))
        ended = time.perf_counter()
        self._save_due = ended + max(SAVE_EVERY_SECONDS, (ended - started) / SHARE)
        return written

    def has_room(self) -> bool:
        """Whether the disk has room for what was to be saved last."""
        return self.folder is not None and free_bytes(self.folder) >= self._needed()

    def _needed(self) -> int:
        return self._size + int(setting("free_disk") * 1e9)

    def _write(self, pattern: str, epoch: int, arrays: list[np.ndarray], told: str) -> str:
        assert self.folder is not None
        self._size = sum(array.nbytes for array in arrays)
        if not self.has_room():
            raise DiskFull(free_bytes(self.folder), self._needed())
        older = [one for one in saved_epochs(self.folder, pattern) if one != epoch]
        name = pattern.format(epoch=epoch)

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.savez(file, *arrays, told=np.array(told))

        write_atomically(self.folder / name, write)
        for one in older:
            (self.folder / pattern.format(epoch=one)).unlink(missing_ok=True)
        return name

    def restore(self) -> dict[str, Any]:
        """Bring the newest saved state back into the model.

        Returns
        -------
        dict
            {"epoch", "history", "seconds"} of it; epoch 0 where nothing is saved.
        """
        epochs = saved_epochs(self.folder) if self.folder is not None else []
        if self.folder is None or not epochs:
            return {"epoch": 0, "history": {}, "seconds": 0.0}
        arrays, told = _read(self.folder / CHECKPOINT.format(epoch=epochs[-1]))
        earlier = told.pop("provenance", [])
        self.provenance = [*earlier, *(one for one in self.provenance if earlier and one not in earlier)]
        # Not `load_weights`: it leaves out where chance stands in Dropout and its like (Keras 3.15).
        variables = [*self.model.variables, *self.model.optimizer.variables]
        for variable, array in zip(variables, arrays[: len(variables)], strict=True):
            variable.assign(array)
        self.callback_state.restore(told.pop("callbacks", {}), arrays[len(variables) :], told.pop("chance", None))
        for epoch in saved_epochs(self.folder, BEST)[-1:]:
            self.best, best = _read(self.folder / BEST.format(epoch=epoch))
            self.best_epoch, self.best_loss = best["epoch"], best["val_loss"]
        self.finite = self.model.get_weights()
        return told


def _read(path: Path) -> tuple[list[np.ndarray], dict[str, Any]]:
    with np.load(path, allow_pickle=False) as content:
        return [content[f"arr_{place}"] for place in range(len(content.files) - 1)], json.loads(str(content["told"]))
