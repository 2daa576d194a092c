"""The table of the coach's rules. Each rule recognises a failure from the numbers of a run, and the first match counts.

A rule returns a Problem: the observed numbers (`happened`), the likely cause (`why`), the numbers of a healthy run
(`expected`), and the advice (`fix`, and `repairs` of the run's experiment). The functions are in `learning_failures`,
`bad_settings`, `bad_labels`, `generalization` and `ignored_warnings`; this file holds their titles, their sources and their
order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.coach import bad_labels, bad_settings, generalization, ignored_warnings, learning_failures
from core.coach.ignored_warnings import ignored_warning
from core.coach.run_metrics import RunMetrics, read_run_metrics
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.problems import Problem
from core.run_events import RunEvent

FIRST_EPOCH = 2  # the first epoch after which rules apply; earlier numbers say too little
MOST_BATCHES = 1_000  # "batch" events that the coach reads; more events tell nothing new
NO_ALARM = "The coach sees nothing to worry about."


@dataclass(frozen=True)
class Rule:
    """A rule of the coach, with its title, its source and the function that applies the rule."""

    code: str  # the code of its Problem
    title: str  # the name of the failure in a few words
    source: str  # the publication that describes the failure and its cause
    find: Callable[[RunMetrics], Problem | None]
    from_epoch: int = FIRST_EPOCH  # the number of completed epochs from which the rule applies


CS231N = "CS231n, Convolutional Neural Networks for Visual Recognition: Neural Networks Part"
DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning (2016)"
GLOROT = "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010)"
KERAS_FAQ = "Keras FAQ: Why is my training loss much higher than my testing loss?"

# In order of certainty: a rule for a cause comes before the rules for its signs.
RULES = (
    Rule(
        "not-finite",
        "The loss is no number any more",
        f"{DEEP_LEARNING}, section 8.2.4, Cliffs and Exploding Gradients",
        learning_failures.not_finite,
        from_epoch=0,
    ),
    Rule(
        "softmax-twice",
        "Softmax is applied twice",
        "Keras API: Probabilistic losses, from_logits",
        learning_failures.softmax_twice,
    ),
    Rule(
        "no-softmax",
        "The answers do not fit the loss",
        "Keras API: Probabilistic losses, from_logits",
        learning_failures.unsuitable_output_activation,
    ),
    Rule(
        "unscaled-pixels",
        "The pixels are not scaled",
        "LeCun, Bottou, Orr and Müller, Efficient BackProp (1998), section 4.3, Normalizing the Inputs",
        learning_failures.find_unscaled_pixels,
    ),
    Rule(
        "moving-averages",
        "The running averages are behind",
        "Ioffe and Szegedy, Batch Normalization (2015), section 3.1; Keras API: BatchNormalization, momentum",
        generalization.moving_averages,
    ),
    Rule(
        "averaged-weights",
        "The weights become averages at the end",
        "Keras API: Optimizers, use_ema and ema_momentum",
        ignored_warnings.averaged_weights,
    ),
    Rule(
        "tiny-batches",
        "Batches are too small to normalise",
        "Wu and He, Group Normalization (2018), section 1 and figure 1",
        bad_settings.tiny_batches,
    ),
    Rule(
        "stuck-at-guess",
        "The loss is stuck at guessing",
        f"{CS231N} 3, Sanity Checks",
        learning_failures.stuck_with_known_cause,
    ),
    Rule(
        "clipped-gradients",
        "Gradients are cut to nothing",
        "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013), section 3.2",
        ignored_warning(*ignored_warnings.CLIPPED),
    ),
    Rule(
        "strong-weight-decay",
        "The weight decay is too strong",
        "Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), section 2",
        ignored_warning("high-weight_decay"),
    ),
    Rule(
        "high-momentum",
        "The momentum is too high",
        f"{DEEP_LEARNING}, section 8.3.2, Momentum",
        ignored_warning("high-momentum"),
    ),
    Rule("high-epsilon", "Steps are divided by too much", "Keras API: Adam, epsilon", ignored_warning("high-epsilon")),
    Rule(
        "tight-constraint",
        "A constraint leaves no room",
        "Srivastava et al., Dropout (2014), section 5.1, max-norm regularization; Keras API: Layer weight constraints",
        ignored_warning("low-max_value"),
    ),
    Rule(
        "strong-augmentation",
        "The images are changed too much",
        "Shorten and Khoshgoftaar, A survey on Image Data Augmentation for Deep Learning (2019), safety",
        ignored_warnings.strong_augmentation,
    ),
    Rule(
        "strong-noise",
        "The noise hides the images",
        "Bishop, Training with Noise is Equivalent to Tikhonov Regularization (1995)",
        ignored_warnings.strong_noise,
    ),
    Rule(
        "strong-penalty",
        "The penalty is too strong",
        f"{DEEP_LEARNING}, section 7.1, Parameter Norm Penalties",
        bad_settings.strong_penalty,
    ),
    Rule(
        "exploding-gradients",
        "Gradients explode",
        "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013), section 2",
        learning_failures.exploding_gradients,
    ),
    Rule(
        "learning-rate-too-high",
        "The learning rate is too high",
        f"{CS231N} 3, Babysitting: Loss function",
        learning_failures.learning_rate_too_high,
    ),
    Rule(
        "class-imbalance",
        "The classes are uneven",
        "Buda, Maki and Mazurowski, A systematic study of the class imbalance problem (2018), section 1",
        bad_labels.class_imbalance,
    ),
    Rule(
        "random-labels",
        "The labels say nothing",
        "Zhang, Bengio, Hardt, Recht and Vinyals, Understanding deep learning requires rethinking generalization (2017), "
        "section 2.2",
        bad_labels.random_labels,
    ),
    Rule(
        "label-noise",
        "Many labels are wrong",
        "Northcutt, Jiang and Chuang, Confident Learning (2021), section 2",
        bad_labels.label_noise,
    ),
    Rule(
        "strong-dropout",
        "Too much is dropped",
        "Srivastava et al., Dropout (2014), section 7.3, Effect of Dropout Rate",
        bad_settings.strong_dropout,
    ),
    Rule("vanishing-gradients", "Gradients vanish", f"{GLOROT}, section 4", learning_failures.vanishing_gradients),
    Rule(
        "saturated-units",
        "Units are saturated",
        f"{GLOROT}, section 3, Effect of Activation Functions and Saturation During Training",
        bad_settings.saturated_units,
    ),
    Rule(
        "dead-units", "Units are dead", f"{CS231N} 1, Commonly used activation functions: ReLU", learning_failures.dead_units
    ),
    Rule(
        "wrong-loss",
        "The loss is not made for classes",
        f"{DEEP_LEARNING}, section 6.2.2, Output Units",
        bad_settings.wrong_loss,
    ),
    Rule(
        "few-updates",
        "Too few updates",
        "Hoffer, Hubara and Soudry, Train longer, generalize better (2017), section 4",
        bad_settings.few_updates,
    ),
    Rule(
        "underfitting",
        "Underfitting",
        f"{DEEP_LEARNING}, section 5.2, Capacity, Overfitting and Underfitting",
        generalization.underfitting,
    ),
    Rule(
        "learning-rate-too-low",
        "The learning rate is too low",
        f"{CS231N} 3, Babysitting: Loss function",
        learning_failures.learning_rate_too_low,
    ),
    Rule(
        "ignored-warning",
        "A warning was ignored",
        "The checks of Load, Define, Compile and Train: what they warn of before a run",
        ignored_warnings.any_ignored_warning,
    ),
    Rule("stuck-at-guess", "The loss is stuck at guessing", f"{CS231N} 3, Sanity Checks", learning_failures.stuck_at_guess),
    Rule("overfitting", "Overfitting", f"{DEEP_LEARNING}, sections 5.2 and 7.8, Early Stopping", generalization.overfitting),
    Rule(
        "plateau",
        "A plateau",
        "Smith, Cyclical Learning Rates for Training Neural Networks (2017); Keras API: ReduceLROnPlateau",
        generalization.plateau,
    ),
    Rule("validation-better", "Validation is better than training", KERAS_FAQ, generalization.validation_better),
    Rule(
        "softmax-with-from-logits",
        "Softmax is asked for twice",
        "Keras API: Probabilistic losses, from_logits",
        learning_failures.softmax_with_from_logits,
    ),
)


def find_alarm(experiment: Experiment, events: Sequence[RunEvent], summary: Summary | None = None) -> Problem | None:
    """Return the most likely problem of a run, or None.

    Parameters
    ----------
    experiment
        The experiment that is trained.
    events
        The events that the run reported so far, in order.
    summary
        Keras' table of the network, or None, with which the coach repeats no warning that needs shapes.
    """
    run = read_run_metrics(experiment, events, summary)
    for rule in RULES:
        if len(run.epochs) >= rule.from_epoch and (problem := rule.find(run)) is not None:
            return replace(problem, code=rule.code)
    return None


def alarm_title(code: str) -> str:
    """Return the title of a problem by its rule's code, such as "Overfitting". Return NO_ALARM for an empty code."""
    return next((rule.title for rule in RULES if rule.code == code), NO_ALARM)
