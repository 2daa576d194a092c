"""Share: what a link opens, once and never silently, what it locks, and what a file opens."""

import io
import json
import zipfile

import pytest
from streamlit.runtime.context import ContextProxy

from core.experiment.model import to_dict
from core.experiment.serialization import dumps
from core.experiment.share_links import Link, write
from core.experiment.templates import lecture_experiment
from core.lecturer_token import token
from pages.shell.session import LECTURER_COOKIE
from tests.core.sample_experiments import RESIDUAL, template, with_fit
from tests.pages.conftest import DIGITS, Open
from tests.pages.screen import Screen

GIVEN = with_fit(template("lenet"), seed=7, epochs=9)
UNLOCK = "Unlock: open your own draft"


def visit(screen: Screen, text: str, page: str = "start") -> Screen:
    """Go to the address of a link in this session."""
    screen.app.query_params["experiment"] = text
    return screen.go(page)


def follow(screen: Screen, text: str, page: str = "start") -> Screen:
    """Open a link in this session."""
    return visit(screen, text, page).press("accept-experiment")


def locking(*parts: str, hidden: tuple[str, ...] = ()) -> str:
    return write(Link(GIVEN, parts, hidden))


@pytest.mark.parametrize("page", ["start", "define", "evaluate"])
def test_link_replaces_the_draft_with_a_sentence_and_undo(open_screen: Open, page: str) -> None:
    screen = follow(open_screen(page), write(Link(GIVEN)), page)
    assert screen.draft == GIVEN
    assert screen.text("link-notice").startswith("Your draft was replaced by the link's experiment.")
    assert "experiment" not in screen.app.query_params
    screen.press("undo-opened")
    assert screen.draft == DIGITS
    assert not screen.has("link-notice")


def test_address_of_a_link_changes_nothing_until_the_visitor_opens_it(open_screen: Open) -> None:
    screen = visit(open_screen("define"), locking("fit"), "train")
    assert screen.draft == DIGITS
    assert not screen.widget("fit/epochs").disabled
    assert screen.text("offer-experiment").splitlines()[0] == (
        "A link offers an experiment on Digits with 8 layers. It would replace your draft; Undo brings your draft back. "
        "The link locks some settings, until you unlock them."
    )
    assert not screen.press("decline-experiment").has("offer-experiment")
    assert screen.draft == DIGITS
    assert visit(open_screen("start"), locking("fit")).go("define").press("Open it").draft == GIVEN


def test_link_is_offered_once(open_screen: Open) -> None:
    screen = follow(open_screen("start"), write(Link(GIVEN)))
    screen.press("undo-opened")
    visit(screen, write(Link(GIVEN)), "define")
    assert not screen.has("offer-experiment"), "the browser went back to the link's address"
    assert follow(screen, write(Link(RESIDUAL)), "define").draft == RESIDUAL


def test_link_is_the_first_draft_of_who_is_new(open_screen: Open) -> None:
    screen = Screen(open_screen("start").installed, None)
    visit(screen, write(Link(GIVEN)))
    assert screen.draft == GIVEN
    assert screen.text("link-notice").startswith("Here is the link's experiment.")
    assert not screen.has_button("undo-opened")
    assert not screen.press("keep-opened").has("link-notice")


def test_sentence_goes_with_the_next_change(open_screen: Open) -> None:
    screen = follow(open_screen("train"), write(Link(GIVEN)), "train")
    screen.put("fit/epochs", 3)
    assert not screen.has("link-notice")


@pytest.mark.parametrize("text", ["", "null", "2.1.1", write(Link(GIVEN))[:-4], "1." + "a" * 10_000])
def test_hostile_link_says_why_and_leaves_the_draft_alone(open_screen: Open, text: str) -> None:
    screen = visit(open_screen("start"), text)
    assert screen.draft == DIGITS
    assert screen.text("problem-refusal").count("Your own draft is as it was.") == 1
    assert not screen.has("link-notice")
    assert "experiment" not in screen.app.query_params


@pytest.mark.parametrize(
    ("page", "part", "widgets"),
    [
        ("load", "data", ("data/dataset", "data/pixels")),
        ("compile", "compile", ("compile/optimizer", "compile/metrics", "compile/optimizer/arguments/learning_rate")),
        ("train", "fit", ("fit/epochs", "fit/seed")),
    ],
)
def test_what_is_locked_is_disabled_and_says_why(open_screen: Open, page: str, part: str, widgets: tuple[str, ...]) -> None:
    screen = follow(open_screen(page), locking(part), page)
    for name in widgets:
        assert screen.widget(name).disabled, name
        assert screen.widget(name).help == f"Locked by the link you opened. {UNLOCK}."
    screen.press("undo-opened")
    assert not any(screen.widget(name).disabled for name in widgets)
    assert screen.draft == DIGITS


def test_locked_network_has_a_locked_builder(open_screen: Open) -> None:
    screen = follow(open_screen("define"), locking("layers"), "define")
    assert screen.button("start-again").disabled
    assert screen.component("builder")["locked"] == f"Locked by the link you opened. {UNLOCK}."
    screen.press("undo-opened")
    assert not screen.component("builder")["locked"]


def test_change_elsewhere_that_reaches_into_what_is_locked_is_refused(open_screen: Open) -> None:
    screen = follow(open_screen("load"), locking("layers"), "load")
    screen.put("data/dataset", "cifar100")  # its 100 classes want another last layer
    assert screen.draft == GIVEN
    assert "Locked by the link you opened." in screen.app.toast[0].value
    assert screen.widget("data/dataset").value == "digits"
    screen.put("data/train_images", 100)
    assert screen.draft.data.train_images == 100, "the data is not locked"
    assert screen.has_button(UNLOCK), "a lock stays in sight"


def test_a_lock_outlives_a_reload_until_it_is_left_on_purpose(open_screen: Open) -> None:
    follow(open_screen("define"), locking("layers", hidden=("code",)), "define")
    follow(open_screen("start"), locking("layers", "fit"))  # a second link: the own draft is still the one before both
    screen = open_screen("define")  # a new session of the same browser
    assert screen.draft == GIVEN
    assert screen.component("builder")["locked"] == f"Locked by the link you opened. {UNLOCK}."
    assert "Define and Train are locked by the link you opened." in screen.text("link-notice")
    assert screen.has_button("fold-code"), "the second link does not hide the code"
    other = open_screen("train")
    screen.press("undo-opened")
    assert screen.draft == DIGITS
    assert not other.run().widget("fit/epochs").disabled, "another tab is unlocked too"
    assert not open_screen("define").has("link-notice")


def test_the_stage_says_that_a_link_was_opened(open_screen: Open) -> None:
    screen = follow(open_screen("stage"), locking("layers"), "stage")
    badge = next(one for one in screen.app.markdown if "By a link" in one.value)
    assert "Define is locked by the link you opened." in badge.help


def test_undo_does_not_open_a_lock(open_screen: Open) -> None:
    screen = follow(open_screen("define"), locking("layers"), "define")
    screen.press("undo")
    assert screen.draft == GIVEN
    screen.press("undo-opened").press("undo")
    assert screen.draft == GIVEN, "unlocked, the link's experiment is one step back"


def test_link_hides_the_code(open_screen: Open) -> None:
    assert open_screen("compile").press("fold-code").has("code")
    screen = follow(open_screen("compile"), locking(hidden=("code",)), "compile")
    assert not screen.has("code")
    assert not screen.has_button("fold-code")
    assert "The link hides the code." in screen.text("link-notice")
    assert screen.press("undo-opened").has("code")


def test_share_gives_the_draft_as_link_and_as_file(open_screen: Open) -> None:
    screen = open_screen("define", RESIDUAL).open("share")
    assert screen.component("share-link") == {"path": f"/?experiment={write(Link(RESIDUAL))}"}
    assert not screen.has("share-locked"), "only the lecturer locks"


def test_lecturers_link_locks_and_hides(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContextProxy, "cookies", {LECTURER_COOKIE: token()})
    screen = open_screen("define").open("share")
    screen.put("share-hidden", True).put("share-locked", ["fit", "data"])
    made = Link(DIGITS, ("data", "fit"), ("code",))
    assert screen.component("share-link") == {"path": f"/?experiment={write(made)}"}


def upload(screen: Screen, name: str, content: bytes) -> Screen:
    screen.app.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return screen.run()


def test_file_is_opened_with_a_sentence_and_undo(open_screen: Open) -> None:
    screen = open_screen("define").open("share")
    upload(screen, "mine.json", json.dumps(to_dict(GIVEN), indent=1).encode())
    assert screen.draft == GIVEN
    assert "Your draft was replaced by the file's experiment." in screen.text("link-notice")
    assert screen.press("undo-opened").draft == DIGITS


@pytest.mark.parametrize("content", [b"", b"null", b"\xff", dumps(GIVEN).encode()[:-9], b"[" * 300_000], ids=range(5))
def test_file_that_is_no_experiment_says_why(open_screen: Open, content: bytes) -> None:
    screen = upload(open_screen("define").open("share"), "mine.json", content)
    assert screen.draft == DIGITS
    assert screen.text("problem-refusal")


def keras_file(*layers: dict) -> bytes:
    file = io.BytesIO()
    entrance = {"class_name": "InputLayer", "config": {"batch_shape": [None, 28, 28, 1]}}
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {"layers": [entrance, *layers]}}))
    return file.getvalue()


def test_layers_of_a_keras_file_are_taken_and_the_rest_of_the_draft_stays(open_screen: Open) -> None:
    flatten = {"class_name": "Flatten", "config": {"name": "flat", "trainable": False}}
    output = {"class_name": "Dense", "config": {"name": "answers", "units": 10, "activation": "softmax"}}
    screen = upload(open_screen("define").open("share"), "net.keras", keras_file(flatten, output))
    assert screen.layers == ["Flatten", "Dense"]
    assert (screen.draft.data, screen.draft.compile, screen.draft.fit) == (DIGITS.data, DIGITS.compile, DIGITS.fit)
    words = screen.text("link-notice")
    assert "a draft with the 2 layers of the file; its weights were ignored" in words
    assert "made for images of 28 × 28 × 1" in words
    assert "flat: trainable False" in screen.text("problem-opened-0")
    assert screen.press("undo-opened").draft == DIGITS


def test_keras_file_with_layers_that_are_not_known_names_them(open_screen: Open) -> None:
    content = keras_file({"class_name": "Lambda", "config": {"name": "evil"}})
    screen = upload(open_screen("define").open("share"), "net.keras", content)
    assert "Lambda ('evil')" in screen.text("problem-refusal")
    assert screen.draft == DIGITS


def test_file_is_not_taken_while_a_link_locks(open_screen: Open) -> None:
    screen = follow(open_screen("define"), locking("data"), "define").open("share")
    assert screen.app.file_uploader[0].disabled
    assert "Unlock first" in screen.text("share-inside")


def test_new_visitor_of_a_locking_link_can_unlock(open_screen: Open) -> None:
    screen = Screen(open_screen("start").installed, None)
    visit(screen, locking("fit"), "train")
    assert screen.widget("fit/epochs").disabled
    screen.press("Unlock")
    assert not screen.widget("fit/epochs").disabled
    assert screen.draft == GIVEN != lecture_experiment("digits")
