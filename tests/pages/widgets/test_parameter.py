"""A Parameter as a widget: what is set there arrives in the draft, and what is in the draft is shown there."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1.element_tree import Widget

from core.catalogue.layers import LAYERS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.checks.experiment_checks import check
from core.experiment.edits import get_value, new_layer, set_value
from core.experiment.learning_rates import RATE
from core.experiment.model import DATA, FIT, EntryRef, Experiment
from core.experiment.serialization import dumps, loads
from core.parameters import (
    BooleanValue,
    Choice,
    EntryChoice,
    Integer,
    Integers,
    Optional,
    Padding,
    Parameter,
    PerAxisInteger,
    Real,
    RealOrRange,
    Reals,
)
from core.problems import ExperimentPath, ProblemError
from pages.widgets.parameter import FEW_OPTIONS, NO_VALUE
from pages.widgets.text_parsing import as_text, read_numbers
from tests.deep_cases import deep_except, first_of_each
from tests.pages.conftest import DIGITS, Open
from tests.pages.screen import Screen


@pytest.mark.parametrize("count", [16, 17, 1_000])
def test_read_numbers_gives_what_a_draft_can_hold(count: int) -> None:
    value = read_numbers("2 " * count, single=False)
    path = ("layers", "reshape-1", "arguments", "target_shape")
    experiment = set_value(replace(DIGITS, layers=(new_layer(DIGITS, "Reshape"),)), path, value)
    assert loads(dumps(experiment)) == experiment


# Every kind of Parameter


def inner(parameter: Parameter) -> Any:
    constraint = parameter.constraint
    return constraint.inner if isinstance(constraint, Optional) else constraint


def kind_of(parameter: Parameter) -> tuple:
    """What decides which widget a parameter has."""
    one = inner(parameter)
    few = isinstance(one, Choice) and len(one.options) < FEW_OPTIONS
    return (type(one), isinstance(parameter.constraint, Optional), few, getattr(one, "count", 0), getattr(one, "single", 0))


def settings() -> list[Any]:
    """Every parameter of the catalogue once by what it is like; which names share a likeness does not matter."""
    found: dict[str, tuple] = {}
    places: list[tuple[str, ExperimentPath, Parameter]] = []
    for page, part, catalogue in (
        ("define", "layers", LAYERS),
        ("compile", "optimizer", OPTIMIZERS),
        ("compile", "loss", LOSSES),
        ("compile", "metrics", METRICS),
    ):
        for entry in catalogue.values():
            places += [(page, (part, entry.name, parameter.name), parameter) for parameter in entry.parameters]
    places += [("load", ("data", name), DATA[name]) for name in ("pixels", "train_images", "validation_split")]
    places += [("train", ("fit", name), FIT[name]) for name in ("epochs", "batch_size", "seed")]
    for page, where, parameter in places:
        likeness = (page, where[0], parameter.constraint, parameter.usual, parameter.default)
        if where[0] == "layers":  # a hundred of them: limits do not matter to what a widget is like
            likeness = (kind_of(parameter), bool(parameter.usual), type(parameter.default))
        found.setdefault(repr(likeness), (page, where, parameter))
    return [pytest.param(*one, id="/".join(one[1])) for one in found.values()]


def place(where: ExperimentPath) -> tuple[Experiment, ExperimentPath]:
    """An experiment that holds this argument, and its path there."""
    part, *rest = where
    if part in ("data", "fit"):
        return DIGITS, where
    name, argument = rest
    if part == "layers":
        layer = new_layer(DIGITS, name)
        return replace(DIGITS, layers=(layer,)), ("layers", layer.id, "arguments", argument)
    if part == "metrics":
        changed = replace(DIGITS.compile, metrics=(EntryRef(name),))
        return replace(DIGITS, compile=changed), ("compile", "metrics", name, "arguments", argument)
    return set_value(DIGITS, ("compile", part), EntryRef(name)), ("compile", part, "arguments", argument)


def open_settings(open_screen: Open, page: str, experiment: Experiment, path: ExperimentPath) -> Screen:
    """The page on which this argument has its widget, with everything unfolded."""
    screen = open_screen(page, experiment)
    if path[0] == "layers":
        screen.build("select", layer=path[1])
    return screen.unfold("/".join(path[:-2])) if "arguments" in path else screen


def others(parameter: Parameter, now: object) -> list[Any]:
    """Allowed values that differ from the present one, as a person would try them."""
    tried = [*parameter.usual, *parameter.constraint.boundary_values()]
    same = [now, *((now,) * count for count in (2, 3))]  # 2 is 2 × 2, and 2 × 2 × 2
    found = [value for value in tried if value not in same and now not in ((value,) * 2, (value,) * 3)]
    return [value for value in found if parameter.constraint.is_valid(value)][:3]


def as_set(widget: Widget, kind: Any, value: object) -> Any:
    """What a person does at a widget to choose a value."""
    if isinstance(kind, PerAxisInteger | Integers | Padding | RealOrRange | Reals):
        return as_text(value)
    if isinstance(kind, EntryChoice):
        return value.name if isinstance(value, EntryRef) else value or NO_VALUE
    if isinstance(kind, Choice):
        return NO_VALUE if value is None else value
    if widget.type in ("slider", "number_input") and isinstance(kind, Real) and value is not None:
        return float(value)
    return value


EACH_SETTING = settings()
EACH_WIDGET = first_of_each(lambda _page, _where, parameter: type(inner(parameter)), EACH_SETTING)


@pytest.mark.parametrize(("page", "where", "parameter"), deep_except(EACH_WIDGET, EACH_SETTING))
def test_what_is_set_arrives_in_the_draft_and_is_shown_again(
    open_screen: Open, page: str, where: ExperimentPath, parameter: Parameter
) -> None:
    experiment, path = place(where)
    name, kind = "/".join(path), inner(parameter)
    screen = open_settings(open_screen, page, experiment, path)
    assert others(parameter, get_value(experiment, path))
    for value in others(parameter, get_value(experiment, path)):
        widget = screen.widget(name)
        if widget.type == "select_slider" and not on_slider(widget, value):
            continue
        if widget.type == "slider" and (value * 20) % 1 > 1e-9:
            continue
        screen.put(name, as_set(widget, kind, value))
        arrived = get_value(screen.draft, path)
        if isinstance(value, EntryRef):  # it brings what it needs
            assert arrived.name == value.name
        else:
            assert arrived == (pytest.approx(value) if isinstance(value, float) else value)
        assert "value-not-allowed" not in [one.code for one in check(screen.draft)]
    # A new session shows what the draft holds.
    again = open_settings(open_screen, page, screen.draft, path)
    assert again.widget(name).value == screen.widget(name).value


def test_a_choice_within_a_choice_has_its_own_widgets(open_screen: Open) -> None:
    experiment, (*layer, _) = place(("layers", "Bidirectional", "layer"))
    screen = open_settings(open_screen, "define", experiment, (*layer, "layer"))
    held = "/".join((*layer, "layer"))
    screen.put(held, "GRU").put(f"{held}/arguments/units", 5).unfold(held)
    start = f"{held}/arguments/kernel_initializer"
    assert not screen.has(f"nested:{start}")  # glorot_uniform has nothing to set
    screen.put(start, "random_normal").put(f"{start}/arguments/stddev", 0.1)
    normal = EntryRef("RandomNormal", (("stddev", 0.1),))
    chosen = EntryRef("GRU", (("units", 5), ("kernel_initializer", normal)))
    assert get_value(screen.draft, (*layer, "layer")) == chosen
    assert screen.widget(start).value == "random_normal"


def on_slider(widget: Any, value: Any) -> bool:
    return any(value == pytest.approx(one) for one in widget_values(widget))


def widget_values(widget: Any) -> list[float]:
    return [float(option) for option in widget.options]


# Values that no widget gives, but a link or another program may


def bad_values() -> list[Any]:
    found = {}
    for one in EACH_SETTING:
        page, where, parameter = one.values
        for value in parameter.constraint.bad_values():
            found.setdefault(
                (type(inner(parameter)), page, repr(value) if isinstance(value, str) else type(value)), (page, where, value)
            )
    return [pytest.param(*one, id=f"{'/'.join(one[1])}={one[2]!r}") for one in found.values()]


def spoiled(where: ExperimentPath, value: object) -> tuple[Experiment, ExperimentPath]:
    """An experiment with a bad value, and the path of the value there."""
    experiment, path = place(where)
    return set_value(experiment, path, tuple(value) if isinstance(value, list) else value), path


def is_readable(experiment: Experiment) -> bool:
    try:
        loads(dumps(experiment))
    except ProblemError:
        return False
    return True


BAD = bad_values()
READ = [one for one in BAD if is_readable(spoiled(*one.values[1:])[0])]
REFUSED = [one for one in BAD if one not in READ]
EACH_PART = first_of_each(lambda page, where, value: (page, where[0]), READ)


def test_bad_values_are_refused_where_no_page_could_show_them_and_only_there() -> None:
    codes = []
    for one in REFUSED:
        with pytest.raises(ProblemError) as refused:
            loads(dumps(spoiled(*one.values[1:])[0]))
        codes.append((one.values[1][0], refused.value.problem.code))
    assert set(codes) == {("layers", "unreadable"), ("data", "unreadable"), ("fit", "unreadable")}
    assert {one.values[1][0] for one in READ} == {"layers", "optimizer", "loss", "metrics", "data", "fit"}
    assert len(READ) > 3 * len(REFUSED)


@pytest.mark.parametrize(("page", "where", "value"), deep_except(EACH_PART, READ))
def test_no_value_breaks_a_page_and_its_repair_mends_it(
    open_screen: Open, page: str, where: ExperimentPath, value: object
) -> None:
    broken, path = spoiled(where, value)
    screen = open_settings(open_screen, page, broken, path)
    assert "value-not-allowed" in [problem.code for problem in check(broken)]
    pages = ("start", "load", "define", "compile", "train", "evaluate")
    for other in sorted(pages, key=lambda one: one == page):  # the page that mends it comes last
        assert screen.go(other).rail()["Train"][1] == ("a value is not allowed" if path[0] == "fit" else "not trained yet")
        train = "start-train" if other == "start" else "line-train"
        assert screen.button(train).disabled
    mended = screen.mend().draft
    assert repr(get_value(mended, path)) != repr(get_value(broken, path))
    assert "value-not-allowed" not in [problem.code for problem in check(mended)]


@pytest.mark.parametrize(
    ("page", "experiment", "path"),
    [
        ("load", set_value(DIGITS, ("data", "train_images"), 1_000), ("data", "train_images")),
        (
            "compile",
            set_value(DIGITS, ("compile", "optimizer"), EntryRef("Muon")),
            ("compile", "optimizer", "arguments", "adam_weight_decay"),
        ),
    ],
)
def test_a_field_that_may_be_empty_can_be_emptied(
    open_screen: Open, page: str, experiment: Experiment, path: ExperimentPath
) -> None:
    screen = open_settings(open_screen, page, experiment, path)
    before = get_value(experiment, path)
    assert screen.widget("/".join(path)).value == before is not None
    assert get_value(screen.put("/".join(path), None).draft, path) is None
    assert screen.run().widget("/".join(path)).value is None
    assert screen.widget("/".join(path)).proto.placeholder
    assert get_value(screen.put("/".join(path), before).draft, path) == before


def test_a_run_that_follows_at_once_sets_a_field_again(open_screen: Open) -> None:
    screen = open_screen("load", set_value(DIGITS, ("data", "train_images"), 1_000))
    for _ in range(2):  # the browser may draw both at once, and then knows what the second one says
        field = screen.widget("data/train_images").proto
        assert (field.set_value, field.value) == (True, 1_000)
        screen.run()


@pytest.mark.parametrize("name", deep_except(["SGD", "Muon"], OPTIMIZERS))
def test_every_optimizer_can_be_chosen_and_unfolded(open_screen: Open, name: str) -> None:
    choice = "compile/optimizer" if OPTIMIZERS[name].group == "Everyday" else "compile/more-optimizer"
    screen = open_screen("compile").put(choice, name).unfold("compile/optimizer")
    assert screen.draft.compile.optimizer.name == name
    assert screen.settings("compile/optimizer") == {one.name for one in OPTIMIZERS[name].parameters}


@pytest.mark.parametrize("name", deep_except(["MeanSquaredError", "CategoricalCrossentropy"], LOSSES))
def test_every_loss_can_be_chosen_and_unfolded(open_screen: Open, name: str) -> None:
    screen = open_screen("compile").put("compile/loss", name).unfold("compile/loss")
    assert screen.draft.compile.loss == EntryRef(name)
    assert screen.settings("compile/loss") == {one.name for one in LOSSES[name].parameters}


RATES = [
    pytest.param(rate, words, id=words)
    for rate, words in [(100.0, "100.0"), (100, "100"), (-0.5, "-0.5"), (0.0, "0.0"), (250.5, "250.5")]
]


@pytest.mark.parametrize("page", ["compile", "train", "stage"])
@pytest.mark.parametrize(("rate", "words"), deep_except(["100", "-0.5"], RATES))
def test_slider_stands_at_the_true_value_also_where_it_is_not_allowed(
    open_screen: Open, page: str, rate: float, words: str
) -> None:
    screen = open_screen(page, set_value(DIGITS, RATE, rate))
    assert screen.widget("/".join(RATE)).value == rate
    assert f"Now {words}, which is not allowed: choose another value." in screen.text()
    mended = screen.put("/".join(RATE), 0.01)
    assert get_value(mended.draft, RATE) == 0.01
    assert "which is not allowed" not in mended.text()


@pytest.mark.parametrize("rate", [10**19, "fast", None, True], ids=["huge", "word", "none", "true"])
def test_what_no_slider_can_show_is_said_beside_it(open_screen: Open, rate: Any) -> None:
    screen = open_screen("compile", set_value(DIGITS, RATE, rate))
    assert "which is not allowed: choose another value." in screen.text()


def test_typed_nonsense_is_kept_and_mended(open_screen: Open) -> None:
    path = ("layers", "conv2d-1", "arguments", "kernel_size")
    experiment = replace(DIGITS, layers=(new_layer(DIGITS, "Conv2D"), *DIGITS.layers))
    screen = open_settings(open_screen, "define", experiment, path).put("/".join(path), "three")
    assert screen.block("conv2d-1")["problems"][0]["happened"] == "Conv2D: kernel_size is 'three'."
    assert screen.widget("/".join(path)).value == "three"
    screen.mend("Set kernel_size to 3")
    assert screen.widget("/".join(path)).value == "3"
    assert screen.draft == set_value(experiment, path, 3)


def test_equal_sides_are_shown_as_one_number(open_screen: Open) -> None:
    path = ("layers", "conv2d-1", "arguments", "kernel_size")
    experiment = replace(DIGITS, layers=(new_layer(DIGITS, "Conv2D"), *DIGITS.layers))
    assert (
        open_settings(open_screen, "define", set_value(experiment, path, (5, 5)), path).widget("/".join(path)).value == "5"
    )
    assert (
        open_settings(open_screen, "define", set_value(experiment, path, (5, 3)), path).widget("/".join(path)).value
        == "5, 3"
    )


def test_a_value_off_the_sliders_grid_gets_a_field(open_screen: Open) -> None:
    assert open_screen("load").widget("data/validation_split").type == "slider"
    screen = open_screen("load", set_value(DIGITS, ("data", "validation_split"), 0.125))
    widget = screen.widget("data/validation_split")
    assert (widget.type, widget.value) == ("number_input", 0.125)


def test_an_unusual_learning_rate_stands_on_the_slider(open_screen: Open) -> None:
    path = ("compile", "optimizer", "arguments", "learning_rate")
    widget = open_screen("train", set_value(DIGITS, path, 0.0042)).widget("/".join(path))
    assert widget.value == 0.0042
    assert widget_values(widget) == sorted(widget_values(widget))


def test_help_and_unit_are_shown(open_screen: Open) -> None:
    widget: Any = open_screen("train").widget("fit/batch_size")
    assert widget.label == "Batch size (images)"
    assert widget.help == FIT["batch_size"].help


def test_all_kinds_are_tried() -> None:
    kinds = {type(inner(one.values[2])) for one in settings()}
    assert kinds == {Integer, Real, Choice, BooleanValue, PerAxisInteger, Integers, Padding, RealOrRange, Reals, EntryChoice}
