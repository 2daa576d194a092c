"""Checks of the network: its layers, their order and arguments, its shapes and its parameters."""

from difflib import SequenceMatcher

from core.catalogue.layers import LAYERS
from core.checks.outputs import output_functions
from core.checks.run import check as problems_of
from core.experiment.layer_names import layer_names
from core.experiment.model import Experiment
from core.experiment.shapes import Shape, shape_text
from core.number_text import quantity
from core.parameters import Choice, Integers, Optional, Parameter, Switch
from core.teaching.checks.argument_constraints import Text, Texts, Values
from core.teaching.checks.check import BOUNDS, Arguments, Check, Seen, count_bounds, judge_count, partly, passed
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_form import (
    FormedLayer,
    contains_names,
    counts_as,
    differing_values,
    formed_layers,
    has_names,
)

NO_ANSWER = Seen(0.0, "Keras has not counted yet", "wait a moment, or mend what Define marks", is_pending=True)
PLACES = ("any", "first", "last")


def _parameters(evidence: Evidence, arguments: Arguments) -> Seen:
    summary = evidence.summary
    if summary is None:
        counted = next(
            (outcome.run.result for outcome in evidence.finished if _is_of(evidence, outcome.run.experiment)), None
        )
        return judge_count(counted["parameters"], arguments, "parameter") if counted else NO_ANSWER
    if summary.refused:
        return _refused(evidence)
    return judge_count(summary.parameters, arguments, "parameter")


def _is_of(evidence: Evidence, experiment: Experiment) -> bool:
    draft = evidence.experiment
    return (experiment.layers, experiment.data.dataset) == (draft.layers, draft.data.dataset)


def _refused(evidence: Evidence) -> Seen:
    summary = evidence.summary
    name = layer_names(evidence.experiment).get(summary.refused, "a layer") if summary else "a layer"
    return Seen(0.0, f"Keras refuses the layer {name}", "mend it on Define: it says what fits")


def _multiply_adds(evidence: Evidence, arguments: Arguments) -> Seen:
    summary = evidence.summary
    if summary is None:
        return NO_ANSWER
    return _refused(evidence) if summary.refused else judge_count(summary.multiply_adds, arguments, "multiply-add")


def _layers(evidence: Evidence, arguments: Arguments) -> Seen:
    names: tuple[str, ...] = arguments["names"]
    formed = formed_layers(evidence.experiment)
    saw = ", ".join(layer.words for layer in formed) or "no layers yet"
    if has_names(evidence.experiment, names):
        return passed(saw)
    if arguments["others"] and contains_names(evidence.experiment, names):
        return passed(saw)
    actual = [next((name for name in names if counts_as(layer.layer, name)), layer.layer.name) for layer in formed]
    matcher = SequenceMatcher(None, actual, list(names), autojunk=False)
    missing, extra = list[str](), list[str]()
    for tag, begin, end, asked_begin, asked_end in matcher.get_opcodes():
        if tag != "equal":
            extra += actual[begin:end]
            missing += names[asked_begin:asked_end]
    words = [f"{', '.join(missing)} missing"] if missing else []
    words += [f"{', '.join(extra)} too many"] if extra and not arguments["others"] else []
    matched = sum(block.size for block in matcher.get_matching_blocks())
    whole = len(names) if arguments["others"] else max(len(names), len(actual))
    why = "in another order" if sorted(actual) == sorted(names) else ", ".join(words)
    return partly(matched / whole, saw, f"asked are {', '.join(names)}: {why}")


def _layer(evidence: Evidence, arguments: Arguments) -> Seen:
    kind, place = arguments["kind"], arguments["place"]
    of_kind = [formed for formed in formed_layers(evidence.experiment) if counts_as(formed.layer, kind)]
    of_kind += [FormedLayer(layer, "") for layer in evidence.experiment.layers if not of_kind and layer.name == kind]
    if not of_kind:
        return Seen(0.0, f"no {kind} layer", f"a {kind} layer is asked")
    chosen = {"any": of_kind, "first": of_kind[:1], "last": of_kind[-1:]}[place]
    return max((_judge_layer(formed, kind, arguments["values"]) for formed in chosen), key=lambda seen: seen.share)


def _judge_layer(formed: FormedLayer, kind: str, asked: Arguments) -> Seen:
    known = {"activation": formed.activation} if "activation" in asked and formed.activation else {}
    if formed.layer.name != kind:  # another class that comes to the same has other arguments
        return passed(formed.words)
    wrong = differing_values(formed.layer, formed.layer.entry, asked, **known)
    if not wrong:
        return passed(formed.words)
    words = ", ".join(f"{name} {value} is asked, and is {actual}" for name, actual, value in wrong)
    return partly((1 + len(asked) - len(wrong)) / (1 + len(asked)), formed.words, words)


def _layer_count(evidence: Evidence, arguments: Arguments) -> Seen:
    kind = arguments["kind"]
    layers = [formed.layer for formed in formed_layers(evidence.experiment)]
    if kind is None:
        return judge_count(len(layers), arguments, "layer")
    count = sum(counts_as(layer, kind) for layer in layers) or sum(
        layer.name == kind for layer in evidence.experiment.layers
    )
    return judge_count(count, arguments, f"{kind} layer")


def _shape(evidence: Evidence, arguments: Arguments) -> Seen:
    summary = evidence.summary
    if summary is None:
        return NO_ANSWER
    asked: Shape = arguments["equal"]
    name = arguments["layer"]
    shape = shape_of(evidence, name) if name else None if summary.refused else summary.output_shape
    if shape is None:
        return (
            _refused(evidence) if summary.refused else Seen(0.0, f"no layer {name}", "it is asked for by its name or class")
        )
    saw = f"{name or 'the output'}: {shape_text(shape)}"
    return passed(saw) if shape == asked else partly(0.0, saw, f"{shape_text(asked)} is asked")


def shape_of(evidence: Evidence, name: str) -> Shape | None:
    """The output shape of a layer by its name, id or class; of several of a class, the first; None for none."""
    summary, names = evidence.summary, layer_names(evidence.experiment)
    layers = evidence.experiment.layers
    matching = [layer for layer in layers if name in (layer.id, names[layer.id])] or [
        layer for layer in layers if layer.name == name or (name in LAYERS and counts_as(layer, name))
    ]
    row = summary.row(matching[0].id) if summary and matching else None
    return row.output_shape if row else None


def _class_outputs(evidence: Evidence, _arguments: Arguments) -> Seen:
    summary, entry = evidence.summary, evidence.experiment.data.entry
    if summary is None:
        return NO_ANSWER
    if summary.refused:
        return _refused(evidence)
    functions = [applied.name for applied in output_functions(evidence.experiment)]
    has_size = summary.output_shape == (entry.num_classes,)
    from_logits = evidence.experiment.compile.loss.argument("from_logits", False)
    is_probability = functions[-1:] == ["softmax"] or bool(from_logits)
    saw = f"{shape_text(summary.output_shape)} with {functions[-1] if functions else 'no function'} at the end"
    missing = [f"{quantity(entry.num_classes, 'number')} are asked, one for each class"] if not has_size else []
    missing += ["softmax is asked, so that they are probabilities"] if not is_probability else []
    return partly((has_size + is_probability) / 2, saw, " and ".join(missing)) if missing else passed(saw)


def _can_train(evidence: Evidence, _arguments: Arguments) -> Seen:
    problems = [problem for problem in problems_of(evidence.experiment, evidence.summary) if problem.blocks]
    if problems:
        return partly(1 / (1 + len(problems)), quantity(len(problems), "problem"), problems[0].fix)
    return passed("nothing that prevents training") if evidence.summary else NO_ANSWER


NETWORK_CHECKS = (
    Check(
        "parameters",
        "The network has so many parameters, by Keras' own count.",
        _parameters,
        count_bounds("parameters"),
        one_of=BOUNDS,
    ),
    Check(
        "multiply_adds",
        "The network computes so many multiply-adds for one image.",
        _multiply_adds,
        count_bounds("multiply-adds"),
        one_of=BOUNDS,
    ),
    Check(
        "layers",
        "The network is a stack of these layers in this order. Layers that only scale pixels or apply an activation need "
        "not be named.",
        _layers,
        (
            Parameter("names", (), Texts(tuple(LAYERS)), "The classes of the layers, from first to last."),
            Parameter("others", False, Switch(), "Whether other layers may stand between them."),
        ),
        required=("names",),
    ),
    Check(
        "layer",
        "A layer of this class has these arguments; an activation may stand in a layer of its own behind it.",
        _layer,
        (
            Parameter("kind", "Dense", Choice(tuple(LAYERS)), "The class of the layer."),
            Parameter("values", {}, Values(), "Its arguments; those that are not named may have any value."),
            Parameter("place", "any", Choice(PLACES), "Which of several such layers."),
        ),
        required=("kind",),
    ),
    Check(
        "layer_count",
        "The network has so many layers, or so many of one class.",
        _layer_count,
        (
            Parameter("kind", None, Optional(Choice(tuple(LAYERS)), "all layers"), "The class that is counted."),
            *count_bounds("layers"),
        ),
        one_of=BOUNDS,
    ),
    Check(
        "shape",
        "The output of a layer, or of the network, has this shape, without the batch.",
        _shape,
        (
            Parameter("equal", (10,), Integers(1, 5, 1, 10**9), "The shape that is asked."),
            Parameter(
                "layer",
                None,
                Optional(Text("a layer's name or class"), "the network's output"),
                "The layer, by its name or class.",
            ),
        ),
        required=("equal",),
    ),
    Check("class_outputs", "The network ends with one probability for each class.", _class_outputs),
    Check("can_train", "No problem prevents training.", _can_train),
)
