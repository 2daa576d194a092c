"""The catalogue of all interactive views that a deck can name."""

from collections.abc import Mapping
from types import MappingProxyType

from core.teaching.shows.all_weights import ALL_WEIGHTS
from core.teaching.shows.ball import BALL
from core.teaching.shows.border import BORDER
from core.teaching.shows.interactive_view import InteractiveView
from core.teaching.shows.kernel import KERNEL
from core.teaching.shows.loss_bar import LOSS_BAR
from core.teaching.shows.own_drawing import OWN_DRAWING
from core.teaching.shows.path import PATH
from core.teaching.shows.scaling import SCALING
from core.teaching.shows.send_through import SEND_THROUGH
from core.teaching.shows.stop_in_time import STOP_IN_TIME
from core.teaching.shows.sure_and_wrong import SURE_AND_WRONG
from core.teaching.shows.three_sets import THREE_SETS
from core.teaching.shows.weight import WEIGHT
from core.teaching.shows.weight_chain import WEIGHT_CHAIN
from core.teaching.shows.window import WINDOW

VIEWS = (
    *(BALL, LOSS_BAR, KERNEL, WINDOW),
    *(OWN_DRAWING, PATH, SCALING, SEND_THROUGH, STOP_IN_TIME, SURE_AND_WRONG, THREE_SETS),
    *(WEIGHT, WEIGHT_CHAIN, ALL_WEIGHTS, BORDER),
)
SHOWS: Mapping[str, InteractiveView] = MappingProxyType({view.name: view for view in VIEWS})
