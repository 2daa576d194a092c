"""The server without its pages: `python -m tests.faults.little_server FOLDER` trains one slow run until it is ended."""

import sys
import threading
from pathlib import Path

from core import runs
from core.cluster import Cluster
from tests.faults import fakes

if __name__ == "__main__":
    queue = runs.Runs(Path(sys.argv[1]), Cluster(1), train=fakes.NAME, warm="")
    queue.begin("digits")
    queue.start(fakes.experiment_for(fakes.slow), "somebody")
    threading.Event().wait()
