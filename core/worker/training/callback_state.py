"""The callbacks that a person chose, made for fit, and kept with each saved epoch so that they outlast an interruption."""

from typing import Any

import keras
import numpy as np

from core.catalogue.callbacks import CALLBACKS
from core.experiment.model import Experiment, arguments_with_defaults
from core.worker.training.backend_hooks import as_arrays, restore_rng_state
from core.worker.training.build_model import make


class CallbackState(keras.callbacks.Callback):
    """Build the chosen callbacks; save and restore their internal state.

    This callback stands right behind them in fit's list. Keras' callbacks forget their state when a fit begins, and some
    put other weights into the network when the fit ends: this one restores that state, and keeps the weights from before.

    Parameters
    ----------
    experiment
        The experiment that owns the callbacks.
    """

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.chosen = {one.name: make(one, "callbacks") for one in experiment.fit.callbacks}
        restoring = (CALLBACKS[one.name].trait("best_weights_switch") for one in experiment.fit.callbacks)
        values = [arguments_with_defaults(one, CALLBACKS[one.name]) for one in experiment.fit.callbacks]
        self.restores = any(value.get(name) for name, value in zip(restoring, values, strict=True))
        self.held: list[np.ndarray] | None = None  # the network and its optimizer at the end of the last epoch of a fit
        self._saved: tuple[dict[str, Any], list[np.ndarray]] = ({}, [])  # what they knew, until a fit begins
        self._rng_state: list[Any] | None = None  # of the backend, until an epoch begins

    @property
    def all(self) -> list[keras.callbacks.Callback]:
        """What fit is given: the chosen callbacks, in order, and this one."""
        return [*self.chosen.values(), self]

    @property
    def has_ended(self) -> bool:
        """Whether what was restored is the end of a run: a callback has ended it, and no epoch may follow."""
        told, _ = self._saved
        return any(told.get(name, {}).get(CALLBACKS[name].trait("ended_attribute")) for name in self.chosen)

    @property
    def best_epoch(self) -> int | None:
        """After a fit: the epoch, from 1, whose weights a callback put into the network; None where none did."""
        for name, callback in self.chosen.items():
            weights = CALLBACKS[name].trait("weights_attribute")
            if weights and getattr(callback, weights) is not None:
                return int(callback.best_epoch) + 1
        return None

    def known(self) -> tuple[dict[str, Any], list[np.ndarray]]:
        """What the callbacks know now, to be saved: by name as JSON has it, and the weights that they keep."""
        told: dict[str, Any] = {}
        arrays: list[np.ndarray] = []
        for name, callback in self.chosen.items():
            entry = CALLBACKS[name]
            weights = getattr(callback, entry.trait("weights_attribute") or "", None) or []
            told[name] = {one: getattr(callback, one) for one in entry.trait("state_attributes")} | {"weights": len(weights)}
            arrays += weights
        return told, arrays

    def restore(self, told: dict[str, Any], arrays: list[np.ndarray], rng_state: list[Any] | None = None) -> None:
        """Restore what `known` and `backend_hooks.rng_state` returned: when a fit begins, and when its first epoch does."""
        self._saved = told, arrays
        self._rng_state = rng_state

    def variables(self, model: keras.Model) -> list[np.ndarray]:
        """All that a network in training is: its variables and its optimizer's, as the last epoch left them."""
        return self.held or as_arrays([*model.variables, *model.optimizer.variables])

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        told, arrays = self._saved
        for name, callback in self.chosen.items():
            knew = dict(told.get(name, {}))
            mine, arrays = arrays[: knew.get("weights", 0)], arrays[knew.pop("weights", 0) :]
            for one, value in knew.items():
                setattr(callback, one, value)
            if mine:
                setattr(callback, CALLBACKS[name].trait("weights_attribute"), mine)
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
