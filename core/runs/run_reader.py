"""The events, the files and the event stream of a run, for pages and browsers."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from core.analysis.curves import MAXIMUM_POINTS
from core.catalogue.datasets import are_pictures_gone
from core.run_events import RunEvent
from core.run_files import saved_epochs
from core.runs.event_stream import EventStreams
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from core.runs.states import state_event

RUN_ID = re.compile("[0-9a-f]{32}")
WITH_PICTURES = ("watched", "stepped", "network")  # kinds of events that hold images of the data set


class RunReader:
    """Read access to runs: their records, events, files and event streams.

    Parameters
    ----------
    database, streams
        The database and the event streams.
    folder
        The folder of all runs.
    """

    def __init__(self, database: RunDatabase, streams: EventStreams, folder: Path) -> None:
        self._database = database
        self._streams = streams
        self._folder = folder

    def run(self, run_id: str) -> Run:
        """Return the run with this id. Raise KeyError for an unknown id."""
        run = self._database.run(run_id)
        if run is None:
            raise KeyError(run_id)
        return run

    def events(self, run_id: str, most: int | None = 2 * MAXIMUM_POINTS) -> list[RunEvent]:
        """Return the events that a run reported so far, with about `most` evenly chosen batches. None keeps all batches.

        Events with pictures of a deleted data set are left out.
        """
        run, events = self._database.run(run_id), self._database.events(run_id, most)
        if run is None or not are_pictures_gone(run.experiment.data.dataset):
            return events
        return [event for event in events if event["kind"] not in WITH_PICTURES]

    def folder(self, run_id: str) -> Path:
        """Return the folder of a run's files. Raise KeyError for a text that is no id, which may name another folder."""
        if not RUN_ID.fullmatch(run_id):
            raise KeyError(run_id)
        return self._folder / run_id

    def saved_epoch(self, run_id: str) -> int | None:
        """Return the last saved epoch, from which a run can resume. Return None if no epoch was saved."""
        epochs = saved_epochs(self.folder(run_id))
        return epochs[-1] if epochs else None

    async def stream(self, run_id: str, after: int | None) -> AsyncIterator[str]:
        """Yield a run's events as server-sent events: the history first, then each new event."""
        await asyncio.to_thread(self._restore, run_id)  # reading a long run takes a tenth of a second
        async for frame in self._streams.follow(run_id, after):
            yield frame

    def _restore(self, run_id: str) -> None:
        if (run := self._database.run(run_id)) is not None:
            self.restore(run)

    def restore(self, run: Run) -> None:
        """Load a run's events from the database into its event stream, unless the stream exists in memory."""
        if not self._streams.has(run.id):
            state = state_event(run.state, run.problem)
            self._streams.restore(run.id, [*self.events(run.id), state], finished=run.is_over)
