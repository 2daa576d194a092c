"""The listing of the catalogue, with the classes of Keras that are left out and the reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.catalogue import Entry
from core.catalogue.activations import ACTIVATIONS, LEFT_OUT_ACTIVATIONS
from core.catalogue.callbacks import CALLBACKS, LEFT_OUT_CALLBACKS
from core.catalogue.constraints import CONSTRAINTS, LEFT_OUT_CONSTRAINTS
from core.catalogue.initializers import INITIALIZERS, LEFT_OUT_INITIALIZERS
from core.catalogue.layers import LAYERS, LEFT_OUT_LAYERS
from core.catalogue.losses import LEFT_OUT_LOSSES, LOSSES
from core.catalogue.metrics import LEFT_OUT_METRICS, METRICS
from core.catalogue.optimizers import LEFT_OUT_OPTIMIZERS, OPTIMIZERS
from core.catalogue.regularizers import LEFT_OUT_REGULARIZERS, REGULARIZERS
from core.catalogue.schedules import LEFT_OUT_SCHEDULES, SCHEDULES


@dataclass(frozen=True)
class CatalogueKind:
    """A kind of choice, such as the layers, with its entries and the classes that are left out."""

    entries: Mapping[str, Entry]  # the entries by name, in teaching order
    left_out: Mapping[str, str]  # classes of Keras that are missing here, with the reason

    @property
    def arguments_left_out(self) -> dict[str, str]:
        """Arguments that cannot be set, with the reason."""
        return {name: reason for entry in self.entries.values() for name, reason in entry.left_out.items()}


KINDS: Mapping[str, CatalogueKind] = {
    "layers": CatalogueKind(LAYERS, LEFT_OUT_LAYERS),
    "activations": CatalogueKind(ACTIVATIONS, LEFT_OUT_ACTIVATIONS),
    "initializers": CatalogueKind(INITIALIZERS, LEFT_OUT_INITIALIZERS),
    "regularizers": CatalogueKind(REGULARIZERS, LEFT_OUT_REGULARIZERS),
    "constraints": CatalogueKind(CONSTRAINTS, LEFT_OUT_CONSTRAINTS),
    "optimizers": CatalogueKind(OPTIMIZERS, LEFT_OUT_OPTIMIZERS),
    "schedules": CatalogueKind(SCHEDULES, LEFT_OUT_SCHEDULES),
    "losses": CatalogueKind(LOSSES, LEFT_OUT_LOSSES),
    "metrics": CatalogueKind(METRICS, LEFT_OUT_METRICS),
    "callbacks": CatalogueKind(CALLBACKS, LEFT_OUT_CALLBACKS),
}


def exclusion_reason(name: str) -> str:
    """Return a sentence that says why the catalogue lacks a class of Keras. Return "" for any other name."""
    reason = next((kind.left_out[name] for kind in KINDS.values() if name in kind.left_out), "")
    return f"{name} is left out here: {reason}." if reason else ""


def lines() -> Iterator[str]:
    """Yield the lines of the listing: the entries and left-out classes of each kind, and then the totals."""
    for name, kind in KINDS.items():
        yield f"{name}: {len(kind.entries)}"
        groups: dict[str, list[str]] = {}
        for entry in kind.entries.values():
            groups.setdefault(entry.group, []).append(entry.name)
        yield from (f"  {group} ({len(names)}): {', '.join(names)}" for group, names in groups.items())
        yield from _reasons("left out", kind.left_out)
        yield from _reasons("arguments left out", kind.arguments_left_out)
        yield ""
    entries = [entry for kind in KINDS.values() for entry in kind.entries.values()]
    num_left_out = sum(len(kind.left_out) for kind in KINDS.values())
    arguments = sum(len(entry.parameters) for entry in entries)
    yield f"in all: {len(entries)} choices with {arguments:,} arguments; {num_left_out} names of Keras left out"


def _reasons(heading: str, left_out: Mapping[str, str]) -> Iterator[str]:
    if left_out:
        yield f"  {heading} ({len(left_out)}):"
    for reason in dict.fromkeys(left_out.values()):
        yield f"    {', '.join(name for name, why in left_out.items() if why == reason)}: {reason}"
