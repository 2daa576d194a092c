"""Run an exported script as a person would, compare its numbers with those of its run, and keep the result.

`core.runs.export_jobs` starts this program:

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
    """Run the exported script in a job's folder, compare its numbers with those of its run, and store the result."""
    end_with_parent()
    print("Starting Keras", flush=True)
    started = time.perf_counter()
    numbers = _run(job / reproducibility.SCRIPT)
    wanted = json.loads((job / reproducibility.EXPECTED).read_text())
    count, different, largest, where = reproducibility.compare(wanted, numbers)
    made_with = pkgutil.resolve_name(
        "core.worker.training.provenance:provenance"
    )()  # imports Keras, which the script must do first
    unsteady = None
    if different:
        print("The numbers differ: running it once more, to see whether it repeats its own", flush=True)
        _, unsteady, _, _ = reproducibility.compare(numbers, _run(job / reproducibility.SCRIPT))
    stamp = reproducibility.ExportRunResult(
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
        last=reproducibility.last_epoch(wanted, numbers),
    )
    reproducibility.write(folder, stamp)


def _run(script: Path) -> dict[str, Any]:
    """Run a script, and return the values of its variables `history` and `test` as in JSON."""
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()  # restarts the numbering of names, as in a new process
    variables = runpy.run_path(str(script), run_name="__main__")
    numbers = {"history": variables["history"].history, "test": variables["test"]}
    return cast(
        "dict[str, Any]", json.loads(json.dumps(numbers, default=lambda array: array.tolist()))
    )  # some metrics are arrays


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
