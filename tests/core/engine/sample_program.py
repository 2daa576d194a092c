"""A program that the tests of the process host run."""

import os
import signal
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    how = sys.argv[1]
    if how == "say":
        print(*sys.argv)
        print(Path.cwd())
        print(os.environ["GREETING"])
        print("an error's words", file=sys.stderr)
        title = Path("/proc/self/comm")
        print(title.read_text() if title.exists() else "sample_program")
    elif how == "exit":
        sys.exit(3)
    elif how == "raise":
        raise ValueError("as the test wants it")
    elif how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "modules":
        print(*(name for name in ("keras", "tensorflow", "core.worker.training.train") if name in sys.modules))
    elif how == "wait":
        print("waiting")
        time.sleep(600)  # until the test ends it
