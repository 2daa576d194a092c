"""The Keras callbacks that a person chose. Their state is saved in checkpoints, so that a run can be resumed."""

from typing import Any

import keras
import numpy as np

from core.catalogue.callbacks import CALLBACKS
from core.experiment.model import Experiment, arguments_with_defaults
from core.worker.training.backend_hooks import as_arrays, restore_rng_state
from core.worker.training.build_model import make_keras_object


class CallbackState(keras.callbacks.Callback):
    """A callback that builds the chosen callbacks, and saves and restores their internal state.

    In fit's list, this callback follows directly after the chosen callbacks. Keras' callbacks forget their state when a fit
    begins, and some put other weights into the network when the fit ends. This class restores the state, and keeps the
    weights from before.

    Parameters
    ----------
    experiment
        The experiment that owns the callbacks.
    """

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.chosen = {callback.name: make_keras_object(callback, "callbacks") for callback in experiment.fit.callbacks}
        restoring = (CALLBACKS[callback.name].trait("best_weights_switch") for callback in experiment.fit.callbacks)
        values = [arguments_with_defaults(callback, CALLBACKS[callback.name]) for callback in experiment.fit.callbacks]
        self.restores = any(value.get(name) for name, value in zip(restoring, values, strict=True))
        self.held: list[np.ndarray] | None = None  # the network and its optimizer at the end of the last epoch of a fit
        self._saved: tuple[dict[str, Any], list[np.ndarray]] = ({}, [])  # the saved state, until a fit begins
        self._rng_state: list[Any] | None = None  # of the backend, until an epoch begins

    @property
    def all(self) -> list[keras.callbacks.Callback]:
        """The callbacks for fit: the chosen callbacks, in order, and this callback."""
        return [*self.chosen.values(), self]

    @property
    def has_ended(self) -> bool:
        """Whether a callback had already ended the run when its state was saved, so that no more epochs may follow."""
        saved, _ = self._saved
        return any(saved.get(name, {}).get(CALLBACKS[name].trait("ended_attribute")) for name in self.chosen)

    @property
    def best_epoch(self) -> int | None:
        """The epoch, from 1, whose weights a callback restored at the end of fit. None if no callback restored weights."""
        for name, callback in self.chosen.items():
            weights = CALLBACKS[name].trait("weights_attribute")
            if weights and getattr(callback, weights) is not None:
                return int(callback.best_epoch) + 1
        return None

    def state(self) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Return the current state of the callbacks: values by name for JSON, and the weights that the callbacks keep."""
        values: dict[str, Any] = {}
        arrays: list[np.ndarray] = []
        for name, callback in self.chosen.items():
            entry = CALLBACKS[name]
            weights = getattr(callback, entry.trait("weights_attribute") or "", None) or []
            values[name] = {attribute: getattr(callback, attribute) for attribute in entry.trait("state_attributes")} | {
                "weights": len(weights)
            }
            arrays += weights
        return values, arrays

    def restore(self, values: dict[str, Any], arrays: list[np.ndarray], rng_state: list[Any] | None = None) -> None:
        """Store a saved state of the callbacks and the random generator, which the next fit restores at its beginning."""
        self._saved = values, arrays
        self._rng_state = rng_state

    def variables(self, model: keras.Model) -> list[np.ndarray]:
        """Return the variables of a network in training and of its optimizer, as the last epoch left them."""
        return self.held or as_arrays([*model.variables, *model.optimizer.variables])

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        saved, arrays = self._saved
        for name, callback in self.chosen.items():
            values = dict(saved.get(name, {}))
            weights, arrays = arrays[: values.get("weights", 0)], arrays[values.pop("weights", 0) :]
            for attribute, value in values.items():
                setattr(callback, attribute, value)
            if weights:
                setattr(callback, CALLBACKS[name].trait("weights_attribute"), weights)
        self._hold()  # for a fit that has no more epochs

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.held = None
        if self._rng_state is not None:
            restore_rng_state(self._rng_state)
            self._rng_state = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.model.stop_training or epoch + 1 == self.params["epochs"]:
            self._hold()

    def _hold(self) -> None:
        # An optimizer with use_ema puts other weights into the network at the end of fit, too.
        if self.restores or self.model.optimizer.use_ema:
            self.held = None
            self.held = self.variables(self.model)
