"""Run an export as a person would, compare its numbers with its run's, and keep the stamp.

A program that `core.runs.export_jobs` starts:

    python -m core.worker.rerun_script JOB_FOLDER RUN_FOLDER FINGERPRINT
"""

import json
import pkgutil
import runpy
import sys
import time
from pathlib import Path
from typing import Any, cast

from core.child_process import end_with_parent
from core.export import reproducibility


def main(job: Path, folder: Path, fingerprint: str) -> None:
    """Run the script in a folder, and write the stamp into the folder of its run."""
    end_with_parent()
    print("Starting Keras", flush=True)
    started = time.perf_counter()
    numbers = _run(job / reproducibility.SCRIPT)
    wanted = json.loads((job / reproducibility.EXPECTED).read_text())
    count, different, largest, where = reproducibility.compare(wanted, numbers)
    made_with = pkgutil.resolve_name("core.worker.training.provenance:provenance")()  # imports Keras: after the script did
    unsteady = None
    if different:
        print("The numbers differ: running it once more, to see whether it repeats its own", flush=True)
        _, unsteady, _, _ = reproducibility.compare(numbers, _run(job / reproducibility.SCRIPT))
    stamp = reproducibility.Stamp(
        experiment=fingerprint,
        numbers=count,
        different=different,
        largest=float(largest),
        where=where,
        accuracy=numbers["test"].get("accuracy"),
        seconds=time.perf_counter() - started,
        at=time.time(),
        changed=reproducibility.changes(wanted["provenance"], made_with),
        is_known=bool(wanted["provenance"]),
        unsteady=unsteady,
    )
    reproducibility.write(folder, stamp)


def _run(script: Path) -> dict[str, Any]:
    """What a script measures, as JSON has it: {"history", "test"}."""
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()  # names are numbered anew, as in a process of its own
    found = runpy.run_path(str(script), run_name="__main__")
    numbers = {"history": found["history"].history, "test": found["test"]}
    return cast(
        "dict[str, Any]", json.loads(json.dumps(numbers, default=lambda one: one.tolist()))
    )  # some metrics give arrays


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
