"""The weights of some epochs of a run, to look back at: evenly spaced, few, and within a limit of bytes."""

import time
from pathlib import Path

import keras
import numpy as np

from core.files import free_bytes, write_atomically
from core.run_files import WEIGHTS, saved_epochs
from core.settings import setting
from core.worker.training.backend_hooks import sync_model

MOST = 20  # epochs
SHARE = 0.01  # of the time of a run, for writing them


class EpochWeights:
    """Store the initial weights of a network and those of its epochs, without changing the numbers of a fit.

    Parameters
    ----------
    model
        The network, built.
    folder
        The folder of the run, or None to keep nothing.
    """

    def __init__(self, model: keras.Model, folder: Path | None) -> None:
        self._model = model
        self._folder = folder
        self.due = 0.0  # short epochs are not all stored, since writing takes longer

    def keep(self, epoch: int) -> bool:
        """Store the current weights as those at the end of an epoch, 0 for the start, if that is due and there is room.

        Returns
        -------
        bool
            True where the weights are on disk; False where they are not due, hold numbers that are not finite, or would fill
            the disk.
        """
        began = time.perf_counter()
        if self._folder is None or began < self.due:
            return False
        weights = sync_model(self._model).get_weights()
        size = sum(array.nbytes for array in weights)
        most = min(MOST, int(setting("epoch_weights") * 1e6) // max(1, size))
        if most < 2 or not self._has_room(size) or not all(np.isfinite(array).all() for array in weights):
            return False

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.savez(file, *weights)

        write_atomically(self._folder / WEIGHTS.format(epoch=epoch), write)
        for surplus_epoch in surplus(saved_epochs(self._folder, WEIGHTS), most):
            (self._folder / WEIGHTS.format(epoch=surplus_epoch)).unlink(missing_ok=True)
        ended = time.perf_counter()
        self.due = ended + (ended - began) / SHARE if epoch else 0.0
        return True

    def _has_room(self, size: int) -> bool:
        assert self._folder is not None
        return free_bytes(self._folder) >= size + int(setting("free_disk") * 1e9)


def surplus(epochs: list[int], most: int) -> list[int]:
    """The epochs to remove so that `most` are left, evenly spaced; the first and the last one stay."""
    kept = list(epochs)
    while len(kept) > max(2, most):
        gaps = [after - before for before, after in zip(kept, kept[2:], strict=False)]
        del kept[gaps.index(min(gaps)) + 1]
    return [epoch for epoch in epochs if epoch not in kept]
