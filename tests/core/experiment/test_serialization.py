"""JSON that anyone may have written."""

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue.datasets import DATASETS
from core.checks.experiment_checks import check
from core.experiment.descriptions import difference, network_sentence, sentence
from core.experiment.json_text import MAXIMUM_BYTES
from core.experiment.model import MAXIMUM_LAYERS, Experiment, to_dict
from core.experiment.serialization import dumps, from_dict, loads
from core.experiment.templates import TEMPLATES, lecture_experiment
from core.export.script import script
from core.problems import ProblemError
from tests.core.sample_experiments import LECTURE, template, text_of, with_data

# The format in docs/command-line.md.
FORMAT = """
{"version": 1,
 "data": {"dataset": "fashion_mnist", "pixels": "0-1", "train_images": null, "validation_split": 0.1},
 "layers": [{"id": "flatten", "name": "Flatten", "arguments": {}},
            {"id": "hidden", "name": "Dense", "arguments": {"units": 128, "activation": "relu"}},
            {"id": "output", "name": "Dense", "arguments": {"units": 10, "activation": "softmax"}}],
 "compile": {"optimizer": {"name": "Adam", "arguments": {"learning_rate": 0.001}},
             "loss": {"name": "SparseCategoricalCrossentropy", "arguments": {}},
             "metrics": [{"name": "Accuracy", "arguments": {}}]},
 "fit": {"epochs": 5, "batch_size": 32, "seed": 0, "callbacks": [], "backend": "tensorflow", "mode": "exact"}}
"""


def refusal(text: str | bytes) -> str:
    """The message on this refused text."""
    with pytest.raises(ProblemError) as caught:
        loads(text)
    assert caught.value.problem.code == "unreadable"
    return str(caught.value)


def changed(*path: str | int, to: Any) -> str:
    """The format with a changed value, or an added key."""
    content: Any = json.loads(FORMAT)
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return text_of(content)


def test_format_is_the_lectures_experiment() -> None:
    assert loads(FORMAT) == lecture_experiment("fashion_mnist")
    assert to_dict(loads(FORMAT)) == json.loads(FORMAT)
    assert dumps(loads(FORMAT)) == json.dumps(json.loads(FORMAT), separators=(",", ":"))


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("dataset", DATASETS)
def test_template_comes_back_as_it_was(name: str, dataset: str) -> None:
    experiment = template(name, dataset)
    assert loads(dumps(experiment)) == experiment
    assert loads(dumps(experiment).encode()) == experiment
    assert "\n" not in dumps(experiment)


def test_half_a_character_pair_can_be_shown() -> None:
    for text in ('["\\ud800"]', '{"\\ud800": NaN}', '{"version": 1, "fit": {"\\ud800": [1e999]}}'):
        assert refusal(text).encode("utf-8")


def test_byte_order_mark_of_an_editor_is_no_fault() -> None:
    assert loads(b"\xef\xbb\xbf" + dumps(LECTURE).encode()) == loads("\ufeff" + dumps(LECTURE)) == LECTURE


def test_absent_keys_take_their_defaults() -> None:
    assert loads('{"version": 1}') == Experiment()
    assert loads('{"version": 1, "layers": [{"name": "Flatten"}]}').layers[0].id == "layer-1"


def test_values_out_of_range_are_read_for_the_checks_to_name() -> None:
    experiment = loads(changed("fit", "epochs", to=-3))
    assert experiment.fit.epochs == -3
    assert [problem.where for problem in check(experiment)] == [("fit", "epochs")]


NOT_JSON = "Expected an experiment as JSON, in the format that docs/command-line.md shows. Export it once more."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "null",
            "the experiment is null. Expected an object with the keys version, data, layers, compile, fit. "
            "Write it in braces.",
        ),
        ("[" * 100_000, f"The experiment is nested 100,000 deep; at most 12 are read. {NOT_JSON}"),
        ('{"a":' * 50_000, f"The experiment is nested 50,000 deep; at most 12 are read. {NOT_JSON}"),
        ('{"version": NaN}', f"Line 1, column 13, version: NaN is no number that JSON knows. {NOT_JSON}"),
        ('{"version": -Infinity}', f"Line 1, column 13, version: -Infinity is no number that JSON knows. {NOT_JSON}"),
        ('{"version": 1e999}', f"Line 1, column 13, version: The number '1e999' is too large. {NOT_JSON}"),
        (
            '{"version": ' + "1" * 5_000 + "}",
            f"Line 1, column 13, version: The number '{'1' * 39}… is too large. {NOT_JSON}",
        ),
        ('{"version": 1, "version": 1}', f"The key 'version' stands twice in one object. {NOT_JSON}"),
        ('{"version": 1', f"Line 1, column 14 is not JSON: Expecting ',' delimiter. {NOT_JSON}"),
        ("", f"The experiment is empty. {NOT_JSON}"),
        (b"\xef\xbb\xbf \n", f"The experiment is empty. {NOT_JSON}"),
        (
            '{"version": 1, "fit":\n {"note NaN": "NaN",\n  "epochs": [3, NaN, 1e999]}}',
            f"Line 3, column 17, fit → epochs → number 2: NaN is no number that JSON knows. {NOT_JSON}",
        ),
        (
            '{"version": 1, "layers": [{"a": 1}, {"name": 1, "name": 2}]}',
            f"In layers → number 2: The key 'name' stands twice in one object. {NOT_JSON}",
        ),
        (
            '{"version": 1}'.encode("utf-16"),
            f"The experiment is UTF-16 text. Its letters take two bytes each, and JSON is UTF-8. {NOT_JSON}",
        ),
        (b'{"version": 1, "\xff": 0}', f"The experiment is not UTF-8 text: byte 16 cannot be read. {NOT_JSON}"),
        ("x" * 10_000_000, f"The experiment has more than 262,144 bytes, the most that are read. {NOT_JSON}"),
        ("{}", 'The experiment has no version. Expected "version": 1. Add it.'),
        (
            changed("version", to=2),
            "The experiment has version 2. This dashboard reads version 1. "
            "Update the dashboard, or save the experiment from one of the same version.",
        ),
        (
            changed("version", to=True),
            "The experiment has version true. This dashboard reads version 1. "
            "Update the dashboard, or save the experiment from one of the same version.",
        ),
        (
            changed("layers", 1, "name", to="Dence"),
            "layers → number 2 has the unknown name 'Dence'. Did you mean 'Dense'? Correct the name.",
        ),
        (
            changed("layers", 1, "name", to="RandomCrop"),
            "layers → number 2 has the unknown name 'RandomCrop'. RandomCrop is left out here: Keras 3.15 crops in training "
            "only: validation images keep their size, which the next layer refuses. Do without it, or name another one.",
        ),
        (
            changed("layers", 1, "arguments", "unit", to=3),
            "layers → number 2 → arguments has the unknown key 'unit'. Did you mean 'units'? Correct or remove it.",
        ),
        (
            changed("fit", "epoch", to=3),
            "fit has the unknown key 'epoch'. Did you mean 'epochs'? Correct or remove it.",
        ),
        (
            changed("data", "color", to=3),
            "data has the unknown key 'color'. Known are: dataset, pixels, train_images, validation_split, corrections. "
            "Correct or remove it.",
        ),
        (changed("layers", 1, "id", to="flatten"), "Two layers have the id 'flatten'. Each is its own. Rename one."),
        (
            changed("layers", 1, "id", to="../evil"),
            "The id of layer number 2 is '../evil'. Expected 1 to 40 letters, digits, - or _. Correct the id.",
        ),
        (
            changed("layers", 1, "id", to=7),
            "The id of layer number 2 is 7. Expected 1 to 40 letters, digits, - or _. Correct the id.",
        ),
        (changed("layers", to={}), "layers is {}. Expected a list of at most 200. Write it in brackets."),
        (
            changed("layers", to=[{"name": "Flatten"}] * 201),
            "layers is a list of 201. Expected a list of at most 200. Shorten it.",
        ),
        (
            changed("fit", "callbacks", to=[1]),
            "fit → callbacks is 1. Expected an object with the keys name, arguments. Write it in braces.",
        ),
        (
            changed("fit", "callbacks", to=[{}] * 3),
            "fit → callbacks is a list of 3. Expected a list of at most 2. Shorten it.",
        ),
        (
            changed("data", "dataset", to="x" * 1_000),
            "data → dataset holds a text of 1,000 characters. Expected at most 200. Shorten it.",
        ),
        (
            changed("data", "dataset", to="fashion"),
            "data → dataset is 'fashion'. Expected one of 'fashion_mnist', 'mnist', 'digits', 'cifar10', 'cifar100'. "
            "Correct the value.",
        ),
        (
            changed("fit", "epochs", to="5"),
            "fit → epochs is '5'. Expected a whole number from 1 to 1,000. Correct the value.",
        ),
        (
            changed("data", "validation_split", to=True),
            "data → validation_split is true. Expected a number from 0 to 0.5. Correct the value.",
        ),
        (changed("fit", "epochs", to={"a": 1}), 'fit → epochs is {"a": 1}. Expected a plain value. Write one value.'),
        (
            changed("compile", "loss", "name", to=None),
            "compile → loss has the unknown name null. Known are: ",
        ),
    ],
    ids=lambda one: "" if isinstance(one, str | bytes) and len(one) > 60 else None,
)
def test_text_without_meaning_is_refused_in_one_message(text: str | bytes, message: str) -> None:
    found = refusal(text)
    assert found == message or (message.endswith(": ") and found.startswith(message))


@pytest.mark.parametrize("one", ["é", "a b", "", "a" * 41, "a/b", "<b>", "😀", "a\n", ".."])
def test_strange_id_is_refused(one: str) -> None:
    assert "Expected 1 to 40 letters, digits, - or _." in refusal(changed("layers", 0, "id", to=one))


@pytest.mark.parametrize("cut", range(1, len(FORMAT.strip()) - 1, 37))
def test_truncated_text_is_refused(cut: int) -> None:
    assert "is not JSON" in refusal(FORMAT.strip()[:cut])


@pytest.mark.deep
@pytest.mark.parametrize(
    "text",
    ['"' + '\\"' * 130_000, '"' + "[" * 260_000, "[" * 260_000, "{}" * 130_000, '""' * 130_000, '"\\' * 130_000],
    ids=["escaped quotes", "brackets in text", "brackets", "braces", "quotes", "backslashes"],
)
def test_text_made_to_take_long_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    refusal(text)
    assert time.perf_counter() - started < 2.0


def test_largest_experiment_is_read() -> None:
    layers = [{"id": f"{'x' * 36}{number}", "name": "LSTM"} for number in range(MAXIMUM_LAYERS)]
    full = from_dict({"version": 1, "layers": layers})
    content = to_dict(full)
    for one, made in zip(content["layers"], full.layers, strict=True):
        one["arguments"] = {parameter.name: parameter.default for parameter in made.entry.parameters}
    text = json.dumps(content, separators=(",", ":"))
    assert len(text) < MAXIMUM_BYTES
    assert len(loads(text).layers) == MAXIMUM_LAYERS


def test_message_about_half_a_character_pair_can_be_sent() -> None:
    experiment = loads(changed("layers", 1, "arguments", "activation", to="\ud800"))
    problems = check(experiment)
    assert [problem.where for problem in problems] == [("layers", "hidden", "arguments", "activation")]
    assert all(str(problem).encode("utf-8") for problem in problems)
    assert refusal('{"version": 1, "\\udfff": 1}').encode("utf-8")


def test_equal_experiments_give_equal_text() -> None:
    assert dumps(with_data(LECTURE)) == dumps(LECTURE)
    other_order = json.loads(FORMAT)
    other_order["layers"][1]["arguments"] = {"activation": "relu", "units": 128}
    assert dumps(loads(text_of(other_order))) == dumps(loads(FORMAT))


ODD = [None, True, False, 0, -1, 1.5, 10**30, 10**400, 1e300, "", "relu", "NaN", "\ud800", "💥", [], [1, 2], [[1]], {}]
leaves = st.sampled_from(ODD) | st.text(max_size=12) | st.integers() | st.floats(allow_nan=True)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
OFTEN = settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def survives(text: str | bytes) -> None:
    """Reading raises only ProblemError, and a read experiment can be checked, described, and written."""
    try:
        experiment = loads(text)
    except ProblemError as error:
        assert str(error).encode("utf-8")
        return
    assert all(str(problem).encode("utf-8") for problem in check(experiment))
    assert (
        sentence(experiment)
        and script(experiment)
        and difference(experiment, LECTURE)
        and network_sentence(experiment, None)
    )
    assert loads(dumps(experiment)) == experiment


@OFTEN
@given(values)
def test_any_json_is_read_or_refused(value: object) -> None:
    survives(json.dumps(value))


def places(content: Any, path: tuple = ()) -> list[tuple]:
    """The paths of all values inside."""
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(found for key, one in children for found in places(one, (*path, key)))]


PLACES = places(json.loads(FORMAT))[1:]


@OFTEN
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), values, st.sampled_from(["set", "remove", "add"])), min_size=1, max_size=3)
)
def test_mutated_experiment_is_read_or_refused(mutations: list[tuple[tuple, object, str]]) -> None:
    content: Any = copy.deepcopy(json.loads(FORMAT))
    for path, value, verb in mutations:
        place = content
        try:
            for step in path[:-1]:
                place = place[step]
            if verb == "set":
                place[path[-1]] = value
            elif verb == "remove":
                del place[path[-1]]
            else:
                place[path[-1]][str(value)[:8]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation removed this part
    survives(json.dumps(content))


@OFTEN
@given(st.binary(max_size=40), st.integers(0, 700), st.integers(0, 30))
def test_damaged_text_is_read_or_refused(inserted: bytes, start: int, dropped: int) -> None:
    whole = FORMAT.strip().encode()
    survives(whole[:start] + inserted + whole[start + dropped :])
