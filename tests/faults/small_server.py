"""The server without its pages: `python -m tests.faults.small_server FOLDER` trains one slow run until it is ended."""

import sys
import threading
from pathlib import Path

from core.engine.cluster import Cluster
from core.runs import manager
from tests.faults import misbehaving_trainers

if __name__ == "__main__":
    queue = manager.Runs(Path(sys.argv[1]), Cluster(1), train=misbehaving_trainers.NAME, warm="")
    queue.begin("digits")
    queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody")
    threading.Event().wait()
