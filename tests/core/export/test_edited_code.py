"""Edited code becomes the experiment that it describes; what cannot be understood is named, and nothing is executed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.catalogue.layers import LAYERS
from core.experiment.edits import set_value
from core.experiment.graph import is_sequential
from core.experiment.model import CATALOGUES, NESTED, Experiment, Layer, in_keras_order
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.export.code_mistakes import CodeMistake
from core.export.edited_code import editable_code, read_code
from core.parameters import EntryRef

DIGITS = lecture_experiment("digits")
CODE = editable_code(DIGITS)


def read(text: str, experiment: Experiment = DIGITS) -> Experiment:
    """The experiment of a code that is understood."""
    result = read_code(text, experiment)
    assert isinstance(result, Experiment), result
    return result


def mistake(text: str, experiment: Experiment = DIGITS) -> CodeMistake:
    """The mistake of a code that is not."""
    result = read_code(text, experiment)
    assert isinstance(result, CodeMistake), result
    return result


@pytest.mark.parametrize("name", TEMPLATES)
def test_ready_nets_come_back_as_they_were(name: str) -> None:
    experiment = apply_template(lecture_experiment("fashion_mnist"), name)
    assert read(editable_code(experiment), experiment) == experiment


def choices(kind: str) -> Iterator[EntryRef]:
    """Every entry of a catalogue with each boundary value of each argument."""
    for entry in CATALOGUES[kind].values():
        least = {name: entry.parameter(name) for name in entry.required}
        required = {name: parameter.constraint.boundary_values()[0] for name, parameter in least.items() if parameter}
        yield EntryRef(entry.name, in_keras_order(required, entry))
        for parameter in entry.parameters:
            for value in parameter.constraint.boundary_values():
                yield EntryRef(entry.name, in_keras_order({**required, parameter.name: value}, entry))
            if parameter.name in NESTED and isinstance(parameter.default, str):
                other = next(iter(CATALOGUES[NESTED[parameter.name]]))
                yield EntryRef(entry.name, in_keras_order({**required, parameter.name: EntryRef(other)}, entry))


def same_code(experiment: Experiment) -> None:
    """What is read of an experiment's code beside another experiment has the same code; beside itself it is equal."""
    text = editable_code(experiment)
    assert read(text, experiment) == experiment
    fresh = replace(experiment, layers=(), compile=DIGITS.compile, fit=replace(experiment.fit, callbacks=(), epochs=1))
    assert editable_code(read(text, fresh)) == text


@pytest.mark.deep
@pytest.mark.parametrize("name", LAYERS)
def test_layers_with_all_kinds_of_arguments_come_back(name: str) -> None:
    for number, chosen in enumerate(choice for choice in choices("layers") if choice.name == name):
        layer = Layer(chosen.name, chosen.arguments, f"layer-{number}")
        experiment = replace(DIGITS, layers=(layer,))
        if is_sequential(experiment):
            same_code(experiment)


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["optimizer", "loss"])
def test_optimizers_and_losses_with_all_kinds_of_arguments_come_back(kind: str) -> None:
    for chosen in choices(kind):
        same_code(replace(DIGITS, compile=replace(DIGITS.compile, **{kind: chosen})))


def test_schedules_come_back() -> None:
    for chosen in choices("schedules"):
        same_code(set_value(DIGITS, ("compile", "optimizer"), EntryRef("SGD", (("learning_rate", chosen),))))


@pytest.mark.parametrize("loss", ["SparseCategoricalCrossentropy", "CategoricalCrossentropy"])
def test_metrics_with_all_kinds_of_arguments_come_back(loss: str) -> None:
    for chosen in choices("metrics"):
        same_code(replace(DIGITS, compile=replace(DIGITS.compile, loss=EntryRef(loss), metrics=(chosen,))))


def test_callbacks_with_all_kinds_of_arguments_come_back() -> None:
    for chosen in choices("callbacks"):
        same_code(replace(DIGITS, fit=replace(DIGITS.fit, callbacks=(chosen,))))


@pytest.mark.parametrize(
    ("old", "new", "path", "value"),
    [
        ("Dense(128", "Dense(64", ("layers", 1, "units"), 64),
        ("epochs=5", "epochs=9", ("fit", "epochs"), 9),
        ("batch_size=32", "batch_size=128", ("fit", "batch_size"), 128),
        ("keras.optimizers.Adam(learning_rate=0.001)", '"sgd"', ("compile", "optimizer"), "SGD"),
        ('activation="relu"', 'activation="tanh"', ("layers", 1, "activation"), "tanh"),
    ],
)
def test_a_changed_line_changes_the_experiment(old: str, new: str, path: tuple, value: object) -> None:
    assert old in CODE
    changed = read(CODE.replace(old, new, 1))
    if path[0] == "layers":
        assert changed.layers[path[1]].values[path[2]] == value
        assert changed.layers[path[1]].id == DIGITS.layers[path[1]].id, "it is still the same layer"
    elif path[0] == "fit":
        assert getattr(changed.fit, path[1]) == value
    else:
        assert changed.compile.optimizer.name == value


def test_a_new_line_is_a_new_layer_and_the_others_stay() -> None:
    line = next(line for line in CODE.split("\n") if "Dense(128" in line)
    changed = read(CODE.replace(line, f"{line}\n        layers.Dropout(0.5),"))
    assert [layer.name for layer in changed.layers] == ["Flatten", "Dense", "Dropout", "Dense"]
    assert [changed.layers[number].id for number in (0, 1, 3)] == [layer.id for layer in DIGITS.layers]
    assert len({layer.id for layer in changed.layers}) == 4


def test_layers_may_be_added_one_by_one() -> None:
    text = "import keras\nmodel = keras.Sequential()\nmodel.add(keras.layers.Flatten())\nmodel.add(Dense(10))\n"
    changed = read(text + CODE[CODE.index("# Compile") :])
    assert [layer.name for layer in changed.layers] == ["Flatten", "Dense"]


@pytest.mark.parametrize(
    ("old", "new", "line", "happened", "expected", "label"),
    [
        (
            "Dense(128",
            "Dense(unit=128",
            6,
            "Line 6: Dense(unit=...): unknown argument 'unit'.",
            "Did you mean 'units'?",
            "Write units",
        ),
        ("layers.Dense(128", "layers.Dens(128", 6, "Line 6: unknown layer 'Dens'.", "Did you mean 'Dense'?", "Write Dense"),
        ("Dense(128", "Dense(-3", 6, "Line 6: Dense: units is '-3'.", "Expected a whole number from 1 to 1,000,000.", ""),
        (
            "epochs=5",
            "epoch=5",
            22,
            "Line 22: model.fit(epoch=...): unknown argument 'epoch'.",
            "Did you mean 'epochs'?",
            "Write epochs",
        ),
        (
            "# Train",
            "import os\nos.system('ls')\n# Train",
            19,
            "Line 19: 'os.system('ls')' is not understood.",
            "Expected model = keras.Sequential([...]), model.compile(...) and model.fit(...).",
            "",
        ),
        ("Dense(128", "Dense(units=n", 6, "Line 6: units is 'n'.", "Expected a plain value.", ""),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(
    old: str, new: str, line: int, happened: str, expected: str, label: str
) -> None:
    wrong = mistake(CODE.replace(old, new, 1))
    assert (wrong.line, wrong.problem.happened, wrong.problem.expected, wrong.label) == (line, happened, expected, label)


def test_the_repair_of_a_mistyped_name_is_understood() -> None:
    for old, new in (("Dense(128", "Dense(unit=128"), ("layers.Dense(128", "layers.Dens(128"), ("epochs=", "epoch=")):
        wrong = mistake(CODE.replace(old, new, 1))
        assert wrong.repaired and isinstance(read_code(wrong.repaired, DIGITS), Experiment)


@pytest.mark.parametrize(
    "text",
    [
        "inputs = keras.Input((8, 8, 1))\nx = layers.Flatten()(inputs)\n",
        "x = layers.Dense(3)\n" * 3,
        "__import__('os').system('true')\n",
        "model = keras.Sequential([layers.Dense(f'{1}')])\n",
        "model = keras.Sequential([layers.Dense(10 ** 10 ** 10)])\n",
        f"model = keras.Sequential([layers.Dense({'9' * 5000})])\n",
        "(" * 5_000,
        "[" * 90 + "]" * 90,
        "-" * 20_000 + "1\n",
        "a" + ".a" * 20_000 + "\n",
        "a" + "()" * 20_000 + "\n",
        "not " * 20_000 + "1\n",
        "lambda:" * 20_000 + "1\n",
        "x" * 1_000_000,
        "layers.Dense(1)\n" * 4_000,
        "model = keras.Sequential(*[[1]])\n",
        "model = keras.Sequential([layers.Dense(**{})])\n",
        "\x00\n",
        "class A: pass\n",
        "if True:\n    model.add(layers.Dense(3))\n",
        "'" * 3 + "\n",
        "model = keras.Sequential([layers.Dense(1, 2, 3, 4)])\n",
        "\ud800",
        "",
        "model.compile()\n",
        "model = keras.Sequential([" + "layers.Dense(1)," * 500 + "])\n",
        "model = keras.Sequential([layers.Dense(1, name='a b')])\n" + CODE[CODE.index("# Compile") :],
    ],
)
def test_hostile_code_is_refused(text: str) -> None:
    wrong = mistake(text)
    assert wrong.line >= 1 and wrong.problem.happened.startswith("Line ") and len(wrong.problem.happened) < 200


def test_code_is_refused_before_python_parses_what_is_nested_deeply() -> None:
    assert mistake("[" * 12 + "]" * 12).problem.happened == "Line 1: '[[[[[[[[[[[[]]]]]]]]]]]]' is not understood."
    assert mistake("[" * 13 + "]" * 13).problem.happened == "Line 1: brackets stand 13 deep."


def test_branches_stay_and_are_changed_on_define() -> None:
    experiment = next(
        net for name in TEMPLATES if not is_sequential(net := apply_template(lecture_experiment("fashion_mnist"), name))
    )
    text = editable_code(experiment)
    assert text.startswith("# The network has branches: change it on Define.")
    assert read(text.replace("epochs=", "epochs=1"), experiment).layers == experiment.layers
    wrong = mistake("model = keras.Sequential([])\n" + text, experiment)
    assert wrong.problem.happened == "Line 1: the network of this draft has branches."


def test_line_that_is_no_python_is_quoted() -> None:
    text = editable_code(DIGITS)
    problem = mistake(text.replace('layers.Dense(128, activation="relu"),', 'layers.Dense(64, activation="relu")')).problem
    assert problem.happened.startswith('Line 6: Python cannot read “layers.Dense(64, activation="relu")”: invalid syntax')
    assert problem.happened.endswith("Perhaps you forgot a comma.")
    assert problem.expected.startswith("Expected Python, with a comma between two layers")
