"""The losses. A loss measures how wrong the answers of a network are, and training makes the loss small.

Traits of every loss:

- `labels`: "integer" if the loss reads labels as whole numbers, "one-hot" if labels have a column for each class.
- `short`: the name of the loss in plain English.
- `expects`: suitable last activations, best first. If `from_logits` is set, the loss expects "linear" instead.
- `guessing_loss`: "log" if the loss of guessing evenly between K classes is ln K. Otherwise the trait is absent.
- `among_classes`: a loss that treats each class separately names the loss for classes whose probabilities add up to 1.
- `only_with`: pairs of arguments. The first argument of a pair has no effect without the second.
"""

from core.catalogue import Entry, build_entry, table
from core.parameters import BooleanValue, Parameter, Real, WorkableRange

LEFT_OUT = {
    "reduction": "every curve here shows Keras' mean over the batch",
    "name": "only a label for Keras' own messages",
    "dtype": "every number here has 32 bits",
    "axis": "the classes are the last axis, or for Dice and Tversky all of them",
    "ignore_class": "for pixels without a label, not for whole images",
}

LEFT_OUT_LOSSES = {
    "CTC": "for sequences of labels, such as speech",
    "Circle": "compares vectors of images with each other, not answers with labels",
    "MeanAbsolutePercentageError": "divides by the label, and most of a one-hot label is 0: the loss grows to millions",
    "Loss": "the base class, which cannot measure anything",
}

SHARE = Real(0.0, 1.0)

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter("from_logits", False, BooleanValue(), "Whether the last layer is linear, and the loss applies softmax."),
        Parameter(
            "label_smoothing",
            0.0,
            Real(0.0, 1.0, high_open=True),  # at 1, all labels are equal
            "Which share of each label is spread over all classes, so that no answer is wholly wrong.",
            "",
            (0.0, 0.1, 0.2),
            workable=WorkableRange(0.0, 0.5, "Labels say hardly more than that all classes are alike.", 0.1),
        ),
        Parameter("alpha", 0.25, Real(0.01, 1.0), "The factor of the loss.", "", (0.25, 0.5)),
        Parameter("gamma", 2.0, Real(0.0, 10.0), "How little easy images count; 0 counts all alike.", "", (0, 2, 5)),
        Parameter("delta", 1.0, Real(0.0, 100.0, low_open=True), "Up to which error the loss is a square."),
        Parameter("beta", 0.5, SHARE, "How much a class that was wrongly named counts."),
        Parameter("apply_class_balancing", False, BooleanValue(), "Whether right and wrong classes are weighed by alpha."),
        Parameter(
            "q",
            0.5,
            Real(0.0, 1.0, low_open=True, high_open=True),
            "Near 0 this is cross-entropy; near 1 wrong labels count little.",
            "",
            (0.3, 0.5, 0.7),
        ),
    )
}

FROM_LOGITS_SIGMOID = Parameter(
    "from_logits", False, BooleanValue(), "Whether the last layer is linear, and the loss applies sigmoid."
)
BALANCE = Parameter("alpha", 0.25, SHARE, "The weight of the right class; the wrong classes share the rest of 1.")
# Keras' documentation swaps alpha and beta of Tversky.
TVERSKY_ALPHA = Parameter("alpha", 0.5, SHARE, "How much a right class that was missed counts.", "", (0.3, 0.5, 0.7))

PROBABILISTIC = "losses/probabilistic_losses/"
REGRESSION = "losses/regression_losses/"
HINGE = "losses/hinge_losses/"


def _loss(name: str, labels: str = "one-hot", **row: object) -> Entry:
    return build_entry("losses", name, arguments=ARGUMENTS, left_out=LEFT_OUT, labels=labels, **row)  # type: ignore[arg-type]


LOSSES = table(
    _loss(
        "SparseCategoricalCrossentropy",
        labels="integer",
        group="Cross-entropy",
        sentence="How surprised the network is by the right class; a good first choice.",
        page=PROBABILISTIC,
        formula=r"L = -\ln \hat y_{c}, \quad c \text{ the right class}",
        short="cross-entropy",
        expects=("softmax",),
        guessing_loss="log",
    ),
    _loss(
        "CategoricalCrossentropy",
        group="Cross-entropy",
        sentence="The same cross-entropy, with one-hot labels: a column for each class.",
        page=PROBABILISTIC,
        first=("label_smoothing",),
        formula=r"L = -\sum_k y_k \ln \hat y_k",
        short="one-hot cross-entropy",
        expects=("softmax",),
        guessing_loss="log",
    ),
    _loss(
        "CategoricalFocalCrossentropy",
        group="Cross-entropy",
        sentence="Cross-entropy in which images that are already answered well hardly count.",
        page=PROBABILISTIC,
        first=("gamma", "alpha"),
        formula=r"L = -\alpha \sum_k (1 - \hat y_k)^\gamma\, y_k \ln \hat y_k",
        short="focal cross-entropy",
        expects=("softmax",),
    ),
    _loss(
        "BinaryCrossentropy",
        group="Cross-entropy",
        sentence="Asks of each class by itself: this class, yes or no?",
        page=PROBABILISTIC,
        own={"from_logits": FROM_LOGITS_SIGMOID},
        first=("label_smoothing",),
        formula=r"L = -\frac{1}{K} \sum_k \big(y_k \ln \hat y_k + (1 - y_k) \ln (1 - \hat y_k)\big)",
        short="binary cross-entropy",
        expects=("sigmoid",),
        among_classes="CategoricalCrossentropy",
    ),
    _loss(
        "BinaryFocalCrossentropy",
        group="Cross-entropy",
        sentence="Binary cross-entropy in which answers that are already good hardly count.",
        page=PROBABILISTIC,
        own={"from_logits": FROM_LOGITS_SIGMOID, "alpha": BALANCE},
        first=("gamma", "apply_class_balancing", "alpha"),
        formula=r"L = -\frac{1}{K} \sum_k \big((1 - \hat y_k)^\gamma\, y_k \ln \hat y_k"
        r" + \hat y_k^\gamma (1 - y_k) \ln (1 - \hat y_k)\big)",
        short="binary focal cross-entropy",
        expects=("sigmoid",),
        among_classes="CategoricalFocalCrossentropy",
        only_with=(("alpha", "apply_class_balancing"),),
    ),
    _loss(
        "KLDivergence",
        group="Probability",
        sentence="How far the answered probabilities are from the label's; with one-hot labels, cross-entropy again.",
        page=PROBABILISTIC,
        formula=r"L = \sum_k y_k \ln \frac{y_k}{\hat y_k}",
        short="KL divergence",
        expects=("softmax",),
        guessing_loss="log",
    ),
    _loss(
        "Poisson",
        group="Probability",
        sentence="Made for counts: how well the answers fit as mean numbers of events.",
        page=PROBABILISTIC,
        formula=r"L = \frac{1}{K} \sum_k \big(\hat y_k - y_k \ln \hat y_k\big)",
        short="Poisson loss",
        expects=("softmax", "sigmoid"),
    ),
    _loss(
        "MeanSquaredError",
        group="Distance",
        sentence="The mean squared difference between answer and label: large errors count most.",
        page=REGRESSION,
        formula=r"L = \frac{1}{K} \sum_k (y_k - \hat y_k)^2",
        short="mean squared error",
        expects=("softmax", "sigmoid", "linear", "tanh"),
    ),
    _loss(
        "MeanAbsoluteError",
        group="Distance",
        sentence="The mean difference between answer and label, without its sign.",
        page=REGRESSION,
        formula=r"L = \frac{1}{K} \sum_k |y_k - \hat y_k|",
        short="mean absolute error",
        expects=("softmax",),
    ),
    _loss(
        "MeanSquaredLogarithmicError",
        group="Distance",
        sentence="The squared error of the logarithms: by which factor an answer is off.",
        page=REGRESSION,
        formula=r"L = \frac{1}{K} \sum_k \big(\ln(1 + y_k) - \ln(1 + \hat y_k)\big)^2",
        short="squared logarithmic error",
        expects=("softmax", "sigmoid"),
    ),
    _loss(
        "Huber",
        group="Distance",
        sentence="A square for small errors and a straight line for large ones, so that outliers count less.",
        page=REGRESSION,
        first=("delta",),
        formula=r"L = \frac{1}{K} \sum_k h(y_k - \hat y_k),\quad"
        r" h(e) = \begin{cases} e^2 / 2 & |e| \le \delta \\ \delta |e| - \delta^2 / 2 & |e| > \delta \end{cases}",
        short="Huber loss",
        expects=("softmax", "sigmoid", "linear", "tanh"),
    ),
    _loss(
        "LogCosh",
        group="Distance",
        sentence="Much like Huber, without a corner: nearly a square for small errors, nearly a line for large ones.",
        page=REGRESSION,
        formula=r"L = \frac{1}{K} \sum_k \ln \cosh(\hat y_k - y_k)",
        short="log-cosh loss",
        expects=("softmax", "sigmoid", "linear", "tanh"),
    ),
    _loss(
        "CategoricalHinge",
        group="Margin",
        sentence="The right class must beat the best wrong class by 1; a larger lead does not count.",
        page=HINGE,
        formula=r"L = \max\Big(0,\; 1 + \max_k\, (1 - y_k)\, \hat y_k - \sum_k y_k \hat y_k\Big)",
        short="categorical hinge loss",
        expects=("linear", "tanh", "softmax", "sigmoid"),
    ),
    _loss(
        "Hinge",
        group="Margin",
        sentence="Wants more than 1 for the right class and less than -1 for all others.",
        page=HINGE,
        formula=r"L = \frac{1}{K} \sum_k \max(0,\; 1 - t_k \hat y_k),\quad t_k = 2 y_k - 1",
        short="hinge loss",
        expects=("linear",),  # with softmax, no answer reaches 1
    ),
    _loss(
        "SquaredHinge",
        group="Margin",
        sentence="The square of the hinge loss: small violations hardly count, large ones a lot.",
        page=HINGE,
        formula=r"L = \frac{1}{K} \sum_k \max(0,\; 1 - t_k \hat y_k)^2,\quad t_k = 2 y_k - 1",
        short="squared hinge loss",
        expects=("linear", "tanh", "softmax"),
    ),
    _loss(
        "CosineSimilarity",
        group="Overlap",
        sentence="Compares the direction of answer and label, not their length; -1 is best.",
        page=REGRESSION,
        formula=r"L = -\frac{\sum_k y_k \hat y_k}{\lVert y \rVert\, \lVert \hat y \rVert}",
        short="cosine similarity",
        expects=("softmax", "sigmoid", "linear", "tanh"),
    ),
    _loss(
        "Dice",
        group="Overlap",
        sentence="How little answers and labels overlap, over the whole batch at once; made for outlines in images.",
        page=REGRESSION,
        formula=r"L = 1 - \frac{2 \sum y\, \hat y}{\sum y + \sum \hat y}",
        short="Dice loss",
        expects=("softmax", "sigmoid"),
    ),
    _loss(
        "Tversky",
        group="Overlap",
        sentence="Dice in which a missed class and a wrong class can count differently.",
        page=REGRESSION,
        own={"alpha": TVERSKY_ALPHA},
        first=("alpha", "beta"),
        formula=r"L = 1 - \frac{\sum y\, \hat y}"
        r"{\sum y\, \hat y + \alpha \sum y\, (1 - \hat y) + \beta \sum (1 - y)\, \hat y}",
        short="Tversky loss",
        expects=("softmax", "sigmoid"),
    ),
    _loss(
        "CategoricalGeneralizedCrossEntropy",
        labels="integer",
        group="Cross-entropy",
        sentence="Between cross-entropy and absolute error: bears some wrong labels in the data.",
        page=HINGE,
        first=("q",),
        formula=r"L = \frac{1 - \hat y_c^{\,q}}{q}, \quad c \text{ the right class}",
        short="generalized cross-entropy",
        expects=("softmax",),
    ),
)
