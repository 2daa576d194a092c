"""The interactive view of a small network that classifies points. Its decision boundary follows each change of settings."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from core.catalogue.point_sets import POINT_SETS
from core.number_text import number
from core.parameters import BooleanValue, Choice, Integer, Integers, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.border import (
    ACTIVATIONS,
    MOST_LAYERS,
    MOST_SEED,
    MOST_UNITS,
    NOISES,
    PENALTIES,
    RATES,
    STRENGTHS,
    BorderNetSettings,
    BorderQuestion,
    BorderTraining,
    is_allowed,
)

STUCK, ONE_UNIT, STRAIGHT, SEPARATES = "stuck", "one-unit", "straight", "separates"
OVERFITS, HELD, SEVERAL_STARTS = "overfits", "held", "several-starts"
SEPARATED_ACCURACY = 0.8  # a training accuracy below which points are not separated
OVERFITTED_LOSS_RISE = 2.0  # the last validation loss, as a multiple of the lowest one
HELD_AT_MOST = 1.6  # the validation loss of a network with a penalty, as a multiple of the training loss
MANY_UNITS = 8  # hidden units with which a network can overfit
OTHER_STARTS = (1009, 2503, 4801)  # numbers that are added to the visitor's seed, to train from other initial weights

Ask = Callable[[BorderNetSettings], BorderTraining | Problem | None]


@dataclass(frozen=True)
class AllowedNet:
    """The constraint for a network that visitors can choose, a tuple in the order of the fields of `BorderNetSettings`."""

    def is_valid(self, value: object) -> bool:
        return parse_net(value) is not None

    def describe(self) -> str:
        return "a network of the page Two inputs, one decision boundary"

    def boundary_values(self) -> tuple[Any, ...]:
        full = BorderNetSettings(
            "spiral", NOISES[-1], (MOST_UNITS,) * MOST_LAYERS, "tanh", "L2", STRENGTHS[-1], RATES[-1], MOST_SEED
        )
        return astuple(BorderNetSettings()), astuple(full)

    def bad_values(self) -> tuple[Any, ...]:
        return (), "border", None, astuple(replace(BorderNetSettings(), units=(99,))), (1, 2)


def parse_net(value: object) -> BorderNetSettings | None:
    """Convert a value from a browser to a network. If visitors cannot choose such a network, return None."""
    if not isinstance(value, tuple) or len(value) != len(fields(BorderNetSettings)):
        return None
    try:
        net = BorderNetSettings(*value)
        return net if is_allowed(net) else None
    except TypeError:  # a list in place of a number
        return None


def initial_net(settings: Settings) -> BorderNetSettings:
    """Return the network that a scene shows before the visitor changes a setting."""
    names = ("points", "noise", "units", "activation", "penalty", "strength", "rate", "seed")
    return BorderNetSettings(**{name: settings[name] for name in names})


def nets_to_judge(settings: Settings, goals: Iterable[str], net: BorderNetSettings) -> Iterator[BorderNetSettings]:
    """Yield the networks that must be trained to check which goals a network reaches.

    These are the network itself and, for the goal of several starts, the same network with other seeds.
    """
    yield net
    if SEVERAL_STARTS in goals and _is_thrifty(settings, net):
        yield from (replace(net, seed=(net.seed + more) % (MOST_SEED + 1)) for more in OTHER_STARTS)


def _is_thrifty(settings: Settings, net: BorderNetSettings) -> bool:
    return bool(net.parameters <= settings["most_parameters"]) and _is_the_task(settings, net)


def _is_the_task(settings: Settings, net: BorderNetSettings) -> bool:
    """Return whether the network is trained on the scene's points, with at least the scene's noise."""
    return net.points == settings["points"] and bool(net.noise >= settings["noise"])


def _ground(runs: Runs, _subject: ViewSubject, _settings: Settings, _wait: bool) -> Ask:
    return lambda net: runs.inspector.ask(BorderQuestion(net))


def _reached(ask: Ask, settings: Settings, value: Any) -> list[str]:
    net = parse_net(value)
    answer = ask(net) if net else None
    if net is None or not isinstance(answer, BorderTraining):
        return []
    training, validation = answer.last.training, answer.last.validation
    share, is_the_task, hidden = validation.loss / max(training.loss, 1e-9), _is_the_task(settings, net), sum(net.units)
    lowest = min(epoch.validation.loss for epoch in answer.curve)
    states = {
        STUCK: not net.units and training.accuracy < SEPARATED_ACCURACY,
        ONE_UNIT: net.units == (1,) and net.activation != "linear",
        STRAIGHT: bool(net.units) and hidden > 1 and net.activation == "linear",
        SEPARATES: is_the_task and hidden <= settings["most_units"] and _right(settings, training.accuracy),
        OVERFITS: is_the_task
        and training.accuracy > SEPARATED_ACCURACY
        and validation.loss >= OVERFITTED_LOSS_RISE * lowest,
        HELD: is_the_task
        and net.penalty != "none"
        and hidden >= MANY_UNITS
        and training.accuracy > SEPARATED_ACCURACY
        and share <= HELD_AT_MOST,
        SEVERAL_STARTS: _is_thrifty(settings, net)
        and all(_does_well(ask, settings, each) for each in _starts(settings, net)),
    }
    return [name for name, is_so in states.items() if is_so]


def _starts(settings: Settings, net: BorderNetSettings) -> Iterator[BorderNetSettings]:
    return nets_to_judge(settings, (SEVERAL_STARTS,), net)


def _does_well(ask: Ask, settings: Settings, net: BorderNetSettings) -> bool:
    answer = ask(net)
    return isinstance(answer, BorderTraining) and _right(settings, answer.last.validation.accuracy)


def _right(settings: Settings, accuracy: float) -> bool:
    return accuracy >= float(settings["percent"]) / 100 - 1e-9


def _words(value: Any) -> str:
    net = parse_net(value)
    if net is None:
        return ""
    penalty = f", {net.penalty} {number(net.strength)}" if net.penalty != "none" else ""
    return f"{POINT_SETS[net.points].title}: {_layers(net)}{penalty}"


def _layers(net: BorderNetSettings) -> str:
    if not net.units:
        return "no hidden layer"
    units = "1 hidden unit" if net.units == (1,) else f"{' + '.join(map(str, net.units))} hidden units"
    return f"{units}, {'no activation' if net.activation == 'linear' else net.activation}"


def _wrong(settings: Settings) -> tuple[str, str, str] | None:
    if is_allowed(initial_net(settings)):
        return None
    expected = f"noise of {NOISES}, strength of {STRENGTHS}, rate of {RATES}"
    return "The view begins with a network that the page does not offer.", f"Expected {expected}.", "Write noise: 10"


BORDER = InteractiveView(
    name="border",
    sentence="A small network on points: units, activation, regularisation and points are changed, and its decision "
    "boundary follows.",
    ground=_ground,
    moved_to=AllowedNet(),
    reached=_reached,
    words=_words,
    wrong_settings=_wrong,
    needs_experiment=False,
    goals=(
        Goal(
            STUCK, "no straight line separates", "Without a hidden layer, less than 80 % of the training points are right."
        ),
        Goal(ONE_UNIT, "one hidden unit", "The network has one hidden unit, with an activation."),
        Goal(STRAIGHT, "no activation", "The network has two hidden units or more, and no activation."),
        Goal(
            SEPARATES,
            "{percent} % of the training points right, at most {most_units} hidden units",
            "On the points of the scene, `percent` of the training points are right with `most_units` hidden units or less.",
        ),
        Goal(
            OVERFITS,
            "the validation loss rises to twice its lowest value",
            "On the points of the scene, the validation loss ends at twice its lowest value or more.",
        ),
        Goal(
            HELD,
            f"with L1 or L2, {MANY_UNITS} units or more and over 80 % of the training points right, the validation loss "
            f"is at most {HELD_AT_MOST} times the training loss",
            "With a penalty, 8 hidden units or more and over 80 % of the training points right, the validation loss ends at "
            "1.6 times the training loss or less.",
        ),
        Goal(
            SEVERAL_STARTS,
            "at most {most_parameters} parameters, and {percent} % of the validation points right on each of four seeds",
            "On the seed seen and three others, the validation accuracy is `percent` or more, with few parameters.",
        ),
    ),
    parameters=(
        Parameter("points", "ring", Choice(tuple(POINT_SETS)), "The points at first."),
        Parameter("noise", 10, Integer(0, 50), "The noise of the points at first, in percent: a multiple of 10."),
        Parameter("units", (), Integers(0, MOST_LAYERS, 1, MOST_UNITS), "The units of each hidden layer at first."),
        Parameter("activation", "relu", Choice(ACTIVATIONS), "The activation of the hidden layers at first."),
        Parameter("penalty", "none", Choice(PENALTIES), "The regularisation at first."),
        Parameter("strength", 0.01, Real(STRENGTHS[0], STRENGTHS[-1]), "The strength of a penalty at first."),
        Parameter("rate", 0.03, Real(RATES[0], RATES[-1]), "The learning rate of Adam at first."),
        Parameter("seed", 1, Integer(0, MOST_SEED), "The seed of points and initial weights at first."),
        Parameter(
            "all_controls", True, BooleanValue(), "Whether regularisation, learning rate and noise can be changed, too."
        ),
        Parameter("percent", 97, Integer(50, 100), "The share of points that must be right, in percent."),
        Parameter("most_units", 24, Integer(1, 24), "How many hidden units are allowed."),
        Parameter("most_parameters", 200, Integer(3, 200), "How many parameters are allowed."),
    ),
)
