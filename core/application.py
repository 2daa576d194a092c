"""The application: all state that one server holds beside its files.

The lifespan in dashboard.py builds and installs it, pages reach it by `application()`, and tests build their own.
"""

from dataclasses import dataclass, field

from core.datasets import uploads, user_datasets
from core.problems import Problem, ProblemError
from core.runs.export_jobs import Jobs
from core.runs.manager import Runs


@dataclass(frozen=True)
class Application:
    """The parts of a server."""

    runs: Runs
    export_jobs: Jobs = field(default_factory=Jobs)

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
        uploads.purge()

    def close(self) -> None:
        """End all work; runs that are not over are marked as interrupted."""
        self.export_jobs.close()
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
