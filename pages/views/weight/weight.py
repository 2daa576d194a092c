"""A unit with a single weight, its loss, and its slope."""

from dataclasses import asdict

from core.analysis.one_weight import RATES, OneWeightModel
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_WEIGHT = register("weight", folder="views/weight")


def draw(shown: ViewContext) -> None:
    """Draw the unit with its loss curve. See `pages.views.shared.view_context.ViewContext`."""
    unit: OneWeightModel = shown.ground
    data = shown.data() | asdict(unit) | {"rates": list(RATES)}
    _WEIGHT(key=shown.key, data=data, on_moved_change=shown.on_move)
