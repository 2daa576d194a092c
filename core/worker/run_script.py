"""Run a generated script, and keep its accuracy and its seconds.

`core.runs.export_jobs` starts this program:

    python -m core.worker.run_script JOB_FOLDER FILE
"""

import json
import runpy
import sys
import time
from pathlib import Path

from core.child_process import end_with_parent
from core.export.other_libraries import RESULT
from core.files import write_atomically

SCRIPT = "script.py"  # in the folder of the job


def main(job: Path, file: Path) -> None:
    """Run the script in a job's folder, and write {"accuracy", "seconds", "at"} to a JSON file.

    The seconds are of the whole script, and "at" is the time of its end in seconds since 1970.
    """
    end_with_parent()
    print("Running the script", flush=True)
    started = time.perf_counter()
    accuracy = float(runpy.run_path(str(job / SCRIPT), run_name="__main__")[RESULT])
    text = json.dumps({"accuracy": accuracy, "seconds": round(time.perf_counter() - started, 2), "at": time.time()})
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, lambda path: path.write_text(text))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
