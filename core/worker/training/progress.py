"""Where a run stands, and the numbers of Keras that its events report."""

import math
import time
from dataclasses import dataclass, field
from typing import cast

from core.experiment.model import Experiment
from core.run_events import Metrics
from core.worker.data.load import num_trained


@dataclass(frozen=True)
class Progress:
    """Where a run stands; what a batch number alone cannot say."""

    steps: int  # in an epoch
    epochs: int

    @classmethod
    def of(cls, experiment: Experiment) -> "Progress":
        return cls(math.ceil(num_trained(experiment) / experiment.fit.batch_size), experiment.fit.epochs)


@dataclass(frozen=True)
class LastReport:
    """What the last `batch` event of an epoch reported; the next event reports what came since."""

    done: int = 0  # steps of the epoch
    images: int = 0  # that they showed
    sum_of_losses: float = 0.0  # over these images
    when: float = field(default_factory=time.perf_counter)


def finite(value: float) -> float | None:
    """A number fit for JSON: NaN and infinity become None, which charts show as what they are."""
    return float(value) if math.isfinite(value) else None


def metrics(logs: dict[str, float] | None) -> Metrics:
    """Keras' logs as fields of an event."""
    return cast(Metrics, {name: finite(value) for name, value in (logs or {}).items()})
