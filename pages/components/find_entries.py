"""The entries of the search *Find anything*: pages, layers, settings, choices, ready nets and terms.

The entries come from the tables that define them. To add a source, add a function to `SOURCES`.
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
from pages.shell.page_map import PAGES, PageEntry

# Where a choice is made: the page, and the containers of its card or button, the nearest first.
CHOICES = {
    "optimizer": ("Optimizer", "compile.py", ("card-optimizer", "compile/optimizer")),
    "schedules": ("Schedule", "compile.py", ("card-schedule", "card-optimizer")),
    "loss": ("Loss", "compile.py", ("card-loss",)),
    "metrics": ("Metric", "compile.py", ("card-metrics", "compile/metrics")),
    "callbacks": ("Callback", "train.py", ("callbacks",)),
}
FOLDED = {"seed", "mode", "backend"}  # settings of Train that stand in a popover


@dataclass(frozen=True)
class SearchEntry:
    """An entry of the search *Find anything*."""

    kind: str  # a word or two: "Layer"
    name: str
    words: str  # a sentence
    page: str  # the file of the entry's page
    also: str = ""  # other words that find the entry
    targets: tuple[str, ...] = ()  # keys of its widget or card on the page, the nearest first; "palette:NAME" for a layer
    term: str = ""  # the key of a term


def pages() -> Iterator[SearchEntry]:
    """Yield an entry for each page that all visitors may see."""
    yield from (_page_entry(page) for page in PAGES if not page.for_lecturer)


def _page_entry(page: PageEntry) -> SearchEntry:
    return SearchEntry("Page", page.title, page.sentence, page.file, also=f"{page.tab} {page.step}")


def layers() -> Iterator[SearchEntry]:
    """Yield an entry for each layer of the palette."""
    for entry in CATALOGUES["layers"].values():
        yield SearchEntry("Layer", entry.name, entry.sentence, "define.py", entry.group, (f"palette:{entry.name}",))


def choices() -> Iterator[SearchEntry]:
    """Yield an entry for each optimizer, schedule, loss, metric, callback, data set, backend and ready net."""
    for catalogue, (kind, page, targets) in CHOICES.items():
        for entry in CATALOGUES[catalogue].values():
            yield SearchEntry(kind, entry.name, entry.sentence, page, entry.group, targets)
    for data in DATASETS.values():
        yield SearchEntry("Data set", data.title, data.sentence, "load.py", data.name, ("data/dataset",))
    for backend in BACKENDS.values():
        yield SearchEntry("Backend", backend.title, backend.sentence, "backends.py")
    for template in TEMPLATES.values():
        yield SearchEntry("Ready net", template.title, template.sentence, "define.py", "ready nets", ("templates",))


def settings() -> Iterator[SearchEntry]:
    """Yield an entry for each setting of data and training, and for each argument of optimizers, losses and layers."""
    for parameter in DATA.values():
        yield SearchEntry(
            "Setting", parameter.label, parameter.help, "load.py", parameter.name, (f"data/{parameter.name}", "card-split")
        )
    for parameter in FIT.values():
        targets = (f"fit/{parameter.name}", "speed" if parameter.name in FOLDED else "card-controls")
        yield SearchEntry("Setting", parameter.label, parameter.help, "train.py", parameter.name, targets)
    yield from _arguments("optimizer", "compile.py")
    yield from _arguments("loss", "compile.py")
    yield from _arguments("layers", "define.py")


def _arguments(part: str, page: str) -> Iterator[SearchEntry]:
    """Yield an entry for each argument in a catalogue. Its text names an optimizer, loss or layer that has the argument."""
    owners: dict[str, list[tuple[Entry, Parameter]]] = {}
    for entry in CATALOGUES[part].values():
        for parameter in entry.parameters:
            owners.setdefault(parameter.name, []).append((entry, parameter))
    for name, several in owners.items():
        entry, parameter = several[0]
        others = f" and {len(several) - 1} more" if len(several) > 1 else ""
        words = f"A setting of {entry.name}{others}. {parameter.help}"
        targets = (f"palette:{entry.name}",) if part == "layers" else (f"compile/{part}/arguments/{name}", f"card-{part}")
        yield SearchEntry("Setting", parameter.label, words, page, name, targets)


def terms() -> Iterator[SearchEntry]:
    """Yield an entry for each term of the glossary."""
    for term in TERMS.values():
        yield SearchEntry("Term", term.name, term.sentence, "glossary.py", " ".join(term.also), term=term.key)


SOURCES: tuple[Callable[[], Iterator[SearchEntry]], ...] = (pages, layers, settings, choices, terms)


def find_entries() -> list[dict[str, Any]]:
    """Return the entries of the search for all visitors as dictionaries, which the component reads."""
    return [asdict(entry) for source in SOURCES for entry in source()]


def lecturer_entries() -> list[dict[str, Any]]:
    """Return the entries that the lecturer alone finds: the pages for the lecturer."""
    return [asdict(_page_entry(page)) for page in PAGES if page.for_lecturer]
