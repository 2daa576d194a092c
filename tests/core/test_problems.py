"""Problems as values."""

import json
import pickle
from dataclasses import asdict, replace

import pytest

from core.catalogue.layers import LAYERS
from core.catalogue.optimizers import OPTIMIZERS
from core.problems import Problem, ProblemError, Repair, closest, did_you_mean, quoted, read_problem

PROBLEM = Problem(
    "value-not-allowed",
    ("fit", "epochs"),
    "epochs is 0.",
    "Expected a whole number from 1 to 1,000.",
    "Choose one.",
    repairs=(Repair("Set epochs to 5", "set", ("fit", "epochs"), 5),),
)


def test_problem_reads_as_what_happened_expected_and_fix() -> None:
    assert str(PROBLEM) == "epochs is 0. Expected a whole number from 1 to 1,000. Choose one."


@pytest.mark.parametrize("empty", ["happened", "expected", "fix"])
def test_problem_lacks_no_part(empty: str) -> None:
    parts = {"happened": "a", "expected": "b", "fix": "c", empty: ""}
    with pytest.raises(ValueError, match="the problem 'some-code' lacks happened, expected or fix"):
        Problem("some-code", (), **parts)


def test_only_errors_block() -> None:
    assert PROBLEM.blocks
    assert not Problem("code", (), "a", "b", "c", severity="warning").blocks


def test_problem_error_carries_its_problem_through_a_pickle() -> None:
    error = pickle.loads(pickle.dumps(ProblemError(PROBLEM)))
    assert error.problem == PROBLEM
    assert str(error) == str(PROBLEM)


@pytest.mark.parametrize("also", [(), (("fit", "batch_size"), ("layers", "hidden"))], ids=["alone", "with others"])
def test_problem_that_was_written_as_json_is_read_as_it_was(also: tuple) -> None:
    problem = replace(PROBLEM, also=also)
    assert read_problem(json.loads(json.dumps(asdict(problem)))) == problem


def test_problem_that_was_written_before_others_took_part_in_it_can_be_read() -> None:
    content = {name: value for name, value in asdict(PROBLEM).items() if name != "also"}
    assert read_problem(json.loads(json.dumps(content))) == PROBLEM


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("unit", "Did you mean 'units'?"),
        ("UNITS", "Did you mean 'units'?"),
        ("zzz", "Known are: units, activation."),
        ("units" + "x" * 100_000, "Known are: units, activation."),
    ],
    ids=["near", "other case", "far", "long"],
)
def test_did_you_mean_hints_at_the_known_name(name: str, hint: str) -> None:
    assert did_you_mean(name, ("units", "activation")) == hint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("relu", "'relu'"),
        (None, "None"),
        ((3, 3), "(3, 3)"),
        ("x" * 40, "'" + "x" * 40 + "'"),
        ("x" * 10_000, "'" + "x" * 39 + "…"),
        ("half a pair: \ud800", "'half a pair: \\ud800'"),
    ],
    ids=["text", "nothing", "tuple", "as long as may be", "too long", "half a character pair"],
)
def test_quoted_shows_a_value_and_cuts_it(value: object, text: str) -> None:
    assert quoted(value) == text
    assert quoted(value).encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(("Danse", "Dense"), ("Dnese", "Dense"), ("dense", "Dense"), ("DenseLayer", "Dense"), ("Dens", "Dense")),
        *(("conv2d", "Conv2D"), ("Convd2", "Conv2D"), ("Convolution2D", "Conv2D"), ("Conv", "Conv2D"), ("Conv4D", "Conv2D")),
        *(("maxpool", "MaxPooling2D"), ("AvgPool2D", "AveragePooling2D"), ("GlobalAvgPool2D", "GlobalAveragePooling2D")),
        *(("BatchNorm", "BatchNormalization"), ("batch_normalization", "BatchNormalization"), ("Dropuot", "Dropout")),
        *(("LTSM", "LSTM"), ("GRUU", "GRU"), ("Flaten", "Flatten"), ("Softmx", "Softmax"), ("embeding", "Embedding")),
    ],
)
def test_a_typo_means_the_layer_that_is_close(typed: str, name: str) -> None:
    assert closest(typed, tuple(LAYERS)) == name


@pytest.mark.parametrize(
    "typed",
    [
        "Sin",
        "sine",
        "Cos",
        "Sum",
        "Foo",
        "GLU",
        "Linear",
        "Pool",
        "Lambda",
        "Transformer",
        "Residual",
        "x",
        "",
        "_",
        "M" * 99,
    ],
)
def test_nothing_is_meant_where_nothing_is_close(typed: str) -> None:
    assert closest(typed, tuple(LAYERS)) is None


@pytest.mark.parametrize("name", [*LAYERS, *OPTIMIZERS])
def test_every_slip_of_one_finger_is_understood(name: str) -> None:
    known = tuple(LAYERS) if name in LAYERS else tuple(OPTIMIZERS)
    middle = len(name) // 2
    swapped = name[:middle] + name[middle + 1 : middle + 2] + name[middle] + name[middle + 2 :]
    slips = [name.lower(), name.upper(), swapped, name[:middle] + "x" + name[middle:], name[:-1]]
    understood = [closest(slip, known) for slip in slips if len(slip) > 3]
    assert all(one is not None and abs(len(one) - len(name)) <= 2 for one in understood), (slips, understood)


def test_many_known_names_are_cut() -> None:
    assert did_you_mean("zzz", tuple(map(str, range(112)))).endswith("18, 19 and 92 more.")
