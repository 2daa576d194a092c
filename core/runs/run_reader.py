"""What pages read of a run: its events, its files, and its stream for browsers."""

from collections.abc import AsyncIterator
from pathlib import Path

from core.analysis.curves import MAXIMUM_POINTS
from core.run_events import RunEvent
from core.run_files import saved_epochs
from core.runs.event_stream import EventStreams
from core.runs.run_record import Run
from core.runs.states import state_event
from core.runs.store import Ledger


class RunReader:
    """Reads runs; changes none.

    Parameters
    ----------
    ledger, streams
        The store and the event streams.
    folder
        The folder of all runs.
    """

    def __init__(self, ledger: Ledger, streams: EventStreams, folder: Path) -> None:
        self._ledger = ledger
        self._streams = streams
        self._folder = folder

    def run(self, run_id: str) -> Run:
        """The run with this id; raises KeyError where there is none."""
        run = self._ledger.run(run_id)
        if run is None:
            raise KeyError(run_id)
        return run

    def events(self, run_id: str, most: int | None = 2 * MAXIMUM_POINTS) -> list[RunEvent]:
        """The events that a run reported so far; of batches about `most`, evenly chosen, or all."""
        return self._ledger.events(run_id, most)

    def folder(self, run_id: str) -> Path:
        """Where a run's files are kept. Ids are ours, never typed: an unknown one has no folder."""
        return self._folder / self.run(run_id).id

    def saved_epoch(self, run_id: str) -> int | None:
        """The last epoch whose end is saved, from which a run can go on; None where none is."""
        epochs = saved_epochs(self.folder(run_id))
        return epochs[-1] if epochs else None

    async def stream(self, run_id: str, after: int | None) -> AsyncIterator[str]:
        """A run's events as server-sent events: the history first, then each as it comes."""
        if (run := self._ledger.run(run_id)) is not None:
            self.restore(run)
        async for frame in self._streams.follow(run_id, after):
            yield frame

    def restore(self, run: Run) -> None:
        """Have a run's events at hand for browsers, where an earlier server, or many runs ago, had them."""
        if not self._streams.has(run.id):
            state = state_event(run.state, run.problem)
            self._streams.restore(run.id, [*self.events(run.id), state], finished=run.is_over)
