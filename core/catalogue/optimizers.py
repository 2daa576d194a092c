"""The optimizers. An optimizer is a rule by which the weights follow the gradient.

Traits of every optimizer:

- `slots`: the number of values that the optimizer keeps for each weight with its default arguments. If kinds of weights
  differ, the largest number counts. The number is used to estimate memory.
- `extra_slot_arguments`: arguments that make the optimizer keep another value for each weight.
- `usual_learning_rate`: the range (low, high) outside which networks seldom learn well.
- `usual_rolling_rate`: the range (low, high) of learning rate / (1 - momentum), which is the final step size of an optimizer
  whose steps are as long as the gradient (Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2).
- `try_learning_rate`: a good first choice, if Keras' default lies outside the usual range.
- `steps_by_weights`: whether the steps are in proportion to the size of the weights.
- `at_most_one`: arguments that exclude each other.
- `only_with`: pairs of arguments. The first argument of a pair has no effect without the second.
"""

from core.catalogue import Entry, build_entry, table
from core.parameters import BooleanValue, Integer, Optional, Parameter, Real, WorkableRange

LEFT_OUT = {
    "name": "only a label for Keras' own messages",
    "exclude_layers": "a list of patterns of layer names, which no widget can hold",
    "muon_a": "its authors tuned the three numbers of the iteration together",
    "muon_b": "its authors tuned the three numbers of the iteration together",
    "muon_c": "its authors tuned the three numbers of the iteration together",
}

LEFT_OUT_OPTIMIZERS = {
    "LossScaleOptimizer": "wraps another optimizer, for weights of 16 bits; here they have 32",
    "MultiOptimizer": "gives each layer an optimizer of its own, which a single choice cannot say",
    "OptimizerMap": "no optimizer, but the list that MultiOptimizer reads",
    "Optimizer": "the base class, which cannot take a step",
}

DECAY = Real(0.0, 1.0, high_open=True)  # at 1, averages never change, and Adam divides by zero
PENALTY = Real(0.0, 1.0)
LIMIT = Optional(Real(0.0, 1_000.0, low_open=True), "no limit")  # Keras silently reads 0 as no limit
SMALL = Real(0.0, 1.0, low_open=True)  # at 0, a pixel that is always black gives 0/0, which is NaN

SLOW = WorkableRange(0.0, 0.99, "Gradients of hundreds of steps ago still count: the weights run past their goal.", 0.9)
SHORT = "The steps become so short that hardly anything is learned."
SHRINKS = "The penalty counts more than the loss: the weights shrink to nothing."

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "learning_rate",
            0.001,
            Real(0.0, 10.0, low_open=True),
            "How large each step is: too small learns slowly, too large not at all.",
            "",
            (0.0001, 0.001, 0.01, 0.1),
        ),
        Parameter("beta_1", 0.9, DECAY, "How much of the mean gradient is kept at each step.", "", (0.5, 0.9, 0.95)),
        Parameter(
            "beta_2",
            0.999,
            DECAY,
            "How much of the mean squared gradient is kept.",
            "",
            (0.9, 0.99, 0.999),
            workable=WorkableRange(
                0.3, 1.0, "Each step is as large as the last gradient was small: the weights jump about."
            ),
        ),
        Parameter(
            "epsilon",
            1e-7,
            SMALL,
            "A small number that avoids dividing by zero.",
            "",
            (1e-7, 1e-3),
            workable=WorkableRange(0.0, 0.05, SHORT),
        ),
        Parameter(
            "amsgrad", False, BooleanValue(), "Whether steps are divided by the largest mean so far, which never falls."
        ),
        Parameter("rho", 0.9, DECAY, "How much of the mean squared gradient is kept at each step.", "", (0.9, 0.95)),
        Parameter(
            "momentum",
            0.0,
            DECAY,
            "The part of the last step that is added to the next step.",
            "",
            (0.0, 0.5, 0.9),
            workable=SLOW,
        ),
        Parameter("nesterov", False, BooleanValue(), "Whether momentum looks a step ahead."),
        Parameter("centered", False, BooleanValue(), "Whether gradients are divided by their spread around the mean."),
        Parameter(
            "initial_accumulator_value",
            0.1,
            Real(0.0, 100.0, low_open=True),  # Ftrl divides by this number if a gradient stays 0
            "The sum of squared gradients to start with: larger means smaller first steps.",
        ),
        Parameter(
            "weight_decay",
            None,
            Optional(PENALTY, "no decay"),
            "Which share of each weight, times the learning rate, is taken away at each step.",
            "",
            (0.0001, 0.001, 0.01),
        ),
        Parameter(
            "clipnorm",
            None,
            LIMIT,
            "The greatest length of the gradient of a weight matrix.",
            "",
            (1.0,),
            workable=WorkableRange(0.05, 1_000.0, SHORT),
        ),
        Parameter(
            "clipvalue",
            None,
            LIMIT,
            "The largest that any number of a gradient may be.",
            "",
            (0.5, 1.0),
            workable=WorkableRange(0.0001, 1_000.0, SHORT),
        ),
        Parameter(
            "global_clipnorm",
            None,
            LIMIT,
            "The longest that all gradients may be together.",
            "",
            (1.0,),
            workable=WorkableRange(0.05, 1_000.0, SHORT),
        ),
        Parameter("use_ema", False, BooleanValue(), "Whether a running mean of the weights replaces them in the end."),
        Parameter("ema_momentum", 0.99, DECAY, "How much of the running mean of the weights is kept at each step."),
        Parameter(
            "ema_overwrite_frequency",
            None,
            Optional(Integer(1, 1_000_000), "once, after the last epoch"),
            "How often the running mean replaces the weights.",
            "steps",
        ),
        Parameter(
            "loss_scale_factor",
            None,
            Optional(Real(0.0, 1e6, low_open=True), "no scaling"),
            "The factor of the loss, by which gradients are divided, against rounding to zero.",
        ),
        Parameter(
            "gradient_accumulation_steps",
            None,
            Optional(Integer(2, 1_000), "every batch"),
            "Over how many batches the gradient is averaged before the weights change.",
            "batches",
            (2, 4, 8),
        ),
        Parameter("beta_2_decay", -0.8, Real(-5.0, 0.0), "How fast the mean of squared gradients gets longer."),
        Parameter("epsilon_2", 0.001, SMALL, "The smallest size of weights that steps are measured by."),
        Parameter("clip_threshold", 1.0, Real(0.0, 1_000.0, low_open=True), "The largest that a typical step may be."),
        Parameter("relative_step", True, BooleanValue(), "Whether the learning rate falls as training goes on."),
        Parameter("learning_rate_power", -0.5, Real(-2.0, 0.0), "How fast steps shrink; 0 keeps them the same."),
        Parameter(
            "l1_regularization_strength",
            0.0,
            PENALTY,
            "A penalty that sets small weights to exactly 0.",
            workable=WorkableRange(0.0, 0.1, SHRINKS),
        ),
        Parameter("l2_regularization_strength", 0.0, PENALTY, "A penalty on large weights."),
        Parameter("l2_shrinkage_regularization_strength", 0.0, PENALTY, "A penalty that is added to the gradient."),
        Parameter("beta", 0.0, PENALTY, "A further penalty on large weights, divided by the learning rate."),
        Parameter("adam_beta_1", 0.9, DECAY, "As beta_1 of Adam, for the weights that are no matrix."),
        Parameter("adam_beta_2", 0.999, DECAY, "As beta_2 of Adam, for the weights that are no matrix."),
        Parameter("adam_weight_decay", 0.004, Optional(PENALTY, "no decay"), "Weight decay where Adam is used."),
        Parameter("adam_lr_ratio", 1, Real(0.0, 10.0, low_open=True), "The learning rate of Adam, as a multiple."),
        Parameter("exclude_embeddings", True, BooleanValue(), "Whether Embedding layers are left to Adam."),
        Parameter("ns_steps", 5, Integer(1, 20), "How many rounds bring the step's directions to equal size.", "rounds"),
        Parameter(
            "rms_rate",
            0.2,
            Optional(Real(0.0, 10.0, low_open=True), "no adjustment"),
            "How large a step is for the matrix's size, so that Adam's learning rates fit.",
        ),
        Parameter("warmup_steps", 0, Integer(0, 100_000), "Over how many steps the learning rate rises.", "steps"),
    )
}

DECAY_TEXT = "Which share of each weight, times the learning rate, is taken away at each step."
DECAY_REQUIRED = Parameter("weight_decay", 0.004, PENALTY, DECAY_TEXT, "", (0.0001, 0.004, 0.01))


def _decay(most: float) -> Parameter:
    """Return the parameter `weight_decay` of an optimizer whose steps may be smaller than the decay, at most `most`."""
    workable = WorkableRange(0.0, most, "Each step takes away more of the weights than the gradient gives them.")
    usual = tuple(value for value in (0.0001, 0.001, 0.01) if value <= most)
    return Parameter("weight_decay", None, Optional(PENALTY, "no decay"), DECAY_TEXT, "", usual, workable)


# Lion refuses 0, and Schedule-Free divides by this number.
BETA_1_ABOVE_ZERO = Parameter(
    "beta_1", 0.9, Real(0.0, 1.0, low_open=True, high_open=True), "How much of the mean gradient is kept at each step."
)
# Keras' default, 1e-30, underflows to 0 for a pixel that is always black and a unit that is always 0: 0/0 gives NaN.
EPSILON_1 = Parameter("epsilon_1", 1e-12, Real(1e-14, 1.0), "A small number that avoids dividing by zero.")

CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
AVERAGING = (("ema_momentum", "use_ema"), ("ema_overwrite_frequency", "use_ema"))
COPIES = ("use_ema", "gradient_accumulation_steps")


def _optimizer(
    name: str, extra_slot_arguments: tuple[str, ...] = (), only_with: tuple[tuple[str, str], ...] = (), **row: object
) -> Entry:
    return build_entry(
        "optimizers",
        name,
        arguments=ARGUMENTS,
        left_out=LEFT_OUT,
        at_most_one=CLIPPING,
        extra_slot_arguments=(*extra_slot_arguments, *COPIES),
        only_with=(*only_with, *AVERAGING),
        **row,  # type: ignore[arg-type]
    )


OPTIMIZERS = table(
    _optimizer(
        "Adam",
        group="Everyday",
        sentence="Gives each weight its own step size, from the mean and size of its gradients; a good first choice.",
        page="optimizers/adam/",
        first=("learning_rate", "beta_1", "beta_2"),
        formula=r"w \leftarrow w - \eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon},\quad"
        r" m \leftarrow \beta_1 m + (1 - \beta_1) g,\quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2",
        slots=2,
        extra_slot_arguments=("amsgrad",),
        usual_learning_rate=(0.0001, 0.01),
    ),
    _optimizer(
        "SGD",
        group="Everyday",
        sentence="Steps straight downhill, by the gradient of a batch; with momentum, the steps roll on.",
        page="optimizers/sgd/",
        own={"weight_decay": _decay(0.03)},
        first=("learning_rate", "momentum", "nesterov"),
        formula=r"v \leftarrow \mu v - \eta\, g,\quad w \leftarrow w + v",
        slots=0,
        extra_slot_arguments=("momentum",),
        only_with=(("nesterov", "momentum"),),
        usual_learning_rate=(0.001, 0.5),
        usual_rolling_rate=(0.01, 1.0),
    ),
    _optimizer(
        "RMSprop",
        group="Everyday",
        sentence="Divides each gradient by its usual size, so that steep and flat directions move alike.",
        page="optimizers/rmsprop/",
        first=("learning_rate", "rho", "momentum"),
        formula=r"v \leftarrow \rho v + (1 - \rho) g^2,\quad w \leftarrow w - \eta\,\frac{g}{\sqrt{v + \epsilon}}",
        slots=1,
        extra_slot_arguments=("momentum", "centered"),
        usual_learning_rate=(0.0001, 0.01),
        usual_rolling_rate=(0.0001, 0.02),
    ),
    _optimizer(
        "Adagrad",
        group="Classic",
        sentence="Divides by all gradients so far: often used weights slow down, rare ones keep their pace.",
        page="optimizers/adagrad/",
        own={"weight_decay": _decay(0.3)},
        first=("learning_rate", "initial_accumulator_value"),
        formula=r"s \leftarrow s + g^2,\quad w \leftarrow w - \eta\,\frac{g}{\sqrt{s + \epsilon}}",
        slots=1,
        usual_learning_rate=(0.001, 0.1),
    ),
    _optimizer(
        "Adadelta",
        group="Classic",
        sentence="Measures its steps by the steps before; made for a learning rate of 1, where Keras has 0.001.",
        page="optimizers/adadelta/",
        # Keras takes weight * decay * rate away at each step (`BaseOptimizer._apply_weight_decay`). Validation accuracy on
        # Digits, at a rate of 1, after ten epochs: 0.97 without decay, 0.95 at 0.003, 0.89 at 0.01, 0.10 at 1.
        own={"weight_decay": _decay(0.003)},
        first=("learning_rate", "rho"),
        formula=r"\Delta = -\frac{\sqrt{d + \epsilon}}{\sqrt{s + \epsilon}}\, g,\quad"
        r" w \leftarrow w + \eta\,\Delta,\quad s \leftarrow \rho s + (1 - \rho) g^2,\quad"
        r" d \leftarrow \rho d + (1 - \rho) \Delta^2",
        slots=2,
        usual_learning_rate=(0.1, 10.0),
        try_learning_rate=1.0,
    ),
    _optimizer(
        "Adamax",
        group="Classic",
        sentence="Adam, with the largest recent gradient in place of the mean square: calmer after a sudden jump.",
        page="optimizers/adamax/",
        first=("learning_rate", "beta_1", "beta_2"),
        formula=r"m \leftarrow \beta_1 m + (1 - \beta_1) g,\quad u \leftarrow \max(\beta_2 u, |g|),\quad"
        r" w \leftarrow w - \frac{\eta}{1 - \beta_1^t}\,\frac{m}{u + \epsilon}",
        slots=2,
        usual_learning_rate=(0.0001, 0.01),
    ),
    _optimizer(
        "Nadam",
        group="Classic",
        sentence="Adam, with a momentum that looks a step ahead.",
        page="optimizers/Nadam/",
        first=("learning_rate", "beta_1", "beta_2"),
        formula=r"w \leftarrow w - \frac{\eta}{\sqrt{\hat v} + \epsilon}"
        r"\Big(\beta_1 \hat m + \frac{(1 - \beta_1)\, g}{1 - \beta_1^t}\Big)",
        slots=2,
        usual_learning_rate=(0.0001, 0.01),
    ),
    _optimizer(
        "AdamW",
        group="Specialist",
        sentence="Adam that also shrinks every weight a little at each step, against learning by heart.",
        page="optimizers/adamw/",
        own={"weight_decay": DECAY_REQUIRED},
        first=("learning_rate", "weight_decay"),
        formula=r"w \leftarrow w - \eta\,\lambda\, w - \eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon}",
        slots=2,
        extra_slot_arguments=("amsgrad",),
        usual_learning_rate=(0.0001, 0.01),
    ),
    _optimizer(
        "Adafactor",
        group="Specialist",
        sentence="Judges gradients by row and column, and steps by the size of the weights; made for large nets.",
        page="optimizers/adafactor/",
        # Tried as Adadelta's, at a rate of 0.01: 0.97 without decay, 0.96 at 0.1, 0.94 at 0.3, 0.09 at 1.
        own={"epsilon_1": EPSILON_1, "weight_decay": _decay(0.1)},
        first=("learning_rate", "relative_step"),
        formula=r"w \leftarrow w - \max\big(\epsilon_2, \mathrm{rms}(w)\big)\,\rho_t\,"
        r"\frac{u}{\max(1, \mathrm{rms}(u) / d)},\quad u = \frac{g}{\sqrt{v}},\quad v = \frac{r\, c}{\mathrm{mean}(r)}",
        slots=1,
        usual_learning_rate=(0.001, 1.0),
        steps_by_weights=True,
    ),
    _optimizer(
        "Ftrl",
        group="Specialist",
        sentence="Made for advertising: sets weights that matter little to exactly 0.",
        page="optimizers/ftrl/",
        first=("learning_rate", "l1_regularization_strength"),
        formula=r"n' = n + g^2,\quad z \leftarrow z + g - \frac{\sqrt{n'} - \sqrt{n}}{\eta}\, w,\quad"
        r" w \leftarrow \frac{\mathrm{clip}(z, -\lambda_1, \lambda_1) - z}{\sqrt{n'} / \eta + 2 \lambda_2}",
        slots=2,
        usual_learning_rate=(0.01, 0.5),
        try_learning_rate=0.1,
    ),
    _optimizer(
        "Lion",
        group="Specialist",
        sentence="Looks only at the sign of the mean gradient: every weight moves by the same amount.",
        page="optimizers/lion/",
        own={"beta_1": BETA_1_ABOVE_ZERO},
        first=("learning_rate", "beta_1", "beta_2"),
        formula=r"w \leftarrow w - \eta\,\mathrm{sign}\big(\beta_1 m + (1 - \beta_1) g\big),\quad"
        r" m \leftarrow \beta_2 m + (1 - \beta_2) g",
        slots=1,
        usual_learning_rate=(0.00003, 0.003),
    ),
    _optimizer(
        "Lamb",
        group="Specialist",
        sentence="Adam with steps in proportion to the size of each layer's weights; made for very large batches.",
        page="optimizers/lamb/",
        first=("learning_rate", "beta_1", "beta_2"),
        formula=r"w \leftarrow w - \eta\,\frac{\lVert w \rVert}{\lVert u \rVert}\, u,\quad"
        r" u = \frac{\hat m}{\sqrt{\hat v} + \epsilon}",
        slots=2,
        usual_learning_rate=(0.0001, 0.01),
        steps_by_weights=True,
    ),
    _optimizer(
        "Muon",
        group="Specialist",
        sentence="Brings all directions of a matrix's step to about the same size; other weights are left to Adam.",
        page="optimizers/muon/",
        first=("learning_rate", "momentum", "nesterov"),
        formula=r"m \leftarrow \mu m + g,\quad w \leftarrow w - 0.2\,\eta\,\sqrt{\max(r, c)}\; U V^\top,\quad"
        r" U \Sigma V^\top = g + \mu m",
        slots=2,  # a matrix needs 1; biases and kernels of convolutions, which Adam updates, need 2
        usual_learning_rate=(0.0001, 0.05),
    ),
    _optimizer(
        "ScheduleFreeAdamW",
        group="Specialist",
        sentence="Adam that averages its weights on the way, so that no plan for the learning rate is needed.",
        page="optimizers/",  # Keras has no page of its own yet
        own={"beta_1": BETA_1_ABOVE_ZERO},
        first=("learning_rate", "beta_1", "warmup_steps"),
        formula=r"z \leftarrow z - \eta\,\frac{g}{\sqrt{\hat v} + \epsilon},\quad"
        r" x \leftarrow \Big(1 - \frac{1}{t}\Big) x + \frac{1}{t}\, z,\quad w = (1 - \beta_1)\, z + \beta_1 x",
        slots=2,
        usual_learning_rate=(0.0003, 0.1),
    ),
)
