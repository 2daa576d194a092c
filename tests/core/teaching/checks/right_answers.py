"""Answers that reach the goal of a task, in other ways than "Show me" of a deck; each check has an answer here."""

from dataclasses import replace

from tests.core.sample_experiments import LECTURE, layer, stack, template, with_compile, with_data, with_fit
from tests.core.teaching.checks.planted_answers import (
    CONVOLUTION,
    CORRECTED,
    COSINE,
    EARLY,
    FLATTEN,
    LAB,
    LECTURE_LAYERS,
    LECTURE_STACK,
    OWN,
    PLATEAU,
    RELU,
    RESHAPE,
    SMALLEST,
    SOFTMAX,
    STAMP,
    TWO_NETWORKS,
    Answer,
    clothes,
    dense,
    opened,
    trained,
    worst,
)
from tests.core.teaching.record_runs import DROPPED
from tests.core.teaching.recorded_runs import recorded

NETWORK = (
    Answer("Reshape flattens", {"parameters": {"equal": 101_770}}, clothes(RESHAPE, dense(128, "relu"), dense(10))),
    Answer("dropout adds none", {"parameters": {"equal": 111_146}}, clothes(*LAB[:2], layer("Dropout", rate=0.2), *LAB[2:])),
    Answer("a convolution as large as the image", {"parameters": {"equal": 7_850}, "class_outputs": {}}, CONVOLUTION),
    Answer(
        "Softmax as a layer", {"parameters": {"equal": 7_850}, "class_outputs": {}}, clothes(FLATTEN, dense(10), SOFTMAX)
    ),
    Answer("fewer than allowed", {"parameters": {"at_most": 1_000}}, clothes(layer("GlobalAveragePooling2D"), dense(10))),
    Answer("Reshape counts as Flatten", {"layers": LECTURE_STACK}, clothes(RESHAPE, *LECTURE_LAYERS[1:])),
    Answer("activations as layers", {"layers": LECTURE_STACK}, clothes(FLATTEN, dense(128), RELU, dense(10), SOFTMAX)),
    Answer(
        "pixels scaled by a layer",
        {"layers": LECTURE_STACK},
        clothes(layer("Rescaling", scale=1 / 255), *LECTURE_LAYERS),
    ),
    Answer("the layer ReLU", {"layers": LECTURE_STACK}, clothes(FLATTEN, dense(128), layer("ReLU"), dense(10, "softmax"))),
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
        replace(LECTURE, layers=tuple(replace(each, id=f"other-{each.id}") for each in with_fit(LECTURE, seed=0).layers)),
        start=with_fit(LECTURE, epochs=9),
    ),
)
SETTINGS = (
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
RESULTS = (
    Answer("a run of a while ago", {"run_finished": {}}, runs=trained("lecture", "stopped by hand")),
    Answer("an older run is the better one", {"accuracy": {"at_least": 0.93}}, runs=trained("lecture", "one epoch")),
    Answer("activations apart", {"layers": LECTURE_STACK, "accuracy": {"at_least": 0.9}}, runs=trained("activations apart")),
    Answer("the test set was opened", {"accuracy": {"on": "test", "at_least": 0.85}}, runs=(opened(recorded("dropout")),)),
    Answer("few images", {"gap": {"at_least": 15}}, runs=trained("overfitting")),
    Answer("back to the best weights", {"loss_rise": {"at_most": 1.15}}, runs=trained("overfitting", "stopped early")),
    Answer("ended by a callback", {"stopped_early": {}, "epochs_trained": {"at_most": 39}}, runs=trained("stopped early")),
    Answer(
        "dropout was tried first",
        {"one_difference": {"thing": "Dropout"}},
        runs=trained("dropout", "unscaled", "lecture"),
    ),
    Answer("the batch size alone", {"one_difference": {"thing": "batch_size"}}, runs=trained("large batches", "lecture")),
    Answer(
        "one by one",
        {"repeats": {"at_least": 3}},
        runs=trained("lecture", "one epoch", "lecture, seed 2", "lecture, seed 1"),
        draft=with_fit(LECTURE, epochs=5),
    ),
    Answer("small, and good enough", SMALLEST, runs=trained("lecture", "softmax alone"), draft=LECTURE),
)
ACTUAL, PREDICTED = worst("one epoch")
ANSWERS = (
    Answer(
        "the worst cell of an older run",
        {"cell": {}},
        runs=trained("one epoch", "lecture"),
        did=(("cell", "1→1"), ("cell", f"{ACTUAL}→{PREDICTED}")),
    ),
    Answer(
        "the diagonal in the row of the worst cell",
        {"cell": {"diagonal": True}},
        runs=trained("one epoch"),
        did=(("cell", f"{ACTUAL}→{ACTUAL}"), ("cell", f"{ACTUAL}→{PREDICTED}")),
    ),
    Answer(
        "28 x 28 as text",
        {"figure": {"answer": "shape", "figure": "output_shape", "layer": "Flatten"}},
        clothes(*LAB),
        answers={"shape": "784 numbers"},
    ),
    Answer(
        "the dare was reached",
        {"fooled": {}},
        runs=trained("lecture"),
        did=(("drawn", ""), ("fooled", "8@lecture 1")),
    ),
    Answer("in percent", {"number": {"answer": "share", "equal": 0.143, "within": 0.005}}, answers={"share": "14 %"}),
    Answer(
        "with arrows",
        {"order": {"answer": "rates", "equal": ["0.1", "0.001", "0.00001"]}},
        answers={"rates": "0.1 > 0.001 > 0.00001"},
    ),
)
DONE = (
    Answer("a data set of its own", {"data_set": {"name": "fashion_mnist"}}, clothes()),
    Answer("a few images", {"train_images": {"at_most": 1_000}}, with_data(LECTURE, train_images=900)),
    Answer("a label and an image", {"corrections": {"equal": 2}}, with_data(LECTURE, corrections=CORRECTED)),
    Answer("enough pictures", {"own_images": {"images": 120, "classes": 2}}, OWN),
    Answer("five epochs", {"epochs": {"equal": 5}}, with_fit(LECTURE, epochs=5)),
    Answer("smaller batches", {"batch_size": {"at_most": 32}}, with_fit(LECTURE, batch_size=16)),
    Answer("seed 3", {"seed": {"equal": 3}}, with_fit(LECTURE, seed=3)),
    Answer("on JAX", {"backend": {"name": "jax"}}, with_fit(LECTURE, backend="jax")),
    Answer("a multiply-add for each weight and bias", {"multiply_adds": {"equal": 650}}, stack(FLATTEN, dense(10))),
    Answer("a loss that fell", {"final_loss": {"at_most": 1.0}}, runs=trained("lecture")),
    Answer("within a day", {"seconds": {"at_most": 86_400}}, runs=trained("lecture")),
    Answer("shifts cost little", {"shift_robust": {}}, runs=trained("lecture"), shifted=(0.95, 0.91)),
    Answer("the export is equal", {"export_compared": {}}, runs=trained("lecture"), stamp=STAMP),
    Answer("opened once", {"test_opened": {}}, runs=(opened(recorded("lecture")),)),
    Answer("both pages", {"pages": {"files": ["load", "why.py"]}}, did=(("page", "why.py"), ("page", "load.py"))),
    Answer("a tab", {"opened": {"views": ["Labels"]}}, did=(("open", "Images"), ("open", "Labels"))),
    Answer("a guess twice", {"noted": {"kind": "guess", "at_least": 2}}, did=(("guess", "a"), ("guess", "b"))),
    Answer("two drawings", {"drawn": {"at_least": 2}}, did=(("drawn", "a"), ("drawn", "b"))),
    Answer("an upload that was deleted", {"uploaded": {}}, did=(("uploaded", ""),)),
    Answer("in other letters", {"option": {"answer": "a", "equal": ["relu", "elu"]}}, answers={"a": "ReLU"}),
    Answer(
        "two of three",
        {"options": {"answers": ["a", "b", "c"], "equal": ["1", "2", "3"], "at_least": 2}},
        answers={"a": "1", "b": "2", "c": "1"},
    ),
    Answer("all answered", {"answered": {"answers": ["a", "b"]}}, answers={"a": "anything", "b": 0}),
    Answer("the ranges lie apart", {"verdict": {"answer": "v"}}, runs=TWO_NETWORKS, answers={"v": "first"}),
)
RIGHT = (*NETWORK, *SETTINGS, *RESULTS, *ANSWERS, *DONE)
