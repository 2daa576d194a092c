"""The map of all pages: their order, their titles, and the step to which each belongs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """One page of the map."""

    file: str  # in the folder of the pages
    title: str  # of the page, and in the browser's tab
    step: str = ""  # the title of the step to which it belongs; "" for a page beside the five steps
    tab: str = ""  # its name among the pages of its step
    awaits: str = ""  # what it waits for as long as no run was evaluated; "" for a page that always shows something

    @property
    def url_path(self) -> str:
        """The page's address below that of the app."""
        return self.file.removesuffix(".py")


HOME = PageEntry("start.py", "Start")
PAGES = (
    HOME,
    PageEntry("load.py", "Load", "Load", "Data set"),
    PageEntry("own.py", "Your own pictures", "Load", "Your own"),
    PageEntry("images.py", "Pictures are numbers", "Load", "Pictures are numbers"),
    PageEntry("define.py", "Define", "Define"),
    PageEntry("compile.py", "Compile", "Compile"),
    PageEntry("train.py", "Train", "Train", "Curves"),
    PageEntry("runs.py", "Runs", "Train", "Runs"),
    PageEntry("stage.py", "Stage", "Train", "Stage"),
    PageEntry("evaluate.py", "Evaluate", "Evaluate", "Result", "Its marks"),
    PageEntry("mistakes.py", "Mistakes", "Evaluate", "Mistakes", "Its mistakes"),
    PageEntry("inside.py", "Inside your net", "Evaluate", "Inside"),
    PageEntry("why.py", "Why this answer?", "Evaluate", "Why"),
    PageEntry("try_it.py", "Try it", "Evaluate", "Try it"),
    PageEntry("take_away.py", "Take it away", "Evaluate", "Take away", "Its files"),
    PageEntry("backends.py", "What is Keras?"),
    PageEntry("glossary.py", "Glossary"),
    PageEntry("ready.py", "Ready for class"),
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
