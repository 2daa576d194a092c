"""Ready for class: what a lecture needs of this machine, how it stands, and a button that brings what is missing."""

from pathlib import Path

from core.catalogue.datasets import DATASETS
from core.engine.readiness import DevicesQuestion
from core.problems import Problem, ProblemError
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.test_start import bring_files

DEVICES = DevicesQuestion.function
DOWNLOAD = "data:mnist"


def test_each_check_has_an_icon_a_word_and_what_was_found(open_screen: Open) -> None:
    screen = open_screen("ready")
    assert screen.title == "Ready for class"
    assert screen.text("check-Digits") == ":material/check_circle: **Digits**\nComes with scikit-learn."
    assert "not downloaded\n170 MB" in screen.text("check-CIFAR-10")
    assert "Made for Digits." in screen.text("check-Pictures")
    for title in ("Without internet", "Disk", "Memory", "Processor", "Python", "tensorflow", "keras", "streamlit"):
        assert screen.has(f"check-{title}")


def test_processor_or_gpu_is_said_once_keras_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("ready")
    assert "Keras is being asked." in screen.text("check-Device")
    workers.answer(DEVICES, "cpu:0")
    words = screen.run().text("check-Device")
    assert ":material/check_circle:" in words and "The processor computes" in words


def test_address_for_this_machine_only_says_how_to_let_the_room_in(open_screen: Open) -> None:
    words = open_screen("ready").text("check-Address")
    assert ":material/warning: warning\nhttp://127.0.0.1:8501 answers to this machine only." in words
    assert ".venv/bin/streamlit run dashboard.py --server.address 0.0.0.0" in words


def test_open_address_is_what_the_room_types_in(open_screen: Open, open_to_all: None) -> None:
    words = open_screen("ready").text("check-Address")
    assert ":material/check_circle: **Address**\nThe room finds it at http://10.1.2.3:8501." in words


def test_what_is_missing_is_said_first(open_screen: Open, keras_home: Path) -> None:
    screen = open_screen("ready")
    assert "A lecture can be given now, with Digits." in screen.text("verdict")
    assert "the room cannot join yet: see Address." in screen.text("verdict")
    assert screen.text("checks-to-do").splitlines()[1] == "**Address**"
    assert "MNIST" in screen.text("checks-to-do") and "Python" not in screen.text("checks-to-do")
    assert "Python" in screen.text("checks-met") and "CIFAR-10" not in screen.text("checks-met")
    for name in DATASETS:
        bring_files(keras_home, name)
    assert "Ready for class." in screen.run().text("verdict")
    assert not screen.has_button("Download MNIST")


def test_missing_data_set_is_brought_by_its_button(open_screen: Open, workers: ScriptedWorkers, keras_home: Path) -> None:
    screen = open_screen("ready").press("Download MNIST").press("Download CIFAR-10")
    workers.report(DOWNLOAD, kind="fetched", share=0.5, bytes=5_745_217, seconds=5.0)
    assert "5.75 MB of 11.5 MB, 5 s left" in screen.run().text("check-MNIST")
    assert "0 bytes of 170 MB, waiting for the server" in screen.text("check-CIFAR-10")
    bring_files(keras_home, "mnist")
    workers.finish(DOWNLOAD)
    assert "check_circle: **MNIST**\nOn this machine" in screen.run().text("check-MNIST")


def test_download_that_failed_says_why(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("ready").press("Download MNIST")
    problem = Problem("download-failed", ("data",), "MNIST did not come.", "Expected mnist.npz.", "Check the network.")
    workers.fail(DOWNLOAD, ProblemError(problem))
    assert "MNIST did not come." in screen.run().text("check-MNIST")
    assert screen.has_button("Download MNIST")


def test_it_is_no_verb_and_stands_beside_the_tabs(open_screen: Open) -> None:
    assert list(open_screen("ready").rail()) == ["Load", "Define", "Compile", "Train", "Evaluate"]
    links = open_screen("start").app.get_by_key("tabs-beside").get("page_link")
    assert "Ready for class" in [link.proto.label for link in links]
