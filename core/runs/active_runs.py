"""Assign runs to trainers (the processes that train), supervise these runs, and record their events and ends."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core.catalogue.backends import BACKENDS
from core.coach.rules import alarm_title
from core.engine.supervisor import WorkerPool
from core.experiment.execution import Execution, save_execution
from core.experiment.serialization import dumps
from core.files import write_atomically
from core.problems import Problem, ProblemError
from core.run_events import WHOLE, Actor, Command, RunEvent
from core.run_files import EXPERIMENT, keep_files, saved_epochs
from core.runs import failures
from core.runs.active_run import NOWHERE, ActiveRun, missing_event_fields
from core.runs.advice import Advice, KnownSummary, advise, coach_events
from core.runs.event_stream import EventStreams
from core.runs.head_start import HeadStarts
from core.runs.liveness import COLD_SECONDS, FROZEN_SECONDS, IDLE_SECONDS, WorkerExits, silence_words, waiting_words
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from core.runs.run_recorder import RunRecorder
from core.runs.scheduling import QueuedRun
from core.settings import setting

TRAIN = "core.worker.training.train:train"
COACH_RESTS_AFTER = 300  # events of a run; with fewer, the coach reads them after each epoch
COACH_RESTS_SECONDS = 0.001  # the rest for each event of a longer run; the coach needs 0.00003 s for an event, 3 % of a core


class ActiveRuns:
    """All runs that are on trainers, the processes that train. Safe to use from several threads.

    Parameters
    ----------
    folder
        The folder of all runs.
    database, streams
        The database and the event streams, which receive the events and final states of the runs.
    workers
        The workers of this server.
    head_starts
        The head starts: networks of drafts that idle trainers build before anybody presses Train.
    known_summary
        Returns the layer table of an experiment's network, or None if the table is not known yet.
    train
        The name of the function that trains.
    """

    def __init__(  # noqa: PLR0913 - the parts of a server, each named by its type
        self,
        folder: Path,
        database: RunDatabase,
        streams: EventStreams,
        workers: WorkerPool,
        head_starts: HeadStarts,
        known_summary: KnownSummary,
        train: str = TRAIN,
    ) -> None:
        self._known_summary = known_summary
        self._head_starts = head_starts
        self._folder = folder
        self._database = database
        self._streams = streams
        self._workers = workers
        self._train = train
        self._lock = threading.RLock()
        self._active: dict[str, ActiveRun] = {}
        self._recorder = RunRecorder(database, streams)
        self.worker_exits = WorkerExits()

    def __len__(self) -> int:
        return len(self._active)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._active

    def get(self, run_id: str) -> ActiveRun | None:
        """Return the state of a run that is on a trainer. Return None for any other run."""
        return self._active.get(run_id)

    def alarm(self, run_id: str) -> str:
        """Return the code of the problem that the coach sees in a run on a trainer, or an empty string without a problem."""
        active = self._active.get(run_id)
        return active.alarm if active else ""

    def advice(self, run_id: str) -> Advice | None:
        """Return the coach's last advice on a run on a trainer, or None for any other run and before the first advice."""
        active = self._active.get(run_id)
        return active.advice if active else None

    def visitors(self) -> list[str]:
        """Return the owner of each run on a trainer."""
        return [active.run.visitor for active in list(self._active.values())]

    def seconds_left(self) -> list[float | None]:
        """Return the expected remaining seconds of each run on a trainer, or None for a run whose time is unknown."""
        return [active.time_left.seconds if active.time_left else None for active in list(self._active.values())]

    @property
    def num_trainers(self) -> int:
        """The number of runs that can train at the same time."""
        return self._workers.trainers

    @property
    def num_free_trainers(self) -> int:
        return self._workers.trainers - len(self)

    def assign(self, run: Run, turn: QueuedRun, execution: Execution, then: Callable[[str, bool], None]) -> None:
        """Assign a run to a free trainer.

        Parameters
        ----------
        run
            A run that waits, or that was stopped while it had no trainer and is only evaluated.
        turn
            The run's entry in the queue.
        execution
            How the run is executed.
        then
            Called when the trainer is done, with the run's id and whether its process died. Must cause a call of `leave`.
        """
        if not (self._recorder.change_state(run.id, "starting") or run.state in ("starting", "stopping")):
            return
        active = self._active[run.id] = ActiveRun(run, turn)
        try:
            active.future = self._send(run, turn, execution)
        except Exception as error:  # a failure to write or send the run must not hold up the other runs
            logging.getLogger("dashboard").exception("run %s could not be sent to a trainer", run.id)
            self.leave(run.id)
            self._recorder.end(run.id, "failed", failures.failed(active.where, error))
            return
        if run.state == "stopping":
            self._workers.send_command(run.id, Command("stop"))
        self._workers.when_done(active.future, partial(self._ended, run.id, then))

    def _send(self, run: Run, turn: QueuedRun, execution: Execution) -> Future[Any]:
        folder = self._folder / run.id
        write_atomically(folder / EXPERIMENT, lambda path: path.write_text(dumps(run.experiment)))
        save_execution(folder, execution)
        options: dict[str, Any] = {"folder": folder, "execution": execution, "first_command": turn.first_command}
        if saved_epochs(folder) or run.parts > 1:
            options["resume"] = True
        if self._workers.shares_no_disk:
            self._workers.provide(run.experiment.data.dataset)
            options["files"] = {
                path.name: path.read_bytes() for kind in ("checkpoint", "best") for path in folder.glob(f"{kind}-*.npz")
            }
        backend = BACKENDS[run.experiment.fit.backend]
        if self._workers.wake(backend.name):
            words = f"Starting a trainer on {backend.title}, about {backend.start_seconds} s"
            self._recorder.record(run.id, {"kind": "phase", "phase": "waking", "words": words})
        options["prepared_by"] = self._head_starts.give_way(run.experiment)
        return self._workers.train(run.id, self._train, run.experiment, backend=backend.name, **options)

    def leave(self, run_id: str) -> None:
        """Remove a run from the runs on trainers, since its trainer is free again."""
        with self._lock:
            self._active.pop(run_id, None)

    def lost(self) -> None:
        """Record all runs on trainers as interrupted, since all workers were lost at once."""
        with self._lock:
            lost, self._active = self._active, {}
        for run_id, active in lost.items():
            if not active.is_leaving:
                self._recorder.end(run_id, "interrupted", failures.engine_lost())

    def supervise(self, fresh_because: str = "") -> None:
        """Release the trainers of long pauses, stop runs over the time limit, and ask the coach about new epochs.

        Parameters
        ----------
        fresh_because
            Why a new trainer is starting. An empty string means that no trainer is starting.
        """
        now, minutes = time.monotonic(), float(setting("run_minutes"))
        for run_id, active in list(self._active.items()):
            since = active.paused_since
            if since is not None and not active.is_released and now - since > setting("pause_minutes") * 60:
                active.is_released = True
                self.command(run_id, Command("release"), "server")
            if active.problem is None and active.seconds > minutes * 60:
                active.problem = failures.too_long(minutes)
                self.log_command(run_id, "stop", "server")
                self._recorder.change_state(run_id, "stopping")
                self._workers.send_command(run_id, Command("stop"))
            if active.coached != active.epochs and now >= active.coach_due:
                active.coached = active.epochs
                self._coach(run_id, active)
            if not (active.is_leaving or active.is_forced) and active.future is not None:
                self._watch(run_id, active, fresh_because)

    def _watch(self, run_id: str, active: ActiveRun, fresh_because: str) -> None:
        """Report to browsers that a run's trainer gives no signs of life. End or replace a trainer that stays silent."""
        life = active.liveness
        has_begun = self._workers.name_of(run_id) is not None
        if life.check(self._workers.signs(run_id)):
            self._streams.publish(run_id, {"kind": "phase", "phase": active.phase})
        if life.is_sample_due:
            life.note(self._workers.processor_seconds(run_id))
        if life.is_report_due():
            waiting, silent = waiting_words(fresh_because, life.seconds), silence_words(life.seconds, computes=life.computes)
            words = silent if has_begun else waiting
            self._streams.publish(run_id, {"kind": "phase", "phase": "waiting", "words": words})
        if has_begun and life.is_frozen(FROZEN_SECONDS):
            self.force(run_id, partial(failures.silent_trainer_problem, active.where, life.seconds))
        is_cold = bool(fresh_because) or life.is_renewed or active.turn.is_put_back  # its process is new
        if not has_begun and life.is_frozen(COLD_SECONDS if is_cold else IDLE_SECONDS):
            self._renew(run_id, active)

    def _renew(self, run_id: str, active: ActiveRun) -> None:
        """Start a new trainer for a run that no trainer has begun. If this was done before, end the run with a problem."""
        if active.liveness.is_renewed:
            active.problem, active.is_forced = failures.never_started_problem(active.liveness.seconds), True
            self._take_back(active, lambda: self._workers.renew(run_id))
        else:
            active.liveness.restart()
            self.log_command(run_id, "wait for a fresh trainer", "server")
            threading.Thread(target=self._workers.renew, args=(run_id,), daemon=True).start()

    def force(self, run_id: str, explain: Callable[[bool | None], Problem]) -> threading.Thread | None:
        """Kill the process that trains a run, in a background thread.

        Parameters
        ----------
        run_id
            The run.
        explain
            Returns the problem to record. Its argument is the return value of `WorkerPool.end`: whether the process is gone.

        Returns
        -------
        threading.Thread | None
            The thread, or None if no trainer has the run or its process is being ended already.
        """
        active = self._active.get(run_id)
        if active is None or active.is_forced:
            return None
        has_begun = self._workers.name_of(run_id) is not None
        active.is_forced, active.problem = True, explain(has_begun or None)  # the death may be reported before `end` is done

        def end() -> None:
            active.problem = explain(self._workers.end(run_id))

        return self._take_back(active, end)

    def _take_back(self, active: ActiveRun, first: Callable[[], None]) -> threading.Thread:
        """Start a thread that calls `first` and then cancels the run's future. Return the thread."""
        future = active.future

        def work() -> None:
            try:
                first()
            finally:
                if future is not None:
                    future.cancel()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _coach(self, run_id: str, active: ActiveRun) -> None:
        """Update the coach's advice on a run, and record an alarm event if the alarm has changed."""
        try:
            events = coach_events(self._database, run_id)
            active.advice = advise(active.run.experiment, events, self._known_summary(active.run.experiment))
        except Exception:  # the run must go on without advice
            logging.getLogger("dashboard").exception("the coach could not read run %s", run_id)
            return
        if len(events) > COACH_RESTS_AFTER:
            active.coach_due = time.monotonic() + len(events) * COACH_RESTS_SECONDS
        code = active.advice.alarm.code if active.advice.alarm else ""
        if code != active.alarm:
            self._recorder.record(run_id, {"kind": "alarm", "code": code, "title": alarm_title(code), **active.position})
        active.alarm = code

    def command(self, run_id: str, command: Command, by: Actor, *, changes: bool = False) -> None:
        """Send a command to a trainer, and record the command. `changes` says whether the command affects the training."""
        active = self._active.get(run_id)
        if active is not None and changes:
            active.apply(command)
        self.log_command(run_id, command.words, by, command_text=str(command) if changes else "")
        self._workers.send_command(run_id, command)

    def log_command(self, run_id: str, words: str, by: Actor, command_text: str = "") -> None:
        """Record a command in the history of a run, with the run's present position. See `RunRecorder.log_command`."""
        active = self._active.get(run_id)
        self._recorder.log_command(run_id, words, by, active.position if active else NOWHERE, command_text)

    # Events and results

    def record_event(self, run_id: str, event: RunEvent) -> None:
        """Record an event that a run reported, and update the run's state. Raise ValueError if a field is missing."""
        active = self._active.get(run_id)
        if active is None:  # the end of the run was recorded already
            return
        if missing := missing_event_fields(event):  # on disk, such an event would break every reader of the run
            raise ValueError(f"it lacks {', '.join(missing)}")
        if event["kind"] == "saved" and (worker := event.pop("worker", None)):
            threading.Thread(target=self._fetch_files, args=(worker, run_id, event["files"]), daemon=True).start()
        if active.time_left is not None:
            active.time_left.take(event)
            if event["kind"] in ("start", "batch", "epoch", "fitted"):
                active.time_left.annotate(event)
        self._recorder.record(run_id, event)
        active.update(event)
        if event["kind"] in ("start", "continued"):
            self.worker_exits.forget(self._workers.name_of(run_id))
            self._recorder.change_state(run_id, "training")
        elif event["kind"] == "paused":
            room = event["no_room"]
            self._recorder.change_state(run_id, "paused", problem=failures.disk_full_problem(**room) if room else None)
        elif event["kind"] == "fitted" and event["how"] not in (WHOLE, "release"):
            if event["how"] == "not-finite":
                active.problem = failures.not_finite(active.run.experiment, active.position["step"], event["finite_step"])
            self._recorder.stop(run_id, active.problem)  # at once; the evaluation follows
            active.has_fitted.set()

    def _fetch_files(self, worker: str, run_id: str, names: list[str] | None) -> None:
        """Copy files of a run from a worker on another machine. If `names` is None, copy all files of the run."""
        keep_files(self._folder / run_id, self._workers.fetch(worker, run_id, names))

    def _ended(self, run_id: str, then: Callable[[str, bool], None], future: Future[Any]) -> None:
        """Record how a run ended, when its future is done: its result, or the problem that ended the run."""
        with self._lock:
            active = self._active.get(run_id)
            if active is None or active.is_leaving or active.future is not future:
                return
            active.is_leaving = True
        died = False
        try:
            error = CancelledError() if future.cancelled() else future.exception()
            died = self._workers.was_killed(error) or isinstance(error, CancelledError)
            now = self._database.run(run_id)
            if now is not None and now.parts > active.run.parts:
                pass  # the run was resumed while its evaluation went on: it is not over, it waits for its next trainer
            elif active.is_forced and died and active.problem is not None:
                self._end_forced(run_id, active.problem)
            elif error is None:
                if self._workers.shares_no_disk and (worker := self._workers.worker_of(run_id)):
                    self._fetch_files(worker, run_id, None)
                self._record_result(run_id, active, future.result())
            elif died and self._waits_again(run_id, active):
                self._put_back(run_id, active)
            elif isinstance(error, CancelledError):  # all workers are gone
                self._recorder.end(run_id, "interrupted", failures.engine_lost())
            else:
                self._recorder.end(run_id, "failed", self._problem(active, error))
        except Exception as failure:  # a run without a trainer must never stay in the state "training"
            logging.getLogger("dashboard").exception("the end of run %s could not be noted down", run_id)
            self._recorder.end(run_id, "failed", failures.failed(active.where, failure))
        then(run_id, died)

    def _waits_again(self, run_id: str, active: ActiveRun) -> bool:
        """Return whether a run whose process died goes back to the queue: only once, and only before its first step."""
        run = self._database.run(run_id)
        is_unfinished = run is not None and not run.is_over  # the end of the server ends all runs
        is_before_first_step = self._workers.name_of(run_id) is None
        return is_unfinished and active.problem is None and is_before_first_step and not active.turn.is_put_back

    def _put_back(self, run_id: str, active: ActiveRun) -> None:
        active.waits_again = replace(active.turn, is_put_back=True)
        earlier = self._database.commands(run_id)  # the last command holds the position from which the run resumes
        position = earlier[-1] if earlier else NOWHERE
        self._recorder.log_command(run_id, "wait for another process", "server", position)
        self._recorder.change_state(run_id, "queued")  # unless the run is stopping; then its next trainer stops it

    def _end_forced(self, run_id: str, problem: Problem) -> None:
        """Record the end of a run whose process was killed after a second press on Stop or after a long silence."""
        if problem.blocks:
            self._recorder.end(run_id, "failed", problem)
        else:
            self._recorder.stop(run_id, problem)
            self._streams.finish(run_id)

    def _record_result(self, run_id: str, active: ActiveRun, result: dict[str, Any]) -> None:
        if result["how"] == "release":
            return  # the run pauses without a trainer
        if result["how"] == WHOLE:
            self._recorder.change_state(run_id, "finished", result=result)
        else:
            self._recorder.stop(run_id, active.problem)
            self._database.set_result(run_id, result)
        self._streams.finish(run_id)

    def _problem(self, active: ActiveRun, error: BaseException) -> Problem:
        if isinstance(error, ProblemError):
            return error.problem
        if self._workers.was_killed(error):
            return failures.died(active.where, self.worker_exits.wait_for(self._workers.name_of(active.run.id)))
        return failures.failed(active.where, error)
