"""Stands for `core.worker.run_script` in tests: gives a result at once."""

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    file = Path(sys.argv[2])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"accuracy": 0.9167, "seconds": 1.5}))
