"""What is Keras?: why, in lines of code; and its backends then and now."""

import pytest

from core.application import application
from core.experiment.edits import insert_layer, new_layer
from core.export.other_libraries import library_scripts, portable_experiment
from core.runs import library_runs
from core.runs.library_runs import LibraryResult
from tests.pages.conftest import DIGITS, Open
from tests.pages.screen import Screen
from tests.server import PATIENCE, wait_for

TAB = "keras-view"


def why(open_screen: Open, *arguments: object) -> Screen:
    return open_screen("backends", *arguments).open_tab("Why Keras?", TAB)


def test_three_scripts_stand_side_by_side_with_their_lines(open_screen: Open) -> None:
    for name, title, code in (
        ("tensorflow", "Raw TensorFlow: 35 lines", "tf.GradientTape()"),
        ("keras", "Keras: 16 lines", "model.fit(x_train, y_train, epochs=5, batch_size=32)"),
        ("sklearn", "scikit-learn: 14 lines", "MLPClassifier("),
    ):
        card = why(open_screen).text(f"library-{name}")
        assert title in card and code in card and "Validation accuracy" not in card
        assert "train_test_split" not in card, "the lines that load the data are not counted, nor shown"


def test_draft_that_scikit_learn_cannot_build_is_replaced_with_a_word(open_screen: Open) -> None:
    with_dropout = insert_layer(DIGITS, new_layer(DIGITS, "Dropout", rate=0.3), "output")
    assert "the lecture's network stands here in place of your draft's" in why(open_screen, with_dropout).text("why-keras")
    assert "Your draft:" in why(open_screen, DIGITS).text("why-keras")


def test_script_that_is_run_shows_its_result(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_runs, "PROGRAM", "tests.pages.quick_script")
    screen = why(open_screen).press("run-sklearn")
    one = library_scripts(portable_experiment(DIGITS))[2]
    runs = application().library_runs
    wait_for(lambda: (job := runs.job(one)) is not None and job.is_over, PATIENCE, "the script to end")
    assert runs.result(one) == LibraryResult(0.9167, 1.5)
    words = screen.run().text("library-sklearn")
    assert "Validation accuracy\n0.9167" in words and "Whole script\n1.50 s" in words
    assert screen.has_button("Run it again")


def test_then_and_now_says_what_became_of_each_with_its_source(open_screen: Open) -> None:
    words = open_screen("backends").open_tab("Then and now", TAB).text("then-and-now")
    for fact in (
        "Version 2.7 of April 2019 was the last main release",
        "https://github.com/microsoft/CNTK/releases",
        "MILA announced in September 2017",
        "https://github.com/pymc-devs/pytensor",
        "Since November 2023 Keras 3 lets you choose again",
        "https://keras.io/keras_3/",
    ):
        assert fact in words
    assert words.count("Still a backend of Keras") == 1, "TensorFlow alone was there then and is there now"
