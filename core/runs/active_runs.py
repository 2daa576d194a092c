"""The runs that trainers have now: given to them, looked after, and noted down when they come back."""

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
from core.engine.supervisor import Workers
from core.experiment.execution import Execution, save_execution
from core.experiment.serialization import dumps
from core.files import write_atomically
from core.problems import Problem, ProblemError
from core.run_events import WHOLE, Actor, Command, CommandEvent, Position, RunEvent
from core.run_files import EXPERIMENT, keep_files, saved_epochs
from core.runs import failures
from core.runs.active_run import NOWHERE, Flight, lacking
from core.runs.advice import Advice, advise, coach_events
from core.runs.event_stream import Live
from core.runs.liveness import COLD_SECONDS, FROZEN_SECONDS, IDLE_SECONDS, silence_words, waiting_words
from core.runs.run_record import Run
from core.runs.scheduling import Waiting
from core.runs.states import described
from core.runs.store import Ledger
from core.settings import setting

EXIT_CODE_SECONDS = 1.0  # how long a nanny may take to tell how its worker died
TRAIN = "core.worker.training.train:train"
COACH_RESTS_AFTER = 300  # events of a run; of fewer the coach says at once what an epoch has brought
COACH_RESTS_SECONDS = 0.001  # for each event of a long run: reading one takes 0.00003 s, so that it costs 3 % of a core


class Ongoing:
    """All runs that trainers have. Safe to use from several threads.

    Parameters
    ----------
    folder
        The folder of all runs.
    ledger, live
        The store and the event stream, which receive the outcomes of the runs.
    workers
        The workers of this server.
    train
        The name of the function that trains.
    """

    def __init__(self, folder: Path, ledger: Ledger, live: Live, workers: Workers, train: str = TRAIN) -> None:
        self._folder = folder
        self._ledger = ledger
        self._live = live
        self._workers = workers
        self._train = train
        self._lock = threading.RLock()
        self._flights: dict[str, Flight] = {}
        self._exits: dict[str, int | str] = {}  # by the names of workers that ended, until it is told of which run
        self._exit_known = threading.Condition()

    def __len__(self) -> int:
        return len(self._flights)

    def __contains__(self, identity: object) -> bool:
        return identity in self._flights

    def flight(self, identity: str) -> Flight | None:
        """A run that a trainer has, or None."""
        return self._flights.get(identity)

    def alarm(self, identity: str) -> str:
        """The code of what the coach says of a run that a trainer has; "" for nothing."""
        flight = self._flights.get(identity)
        return flight.alarm if flight else ""

    def advice(self, identity: str) -> Advice | None:
        """What the coach last said of a run that a trainer has; None where none has it, or the coach did not look yet."""
        flight = self._flights.get(identity)
        return flight.advice if flight else None

    def visitors(self) -> list[str]:
        """Whose runs they are."""
        return [flight.run.visitor for flight in list(self._flights.values())]

    def seconds_left(self) -> list[float | None]:
        """How long each of them will still train; None where nobody knows."""
        return [one.time_left.seconds if one.time_left else None for one in list(self._flights.values())]

    def give(self, run: Run, turn: Waiting, execution: Execution, then: Callable[[str, bool], None]) -> None:
        """Give a run to a free trainer.

        The run waits, or was stopped before it had a trainer and is only evaluated. Its `turn` holds the expected duration
        and the request before its first batch. Once the run is over, `then` is called with its id and whether its process
        died; `leave` must follow.
        """
        if not (self.change(run.id, "starting") or run.state in ("starting", "stopping")):
            return
        flight = self._flights[run.id] = Flight(run, turn)
        try:
            flight.future = self._send(run, turn, execution)
        except Exception as error:  # it cannot be written or sent, or nobody takes it: the others must get their turn
            logging.getLogger("dashboard").exception("run %s could not be given to a trainer", run.id)
            self.leave(run.id)
            self.end(run.id, "failed", failures.failed(flight.where, error))
            return
        if run.state == "stopping":
            self._workers.send_command(run.id, Command("stop"))
        flight.future.add_done_callback(partial(self._ended, run.id, then))

    def _send(self, run: Run, turn: Waiting, execution: Execution) -> Future[Any]:
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
            self._tell(run.id, {"kind": "phase", "phase": "waking", "words": words})
        return self._workers.train(run.id, self._train, run.experiment, backend=backend.name, **options)

    def leave(self, identity: str) -> None:
        """Forget a run whose trainer is free again."""
        with self._lock:
            self._flights.pop(identity, None)

    def lost(self) -> None:
        """The workers are gone, all at once: what they did is interrupted."""
        with self._lock:
            flights, self._flights = self._flights, {}
        for identity, flight in flights.items():
            if not flight.is_leaving:
                self.end(identity, "interrupted", failures.engine_lost())

    def tend(self, fresh_because: str = "") -> None:
        """Release the trainers of long pauses, end runs that take too long, and let the coach look at new epochs.

        Where a trainer is being started afresh, `fresh_because` says why.
        """
        now, minutes = time.monotonic(), float(setting("run_minutes"))
        for identity, flight in list(self._flights.items()):
            since = flight.paused_since
            if since is not None and not flight.is_released and now - since > setting("pause_minutes") * 60:
                flight.is_released = True
                self.command(identity, Command("release"), "server")
            if flight.problem is None and flight.seconds > minutes * 60:
                flight.problem = failures.too_long(minutes)
                self.log_command(identity, "stop", "server")
                self.change(identity, "stopping")
                self._workers.send_command(identity, Command("stop"))
            if flight.coached != flight.epochs and now >= flight.coach_due:
                flight.coached = flight.epochs
                self._coach(identity, flight)
            if not (flight.is_leaving or flight.is_forced) and flight.future is not None:
                self._watch(identity, flight, fresh_because)

    def _watch(self, identity: str, flight: Flight, fresh_because: str) -> None:
        """Say so where nothing is heard of a run, and end a process that is not heard of for long."""
        life = flight.liveness
        has_begun = self._workers.name_of(identity) is not None
        if life.look(self._workers.signs(identity)):
            self._live.publish(identity, {"kind": "phase", "phase": flight.phase})
        if life.is_to_be_told():
            words = silence_words(life.seconds) if has_begun else waiting_words(fresh_because, life.seconds)
            self._live.publish(identity, {"kind": "phase", "phase": "waiting", "words": words})
        if has_begun and life.seconds >= FROZEN_SECONDS:
            self.force(identity, partial(failures.silent, flight.where, life.seconds))
        is_cold = bool(fresh_because) or life.is_renewed or flight.turn.is_put_back  # the process that it waits for is new
        if not has_begun and life.seconds >= (COLD_SECONDS if is_cold else IDLE_SECONDS):
            self._renew(identity, flight)

    def _renew(self, identity: str, flight: Flight) -> None:
        """No trainer has begun a run: start one afresh for it; where that was in vain, the run has failed."""
        if flight.liveness.is_renewed:
            flight.problem, flight.is_forced = failures.not_begun(flight.liveness.seconds), True
            self._take_back(flight, lambda: self._workers.renew(identity))
        else:
            flight.liveness.begin_anew()
            self.log_command(identity, "wait for a fresh trainer", "server")
            threading.Thread(target=self._workers.renew, args=(identity,), daemon=True).start()

    def force(self, identity: str, explain: Callable[[bool | None], Problem]) -> threading.Thread | None:
        """End the process that has a run, in a thread of its own.

        The answer of `Workers.end`, whether the process is gone, becomes a problem by `explain`. Returns the thread; None
        where there is nothing to end, or the process is being ended already.
        """
        flight = self._flights.get(identity)
        if flight is None or flight.is_forced:
            return None
        has_begun = self._workers.name_of(identity) is not None
        flight.is_forced, flight.problem = True, explain(has_begun or None)  # its death may be heard of before `end` is done

        def end() -> None:
            flight.problem = explain(self._workers.end(identity))

        return self._take_back(flight, end)

    def _take_back(self, flight: Flight, first: Callable[[], None]) -> threading.Thread:
        """Take a run back from the workers once `first` was done, in the thread that is returned."""
        future = flight.future

        def work() -> None:
            try:
                first()
            finally:
                if future is not None:
                    future.cancel()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _coach(self, identity: str, flight: Flight) -> None:
        """Tell those who follow a run what the coach says of it, where that is news."""
        try:
            events = coach_events(self._ledger, identity)
            flight.advice = advise(flight.run.experiment, events)
        except Exception:  # advice must not end what it is about
            logging.getLogger("dashboard").exception("the coach could not read run %s", identity)
            return
        if len(events) > COACH_RESTS_AFTER:
            flight.coach_due = time.monotonic() + len(events) * COACH_RESTS_SECONDS
        code = flight.advice.alarm.code if flight.advice.alarm else ""
        if code != flight.alarm:
            self._tell(identity, {"kind": "alarm", "code": code, "title": alarm_title(code), **flight.position})
        flight.alarm = code

    def command(self, identity: str, command: Command, by: Actor, *, changes: bool = False) -> None:
        """Give a command to a run, and log it; `changes` says that it changes the numbers that machines read later."""
        flight = self._flights.get(identity)
        if flight is not None and changes:
            flight.obey(command)
        self.log_command(identity, command.words, by, asked=str(command) if changes else "")
        self._workers.send_command(identity, command)

    def log_command(self, identity: str, what: str, by: Actor, position: Position | None = None, asked: str = "") -> None:
        """Record what was done to a run by hand, by whom, and where it stood: at `position`, else where it is.

        `asked` is the same for machines; see `core.run_events.read_command`.
        """
        if position is None:
            flight = self._flights.get(identity)
            position = flight.position if flight else NOWHERE
        event: CommandEvent = {
            "kind": "steered",
            "what": what,
            "by": by,
            "step": position["step"],
            "epoch": position["epoch"],
        }
        if asked:
            event["asked"] = asked
        self._tell(identity, event)

    def _tell(self, identity: str, event: RunEvent) -> None:
        """Write an event of a run down, and tell it to those who follow the run."""
        self._ledger.append(identity, event)
        self._live.publish(identity, event)

    def change(
        self, identity: str, state: str, *, problem: Problem | None = None, result: dict[str, Any] | None = None
    ) -> bool:
        """Change a run's state in the ledger and tell all who follow it; True when it changed."""
        moved = self._ledger.change_state(identity, state, problem=problem, result=result)
        if moved:
            self._live.publish(identity, described(state, problem))
        return moved

    def end(self, identity: str, state: str, problem: Problem | None = None) -> None:
        """Move a run to a state in which it is over; those who follow it hear no more."""
        self.change(identity, state, problem=problem)
        self._live.finish(identity)

    # What comes back

    def handle(self, identity: str, event: RunEvent) -> None:
        """Take one event that a run reported; ValueError where it is not whole."""
        flight = self._flights.get(identity)
        if flight is None:  # its end was noted already
            return
        if missing := lacking(event):  # on disk, it would be in the way of all who read the run
            raise ValueError(f"it lacks {', '.join(missing)}")
        if event["kind"] == "saved" and (worker := event.pop("worker", None)):
            threading.Thread(target=self._bring, args=(worker, identity, event["files"]), daemon=True).start()
        if flight.time_left is not None:
            flight.time_left.take(event)
            if event["kind"] in ("start", "batch", "epoch", "fitted"):
                flight.time_left.annotate(event)
        self._tell(identity, event)
        flight.follow(event)
        if event["kind"] in ("start", "continued"):
            self._exits.pop(self._workers.name_of(identity) or "", None)  # of whoever had this worker before
            self.change(identity, "training")
        elif event["kind"] == "paused":
            room = event["no_room"]
            self.change(identity, "paused", problem=failures.no_room(**room) if room else None)
        elif event["kind"] == "fitted" and event["how"] not in (WHOLE, "release"):
            if event["how"] == "not-finite":
                flight.problem = failures.not_finite(flight.run.experiment, flight.position["step"], event["finite_step"])
            self._stopped(identity, flight.problem)  # at once; its evaluation follows

    def _stopped(self, identity: str, problem: Problem | None) -> None:
        self.change(identity, "stopping")  # from the state that it had, whichever
        self.change(identity, "stopped", problem=problem)

    def _bring(self, worker: str, identity: str, names: list[str] | None) -> None:
        """Bring a run's files from a worker that does not share our disk; `names` None brings all."""
        keep_files(self._folder / identity, self._workers.fetch(worker, identity, names))

    def _ended(self, identity: str, then: Callable[[str, bool], None], future: Future[Any]) -> None:
        """A trainer is done with a run: note down what came of it."""
        with self._lock:
            flight = self._flights.get(identity)
            if flight is None or flight.is_leaving or flight.future is not future:
                return
            flight.is_leaving = True
        died = False
        try:
            error = CancelledError() if future.cancelled() else future.exception()
            died = self._workers.was_killed(error) or isinstance(error, CancelledError)
            if flight.is_forced and died and flight.problem is not None:
                self._end_forced(identity, flight.problem)
            elif error is None:
                worker = self._workers.worker_of(identity)
                if self._workers.shares_no_disk and worker:
                    self._bring(worker, identity, None)
                self._note_result(identity, flight, future.result())
            elif died and self._waits_again(identity, flight):
                self._put_back(identity, flight)
            elif isinstance(error, CancelledError):  # all workers went away
                self.end(identity, "interrupted", failures.engine_lost())
            else:
                self.end(identity, "failed", self._why(flight, error))
        except Exception as failure:  # a run must never say that it trains when no trainer has it
            logging.getLogger("dashboard").exception("the end of run %s could not be noted down", identity)
            self.end(identity, "failed", failures.failed(flight.where, failure))
        then(identity, died)

    def _waits_again(self, identity: str, flight: Flight) -> bool:
        """Whether a run whose process died had not begun, so that it loses nothing by waiting for another one, once."""
        run = self._ledger.run(identity)
        is_on = run is not None and not run.is_over  # it is over where the server ends
        is_wanted = is_on and flight.problem is None  # and not forced to end
        return is_wanted and self._workers.name_of(identity) is None and not flight.turn.is_put_back

    def _put_back(self, identity: str, flight: Flight) -> None:
        flight.waits_again = replace(flight.turn, is_put_back=True)
        earlier = self._ledger.commands(identity)  # the last one says where it goes on from, if anywhere
        self.log_command(identity, "wait for another process", "server", earlier[-1] if earlier else NOWHERE)
        self.change(identity, "queued")  # unless it is being stopped, which is done when it has another one

    def _end_forced(self, identity: str, problem: Problem) -> None:
        """Its process was ended: by a second press on Stop, or because nothing was heard of it."""
        if problem.blocks:
            self.end(identity, "failed", problem)
        else:
            self._stopped(identity, problem)
            self._live.finish(identity)

    def _note_result(self, identity: str, flight: Flight, result: dict[str, Any]) -> None:
        if result["how"] == "release":
            return  # it pauses, without a trainer
        if result["how"] == WHOLE:
            self.change(identity, "finished", result=result)
        else:
            self._stopped(identity, flight.problem)
            self._ledger.set_result(identity, result)
        self._live.finish(identity)

    def _why(self, flight: Flight, error: BaseException) -> Problem:
        if isinstance(error, ProblemError):
            return error.problem
        if self._workers.was_killed(error):
            return failures.died(flight.where, self._exit_code(self._workers.name_of(flight.run.id)))
        return failures.failed(flight.where, error)

    def note_exit(self, worker: str, exit_code: int | str) -> None:
        """A worker process ended; `exit_code` as `core.runs.failures.died` takes it."""
        with self._exit_known:
            self._exits[worker] = exit_code
            self._exit_known.notify_all()

    def _exit_code(self, worker: str | None) -> int | str | None:
        """The exit code of the worker that just died, if its nanny tells in time."""
        with self._exit_known:
            self._exit_known.wait_for(lambda: worker in self._exits, EXIT_CODE_SECONDS)
            return self._exits.pop(worker, None) if worker else None
