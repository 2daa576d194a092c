"""Start and steer runs. The class `Runs` joins the store, the queue, the workers and the event streams of browsers."""

import logging
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from filelock import FileLock

from core.datasets.downloads import Downloads
from core.engine.inspector_data import DataQuestions
from core.engine.inspector_devices import Devices
from core.engine.inspector_images import Looks
from core.engine.inspector_summaries import Glimpses, Summaries
from core.engine.inspector_surfaces import Surfaces
from core.engine.inspector_views import Views
from core.engine.supervisor import WARM, Engine, Listener, Supervisor, Workers
from core.experiment.edits import repeat_with_seeds
from core.experiment.learning_rates import schedule_of
from core.experiment.model import Experiment
from core.files import claim, remove_unfinished
from core.problems import ProblemError
from core.run_events import Actor, Command, WorkerEvent
from core.runs import failures
from core.runs.active_runs import TRAIN, ActiveRuns
from core.runs.advice import Readings
from core.runs.event_stream import EventStreams
from core.runs.run_queue import RunQueue
from core.runs.run_reader import RunReader
from core.runs.run_record import LECTURER, OWNER, Run
from core.runs.run_recorder import RunRecorder
from core.runs.server_checks import ServerChecks
from core.runs.store import Ledger
from core.runs.time_estimates import Estimates
from core.runs.time_left import Expected, Work

DELETED_KEPT_SECONDS = 24 * 3600.0  # a deletion can be undone so long


class Runs:
    """All runs of this server.

    Parameters
    ----------
    folder
        The data folder.
    workers
        The workers of this server.
    now
        The clock: seconds since 1970.
    train, warm
        The names of the functions that train a network and warm a trainer up; "" warms nothing up.

    Raises
    ------
    ProblemError
        The data folder cannot be used.
    """

    def __init__(
        self, folder: Path, workers: Workers, now: Callable[[], float] = time.time, *, train: str = TRAIN, warm: str = WARM
    ) -> None:
        self.ledger = Ledger(folder / "runs.sqlite", now)
        self.streams = EventStreams()
        self.downloads = Downloads(workers, lambda: self.engine.state == "ready")
        self.summaries = Summaries(workers, lambda: self.engine.state == "ready")
        self.looks = Looks(workers, lambda: self.engine.state == "ready")
        self.devices = Devices(workers, lambda: self.engine.state == "ready")
        self.data_questions = DataQuestions(workers, lambda: self.engine.state == "ready")
        self.glimpses = Glimpses(workers, lambda: self.engine.state == "ready")
        self.views = Views(workers, lambda: self.engine.state == "ready")
        self.surfaces = Surfaces(workers, lambda: self.engine.state == "ready")
        self.checks = ServerChecks(workers, self.summaries, lambda: self.engine.seconds_per_step)
        self.estimates = Estimates(self.ledger, self.looks.trained, self.checks.estimated)
        self.readings = Readings(self.ledger)
        self.recorder = RunRecorder(self.ledger, self.streams)
        self.reader = RunReader(self.ledger, self.streams, folder / "runs")
        self.active_runs = ActiveRuns(folder / "runs", self.ledger, self.streams, workers, train)
        listener = Listener(
            event=self.handle,
            exit=self.active_runs.worker_exits.record,
            lost=self.active_runs.lost,
            ready=lambda: self.queue.dispatch(),
            tick=self.supervise,
        )
        self.supervisor = Supervisor(workers, listener, warm)
        execution, expected = self.checks.execution, self._expected
        self.queue = RunQueue(self.ledger, self.streams, self.active_runs, self.supervisor, execution, expected)
        self._folder = folder
        self._workers = workers
        self._claim: FileLock | None = None  # on the data folder

    @property
    def engine(self) -> Engine:
        """Whether the workers are ready."""
        return self.supervisor.engine

    def _expected(self, run: Run) -> Expected:
        return self.estimates.expected(run.experiment, run.visitor, self.reader.saved_epoch(run.id) or 0)

    def begin(self, dataset: str) -> None:
        """Start the workers and warm them up in the background; pages can be used meanwhile.

        Parameters
        ----------
        dataset
            The data set that a first visitor sees; its preview is made first, without a worker.

        Raises
        ------
        ProblemError
            Another server uses the data folder.
        """
        self._claim = claim(self._folder)
        self.ledger.interrupt(failures.interrupted())  # their server is gone
        remove_unfinished(self._folder / "runs")
        for run_id in self.ledger.purge(DELETED_KEPT_SECONDS):
            shutil.rmtree(self._folder / "runs" / run_id, ignore_errors=True)
        self.supervisor.begin(dataset)

    def close(self) -> None:
        """Mark unfinished runs as interrupted, and end the workers."""
        self.supervisor.close()
        self.streams.close()
        self.ledger.interrupt(failures.interrupted())  # first, or the end of their workers would look like a failure
        self._workers.close()
        self.ledger.close()
        if self._claim is not None:
            self._claim.release()

    # Starting

    def start(
        self, experiment: Experiment, visitor: str, *, is_lecturer: bool = False, first_command: Command | None = None
    ) -> Run:
        """Put an experiment in the queue.

        Parameters
        ----------
        experiment
            The experiment to train.
        visitor
            The owner of the run. A visitor with an active run gets that run, so that a second press starts no second run.
        is_lecturer
            Whether the run belongs to the lecturer; such runs come first.
        first_command
            The command before the first batch, such as "step", which takes one batch and then pauses; None for none.

        Raises
        ------
        ProblemError
            The experiment has a problem that can be seen without Keras, or the queue is full.
        """
        self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            active = self.ledger.active_run(visitor)
            if active is not None:
                return active
            self.queue.refuse_full(visitor)
            run = self.ledger.add_run(experiment, visitor)
            if first_command is not None:
                self.active_runs.log_command(run.id, first_command.words, OWNER)
            self.queue.add(run, is_lecturer=is_lecturer, first_command=first_command)
        self.queue.dispatch()
        return self.reader.run(run.id)

    def repeat(self, experiment: Experiment, visitor: str, seeds: int, *, is_lecturer: bool = False) -> str:
        """Queue an experiment several times, each time with the next seed; returns the series, raises as `start` does."""
        series = secrets.token_hex(8)
        self.start_all(repeat_with_seeds(experiment, seeds), visitor, series, is_lecturer=is_lecturer)
        return series

    def start_all(self, experiments: list[Experiment], visitor: str, series: str = "", *, is_lecturer: bool = False) -> None:
        """Queue several experiments in this order, beside the visitor's other runs; raises as `start` does."""
        for experiment in experiments:
            self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            self.queue.refuse_full(visitor, len(experiments))
            for experiment in experiments:
                self.queue.add(self.ledger.add_run(experiment, visitor, series), is_lecturer=is_lecturer)
        self.queue.dispatch()

    # Commands

    def pause(self, run_id: str, *, by: Actor = OWNER) -> None:
        """Pause a run at its next batch, until `resume`."""
        run = self.ledger.run(run_id)
        if run is not None and run.state == "training":
            self.active_runs.command(run_id, Command("pause"), by)

    def steer(self, run_id: str, command: Command, *, by: Actor = OWNER) -> None:
        """Send a command to a run that trains or pauses: a single step, another learning rate or another pace.

        Parameters
        ----------
        run_id
            The run.
        command
            The command.
        by
            Who gives the command.

        Raises
        ------
        ProblemError
            A schedule sets the learning rate, so that no command can.
        """
        with self.queue.lock:
            run = self.ledger.run(run_id)
            if run is not None and run.state in ("training", "paused") and self.active_runs.get(run_id) is not None:
                if command.name == "learning_rate" and (schedule := schedule_of(run.experiment)):
                    raise ProblemError(failures.rate_is_scheduled(schedule.name))
                self.active_runs.command(run_id, command, by, changes=True)

    def resume(self, run_id: str, epochs: int | None = None, *, by: Actor = OWNER) -> Run:
        """Continue a paused run, or resume a run that is over from its last saved epoch.

        Parameters
        ----------
        run_id
            The run.
        epochs
            The number of epochs after which the run ends, the completed ones included; None leaves it as it was.
        by
            Who gives the command.

        Raises
        ------
        ProblemError
            The experiment has a problem, the owner has another active run, or the queue is full.
        """
        run = self.reader.run(run_id)
        experiment = run.experiment
        if epochs is not None:
            experiment = replace(experiment, fit=replace(experiment.fit, epochs=epochs))
        self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            active = self.active_runs.get(run_id)
            if run.state == "paused" and active is not None and not active.is_released:
                self.active_runs.command(run_id, Command("continue"), by)
                return run
            other = self.ledger.active_run(run.visitor)
            if other is not None and other.id != run.id:
                raise ProblemError(failures.one_at_a_time(other.title))
            self.queue.refuse_full(run.visitor)
            is_paused = run.state == "paused"
            if not (self.recorder.change_state(run_id, "queued") if is_paused else self.ledger.resume(run_id, experiment)):
                return run
            self.reader.restore(run)
            self.streams.reopen(run_id)
            saved = self.reader.saved_epoch(run_id) or 0
            step = saved * Work.of(experiment, self.looks.trained(experiment)).steps
            words = "go on" if epochs is None else f"go on to {epochs:,} epochs"
            self.recorder.log_command(run_id, words, by, {"step": step, "epoch": float(saved)})
            self.queue.add(self.reader.run(run_id), is_lecturer=by == LECTURER)
        self.queue.dispatch()
        return self.reader.run(run_id)

    def stop(self, run_id: str, *, keep: Literal["last", "best"] = "last", by: Actor = OWNER) -> None:
        """Stop a run: a waiting run is cancelled, and a training run ends at its next batch. A second call ends its process.

        Parameters
        ----------
        run_id
            The run.
        keep
            The weights that the run keeps: "last" or "best".
        by
            Who gives the command.
        """
        forcing = None
        with self.queue.lock:
            run = self.ledger.run(run_id)
            if run is None or run.is_over:
                return
            active = self.active_runs.get(run_id)
            command = Command("stop" if keep == "last" else "stop-best")
            self.active_runs.log_command(run_id, command.words, by)
            if active is not None and run.state == "stopping":
                forcing = self.active_runs.force(run_id, partial(failures.forced, active.where))
            elif active is None and run.state == "queued" and run.parts == 1 and self.reader.saved_epoch(run_id) is None:
                self.queue.remove(run_id)
                self.recorder.end(run_id, "cancelled")
            else:
                self.recorder.change_state(run_id, "stopping")
                if active is not None:
                    self._workers.send_command(run_id, command)
                elif run.state == "paused":  # it has released its trainer; another trainer evaluates it
                    self.queue.add(run)
        if forcing is not None:
            forcing.join(0.3)  # seconds; mostly the page then shows the end at once
        self.queue.dispatch()

    # Events of the workers

    def supervise(self) -> None:
        """Supervise the active runs, and assign waiting runs to new trainers; called regularly."""
        self.active_runs.supervise(self.supervisor.fresh_because)
        self.queue.dispatch_late()

    def handle(self, run_id: str, event: WorkerEvent) -> None:
        """Handle an event of a worker. An event that cannot be handled is logged."""
        try:
            if event["kind"] == "fetched":
                self.downloads.handle(run_id, event)
            else:
                self.active_runs.handle(run_id, event)
        except Exception:  # the subscription, which all runs share, must go on
            logging.getLogger("dashboard").exception("an event could not be taken: %s", str(event)[:200])
