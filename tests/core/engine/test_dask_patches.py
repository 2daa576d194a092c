"""The assumptions of the patches of Dask: a test fails if a new version of Dask behaves otherwise."""

import asyncio
import inspect
import time
from importlib.metadata import version

import psutil
import pytest
from distributed import Client, Nanny, Scheduler, Worker
from distributed.diagnostics.plugin import SchedulerPlugin

from core.engine import dask_patches
from tests.server import PATIENCE

LOCAL = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}


def test_installed_version_was_checked() -> None:
    """After an update: run the tests of this file, tests/faults and the deep set, then add the version."""
    assert version("distributed") in dask_patches.CHECKED_VERSIONS


def test_nanny_calls_its_exit_handler_with_one_exit_code() -> None:
    assert list(inspect.signature(Nanny._on_worker_exit_sync).parameters) == ["self", "exitcode"]


@pytest.mark.deep
@pytest.mark.parametrize(("terminated", "reason"), [(False, -9), (True, dask_patches.OUT_OF_MEMORY)])
def test_exit_of_a_worker_is_logged_and_the_worker_is_started_again(terminated: bool, reason: object) -> None:
    async def kill_worker() -> tuple[dict, bool]:
        async with Scheduler(port=0, **LOCAL) as scheduler:
            nanny = Nanny(scheduler.address, nthreads=1, name="trainer", **LOCAL)
            dask_patches.report_worker_exits(nanny)
            async with nanny:
                killed = nanny.pid
                if terminated:  # as noted by the nanny's memory monitor
                    assert nanny.memory_manager._last_terminated_pid != killed
                    nanny.memory_manager._last_terminated_pid = killed
                psutil.Process(killed).kill()
                while not (events := scheduler.get_events(dask_patches.EXIT_TOPIC)):
                    await asyncio.sleep(0.02)
                while nanny.pid in (None, killed):
                    await asyncio.sleep(0.02)
                return events[0][1], nanny.pid != killed

    assert asyncio.run(asyncio.wait_for(kill_worker(), PATIENCE)) == ({"worker": "trainer", "exit_code": reason}, True)


class Counting(SchedulerPlugin):
    """Notes each start on the scheduler."""

    async def start(self, scheduler: Scheduler) -> None:
        scheduler.log_event("starts", "")


def test_plugin_is_registered_once_and_the_scheduler_answers() -> None:
    async def register() -> tuple[int, dict]:
        async with Scheduler(port=0, **LOCAL) as scheduler, Worker(scheduler.address, **LOCAL):

            def with_client() -> dict:
                with Client(scheduler.address, set_as_default=False) as client:
                    for _ in range(2):
                        dask_patches.register_plugin_once(client, Counting(), "counting")
                    return dask_patches.ask_scheduler(client).result(PATIENCE)

            answer = await asyncio.to_thread(with_client)
            return len(scheduler.get_events("starts")), answer

    starts, answer = asyncio.run(asyncio.wait_for(register(), PATIENCE))
    assert starts == 1
    assert answer["type"] == "Scheduler"


@pytest.mark.deep
def test_task_that_nobody_waits_for_is_marked_in_its_worker() -> None:
    """The names that `core.worker.entrypoints` reads: public names of a worker without a promised meaning."""

    async def cancel() -> set[str | None]:
        async with (
            Scheduler(port=0, **LOCAL) as scheduler,
            Worker(scheduler.address, nthreads=1, **LOCAL) as worker,
            Client(scheduler.address, asynchronous=True, set_as_default=False) as client,
        ):
            future = client.submit(time.sleep, 3.0, pure=False)
            while future.key not in worker.state.tasks or worker.state.tasks[future.key].state != "executing":
                await asyncio.sleep(0.01)
            await future.cancel()
            while (task := worker.state.tasks.get(future.key)) and task.state == "executing":
                await asyncio.sleep(0.01)
            return {task and task.state}

    assert asyncio.run(asyncio.wait_for(cancel(), PATIENCE)) <= {None, "cancelled"}
