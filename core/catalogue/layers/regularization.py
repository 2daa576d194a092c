"""The layers that reduce overfitting: dropout, noise, and a penalty on outputs."""

from core.catalogue import Entry
from core.catalogue.layers.arguments import RANK, layer
from core.parameters import Parameter, Real

PENALTY = Real(0.0, 100.0)


def _spatial(axes: int, content: str) -> Entry:
    return layer(
        f"SpatialDropout{axes}D",
        group="Regularization",
        sentence=f"Sets whole {content} to 0 while training, since neighbours know too much of each other.",
        page=f"layers/regularization_layers/spatial_dropout{axes}d/",
        first=("rate",),
        accepted_ranks=RANK[axes],
        drops_channels=True,
    )


REGULARIZATION = (
    layer(
        "Dropout",
        group="Regularization",
        sentence="Sets a random share of its inputs to 0 while training, so that no unit relies on another.",
        short="Switches off a random share of units in training.",
        page="layers/regularization_layers/dropout/",
        first=("rate",),
        size="lecture",
    ),
    _spatial(2, "channels of the image"),
    _spatial(1, "features of the sequence"),
    _spatial(3, "channels of the volume"),
    layer(
        "GaussianNoise",
        group="Regularization",
        sentence="Adds random noise while training, so that small differences cannot be learned by heart.",
        page="layers/regularization_layers/gaussian_noise/",
        first=("stddev",),
    ),
    layer(
        "GaussianDropout",
        group="Regularization",
        sentence="Multiplies with random numbers around 1 while training: a dropout without hard zeros.",
        page="layers/regularization_layers/gaussian_dropout/",
        first=("rate",),
    ),
    layer(
        "AlphaDropout",
        group="Regularization",
        sentence="A dropout that keeps mean and variance, for nets with selu.",
        page="layers/regularization_layers/alpha_dropout/",
        first=("rate",),
    ),
    layer(
        "ActivityRegularization",
        group="Regularization",
        sentence="Passes its input on, and adds a penalty on large numbers to the loss.",
        page="layers/regularization_layers/activity_regularization/",
        own={
            "l1": Parameter("l1", 0.0, PENALTY, "The weight of their absolute values.", "", (1e-4, 1e-3)),
            "l2": Parameter("l2", 0.0, PENALTY, "The weight of their squares.", "", (1e-4, 1e-3)),
        },
        first=("l1", "l2"),
        keeps_answer=True,
        penalises=True,
    ),
)
