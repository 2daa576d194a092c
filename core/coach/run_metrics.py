"""The numbers of a run, as the coach's rules read them: epochs, batches, layers and the confusion matrix."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from core.checks.outputs import applied_function
from core.experiment.edits import output_layer
from core.experiment.layer_names import layer_names
from core.experiment.model import CATALOGUES, Experiment, Layer
from core.problems import ExperimentPath, Problem, Repair
from core.run_events import BatchEvent, EpochEvent, LayerHealth, RunEvent, epoch_of, metric

EARLY_BATCHES = 5  # `batch` events that show how training began
KINDS = ("batch", "epoch", "health", "look", "fitted", "resumed")  # kinds of events that the coach reads
UNLEARNT = (
    0.3  # share of what a guessing network has to learn; ready networks have less left on Fashion-MNIST after two epochs
)


@dataclass(frozen=True)
class RunMetrics:
    """The numbers of a run so far, by epoch. Values that were not measured are NaN, for which every comparison is false."""

    experiment: Experiment
    epochs: tuple[EpochEvent, ...]
    batches: tuple[BatchEvent, ...]
    health: Mapping[str, LayerHealth] | None  # the newest, by the ids of layers
    confusion_cells: tuple[list[Any], ...]  # of the newest confusion matrix on the whole validation set
    penalty: float  # the penalties' part of the loss in the newest `health` event; NaN if unknown
    not_finite_step: int | None  # the step by which the loss or the weights were first not finite

    @property
    def classes(self) -> int:
        return self.experiment.data.entry.num_classes

    @property
    def guessing_loss(self) -> float:
        """The loss of a network that guesses evenly; NaN if the loss is no plain cross-entropy."""
        entry = CATALOGUES["loss"][self.experiment.compile.loss.name]
        return math.log(self.classes) if entry.trait("guessing_loss") == "log" else math.nan

    def at_epochs(self, name: str) -> list[float]:
        """A quantity at the end of each epoch, by its key in Keras' history."""
        return [math.nan if (value := metric(event, name)) is None else value for event in self.epochs]

    @cached_property
    def loss(self) -> list[float]:
        return self.at_epochs("loss")

    @cached_property
    def val_loss(self) -> list[float]:
        return self.at_epochs("val_loss")

    @cached_property
    def accuracy(self) -> list[float]:
        return self.at_epochs("accuracy")

    @cached_property
    def val_accuracy(self) -> list[float]:
        return self.at_epochs("val_accuracy")

    @cached_property
    def remaining(self) -> list[float]:
        """How much remains to be learned at the end of each epoch.

        1 for a guessing network, above 1 for a worse one, 0 for a perfect one. Computed from the loss if it is a plain
        cross-entropy, else from the accuracy.
        """
        if not math.isnan(self.guessing_loss) and not penalized_layers(self.experiment):
            return [loss / self.guessing_loss for loss in self.loss]
        return self.remaining_by_accuracy

    @cached_property
    def remaining_by_accuracy(self) -> list[float]:
        """As `remaining`, from the accuracy alone: of the validation if there is one, else of the training."""
        pairs = zip(self.val_accuracy, self.accuracy, strict=True)
        return [
            (1 - (training if math.isnan(validation) else validation)) / (1 - 1 / self.classes)
            for validation, training in pairs
        ]

    @property
    def remaining_without_penalty(self) -> float:
        """As `remaining`, from the newest loss without its penalties; NaN if they are unknown."""
        return (self.loss[-1] - self.penalty) / self.guessing_loss

    @property
    def accuracy_now(self) -> float:
        """The newest accuracy, of the validation if there is one."""
        return self.accuracy[-1] if math.isnan(self.val_accuracy[-1]) else self.val_accuracy[-1]

    @cached_property
    def early_losses(self) -> list[float]:
        """The exact losses of the first batches."""
        return [loss for batch in self.batches[:EARLY_BATCHES] if (loss := batch.get("batch_loss")) is not None]

    def gradients(self, since_epoch: float = 0.0) -> list[float]:
        """The gradient norms reported after an epoch."""
        lengths = (batch.get("gradient_norm") for batch in self.batches if batch["epoch"] > since_epoch)
        return [length for length in lengths if length is not None]

    @property
    def rate(self) -> float:
        """The highest learning rate reported; NaN if there is none."""
        return max(self.learning_rates, default=math.nan)

    @property
    def learning_rates(self) -> list[float]:
        """The learning rates reported, in their order."""
        return [rate for batch in self.batches if (rate := batch.get("learning_rate")) is not None]

    @property
    def usual_rate(self) -> tuple[float, float]:
        """The lowest and the highest learning rate with which the optimizer usually learns."""
        return cast(
            "tuple[float, float]",
            CATALOGUES["optimizer"][self.experiment.compile.optimizer.name].trait("usual_learning_rate", (0.0, math.inf)),
        )

    @property
    def momentum(self) -> float:
        """The optimizer's momentum, from 0 to 1; 0 if it has no such argument."""
        optimizer = self.experiment.compile.optimizer
        default = CATALOGUES["optimizer"][optimizer.name].parameter("momentum")
        return float(optimizer.argument("momentum", default.default if default else 0.0) or 0.0)

    @property
    def steps(self) -> int:
        """How often the weights have changed by the end of the last epoch."""
        return int(self.epochs[-1]["step"])

    @property
    def _relative_steps(self) -> tuple[float, float]:
        """The step size relative to the smallest and to the largest usual one: unusual if below 1, or above 1."""
        entry, rolling = CATALOGUES["optimizer"][self.experiment.compile.optimizer.name], self.rate / (1 - self.momentum)
        (low, high), (slow, fast) = self.usual_rate, entry.trait("usual_rolling_rate", (0.0, math.inf))
        return min(self.rate / (low or 1e-9), rolling / (slow or 1e-9)), max(self.rate / high, rolling / fast)

    @property
    def has_small_steps(self) -> bool:
        """Whether steps are smaller than usual; without momentum, the learning rate must be larger."""
        return self._relative_steps[0] < 1 - 1e-6

    def has_large_steps(self, share: float = 1.0) -> bool:
        """Whether steps are larger than `share` of the largest usual ones; momentum makes steps larger."""
        return self._relative_steps[1] > share * (1 + 1e-6)

    @property
    def num_predicted(self) -> dict[int, int]:
        """How many validation images were predicted as each class; classes never predicted are missing."""
        counts: dict[int, int] = {}
        for _, predicted, count, *_ in self.confusion_cells:
            counts[predicted] = counts.get(predicted, 0) + count
        return counts

    @cached_property
    def num_actual(self) -> dict[int, int]:
        """How many validation images each class has; classes without images are missing."""
        counts: dict[int, int] = {}
        for label, _, count, *_ in self.confusion_cells:
            counts[label] = counts.get(label, 0) + count
        return counts

    @cached_property
    def recall_by_class(self) -> dict[int, float]:
        """The share of each class' validation images that is classified correctly."""
        right = {label: count for label, predicted, count, *_ in self.confusion_cells if label == predicted}
        return {label: right.get(label, 0) / count for label, count in self.num_actual.items()}

    @cached_property
    def confusion_shares(self) -> list[float]:
        """For each pair of different classes, the share of the first one's images predicted as the second; ascending."""
        counts = {(label, predicted): count for label, predicted, count, *_ in self.confusion_cells}
        return sorted(
            counts.get((label, other), 0) / count
            for label, count in self.num_actual.items()
            for other in range(self.classes)
            if other != label
        )

    @property
    def num_mistakes(self) -> int:
        """How many validation images are classified wrongly."""
        return sum(count for label, predicted, count, *_ in self.confusion_cells if label != predicted)

    @property
    def least_units(self) -> float:
        """A layer with fewer units can hardly tell the classes apart."""
        return self.classes / 2

    def layers_with_health(self) -> Iterator[tuple[Layer, LayerHealth]]:
        """The layers with a health report, from first to last."""
        for layer in self.experiment.layers:
            if self.health is not None and layer.id in self.health:
                yield layer, self.health[layer.id]

    def trainable_layers(self) -> list[tuple[Layer, LayerHealth]]:
        """The layers with a health report that have weights."""
        return [(layer, health) for layer, health in self.layers_with_health() if health["weights"] is not None]

    @property
    def hidden_layers(self) -> list[tuple[Layer, LayerHealth]]:
        """The layers with weights before the output layer."""
        last = output_layer(self.experiment)
        return [(layer, health) for layer, health in self.trainable_layers() if last is None or layer.id != last.id]

    def label(self, layer: Layer) -> str:
        """A layer's name as on all pages: "Dense (dense2)"."""
        return f"{layer.name} ({layer_names(self.experiment)[layer.id]})"


def read_run_metrics(experiment: Experiment, events: Sequence[RunEvent]) -> RunMetrics:
    """Read the numbers of a run from its events; a run that resumed from a saved epoch replaces its later events."""
    counting: list[RunEvent] = []
    for event in events:
        if event["kind"] == "resumed":
            counting = [earlier for earlier in counting if epoch_of(earlier) <= event["epoch"]]
        elif event["kind"] in KINDS:
            counting.append(event)
    healths = [event for event in counting if event["kind"] == "health"]
    matrices = [event["cells"] for event in counting if event["kind"] == "look" and event["whole"]]
    penalty = healths[-1].get("penalty") if healths else None
    return RunMetrics(
        experiment,
        epochs=tuple(event for event in counting if event["kind"] == "epoch" and event.get("loss") is not None),
        batches=tuple(event for event in counting if event["kind"] == "batch"),
        health={layer["id"]: layer for layer in healths[-1]["layers"]} if healths else None,
        penalty=math.nan if penalty is None else float(penalty),
        confusion_cells=tuple(matrices[-1]) if matrices else (),
        not_finite_step=next((step for event in counting if (step := _not_finite_step(event)) is not None), None),
    )


def _not_finite_step(event: RunEvent) -> int | None:
    """The step by which a value was not finite any more, if this event reports one."""
    if event["kind"] == "fitted":
        return event.get("finite_step", 0) + 1 if event["how"] == "not-finite" else None
    if event["kind"] in ("batch", "epoch") and event.get("loss", 0.0) is None:
        return event["step"]
    return None


def output_activations(experiment: Experiment) -> list[tuple[Layer, str]]:
    """The activations from the output layer on, in order."""
    last = output_layer(experiment)
    end = experiment.layers[experiment.layers.index(last) :] if last else experiment.layers
    return [(layer, name) for layer in end if (name := applied_function(layer)) is not None]


def penalty_arguments(layer: Layer) -> list[str]:
    """A layer's arguments that add a penalty to the loss."""
    values = layer.values
    return [name for name, value in values.items() if name.endswith("_regularizer") and value is not None]


def penalized_layers(experiment: Experiment) -> list[Layer]:
    """The layers that add a penalty to the loss."""
    return [layer for layer in experiment.layers if penalty_arguments(layer) or layer.entry.trait("penalises")]


def batch_normalizers(experiment: Experiment) -> list[Layer]:
    """The layers that normalise over a batch and keep running averages for validation."""
    return [layer for layer in experiment.layers if layer.entry.parameter("moving_mean_initializer")]


def dropped_share(layer: Layer) -> float:
    """The share of a layer's inputs that is set to 0 in training."""
    values = layer.values
    shares = [values.get(name) for name in ("rate", "dropout", "recurrent_dropout")]
    return max(
        (float(share) for share in shares if isinstance(share, int | float) and not isinstance(share, bool)), default=0.0
    )


def mean_fall(values: Sequence[float]) -> float:
    """The mean difference between each value and the next one."""
    return (values[0] - values[-1]) / max(1, len(values) - 1)


def warning(  # noqa: PLR0913 - a Problem has so many parts
    happened: str, expected: str, fix: str, why: str, where: ExperimentPath, repairs: Sequence[Repair]
) -> Problem:
    """A rule's Problem, without the code, which `core.coach.rules` adds."""
    return Problem("", where, happened, expected, fix, "warning", why, tuple(repairs))
