"""The application: all state that one server holds beside its files.

The lifespan in dashboard.py builds and installs it, pages reach it by `application()`, and tests build their own.
"""

from core.datasets import user_datasets
from core.datasets.uploads import Uploads
from core.files import data_folder
from core.problems import Problem, ProblemError
from core.runs.drafts import Drafts
from core.runs.export_jobs import Jobs
from core.runs.history import RunHistory
from core.runs.library_runs import LibraryRuns
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.runs.run_exports import RunExports
from core.teaching.progress import Progress
from core.teaching.study.assignments import Assignments


class Application:
    """The parts of a server.

    Parameters
    ----------
    runs
        The queue and the workers.
    jobs
        What runs exports; None for the usual.
    uploads
        What reads uploads; None for the usual.
    """

    def __init__(self, runs: Runs, jobs: Jobs | None = None, uploads: Uploads | None = None) -> None:
        self.runs = runs
        self.history: RunHistory = runs.ledger
        self.drafts: Drafts = runs.ledger
        self.results = RunResults(runs)
        jobs = jobs or Jobs()
        self.exports = RunExports(runs, self.results, jobs)
        self.library_runs = LibraryRuns(data_folder() / "library-runs", jobs)
        self.uploads = uploads or Uploads()
        self.progress = Progress(runs.ledger.engine)
        self.assignments = Assignments(runs.ledger.engine)

    def begin(self, dataset: str) -> None:
        """Start the workers in the background and remove what nobody needs any more; pages can be used meanwhile.

        Parameters
        ----------
        dataset
            The data set that a first visitor sees.

        Raises
        ------
        ProblemError
            Another server uses the data folder.
        """
        self.runs.begin(dataset)
        user_datasets.purge()
        self.uploads.purge()

    def close(self) -> None:
        """End all work; runs that are not over are marked as interrupted."""
        self.exports.jobs.close()
        self.runs.close()


_installed: Application | Problem | None = None


def install(installed: Application | Problem | None) -> None:
    """Install the application for all pages of this process; or the problem why there is none."""
    global _installed
    _installed = installed


def application() -> Application:
    """The application of this process.

    Raises
    ------
    ProblemError
        The server could not be set up; the problem says why.
    RuntimeError
        No application was installed; the pages were not started through dashboard.py.
    """
    if isinstance(_installed, Problem):
        raise ProblemError(_installed)
    if _installed is None:
        raise RuntimeError("no application is installed: start the pages with `streamlit run dashboard.py`")
    return _installed
