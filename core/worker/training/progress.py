"""The position of a run, and Keras' numbers as its events report them."""

import math
import time
from dataclasses import dataclass, field
from typing import cast

from core.experiment.model import Experiment
from core.run_events import Metrics
from core.worker.data.load import num_trained


@dataclass(frozen=True)
class Progress:
    """The length of a run, which a batch number alone does not tell."""

    steps: int  # in an epoch
    epochs: int

    @classmethod
    def of(cls, experiment: Experiment) -> "Progress":
        return cls(math.ceil(num_trained(experiment) / experiment.fit.batch_size), experiment.fit.epochs)


@dataclass(frozen=True)
class LastReport:
    """The last `batch` event of an epoch; the next event reports the changes since."""

    done: int = 0  # steps of the epoch
    images: int = 0  # in these steps
    sum_of_losses: float = 0.0  # over these images
    when: float = field(default_factory=time.perf_counter)


def finite(value: float) -> float | None:
    """A number fit for JSON: NaN and infinity become None, which charts show as missing."""
    return float(value) if math.isfinite(value) else None


def metrics(logs: dict[str, float] | None) -> Metrics:
    """Keras' logs as fields of an event."""
    return cast(Metrics, {name: finite(value) for name, value in (logs or {}).items()})
