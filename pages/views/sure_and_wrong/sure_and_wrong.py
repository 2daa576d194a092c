"""Wrongly classified validation images, sorted by confidence.

A slider goes from the epoch of the lowest loss to the last.
"""

import math
from typing import Any

import numpy as np

from core.number_text import loss_text, percent
from core.png import to_data_uri
from core.teaching.shows.sure_and_wrong import AT_THE_END, AnswersByEpoch
from core.views.predictions import SetAnswers
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_SURE_AND_WRONG = register("sure_and_wrong", folder="views/sure_and_wrong")
EDGES = (0.5, 0.7, 0.9, 0.99)  # between the columns: the probability of an answer
COLUMNS = ("below 50 %", "50 to 70 %", "70 to 90 %", "90 to 99 %", "99 % and more")
SURE_COLUMNS = 3  # the first column of sure answers


def draw(shown: ViewContext) -> None:
    """Draw the images in columns of confidence. See `pages.views.shared.view_context.ViewContext`."""
    ground: AnswersByEpoch = shown.ground
    answers = ground.answers[ground.lowest :]
    ever_wrong = np.flatnonzero(np.any([each.wrong for each in answers], axis=0))
    data = shown.data() | {
        "epochs": list(ground.epochs[ground.lowest :]),
        "columns": list(COLUMNS),
        "sureFrom": SURE_COLUMNS,
        "figures": [_figures(each) for each in answers],
        "right": [_right_counts(each) for each in answers],
        "sheet": to_data_uri(np.concatenate(list(ground.pictures[ever_wrong]))) if len(ever_wrong) else "",
        "tiles": [_tile(ground, int(image), answers) for image in ever_wrong],
        "images": len(ground.last.labels),
        "absent": [goal for goal in ground.absent if goal in shown.show.reach],
        "atTheEnd": AT_THE_END,
    }
    _SURE_AND_WRONG(key=shown.key, data=data, on_moved_change=shown.on_move)


def _figures(answers: SetAnswers) -> list[str]:
    return [str(answers.num_wrong), str(answers.num_sure_and_wrong), loss_text(answers.loss)]


def _column(sureness: np.ndarray | float) -> np.ndarray:
    return np.digitize(sureness, EDGES)


def _right_counts(answers: SetAnswers) -> list[int]:
    """Return the number of correctly classified images in each column of confidence."""
    return np.bincount(_column(answers.sureness[~answers.wrong]), minlength=len(COLUMNS)).tolist()


def _tile(ground: AnswersByEpoch, image: int, answers: tuple[SetAnswers, ...]) -> dict[str, Any]:
    return {
        "image": image,
        "label": ground.classes[ground.last.labels[image]],
        "goals": list(ground.goals_of(image)),
        "answers": [
            {
                "name": ground.classes[each.predicted[image]],
                "sure": percent(math.floor(100 * each.sureness[image]) / 100),  # 69.6 % is below 70 %, as its column says
                "column": int(_column(float(each.sureness[image]))),
                "isWrong": bool(each.wrong[image]),
                "loss": loss_text(float(each.losses[image])),
            }
            for each in answers
        ],
    }
