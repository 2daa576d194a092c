"""Silent mistakes are mistakes: Keras trains them, they learn far worse, and the first repair helps."""

import pytest

from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from core.worker.training.train import train
from tests.core.checks.repair_simulation import problems_of
from tests.core.checks.test_silent_mistakes import SILENT
from tests.core.sample_experiments import with_fit

WORSE = 0.1  # lower validation accuracy, at least
WORST = (
    "a grey picture normalised over its channel",
    "groups of one number",
    "solarized as Keras has it",
    "rescaled to nothing",
    "a ReLU that lets nothing through",
    "a constraint that leaves nothing",
    "weights that never change",
    "relu and from_logits",
)
EXPERIMENTS = {name: experiment for name, experiment, *_ in SILENT}


def accuracy(experiment: Experiment) -> float:
    """The validation accuracy after three epochs."""
    result = train(with_fit(experiment, epochs=3, batch_size=16), lambda event: None, lambda: None)
    return float(result["validation"]["accuracy"])


@pytest.mark.deep
@pytest.mark.parametrize("name", WORST)
def test_silent_mistake_learns_far_worse_than_the_net_that_the_first_button_makes(name: str) -> None:
    wrong = EXPERIMENTS[name]
    (problem,) = problems_of(wrong)
    assert not problem.blocks
    assert accuracy(wrong) < accuracy(apply_repair(wrong, problem.repairs[0])) - WORSE
