"""The process that reads uploads: followed, stopped, killed, alone; and what is left of it."""

import errno
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue.datasets import data_set, folder_of, missing_files
from core.datasets import image_files, upload_state, user_datasets
from core.datasets.image_files import UnreadableError
from core.datasets.upload_state import UploadOptions, UploadState
from core.datasets.uploads import KEPT_SECONDS, Uploads
from core.problems import ProblemError
from core.worker.data import read_upload
from tests.faults.sample_uploads import VISITOR, as_file, digits, folders, found_in, made, zipped
from tests.server import PATIENCE, wait_for

uploads = Uploads()
CHOICES = UploadOptions("Test", 8, "crop", "grey", 0.2)


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    yield
    uploads.clear(VISITOR)


def state() -> UploadState:
    found = uploads.state(VISITOR)
    assert found is not None
    return found


def process() -> psutil.Process:
    work = uploads._work[upload_state.upload_folder(VISITOR)]
    wait_for(lambda: work.program is not None, PATIENCE, "the process")
    return psutil.Process(work.program.pid)


def wait_while_busy() -> UploadState:
    wait_for(lambda: not state().is_busy, PATIENCE, "the upload to be read or made")
    return state()


def test_upload_is_read_and_made_in_a_process_of_its_own() -> None:
    uploads.give(VISITOR, "zip", zipped(folders()))
    assert state().step == "reading"
    assert wait_while_busy().step == "read"
    assert uploads.report(VISITOR).num_good == 20
    uploads.make(VISITOR, CHOICES)
    uploads.make(VISITOR, replace(CHOICES, title="A second press", side=9))
    after = wait_while_busy()
    assert (after.step, after.problem) == ("made", None)
    assert (data_set(after.name).title, data_set(after.name).classes) == ("Test", ("one", "zero"))
    assert user_datasets.data_sets_of(VISITOR) == (after.name,)
    assert user_datasets.data_sets_of("somebody else") == ()


def test_refusal_in_the_process_is_told_and_another_upload_can_follow() -> None:
    uploads.give(VISITOR, "zip", b"no zip")
    assert wait_while_busy().problem.code == "no-archive"
    uploads.give(VISITOR, "zip", zipped(folders()))
    assert wait_while_busy().step == "read"


def test_process_that_is_killed_is_told_with_its_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.datasets.uploads.PROCESS", "tests.faults.killed_process")
    uploads.give(VISITOR, "zip", zipped(folders()))
    problem = wait_while_busy().problem
    assert problem.happened == "The process that read these pictures ended too early (signal 9)."


@pytest.mark.parametrize("end", ["server", "stop"])
def test_process_ends_with_its_server_or_when_it_is_stopped(end: str) -> None:
    several = digits(0, 100)
    many = {f"{label}/{number}.png": several[number % 100] for label in ("zero", "one") for number in range(3_000)}
    uploads.give(VISITOR, "zip", zipped(many))
    one = process()
    wait_for(lambda: state().done > 0, PATIENCE, "the process to be at work")
    if end == "stop":
        uploads.stop(VISITOR)
    else:
        uploads._work[upload_state.upload_folder(VISITOR)].program._process.stdin.close()
    wait_for(lambda: not one.is_running() or one.status() == psutil.STATUS_ZOMBIE, PATIENCE, "the process to end")
    assert uploads.report(VISITOR) is None, "it ended before it was done"


def test_look_at_an_upload_that_begins_reports_no_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[UploadState | None] = []

    def write_and_look(folder: Path, state: UploadState) -> None:
        upload_state.write_state(folder, state)
        look = threading.Thread(target=lambda: looks.append(uploads.state(VISITOR)))
        lookers.append(look)
        look.start()
        look.join(0.2)  # seconds; the look ends later where it waits for the work to begin

    lookers: list[threading.Thread] = []
    monkeypatch.setattr("core.datasets.uploads.write_state", write_and_look)
    uploads.give(VISITOR, "zip", zipped(folders()))
    for look in lookers:
        look.join(PATIENCE)
    assert [look.problem for look in looks if look is not None] == [None] * len(lookers)
    wait_while_busy()


def test_upload_that_is_too_large_or_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_UPLOAD_SIZE", "1")
    with pytest.raises(ProblemError, match="at most 1 MB"):
        uploads.give(VISITOR, "zip", bytes(2_000_000))
    with pytest.raises(ProblemError, match="at most 1 MB"):
        uploads.add(VISITOR, "cats", [("large.png", bytes(2_000_000))])
    monkeypatch.setenv("DASHBOARD_FREE_DISK", "1000000")
    with pytest.raises(ProblemError, match="The disk of this server"):
        uploads.give(VISITOR, "zip", b"x")


def test_pictures_that_are_too_many_are_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_UPLOAD_FILES", "10")
    several = [(f"{number}.png", one) for number, one in enumerate(digits(0, 6))]
    uploads.add(VISITOR, "zero", several)
    with pytest.raises(ProblemError, match="6 pictures are here already, and 6 more were given; none of these was kept."):
        uploads.add(VISITOR, "one", several)
    assert len(uploads.items(VISITOR)) == len(list(upload_state.upload_folder(VISITOR).glob("*.bin"))) == 6


@pytest.mark.parametrize(("step", "back"), [("reading", "collecting"), ("making", "read")])
def test_disk_that_is_full_meanwhile_is_told(monkeypatch: pytest.MonkeyPatch, step: str, back: str) -> None:
    found_in(zipped(folders()))
    folder = upload_state.upload_folder(VISITOR)
    choices = json.dumps({**asdict(CHOICES), "visitor": VISITOR})
    (folder / upload_state.CHOICES).write_text(choices)

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.files.os.fsync", full)
    progress = read_upload.UploadProgress(folder, UploadState(step, "zip"))
    monkeypatch.setattr(progress, "report", lambda *told, **more: None)
    after = read_upload.run_step(folder, progress)
    assert after.step == back
    assert after.problem is not None and after.problem.code == "no-room-for-upload"
    assert "The disk of this server is full (No space left on device)" in after.problem.happened


def test_pictures_given_class_by_class_are_kept_under_numbers() -> None:
    for label, pictures_of in (("../cats", digits(0, 4)), ("dogs", digits(1, 4)), ("CATS", digits(0, 6)[4:])):
        uploads.add(VISITOR, label, [(f"../{number}.png", one) for number, one in enumerate(pictures_of)])
    assert {one.label for one in uploads.items(VISITOR)} == {"cats", "dogs"}
    names = {path.name for path in upload_state.upload_folder(VISITOR).iterdir()}
    assert names == {"items.json", "state.json", *(f"{number}.bin" for number in range(10))}
    with pytest.raises(ProblemError, match="no name for a class"):
        uploads.add(VISITOR, "<>", [("x.png", b"")])
    uploads.begin(VISITOR, "reading")
    assert wait_while_busy().step == "read"
    assert uploads.report(VISITOR).train == (6, 4)
    uploads.take_away(VISITOR, "dogs")
    assert len(uploads.items(VISITOR)) == 6


def test_person_keeps_so_many_data_sets_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    uploads.give(VISITOR, "zip", zipped(folders()))
    wait_while_busy()
    made()
    monkeypatch.setenv("DASHBOARD_OWN_SETS", "1")
    with pytest.raises(ProblemError, match="You keep 1 data sets"):
        uploads.make(VISITOR, CHOICES)


def test_deleted_set_comes_back_for_its_owner_alone_and_is_purged_in_the_end() -> None:
    uploads.give(VISITOR, "zip", zipped(folders()))
    wait_while_busy()
    name = made()
    user_datasets.delete(name, "somebody else")
    assert not missing_files(name)
    user_datasets.delete(name, VISITOR)
    assert missing_files(name)
    assert user_datasets.data_sets_of(VISITOR, deleted=True) == (name,)
    user_datasets.remove_expired()
    user_datasets.restore(name, "somebody else")
    assert missing_files(name)
    user_datasets.restore(name, VISITOR)
    assert not missing_files(name)
    user_datasets.delete(name, VISITOR)
    assert user_datasets.remove_expired(older_than=-1) == [name]
    user_datasets.restore(name, VISITOR)
    assert missing_files(name)
    assert data_set(name).title == "Test", "its runs can still be read"


def test_uploads_that_nobody_went_on_with_are_purged(data_folder: Path) -> None:
    uploads.add(VISITOR, "cats", [("1.png", digits(0, 1)[0])])
    uploads.purge()
    assert uploads.items(VISITOR)
    old = time.time() - 2 * KEPT_SECONDS
    os.utime(upload_state.upload_folder(VISITOR), (old, old))
    (data_folder / "uploads" / "another").symlink_to(data_folder / "taken away meanwhile")
    uploads.purge()
    assert not upload_state.upload_folder(VISITOR).exists()


def test_entry_that_a_hand_changed_counts_as_missing() -> None:
    uploads.give(VISITOR, "zip", zipped(folders()))
    wait_while_busy()
    name = made()
    for content in ("{", "[]", '{"title": 1}'):
        (folder_of(name) / "entry.json").write_text(content)
        assert data_set(name).num_train == 100
    (folder_of(name) / "owner.json").write_text("[")
    assert user_datasets.data_sets_of(VISITOR) == ()


def assert_read_or_refused(place: int, value: int, kind: str) -> None:
    """A picture with a damaged byte."""
    content = bytearray(as_file(image_files.Image.linear_gradient("L").resize((20, 30)), kind))
    content[place % len(content)] = value
    try:
        assert image_files.read(bytes(content)).pixels.dtype == "uint8"
    except UnreadableError as error:
        assert error.reason


BYTES = given(
    place=st.integers(0, 10_000), value=st.integers(0, 255), kind=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF"])
)
ONCE_EACH = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@BYTES
@settings(max_examples=10, **ONCE_EACH)
def test_picture_with_a_damaged_byte_is_read_or_refused(place: int, value: int, kind: str) -> None:
    assert_read_or_refused(place, value, kind)


@pytest.mark.deep
@BYTES
@settings(max_examples=200, **ONCE_EACH)
def test_each_of_many_damaged_pictures_is_read_or_refused(place: int, value: int, kind: str) -> None:
    assert_read_or_refused(place, value, kind)
