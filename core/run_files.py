"""The files in a run's folder, and the epochs from which the run can resume."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from core.files import write_atomically

CHECKPOINT = "checkpoint-{epoch:06d}.npz"  # weights, optimizer and random state at the end of an epoch
BEST = "best-{epoch:06d}.npz"  # the weights of the epoch with the lowest validation loss
WEIGHTS = "weights-{epoch:06d}.npz"  # the weights of an epoch, for later views; epoch 0 is before training
EXPERIMENT = "experiment.json"  # written by the server: a worker that finds this file shares the server's disk
NAME = re.compile(r"(checkpoint|best|weights)-(\d{6})\.npz|model\.keras|(validation|test)\.npz")


def saved_epochs(folder: Path, pattern: str = CHECKPOINT) -> list[int]:
    """Return the numbers of the epochs saved in a run's folder, ascending. The pattern is CHECKPOINT, BEST or WEIGHTS."""
    kind = pattern.partition("-")[0]
    matches = (NAME.fullmatch(path.name) for path in folder.glob(f"{kind}-*.npz"))
    return sorted(int(match[2]) for match in matches if match)


def keep_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, given as contents by name, to a run's folder. Delete files of the same kind from other epochs."""
    for name, content in files.items():
        write_atomically(folder / name, partial(_write, content))
        kind, dash, _ = name.partition("-")
        for older in folder.glob(f"{kind}-*.npz") if dash else ():
            if older.name != name:
                older.unlink(missing_ok=True)


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)
