"""Train an experiment: run `fit`, report events and carry out commands, without any effect on the numbers of `fit`.

`core.run_events` lists the reported events and the commands.
"""

import gc
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import psutil

from core import machine
from core.catalogue.datasets import default_data_set
from core.checks.experiment_checks import check
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.files import write_atomically
from core.problems import ProblemError
from core.run_events import WHOLE, Ending
from core.worker.callables import CommandSource, Report
from core.worker.data.load import Sets, set_indexes
from core.worker.training import evaluation
from core.worker.training.backend_hooks import refuse_other_backend
from core.worker.training.build_model import build, build_optimizer_and_metrics, named_by_ids
from core.worker.training.callback_state import CallbackState
from core.worker.training.checkpoints import Snapshots
from core.worker.training.prepare import drop_prebuilt_network, watched_model
from core.worker.training.preserve_state import preserved_state
from core.worker.training.progress_callback import FitEnded, ProgressCallback
from core.worker.training.summary import summarise
from core.worker.training.validation_view import to_pixels

WARM_STEPS, COLD_STEPS = 120, 20  # steps of a warm-up; the cold steps trace and compile


@dataclass(frozen=True)
class FinalWeights:
    """The weights that a run keeps at its end."""

    which: str  # "last", "best" or "last finite"
    step: int
    epoch: int  # completed epochs by then


def train(
    experiment: Experiment,
    report: Report,
    next_command: CommandSource,
    folder: Path | None = None,
    *,
    resume: bool = False,
    execution: Execution | None = None,
) -> dict[str, Any]:
    """Train an experiment and evaluate the network.

    Parameters
    ----------
    experiment
        The experiment to train.
    report
        Called with each event; see `core.run_events.RunEvent`.
    next_command
        Returns the next command, or None. Called before and at each batch.
    folder
        The folder for checkpoints, `model.keras`, `validation.npz` and `test.npz`. None stores nothing.
    resume
        Whether to continue from the newest checkpoint in the folder. All numbers are then those of a run that was never
        interrupted, to the last digit: the order of the images and all random numbers are the same in every epoch.
    execution
        How the steps are executed. None means single steps without XLA.

    Returns
    -------
    dict
        {"parameters", "history", "validation", "test", "confusion_matrix" of the test set (rows are actual classes),
        "seconds" of training without pauses, "evaluation_seconds", "how", "epochs", "kept", "provenance"}. The history has
        all epochs, as Keras' History. "kept" has the fields of `FinalWeights`, and "provenance" the result of
        `core.worker.training.provenance` for each process that trained a part. A run that was released, so that its process
        is free for others, has only "how" and "epochs".

    Raises
    ------
    ProblemError
        A problem of the experiment or its data prevents the training.
    """
    _refuse_problems(experiment)
    if resume:
        drop_prebuilt_network()
    with watched_model(experiment, execution, report, next_command) as watched:
        sets, model, watcher = watched.sets, watched.model, watched.watcher
        callback_state = CallbackState(experiment)
        snapshots = Snapshots(model, folder, callback_state, experiment.fit.epochs)
        watcher.resume(snapshots, snapshots.restore() if resume else {"epoch": 0, "history": {}, "seconds": 0.0})
        if resume:
            report({"kind": "resumed", "step": watcher.step, "epoch": float(watcher.epoch)})
        ending = _fit(model, experiment, sets, watcher, callback_state)
    seconds, history = watcher.seconds(), watcher.history()
    finite_step = snapshots.finite_step
    report({"kind": "fitted", "how": ending, "epochs": watcher.epoch, "seconds": seconds, "finite_step": finite_step})
    if ending == "release":
        return {"how": ending, "epochs": watcher.epoch}
    if ending == WHOLE and folder is not None:
        with suppress(FitEnded):  # a command while the disk is full: the run is complete all the same
            watcher.save()  # so that more epochs can follow
    report({"kind": "phase", "phase": "evaluating"})
    kept, began = _keep(model, watcher, snapshots, ending), time.perf_counter()
    result = {
        "parameters": model.count_params(),
        "history": history,
        **_evaluate(model, experiment, sets, folder),
        "seconds": seconds,
        "evaluation_seconds": round(time.perf_counter() - began, 3),
        "how": ending,
        "epochs": watcher.epoch,
        "kept": {"which": kept.which, "step": kept.step, "epoch": kept.epoch},
        "provenance": snapshots.provenance,
    }
    if folder is not None:
        write_atomically(folder / "model.keras", named_by_ids(model, experiment).save)
    return result


def _refuse_problems(experiment: Experiment) -> None:
    problems = [problem for problem in check(experiment, summarise(experiment)) if problem.blocks]
    if problems:
        raise ProblemError(problems[0])
    refuse_other_backend(experiment)


def _fit(
    model: keras.Model, experiment: Experiment, sets: Sets, watcher: ProgressCallback, callback_state: CallbackState
) -> Ending:
    """Run fit, and return how the run ended, such as "stop"."""
    try:
        model.fit(
            *sets.train,
            epochs=watcher.epoch if callback_state.has_ended else experiment.fit.epochs,
            initial_epoch=watcher.epoch,
            batch_size=experiment.fit.batch_size,
            validation_data=sets.validation,
            callbacks=[*callback_state.all, watcher],
            verbose=0,
        )
    except FitEnded as ended:
        return ended.ending
    return WHOLE


def _keep(model: keras.Model, watcher: ProgressCallback, snapshots: Snapshots, ending: Ending) -> FinalWeights:
    """Set the model's final weights: the last weights, the best weights, or the last finite weights."""
    if ending == "not-finite":
        model.set_weights(snapshots.finite)
        step = snapshots.finite_step
        return FinalWeights("last finite", step, step // watcher.progress.steps)
    if ending == "stop-best" and snapshots.best is not None:
        model.set_weights(snapshots.best)
        return FinalWeights("best", snapshots.best_epoch * watcher.progress.steps, snapshots.best_epoch)
    if ending == WHOLE and (best := snapshots.callback_state.best_epoch) is not None:
        return FinalWeights("best", best * watcher.progress.steps, best)  # a callback has restored these weights
    return FinalWeights("last", watcher.step, watcher.epoch)


def _evaluate(model: keras.Model, experiment: Experiment, sets: Sets, folder: Path | None) -> dict[str, Any]:
    """Evaluate and store the validation and test set. Pages read the test file only after a person opens the test set."""
    results: dict[str, Any] = {"validation": None}
    pairs = {"validation": sets.validation, "test": sets.test}
    for name, pair in pairs.items():
        if pair is None:
            continue
        with preserved_state(model):  # each set is evaluated right after fit, as the script evaluates the test set
            evaluated = evaluation.evaluate(model, experiment, pair)
        results[name] = {**evaluated.metrics, "accuracy": evaluated.metrics.get("accuracy", evaluated.scores.accuracy)}
        if name == "test":
            results["confusion_matrix"] = evaluated.scores.confusion_matrix.tolist()
        if folder is not None:
            shown = to_pixels(pair[0], experiment.data.pixels)
            indexes = getattr(set_indexes(experiment.data, experiment.fit.seed), name)
            evaluation.save(folder / f"{name}.npz", evaluated, shown, indexes)
    return results


def clear_trained_models() -> dict[str, Any]:
    """Clear Keras' global state of trained networks, such as names and graphs. This takes half a second.

    Returns
    -------
    dict
        {"memory", "most"}: the memory of this process, and its limit, in bytes. TensorFlow gives no memory back.
    """
    drop_prebuilt_network()
    keras.backend.clear_session()
    gc.collect()
    return {"memory": psutil.Process().memory_info().rss, "most": machine.idle_memory_limit_gb() * machine.GB}


def open_devices() -> None:
    """Let TensorFlow open its devices and start its threads, as happens at the first operation of a process."""
    keras.ops.zeros(1)


def warm_up_trainer() -> dict[str, Any]:
    """Train the network of the template "lecture" for some steps, to start TensorFlow and to measure its speed.

    The images are random numbers: reading a data set takes a second, and the steps take as long with any images.

    Returns
    -------
    dict
        {"seconds_per_step"}: the time of a training step of this network on this machine, without the first steps.
    """
    experiment = lecture_experiment(default_data_set())
    data, batch_size = experiment.data.entry, experiment.fit.batch_size
    generator = np.random.default_rng(0)
    images = generator.random((WARM_STEPS * batch_size, *data.image_shape), dtype="float32")
    labels = generator.integers(0, data.num_classes, len(images))
    keras.utils.set_random_seed(0)
    model = build(experiment)
    build_optimizer_and_metrics(model, experiment, labels)
    clock = StepClock()
    model.fit(images, labels, batch_size=batch_size, callbacks=[clock], verbose=0)
    clear_trained_models()
    return {"seconds_per_step": (clock.ended - clock.began) / (WARM_STEPS - COLD_STEPS)}


class StepClock(keras.callbacks.Callback):
    """A callback that measures the time of a fit's steps, without the first steps, which trace and compile."""

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if batch == COLD_STEPS - 1:
            self.began = time.perf_counter()
        self.ended = time.perf_counter()
