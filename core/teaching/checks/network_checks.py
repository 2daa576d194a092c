"""Checks of the network: its layers, their order and arguments, its shapes and its parameters."""

from dataclasses import replace
from difflib import SequenceMatcher

from core.catalogue.layers import LAYERS
from core.checks.experiment_checks import check as problems_of
from core.checks.outputs import output_functions
from core.experiment.layer_names import layer_names
from core.experiment.model import Experiment
from core.experiment.shapes import Shape, shape_text
from core.number_text import quantity
from core.parameters import BooleanValue, Choice, Integers, Optional, Parameter
from core.teaching.checks.argument_constraints import Text, Texts, Values
from core.teaching.checks.check import (
    BOUNDS,
    Arguments,
    Check,
    CheckResult,
    count_bounds,
    judge_count,
    partly_passed,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_form import (
    LayerWithActivation,
    contains_names,
    differing_values,
    has_layer_sequence,
    is_equivalent_layer,
    layers_with_activation,
)

NO_ANSWER = CheckResult(0.0, "Keras has not counted yet", "wait a moment", "or mend what Define marks", is_pending=True)
PLACES = ("any", "first", "last")


def _parameters(evidence: Evidence, arguments: Arguments) -> CheckResult:
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


def _refused(evidence: Evidence) -> CheckResult:
    summary = evidence.summary
    name = layer_names(evidence.experiment).get(summary.refused, "a layer") if summary else "a layer"
    return CheckResult(
        0.0, f"Keras refuses the layer {name}", "asked for: layers that Keras accepts", "Define says what fits"
    )


def _multiply_adds(evidence: Evidence, arguments: Arguments) -> CheckResult:
    summary = evidence.summary
    if summary is None:
        return NO_ANSWER
    return _refused(evidence) if summary.refused else judge_count(summary.multiply_adds, arguments, "multiply-add")


def _layers(evidence: Evidence, arguments: Arguments) -> CheckResult:
    names: tuple[str, ...] = arguments["names"]
    formed = layers_with_activation(evidence.experiment)
    actual = [next((name for name in names if is_equivalent_layer(layer.layer, name)), layer.layer.name) for layer in formed]
    has_others = arguments["others"] and contains_names(evidence.experiment, names)
    if has_others or has_layer_sequence(evidence.experiment, names):
        return passed(", ".join(actual))  # without their arguments, which this check does not judge
    observed = ", ".join(layer.words for layer in formed) or "no layers yet"
    matcher = SequenceMatcher(None, actual, list(names), autojunk=False)
    missing, extra = list[str](), list[str]()
    for tag, begin, end, asked_begin, asked_end in matcher.get_opcodes():
        if tag != "equal":
            extra += actual[begin:end]
            missing += names[asked_begin:asked_end]
    words = [f"{', '.join(missing)} missing"] if missing and formed else []
    words += [f"{', '.join(extra)} too many"] if extra and not arguments["others"] else []
    matched = sum(block.size for block in matcher.get_matching_blocks())
    whole = len(names) if arguments["others"] else max(len(names), len(actual))
    why = "in another order" if sorted(actual) == sorted(names) else ", ".join(words)
    return partly_passed(matched / whole, observed, f"asked for: {', '.join(names)}{f' ({why})' if why else ''}")


def _layer(evidence: Evidence, arguments: Arguments) -> CheckResult:
    kind, position = arguments["kind"], arguments["place"]
    of_kind = [formed for formed in layers_with_activation(evidence.experiment) if is_equivalent_layer(formed.layer, kind)]
    of_kind += [LayerWithActivation(layer, "") for layer in evidence.experiment.layers if not of_kind and layer.name == kind]
    if not of_kind:
        return CheckResult(0.0, f"no {kind} layer", f"asked for: a {kind} layer")
    chosen = {"any": of_kind, "first": of_kind[:1], "last": of_kind[-1:]}[position]
    best = max((_judge_layer(formed, kind, arguments["values"]) for formed in chosen), key=lambda result: result.share)
    if position != "any" or best.share == 1.0 or len(of_kind) == 1:
        return best
    wanted = ", ".join(f"{name} {value}" for name, value in arguments["values"].items())
    return replace(best, shortfall=f"asked for: one with {wanted}")  # no layer by itself is the wrong one


def _judge_layer(formed: LayerWithActivation, kind: str, wanted: Arguments) -> CheckResult:
    known = {"activation": formed.activation} if "activation" in wanted and formed.activation else {}
    if formed.layer.name != kind:  # a class that does the same has other arguments
        return passed(formed.words)
    wrong = differing_values(formed.layer, formed.layer.entry, wanted, **known)
    if not wrong:
        return passed(formed.words)
    words = ", ".join(f"{name} {value}, not {actual}" for name, actual, value in wrong)
    return partly_passed((1 + len(wanted) - len(wrong)) / (1 + len(wanted)), formed.words, f"asked for: {words}")


def _layer_count(evidence: Evidence, arguments: Arguments) -> CheckResult:
    kind = arguments["kind"]
    layers = [formed.layer for formed in layers_with_activation(evidence.experiment)]
    if kind is None:
        return judge_count(len(layers), arguments, "layer")
    count = sum(is_equivalent_layer(layer, kind) for layer in layers) or sum(
        layer.name == kind for layer in evidence.experiment.layers
    )
    return judge_count(count, arguments, f"{kind} layer")


def _shape(evidence: Evidence, arguments: Arguments) -> CheckResult:
    summary = evidence.summary
    if summary is None:
        return NO_ANSWER
    wanted: Shape = arguments["equal"]
    name = arguments["layer"]
    shape = shape_of(evidence, name) if name else None if summary.refused else summary.output_shape
    if shape is None:
        return (
            _refused(evidence)
            if summary.refused
            else CheckResult(0.0, f"no layer {name}", "asked for: a layer of this name or class")
        )
    observed = f"{name or 'the output'}: {shape_text(shape)}"
    return passed(observed) if shape == wanted else partly_passed(0.0, observed, f"asked for: {shape_text(wanted)}")


def shape_of(evidence: Evidence, name: str) -> Shape | None:
    """Return the output shape of a layer, given by its name, id or class.

    Return None if no layer matches, or while the shape is unknown. If several layers have the class, the first layer counts.
    """
    summary, names = evidence.summary, layer_names(evidence.experiment)
    layers = evidence.experiment.layers
    matching = [layer for layer in layers if name in (layer.id, names[layer.id])] or [
        layer for layer in layers if layer.name == name or (name in LAYERS and is_equivalent_layer(layer, name))
    ]
    row = summary.row(matching[0].id) if summary and matching else None
    return row.output_shape if row else None


def _class_outputs(evidence: Evidence, _arguments: Arguments) -> CheckResult:
    summary, entry = evidence.summary, evidence.experiment.data.entry
    if summary is None:
        return NO_ANSWER
    if summary.refused:
        return _refused(evidence)
    functions = [applied.name for applied in output_functions(evidence.experiment)]
    has_size = summary.output_shape == (entry.num_classes,)
    from_logits = evidence.experiment.compile.loss.argument("from_logits", False)
    is_probability = functions[-1:] == ["softmax"] or bool(from_logits)
    observed = f"the network ends with {shape_text(summary.output_shape)}, {functions[-1] if functions else 'no activation'}"
    if has_size and is_probability:
        return passed(observed)
    shortfall = f"asked for: {entry.num_classes} probabilities, one for each class"
    advice = "" if is_probability else "softmax in the last layer makes probabilities"
    return partly_passed((has_size + is_probability) / 2, observed, shortfall, advice)


def _can_train(evidence: Evidence, _arguments: Arguments) -> CheckResult:
    problems = [problem for problem in problems_of(evidence.experiment, evidence.summary) if problem.blocks]
    if problems:
        observed = f"{quantity(len(problems), 'problem')} {'prevents' if len(problems) == 1 else 'prevent'} training"
        return partly_passed(1 / (1 + len(problems)), observed, "asked for: a network that can be trained", problems[0].fix)
    return passed("nothing prevents training") if evidence.summary else NO_ANSWER


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
            Parameter("others", False, BooleanValue(), "Whether other layers may stand between them."),
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
