"""Check before a lecture what it needs of this machine. Nothing is sent over a network to find out."""

import ipaddress
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

import psutil

from core import machine
from core.analysis.devices import is_accelerated
from core.catalogue.datasets import DATASETS, data_set, missing_files
from core.datasets.previews import has_preview
from core.files import home, keras_datasets
from core.number_text import memory_text
from core.problems import Problem
from core.settings import variable

OK, WARNING, MISSING = "ok", "warning", "missing"
GB = 1e9  # bytes, as the makers of disks count and as the settings do
FREE_DISK = 2 * GB  # all five data sets take 0.8 with what Keras unpacks; the rest is for trained networks
MEMORY = 8 * GB
PYTHONS = ((3, 11), (3, 13))  # the oldest and the newest that TensorFlow is made for
DEVICE = "Processor or GPU"
PACKAGES = ("tensorflow", "keras", "streamlit")
SCRIPTS = ".venv\\Scripts\\" if os.name == "nt" else ".venv/bin/"  # where an environment has its commands
# Addresses that are reserved for examples (RFC 5737 and RFC 3849): no machine has them, and nothing is sent there.
ELSEWHERE = MappingProxyType({socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"})


@dataclass(frozen=True)
class Check:
    """One thing that a lecture needs, and its state."""

    title: str  # what was checked
    state: str  # OK, WARNING or MISSING
    result: str  # with its value
    fix: str = ""  # what to do; "" when all is well


def all_checks(
    address: str | None,
    port: int,
    names: Iterable[str] = tuple(DATASETS),
    problems: Mapping[str, Problem] = MappingProxyType({}),
) -> tuple[Check, ...]:
    """Everything that a lecture needs, in the order in which to read it.

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
        check_python(),
        *map(check_package, PACKAGES),
        check_address(address, port),
    )


def verdict(checks: Iterable[Check]) -> str:
    """The checks in one sentence: "Ready for class.", or what is missing."""
    missing = [check.title for check in checks if check.state == MISSING]
    return f"Missing: {', '.join(missing)}. All else is ready." if missing else "Ready for class."


def check_data_set(name: str, problem: Problem | None = None) -> Check:
    """Whether a data set is on this machine.

    Parameters
    ----------
    name
        A key of DATASETS.
    problem
        Why the data set cannot be used, where that is known.
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
    """Whether the pages can show pictures of the data sets on this machine without delay."""
    here = [name for name in names if not missing_files(name)]
    without = [data_set(name).title for name in here if not has_preview(name)]
    if without:
        fix = f"Type {SCRIPTS}python -m core prepare; or open Load with each of them once, which takes a few seconds."
        return Check("Pictures", WARNING, f"Not made yet for {', '.join(without)}.", fix)
    return Check("Pictures", OK, f"Made for {', '.join(data_set(name).title for name in here) or 'none'}.")


def check_offline(unusable: Iterable[str] = ()) -> Check:
    """What works without a network. Whether there is a network is not checked: that would need one.

    Parameters
    ----------
    unusable
        Data sets that are on this machine but cannot be used.
    """
    here = ", ".join(data_set(name).title for name in DATASETS if name not in set(unusable) and not missing_files(name))
    result = f"Everything works with {here}: pages, charts and scripts come from this machine alone."
    return Check("Without a network", OK, result)


def check_disk(enough: float = FREE_DISK) -> Check:
    """Free space where experiments, runs and trained networks are kept; `enough` is in bytes."""
    free = shutil.disk_usage(home()).free
    result = f"{memory_text(free)} free in the data folder."
    if free < enough:
        fix = f"Make room for {memory_text(enough)}, or set DASHBOARD_HOME to a folder on a larger disk."
        return Check("Disk", WARNING, result, fix)
    return Check("Disk", OK, result)


def check_memory() -> Check:
    """Memory, and how many networks train at the same time with it."""
    total = int(machine.memory_gb() * GB)
    return judge_memory(total, min(total, psutil.virtual_memory().available), machine.trainers())


def judge_memory(total: int, free: int, trainers: int) -> Check:
    """Judge whether an amount of memory is enough for a lecture.

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
    if total < MEMORY:
        return Check("Memory", WARNING, result, f"Close other programs; {memory_text(MEMORY)} are better.")
    return Check("Memory", OK, result)


def check_cores() -> Check:
    """Processor cores: one trains, another draws."""
    cores = os.cpu_count() or 1
    if cores < 2:
        return Check("Processor", WARNING, "1 core.", "Expect slow pages while a network trains, or use a larger machine.")
    return Check("Processor", OK, f"{cores} cores.")


def check_device(devices: str | None) -> Check:
    """What computes: the processor, or a graphics processor (GPU). Both serve for a lecture.

    Parameters
    ----------
    devices
        The devices as Keras names them, such as "cpu:0, gpu:0"; None while Keras has not answered.
    """
    if devices is None:
        return Check(DEVICE, OK, "Keras is being asked.")
    if is_accelerated(devices):
        return Check(DEVICE, OK, f"A GPU computes: {devices}. Large convolutions gain most.")
    return Check(DEVICE, OK, "The processor computes: enough for the lecture's networks. Keras finds no GPU.")


def check_python() -> Check:
    """The version of Python that runs this."""
    oldest, newest = PYTHONS
    if oldest <= sys.version_info[:2] <= newest:
        return Check("Python", OK, f"{platform.python_version()}.")
    fix = "Delete the folder .venv and set it up again with Python 3.11, 3.12 or 3.13."
    return Check("Python", WARNING, f"{platform.python_version()}, which nobody has tried.", fix)


def check_package(name: str) -> Check:
    """The version of an installed package, without importing it."""
    try:
        return Check(name, OK, f"{version(name)}.")
    except PackageNotFoundError:
        return Check(name, MISSING, "Not installed.", f"Type {SCRIPTS}pip install -r requirements.txt.")


def check_address(address: str | None, port: int, own_address: Callable[[socket.AddressFamily], str] | None = None) -> Check:
    """Whether others on the network can open the dashboard, and at which address.

    Parameters
    ----------
    address
        The address that the server listens on; None or "" for every network, as in Streamlit.
    port
        The port, 1 to 65535.
    own_address
        This machine's address in a network of a family, "" for none; as a rule `network_address`.
    """
    address = address or ""
    if is_loopback(address):
        fix = f"To let the room in, start it with: {SCRIPTS}streamlit run dashboard.py --server.address 0.0.0.0"
        return Check("Address", WARNING, f"{link(address, port)} answers to this machine only.", fix)
    families = {"0.0.0.0": [socket.AF_INET], "::": list(ELSEWHERE), "": list(ELSEWHERE)}.get(address)
    hosts = [address] if families is None else [(own_address or network_address)(family) for family in families]
    links = [link(host, port) for host in hosts if host]
    if not links:
        fix = "Connect it to the network of the room, by cable or without, and look again."
        return Check("Address", WARNING, "The room may come in, but this machine is in no network.", fix)
    return Check("Address", OK, f"The room finds it at {' or '.join(links)}.")


def is_loopback(address: str) -> bool:
    """Whether an address leads nowhere but to its own machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def link(host: str, port: int) -> str:
    """What to type in a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def network_address(family: socket.AddressFamily) -> str:
    """The address of this machine in its network; "" where it is in no network of that family.

    A "connected" UDP socket has looked up its route, and has sent nothing.
    """
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((ELSEWHERE[family], 9))  # the port for what is thrown away (RFC 863)
            address = str(probe.getsockname()[0])
    except OSError:
        return ""
    return "" if is_loopback(address) else address
