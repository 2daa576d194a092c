"""A hundred answers to tasks: fifty that are right by other ways than a deck's own answer, fifty that are wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.export.reproducibility import Stamp, fingerprint
from core.parameters import EntryRef
from core.runs.comparison import Outcome
from core.runs.run_record import Run
from core.teaching.deck import CheckCall, Task
from core.teaching.evidence import Evidence, LookUp
from core.teaching.progress import Activity
from tests.core.sample_experiments import LECTURE, layer, stack, template, with_compile, with_data, with_fit
from tests.core.teaching.record_runs import DROPPED
from tests.core.teaching.recorded_runs import evaluation_of, first_loss_of, recorded

Calls = Mapping[str, Mapping[str, Any]]
FLATTEN, SOFTMAX = layer("Flatten"), layer("Softmax")
RESHAPE = layer("Reshape", target_shape=[784])
RELU = layer("Activation", activation="relu")


def dense(units: int, activation: str | None = None, **more: Any) -> dict:
    return layer("Dense", units=units, **({"activation": activation} if activation else {}), **more)


def clothes(*layers: dict, **data: Any) -> Experiment:
    return stack(*layers, dataset="fashion_mnist", **data)


LECTURE_LAYERS = (FLATTEN, dense(128, "relu"), dense(10, "softmax"))
LECTURE_STACK = {"names": ["Flatten", "Dense", "Dense"]}
LAB = (FLATTEN, dense(128, "relu"), dense(64, "relu"), dense(32, "relu"), dense(10, "softmax"))
CONVOLUTION = clothes(layer("Conv2D", filters=10, kernel_size=28), FLATTEN, SOFTMAX)
STAMP = Stamp(fingerprint(LECTURE), 12, 0, 0.0, "", 0.9, 3.0, 0.0)


@dataclass(frozen=True)
class Answer:
    """What a visitor did for a task."""

    title: str
    calls: Calls
    draft: Experiment = LECTURE
    runs: tuple[Outcome, ...] = ()
    did: tuple[tuple[str, str], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    start: Experiment | None = None
    stamp: Stamp | None = None

    @property
    def task(self) -> Task:
        calls = tuple(CheckCall(name, arguments, 1) for name, arguments in self.calls.items())
        return Task("task", "Do it.", calls, (), None, 0, 1)

    def evidence(self, summarise: Callable[[Experiment], Summary]) -> Evidence:
        look_up = LookUp(
            summary=cache(summarise), evaluation=evaluation_of, first_loss=first_loss_of, stamp=lambda _run: self.stamp
        )
        activities = tuple(Activity(kind, detail, 0.0) for kind, detail in self.did)
        return Evidence(self.draft, self.runs, activities, self.answers, start=self.start, look_up=look_up)


def opened(outcome: Outcome) -> Outcome:
    return replace(outcome, run=replace(outcome.run, test_openings=1))


def of(outcome: Outcome, **changes: Any) -> Outcome:
    """A recorded run with another experiment, as a plan says."""
    return replace(outcome, run=replace(outcome.run, **changes))


def run_of(name: str) -> Run:
    return recorded(name).run


def trained(*names: str) -> tuple[Outcome, ...]:
    """Recorded runs of a visitor, the newest first; they are named from the oldest to the newest."""
    return tuple(reversed([recorded(name, number) for number, name in enumerate(names, 1)]))


def worst(name: str, part: str = "validation") -> tuple[str, str]:
    """The actual and the predicted class of a run's largest cell off the diagonal."""
    evaluated = evaluation_of(run_of(name), part)
    assert evaluated is not None
    pair = max(evaluated.pairs(), key=lambda pair: pair.count)
    return str(pair.actual), str(pair.predicted)


COSINE = {"name": "CosineDecay", "arguments": {"initial_learning_rate": 0.001, "decay_steps": 164}}
EARLY = EntryRef("EarlyStopping", (("monitor", "loss"), ("patience", 5)))
PLATEAU = EntryRef("ReduceLROnPlateau", (("monitor", "val_loss"),))
SMALLEST = {"parameters": {"at_most": 1_000}, "accuracy": {"at_least": 0.6}}


def right_answers() -> tuple[Answer, ...]:
    """Answers that reach what is asked, by other ways than "Show me" does."""
    network = (
        Answer("Reshape flattens", {"parameters": {"equal": 101_770}}, clothes(RESHAPE, dense(128, "relu"), dense(10))),
        Answer(
            "dropout adds none", {"parameters": {"equal": 111_146}}, clothes(*LAB[:2], layer("Dropout", rate=0.2), *LAB[2:])
        ),
        Answer("a convolution as large as the image", {"parameters": {"equal": 7_850}, "class_outputs": {}}, CONVOLUTION),
        Answer(
            "Softmax as a layer", {"parameters": {"equal": 7_850}, "class_outputs": {}}, clothes(FLATTEN, dense(10), SOFTMAX)
        ),
        Answer(
            "fewer than allowed", {"parameters": {"at_most": 1_000}}, clothes(layer("GlobalAveragePooling2D"), dense(10))
        ),
        Answer("Reshape counts as Flatten", {"layers": LECTURE_STACK}, clothes(RESHAPE, *LECTURE_LAYERS[1:])),
        Answer("activations as layers", {"layers": LECTURE_STACK}, clothes(FLATTEN, dense(128), RELU, dense(10), SOFTMAX)),
        Answer(
            "pixels scaled by a layer",
            {"layers": LECTURE_STACK},
            clothes(layer("Rescaling", scale=1 / 255), *LECTURE_LAYERS),
        ),
        Answer(
            "the layer ReLU", {"layers": LECTURE_STACK}, clothes(FLATTEN, dense(128), layer("ReLU"), dense(10, "softmax"))
        ),
        Answer(
            "named as it stands",
            {"layers": {"names": ["Flatten", "Dense", "Softmax"]}},
            clothes(FLATTEN, dense(10), SOFTMAX),
        ),
        Answer("others between", {"layers": {**LECTURE_STACK, "others": True}}, DROPPED),
        Answer(
            "softmax behind the last layer",
            {"layer": {"kind": "Dense", "place": "last", "values": {"units": 10, "activation": "softmax"}}},
            clothes(FLATTEN, dense(10), SOFTMAX),
        ),
        Answer(
            "relu behind a layer",
            {"layer": {"kind": "Dense", "values": {"units": 128, "activation": "relu"}}},
            clothes(FLATTEN, dense(64, "relu"), dense(128), RELU, dense(10, "softmax")),
        ),
        Answer(
            "3 is 3 x 3",
            {"layer": {"kind": "Conv2D", "values": {"kernel_size": [3, 3]}}},
            clothes(layer("Conv2D", filters=4, kernel_size=3), FLATTEN, dense(10, "softmax")),
        ),
        Answer("a default", {"layer": {"kind": "Dense", "values": {"kernel_initializer": "glorot_uniform"}}}),
        Answer("shape of a Reshape", {"shape": {"layer": "Flatten", "equal": [784]}}, clothes(RESHAPE, dense(10))),
        Answer("shape of the answers", {"shape": {"equal": [10]}}, CONVOLUTION),
        Answer(
            "logits with their loss",
            {"class_outputs": {}},
            with_compile(
                stack(FLATTEN, dense(10)),
                loss={"name": "SparseCategoricalCrossentropy", "arguments": {"from_logits": True}},
            ),
        ),
        Answer("another net that can be trained", {"can_train": {}}, template("lenet")),
        Answer("two hidden layers", {"layer_count": {"kind": "Dense", "at_least": 3}}, clothes(*LAB)),
        Answer(
            "put out and in again",
            {"changes": {"at_most": 1}},
            replace(
                LECTURE, layers=tuple(replace(each, id=f"other-{each.id}") for each in with_fit(LECTURE, seed=0).layers)
            ),
            start=with_fit(LECTURE, epochs=9),
        ),
    )
    settings = (
        Answer(
            "scaled by a layer",
            {"pixels": {"range": "0-1"}},
            stack(layer("Rescaling", scale=1 / 255), *LECTURE_LAYERS, pixels="0-255"),
        ),
        Answer(
            "scaled behind Flatten",
            {"pixels": {"range": "0-1"}},
            stack(FLATTEN, layer("Rescaling", scale=1 / 255), dense(10), pixels="0-255"),
        ),
        Answer(
            "divided by 256",
            {"pixels": {"range": "0-1"}},
            stack(layer("Rescaling", scale=1 / 256), *LECTURE_LAYERS, pixels="0-255"),
        ),
        Answer(
            "scaled to both sides of 0",
            {"pixels": {"range": "-1-1"}},
            stack(layer("Rescaling", scale=1 / 127.5, offset=-1.0), *LECTURE_LAYERS, pixels="0-255"),
        ),
        Answer("fewer images", {"batches": {"equal": 169}}, with_fit(clothes(*LAB, train_images=2_700), batch_size=16)),
        Answer("by the share", {"set_sizes": {"train": 54_000, "validation": 6_000}}, clothes(*LAB, validation_split=0.1)),
        Answer("more than asked", {"validation_share": {"at_least": 0.1}}, with_data(LECTURE, validation_split=0.25)),
        Answer(
            "a rate that falls",
            {"learning_rate": {"at_most": 0.001}},
            with_compile(LECTURE, optimizer={"name": "Adam", "arguments": {"learning_rate": COSINE}}),
        ),
        Answer(
            "the default rate",
            {"optimizer": {"name": "Adam", "values": {"learning_rate": 0.001}}},
            with_compile(LECTURE, optimizer={"name": "Adam"}),
        ),
        Answer(
            "another optimizer",
            {"learning_rate": {"at_least": 0.01}},
            with_compile(LECTURE, optimizer={"name": "RMSprop", "arguments": {"learning_rate": 0.02}}),
        ),
        Answer(
            "one-hot labels",
            {"loss": {"name": "cross-entropy"}},
            with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"}),
        ),
        Answer(
            "the other cross-entropy",
            {"loss": {"name": "SparseCategoricalCrossentropy"}},
            with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"}),
        ),
        Answer(
            "another metric too",
            {"metrics": {"names": ["Accuracy"]}},
            with_compile(LECTURE, metrics=[{"name": "Precision"}, {"name": "Accuracy"}]),
        ),
        Answer(
            "behind another callback",
            {"callback": {"name": "EarlyStopping", "values": {"patience": 5}}},
            with_fit(LECTURE, callbacks=(PLATEAU, EARLY)),
        ),
    )
    results = (
        Answer("a run of a while ago", {"run_finished": {}}, runs=trained("lecture", "stopped by hand")),
        Answer("an older run is the better one", {"accuracy": {"at_least": 0.93}}, runs=trained("lecture", "one epoch")),
        Answer(
            "activations apart", {"layers": LECTURE_STACK, "accuracy": {"at_least": 0.9}}, runs=trained("activations apart")
        ),
        Answer(
            "the test set was opened", {"accuracy": {"on": "test", "at_least": 0.85}}, runs=(opened(recorded("dropout")),)
        ),
        Answer("few images", {"gap": {"at_least": 15}}, runs=trained("overfitting")),
        Answer("back to the best weights", {"loss_rise": {"at_most": 1.15}}, runs=trained("overfitting", "stopped early")),
        Answer(
            "ended by a callback", {"stopped_early": {}, "epochs_trained": {"at_most": 39}}, runs=trained("stopped early")
        ),
        Answer(
            "dropout was tried first",
            {"one_difference": {"thing": "Dropout"}},
            runs=trained("dropout", "unscaled", "lecture"),
        ),
        Answer(
            "the batch size alone", {"one_difference": {"thing": "batch_size"}}, runs=trained("large batches", "lecture")
        ),
        Answer(
            "one by one",
            {"repeats": {"at_least": 3}},
            runs=trained("lecture", "one epoch", "lecture, seed 2", "lecture, seed 1"),
            draft=with_fit(LECTURE, epochs=5),
        ),
        Answer("small, and good enough", SMALLEST, runs=trained("lecture", "softmax alone"), draft=LECTURE),
    )
    actual, predicted = worst("one epoch")
    answers = (
        Answer(
            "the worst cell of an older run",
            {"cell": {}},
            runs=trained("one epoch", "lecture"),
            did=(("cell", "1→1"), ("cell", f"{actual}→{predicted}")),
        ),
        Answer(
            "28 x 28 as text",
            {"figure": {"answer": "shape", "figure": "output_shape", "layer": "Flatten"}},
            clothes(*LAB),
            answers={"shape": "784 numbers"},
        ),
        Answer("in percent", {"number": {"answer": "share", "equal": 0.143, "within": 0.005}}, answers={"share": "14 %"}),
        Answer(
            "with arrows",
            {"order": {"answer": "rates", "equal": ["0.1", "0.001", "0.00001"]}},
            answers={"rates": "0.1 > 0.001 > 0.00001"},
        ),
    )
    return (*network, *settings, *results, *answers)


def wrong_answers() -> tuple[Answer, ...]:
    """Answers that come close, and do not reach what is asked."""
    network = (
        Answer("127 units", {"parameters": {"equal": 101_770}}, clothes(FLATTEN, dense(127, "relu"), dense(10, "softmax"))),
        Answer("without bias", {"parameters": {"equal": 7_850}}, clothes(FLATTEN, dense(10, "softmax", use_bias=False))),
        Answer("Flatten is missing", {"class_outputs": {}}, clothes(dense(10, "softmax"))),
        Answer("one parameter too many", {"parameters": {"at_most": 7_849}}, clothes(FLATTEN, dense(10))),
        Answer(
            "Dense before Flatten", {"layers": LECTURE_STACK}, clothes(dense(128, "relu"), FLATTEN, dense(10, "softmax"))
        ),
        Answer("Dropout too many", {"layers": LECTURE_STACK}, DROPPED),
        Answer("one Dense is missing", {"layers": LECTURE_STACK}, clothes(FLATTEN, dense(10, "softmax"))),
        Answer("a Dense too many", {"layers": LECTURE_STACK}, clothes(*LAB)),
        Answer(
            "not flat: two axes",
            {"layers": LECTURE_STACK},
            clothes(layer("Reshape", target_shape=[28, 28]), *LECTURE_LAYERS[1:]),
        ),
        Answer(
            "an average is no Flatten",
            {"layers": LECTURE_STACK},
            clothes(layer("GlobalAveragePooling2D"), *LECTURE_LAYERS[1:]),
        ),
        Answer(
            "in another order",
            {"layers": {"names": ["Dense", "Dropout", "Dense"], "others": True}},
            stack(FLATTEN, layer("Dropout", rate=0.3), dense(8), dense(10)),
        ),
        Answer(
            "sigmoid at the end",
            {"layer": {"kind": "Dense", "place": "last", "values": {"activation": "softmax"}}},
            stack(FLATTEN, dense(10, "sigmoid")),
        ),
        Answer(
            "relu before, softmax after",
            {"layer": {"kind": "Dense", "values": {"units": 10, "activation": "relu"}}},
            clothes(FLATTEN, dense(10), RELU, SOFTMAX),
        ),
        Answer(
            "softmax in the first layer",
            {"layer": {"kind": "Dense", "place": "last", "values": {"activation": "softmax"}}},
            stack(FLATTEN, dense(10, "softmax"), dense(10)),
        ),
        Answer(
            "5 x 5",
            {"layer": {"kind": "Conv2D", "values": {"kernel_size": 3}}},
            clothes(layer("Conv2D", filters=4, kernel_size=[3, 5]), FLATTEN, dense(10)),
        ),
        Answer("another initializer", {"layer": {"kind": "Dense", "values": {"kernel_initializer": "he_normal"}}}),
        Answer("nine answers", {"class_outputs": {}}, stack(FLATTEN, dense(9, "softmax"))),
        Answer("no softmax", {"class_outputs": {}}, stack(FLATTEN, dense(10))),
        Answer("a shape of two axes", {"shape": {"equal": [10]}}, stack(dense(10, "softmax"))),
        Answer("a problem is left", {"can_train": {}}, stack(FLATTEN, dense(9, "softmax"))),
        Answer("one hidden layer", {"layer_count": {"kind": "Dense", "at_least": 3}}),
        Answer(
            "built anew",
            {"changes": {"at_most": 2}},
            with_fit(stack(layer("Conv2D", filters=4, kernel_size=3), FLATTEN, dense(32, "tanh"), dense(10)), epochs=9),
            start=LECTURE,
        ),
    )
    settings = (
        Answer("0 to 255", {"pixels": {"range": "0-1"}}, with_data(LECTURE, pixels="0-255")),
        Answer("scaled twice", {"pixels": {"range": "0-1"}}, stack(layer("Rescaling", scale=1 / 255), *LECTURE_LAYERS)),
        Answer("-1 to 1", {"pixels": {"range": "0-1"}}, with_data(LECTURE, pixels="-1-1")),
        Answer(
            "scaled behind a layer that learns",
            {"pixels": {"range": "0-1"}},
            stack(FLATTEN, dense(10), layer("Rescaling", scale=1 / 255), pixels="0-255"),
        ),
        Answer("168 batches", {"batches": {"equal": 169}}, with_fit(clothes(*LAB, train_images=5_376), batch_size=32)),
        Answer(
            "all to validation", {"set_sizes": {"train": 54_000, "validation": 6_000}}, clothes(*LAB, validation_split=0.2)
        ),
        Answer(
            "a rate that begins high",
            {"learning_rate": {"at_most": 0.0005}},
            with_compile(LECTURE, optimizer={"name": "Adam", "arguments": {"learning_rate": COSINE}}),
        ),
        Answer("another optimizer", {"optimizer": {"name": "Adam"}}, with_compile(LECTURE, optimizer={"name": "AdamW"})),
        Answer(
            "a mean squared error",
            {"loss": {"name": "cross-entropy"}},
            with_compile(LECTURE, loss={"name": "MeanSquaredError"}),
        ),
        Answer(
            "a binary cross-entropy",
            {"loss": {"name": "cross-entropy"}},
            with_compile(LECTURE, loss={"name": "BinaryCrossentropy"}),
        ),
        Answer(
            "patience of 3",
            {"callback": {"name": "EarlyStopping", "values": {"patience": 5}}},
            with_fit(LECTURE, callbacks=(PLATEAU,)),
        ),
        Answer("another data set", {"data_set": {"name": "mnist"}}),
    )
    results = (
        Answer("stopped by hand", {"run_finished": {}}, runs=trained("stopped by hand")),
        Answer("just below", {"accuracy": {"at_least": 0.96}}, runs=trained("one epoch", "softmax alone")),
        Answer(
            "another network reached it",
            SMALLEST | {"accuracy": {"at_least": 0.93}},
            stack(FLATTEN, dense(10)),
            trained("lecture", "softmax alone"),
        ),
        Answer("the test set is sealed", {"accuracy": {"on": "test", "at_least": 0.5}}, runs=trained("lecture")),
        Answer("no validation set", {"accuracy": {"at_least": 0.1}}, runs=trained("without validation")),
        Answer("a small gap", {"gap": {"at_least": 15}}, runs=trained("lecture")),
        Answer("the loss rose", {"gap": {"at_least": 0}, "loss_rise": {"at_most": 1.01}}, runs=trained("overfitting")),
        Answer("stopped by a person", {"stopped_early": {}}, runs=trained("stopped by hand", "lecture")),
        Answer(
            "two things at once",
            {"one_difference": {"thing": "Dropout"}},
            runs=(
                of(recorded("dropout", 2), experiment=with_fit(run_of("dropout").experiment, seed=7)),
                recorded("lecture"),
            ),
        ),
        Answer("the same twice", {"one_difference": {"thing": "batch_size"}}, runs=trained("lecture", "lecture")),
        Answer(
            "one seed three times",
            {"repeats": {"at_least": 3}},
            runs=trained("lecture", "lecture", "lecture, seed 1"),
            draft=with_fit(LECTURE, epochs=5),
        ),
    )
    actual, predicted = worst("one epoch")
    answers = (
        Answer(
            "the other way round",
            {"cell": {}},
            runs=trained("one epoch"),
            did=(("cell", f"{predicted}→{actual}"), ("cell", f"{actual}→{actual}")),
        ),
        Answer(
            "channels forgotten",
            {"figure": {"answer": "shape", "figure": "output_shape"}},
            stack(layer("Conv2D", filters=4, kernel_size=3)),
            answers={"shape": "6 x 6"},
        ),
        Answer("of 60,000", {"number": {"answer": "share", "equal": 0.143, "within": 0.005}}, answers={"share": "17 %"}),
        Answer("two swapped", {"order": {"answer": "rates", "equal": ["a", "b", "c"]}}, answers={"rates": ["b", "a", "c"]}),
        Answer("the export differs", {"export_compared": {}}, runs=trained("lecture"), stamp=replace(STAMP, different=2)),
    )
    return (*network, *settings, *results, *answers)
