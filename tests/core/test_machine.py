"""The resources of machines of several sizes, and the settings that override them."""

import math
import os
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from core.engine.processes import ENVIRONMENT, THREAD_LIMITS
from core.machine import (
    CLUSTER,
    idle_memory_limit_gb,
    is_lean,
    memory_gb,
    network_memory_gb,
    trainer_count,
    trainer_memory_gb,
    worker_memory_gb,
)
from core.problems import ProblemError

Have = Callable[..., None]


@pytest.fixture
def have(monkeypatch: pytest.MonkeyPatch) -> Have:
    """Simulate a machine with so many cores and GB of memory."""

    def have(cores: int, gb: float, **settings: object) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(cores)), raising=False)
        for name, value in {"memory": gb, **settings}.items():
            monkeypatch.setenv(f"DASHBOARD_{name.upper()}", str(value))

    return have


@pytest.mark.parametrize(
    ("cores", "gb", "expected", "lean"),
    [
        (8, 8, 1, True),
        (2, 16, 1, False),
        (8, 11.9, 2, True),
        (8, 12, 3, False),
        (8, 16, 4, False),
        (64, 16, 4, False),
        (64, 256, 32, False),
        (1, 256, 1, False),
        (4, 2, 1, True),
    ],
)
def test_trainers_are_as_many_as_cores_and_memory_carry(
    have: Have, cores: int, gb: float, expected: int, lean: bool
) -> None:
    have(cores, gb)
    assert memory_gb() == gb
    assert trainer_count() == expected
    assert is_lean() == lean


@pytest.mark.parametrize(
    ("cores", "gb", "expected"), [(8, 8, 4.8), (8, 16, 2.4), (2, 16, 8.0), (64, 256, 4.8), (2, 4, 2.4), (1, 1, 2.0)]
)
def test_worker_gets_its_share_of_the_memory(have: Have, cores: int, gb: float, expected: float) -> None:
    have(cores, gb)
    assert worker_memory_gb() == pytest.approx(expected)
    assert worker_memory_gb() * trainer_count() <= max(0.6 * gb, 2.0) + 1e-9


def test_settings_come_first(have: Have) -> None:
    have(2, 8, trainers=5, worker_memory=0.75)
    assert (trainer_count(), worker_memory_gb()) == (5, 0.75)
    have(2, 8, trainers=2, worker_memory=0)
    assert worker_memory_gb() == pytest.approx(0.6 * 8 / 2), "its share is of as many as are set"


def test_machine_is_asked_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MEMORY", "TRAINERS", "WORKER_MEMORY"):
        monkeypatch.delenv(f"DASHBOARD_{name}", raising=False)
    assert memory_gb() == pytest.approx(psutil.virtual_memory().total / 1e9)
    assert 1 <= trainer_count() <= max(1, (os.cpu_count() or 1) // 2)
    assert 2.0 <= worker_memory_gb() <= 8.0


def test_cores_are_counted_where_the_system_knows_no_affinity(have: Have, monkeypatch: pytest.MonkeyPatch) -> None:
    have(2, 100)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert trainer_count() == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert trainer_count() == 1


@pytest.mark.parametrize("variable", ["DASHBOARD_MEMORY", "DASHBOARD_TRAINERS", "DASHBOARD_WORKER_MEMORY"])
def test_variable_that_is_no_number_is_refused_by_name(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "plenty")
    with pytest.raises(ProblemError, match=f"{variable} is 'plenty'"):
        worker_memory_gb()


def test_trainers_compute_with_as_many_threads_as_a_script_that_runs_alone() -> None:
    asks = "from distributed.nanny import _get_env_variables as asked; print(asked('distributed.nanny.pre-spawn-environ'))"
    alone = {name: value for name, value in os.environ.items() if name not in THREAD_LIMITS}
    done = subprocess.run(
        [sys.executable, "-c", asks], capture_output=True, text=True, env={**alone, **ENVIRONMENT}, check=True
    )
    assert "MALLOC_TRIM_THRESHOLD_" in done.stdout
    assert not [name for name in THREAD_LIMITS if name in done.stdout]


def test_network_gets_what_keras_leaves_of_the_memory_at_which_a_trainer_is_ended(have: Have) -> None:
    have(2, 4)
    assert trainer_memory_gb() == pytest.approx(0.95 * 2.4)
    assert network_memory_gb() == pytest.approx(0.95 * 2.4 - 1.35)
    assert 1.35 < idle_memory_limit_gb() < trainer_memory_gb()
    have(2, 4, worker_memory=1)
    assert network_memory_gb() == 0.0, "Keras itself takes more"


def test_workers_of_a_cluster_have_limits_of_their_own(have: Have, monkeypatch: pytest.MonkeyPatch) -> None:
    have(2, 4)
    monkeypatch.setenv(CLUSTER, "tcp://127.0.0.1:8786")
    assert network_memory_gb() == math.inf
    have(2, 4, worker_memory=8)
    assert network_memory_gb() == pytest.approx(0.95 * 8 - 1.35), "said by hand, or by the worker itself"
