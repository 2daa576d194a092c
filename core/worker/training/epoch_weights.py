"""Store the weights after some evenly spaced epochs of a run, within a limit of bytes, so that pages can show them later."""

import time
from math import ceil
from pathlib import Path

import keras
import numpy as np

from core.files import free_bytes, write_atomically
from core.run_files import WEIGHTS, saved_epochs
from core.settings import setting
from core.worker.training.backend_hooks import sync_model

MOST_EPOCHS = 20  # the largest number of epochs whose weights are stored
WRITING_SHARE = 0.01  # the share of a run's time that writing weights may take


class EpochWeightStore:
    """A store of a network's weights before training and after some epochs, without any effect on the training.

    Parameters
    ----------
    model
        The network, built.
    folder
        The folder of the run. None stores nothing.
    epochs
        The number of epochs of the fit. On any machine, as many evenly spaced epochs are stored as the limit of bytes
        allows. Other epochs are stored if that costs little time.
    """

    def __init__(self, model: keras.Model, folder: Path | None, epochs: int) -> None:
        self._model = model
        self._folder = folder
        self._size: int = sum(array.nbytes for array in model.get_weights())
        self._most = min(MOST_EPOCHS, int(setting("epoch_weights") * 1e6) // max(1, self._size))
        self._every = ceil(epochs / max(1, self._most - 1))
        self._due = 0.0  # the time from which an epoch between the evenly spaced epochs may be stored

    def keep(self, epoch: int) -> bool:
        """Store the current weights as those after an epoch (0: before training), if due and if the disk has room.

        Returns
        -------
        bool
            True if the weights are on disk. False if they are not due, hold numbers that are not finite, or would fill
            the disk.
        """
        began = time.perf_counter()
        if self._folder is None or self._most < 2 or (began < self._due and epoch % self._every) or not self._has_room():
            return False
        weights = sync_model(self._model).get_weights()
        if not all(np.isfinite(array).all() for array in weights):
            return False

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.savez(file, *weights)

        write_atomically(self._folder / WEIGHTS.format(epoch=epoch), write)
        for surplus_epoch in epochs_to_remove(saved_epochs(self._folder, WEIGHTS), self._most):
            (self._folder / WEIGHTS.format(epoch=surplus_epoch)).unlink(missing_ok=True)
        ended = time.perf_counter()
        self._due = ended + (ended - began) / WRITING_SHARE if epoch else 0.0
        return True

    def _has_room(self) -> bool:
        assert self._folder is not None
        return free_bytes(self._folder) >= self._size + int(setting("free_disk") * 1e9)


def epochs_to_remove(epochs: list[int], most: int) -> list[int]:
    """Return the epochs to remove so that `most` evenly spaced epochs are left. The first and the last epoch stay."""
    kept = list(epochs)
    while len(kept) > max(2, most):
        gaps = [after - before for before, after in zip(kept, kept[2:], strict=False)]
        del kept[gaps.index(min(gaps)) + 1]
    return [epoch for epoch in epochs if epoch not in kept]
