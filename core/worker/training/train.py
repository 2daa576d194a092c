"""Train an experiment: run `fit`, report events, carry out commands, and change none of the numbers.

The events that it reports, and the commands, stand in `core.run_events`.
"""

import gc
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import psutil

from core import machine
from core.catalogue.datasets import first_choice
from core.checks.run import check
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.experiment.templates import lecture
from core.files import write_atomically
from core.problems import ProblemError
from core.run_events import WHOLE, Command, Ending
from core.worker.callables import CommandSource, Report
from core.worker.data.load import Sets, load_sets, set_indexes
from core.worker.keras_patches import seeded
from core.worker.training import evaluation
from core.worker.training.backend_hooks import refuse_other_backend
from core.worker.training.build_model import build, build_optimizer_and_metrics, named_by_ids
from core.worker.training.callback_state import CallbackState
from core.worker.training.checkpoints import Snapshots
from core.worker.training.monitor import Observer
from core.worker.training.preserve_state import preserved_state
from core.worker.training.progress_callback import Ended, Watcher
from core.worker.training.summary import summarise
from core.worker.training.validation_view import to_pixels


@dataclass(frozen=True)
class KeptWeights:
    """Which weights a run ends with."""

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
        Returns the next command, or None; called before and at each batch.
    folder
        Where checkpoints, `model.keras`, `validation.npz` and `test.npz` are stored; None stores nothing.
    resume
        Whether to continue from the newest checkpoint in the folder. All numbers are then those of a run that was never
        interrupted, to the last digit: the order of the images and all random numbers are the same in every epoch.
    execution
        How the steps are executed; None takes one step at a time, without XLA.

    Returns
    -------
    dict
        {"parameters", "history", "validation", "test", "confusion_matrix" of the test set (rows are actual classes),
        "seconds" of training without pauses, "evaluation_seconds", "how", "epochs", "kept", "provenance"}. The history has
        all epochs, as Keras' History; see `KeptWeights` and `core.worker.training.provenance`, per process that trained a
        part. A run that was released has only "how" and "epochs".

    Raises
    ------
    ProblemError
        A problem of the experiment or its data prevents the training.
    """
    _refuse_problems(experiment)
    report({"kind": "phase", "phase": "loading"})
    sets = load_sets(experiment)
    report({"kind": "phase", "phase": "compiling"})
    keras.utils.set_random_seed(experiment.fit.seed)
    with seeded(experiment.fit.seed):
        model = build(experiment, execution, named_as_in_script=True)
        build_optimizer_and_metrics(model, experiment, sets.train[1])
        watcher = Watcher(experiment, report, next_command)
        watcher.attach(model, Observer(model, experiment, sets))
        callback_state = CallbackState(experiment)
        snapshots = Snapshots(model, folder, callback_state)
        watcher.resume(snapshots, snapshots.restore() if resume else {"epoch": 0, "history": {}, "seconds": 0.0})
        if resume:
            report({"kind": "resumed", "step": watcher.step, "epoch": float(watcher.epoch)})
        how = _fit(model, experiment, sets, watcher, callback_state)
    seconds, history = watcher.seconds(), watcher.history()
    finite_step = snapshots.finite_step
    report({"kind": "fitted", "how": how, "epochs": watcher.epoch, "seconds": seconds, "finite_step": finite_step})
    if how == "release":
        return {"how": how, "epochs": watcher.epoch}
    if how == WHOLE and folder is not None:
        with suppress(Ended):  # a command during a wait for room on the disk: the run is complete all the same
            watcher.save()  # so that more epochs can follow
    report({"kind": "phase", "phase": "evaluating"})
    kept, began = _keep(model, watcher, snapshots, how), time.perf_counter()
    result = {
        "parameters": model.count_params(),
        "history": history,
        **_evaluate(model, experiment, sets, folder),
        "seconds": seconds,
        "evaluation_seconds": round(time.perf_counter() - began, 3),
        "how": how,
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


def _fit(model: keras.Model, experiment: Experiment, sets: Sets, watcher: Watcher, callback_state: CallbackState) -> Ending:
    """Run fit; return how it ended."""
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
    except Ended as ended:
        return ended.how
    return WHOLE


def _keep(model: keras.Model, watcher: Watcher, snapshots: Snapshots, how: Ending) -> KeptWeights:
    """Put the requested weights into the model."""
    if how == "not-finite":
        model.set_weights(snapshots.finite)
        step = snapshots.finite_step
        return KeptWeights("last finite", step, step // watcher.progress.steps)
    if how == "stop-best" and snapshots.best is not None:
        model.set_weights(snapshots.best)
        return KeptWeights("best", snapshots.best_epoch * watcher.progress.steps, snapshots.best_epoch)
    if how == WHOLE and (best := snapshots.callback_state.best_epoch) is not None:
        return KeptWeights("best", best * watcher.progress.steps, best)  # a callback has restored these weights
    return KeptWeights("last", watcher.step, watcher.epoch)


def _evaluate(model: keras.Model, experiment: Experiment, sets: Sets, folder: Path | None) -> dict[str, Any]:
    """Evaluate validation and test set; pages read the test set's file only once a person opens it."""
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


def clean() -> dict[str, Any]:
    """Forget the names and graphs of trained networks; a separate task, since it takes half a second.

    Returns
    -------
    dict
        {"memory", "most"}: the memory of this process, and its limit, in bytes. TensorFlow gives no memory back.
    """
    keras.backend.clear_session()
    gc.collect()
    return {"memory": psutil.Process().memory_info().rss, "most": machine.kept_memory_gb() * machine.GB}


def warm() -> dict[str, Any]:
    """Train and evaluate once, so that a person's first run starts at once; store nothing.

    Returns
    -------
    dict
        {"seconds_per_step"}: the time of a training step of the lecture's net on this machine, once warm.
    """
    experiment = lecture(first_choice())
    steps = 0
    started = time.perf_counter()

    def stop_after_220() -> Command | None:
        nonlocal steps, started
        steps += 1
        if steps == 20:
            started = time.perf_counter()  # the first steps trace and compile
        return Command("stop") if steps > 220 else None

    sets = load_sets(experiment)
    keras.utils.set_random_seed(0)
    model = build(experiment)
    build_optimizer_and_metrics(model, experiment, sets.train[1])
    watcher = Watcher(experiment, lambda event: None, stop_after_220)
    watcher.attach(model, Observer(model, experiment, sets))
    _fit(model, experiment, sets, watcher, CallbackState(experiment))
    measured = (time.perf_counter() - started) / max(1, steps - 20)
    model.predict(sets.test[0][:64], verbose=0)
    model.evaluate(sets.test[0][:64], sets.test[1][:64], verbose=0)
    clean()
    return {"seconds_per_step": measured}
