"""The Keras backends that can be used, and the problem of a backend that cannot be used."""

from collections.abc import Collection
from functools import cache
from importlib.util import find_spec

from core.catalogue.backends import BACKENDS, DEFAULT
from core.experiment.model import Experiment
from core.problems import ExperimentPath, Problem, Repair

INSTALL = "pip install -r requirements-backends.txt"
WHERE: ExperimentPath = ("fit", "backend")


@cache
def installed() -> tuple[str, ...]:
    """Return the names of the installed Keras backends, in teaching order, without importing them."""
    return tuple(name for name, backend in BACKENDS.items() if find_spec(backend.module) is not None)


def resource(backend: str) -> str:
    """Return the name of the Dask resource that a trainer with this backend offers."""
    return "train" if backend == DEFAULT else f"train-{backend}"


def check_backend(experiment: Experiment, available: Collection[str], *, elsewhere: bool = False) -> tuple[Problem, ...]:
    """Return the problem of an experiment whose backend is unavailable, or an empty tuple if the backend is available.

    Parameters
    ----------
    experiment
        The experiment to train.
    available
        The names of the backends that can be used.
    elsewhere
        Whether the workers belong to a cluster, so that an installation on this machine does not help.
    """
    backend = BACKENDS.get(experiment.fit.backend)
    if backend is None or backend.name in available:
        return ()
    repairs = (Repair(f"Use {BACKENDS[DEFAULT].title}", "set", WHERE, DEFAULT),)
    if elsewhere:
        return (
            Problem(
                code="backend-not-offered",
                where=WHERE,
                happened=f"No worker of the cluster trains on {backend.title}.",
                expected=f'Expected one that was started with --resources "{resource(backend.name)}=1".',
                fix=f"Start such a worker where {backend.title} is installed, or use {BACKENDS[DEFAULT].title}.",
                repairs=repairs,
            ),
        )
    return (
        Problem(
            code="backend-not-installed",
            where=WHERE,
            happened=f"{backend.title} is not installed on this machine.",
            expected=f"Expected {backend.title}, since this run shall compute with it.",
            fix=f"Run `{INSTALL}` and start the dashboard again, or use {BACKENDS[DEFAULT].title}.",
            repairs=repairs,
        ),
    )
