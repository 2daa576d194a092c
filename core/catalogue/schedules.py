"""The schedules. A schedule changes the learning rate from step to step.

Traits of every schedule:

- `rate`: a function of the step and of all arguments that returns the learning rate. The function is plain Python, since the
  server draws the curve without Keras.
- `initial_arguments`: the arguments of a newly chosen schedule, each as a pair (unit, factor). The unit "rate" is the
  current learning rate, "run" is the number of steps of the whole run, and "" is 1. An argument that is a list has a tuple
  of such pairs.
- `peak`: the argument with the highest learning rate.
- `peak_replacement`: the argument that replaces the peak when set.
- `end_arguments`: the arguments whose sum is the last step with a change. The trait is absent if the schedule never ends.
- `endless_switch`: the argument that makes the schedule endless when switched on.
- `piecewise_arguments`: two arguments that are lists. The first list must rise, and the second has an element more.
- `only_with`: pairs of arguments. The first argument of a pair has no effect without the second.
"""

import math

from core.catalogue import Entry, build_entry, table
from core.parameters import BooleanValue, Integer, Integers, Optional, Parameter, Real, Reals

LEFT_OUT = {"name": "only a label for Keras' own messages"}

LEFT_OUT_SCHEDULES = {"LearningRateSchedule": "the base class, which knows no plan"}

MOST_STEPS = 100_000_000  # steps of a schedule, more than any run has
MOST_LOG = 700.0  # the largest exponent of e that a float can hold
MOST_PIECES = 16  # elements of a list argument
RATE = Real(0.0, 10.0, low_open=True)
STEPS = Integer(1, MOST_STEPS)
USUAL_RATES = (0.0001, 0.001, 0.01, 0.1)
SHARE = Real(0.0, 1.0)

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter("initial_learning_rate", 0.001, RATE, "The learning rate of the first step.", "", USUAL_RATES),
        Parameter("decay_steps", 1_000, STEPS, "Over how many steps the learning rate falls.", "steps"),
        Parameter(
            "decay_rate",
            0.9,
            Real(0.0, 1.0, low_open=True),
            "The factor of the learning rate every decay steps.",
            "",
            (0.5, 0.9, 0.96),
        ),
        Parameter(
            "staircase",
            False,
            BooleanValue(),
            "Whether the rate falls in stairs, once every decay steps, not at every step.",
        ),
        Parameter("end_learning_rate", 0.0001, Real(0.0, 10.0), "The learning rate at the end.", "", (0.0, 1e-5)),
        Parameter(
            "power", 1.0, Real(0.0, 10.0, low_open=True), "The shape: 1 is a straight line, 2 falls early.", "", (1, 2)
        ),
        Parameter("cycle", False, BooleanValue(), "Whether the rate goes up again after each fall."),
        Parameter("alpha", 0.0, SHARE, "Which share of the highest learning rate is left in the end.", "", (0.0, 0.1)),
        Parameter(
            "warmup_target",
            None,
            Optional(RATE, "no warm-up"),
            "The learning rate at the top, before the fall.",
            "",
            (0.001, 0.01),
        ),
        Parameter("warmup_steps", 0, Integer(0, MOST_STEPS), "The number of steps up to the warm-up target.", "steps"),
        Parameter("first_decay_steps", 1_000, STEPS, "How many steps the first fall takes.", "steps"),
        Parameter(
            "t_mul", 2.0, Real(1.0, 10.0), "The length of each fall, as a multiple of the fall before.", "", (1.0, 2.0)
        ),
        Parameter(
            "m_mul",
            1.0,
            Real(0.0, 2.0, low_open=True),
            "The start of each fall, as a multiple of the start before.",
            "",
            (0.5, 1.0),
        ),
        Parameter(
            "boundaries",
            (500, 1_000),
            Integers(1, MOST_PIECES - 1, 1, MOST_STEPS),
            "The steps after which the learning rate jumps to its next value; they rise.",
            "steps",
        ),
        Parameter(
            "values",
            (0.001, 0.0001, 0.00001),
            Reals(2, MOST_PIECES, 0.0, 10.0),
            "The learning rates, with an element more than the boundaries.",
        ),
    )
}

DECAY_RATE_INVERSE = Parameter(
    "decay_rate",
    0.5,
    Real(0.0, 100.0, low_open=True),
    "The speed of the fall: at 1, the rate is a half after decay steps.",
    "",
    (0.5, 1.0, 2.0),
)
# A warm-up may start at 0.
FROM_ZERO = Parameter(
    "initial_learning_rate", 0.001, Real(0.0, 10.0), "The learning rate of the first step.", "", USUAL_RATES
)


def _passed(step: float, decay_steps: int, staircase: bool) -> float:
    """Return `step / decay_steps`, rounded down if `staircase` is True."""
    return step // decay_steps if staircase else step / decay_steps


def _exponential(step: float, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool) -> float:
    return initial_learning_rate * float(decay_rate ** _passed(step, decay_steps, staircase))


def _inverse_time(step: float, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool) -> float:
    return initial_learning_rate / (1 + decay_rate * _passed(step, decay_steps, staircase))


def _piecewise(step: float, boundaries: tuple[int, ...], values: tuple[float, ...]) -> float:
    return values[sum(step > boundary for boundary in boundaries)]


def _polynomial(  # noqa: PLR0913 -- the arguments are Keras'
    step: float, initial_learning_rate: float, decay_steps: int, end_learning_rate: float, power: float, cycle: bool
) -> float:
    whole = decay_steps * max(1, math.ceil(step / decay_steps)) if cycle else decay_steps
    remaining = 1 - min(step, whole) / whole
    return float((initial_learning_rate - end_learning_rate) * remaining**power + end_learning_rate)


def _half_wave(share: float) -> float:
    """Return the height of half a cosine wave, which falls from 1 at share 0 to 0 at share 1."""
    return 0.5 * (1 + math.cos(math.pi * share))


def _cosine(  # noqa: PLR0913 -- the arguments are Keras'
    step: float,
    initial_learning_rate: float,
    decay_steps: int,
    alpha: float,
    warmup_target: float | None,
    warmup_steps: int,
) -> float:
    top, warm = (initial_learning_rate, 0) if warmup_target is None else (warmup_target, warmup_steps)
    if step < warm:
        return initial_learning_rate + (top - initial_learning_rate) * step / warm
    return top * ((1 - alpha) * _half_wave(min(step - warm, decay_steps) / decay_steps) + alpha)


def _cosine_restarts(  # noqa: PLR0913 -- the arguments are Keras'
    step: float, initial_learning_rate: float, first_decay_steps: int, t_mul: float, m_mul: float, alpha: float
) -> float:
    share, restarts = step / first_decay_steps, 0
    if t_mul == 1.0:
        restarts, share = int(share), share % 1
    else:  # the earlier falls are a geometric series
        restarts = math.floor(math.log(1 + share * (t_mul - 1)) / math.log(t_mul))
        share = (share - (t_mul**restarts - 1) / (t_mul - 1)) / t_mul**restarts
    height = m_mul**restarts if m_mul <= 1 or restarts * math.log(m_mul) < MOST_LOG else math.inf
    return float(initial_learning_rate * ((1 - alpha) * height * _half_wave(min(1.0, max(0.0, share))) + alpha))


def _schedule(name: str, **row: object) -> Entry:
    return build_entry(
        "schedules",
        name,
        arguments=ARGUMENTS,
        left_out=LEFT_OUT,
        page=f"optimizers/learning_rate_schedules/{row.pop('page')}/",
        **row,  # type: ignore[arg-type]
    )


SCHEDULES = table(
    _schedule(
        "CosineDecay",
        group="Falls once",
        sentence="Falls along half a wave: slowly at first, fast in the middle, slowly at the end; perhaps after a warm-up.",
        page="cosine_decay",
        own={"initial_learning_rate": FROM_ZERO},
        first=("initial_learning_rate", "decay_steps", "alpha"),
        formula=r"\eta_t = \eta_0\Big((1 - \alpha)\,\frac{1 + \cos(\pi\, t / T)}{2} + \alpha\Big)",
        rate=_cosine,
        initial_arguments={"initial_learning_rate": ("rate", 1.0), "decay_steps": ("run", 1.0)},
        peak="initial_learning_rate",
        peak_replacement="warmup_target",
        end_arguments=("decay_steps", "warmup_steps"),
        only_with=(("warmup_steps", "warmup_target"),),
    ),
    _schedule(
        "ExponentialDecay",
        group="Falls for ever",
        sentence="Multiplies the learning rate by the same number at each step: a fast fall, then ever slower.",
        page="exponential_decay",
        first=("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
        formula=r"\eta_t = \eta_0\; r^{\,t / T}",
        rate=_exponential,
        initial_arguments={"initial_learning_rate": ("rate", 1.0), "decay_steps": ("run", 0.2), "decay_rate": ("", 0.5)},
        peak="initial_learning_rate",
    ),
    _schedule(
        "PiecewiseConstantDecay",
        group="Falls once",
        sentence="Keeps the learning rate, with jumps to other rates at steps that you name.",
        page="piecewise_constant_decay",
        first=("boundaries", "values"),
        formula=r"\eta_t = v_i \quad\text{for}\quad b_{i} < t \leq b_{i + 1}",
        rate=_piecewise,
        initial_arguments={
            "boundaries": (("run", 0.5), ("run", 0.75)),
            "values": (("rate", 1.0), ("rate", 0.1), ("rate", 0.01)),
        },
        peak="values",
        piecewise_arguments=("boundaries", "values"),
    ),
    _schedule(
        "PolynomialDecay",
        group="Falls once",
        sentence="Falls to its end along a straight line, or a curve where the power is not 1.",
        page="polynomial_decay",
        first=("initial_learning_rate", "decay_steps", "end_learning_rate", "power"),
        formula=r"\eta_t = (\eta_0 - \eta_T)\Big(1 - \frac{t}{T}\Big)^{p} + \eta_T",
        rate=_polynomial,
        initial_arguments={
            "initial_learning_rate": ("rate", 1.0),
            "decay_steps": ("run", 1.0),
            "end_learning_rate": ("rate", 0.01),
        },
        peak="initial_learning_rate",
        end_arguments=("decay_steps",),
        endless_switch="cycle",
    ),
    _schedule(
        "InverseTimeDecay",
        group="Falls for ever",
        sentence="Divides the learning rate by a number that grows evenly: a half, a third, a quarter.",
        page="inverse_time_decay",
        own={"decay_rate": DECAY_RATE_INVERSE},
        first=("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
        formula=r"\eta_t = \frac{\eta_0}{1 + r\, t / T}",
        rate=_inverse_time,
        initial_arguments={"initial_learning_rate": ("rate", 1.0), "decay_steps": ("run", 0.2), "decay_rate": ("", 1.0)},
        peak="initial_learning_rate",
    ),
    _schedule(
        "CosineDecayRestarts",
        group="Falls and starts again",
        sentence="Falls along half a wave, jumps up and falls again, each time for longer: a jump may find a better place.",
        page="cosine_decay_restarts",
        first=("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul"),
        formula=r"\eta_t = \eta_0\, m^{i}\,\frac{1 + \cos(\pi\, t_i / T_i)}{2},\quad T_i = T\, k^{\,i}",
        rate=_cosine_restarts,
        initial_arguments={
            "initial_learning_rate": ("rate", 1.0),
            "first_decay_steps": ("run", 1 / 7),
        },  # 1 + 2 + 4 sevenths are a run
        peak="initial_learning_rate",
    ),
)
