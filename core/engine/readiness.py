"""Check before a lecture whether this machine is ready. The checks send nothing over a network."""

import ipaddress
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import ClassVar

import psutil

from core import machine, open_files
from core.analysis.devices import is_accelerated
from core.catalogue.datasets import DATASETS, data_set, missing_files
from core.datasets.previews import has_preview
from core.files import home, keras_datasets
from core.number_text import enumeration, memory_text
from core.problems import Problem
from core.settings import variable
from core.views.shared.question import Question

OK, WARNING, MISSING = "ok", "warning", "missing"
GB = 1e9  # the bytes of a gigabyte, as makers of disks and the settings count
FREE_DISK = 2 * GB  # all five data sets take 0.8 GB with the files that Keras unpacks; the rest is for trained networks
MEMORY_BYTES = 8 * GB
HALL_PAGES = 400  # pages that are open at the same time in a lecture hall
PYTHONS = ((3, 11), (3, 13))  # the oldest and the newest version of Python that TensorFlow supports
DEVICE = "Device"
PACKAGES = ("tensorflow", "keras", "streamlit")
SCRIPTS = ".venv\\Scripts\\" if os.name == "nt" else ".venv/bin/"  # the folder of an environment's commands
OPEN_COMMAND = f"{SCRIPTS}streamlit run dashboard.py --server.address 0.0.0.0"  # starts a server for the whole network
# Addresses that are reserved for examples (RFC 5737 and RFC 3849): no machine has them, and nothing is sent to them.
ELSEWHERE = MappingProxyType({socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"})


@dataclass(frozen=True)
class Check:
    """The result of a check of something that a lecture needs, such as a data set or the memory."""

    title: str  # the name of the checked thing
    state: str  # OK, WARNING or MISSING
    result: str  # a sentence with the measured value
    fix: str = ""  # the advice for the reader; empty if all is well
    command: str = ""  # a command that the advice names, or an empty string


def all_checks(
    address: str | None,
    port: int,
    names: Iterable[str] = tuple(DATASETS),
    problems: Mapping[str, Problem] = MappingProxyType({}),
) -> tuple[Check, ...]:
    """Check everything that a lecture needs, and return the checks in reading order.

    Parameters
    ----------
    address
        The address that the server listens on, as Streamlit's `server.address`.
    port
        The port, 1 to 65535.
    names
        The data sets that the lecture needs.
    problems
        The problems of unusable data sets, by the name of the data set.
    """
    names = tuple(names)
    return (
        *(check_data_set(name, problems.get(name)) for name in names),
        check_previews(name for name in names if name not in problems),
        check_offline(problems),
        check_disk(),
        check_memory(),
        check_cores(),
        check_open_files(),
        check_python(),
        *map(check_package, PACKAGES),
        check_address(address, port),
    )


def readiness_sentence(checks: Collection[Check]) -> str:
    """Summarise the checks in words: "Ready for class.", or the titles of the failed checks and of those with a warning."""
    of = {state: enumeration([check.title for check in checks if check.state == state]) for state in (MISSING, WARNING)}
    if not of[MISSING]:
        return "Ready for class."
    rest = f"With a warning: {of[WARNING]}." if of[WARNING] else "All else is ready."
    return f"Missing: {of[MISSING]}. {rest}"


def check_data_set(name: str, problem: Problem | None = None) -> Check:
    """Check whether a data set is on this machine.

    Parameters
    ----------
    name
        A key of DATASETS.
    problem
        The problem that makes the data set unusable, if known.
    """
    data = data_set(name)
    if problem is not None:
        return Check(data.title, MISSING, problem.happened, f"{problem.expected} {problem.fix}")
    if not data.files:
        return Check(data.title, OK, "Comes with scikit-learn.")
    if missing_files(name):
        fix = f"Type {SCRIPTS}python -m core prepare --only {name}, or press Download on the page Load."
        return Check(data.title, MISSING, f"Not on this machine; a download of {memory_text(data.num_bytes)}.", fix)
    size = sum((keras_datasets() / file).stat().st_size for file in data.files)
    return Check(data.title, OK, f"On this machine, {memory_text(size)}.")


def check_previews(names: Iterable[str]) -> Check:
    """Check whether the previews of the data sets on this machine exist, so that pages show pictures without delay."""
    here = [name for name in names if not missing_files(name)]
    without = [data_set(name).title for name in here if not has_preview(name)]
    if without:
        fix = f"Type {SCRIPTS}python -m core prepare; or open Load with each of them once, which takes a few seconds."
        return Check("Pictures", WARNING, f"Not made yet for {enumeration(without)}.", fix)
    return Check("Pictures", OK, f"Made for {enumeration([data_set(name).title for name in here]) or 'none'}.")


def check_offline(unusable: Iterable[str] = ()) -> Check:
    """List the data sets that work without a network. The network itself is not tried, since that would need traffic.

    Parameters
    ----------
    unusable
        Data sets that are on this machine but cannot be used.
    """
    names = [name for name in DATASETS if name not in set(unusable) and not missing_files(name)]
    here = enumeration([data_set(name).title for name in names])
    result = f"All lessons and training work with {here}: pages and charts come from this machine alone."
    return Check("Without internet", OK, result)


def check_disk(enough: float = FREE_DISK) -> Check:
    """Check the free disk space for experiments, runs and trained networks. `enough` is in bytes."""
    free = shutil.disk_usage(home()).free
    result = f"{memory_text(free)} free in the data folder."
    if free < enough:
        fix = f"Make room for {memory_text(enough)}, or set DASHBOARD_HOME to a folder on a larger disk."
        return Check("Disk", WARNING, result, fix)
    return Check("Disk", OK, result)


def check_memory() -> Check:
    """Check whether the memory is enough for the networks that train at the same time."""
    total = int(machine.memory_gb() * GB)
    return judge_memory(total, min(total, psutil.virtual_memory().available), machine.trainer_count())


def judge_memory(total: int, free: int, trainers: int) -> Check:
    """Check whether an amount of memory is enough for a lecture.

    Parameters
    ----------
    total
        The memory that the dashboard may count on, in bytes.
    free
        The memory that programs can have now, in bytes.
    trainers
        The number of networks that train at the same time.
    """
    room = max(1, int((total / GB - machine.SERVER_AND_SYSTEM_GB) / machine.TRAINER_GB))
    networks = "one network trains" if trainers == 1 else f"{trainers} networks train"
    result = f"{memory_text(total)}, {memory_text(free)} of it free; {networks} at a time."
    if trainers > room:
        return Check("Memory", WARNING, result, f"There is room for {room}: set {variable('trainers')} to {room}.")
    if total < MEMORY_BYTES:
        return Check("Memory", WARNING, result, f"Close other programs; {memory_text(MEMORY_BYTES)} are better.")
    return Check("Memory", OK, result)


def check_cores() -> Check:
    """Check the number of processor cores, since training and drawing need a core each."""
    cores = os.cpu_count() or 1
    if cores < 2:
        return Check("Processor", WARNING, "1 core.", "Expect slow pages while a network trains, or use a larger machine.")
    return Check("Processor", OK, f"{cores} cores.")


def check_open_files() -> Check:
    """Check how many pages fit into the limit of open files of this process."""
    return judge_open_files(open_files.limit())


def judge_open_files(limit: int | None) -> Check:
    """Check whether a limit of open files is enough for a lecture hall. None means that the system sets no limit."""
    if limit is None:
        return Check("Open pages", OK, "The system sets no limit.")
    pages = open_files.room_for_pages(limit)
    result = f"Up to {pages:,} at a time: this server may have {limit:,} open files."
    if pages < HALL_PAGES:
        higher = "start it with a higher limit: ulimit -Hn shows the highest. docs/hosting.md says more."
        fix = f"For a hall of {HALL_PAGES}, {higher}"
        return Check("Open pages", WARNING, result, fix)
    return Check("Open pages", OK, result)


@dataclass(frozen=True)
class DevicesQuestion(Question[str]):
    """A request for the devices of a worker as text, with their Keras names, such as "cpu:0, gpu:0"."""

    function: ClassVar = "core.worker.training.provenance:computing_devices"
    kept: ClassVar = 1


def check_device(devices: str | None) -> Check:
    """Report whether the processor or a graphics processor (GPU) computes. Both are good enough for a lecture.

    Parameters
    ----------
    devices
        The devices as Keras names them, such as "cpu:0, gpu:0". None means that Keras has not answered yet.
    """
    if devices is None:
        return Check(DEVICE, OK, "Keras is being asked.")
    if is_accelerated(devices):
        return Check(DEVICE, OK, f"A GPU computes: {devices}. Large convolutions gain most.")
    return Check(DEVICE, OK, "The processor computes: enough for the lecture's networks. Keras finds no GPU.")


def check_python() -> Check:
    """Check the version of Python that runs the dashboard."""
    oldest, newest = PYTHONS
    if oldest <= sys.version_info[:2] <= newest:
        return Check("Python", OK, platform.python_version())
    fix = "Delete the folder .venv and set it up again with Python 3.11, 3.12 or 3.13."
    return Check("Python", WARNING, f"{platform.python_version()}, which nobody has tried.", fix)


def check_package(name: str) -> Check:
    """Check that a package is installed, and report its version without importing the package."""
    try:
        return Check(name, OK, version(name))
    except PackageNotFoundError:
        return Check(name, MISSING, "Not installed.", f"Type {SCRIPTS}pip install -r requirements.txt.")


def check_address(address: str | None, port: int, own_address: Callable[[socket.AddressFamily], str] | None = None) -> Check:
    """Check whether other machines on the network can open the dashboard, and report the address to type.

    Parameters
    ----------
    address
        The address that the server listens on. None and an empty string mean every network, as in Streamlit.
    port
        The port, 1 to 65535.
    own_address
        A function like `network_address`, which is the default.
    """
    address = address or ""
    if is_loopback(address):
        fix = "To let the room in, stop the dashboard, and start it again with this command, for the local network:"
        result = f"{server_url(address, port)} answers to this machine only."
        return Check("Address", WARNING, result, fix, OPEN_COMMAND)
    families = {"0.0.0.0": [socket.AF_INET], "::": list(ELSEWHERE), "": list(ELSEWHERE)}.get(address)
    hosts = [address] if families is None else [(own_address or network_address)(family) for family in families]
    links = [server_url(host, port) for host in hosts if host]
    if not links:
        fix = "Connect it to the network of the room, by cable or without, and look again."
        return Check("Address", WARNING, "The room may come in, but this machine is in no network.", fix)
    return Check("Address", OK, f"The room finds it at {' or '.join(links)}.")


def is_loopback(address: str) -> bool:
    """Return whether an address can be reached from its own machine only."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def server_url(host: str, port: int) -> str:
    """Return the URL of the dashboard, to type into a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def network_address(family: socket.AddressFamily) -> str:
    """Return the IP address of this machine in its network, or an empty string without a network of this family.

    Connecting a UDP socket only looks up the route to an address. Nothing is sent.
    """
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((ELSEWHERE[family], 9))  # the discard port (RFC 863)
            address = str(probe.getsockname()[0])
    except OSError:
        return ""
    return "" if is_loopback(address) else address
