"""How long a zip of photographs takes to become a data set, in the process that does it in the dashboard.

    python -m tests.benchmarks.uploads [PICTURES]

Makes the photographs (800 x 600, JPEG, about 80 kB each) in a folder of its own, and prints seconds.
"""

import io
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from core import uploads

VISITOR = "benchmark"
CLASSES = ("cats", "dogs", "horses", "birds")
WIDTH, HEIGHT = 800, 600


def photograph(number: int) -> bytes:
    """Something like a photograph: blurred shapes in colour, and grain."""
    chance = np.random.default_rng(number)
    small = Image.fromarray(chance.integers(0, 256, (12, 16, 3), "uint8"))
    large = np.asarray(small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), "int16")
    grain = chance.normal(0, 4, (HEIGHT, WIDTH, 1)).astype("int16")
    file = io.BytesIO()
    Image.fromarray(np.clip(large + grain, 0, 255).astype("uint8")).save(file, "JPEG", quality=80)
    return file.getvalue()


def archive(path: Path, count: int) -> int:
    """Write a zip with a folder for each class; its bytes."""
    several = [photograph(number) for number in range(min(count, 100))]
    with zipfile.ZipFile(path, "w") as file:
        for number in range(count):
            # A comment of its own makes each file another one, without painting it anew.
            file.writestr(f"{CLASSES[number % len(CLASSES)]}/{number}.jpg", several[number % len(several)])
    return path.stat().st_size


def wait() -> Iterator[uploads.State]:
    """How it goes, until it is over."""
    while (state := uploads.state(VISITOR)) is not None and state.is_busy:
        yield state
        time.sleep(0.05)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DASHBOARD_HOME"] = folder
        path = Path(folder) / "photographs.zip"
        print(f"{count:,} photographs, {archive(path, count) / 1e6:.0f} MB")
        started = time.monotonic()
        uploads.give(VISITOR, "zip", path.read_bytes())
        told = len({state.done for state in wait()})
        report = uploads.report(VISITOR)
        print(
            f"read in {time.monotonic() - started:.1f} s, {told} steps of progress seen; {report and report.num_good:,} good"
        )
        made = time.monotonic()
        uploads.make(VISITOR, uploads.Choices("Photographs", 64, "crop", "colour", 0.2, drop_copies=False))
        list(wait())
        print(f"made in {time.monotonic() - made:.1f} s: {uploads.state(VISITOR)}")
        print(f"all in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
