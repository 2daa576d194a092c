"""How a function of a worker is heard: what it reports through, and how it hears what was asked of it."""

from collections.abc import Callable
from typing import Any

Report = Callable[[dict[str, Any]], None]
# What was asked since the last look: "pause", "continue", "stop", "stop-best", "release", "step" (one batch, then pause),
# "learning_rate=0.01", "pace=20" (seconds that an epoch shall take, 0 for full speed) or "".
Asked = Callable[[], str]
