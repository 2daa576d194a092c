"""Start a process that makes previews of data sets before the workers are ready, so that first pages show pictures."""

import subprocess
import threading

from core.catalogue.datasets import DATASETS, default_data_set, missing_files
from core.child_process import start


def start_quick_previews() -> subprocess.Popen[bytes]:
    """Start a process that makes previews: first of the default data set, then of the other data sets on this machine."""
    first = default_data_set()
    others = (name for name in DATASETS if name != first and not missing_files(name))
    process = start("core.worker.data.quick_previews", first, *others)
    threading.Thread(target=process.wait, daemon=True).start()  # else the ended process stays in the system's table
    return process
