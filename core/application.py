"""The application object, which holds all state of a server that is not in files.

The lifespan in dashboard.py builds and installs the application, pages call `application()`, and tests build their own.
"""

import os

from core import lecturer_token, machine
from core.catalogue.datasets import default_data_set
from core.datasets.uploads import Uploads
from core.engine.cluster import Cluster
from core.engine.supervisor import EngineState
from core.files import data_folder, home
from core.problems import Problem, ProblemError
from core.runs.deletions import Deletions
from core.runs.drafts import DraftQueries
from core.runs.export_jobs import Jobs
from core.runs.history import HistoryQueries
from core.runs.library_runs import LibraryRuns
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.runs.run_exports import RunExports
from core.runs.schema import data_folder_problem
from core.runs.storage_failures import storage_problem
from core.settings import SETTINGS, setting
from core.teaching.progress import Progress
from core.teaching.rooms import Rooms
from core.teaching.study.assignments import Assignments
from core.teaching.trials.undecided_trials import UndecidedTrials
from core.views.shared.question import Answer, Question


class Application:
    """The parts of a server, such as the queue of runs, the exports and the rooms.

    Parameters
    ----------
    runs
        The queue and the workers.
    jobs
        The runner of exports. None means the runner that a server normally uses.
    uploads
        The reader of uploads. None means the reader that a server normally uses.
    """

    def __init__(self, runs: Runs, jobs: Jobs | None = None, uploads: Uploads | None = None) -> None:
        self.runs = runs
        self.history: HistoryQueries = runs.database
        self.drafts: DraftQueries = runs.database
        self.facts = runs.facts
        self.checks = runs.checks
        self.downloads = runs.downloads
        self.inspector = runs.inspector
        self.reader = runs.reader
        self.active_runs = runs.active_runs
        self.head_starts = runs.head_starts
        self.estimates = runs.estimates
        self.curves_and_advice = runs.curves_and_advice
        self.results = RunResults(runs)
        jobs = jobs or Jobs(runs.run_program)
        self.exports = RunExports(runs, self.results, jobs)
        self.library_runs = LibraryRuns(data_folder() / "library-runs", jobs)
        self.uploads = uploads or Uploads(run=runs.run_program)
        self.deletions = Deletions(runs, self.uploads)
        self.progress = Progress(runs.database.engine)
        self.rooms = Rooms(runs.database.engine, self.progress)
        self.assignments = Assignments(runs.database.engine)
        self.trials = UndecidedTrials(runs)

    @property
    def engine(self) -> EngineState:
        """The state of the workers: whether they are ready."""
        return self.runs.engine

    def ask(self, question: Question[Answer], *, wait: bool = True) -> Answer | Problem | None:
        """Return a worker's answer to a question about data or a network. Return None until the answer arrives.

        Ask the same question again until its answer arrives. Return a problem if the question cannot be answered.

        Parameters
        ----------
        question
            The question, from `core.views`. Equal questions of several visitors are answered once.
        wait
            Whether the call waits a moment for the answer.
        """
        return self.inspector.ask(question, wait=wait)

    def begin(self, dataset: str) -> None:
        """Start the workers in the background, and remove files that are no longer needed. Pages can be used meanwhile.

        Parameters
        ----------
        dataset
            The data set of the draft that a new visitor sees.

        Raises
        ------
        ProblemError
            Another server uses the data folder.
        """
        try:
            self.runs.begin(dataset)
            self.deletions.begin()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop all workers and jobs. Mark unfinished runs as interrupted."""
        self.deletions.close()
        self.trials.close()
        self.exports.jobs.close()
        self.runs.close()


def open_application() -> Application:
    """Build the application for the data folder, and start its workers in the background.

    Raises
    ------
    ProblemError
        A setting has a wrong value, or the data folder cannot be used.
    """
    try:
        for name in SETTINGS:
            setting(name)
        lecturer_token.token()  # a missing token is made
        cluster = Cluster(machine.trainer_count(), os.environ.get(machine.CLUSTER, ""), lean=machine.is_lean())
        opened = Application(Runs(home(), cluster))
        opened.begin(default_data_set())
    except OSError as error:
        raise ProblemError(data_folder_problem(error)) from error
    return opened


def problem_of_error(error: Exception) -> Problem | None:
    """Return the problem that explains an error to people. Return None for an unexpected error.

    A `ProblemError` carries its own problem. An error of the data folder, such as a full disk, is translated into a problem.
    """
    return error.problem if isinstance(error, ProblemError) else storage_problem(error, data_folder())


_installed: Application | Problem | None = None


def install_application(installed: Application | Problem | None) -> None:
    """Install the application for all pages of this process, or install the problem that kept the server from starting."""
    global _installed
    _installed = installed


def application() -> Application:
    """Return the application of this process.

    Raises
    ------
    ProblemError
        The server could not be set up. The problem says why.
    RuntimeError
        No application was installed, since the pages were not started through dashboard.py.
    """
    if isinstance(_installed, Problem):
        raise ProblemError(_installed)
    if _installed is None:
        raise RuntimeError("no application is installed: start the pages with `streamlit run dashboard.py`")
    return _installed
