"""The interactive view of the training, validation and test set of the scene's data, at a chosen validation split."""

from dataclasses import dataclass, replace

from core.experiment.model import Data
from core.number_text import percent
from core.parameters import BooleanValue, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject

A_FIFTH, COARSE, UNSEALED = "a-fifth", "coarse", "unsealed"
SHARES = tuple(step / 20 for step in range(1, 13))  # validation splits of the slider
SEAL = 1.0  # the value of a test set that was unsealed: no validation split takes all images
ONE_POINT = 0.01  # a percentage point of accuracy


@dataclass(frozen=True)
class Split:
    """The sizes of the training and the validation set for a validation split."""

    share: float
    train: int
    validation: int


@dataclass(frozen=True)
class Sets:
    """The sizes of the training, validation and test set of a data set, for each validation split in SHARES."""

    data: Data
    splits: tuple[Split, ...]
    test: int  # images

    def of(self, share: float) -> Split:
        """Return the split whose share is nearest to a given share."""
        return min(self.splits, key=lambda split: abs(split.share - share))


def _ground(_runs: Runs, subject: ViewSubject, _settings: Settings, _wait: bool) -> Sets | Problem:
    return sets_of(subject.experiment.data)


def sets_of(data: Data) -> Sets:
    """Return the sizes of the sets for each validation split, if all training images of the data set are used."""
    splits = []
    for share in SHARES:
        split = replace(data, validation_split=share, train_images=None)
        splits.append(Split(share, split.num_available, split.num_validation))
    return Sets(data, tuple(splits), data.entry.num_test)


def _reached(sets: Sets, settings: Settings, value: float) -> list[str]:
    if value == SEAL:
        return [UNSEALED] if settings["opens"] else []
    split = sets.of(value)
    states = {A_FIFTH: split.share == SHARES[3], COARSE: 1 / split.validation >= ONE_POINT}
    return [name for name, is_so in states.items() if is_so]


THREE_SETS = InteractiveView(
    name="three-sets",
    sentence="The images of the scene's data lie in three trays; a slider moves them from training to validation, and the "
    "test set is sealed.",
    ground=_ground,
    moved_to=Real(0.0, SEAL),
    reached=_reached,
    words=lambda value: "opened" if value == SEAL else percent(value),
    goals=(
        Goal(A_FIFTH, "a fifth to check with", "A fifth of the images is in the validation set."),
        Goal(
            COARSE,
            "so few to check with that one mistake costs at least a percentage point",
            "The validation set holds at most 100 images, so that one mistake costs a percentage point or more.",
        ),
        Goal(UNSEALED, "open the test set", "The seal of the test set was broken."),
    ),
    parameters=(Parameter("opens", False, BooleanValue(), "Whether the seal of the test set can be broken."),),
)
