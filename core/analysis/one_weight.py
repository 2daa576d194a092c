"""A model with a single weight: its squared error, and gradient descent step by step."""

from dataclasses import dataclass

RATES = (
    0.005,
    0.01,
    0.02,
    0.03,
    0.04,
    0.05,
    0.06,
    0.08,
    0.1,
    0.125,
    0.15,
    0.2,
    0.24,
    0.26,
    0.3,
)  # the values of the slider
MOST_STEPS = 50


@dataclass(frozen=True)
class OneWeightModel:
    """A model with a single weight (output = input · weight), its only training example, and the range of its loss curve."""

    input: float = 2.0
    target: float = 3.0  # the label
    start: float = -1.0  # the first weight
    rate: float = 0.02  # the first learning rate
    low: float = -2.0  # the lowest weight of the picture
    high: float = 5.0  # the highest weight of the picture
    highest: float = 49.0  # the largest loss of the picture; its lowest is 0

    @property
    def best(self) -> float:
        """The weight with the lowest loss."""
        return self.target / self.input

    def loss(self, weight: float) -> float:
        """Return the squared error of the model's output."""
        return (self.input * weight - self.target) ** 2

    def slope(self, weight: float) -> float:
        """Return the derivative of the loss with respect to the weight."""
        return 2 * (self.input * weight - self.target) * self.input

    def after(self, weight: float, rate: float, steps: int) -> float:
        """Return the weight after some steps of gradient descent with a learning rate. At most MOST_STEPS are taken."""
        for _ in range(min(steps, MOST_STEPS)):
            weight -= rate * self.slope(weight)
        return weight

    @property
    def stable_below(self) -> float:
        """The learning rate from which on gradient descent no longer converges."""
        return 1 / self.input**2
