"""The pages on which a scene may take place, and their tabs; `pages.shell.page_map` shows them."""

from collections.abc import Mapping
from types import MappingProxyType

SCENE_PAGES = (
    *("start.py", "load.py", "own.py", "images.py", "define.py", "compile.py", "train.py", "runs.py", "stage.py"),
    *("evaluate.py", "mistakes.py", "inside.py", "why.py", "try_it.py", "take_away.py"),
    *("backends.py", "glossary.py", "ready.py"),
)
TABS: Mapping[str, tuple[str, ...]] = MappingProxyType(  # no title stands on two pages: decks name tabs by them
    {
        "load.py": ("Images and numbers", "Class balance", "A hundred of a class", "Pixel values", "Labels", "In a table"),
        "images.py": ("Its numbers", "Change it", "Augmentation", "Your own picture", "One unit by hand"),
        "evaluate.py": ("Confusion matrix", "Class by class", "Confidence", "Threshold", "Worst mistakes"),
        "backends.py": ("Three backends", "Why Keras?", "Then and now"),
    }
)
