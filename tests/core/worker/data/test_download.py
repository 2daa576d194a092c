"""Downloads in the worker, without a network: they end, and say what to do instead."""

import socket
import time
from pathlib import Path

import pytest

from core.datasets.previews import has_preview, read_preview
from core.files import keras_datasets
from core.problems import ProblemError
from core.worker.data.download import fetch


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No files, and a proxy where nobody listens, so that every download fails at once, with a network or without."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.deep
def test_download_that_fails_says_what_is_missing_and_what_works(tmp_path: Path, data_folder: Path) -> None:
    events: list[dict] = []
    with pytest.raises(ProblemError) as caught:
        fetch("mnist", events.append, lambda: None)
    problem = caught.value.problem
    assert (problem.code, problem.where) == ("download-failed", ("data", "dataset"))
    assert problem.happened.startswith("MNIST could not be downloaded: Exception: URL fetch failure on https://")
    assert problem.expected == f"Expected the files mnist.npz in {tmp_path / 'keras' / 'datasets'}."
    assert problem.fix == "Check the network and try again, or copy the files there. Digits works without a network."
    assert problem.repairs[0].value == "digits"
    assert list((data_folder / "downloads").iterdir()) == []
    assert not (keras_datasets() / "mnist.npz").exists()
    assert not has_preview("mnist")
    assert events and all(event["kind"] == "fetched" and event["share"] == 0.0 for event in events)
    seconds = [event["seconds"] for event in events]
    assert seconds == sorted(seconds)


@pytest.mark.deep
def test_download_is_given_up_after_its_time(monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> None:
    monkeypatch.setenv("DASHBOARD_DOWNLOAD_MINUTES", "0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes every call and never answers
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(ProblemError, match="CIFAR-10 could not be downloaded: the download was ended after 6 s"):
            fetch("cifar10", lambda event: None, lambda: None)
    assert 6 <= time.monotonic() - started < 9
    assert list((data_folder / "downloads").iterdir()) == []


def test_download_is_given_up_when_asked() -> None:
    with pytest.raises(ProblemError) as caught:
        fetch("cifar100", lambda event: None, lambda: True)
    assert "cifar-100-python-target_archive" in caught.value.problem.expected


def test_problem_names_the_package_that_brings_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProblemError) as caught:
        fetch("fashion_mnist", lambda event: None, lambda: True)
    problem = caught.value.problem
    assert "install Debian's package dataset-fashion-mnist" in problem.fix
    assert "train-images-idx3-ubyte.gz" in problem.expected
    assert problem.expected.endswith(f"{keras_datasets() / 'fashion-mnist'}.")


def test_data_set_that_is_here_needs_no_download() -> None:
    events: list[dict] = []
    fetch("digits", events.append, lambda: True)
    assert [event["share"] for event in events] == [1.0]
    assert read_preview("digits").train_counts.sum() == 1_437
