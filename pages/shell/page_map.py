"""The map of all pages: their order, their titles, and the step to which each belongs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """One page of the map."""

    file: str  # in the folder of the pages
    title: str  # of the page, and in the browser's tab
    sentence: str  # what people do there
    step: str = ""  # the title of the step to which it belongs; "" for a page beside the five steps
    tab: str = ""  # its name among the pages of its step
    awaits: str = ""  # what it waits for as long as no run was evaluated; "" for a page that always shows something
    for_lecturer: bool = False  # whether only who presents sees it

    @property
    def url_path(self) -> str:
        """The page's address below that of the app."""
        return self.file.removesuffix(".py")


HOME = PageEntry("start.py", "Start", "One press trains the network that is chosen already.")
PAGES = (
    HOME,
    PageEntry("load.py", "Load", "Choose the images, and split them into three sets.", "Load", "Data set"),
    PageEntry("own.py", "Your own pictures", "Make a data set of pictures that you bring.", "Load", "Your own"),
    PageEntry(
        "images.py",
        "Images are numbers",
        "Take an image apart into pixels and channels, and change them.",
        "Load",
        "Images are numbers",
    ),
    PageEntry("define.py", "Define", "Build the network of layers.", "Define"),
    PageEntry("compile.py", "Compile", "Choose the optimizer, the loss and the metrics.", "Compile"),
    PageEntry("train.py", "Train", "Train the network, and watch its curves.", "Train", "Curves"),
    PageEntry("runs.py", "Runs", "Compare all runs in a table, and side by side.", "Train", "Runs"),
    PageEntry("stage.py", "Stage", "One run in large letters, for the projector.", "Train", "Stage"),
    PageEntry("evaluate.py", "Evaluate", "See how good the network is on new images.", "Evaluate", "Result", "Its marks"),
    PageEntry("mistakes.py", "Mistakes", "Look at the images it got wrong.", "Evaluate", "Mistakes", "Its mistakes"),
    PageEntry("inside.py", "Inside your net", "See what each layer makes of an image.", "Evaluate", "Inside"),
    PageEntry("why.py", "Why this answer?", "See which pixels the answer came from.", "Evaluate", "Why"),
    PageEntry("try_it.py", "Try it", "Draw something, or show a photo, and see the answer.", "Evaluate", "Try it"),
    PageEntry(
        "take_away.py", "Take it away", "Get the notebook, the model and a report.", "Evaluate", "Take away", "Its files"
    ),
    PageEntry("learn.py", "Learn", "Lessons, challenges, the lecture and its lab: guess, do, and see why."),
    PageEntry(
        "classroom.py",
        "Class",
        "How far everybody is, where they are stuck, and what they get wrong.",
        for_lecturer=True,
    ),
    PageEntry("backends.py", "What is Keras?", "Train the same network on three backends."),
    PageEntry("glossary.py", "Glossary", "All words of machine learning on these pages, explained."),
    PageEntry("ready.py", "Ready for class", "Check what a lecture needs of this machine."),
)
STEPS = tuple(dict.fromkeys(page.step for page in PAGES if page.step))
BESIDE = tuple(page for page in PAGES if not page.step and page != HOME)  # pages that stand beside the five steps


def page_of(file: str) -> PageEntry:
    """Return the page of a file."""
    return next(page for page in PAGES if page.file == file)


def pages_of(step: str) -> tuple[PageEntry, ...]:
    """Return the pages of a step that stand as tabs; a step of one page has none."""
    pages = tuple(page for page in PAGES if step and page.step == step)
    return pages if len(pages) > 1 else ()
