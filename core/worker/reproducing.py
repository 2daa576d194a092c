"""Run an export as a person would, compare its numbers with its run's, and keep the stamp: a program, see `core.jobs`.

python -m core.worker.reproducing JOB_FOLDER RUN_FOLDER FINGERPRINT
"""

import json
import runpy
import sys
import time
from pathlib import Path

from core import reproducing
from core.worker.lifeline import end_with_server


def main(job: Path, folder: Path, fingerprint: str) -> None:
    """Run the script in a folder, and write the stamp into the folder of its run."""
    end_with_server()
    print("Starting Keras", flush=True)
    started = time.perf_counter()
    found = runpy.run_path(str(job / reproducing.SCRIPT), run_name="__main__")
    numbers = {"history": found["history"].history, "test": found["test"]}
    numbers = json.loads(json.dumps(numbers, default=lambda one: one.tolist()))  # some metrics give arrays
    wanted = json.loads((job / reproducing.EXPECTED).read_text())
    count, different, largest, where = reproducing.compare(wanted, numbers)
    stamp = reproducing.Stamp(
        experiment=fingerprint,
        numbers=count,
        different=different,
        largest=float(largest),
        where=where,
        accuracy=numbers["test"].get("accuracy"),
        seconds=time.perf_counter() - started,
        at=time.time(),
    )
    reproducing.write(folder, stamp)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
