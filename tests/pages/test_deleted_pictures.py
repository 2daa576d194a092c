"""Deleted pictures: no page shows them any more, and their files go."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from core.application import application
from core.catalogue.datasets import folder_of
from core.datasets import upload_state, user_datasets
from core.datasets.previews import preview_path, read_preview
from core.datasets.upload_state import UploadState
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.problems import Problem
from core.runs import manager
from core.settings import variable
from core.views.data_overview import ClassSampleQuestion
from core.views.layer_outputs import NetworkPreview, NetworkPreviewQuestion
from core.views.set_images import ImageQuestion, SetImagesQuestion
from tests.core.datasets.sample_datasets import own_digits
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen
from tests.server import PATIENCE, wait_for

SHOW_PICTURES = ("start", "load", "mistakes", "try_it", "images")
PAGES = (*SHOW_PICTURES, "define", "compile", "train", "evaluate", "inside", "why", "stage", "own", "ready")
PICTURE = b"data:image/"
DELETED = "The pictures of Three digits were deleted."
ALL_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def pictures_on(screen: Screen) -> int:
    """How many pictures the components of a page were given."""
    protos = [element.proto for element in screen.app if getattr(element, "proto", None) is not None]
    return sum(proto.SerializeToString().count(PICTURE) for proto in protos)


def ten_digits(visitor: str) -> str:
    """The name of a data set of this visitor with the images of Digits, in the same split."""
    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        (digits.images * 15.9).astype("uint8"), digits.target, test_size=0.2, stratify=digits.target, random_state=0
    )
    return user_datasets.save_data_set(
        user_datasets.DataSetArrays(x_train, y_train, x_test, y_test), "Ten digits", ALL_DIGITS, visitor
    )


@pytest.fixture
def run_on_own(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> tuple[str, str]:
    """A finished run of bob on his own pictures: the names of the data set and of the run."""
    name = ten_digits("bob")
    return name, training.whole(installed, workers, "bob", on_data(training.experiment, name))


def on_data(experiment: Experiment, dataset: str) -> Experiment:
    return replace(experiment, data=replace(experiment.data, dataset=dataset))


def test_deleted_pictures_are_shown_to_nobody_until_they_are_restored(open_screen: Open) -> None:
    name = own_digits("bob")
    stranger = open_screen("start", lecture_experiment(name))
    before = {page: pictures_on(stranger.go(page)) for page in SHOW_PICTURES}
    assert min(before.values()) > 0, before
    user_datasets.delete(name, "bob")
    assert {page: pictures_on(stranger.go(page)) for page in PAGES} == dict.fromkeys(PAGES, 0)
    assert DELETED in stranger.go("load").text()
    assert DELETED in stranger.go("start").text()
    user_datasets.restore(name, "bob")
    assert {page: pictures_on(stranger.go(page)) for page in before} == before


def test_run_shows_no_deleted_picture(open_screen: Open, run_on_own: tuple[str, str]) -> None:
    name, run = run_on_own
    stranger = open_screen("mistakes", run=run)
    assert pictures_on(stranger) > 0
    user_datasets.delete(name, "bob")
    assert pictures_on(open_screen("mistakes", run=run)) == 0
    assert "The pictures of Ten digits were deleted." in open_screen("mistakes", run=run).text()


def test_curves_of_the_run_before_hold_no_deleted_picture(
    open_screen: Open, run_on_own: tuple[str, str], training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    name, before = run_on_own
    after = training.whole(installed, workers, "bob", on_data(training.experiment, name))
    assert PICTURE.decode() in streamed(before)
    user_datasets.delete(name, "bob")
    screen = open_screen("train", run=after)
    assert screen.component("curves")["ghost"]["events"], "the run before is drawn beside the run"
    assert pictures_on(screen) == 0


def streamed(run: str) -> str:
    """The history that a browser gets first when it follows a run."""

    async def first() -> str:
        frames = application().reader.stream(run, None)
        try:
            return await anext(frames)
        finally:
            await frames.aclose()

    return asyncio.run(first())


def test_deleted_picture_is_in_no_event_of_a_run(run_on_own: tuple[str, str], installed: manager.Runs) -> None:
    name, run = run_on_own
    picture, deletions, file = PICTURE.decode(), application().deletions, installed.folder / "runs.sqlite"
    before = streamed(run)
    assert picture in before
    deletions.delete(name, "bob")
    assert picture not in streamed(run)
    assert picture not in str(installed.reader.events(run)), "a replay and a server that starts again read these"
    deletions.restore(name, "bob")
    assert streamed(run).count(picture) == before.count(picture)
    deletions.delete(name, "bob")
    deletions.delete_for_good(name, "bob")
    ten_digits("bob")  # the same pictures again, so that what is kept would be shown
    assert picture not in streamed(run) and picture not in str(installed.reader.events(run))
    kept = [path.name for path in file.parent.glob("runs.sqlite*") if PICTURE in path.read_bytes()]
    assert kept == []


def test_undo_on_load_brings_the_pictures_back_to_the_streams_of_runs(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    name = ten_digits(VISITOR)
    experiment = on_data(training.experiment, name)
    run, picture = training.whole(installed, workers, VISITOR, experiment), PICTURE.decode()
    before = streamed(run)
    application().deletions.delete(name, VISITOR)
    assert picture in before and picture not in streamed(run)
    open_screen("load", experiment).press("own-restore")
    assert streamed(run).count(picture) == before.count(picture)


def test_answer_that_a_worker_gave_before_the_deletion_is_shown_no_more(
    installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    name, ask = own_digits("bob"), installed.inspector.ask
    experiment, image = lecture_experiment(name), ImageRef("validation")
    hundred = read_preview(name).images[0]
    first = hundred[0]
    ask(ClassSampleQuestion(name, 0, 0))
    workers.answer(ClassSampleQuestion.function, hundred)
    assert ask(ClassSampleQuestion(name, 0, 0)) is hundred
    ask(ImageQuestion(experiment, image))
    workers.answer(ImageQuestion.function, first)
    assert ask(ImageQuestion(experiment, image)) is first
    ask(SetImagesQuestion(experiment, (1,), "train"))
    workers.answer(SetImagesQuestion.function, hundred[:1])
    assert ask(SetImagesQuestion(experiment, (1,), "train")) is not None
    preview = NetworkPreviewQuestion(experiment, 0)
    ask(preview)
    workers.answer(NetworkPreviewQuestion.function, NetworkPreview({}))
    assert isinstance(ask(preview), NetworkPreview) and installed.inspector.known(preview) is not None
    user_datasets.delete(name, "bob")
    assert installed.inspector.known(preview) is None
    assert isinstance(ask(preview), Problem)
    images = SetImagesQuestion(experiment, (1,), "train")
    for refused in (ask(ClassSampleQuestion(name, 0, 0)), ask(ImageQuestion(experiment, image)), ask(images)):
        assert isinstance(refused, Problem)
        assert refused.happened == DELETED


def test_owner_deletes_pictures_for_good(open_screen: Open, run_on_own: tuple[str, str], data_folder: Path) -> None:
    name, run = run_on_own
    folder = upload_state.upload_folder("bob")
    upload_state.write_state(folder, UploadState("made", "zip", name=name))
    evaluated = application().results.evaluation(application().history.run(run), "validation")
    assert evaluated.pictures()
    application().deletions.delete_for_good(name, "bob")
    assert evaluated.pictures(), "only what was deleted before can be deleted for good"
    user_datasets.delete(name, "bob")
    application().deletions.delete_for_good(name, VISITOR)
    assert preview_path(name).is_file(), "it belongs to somebody else"
    open_screen("own", visitor="bob").press(f"purge-{name}")
    assert not preview_path(name).exists()
    assert sorted(path.name for path in folder_of(name).iterdir()) == ["entry.json", "owner.json"]
    assert not folder.exists()
    ten_digits("bob")  # the same pictures again, which have the same name
    after = application().results.evaluation(application().history.run(run), "validation")
    assert after.pictures() == {}
    assert after.num_mistakes == evaluated.num_mistakes


def test_deletions_are_purged_after_a_day_or_once_the_disk_is_full(
    installed: manager.Runs, run_on_own: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, run = run_on_own
    installed.database.delete_run(run)
    user_datasets.delete(name, "bob")
    application().deletions.purge()
    assert application().history.last_deleted("bob") is not None
    assert user_datasets.data_sets_of("bob", deleted=True) == (name,)
    monkeypatch.setenv(variable("free_disk"), "1000000")
    application().deletions.purge()
    assert application().history.last_deleted("bob") is None
    assert not (installed.folder / "runs" / run).exists()
    assert user_datasets.data_sets_of("bob", deleted=True) == ()


def test_run_that_ends_after_its_pictures_were_deleted_for_good_keeps_none(
    training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    name = ten_digits("bob")
    experiment = replace(training.experiment, data=replace(training.experiment.data, dataset=name))
    run = training.start(installed, workers, "bob", experiment)
    user_datasets.delete(name, "bob")
    application().deletions.delete_for_good(name, "bob")
    training.end(installed, workers, run)
    application().deletions.purge()
    ten_digits("bob")  # so that pictures in the file would be shown
    assert application().results.evaluation(application().history.run(run), "validation").pictures() == {}


def test_purge_goes_on_while_the_server_is_on(run_on_own: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    name, _ = run_on_own
    monkeypatch.setattr("core.runs.deletions.LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr("core.runs.deletions.PURGE_EVERY_SECONDS", 0.05)
    monkeypatch.setattr("core.runs.deletions.KEPT_SECONDS", -1.0)
    threads, deletions = set(threading.enumerate()), application().deletions
    deletions.begin()
    user_datasets.delete(name, "bob")
    wait_for(lambda: user_datasets.data_sets_of("bob", deleted=True) == (), PATIENCE, "the purge")
    deletions.close()
    assert set(threading.enumerate()) <= threads  # nothing writes after the end
