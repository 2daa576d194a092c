"""The three sets as trays of pictures, a slider between training and validation images, and the sealed test set."""

from core.application import application
from core.datasets.previews import read_preview
from core.number_text import percent, quantity
from core.problems import Problem
from core.teaching.shows.three_sets import SEAL, SHARES, Sets
from core.views.three_sets import SetPicturesQuestion
from pages.components.browser_modules import register
from pages.shell import waiting
from pages.shell.messages import show_problem
from pages.views.shared.view_context import ViewContext

_THREE_SETS = register("three_sets", folder="views/three_sets")
HEIGHT = 540  # pixels of the placeholder


def draw(shown: ViewContext) -> None:
    """Draw three trays of images, and a slider that moves images between the first two.

    The slider first stands at the validation split of the visitor's draft.
    See `pages.views.shared.view_context.ViewContext`.
    """
    sets: Sets = shown.ground
    if read_preview(sets.data.dataset) is None:  # the files may have to be downloaded
        waiting.wait_for_preview(sets.data.dataset)
        return
    question = SetPicturesQuestion(shown.subject.experiment, SHARES)
    pictures = application().ask(question)
    if isinstance(pictures, Problem):
        show_problem(pictures, shown.key)
        return
    if pictures is None:
        dataset = sets.data.dataset
        waiting.wait_for_pictures(dataset, lambda: application().ask(question, wait=False) is not None, HEIGHT)
        return
    chosen = sets.of(shown.subject.draft.data.validation_split)
    data = shown.data() | {
        "sheet": pictures.sheet,
        "columns": pictures.columns,
        "pictures": pictures.pictures,
        "testPictures": pictures.test,
        "each": pictures.each,
        "held": list(pictures.held),
        "scale": "" if pictures.each == 1 else f"Each picture stands for {quantity(pictures.each, 'image')}.",
        "splits": [
            {"share": split.share, "text": percent(split.share), "train": split.train, "validation": split.validation}
            for split in sets.splits
        ],
        "goalsOf": [shown.entry.reached(sets, shown.settings, split.share) for split in sets.splits],
        "first": sets.splits.index(chosen),
        "test": sets.test,
        "opens": shown.settings["opens"],
        "seal": SEAL,
    }
    _THREE_SETS(key=shown.key, data=data, on_moved_change=shown.on_move)
