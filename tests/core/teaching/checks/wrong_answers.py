"""Answers that come close to the goal of a task without reaching the goal; each check has an answer here."""

from dataclasses import replace

from tests.core.sample_experiments import LECTURE, layer, stack, with_compile, with_data, with_fit
from tests.core.teaching.checks.planted_answers import (
    CORRECTED,
    COSINE,
    FLATTEN,
    LAB,
    LECTURE_LAYERS,
    LECTURE_STACK,
    OWN,
    PLATEAU,
    RELU,
    SMALLEST,
    SOFTMAX,
    STAMP,
    TWO_NETWORKS,
    Answer,
    clothes,
    dense,
    of,
    run_of,
    trained,
    worst,
)
from tests.core.teaching.record_runs import DROPPED
from tests.core.teaching.recorded_runs import recorded

NETWORK = (
    Answer("127 units", {"parameters": {"equal": 101_770}}, clothes(FLATTEN, dense(127, "relu"), dense(10, "softmax"))),
    Answer("without bias", {"parameters": {"equal": 7_850}}, clothes(FLATTEN, dense(10, "softmax", use_bias=False))),
    Answer("Flatten is missing", {"class_outputs": {}}, clothes(dense(10, "softmax"))),
    Answer("one parameter too many", {"parameters": {"at_most": 7_849}}, clothes(FLATTEN, dense(10))),
    Answer("Dense before Flatten", {"layers": LECTURE_STACK}, clothes(dense(128, "relu"), FLATTEN, dense(10, "softmax"))),
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
SETTINGS = (
    Answer("0 to 255", {"pixels": {"range": "0-1"}}, with_data(LECTURE, pixels="0-255")),
    Answer("scaled twice", {"pixels": {"range": "0-1"}}, stack(layer("Rescaling", scale=1 / 255), *LECTURE_LAYERS)),
    Answer("-1 to 1", {"pixels": {"range": "0-1"}}, with_data(LECTURE, pixels="-1-1")),
    Answer(
        "scaled behind a layer that learns",
        {"pixels": {"range": "0-1"}},
        stack(FLATTEN, dense(10), layer("Rescaling", scale=1 / 255), pixels="0-255"),
    ),
    Answer("168 batches", {"batches": {"equal": 169}}, with_fit(clothes(*LAB, train_images=5_376), batch_size=32)),
    Answer("all to validation", {"set_sizes": {"train": 54_000, "validation": 6_000}}, clothes(*LAB, validation_split=0.2)),
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
RESULTS = (
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
ACTUAL, PREDICTED = worst("one epoch")
ANSWERS = (
    Answer("only drawn", {"fooled": {}}, did=(("drawn", ""), ("drawn", ""))),
    Answer(
        "the other way round",
        {"cell": {}},
        runs=trained("one epoch"),
        did=(("cell", f"{PREDICTED}→{ACTUAL}"), ("cell", f"{ACTUAL}→{ACTUAL}")),
    ),
    Answer(
        "the worst cell, not the diagonal",
        {"cell": {"diagonal": True}},
        runs=trained("one epoch"),
        did=(("cell", f"{ACTUAL}→{PREDICTED}"),),
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
DONE = (
    Answer("an image too few", {"train_images": {"at_least": 100}}, with_data(LECTURE, train_images=99)),
    Answer("less than asked", {"validation_share": {"at_least": 0.1}}, with_data(LECTURE, validation_split=0.05)),
    Answer("a correction too many", {"corrections": {"equal": 1}}, with_data(LECTURE, corrections=CORRECTED)),
    Answer("a class is missing", {"own_images": {"images": 120, "classes": 3}}, OWN),
    Answer("too long", {"epochs": {"at_most": 5}}, with_fit(LECTURE, epochs=6)),
    Answer("too large", {"batch_size": {"at_most": 32}}, with_fit(LECTURE, batch_size=33)),
    Answer("the default seed", {"seed": {"equal": 3}}, with_fit(LECTURE, seed=0)),
    Answer("another library", {"backend": {"name": "jax"}}, with_fit(LECTURE, backend="torch")),
    Answer("the biases left out", {"multiply_adds": {"equal": 640}}, stack(FLATTEN, dense(10))),
    Answer("a metric too few", {"metrics": {"names": ["Accuracy", "Precision"]}}),
    Answer("a loss that stayed", {"final_loss": {"at_most": 0.001}}, runs=trained("lecture")),
    Answer("no time at all", {"seconds": {"at_most": 0.001}}, runs=trained("lecture")),
    Answer("epochs that were set only", {"epochs_trained": {"at_least": 40}}, runs=trained("stopped early")),
    Answer("shifts cost much", {"shift_robust": {}}, runs=trained("lecture"), shifted=(0.95, 0.89)),
    Answer("still sealed", {"test_opened": {}}, runs=trained("lecture")),
    Answer("one page of two", {"pages": {"files": ["load", "why.py"]}}, did=(("page", "load.py"),)),
    Answer("another tab", {"opened": {"views": ["Labels"]}}, did=(("open", "Images"),)),
    Answer("a guess once", {"noted": {"kind": "guess", "at_least": 2}}, did=(("guess", "a"), ("page", "b"))),
    Answer("one drawing", {"drawn": {"at_least": 2}}, did=(("drawn", "a"), ("drawn", "a"))),
    Answer("built-in images", {"uploaded": {}}, runs=trained("lecture")),
    Answer("an option that is wrong", {"option": {"answer": "a", "equal": ["relu"]}}, answers={"a": "elu"}),
    Answer(
        "one of three",
        {"options": {"answers": ["a", "b", "c"], "equal": ["1", "2", "3"], "at_least": 2}},
        answers={"a": "1", "b": "1", "c": "1"},
    ),
    Answer("one is open", {"answered": {"answers": ["a", "b"]}}, answers={"a": "anything", "b": ""}),
    Answer("the other network", {"verdict": {"answer": "v"}}, runs=TWO_NETWORKS, answers={"v": "cannot tell"}),
)
WRONG = (*NETWORK, *SETTINGS, *RESULTS, *ANSWERS, *DONE)
