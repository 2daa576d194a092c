"""Checkpoints of a network in training: the last finite weights and the best weights in memory, the last epoch on disk."""

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
from core.worker.training.epoch_weights import EpochWeightStore
from core.worker.training.provenance import provenance

SAVE_EVERY_SECONDS = 2.0  # saving more often would cost more time than a save can spare
COPY_EVERY_SECONDS = 1.0  # the training time that an exploding loss may undo
SAVING_SHARE = 0.02  # the share of the training time that copies and saves may take


class DiskFull(Exception):
    """Raised if saving would fill the disk. Holds the numbers of free and needed bytes."""

    def __init__(self, free: int, needed: int) -> None:
        super().__init__(f"{free} bytes are free, {needed} are needed")
        self.free = free
        self.needed = needed


class Snapshots:
    """The checkpoints of a network in training, in memory and on disk.

    Parameters
    ----------
    model
        The network, compiled and built.
    folder
        The folder for the files. None keeps nothing on disk.
    callback_state
        The state of the chosen callbacks, which is saved and restored with the network.
    epochs
        The number of epochs that the fit is to have.
    """

    def __init__(self, model: keras.Model, folder: Path | None, callback_state: CallbackState, epochs: int) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.model = model
        self.folder = folder
        self.callback_state = callback_state
        self.weights = EpochWeightStore(model, folder, epochs)
        self.finite = model.get_weights()
        self.finite_step = 0
        self.best: list[np.ndarray] | None = None
        self.best_epoch = 0
        self.best_loss = float("inf")
        self.provenance = [provenance()]  # of each part of the run; empty if an earlier part is unknown
        self._size = 0  # bytes of the last file that was to be written
        self._copy_due = time.perf_counter() + COPY_EVERY_SECONDS
        self._save_due = time.perf_counter() + SAVE_EVERY_SECONDS

    def copy_if_due(self, step: int) -> bool:
        """Copy the weights into memory if a copy is due. Return False if the weights are no longer finite."""
        started = time.perf_counter()
        if started < self._copy_due:
            return True
        weights = sync_model(self.model).get_weights()
        if not all(np.isfinite(array).all() for array in weights):
            return False
        self.finite, self.finite_step = weights, step
        ended = time.perf_counter()
        self._copy_due = ended + max(COPY_EVERY_SECONDS, (ended - started) / SAVING_SHARE)
        return True

    def end_epoch(self, epoch: int, logs: dict[str, Any]) -> bool:
        """Copy the weights into memory if this epoch is the best so far. Return True if a save to disk is due."""
        loss = logs.get("val_loss")
        if loss is not None and loss < self.best_loss:
            self.best, self.best_epoch, self.best_loss = self.model.get_weights(), epoch, float(loss)
        return self.folder is not None and time.perf_counter() >= self._save_due

    def save(self, epoch: int, history: dict[str, list[float]], seconds: float) -> list[str]:
        """Write the current state and any new best weights to the disk, and delete older files.

        Parameters
        ----------
        epoch
            The number of completed epochs.
        history
            The history of all completed epochs, as in Keras' History.
        seconds
            The seconds that these epochs took.

        Returns
        -------
        list[str]
            The names of the files that were written.

        Raises
        ------
        DiskFull
            The disk is too full. Earlier files stay.
        """
        assert self.folder is not None, "there is nowhere to save"
        started = time.perf_counter()
        callbacks, weights = self.callback_state.state()
        fields = json.dumps(
            {
                "epoch": epoch,
                "history": history,
                "seconds": seconds,
                "callbacks": callbacks,
                "chance": rng_state(),
                "provenance": self.provenance,
            }
        )
        written = [self._write(CHECKPOINT, epoch, [*self.callback_state.variables(self.model), *weights], fields)]
        if self.best is not None and self.best_epoch not in saved_epochs(self.folder, BEST):
            fields = json.dumps({"epoch": self.best_epoch, "val_loss": self.best_loss})
            written.append(self._write(BEST, self.best_epoch, self.best, fields))
        ended = time.perf_counter()
        self._save_due = ended + max(SAVE_EVERY_SECONDS, (ended - started) / SAVING_SHARE)
        return written

    def has_room(self) -> bool:
        """Return whether the disk has room for the last file that was to be written."""
        return self.folder is not None and free_bytes(self.folder) >= self._needed()

    def _needed(self) -> int:
        return self._size + int(setting("free_disk") * 1e9)

    def _write(self, pattern: str, epoch: int, arrays: list[np.ndarray], fields: str) -> str:
        assert self.folder is not None
        self._size = sum(array.nbytes for array in arrays)
        if not self.has_room():
            raise DiskFull(free_bytes(self.folder), self._needed())
        older = [saved_epoch for saved_epoch in saved_epochs(self.folder, pattern) if saved_epoch != epoch]
        name = pattern.format(epoch=epoch)

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.savez(file, *arrays, told=np.array(fields))

        write_atomically(self.folder / name, write)
        for older_epoch in older:
            (self.folder / pattern.format(epoch=older_epoch)).unlink(missing_ok=True)
        return name

    def restore(self) -> dict[str, Any]:
        """Restore the newest saved state into the model.

        Returns
        -------
        dict
            {"epoch", "history", "seconds"} of the saved state. The epoch is 0 if no state is saved.
        """
        epochs = saved_epochs(self.folder) if self.folder is not None else []
        if self.folder is None or not epochs:
            return {"epoch": 0, "history": {}, "seconds": 0.0}
        arrays, fields = _read(self.folder / CHECKPOINT.format(epoch=epochs[-1]))
        earlier = fields.pop("provenance", [])
        self.provenance = [*earlier, *(part for part in self.provenance if earlier and part not in earlier)]
        # Not `load_weights`, which leaves out the random generators of Dropout and similar layers (Keras 3.15).
        variables = [*self.model.variables, *self.model.optimizer.variables]
        for variable, array in zip(variables, arrays[: len(variables)], strict=True):
            variable.assign(array)
        self.callback_state.restore(fields.pop("callbacks", {}), arrays[len(variables) :], fields.pop("chance", None))
        for epoch in saved_epochs(self.folder, BEST)[-1:]:
            self.best, best = _read(self.folder / BEST.format(epoch=epoch))
            self.best_epoch, self.best_loss = best["epoch"], best["val_loss"]
        self.finite = self.model.get_weights()
        return fields


def _read(path: Path) -> tuple[list[np.ndarray], dict[str, Any]]:
    with np.load(path, allow_pickle=False) as content:
        return [content[f"arr_{index}"] for index in range(len(content.files) - 1)], json.loads(str(content["told"]))
