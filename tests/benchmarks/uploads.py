"""Measure how long the dashboard's upload process takes to make a data set of a zip file of photographs.

    python -m tests.benchmarks.uploads [PICTURES | arrays]

The command makes PICTURES photographs (800 x 600 pixels, JPEG, about 80 kB each), and prints the seconds of each stage. With
`arrays`, the upload is an npz file with the 70,000 pictures of Fashion-MNIST, which are all compared with each other.
"""

import io
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator

import numpy as np
from PIL import Image

from core.datasets.upload_state import UploadOptions, UploadState
from core.datasets.uploads import Uploads

uploads = Uploads()
VISITOR = "benchmark"
CLASSES = ("cats", "dogs", "horses", "birds")
WIDTH, HEIGHT = 800, 600


def photograph(number: int) -> bytes:
    """Return a JPEG that resembles a photograph: blurred shapes in colour, and grain."""
    chance = np.random.default_rng(number)
    small = Image.fromarray(chance.integers(0, 256, (12, 16, 3), "uint8"))
    large = np.asarray(small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), "int16")
    grain = chance.normal(0, 4, (HEIGHT, WIDTH, 1)).astype("int16")
    file = io.BytesIO()
    Image.fromarray(np.clip(large + grain, 0, 255).astype("uint8")).save(file, "JPEG", quality=80)
    return file.getvalue()


def photographs(count: int) -> bytes:
    """Return a zip file of photographs, with a folder for each class."""
    several = [photograph(number) for number in range(min(count, 100))]
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for number in range(count):
            file.writestr(f"{CLASSES[number % len(CLASSES)]}/{number}.jpg", several[number % len(several)])
    return whole.getvalue()


def wait() -> Iterator[UploadState]:
    """Yield the state of the upload again and again, until the work is over."""
    while (state := uploads.state(VISITOR)) is not None and state.is_busy:
        yield state
        time.sleep(0.05)


def fashion() -> bytes:
    """Return all of Fashion-MNIST as an npz file."""
    from core.worker.data.load import load_raw  # imports Keras, which photographs do not need

    (x_train, y_train), (x_test, y_test) = load_raw("fashion_mnist")
    file = io.BytesIO()
    np.savez_compressed(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return file.getvalue()


def main(kind: str, content: bytes) -> None:
    """Upload a file, make a data set of the upload, and print the seconds of each stage."""
    print(f"{len(content) / 1e6:.0f} MB")
    started = time.monotonic()
    uploads.give(VISITOR, kind, content)
    stages: dict[str, float] = {}
    told = set()
    for state in wait():
        told.add((state.stage, state.done))
        stages[state.stage] = state.seconds
    report = uploads.report(VISITOR)
    assert report is not None
    print(f"read in {time.monotonic() - started:.1f} s, of each stage {stages}; {len(told)} steps of progress seen")
    print(
        f"{report.num_good:,} good; {report.near_compared:,} of {report.near_total:,} compared; {report.near.count} nearly "
        f"the same, {report.leaks.count} in both sets ({report.leaks_near} nearly)"
    )
    made = time.monotonic()
    uploads.make(VISITOR, UploadOptions("Benchmark", 28, "crop", "colour", 0.2, drop_copies=False))
    list(wait())
    print(f"made in {time.monotonic() - made:.1f} s: {uploads.state(VISITOR)}")
    print(f"all in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "2000"
    content = fashion() if asked == "arrays" else photographs(int(asked))
    with tempfile.TemporaryDirectory() as home:
        os.environ["DASHBOARD_HOME"] = home
        main("npz" if asked == "arrays" else "zip", content)
