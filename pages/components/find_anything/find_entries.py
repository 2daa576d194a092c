"""What *Find anything* finds: pages, layers, settings, choices, ready nets and terms, from the tables that define them.

A further source is one more function in `SOURCES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from core.catalogue import Entry
from core.catalogue.backends import BACKENDS
from core.catalogue.datasets import DATASETS
from core.experiment.model import CATALOGUES, DATA, FIT
from core.experiment.templates import TEMPLATES
from core.glossary.terms import TERMS
from core.parameters import Parameter
from pages.shell.page_map import PAGES

# Where a choice is made: the page, and the containers of its card or button, the nearest first.
CHOICES = {
    "optimizer": ("Optimizer", "compile.py", ("optimizer", "compile/optimizer")),
    "schedules": ("Schedule", "compile.py", ("schedule", "optimizer")),
    "loss": ("Loss", "compile.py", ("loss",)),
    "metrics": ("Metric", "compile.py", ("metrics", "compile/metrics")),
    "callbacks": ("Callback", "train.py", ("callbacks",)),
}
FOLDED = {"seed", "mode", "backend"}  # settings of Train that stand in a popover


@dataclass(frozen=True)
class Found:
    """One thing that can be found."""

    kind: str  # in one or two words: "Layer"
    name: str
    words: str  # one sentence
    page: str  # the file of the page that has it
    also: str = ""  # other words by which it is found
    targets: tuple[str, ...] = ()  # keys of its widget or card there, the nearest first; "palette:NAME" for a layer
    term: str = ""  # the key of a term


def pages() -> Iterator[Found]:
    """All pages."""
    for page in PAGES:
        yield Found("Page", page.title, page.sentence, page.file, also=f"{page.tab} {page.step}")


def layers() -> Iterator[Found]:
    """All layers of the palette."""
    for entry in CATALOGUES["layers"].values():
        yield Found("Layer", entry.name, entry.sentence, "define.py", entry.group, (f"palette:{entry.name}",))


def choices() -> Iterator[Found]:
    """Optimizers, schedules, losses, metrics, callbacks, data sets, backends and ready nets."""
    for catalogue, (kind, page, targets) in CHOICES.items():
        for entry in CATALOGUES[catalogue].values():
            yield Found(kind, entry.name, entry.sentence, page, entry.group, targets)
    for data in DATASETS.values():
        yield Found("Data set", data.title, data.sentence, "load.py", data.name, ("data/dataset",))
    for backend in BACKENDS.values():
        yield Found("Backend", backend.title, backend.sentence, "backends.py")
    for template in TEMPLATES.values():
        yield Found("Ready net", template.title, template.sentence, "define.py", "ready nets", ("templates",))


def settings() -> Iterator[Found]:
    """The settings of data and training, and the arguments of optimizers, losses and layers, each name once."""
    for parameter in DATA.values():
        yield Found(
            "Setting", parameter.label, parameter.help, "load.py", parameter.name, (f"data/{parameter.name}", "split")
        )
    for parameter in FIT.values():
        targets = (f"fit/{parameter.name}", "speed" if parameter.name in FOLDED else "controls")
        yield Found("Setting", parameter.label, parameter.help, "train.py", parameter.name, targets)
    yield from _arguments("optimizer", "compile.py")
    yield from _arguments("loss", "compile.py")
    yield from _arguments("layers", "define.py")


def _arguments(part: str, page: str) -> Iterator[Found]:
    """The arguments of all entries of a catalogue, with the entries that have them."""
    owners: dict[str, list[tuple[Entry, Parameter]]] = {}
    for entry in CATALOGUES[part].values():
        for parameter in entry.parameters:
            owners.setdefault(parameter.name, []).append((entry, parameter))
    for name, several in owners.items():
        entry, parameter = several[0]
        others = f" and {len(several) - 1} more" if len(several) > 1 else ""
        words = f"A setting of {entry.name}{others}. {parameter.help}"
        targets = (f"palette:{entry.name}",) if part == "layers" else (f"compile/{part}/arguments/{name}", part)
        yield Found("Setting", parameter.label, words, page, name, targets)


def terms() -> Iterator[Found]:
    """The terms of the glossary."""
    for term in TERMS.values():
        yield Found("Term", term.name, term.sentence, "glossary.py", " ".join(term.also), term=term.key)


SOURCES: tuple[Callable[[], Iterator[Found]], ...] = (pages, layers, settings, choices, terms)


def find_entries() -> list[dict[str, Any]]:
    """All that can be found, as the component reads it."""
    return [asdict(entry) for source in SOURCES for entry in source()]
