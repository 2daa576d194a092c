"""Terms about learning (losses, gradients, optimizers and failures), and about devices and backends."""

import math
import random

from core.glossary.drawings import (
    BEST_EPOCH,
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    TRAINING,
    VALIDATION,
    WRONG,
    Chart,
    arrow,
    box,
    descent,
    descent_drawing,
    dot,
    falling_loss,
    line,
    overfitting_loss,
    shade,
    svg,
    text,
    two_curves,
)
from core.glossary.term import KERAS, PAGE, SCIKIT_LEARN, WIKIPEDIA, Term

FIT = KERAS + "models/model_training_apis/#fit-method"
BATCHES = 4  # batches in the drawing of an epoch
SEEDS = (1, 1, 2)


def cross_entropy_drawing() -> str:
    """Draw cross-entropy: the loss of an image as a function of the predicted probability of its class."""
    chart = Chart((0, 1), (0, 5))
    parts = [chart.axes("", "−ln p"), chart.curve(lambda p: -math.log(max(p, math.exp(-5))), "#808890")]
    for p, colour in ((0.9, TRAINING), (0.5, TRAINING), (0.1, WRONG)):
        x, y = chart.at(p, -math.log(p))
        parts += [dot((x, y), colour), text(x, y - 12, f"{-math.log(p):.2f}"), text(x, BOTTOM + 20, p)]
    return svg("The loss −ln p: 0.11 for p = 0.9, 0.69 for 0.5, 2.30 for 0.1", *parts)


def gradient_drawing() -> str:
    """Draw a loss curve over a weight, with its tangent at a point."""
    chart, weight = Chart((-3, 3), (0, 9)), -2.0
    slope = [chart.at(x, weight * weight + 2 * weight * (x - weight)) for x in (-2.7, -0.9)]
    at = chart.at(weight, weight * weight)
    return svg(
        "A valley, and the slope at one point of it: −4",
        chart.axes("weight", "", origin=(-3, 0)),
        chart.curve(lambda x: x * x, "#808890"),
        line(slope, WRONG),
        dot(at, WRONG),
        text(at[0] + 14, at[1] - 4, "slope −4", anchor="start"),
    )


def chain_drawing() -> str:
    """Draw a weight, the output of its unit and the loss, and multiply the factors between them."""
    taken, label, weight = 2.0, 5.0, -0.5  # the unit of lesson 13
    output = taken * weight
    onward = 2 * (output - label)  # how much the squared error changes with the output
    places = ((44.0, "weight", weight), (210.0, "output", output), (376.0, "loss", (output - label) ** 2))
    parts = [text(210, 128, f"slope at the weight: {taken:g} × ({onward:g}) = {taken * onward:g}".replace("-", "−"))]
    for x, name, value in places:
        parts += [
            text(x, 18, name),
            dot((x, 62), TRAINING + "33", 32),
            text(x, 68, f"{value:g}".replace("-", "−"), bold=True),
        ]
    for x, factor, why in ((127.0, taken, "the input"), (293.0, onward, "2 × error")):
        parts += [arrow((x - 47, 62), (x + 47, 62)), text(x, 52, f"× {factor:g}".replace("-", "−")), text(x, 84, why)]
    return svg(
        "A change of the weight grows by 2 to the output, and by −12 to the loss: by −24 in all", *parts, size=(420, 136)
    )


def descent_steps() -> str:
    """Draw gradient descent with a good learning rate."""
    return descent_drawing("A ball that goes down a valley, in steps that become shorter", descent(0.15))


def rate_drawing() -> str:
    """Draw gradient descent with a learning rate that is too large."""
    return descent_drawing("Too large a learning rate: each step leads over the valley", descent(0.92, steps=6))


def momentum_drawing() -> str:
    """Draw gradient descent with momentum."""
    return descent_drawing("With momentum, a ball rolls through the bottom of the valley and back", descent(0.08, 0.8, 9))


def norm_drawing() -> str:
    """Draw a triangle whose long side is the norm of the two short sides."""
    a, b, c = (70.0, 120.0), (166.0, 120.0), (166.0, 48.0)
    length = math.hypot(4, 3)
    return svg(
        "A triangle of sides 4 and 3, whose long side is 5",
        line([a, b, c], "#808890"),
        line([a, c], TRAINING),
        text(118, 142, 4),
        text(182, 90, 3, anchor="start"),
        text(84, 76, f"√(4² + 3²) = {length:g}", anchor="middle"),
    )


def batch_drawing() -> str:
    """Draw the images of an epoch in batches."""
    parts = []
    for number in range(BATCHES):
        x = LEFT + number * 76
        for image in range(8):
            column, row = image % 4, image // 4
            parts.append(box(x + 16 * column, 50 + 16 * row, 13, 13, fill=shade(0.4 + 0.07 * image), stroke="none"))
        parts += [box(x - 4, 44, 69, 42, stroke=TRAINING), text(x + 30, 112, f"step {number + 1}")]
    parts.append(line([(LEFT, 30), (RIGHT, 30)], width=2) + text(160, 22, "one epoch"))
    return svg("Thirty-two images in four batches of eight: four steps, one epoch", *parts)


def overfitting_drawing() -> str:
    """Draw training and validation curves that diverge."""
    return two_curves("The training loss falls on; the validation loss rises again", falling_loss, overfitting_loss)


def learning_curve_drawing() -> str:
    """Draw training and validation curves that stay together."""
    return two_curves(
        "Training and validation loss fall together and flatten", falling_loss, lambda epoch: falling_loss(epoch) + 0.1
    )


def underfitting_drawing() -> str:
    """Draw training and validation curves that stay high."""
    return two_curves(
        "Both losses stay high",
        lambda epoch: 0.62 + 0.2 * math.exp(-epoch),
        lambda epoch: 0.68 + 0.2 * math.exp(-epoch),
    )


def early_stopping_drawing() -> str:
    """Draw learning curves with a line at the epoch of the lowest validation loss."""
    return two_curves(
        "A line where the validation loss is lowest: training ends there", falling_loss, overfitting_loss, BEST_EPOCH
    )


def schedule_drawing() -> str:
    """Draw a learning rate that follows half a cosine."""
    chart = Chart((0, 10), (0, 0.0011))
    curve = chart.curve(lambda epoch: 0.0005 * (1 + math.cos(math.pi * epoch / 10)), TRAINING)
    return svg(
        "A learning rate that falls from 0.001 to 0 along half a cosine", chart.axes("epochs", "learning rate"), curve
    )


def surface_drawing() -> str:
    """Draw a loss curve over a weight, with two minima."""
    chart = Chart((-2.2, 2.2), (-1.6, 4))
    curve = chart.curve(lambda x: x**4 - 3 * x * x + 0.6 * x + 1.8 - 0.6, "#808890")
    return svg("A loss with a deep and a shallow valley", chart.axes("weight", "loss"), curve)


def seed_numbers(seed: int) -> list[int]:
    """Return four throws of a die, drawn with a seed."""
    chance = random.Random(seed)
    return [chance.randint(1, 6) for _ in range(4)]


def seed_drawing() -> str:
    """Draw dice that were thrown with three seeds, two of which are the same."""
    rows = []
    for number, seed in enumerate(SEEDS):
        y, colour = TOP + 8 + 40 * number, TRAINING if seed == SEEDS[0] else VALIDATION
        rows.append(text(92, y + 20, f"seed {seed}", anchor="end") + arrow((100, y + 14), (122, y + 14)))
        for index, dice in enumerate(seed_numbers(seed)):
            x = 132 + 40 * index
            rows.append(box(x, y, 30, 30, fill=shade(0.2, colour)) + text(x + 15, y + 21, dice))
    return svg("Four dice: with seed 1 twice the same, with seed 2 others", *rows)


TERMS = (
    Term("machine learning", "Letting a program find its rules in examples, instead of writing the rules down.",
         WIKIPEDIA + "Machine_learning",
         example="From 1,293 small images of digits and their labels, a network learns to tell the digits apart."),
    Term("compile", "Choosing how a model learns: its optimizer, its loss and its metrics.",
         KERAS + "models/model_training_apis/#compile-method", not_after=("xla",),
         example='model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])'),
    Term("training", "Changing the weights step by step, so that the loss on the training set becomes small.", FIT,
         also=("learning",), drawing=descent_steps),
    Term("epoch", "One pass over all training images.", FIT, drawing=batch_drawing),
    Term("batch", "The few images of one step of learning.", FIT,
         also=("batch size", "mini-batch"), drawing=batch_drawing),
    Term("step", "One change of all weights, after one batch.", FIT, also=("training step",), drawing=batch_drawing,
         not_after=("five", "no"), not_on=("define", "inside", "why", "take_away")),  # steps of a way or of the lecture
    Term("loss", "One number for how wrong the answers are; training makes it small.", KERAS + "losses/",
         also=("losses",), drawing=cross_entropy_drawing),
    Term("cross-entropy", "The loss of classifiers: minus the logarithm of the probability that the right class got.",
         KERAS + "losses/probabilistic_losses/", also=("crossentropy", "SparseCategoricalCrossentropy",
                                                       "CategoricalCrossentropy"), drawing=cross_entropy_drawing),
    Term("gradient", "For every weight, how steeply the loss rises if this weight grows.",
         WIKIPEDIA + "Gradient_descent", drawing=gradient_drawing),
    Term("gradient descent", "Taking a step against the gradient, downhill, again and again.",
         WIKIPEDIA + "Gradient_descent", drawing=descent_steps),
    Term("SGD", "Stochastic gradient descent: each step follows the gradient of one batch, not of all images.",
         KERAS + "optimizers/sgd/", example="Learning rate 0.01 and a gradient of 3: the weight falls by 0.03."),
    Term("backpropagation", "The way to compute the gradient: from the loss back through all layers, by the chain rule.",
         WIKIPEDIA + "Backpropagation", drawing=chain_drawing),
    Term("learning rate", "How long a step is: too small learns slowly, too large jumps over the valley.",
         KERAS + "optimizers/", drawing=rate_drawing),
    Term("schedule", "A plan that changes the learning rate during training.",
         KERAS + "optimizers/learning_rate_schedules/", also=("learning rate schedule",), drawing=schedule_drawing),
    Term("warmup", "Beginning with a small learning rate that grows, until the first wild gradients are over.",
         KERAS + "optimizers/learning_rate_schedules/cosine_decay/", also=("warm-up",),
         example="From 0 to 0.001 in 500 steps: the learning rate at step 100 is 0.0002."),
    Term("optimizer", "The rule that makes a step of weights out of the gradient.", KERAS + "optimizers/",
         drawing=descent_steps),
    Term("Adam", "An optimizer with momentum and a step size of its own for each weight.", KERAS + "optimizers/adam/",
         example="A weight whose gradients are always near 0.01 moves as far as a weight with gradients near 1."),
    Term("RMSprop", "An optimizer that divides the gradient of each weight by the size that it had lately.",
         KERAS + "optimizers/rmsprop/",
         example="A weight whose gradients are always 0.01 moves as far as a weight whose gradients are always 1."),
    Term("momentum", "Each step keeps a part of the step before, like a rolling ball.", KERAS + "optimizers/sgd/",
         drawing=momentum_drawing),
    Term("weight decay", "Drawing every weight a little towards 0 at each step.", KERAS + "optimizers/adamw/",
         example="Decay 0.01 and learning rate 0.1: a weight of 2 loses 0.1 · 0.01 · 2 = 0.002 at each step."),
    Term("L2 norm", "The length of a list of numbers: the root of the sum of their squares.",
         WIKIPEDIA + "Norm_(mathematics)", also=("L2", "norm"), drawing=norm_drawing),
    Term("L1 norm", "The sum of a list of numbers, each without its sign.", WIKIPEDIA + "Norm_(mathematics)", also=("L1",),
         example="The weights 3 and −4 have an L1 norm of 7; their L2 norm is 5."),
    Term("clipping", "Shortening a gradient that is too long.", KERAS + "optimizers/", also=("clipnorm",),
         example="With clipnorm 1, the gradient (3, 4) of length 5 becomes (0.6, 0.8)."),
    Term("loss surface", "The loss as a landscape over the weights; training looks for a valley.",
         "https://arxiv.org/abs/1712.09913", also=("loss landscape",), drawing=surface_drawing),
    Term("overfitting", "Learning training images by heart: the training loss falls, the validation loss rises.",
         WIKIPEDIA + "Overfitting", also=("overfits", "overfit", "by heart"), drawing=overfitting_drawing),
    Term("underfitting", "Learning too little: even the training images are often got wrong.",
         SCIKIT_LEARN + "auto_examples/model_selection/plot_underfitting_overfitting.html",
         also=("underfits", "underfit"), drawing=underfitting_drawing),
    Term("generalisation", "Doing well on images that were not learned from.",
         "https://developers.google.com/machine-learning/crash-course/overfitting/generalization",
         also=("generalization", "generalise", "generalises"), drawing=learning_curve_drawing),
    Term("regularisation", "Whatever makes learning by heart harder: dropout, weight decay, penalties, augmentation.",
         KERAS + "layers/regularizers/", also=("regularization", "regularizer"), drawing=learning_curve_drawing),
    Term("early stopping", "Ending when the validation loss has not improved for some epochs.",
         KERAS + "callbacks/early_stopping/", also=("EarlyStopping",), drawing=early_stopping_drawing),
    Term("learning curve", "The loss or accuracy after each epoch, drawn as a line.", PAGE + "train",
         also=("curves", "curve"), drawing=learning_curve_drawing),
    Term("history", "The result of fit: the loss and all metrics after each epoch.", FIT,
         example='history.history["val_accuracy"] → [0.81, 0.86, 0.88]', not_after=("undo",)),
    Term("callback", "Something that looks on during training, and may save, stop or change the learning rate.",
         KERAS + "callbacks/", example="EarlyStopping(patience=3) ends training after three epochs without progress."),
    Term("checkpoint", "The weights at one moment, saved to go back to.", KERAS + "callbacks/model_checkpoint/",
         example="ModelCheckpoint(save_best_only=True) keeps the weights of the best epoch so far."),
    Term("seed", "The number that random choices begin with: with the same seed, a run is the same again.",
         KERAS + "utils/python_utils/#set_random_seed-function", drawing=seed_drawing),
    Term("initialisation", "The random weights that a network begins with.", KERAS + "layers/initializers/",
         also=("initializer", "initialization"), drawing=seed_drawing),
    Term("dead unit", "A unit that gives 0 for every image; no gradient reaches it any more.",
         WIKIPEDIA + "Rectifier_(neural_networks)", also=("dead units",),
         example="relu of w · x − 50 with pixels from 0 to 1: the sum stays negative, so the unit always gives 0."),
    Term("hyperparameter", "A number that people choose, and training does not change.",
         WIKIPEDIA + "Hyperparameter_(machine_learning)",
         example="Units, learning rate, batch size and epochs are hyperparameters; weights are not."),
    Term("Keras", "A Python library for building, training and using networks; the code on these pages uses Keras.",
         "https://keras.io/about/", not_on=("backends",),
         example="keras.Sequential([layers.Flatten(), layers.Dense(10)]) is a network of two layers."),
    Term("backend", "The library that computes for Keras: TensorFlow, JAX or PyTorch.", PAGE + "backends",
         example='os.environ["KERAS_BACKEND"] = "jax", before import keras.'),
    Term("GPU", "A processor for graphics, which does thousands of multiplications at once.",
         WIKIPEDIA + "Graphics_processing_unit",
         example="A product of two 1,000 × 1,000 matrices has a million sums, which can run side by side."),
    Term("XLA", "A compiler that joins the operations of a step into fewer, quicker ones.",
         "https://openxla.org/xla", also=("jit_compile",),
         example="relu(x · w + b) becomes one loop over the numbers instead of three."),
    Term("tensor", "Numbers in rows, sheets or blocks, which flow through a network.",
         WIKIPEDIA + "Tensor_(machine_learning)",
         example="A batch of 32 grey images of 28 × 28 pixels is a tensor of shape (32, 28, 28, 1)."),
)  # fmt: skip
