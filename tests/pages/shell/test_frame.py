"""What stands around every page: the rail, the line, the code beside."""

from dataclasses import replace

import pytest

from core.experiment.edits import set_value
from core.experiment.model import EntryRef, Experiment
from core.experiment.templates import lecture_experiment
from core.export.script import script
from core.runs import manager
from pages.frame.code_panel import changed_lines
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack, template, with_data, with_fit
from tests.pages.conftest import DIGITS, READY, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short

SHORT = short()
PAGES = ("load", "define", "compile", "train", "evaluate")
UNITS = ("layers", "hidden", "arguments", "units")


@pytest.mark.parametrize("page", ["start", *PAGES])
def test_rail_stands_on_every_page_with_the_five_verbs(open_screen: Open, page: str) -> None:
    screen = open_screen(page)
    assert screen.rail() == {
        "Load": ("done", "Digits, 1,293 images"),
        "Define": ("done", "3 layers, 9,610 parameters"),
        "Compile": ("done", "Adam 0.001, cross-entropy"),
        "Train": ("needs you", "not trained yet"),
        "Evaluate": ("later", "after training"),
    }
    assert screen.component("page-top")["done"] == ["load", "define", "compile"]
    here = [name for name in PAGES if screen.has(f"rail-{name}-here")]
    assert here == ([] if page == "start" else [page])


@pytest.mark.parametrize("page", PAGES)
def test_line_says_the_experiment_and_holds_train(open_screen: Open, page: str) -> None:
    screen = open_screen(page)
    assert screen.text("line-sentence") == (
        "Digits, 1,293 images → Flatten, Dense 128 relu, Dense 10 softmax → Adam 0.001, cross-entropy"
        " → 5 epochs, batches of 32"
    )
    assert screen.button("line-train").proto.type == "primary"
    assert [one.key for one in screen.app.button if one.proto.type == "primary"] == ["line-train"]


@pytest.mark.parametrize("page", ["start", *PAGES])
def test_every_page_stands_while_keras_has_not_answered(
    open_screen: Open, workers: ScriptedWorkers, installed: manager.Runs, page: str
) -> None:
    workers.answers_shapes = False
    installed.supervisor.engine = manager.EngineState()
    assert open_screen(page).rail()["Define"] == ("busy", "3 layers, checking")


@pytest.mark.parametrize("page", ["start", *PAGES])
def test_every_page_stands_where_the_engine_failed(open_screen: Open, installed: manager.Runs, page: str) -> None:
    installed.supervisor.engine = manager.EngineState("failed", message="no memory")
    screen = open_screen(page)
    assert screen.button("start-train" if page == "start" else "line-train").disabled


@pytest.mark.parametrize(
    ("page", "dataset"),
    [("start", "mnist"), *((page, "fashion_mnist") for page in PAGES), ("load", "cifar10"), ("train", "cifar100")],
)
def test_every_page_stands_where_data_are_missing(open_screen: Open, page: str, dataset: str) -> None:
    assert open_screen(page, lecture_experiment(dataset)).rail()["Load"] == ("problem", "files are missing")


@pytest.mark.parametrize("page", ["start", *PAGES])
def test_every_page_stands_without_layers(open_screen: Open, page: str) -> None:
    screen = open_screen(page, stack())
    assert screen.rail()["Define"] == ("problem", "no layers")


@pytest.mark.parametrize(
    ("fit", "answer"),
    [
        ({"callbacks": (EntryRef("EarlyStopping"), EntryRef("EarlyStopping"))}, "callback twice"),
        ({"epochs": 0}, "a value is not allowed"),
    ],
    ids=["callbacks", "epochs"],
)
def test_rail_marks_the_page_on_which_a_problem_is_mended(open_screen: Open, fit: dict, answer: str) -> None:
    rail = open_screen("train", with_fit(DIGITS, **fit)).rail()
    assert rail["Train"] == ("problem", answer)
    assert rail["Load"] == ("done", "Digits, 1,293 images")
    assert rail["Compile"] == ("done", "Adam 0.001, cross-entropy")


def test_rail_counts_one_layer(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False
    assert open_screen("load", stack(FLATTEN)).rail()["Define"] == ("busy", "1 layer, checking")


def test_rail_names_a_problem_and_counts_the_others(open_screen: Open) -> None:
    experiment = stack(FLATTEN, layer("Dense", units=7, activation="softmax"), layer("Conv2D"), OUTPUT)
    state, answer = open_screen("load", experiment).rail()["Define"]
    assert (state, answer) == ("problem", "a layer takes another shape")
    several = with_data(DIGITS, train_images=5_000, validation_split=0.001)
    assert open_screen("define", several).rail()["Load"] == ("problem", "too many images, 1 more")


LOGITS = ("compile", "loss", "arguments", "from_logits")
RATE = ("compile", "optimizer", "arguments", "learning_rate")
SILENT = [
    (with_data(DIGITS, pixels="0-255"), "Load", "unscaled pixels", "Load: Pixels go in as 0 to 255."),
    (set_value(DIGITS, UNITS, 1), "Define", "bottleneck", "Define: Dense (dense) has units=1."),
    (set_value(DIGITS, LOGITS, True), "Compile", "softmax with from_logits", "Compile: The last activation is softmax"),
    (set_value(DIGITS, RATE, 5.0), "Compile", "unusual learning rate", "Compile: The learning rate 5 is high for Adam."),
    (with_fit(DIGITS, batch_size=1_293), "Train", "one batch an epoch", "Train: A batch holds 1,293 images"),
]


@pytest.mark.parametrize("page", ["load", "define", "train"])
@pytest.mark.parametrize(("experiment", "step", "title", "words"), SILENT, ids=[one[2] for one in SILENT])
def test_what_keras_trains_without_a_word_is_a_warning_in_the_rail_and_at_train(
    open_screen: Open, experiment: Experiment, step: str, title: str, words: str, page: str
) -> None:
    screen = open_screen(page, experiment)
    assert ("warning", title) in [(state, answer) for state, answer in screen.rail().values()]
    assert screen.rail()[step] == ("warning", title)
    assert words in screen.text("line-train-box")
    assert not screen.button("line-train").disabled


def test_nothing_is_said_at_train_where_nothing_is_wrong(open_screen: Open) -> None:
    screen = open_screen("train")
    assert "warning" not in [state for state, _ in screen.rail().values()]
    assert screen.text("line-train-box").splitlines()[1:] == []


def test_warning_has_its_buttons_on_train_before_the_first_run(open_screen: Open) -> None:
    screen = open_screen("train", set_value(DIGITS, RATE, 5.0)).press("Set it to 0.001")
    assert screen.rail()["Compile"][0] == "done"
    screen = open_screen("train", with_data(DIGITS, pixels="0-255")).press("Scale pixels to the range 0 to 1")
    assert screen.rail()["Load"][0] == "done"


def test_choice_that_takes_part_shows_the_problem_too(open_screen: Open) -> None:
    screen = open_screen("define", set_value(DIGITS, LOGITS, True))
    (problem,) = screen.block("output")["problems"]
    assert (problem["code"], problem["blocks"]) == ("softmax-with-from-logits", False)
    screen.mend("Set from_logits to False")
    assert screen.rail()["Compile"] == ("done", "Adam 0.001, cross-entropy")
    normalised = with_fit(stack(FLATTEN, layer("BatchNormalization"), OUTPUT), batch_size=1)
    screen = open_screen("train", normalised)
    assert screen.rail()["Define"] == screen.rail()["Train"] == ("warning", "small batches")
    screen.press("Set batch size to 32")
    assert screen.draft.fit.batch_size == 32


def test_rail_follows_a_run_to_its_end(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    screen = open_screen("load", SHORT)
    run = training.start(installed, workers, "ada")
    assert screen.run().rail()["Train"] == ("busy", "run 1 is training")
    assert screen.rail()["Evaluate"] == ("later", "after training")
    training.end(installed, workers, run)
    assert screen.run().rail()["Train"] == ("done", "run 1 finished")
    accuracy = training.result["validation"]["accuracy"]
    assert screen.rail()["Evaluate"] == ("done", f"validation accuracy {accuracy:.4f}")


def test_bar_leaves_after_a_run_until_the_draft_differs(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    screen = open_screen("compile", SHORT)
    assert [one.key for one in screen.app.button if one.proto.type == "primary"] == ["line-train"]
    training.whole(installed, workers, "ada")
    assert not screen.run().has("line"), "the same run again teaches nothing"
    screen.go("train").put("fit/epochs", 9)
    assert [one.key for one in screen.go("compile").app.button if one.proto.type == "primary"] == ["line-train"]
    screen.go("train").put("fit/epochs", SHORT.fit.epochs)
    assert not screen.go("compile").has("line")


def test_result_has_the_primary_button_of_train_until_the_draft_differs(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("train", SHORT)
    assert screen.has("to-evaluate") and not screen.has("line"), "the result has the button, and nothing floats over it"
    assert [one.key for one in screen.app.button if one.proto.type == "primary"] == []
    assert not screen.button("line-train").disabled, "beside the settings, and with its key"
    changed = screen.put("fit/epochs", 9)
    assert not changed.has("to-evaluate") and changed.has("to-evaluate-later")
    assert [one.key for one in changed.app.button if one.proto.type == "primary"] == ["line-train"]
    assert changed.has("line")


def test_evaluate_has_one_primary_button(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("evaluate", SHORT)
    assert screen.has("to-evaluate") and "See its mistakes" in screen.text("result-card")
    assert [one.key for one in screen.app.button if one.proto.type == "primary"] == []


def test_change_after_a_run_is_named(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("train", SHORT)
    assert not screen.has("line-sentence")
    screen.put("fit/epochs", 9)
    assert screen.rail()["Train"] == ("needs you", "changed since run 1")
    assert screen.text("line-sentence") == "Since run 1: **epochs 9 (was 2)**"


def test_a_value_that_is_not_allowed_is_said_everywhere(open_screen: Open) -> None:
    screen = open_screen("define", set_value(DIGITS, UNITS, 0))
    assert screen.text("line-sentence") == "A value is not allowed, so nothing can be trained yet."
    assert screen.rail()["Define"] == ("problem", "a value is not allowed")
    assert "The code is shown once every value is allowed." in screen.press("fold-code").text()


def test_train_says_how_many_problems_stand_in_the_way(open_screen: Open) -> None:
    screen = open_screen("compile", with_data(replace(DIGITS, layers=()), train_images=5_000))
    assert "Load: 5,000 training images are asked for; Digits has 1,293. And 1 more." in screen.text("line-train-box")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((("layers", "output", "arguments", "units"), 7), "Define, Dense (outputs): The last layer, Dense, has units=7."),
        ((("layers", "output", "arguments", "activation"), "rleu"), "Define, Dense (outputs): Dense: activation is 'rleu'."),
    ],
)
def test_train_names_the_layer_that_blocks(open_screen: Open, change: tuple, words: str) -> None:
    assert words in open_screen("train", set_value(DIGITS, *change)).text("line-train-box")


# The code


def test_code_is_the_script_of_the_draft(open_screen: Open, installed: manager.Runs) -> None:
    open_screen("load").press("fold-code")
    for page in PAGES:
        code = open_screen(page).component("code")
        assert code["script"] == script(DIGITS, execution=installed.checks.execution(DIGITS))
        assert code["marked"] == []
        lines = code["script"].splitlines()
        assert code["focus"] is None or lines[code["focus"]] == f"# {page.capitalize()}"


def test_lines_of_the_last_change_are_marked(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("define").press("fold-code").build("select", layer="hidden").put("/".join(UNITS), 16)
    code = screen.component("code")
    lines = code["script"].splitlines()
    changed = set_value(DIGITS, UNITS, 16)
    assert code["script"] == script(changed, execution=installed.checks.execution(changed))
    assert [lines[index].strip() for index in code["marked"]] == ['layers.Dense(16, activation="relu"),']
    assert screen.go("train").put("fit/epochs", 9).component("code")["marked"] != code["marked"]


def test_drawer_of_code_is_closed_until_a_person_opens_it_and_stays_as_it_was_left(open_screen: Open) -> None:
    screen = open_screen("train", visitor="grace")
    assert not screen.has("code") and screen.has("code-line")
    screen.press("fold-code")
    assert screen.has("code") and not screen.has("code-line")
    assert open_screen("load", visitor="grace").has("code")
    assert not open_screen("load", visitor="grace").press("close-code").has("code")


def test_line_that_an_edit_changed_is_shown_where_the_drawer_is_closed(open_screen: Open) -> None:
    screen = open_screen("train")
    before = screen.component("code-folded")
    assert before["script"].startswith("history = model.fit(x_train, y_train, epochs=5") and not before["changed"]
    after = screen.put("fit/epochs", 9).component("code-folded")
    assert "epochs=9" in after["script"] and after["changed"]
    elsewhere = open_screen("load").component("code-folded")
    assert elsewhere["script"] == "digits = load_digits()\n" and not elsewhere["changed"], "not the edit of another page"


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("load", "digits = load_digits()"),
        ("define", 'layers.Dense(128, activation="relu"),'),
        (
            "compile",
            "model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss=keras.losses.Sparse",
        ),
        ("train", "history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_data=(x_val, y_val))"),
        ("evaluate", "test = model.evaluate(x_test, y_test, return_dict=True)"),
    ],
)
def test_folded_code_is_the_statement_of_its_page(open_screen: Open, page: str, line: str) -> None:
    assert open_screen(page).component("code-folded")["script"].startswith(line)


@pytest.mark.parametrize("page", PAGES)
def test_folded_code_without_layers(open_screen: Open, page: str) -> None:
    screen = open_screen(page, stack())
    assert screen.component("code-folded")["script"].strip()


def test_changed_lines() -> None:
    assert changed_lines("a\nb\nc", "a\nx\nc\nd") == (1, 3)
    assert changed_lines("a\nb", "a\nb") == ()
    assert changed_lines("a\nb\nc", "a\nc") == ()  # a line that is gone cannot be marked


@pytest.mark.parametrize("page", ["train", "evaluate"])
def test_code_beside_a_run_is_the_runs_whatever_the_draft_is(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers, page: str
) -> None:
    training.whole(installed, workers, "ada")
    draft = with_data(with_fit(template("convnet", "cifar10"), seed=7), dataset="digits")
    screen = open_screen(page, draft).press("fold-code")
    code = screen.component("code")
    assert code["script"] == script(SHORT, execution=installed.checks.execution(SHORT))
    assert (code["title"], code["file_name"], code["marked"]) == ("The code of run 1", "run-1.py", [])
    (whose,) = [one for one in screen.app.segmented_control if one.label == "Whose code"]
    assert whose.options == ["Run 1", "Your draft"]
    whose.set_value("draft").run()
    code = screen.component("code")
    assert code["script"] == script(draft, execution=installed.checks.execution(draft))
    assert (code["title"], code["file_name"]) == ("The code of your draft", "experiment.py")


def test_run_can_be_made_the_draft_from_its_code(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("evaluate", template("convnet")).press("fold-code").press("code-open-draft")
    assert screen.draft == SHORT
    assert screen.component("code")["title"] == "The code of run 1"
    assert not screen.has_button("code-open-draft")
    assert "Run 1 is your draft now. Undo on Define brings the old draft back." in [one.value for one in screen.app.toast]


def test_code_turns_to_the_draft_once_it_is_changed_on_the_page_of_a_run(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("train", SHORT).press("fold-code")
    assert screen.component("code")["title"] == "The code of run 1"
    assert "epochs=9" in screen.put("fit/epochs", 9).component("code")["script"]
    assert screen.component("code")["title"] == "The code of your draft"
    assert "epochs=2" in screen.go("evaluate").component("code")["script"]
    assert screen.component("code")["title"] == "The code of run 1"
    assert "epochs=9" in screen.go("compile").component("code")["script"]
    assert screen.component("code")["title"] == "The code of your draft"


def test_code_of_a_run_stays_as_its_trainer_had_it(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    before = open_screen("evaluate", SHORT).press("fold-code").component("code")["script"]
    assert "steps_per_execution=8" in before
    installed.supervisor.engine = replace(READY, seconds_per_step=10.0)
    assert installed.checks.execution(SHORT).steps_per_execution == 1
    assert open_screen("evaluate", SHORT).component("code")["script"] == before


def test_folded_code_beside_a_run_says_whose_it_is(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    folded = open_screen("evaluate", template("convnet")).component("code-folded")
    assert folded["title"] == "The code of run 1"
    assert folded["script"] == "test = model.evaluate(x_test, y_test, return_dict=True)\n"


def test_code_beside_somebody_elses_run_is_that_runs_and_says_so(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, "ada")
    mine = with_fit(DIGITS, epochs=7)
    screen = open_screen("train", mine, visitor="grace", run=run).press("fold-code")
    code = screen.component("code")
    assert code["script"] == script(SHORT, execution=installed.checks.execution(SHORT))
    assert code["title"] == "The code of somebody else's run 1"
    assert screen.rail()["Train"] == ("needs you", "differs from somebody else's run 1")
    assert screen.text("line-sentence").startswith("Against somebody else's run 1: **")
    assert screen.press("code-open-draft").draft == SHORT


def test_runs_shows_the_code_of_a_run_whatever_the_draft_is(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, "ada")
    code = open_screen("runs", template("convnet")).open("run-code").component(f"run-code-{run}")
    assert code["title"] == "The code of run 1"
    assert code["script"] == script(SHORT, execution=installed.checks.execution(SHORT))
