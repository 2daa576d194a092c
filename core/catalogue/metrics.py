"""The metrics. A metric measures the answers of a network for people, and does not influence training.

Traits of every metric:

- `history_name`: the key of the metric in Keras' history. A second metric of the same class gets another key.
- `better`: "higher" or "lower".
- `no_direction`: True if Keras does not know whether higher or lower is better. Otherwise the trait is absent.
- `bounded`: True if the metric lies between 0 and 1.
- `labels`: "one-hot" if the metric cannot read labels as whole numbers. Otherwise the trait is absent.
- `reads_probabilities`: True if the metric cannot read logits, or the name of the argument that forbids logits.
- `integer_labels`: the class that Keras uses for labels as whole numbers.
- `integer_history_name`: the key of that class in Keras' history.
- `keras_string`: the string for Keras' `compile`, for which Keras picks the class that fits the labels.
"""

from typing import Any

from core.catalogue import Entry, build_entry, table
from core.parameters import BooleanValue, Choice, Integer, Optional, Parameter, Real

LEFT_OUT = {
    "name": "the key in the history, which stays the same everywhere",
    "dtype": "every number here has 32 bits",
    "axis": "the classes are the last axis everywhere here",
    "label_smoothing": "a metric measures the labels as they are; with whole numbers Keras has none either",
    "num_labels": "Keras counts the classes by itself",
    "class_id": "must be a class of the data at hand; the tables of Evaluate show every class",
    "top_k": "must not exceed the classes of the data at hand; TopKCategoricalAccuracy is for that",
    "label_weights": "a list, which no widget can hold",
}

LEFT_OUT_METRICS = {
    "BinaryAccuracy": "counts each output by itself, so that always saying no is right nine times in ten",
    "BinaryCrossentropy": "asks of each class by itself, where the answers are a probability for each class",
    "BinaryIoU": "counts each output by itself; for outlines in images",
    "CategoricalAccuracy": "Accuracy means this by itself, with one-hot labels",
    "ConcordanceCorrelation": "for predicted quantities, not for classes",
    "FalseNegatives": "the images that TruePositives leaves out",
    "Hinge": "never falls to 0: softmax cannot answer below 0",
    "IoU": "reads whole numbers on both sides; for outlines in images",
    "LogCoshError": "half the squared error, as answers and labels differ by 1 at most",
    "Mean": "takes numbers, not answers and labels",
    "MeanAbsolutePercentageError": "divides by the label, and most of a one-hot label is 0: the number grows to millions",
    "MeanIoU": "reads whole numbers on both sides; for outlines in images",
    "MeanMetricWrapper": "wraps a function, which no widget can hold",
    "MeanSquaredLogarithmicError": "for predicted quantities, not for classes",
    "Metric": "the base class, which cannot measure anything",
    "OneHotIoU": "for outlines in images",
    "OneHotMeanIoU": "for outlines in images",
    "PearsonCorrelation": "for predicted quantities, not for classes",
    "Poisson": "for counts of events; its best value is not 0",
    "R2Score": "for predicted quantities, not for classes",
    "SparseCategoricalAccuracy": "Accuracy means this by itself, with labels as whole numbers",
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy means this by itself, with labels as whole numbers",
    "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy means this by itself, with labels as whole numbers",
    "SquaredHinge": "never falls to 0: softmax cannot answer below 0",
    "Sum": "takes numbers, not answers and labels",
    "TrueNegatives": "nine outputs in ten should say no, so that the number tells little",
}

SHARE = Real(0.0, 1.0)
INSIDE = Real(0.0, 1.0, low_open=True, high_open=True)

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "k", 5, Integer(1, 1_000), "The number of best answers that may hold the right answer.", "classes", (2, 3, 5)
        ),
        Parameter(
            "from_logits", False, BooleanValue(), "Whether the last layer is linear, so that softmax is still to come."
        ),
        Parameter(
            "thresholds",
            None,
            Optional(INSIDE, "0.5"),
            "From which probability an answer counts as yes.",
            "",
            (0.3, 0.5, 0.7),
        ),
        Parameter("num_thresholds", 200, Integer(2, 10_000), "At how many probabilities the curve is measured."),
        Parameter("curve", "ROC", Choice(("ROC", "PR")), "Hits against false alarms, or precision against recall."),
        Parameter(
            "summation_method",
            "interpolation",
            Choice(("interpolation", "majoring", "minoring")),
            "How the curve between two measurements is filled in.",
        ),
        Parameter("multi_label", False, BooleanValue(), "Whether each class has a curve of its own, and the mean is given."),
        Parameter("threshold", None, Optional(INSIDE, "the best answer"), "From which probability an answer is a yes."),
        Parameter("beta", 1.0, Real(0.0, 100.0, low_open=True), "How much recall counts beside precision."),
        Parameter("recall", 0.9, SHARE, "The recall that is asked for.", "", (0.5, 0.9, 0.99)),
        Parameter("precision", 0.9, SHARE, "The precision that is asked for.", "", (0.5, 0.9, 0.99)),
        Parameter("specificity", 0.9, SHARE, "The specificity that is asked for.", "", (0.5, 0.9, 0.99)),
        Parameter("sensitivity", 0.9, SHARE, "The sensitivity that is asked for.", "", (0.5, 0.9, 0.99)),
    )
}

# Keras' default, None, gives a value for each class, which no curve can show.
AVERAGE = Parameter(
    "average",
    "macro",
    Choice(("macro", "micro", "weighted")),
    "Whether classes count alike, images count alike, or classes by their number of images.",
)
SEVERAL_THRESHOLDS = {"thresholds": "a list, which no widget can hold"}

CLASSIFICATION = "metrics/classification_metrics/"
PROBABILISTIC = "metrics/probabilistic_metrics/"
REGRESSION = "metrics/regression_metrics/"

ACCURACY = "Right answers"
BY_CLASS = "Hits and false alarms"
TRADE_OFF = "Trade-offs"
PROBABILITY = "Probabilities"


def _metric(name: str, left_out: dict[str, Any] | None = None, **row: object) -> Entry:
    reasons = {**LEFT_OUT, **(left_out or {})}
    return build_entry("metrics", name, arguments=ARGUMENTS, left_out=reasons, **row)  # type: ignore[arg-type]


def _one_hot(name: str, **row: object) -> Entry:
    return _metric(name, labels="one-hot", **row)  # type: ignore[arg-type]


METRICS = table(
    _metric(
        "Accuracy",
        group=ACCURACY,
        sentence="Which share of the images is answered with the right class.",
        page="metrics/accuracy_metrics/",
        formula=r"\frac{\text{right answers}}{\text{images}}",
        keras_string="accuracy",
        history_name="accuracy",
        better="higher",
        bounded=True,
    ),
    _metric(
        "TopKCategoricalAccuracy",
        group=ACCURACY,
        sentence="Which share of the images has the right class among the k best answers.",
        page="metrics/accuracy_metrics/",
        first=("k",),
        formula=r"\frac{\text{images with the right class among the best } k}{\text{images}}",
        history_name="top_k_categorical_accuracy",
        integer_labels="SparseTopKCategoricalAccuracy",
        integer_history_name="sparse_top_k_categorical_accuracy",
        better="higher",
        bounded=True,
    ),
    _metric(
        "CategoricalCrossentropy",
        group=PROBABILITY,
        sentence="How surprised the network is by the right class, whatever the loss is.",
        page=PROBABILISTIC,
        formula=r"-\sum_k y_k \ln \hat y_k",
        history_name="categorical_crossentropy",
        integer_labels="SparseCategoricalCrossentropy",
        integer_history_name="sparse_categorical_crossentropy",
        better="lower",
        bounded=False,
    ),
    _one_hot(
        "Precision",
        group=BY_CLASS,
        sentence="Of all answers given with more than half of the probability, which share is right.",
        page=CLASSIFICATION,
        first=("thresholds",),
        formula=r"\frac{TP}{TP + FP}",
        history_name="precision",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "Recall",
        group=BY_CLASS,
        sentence="Which share of the images is answered correctly with more than half of the probability.",
        page=CLASSIFICATION,
        first=("thresholds",),
        formula=r"\frac{TP}{TP + FN}",
        history_name="recall",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "F1Score",
        group=BY_CLASS,
        sentence="Precision and recall as a single number, low when either is low; the mean over the classes.",
        page=CLASSIFICATION,
        own={"average": AVERAGE},
        first=("average",),
        formula=r"2\,\frac{\mathrm{precision} \cdot \mathrm{recall}}{\mathrm{precision} + \mathrm{recall}}",
        history_name="f1_score",
        reads_probabilities="threshold",
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "FBetaScore",
        group=BY_CLASS,
        sentence="F1 in which recall counts beta times as much as precision.",
        page=CLASSIFICATION,
        own={"average": AVERAGE},
        first=("beta", "average"),
        formula=r"(1 + \beta^2)\,\frac{\mathrm{precision} \cdot \mathrm{recall}}"
        r"{\beta^2\,\mathrm{precision} + \mathrm{recall}}",
        history_name="fbeta_score",
        reads_probabilities="threshold",
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "TruePositives",
        group=BY_CLASS,
        sentence="How many images are answered correctly with more than half of the probability.",
        page=CLASSIFICATION,
        formula=r"TP",
        history_name="true_positives",
        reads_probabilities=True,
        better="higher",
        bounded=False,
        no_direction=True,
    ),
    _one_hot(
        "FalsePositives",
        group=BY_CLASS,
        sentence="How many images are answered wrongly with more than half of the probability.",
        page=CLASSIFICATION,
        formula=r"FP",
        history_name="false_positives",
        reads_probabilities=True,
        better="lower",
        bounded=False,
        no_direction=True,
    ),
    _one_hot(
        "AUC",
        left_out=SEVERAL_THRESHOLDS,
        group=TRADE_OFF,
        sentence="How surely a right answer gets more probability than a wrong answer; 0.5 is chance.",
        page=CLASSIFICATION,
        first=("curve", "multi_label"),
        formula=r"\int_0^1 TPR \; d\,FPR",
        history_name="auc",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "PrecisionAtRecall",
        group=TRADE_OFF,
        sentence="The best precision at the threshold that gives the recall asked for.",
        page=CLASSIFICATION,
        first=("recall",),
        formula=r"\max_\tau\, \mathrm{precision}(\tau) \;\text{ with }\; \mathrm{recall}(\tau) \ge r",
        history_name="precision_at_recall",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "RecallAtPrecision",
        group=TRADE_OFF,
        sentence="The best recall at a threshold that gives the precision asked for.",
        page=CLASSIFICATION,
        first=("precision",),
        formula=r"\max_\tau\, \mathrm{recall}(\tau) \;\text{ with }\; \mathrm{precision}(\tau) \ge p",
        history_name="recall_at_precision",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "SensitivityAtSpecificity",
        group=TRADE_OFF,
        sentence="Which share of the right classes is found while few wrong ones are named.",
        page=CLASSIFICATION,
        first=("specificity",),
        formula=r"\max_\tau \frac{TP}{TP + FN} \;\text{ with }\; \frac{TN}{TN + FP} \ge s",
        history_name="sensitivity_at_specificity",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "SpecificityAtSensitivity",
        group=TRADE_OFF,
        sentence="Which share of the wrong classes stays unnamed while most right ones are found.",
        page=CLASSIFICATION,
        first=("sensitivity",),
        formula=r"\max_\tau \frac{TN}{TN + FP} \;\text{ with }\; \frac{TP}{TP + FN} \ge s",
        history_name="specificity_at_sensitivity",
        reads_probabilities=True,
        better="higher",
        bounded=True,
    ),
    _one_hot(
        "KLDivergence",
        group=PROBABILITY,
        sentence="How far the answered probabilities are from the label's.",
        page=PROBABILISTIC,
        formula=r"\sum_k y_k \ln \frac{y_k}{\hat y_k}",
        history_name="kl_divergence",
        reads_probabilities=True,
        better="lower",
        bounded=False,
    ),
    _one_hot(
        "CosineSimilarity",
        group=PROBABILITY,
        sentence="How far answer and label point the same way; 1 is best.",
        page=REGRESSION,
        formula=r"\frac{\sum_k y_k \hat y_k}{\lVert y \rVert\, \lVert \hat y \rVert}",
        history_name="cosine_similarity",
        better="higher",
        bounded=False,
    ),
    _one_hot(
        "MeanSquaredError",
        group=PROBABILITY,
        sentence="The mean squared difference between answer and label.",
        page=REGRESSION,
        formula=r"\frac{1}{K} \sum_k (y_k - \hat y_k)^2",
        history_name="mean_squared_error",
        better="lower",
        bounded=False,
    ),
    _one_hot(
        "RootMeanSquaredError",
        group=PROBABILITY,
        sentence="The root of the mean squared error, in the unit of the answers.",
        page=REGRESSION,
        formula=r"\sqrt{\mathrm{mean}\,(y - \hat y)^2}",
        history_name="root_mean_squared_error",
        better="lower",
        bounded=False,
    ),
    _one_hot(
        "MeanAbsoluteError",
        group=PROBABILITY,
        sentence="The mean difference between answer and label, without its sign.",
        page=REGRESSION,
        formula=r"\frac{1}{K} \sum_k |y_k - \hat y_k|",
        history_name="mean_absolute_error",
        better="lower",
        bounded=False,
    ),
    _one_hot(
        "CategoricalHinge",
        group=PROBABILITY,
        sentence="The lead that the right class lacks, of 1, over the best wrong class.",
        page="metrics/hinge_metrics/",
        formula=r"\max\Big(0,\; 1 + \max_k\, (1 - y_k)\, \hat y_k - \sum_k y_k \hat y_k\Big)",
        history_name="categorical_hinge",
        better="lower",
        bounded=False,
    ),
)
