"""Terms about the quality of a trained network, and about views into a network."""

import math

from core.glossary.drawings import (
    BOTTOM,
    HEIGHT,
    LEFT,
    TEST,
    TRAINING,
    WIDTH,
    WRONG,
    Chart,
    bars,
    box,
    dot,
    grid,
    line,
    shade,
    svg,
    text,
)
from core.glossary.term import KERAS, PAGE, SCIKIT_LEARN, WIKIPEDIA, Term

MATRIX = ((8, 1, 1), (2, 7, 1), (0, 0, 10))  # rows: actual classes; columns: predicted classes
NAMES = ("shirt", "bag", "boot")
CLOUD = ((-2.2, -1.0), (-1.5, -0.9), (-0.9, -0.1), (-0.4, -0.5), (0.2, 0.4), (0.8, 0.1), (1.3, 0.8), (2.0, 1.2))
SCORES = "modules/model_evaluation.html"


def matrix(marked: str = "", down: int = 0) -> str:
    """Draw a confusion matrix, moved down by some pixels. `marked` is "row", "column", "diagonal" or nothing."""
    looks = {
        "row": lambda row, column: row == 1,
        "column": lambda row, column: column == 1,
        "diagonal": lambda row, column: row == column,
    }
    cells = grid(MATRIX, (120, 26 + down), cell=40, marked=looks.get(marked, lambda row, column: False))
    columns = [text(140 + 40 * number, 20 + down, name) for number, name in enumerate(NAMES)]
    rows = [text(112, 52 + down + 40 * number, name, anchor="end") for number, name in enumerate(NAMES)]
    return "".join([cells, *columns, *rows])


def confusion_drawing() -> str:
    """Draw the confusion matrix of thirty images with its diagonal."""
    return svg(
        "Rows: actual classes; columns: predicted classes. Right answers lie on the diagonal",
        text(180, 16, "the network says"),
        text(112, 44, "it is", anchor="end"),
        matrix("diagonal", down=24),
        size=(WIDTH, HEIGHT + 24),
    )


def accuracy_drawing() -> str:
    """Draw accuracy as the share of the diagonal in a confusion matrix."""
    right, total = sum(MATRIX[i][i] for i in range(3)), sum(map(sum, MATRIX))
    return svg(
        f"{right} of {total} answers lie on the diagonal",
        matrix("diagonal"),
        text(250, 80, f"{right}/{total}", anchor="start"),
    )


def precision_drawing() -> str:
    """Draw precision as the share of right answers in a column of a confusion matrix."""
    right, predicted = MATRIX[1][1], sum(row[1] for row in MATRIX)
    return svg(
        f"Of {predicted} images called bag, {right} are bags",
        matrix("column"),
        text(250, 80, f"{right}/{predicted}", anchor="start"),
    )


def recall_drawing() -> str:
    """Draw recall as the share of right answers in a row of a confusion matrix."""
    right, actual = MATRIX[1][1], sum(MATRIX[1])
    return svg(
        f"Of {actual} bags, {right} are called bag", matrix("row"), text(250, 80, f"{right}/{actual}", anchor="start")
    )


def top_k_drawing() -> str:
    """Draw probabilities in which the right class ranks second, as an example of top-k accuracy."""
    return svg("Shirt 0.5, bag 0.4, boot 0.1: the right class bag is among the first two", bars((0.5, 0.4, 0.1), NAMES))


def calibration_drawing() -> str:
    """Draw a calibration curve, the share of right answers by confidence."""
    chart = Chart((0, 1), (0, 1))
    said_and_right = ((0.3, 0.25), (0.5, 0.4), (0.7, 0.55), (0.9, 0.72))
    points = [chart.at(*pair) for pair in said_and_right]
    return svg(
        "Points below the diagonal: answers that are sure by 90 % are right in 72 %",
        chart.axes("sure", "right"),
        line([chart.at(0, 0), chart.at(1, 1)], "#808890", "3 4", 2),
        line(points, TEST),
        *(dot(point, TEST) for point in points),
    )


def saliency_drawing() -> str:
    """Draw a saliency map, the importance of each pixel for a prediction."""
    strengths = [[math.exp(-((row - 2) ** 2 + (column - 3) ** 2) / 3) for column in range(7)] for row in range(5)]
    return svg(
        "A square of pixels, the strongest where the object is",
        grid(strengths, (70, 12), written=False, fill=lambda value: shade(value, TRAINING)),
    )


def occlusion_drawing() -> str:
    """Draw a grey square over an image, with the probabilities before and after."""
    image = [[1.0 if 1 <= row <= 3 and 2 <= column <= 4 else 0.15 for column in range(6)] for row in range(5)]
    patch = box(LEFT + 2 + 2 * 24, 18 + 24, 48, 48, fill="#808890", stroke=WRONG)
    answers = bars((0.9, 0.3), ("", ""))
    pixels = grid(image, (LEFT + 2, 18), cell=24, written=False, fill=lambda value: shade(value))
    return svg(
        "A grey square covers a part of an image: the answer falls from 0.9 to 0.3",
        pixels,
        patch,
        f'<g transform="translate(70 0)">{answers}</g>',
    )


def pca_drawing() -> str:
    """Draw a cloud of points with its axis of largest variance."""
    chart, count = Chart((-3, 3), (-1.7, 1.7)), len(CLOUD)
    xx, yy, xy = (sum(p[i] * p[j] for p in CLOUD) / count for i, j in ((0, 0), (1, 1), (0, 1)))
    angle = math.atan2(2 * xy, xx - yy) / 2  # the angle of the first principal axis, for a matrix of two rows
    x, y = math.cos(angle), math.sin(angle)
    axis = [chart.at(-2.6 * x, -2.6 * y), chart.at(2.6 * x, 2.6 * y)]
    return svg(
        "A cloud of points, and the line along which it is longest",
        line(axis, TRAINING),
        *(dot(chart.at(*p)) for p in CLOUD),
    )


def integrated_drawing() -> str:
    """Draw the steps of integrated gradients, from a black image to the image."""
    image = ((0.2, 1.0), (1.0, 0.4))
    steps = []
    for number in range(5):
        shown = [[number / 4 * value for value in row] for row in image]
        steps.append(grid(shown, (24 + 58 * number, 46), cell=22, written=False, fill=shade))
    return svg("Five steps from a black image to the image", *steps, text(160, BOTTOM, "black → image"))


TERMS = (
    Term("metric", "A number that people watch; training does not use it.", KERAS + "metrics/", drawing=accuracy_drawing),
    Term("accuracy", "The share of images that were classified correctly.", KERAS + "metrics/accuracy_metrics/",
         drawing=accuracy_drawing),
    Term("confusion matrix", "A table of images: a row for each actual class, a column for each predicted class.",
         SCIKIT_LEARN + SCORES + "#confusion-matrix", also=("matrix",), drawing=confusion_drawing),
    Term("precision", "Of all images called a class, the share that is of this class.",
         SCIKIT_LEARN + SCORES + "#precision-recall-f-measure-metrics", drawing=precision_drawing),
    Term("recall", "Of all images of a class, the share that was found.",
         SCIKIT_LEARN + SCORES + "#precision-recall-f-measure-metrics", drawing=recall_drawing),
    Term("F1", "One number for precision and recall: their harmonic mean, small if either is.",
         SCIKIT_LEARN + SCORES + "#precision-recall-f-measure-metrics", also=("F1 score",),
         example="Precision 0.9 and recall 0.5: F1 = 2 · 0.9 · 0.5 / (0.9 + 0.5) = 0.64."),
    Term("top-k", "The share of images whose right class is among the k likeliest answers.",
         KERAS + "metrics/accuracy_metrics/", also=("top-2", "top-3", "top-5", "top 3", "top 5"), drawing=top_k_drawing),
    Term("probability", "How sure the network is of a class, from 0 to 1; all classes add up to 1.",
         WIKIPEDIA + "Softmax_function", also=("probabilities",), drawing=top_k_drawing),
    Term("confidence", "The probability of the class that the network names.", PAGE + "evaluate", drawing=top_k_drawing),
    Term("threshold", "A limit: above it the network answers, below it the network may say “not sure”.", PAGE + "evaluate",
         example="Threshold 0.8: an image with probabilities 0.7, 0.2 and 0.1 is not answered."),
    Term("margin", "How far the largest probability lies above the second largest.", PAGE + "evaluate",
         example="0.5, 0.4 and 0.1: the margin is 0.1, so that the network wavers between two classes."),
    Term("tie", "Two classes share the largest probability, so that no class is the likeliest.", PAGE + "evaluate",
         also=("tied",), example="0.4, 0.4 and 0.2: argmax names the first class, which is chance."),
    Term("argmax", "The position of the largest number of a list; of equal ones the first.",
         "https://numpy.org/doc/stable/reference/generated/numpy.argmax.html",
         example="argmax of 0.1, 0.7, 0.2 is 1, since positions are counted from 0."),
    Term("calibration", "Whether answers that are sure by 90 % are right in 90 of 100 cases.",
         SCIKIT_LEARN + "modules/calibration.html", also=("calibrated",), drawing=calibration_drawing),
    Term("calibration error", "How far, on average, confidence and share of right answers lie apart.",
         "https://arxiv.org/abs/1706.04599", drawing=calibration_drawing),
    Term("evaluate", "Measuring how good a network is on images that it has not learned from.",
         KERAS + "models/model_training_apis/#evaluate-method",
         example="model.evaluate(x_test, y_test) → loss 0.30, accuracy 0.91."),
    Term("decision boundary", "Where a network cannot decide between two classes; with two inputs, a line.", PAGE + "border",
         also=("decision boundaries",),
         example="A network without a hidden layer has a straight line as its boundary between two classes of points."),
    Term("baseline", "The result without learning, such as of guessing: a network should do better.",
         SCIKIT_LEARN + "modules/generated/sklearn.dummy.DummyClassifier.html", also=("guessing",),
         example="Ten classes, equally frequent: guessing is right in 10 %, with a loss of ln 10 = 2.30."),
    Term("standard deviation", "How far numbers lie from their mean, typically.", WIKIPEDIA + "Standard_deviation",
         example="Accuracies 0.88, 0.89 and 0.90: mean 0.89, standard deviation 0.01."),
    Term("saliency", "How strongly the answer would change with each pixel.", PAGE + "why", also=("saliency map",),
         drawing=saliency_drawing),
    Term("Grad-CAM", "Where the maps of a layer speak for a class: each map is weighed by its gradient.", PAGE + "why",
         drawing=saliency_drawing),
    Term("occlusion", "Covering a part of the image and watching how the answer falls.", PAGE + "why",
         drawing=occlusion_drawing),
    Term("integrated gradients", "The gradients on the way from a black image to the image, added up for each pixel.",
         PAGE + "why", drawing=integrated_drawing),
    Term("adversarial", "Changed so little that people hardly see it, and so that the network errs.", PAGE + "try_it",
         also=("adversarial image",), example="Each pixel by 2 of 255 against the gradient: “bag” becomes “shirt”."),
    Term("PCA", "Principal component analysis: turns a cloud of points so that its longest directions are the axes.",
         SCIKIT_LEARN + "modules/decomposition.html#pca", also=("principal component analysis",), drawing=pca_drawing),
)  # fmt: skip
