"""The files that a run leaves in its folder, and which epochs it can go on from."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from core.files import write_atomically

CHECKPOINT = "checkpoint-{epoch:06d}.npz"  # all that a network is at the end of an epoch: weights, optimizer, chance
BEST = "best-{epoch:06d}.npz"  # the weights of the epoch with the lowest validation loss
WEIGHTS = "weights-{epoch:06d}.npz"  # the weights alone, to look back at: of some epochs; 0 is before training
EXPERIMENT = "experiment.json"  # put there by the server: a worker that sees it shares the server's disk
NAME = re.compile(r"(checkpoint|best|weights)-(\d{6})\.npz|model\.keras|(validation|test)\.npz")


def saved_epochs(folder: Path, pattern: str = CHECKPOINT) -> list[int]:
    """The epochs whose end is saved in a folder, the last one last; `pattern` is CHECKPOINT, BEST or WEIGHTS."""
    kind = pattern.partition("-")[0]
    matches = (NAME.fullmatch(path.name) for path in folder.glob(f"{kind}-*.npz"))
    return sorted(int(match[2]) for match in matches if match)


def keep_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files of a run into its folder, by name; of those that are there for each epoch, older ones go."""
    for name, content in files.items():
        write_atomically(folder / name, partial(_write, content))
        kind, dash, _ = name.partition("-")
        for older in folder.glob(f"{kind}-*.npz") if dash else ():
            if older.name != name:
                older.unlink(missing_ok=True)


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)
