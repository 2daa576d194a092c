"""The number of steps of a run, the progress since the last report, and the conversion of Keras' logs for JSON."""

import math
import time
from dataclasses import dataclass, field
from typing import cast

from core.experiment.model import Experiment
from core.run_events import Metrics
from core.worker.data.load import num_trained


@dataclass(frozen=True)
class RunLength:
    """The length of a run: the number of steps in an epoch, and the number of epochs."""

    steps: int  # in an epoch
    epochs: int

    @classmethod
    def of(cls, experiment: Experiment) -> "RunLength":
        return cls(math.ceil(num_trained(experiment) / experiment.fit.batch_size), experiment.fit.epochs)


@dataclass(frozen=True)
class LastBatchReport:
    """The counts of steps and images at the last `batch` event. The next event reports the steps since then."""

    done: int = 0  # steps of the epoch
    images: int = 0  # in these steps
    sum_of_losses: float = 0.0  # over these images
    when: float = field(default_factory=time.perf_counter)


def finite_or_none(value: float) -> float | None:
    """Convert a number for JSON. NaN and infinity become None, which charts show as missing."""
    return float(value) if math.isfinite(value) else None


def metrics(logs: dict[str, float] | None) -> Metrics:
    """Convert Keras' logs to fields of an event, with None instead of NaN and infinity."""
    return cast(Metrics, {name: finite_or_none(value) for name, value in (logs or {}).items()})
