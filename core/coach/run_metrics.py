"""The metrics of a run that the coach's rules read: of epochs, batches and layers, and the confusion matrix."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.checks.experiment_checks import find_warnings
from core.checks.outputs import applied_function
from core.experiment.edits import output_layer
from core.experiment.layer_names import layer_names
from core.experiment.learning_rates import usual_rates
from core.experiment.model import CATALOGUES, Experiment, Layer
from core.experiment.shapes import Summary
from core.problems import ExperimentPath, Problem, Repair
from core.run_events import BatchEvent, EpochEvent, LayerHealth, RunEvent, epoch_of, metric

STILL_CHANGE = 0.01  # the loss stands still if it changes by less than this share
RISING_LOSS_RATIO = 1.25  # the training loss rises again from this multiple of its lowest value
EARLY_BATCHES = 5  # `batch` events that show the beginning of the training
KINDS = ("batch", "epoch", "health", "look", "fitted", "resumed")  # kinds of events that the coach reads
POOR_REMAINING = 0.3  # the share left to learn in a poor run, 1 for guessing; ready networks have less after two epochs


@dataclass(frozen=True)
class RunMetrics:
    """The metrics of a run so far. Values that were not measured are NaN, for which every comparison is false."""

    experiment: Experiment
    epochs: tuple[EpochEvent, ...]
    batches: tuple[BatchEvent, ...]
    health: Mapping[str, LayerHealth] | None  # the newest measurements of the layers, by the layers' ids
    confusion_cells: tuple[list[Any], ...]  # the cells of the newest confusion matrix on the whole validation set
    earlier_cells: tuple[list[Any], ...]  # the cells of the newest matrix that is at least an epoch older; () if none is
    penalty: float  # the sum of the penalties in the loss, from the newest `health` event; NaN if unknown
    not_finite_step: int | None  # the step by which the loss or the weights were first not finite
    summary: Summary | None = None  # Keras' table of the network, if it is known

    @property
    def classes(self) -> int:
        return self.experiment.data.entry.num_classes

    @property
    def guessing_loss(self) -> float:
        """The loss of a network that guesses evenly; NaN if the loss is no plain cross-entropy."""
        entry = CATALOGUES["loss"][self.experiment.compile.loss.name]
        return math.log(self.classes) if entry.trait("guessing_loss") == "log" else math.nan

    def at_epochs(self, name: str) -> list[float]:
        """Return the values of a metric at the end of each epoch, by its key in Keras' history."""
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
        """The share that is left to learn at the end of each epoch.

        The share is 1 for a network that guesses, above 1 for a worse network, and 0 for a perfect network. It comes from
        the loss if the loss is a plain cross-entropy, else from the accuracy: with penalties or smoothed labels, even a
        perfect network has a loss.
        """
        if not (math.isnan(self.guessing_loss) or penalized_layers(self.experiment) or self.label_smoothing):
            return [loss / self.guessing_loss for loss in self.loss]
        return self.remaining_by_accuracy

    @cached_property
    def remaining_by_accuracy(self) -> list[float]:
        """The same as `remaining`, from the validation accuracy, or from the training accuracy without a validation set."""
        pairs = zip(self.val_accuracy, self.accuracy, strict=True)
        return [
            (1 - (training if math.isnan(validation) else validation)) / (1 - 1 / self.classes)
            for validation, training in pairs
        ]

    @property
    def remaining_now(self) -> float:
        """The larger of the last values of `remaining` and `remaining_by_accuracy`.

        The result is NaN if both are unknown.
        """
        known = [left for left in (self.remaining[-1], self.remaining_by_accuracy[-1]) if not math.isnan(left)]
        return max(known, default=math.nan)

    @property
    def remaining_in_training(self) -> float:
        """The same as `remaining`, from the newest training accuracy."""
        return (1 - self.accuracy[-1]) / (1 - 1 / self.classes)

    @property
    def remaining_without_penalty(self) -> float:
        """The same as `remaining`, from the newest loss without its penalties.

        The share is NaN if the penalties are unknown. With smoothed labels, the share comes from the accuracy.
        """
        if self.label_smoothing:
            return self.remaining_by_accuracy[-1]
        return (self.loss[-1] - self.penalty) / self.guessing_loss

    @property
    def label_smoothing(self) -> float:
        """The share of each label that the loss spreads over all classes."""
        return float(self.experiment.compile.loss.argument("label_smoothing", 0.0))

    @property
    def stands_still(self) -> bool:
        """Whether the training loss has hardly moved since the first epoch."""
        return max(self.loss) - min(self.loss) < STILL_CHANGE * abs(self.loss[0])

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings of the checks about the experiment."""
        return find_warnings(self.experiment, self.summary)

    @property
    def accuracy_now(self) -> float:
        """The newest validation accuracy, or else the newest training accuracy."""
        return self.accuracy[-1] if math.isnan(self.val_accuracy[-1]) else self.val_accuracy[-1]

    @cached_property
    def early_losses(self) -> list[float]:
        """The exact losses of the first batches."""
        return [loss for batch in self.batches[:EARLY_BATCHES] if (loss := batch.get("batch_loss")) is not None]

    def gradients(self, since_epoch: float = 0.0) -> list[float]:
        """Return the gradient norms that were reported after `since_epoch`."""
        lengths = (batch.get("gradient_norm") for batch in self.batches if batch["epoch"] > since_epoch)
        return [length for length in lengths if length is not None]

    @property
    def rate(self) -> float:
        """The highest reported learning rate; NaN without a report."""
        return max(self.learning_rates, default=math.nan)

    @property
    def learning_rates(self) -> list[float]:
        """The reported learning rates, in their order."""
        return [rate for batch in self.batches if (rate := batch.get("learning_rate")) is not None]

    @property
    def usual_rate(self) -> tuple[float, float]:
        """The lowest and the highest learning rate with which the experiment usually learns."""
        return usual_rates(self.experiment)

    @property
    def steps(self) -> int:
        """The number of training steps until the end of the last epoch."""
        return int(self.epochs[-1]["step"])

    @property
    def has_small_steps(self) -> bool:
        """Whether the learning rate is lower than usual."""
        return self.rate < self.usual_rate[0] * (1 - 1e-6)

    def has_large_steps(self, share: float = 1.0) -> bool:
        """Tell whether the learning rate is higher than `share` times the highest usual learning rate."""
        return self.rate > share * self.usual_rate[1] * (1 + 1e-6)

    @property
    def never_predicted(self) -> list[int]:
        """The classes that are predicted neither in the newest confusion matrix nor in the matrix of an epoch before.

        In a network that learns, such classes change from matrix to matrix. The list is empty without a matrix of an epoch
        before.
        """
        if not self.earlier_cells:
            return []
        predicted = {cell[1] for cell in (*self.confusion_cells, *self.earlier_cells)}
        return [label for label in self.num_actual if label not in predicted]

    @cached_property
    def num_actual(self) -> dict[int, int]:
        """The number of validation images of each class, by label. Classes without images are missing."""
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
        """The share of a class' images that are predicted as another class, for each pair of classes, in ascending order."""
        counts = {(label, predicted): count for label, predicted, count, *_ in self.confusion_cells}
        return sorted(
            counts.get((label, predicted), 0) / count
            for label, count in self.num_actual.items()
            for predicted in range(self.classes)
            if predicted != label
        )

    @property
    def num_mistakes(self) -> int:
        """The number of validation images that are classified wrongly."""
        return sum(count for label, predicted, count, *_ in self.confusion_cells if label != predicted)

    @property
    def least_units(self) -> float:
        """The number of units below which a hidden layer is too narrow to tell the classes apart."""
        return self.classes / 2

    def layers_with_health(self) -> Iterator[tuple[Layer, LayerHealth]]:
        """Yield each layer with its health report (gradient, weights, dead units). Leave out layers without a report."""
        for layer in self.experiment.layers:
            if self.health is not None and layer.id in self.health:
                yield layer, self.health[layer.id]

    def trainable_layers(self) -> list[tuple[Layer, LayerHealth]]:
        """Return the layers that have weights and a health report, each with its report."""
        return [(layer, health) for layer, health in self.layers_with_health() if health["weights"] is not None]

    @property
    def hidden_layers(self) -> list[tuple[Layer, LayerHealth]]:
        """The layers with weights before the output layer, each with its health report."""
        last = output_layer(self.experiment)
        return [(layer, health) for layer, health in self.trainable_layers() if last is None or layer.id != last.id]

    def label(self, layer: Layer) -> str:
        """Return a layer's name as on all pages: "Dense (dense2)"."""
        return f"{layer.name} ({layer_names(self.experiment)[layer.id]})"


def read_run_metrics(experiment: Experiment, events: Sequence[RunEvent], summary: Summary | None = None) -> RunMetrics:
    """Read the metrics of a run from its events.

    If a run was resumed from a saved epoch, ignore the events that were reported after that epoch before.
    """
    counting: list[RunEvent] = []
    for event in events:
        if event["kind"] == "resumed":
            counting = [earlier for earlier in counting if epoch_of(earlier) <= event["epoch"]]
        elif event["kind"] in KINDS:
            counting.append(event)
    healths = [event for event in counting if event["kind"] == "health"]
    matrices = [event for event in counting if event["kind"] == "look" and event["whole"]]
    earlier = [event for event in matrices if event["epoch"] <= matrices[-1]["epoch"] - 1]
    penalty = healths[-1].get("penalty") if healths else None
    return RunMetrics(
        experiment,
        epochs=tuple(event for event in counting if event["kind"] == "epoch" and event.get("loss") is not None),
        batches=tuple(event for event in counting if event["kind"] == "batch"),
        health={layer["id"]: layer for layer in healths[-1]["layers"]} if healths else None,
        penalty=math.nan if penalty is None else float(penalty),
        confusion_cells=tuple(matrices[-1]["cells"]) if matrices else (),
        earlier_cells=tuple(earlier[-1]["cells"]) if earlier else (),
        not_finite_step=next((step for event in counting if (step := _not_finite_step(event)) is not None), None),
        summary=summary,
    )


def _not_finite_step(event: RunEvent) -> int | None:
    """Return the step at which an event reports an infinite or NaN value, or None."""
    if event["kind"] == "fitted":
        return event.get("finite_step", 0) + 1 if event["how"] == "not-finite" else None
    if event["kind"] in ("batch", "epoch") and event.get("loss", 0.0) is None:
        return event["step"]
    return None


def output_activations(experiment: Experiment) -> list[tuple[Layer, str]]:
    """Return the activations of the output layer and of all later layers, in order, each with its layer."""
    last = output_layer(experiment)
    end = experiment.layers[experiment.layers.index(last) :] if last else experiment.layers
    return [(layer, name) for layer in end if (name := applied_function(layer)) is not None]


def penalty_arguments(layer: Layer) -> list[str]:
    """Return the names of a layer's arguments that add a penalty to the loss."""
    values = layer.values
    return [name for name, value in values.items() if name.endswith("_regularizer") and value is not None]


def penalized_layers(experiment: Experiment) -> list[Layer]:
    """Return the layers that add a penalty to the loss."""
    return [layer for layer in experiment.layers if penalty_arguments(layer) or layer.entry.trait("penalises")]


def batch_normalizers(experiment: Experiment) -> list[Layer]:
    """Return the layers that normalise over a batch and keep running averages for validation."""
    return [layer for layer in experiment.layers if layer.entry.parameter("moving_mean_initializer")]


def dropped_share(layer: Layer) -> float:
    """Return the share of a layer's inputs that is set to 0 in training."""
    values = layer.values
    shares = [values.get(name) for name in ("rate", "dropout", "recurrent_dropout")]
    return max(
        (float(share) for share in shares if isinstance(share, int | float) and not isinstance(share, bool)), default=0.0
    )


def mean_decrease(values: Sequence[float]) -> float:
    """Return by how much the values fall on average from each value to the next."""
    return (values[0] - values[-1]) / max(1, len(values) - 1)


def coach_problem(  # noqa: PLR0913 - a Problem has so many parts
    happened: str, expected: str, fix: str, why: str, where: ExperimentPath, repairs: Sequence[Repair]
) -> Problem:
    """Return a problem for a rule to report. Its code is empty, since `core.coach.rules` fills in the code."""
    return Problem("", where, happened, expected, fix, "warning", why, tuple(repairs))
