"""The map of all pages: their order, their titles, and the step (such as Train) to which each page belongs."""

from copy import copy
from dataclasses import dataclass
from functools import cache

import streamlit as st


@dataclass(frozen=True)
class PageEntry:
    """A page of the map."""

    file: str  # in the folder of the pages
    title: str  # of the page, and in the browser's tab
    sentence: str  # the purpose of the page
    step: str = ""  # the title of its step, or "" for a page beside the five steps
    tab: str = ""  # its name among the pages of its step
    awaits: str = ""  # the content that waits for an evaluated run, or "" for a page that always shows something
    for_lecturer: bool = False  # whether only the presenter sees the page
    has_code: bool = False  # whether the script can stand beside the page

    @property
    def url_path(self) -> str:
        """The page's address below that of the app."""
        return self.file.removesuffix(".py")


HOME = PageEntry("start.py", "Start", "One press trains the network that is chosen already.")
PAGES = (
    HOME,
    PageEntry("load.py", "Load", "Choose the images, and split them into three sets.", "Load", "Data set", has_code=True),
    PageEntry("own.py", "Your own pictures", "Make a data set of pictures that you bring.", "Load", "Your own pictures"),
    PageEntry(
        "images.py",
        "Images are numbers",
        "Take an image apart into pixels and channels, and change them.",
        "Load",
        "Images are numbers",
    ),
    PageEntry("define.py", "Define", "Build the network of layers.", "Define", has_code=True),
    PageEntry("compile.py", "Compile", "Choose the optimizer, the loss and the metrics.", "Compile", has_code=True),
    PageEntry("train.py", "Train", "Train the network, and watch its curves.", "Train", "Curves", has_code=True),
    PageEntry("runs.py", "Runs", "Compare all runs in a table, and side by side.", "Train", "Runs"),
    PageEntry("stage.py", "Stage", "One run in large letters, for the projector.", "Train", "Stage"),
    PageEntry(
        "evaluate.py",
        "Evaluate",
        "See how good the network is on new images.",
        "Evaluate",
        "Result",
        "Its marks",
        has_code=True,
    ),
    PageEntry("mistakes.py", "Mistakes", "Look at the images it got wrong.", "Evaluate", "Mistakes", "Its mistakes"),
    PageEntry("inside.py", "Inside your network", "See what each layer makes of an image.", "Evaluate", "Inside"),
    PageEntry("why.py", "Why this answer?", "See which pixels the answer came from.", "Evaluate", "Why"),
    PageEntry("try_it.py", "Try it", "Draw something, or show a photo, and see the answer.", "Evaluate", "Try it"),
    PageEntry(
        "take_away.py", "Take away", "Get the notebook, the model and a report.", "Evaluate", "Take away", "Its files"
    ),
    PageEntry("learn.py", "Learn", "Lessons, challenges, the lecture and its lab: guess, do, and see why."),
    PageEntry(
        "classroom.py",
        "Classroom",
        "How far everybody is, where they are stuck, and what they get wrong.",
        for_lecturer=True,
    ),
    PageEntry(
        "border.py",
        "Two inputs, one decision boundary",
        "Change a small network: it trains at once, and its decision boundary moves.",
        has_code=True,
    ),
    PageEntry("backends.py", "What is Keras?", "Train the same network on three backends."),
    PageEntry("glossary.py", "Glossary", "All words of machine learning on these pages, explained."),
    PageEntry("follow.py", "Follow", "One run on a phone: its number, its curve, your guess."),
    PageEntry("room.py", "Room", "Answer the questions of a lecture on a phone."),
    PageEntry("presenter.py", "Presenter", "Notes, the next scene and a clock, beside a lecture on a projector."),
    PageEntry("ready.py", "Ready for class", "Check what a lecture needs of this machine."),
)
STEPS = tuple(dict.fromkeys(page.step for page in PAGES if page.step))
INSIDE_ICON = ":material/account_tree:"  # of every way to the page Inside your network
WHY_ICON = ":material/help_center:"  # of every way to the page Why this answer?
FOLLOW = "follow.py"  # the page behind the scanned code of a run, which is empty without a run
LEARN = "learn.py"  # the page of decks, and of scenes that belong to no other page
ROOM = "room.py"  # the page behind the address on the projector, for guesses in a lecture
PRESENTER = "presenter.py"  # a second window of a lecture: its button stands on the projector
BESIDE = tuple(
    page for page in PAGES if not page.step and page.file not in (HOME.file, LEARN, FOLLOW, ROOM, PRESENTER)
)  # under "More pages"


def streamlit_pages() -> list[st.Page]:
    """Return Streamlit's entries of all pages, for `st.navigation`. Call this function in a script run.

    Streamlit looks for the file of each new entry, which took a twentieth of the time of a page. So the entries are made
    once. Each script run gets copies, since Streamlit changes the entry of the page that it draws.
    """
    return [copy(page) for page in _made_pages()]


@cache
def _made_pages() -> tuple[st.Page, ...]:
    return tuple(st.Page(page.file, title=page.title, url_path=page.url_path, default=page == HOME) for page in PAGES)


def page_of(file: str) -> PageEntry:
    """Return the page of a file."""
    return next(page for page in PAGES if page.file == file)


def tabs_of_step(step: str) -> tuple[PageEntry, ...]:
    """Return the pages of a step that are shown as tabs. A step with a single page has no tabs."""
    pages = tuple(page for page in PAGES if step and page.step == step)
    return pages if len(pages) > 1 else ()
