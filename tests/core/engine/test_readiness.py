"""The checks of a machine before a lecture: each check names its result and the advice."""

import ipaddress
import socket
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from core.catalogue.datasets import DATASETS
from core.catalogue.datasets.digits import DIGITS
from core.datasets.previews import make_preview, write_preview
from core.engine.readiness import (
    MISSING,
    OK,
    WARNING,
    Check,
    all_checks,
    check_address,
    check_data_set,
    check_device,
    check_disk,
    check_memory,
    check_offline,
    check_package,
    check_previews,
    check_python,
    judge_memory,
    judge_open_files,
    network_address,
    readiness_sentence,
)
from core.problems import Problem

GB = 10**9
LET_IN = (
    "To let the room in, stop the dashboard, and start it again with this command, for the local network:",
    ".venv/bin/streamlit run dashboard.py --server.address 0.0.0.0",
)


@pytest.fixture
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def in_the_room(family: socket.AddressFamily) -> str:
    return {socket.AF_INET: "10.1.2.3", socket.AF_INET6: "fd00::3"}[family]


def in_no_network(family: socket.AddressFamily) -> str:
    return ""


def test_device_is_a_processor_or_a_gpu() -> None:
    assert check_device("cpu:0").result.startswith("The processor computes")
    assert check_device("cpu:0, gpu:0").result.startswith("A GPU computes: cpu:0, gpu:0.")
    assert {check_device(devices).state for devices in (None, "cpu:0", "cuda")} == {OK}


def test_missing_data_set_says_how_large_it_is_and_how_it_comes(nothing_here: None) -> None:
    assert check_data_set("mnist") == Check(
        "MNIST",
        MISSING,
        "Not on this machine; a download of 11.5 MB.",
        "Type .venv/bin/python -m core prepare --only mnist, or press Download on the page Load.",
    )


def test_data_set_that_is_here_says_its_size(fashion_mnist: str) -> None:
    assert check_data_set(fashion_mnist) == Check("Fashion-MNIST", OK, "On this machine, 30.9 MB.")


def test_digits_are_always_here(nothing_here: None) -> None:
    assert check_data_set("digits") == Check("Digits", OK, "Comes with scikit-learn.")


def test_data_set_that_cannot_be_used_is_missing_whatever_lies_there(fashion_mnist: str) -> None:
    problem = Problem("data-set-damaged", (), "It is damaged.", "Expected images.", "Delete it.")
    found = check_data_set(fashion_mnist, problem)
    assert found == Check("Fashion-MNIST", MISSING, "It is damaged.", "Expected images. Delete it.")


def test_previews_are_asked_of_what_is_here_only(nothing_here: None) -> None:
    found = check_previews(DATASETS)
    assert (found.state, found.result) == (WARNING, "Not made yet for Digits.")
    write_preview("digits", make_preview(*DIGITS.load_quickly(), 10))
    assert check_previews(DATASETS) == Check("Pictures", OK, "Made for Digits.")


def test_offline_names_the_data_sets_that_work(nothing_here: None) -> None:
    found = check_offline()
    assert found.result == "All lessons and training work with Digits: pages and charts come from this machine alone."


def test_what_cannot_be_used_is_promised_nowhere(fashion_mnist: str) -> None:
    problem = Problem("data-set-damaged", (), "It is damaged.", "Expected images.", "Delete it.")
    checks = all_checks("127.0.0.1", 8501, (fashion_mnist, "digits"), {fashion_mnist: problem})
    assert [check.title for check in checks if "Fashion-MNIST" in check.title + check.result] == ["Fashion-MNIST"]


def test_disk_says_how_much_is_free_and_warns_below_what_is_enough() -> None:
    assert check_disk(0.0).state == OK
    assert check_disk(0.0).result.endswith(" free in the data folder.")
    full = check_disk(1e18)
    assert full.state == WARNING
    assert full.fix.startswith("Make room for 1,000,000,000 GB, or set DASHBOARD_HOME to")


@pytest.mark.parametrize(
    ("total", "trainers", "expected"),
    [
        (16, 4, Check("Memory", OK, "16 GB, 5 GB of it free; 4 networks train at a time.")),
        (8, 1, Check("Memory", OK, "8 GB, 5 GB of it free; one network trains at a time.")),
        (
            7,
            1,
            Check(
                "Memory",
                WARNING,
                "7 GB, 5 GB of it free; one network trains at a time.",
                "Close other programs; 8 GB are better.",
            ),
        ),
        (
            8,
            3,
            Check(
                "Memory",
                WARNING,
                "8 GB, 5 GB of it free; 3 networks train at a time.",
                "There is room for 1: set DASHBOARD_TRAINERS to 1.",
            ),
        ),
    ],
)
def test_memory_says_how_many_networks_train(total: int, trainers: int, expected: Check) -> None:
    assert judge_memory(total * GB, 5 * GB, trainers) == expected


def test_memory_counts_on_what_the_settings_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_MEMORY", "4")
    assert check_memory().state == WARNING
    assert check_memory().result.startswith("4 GB, ")


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_loopback_answers_to_this_machine_only(address: str) -> None:
    host = "[::1]" if ":" in address else address
    expected = Check("Address", WARNING, f"http://{host}:8501 answers to this machine only.", *LET_IN)
    assert check_address(address, 8501, in_the_room) == expected


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("0.0.0.0", "http://10.1.2.3:8600"),
        ("::", "http://10.1.2.3:8600 or http://[fd00::3]:8600"),
        ("", "http://10.1.2.3:8600 or http://[fd00::3]:8600"),
        (None, "http://10.1.2.3:8600 or http://[fd00::3]:8600"),
        ("192.168.7.7", "http://192.168.7.7:8600"),
        ("lab.example.org", "http://lab.example.org:8600"),
    ],
)
def test_open_address_lists_what_the_room_types(address: str | None, links: str) -> None:
    assert check_address(address, 8600, in_the_room) == Check("Address", OK, f"The room finds it at {links}.")


def test_open_address_without_a_network_is_said() -> None:
    found = check_address("0.0.0.0", 8501, in_no_network)
    assert (found.state, found.result) == (WARNING, "The room may come in, but this machine is in no network.")


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_own_address_is_none_or_one_that_leads_here(family: socket.AddressFamily) -> None:
    found = network_address(family)
    if found:
        assert not ipaddress.ip_address(found).is_loopback
        with socket.socket(family) as probe:
            probe.bind((found, 0))  # only one's own address can be bound


def test_versions_are_read_without_importing() -> None:
    assert check_package("streamlit") == Check("streamlit", OK, version("streamlit"))
    found = check_package("no-such-package")
    assert (found.state, found.result) == (MISSING, "Not installed.")
    assert found.fix == "Type .venv/bin/pip install -r requirements.txt."
    assert check_python() == Check("Python", OK, ".".join(map(str, sys.version_info[:3])))


def test_all_checks_and_their_verdict(nothing_here: None) -> None:
    checks = all_checks("127.0.0.1", 8501, ("digits",))
    assert [check.title for check in checks][:4] == ["Digits", "Pictures", "Without internet", "Disk"]
    assert all(check.fix == "" for check in checks if check.state == OK)
    assert all(check.fix for check in checks if check.state != OK)
    assert readiness_sentence(checks) == "Ready for class."
    more = all_checks("127.0.0.1", 8501, ("mnist", "digits", "cifar10"))
    address = next(check for check in more if check.title == "Address")
    others = [check for check in more if check.state == MISSING or check.state == OK]
    assert readiness_sentence(others) == "Missing: MNIST and CIFAR-10. All else is ready."
    assert (
        readiness_sentence([*others, replace(address, state=WARNING)])
        == "Missing: MNIST and CIFAR-10. With a warning: Address."
    )


def test_open_pages_are_counted_by_the_limit_of_open_files() -> None:
    few = judge_open_files(256)
    assert (few.state, few.result) == (WARNING, "Up to 46 at a time: this server may have 256 open files.")
    assert few.fix.startswith("For a hall of 400, start it with a higher limit: ulimit -Hn shows the highest.")
    assert judge_open_files(4_096).state == OK
    assert judge_open_files(None).result == "The system sets no limit."
