"""The data for the drawing of the draft's network: its columns, its first image, and the outputs for this image."""

from collections.abc import Callable

from core.analysis.network_columns import DrawnColumn, drawn_columns, sized_columns
from core.application import application
from core.datasets.previews import read_preview
from core.experiment.descriptions import network_sentence
from core.experiment.graph import is_sequential
from core.network_state import NetworkState
from core.png import to_data_uri
from core.problems import Problem
from core.runs.run_record import Run
from core.views.network import NetworkStateQuestion
from pages.shell.page_data import View
from pages.views.network.network import Picture, pixel_image

MOST_CLASS_PICTURES = 20  # a set with more classes shows names alone


def run_of_draft(view: View) -> Run | None:
    """Return the run in view if its experiment is the draft, and the run is active or has a result.

    Otherwise return None.
    """
    run = view.run
    if run is None or run.experiment != view.experiment or (run.is_over and not run.result):
        return None
    return run


def columns_of(view: View) -> tuple[DrawnColumn, ...]:
    """Return the columns for the drawing of the draft's network.

    Return an empty tuple if a layer refuses its input, or if only Keras can compute the shapes and has not answered yet.
    """
    summary = view.summary
    if summary is None and view.all_allowed:
        return sized_columns(view.experiment)
    if summary is None or summary.refused:
        return ()
    return drawn_columns(view.experiment, {row.id: row.output_shape for row in summary.rows})


def picture_of(view: View) -> Picture:
    """Return the data for the drawing of the draft's network, before outputs are computed."""
    data = view.experiment.data.entry
    preview = read_preview(data.name)
    line = network_sentence(view.experiment, view.summary, view.problems)
    has_pictures = preview is not None and data.num_classes <= MOST_CLASS_PICTURES
    last = data.num_classes - 1
    return Picture(
        line=line,
        pixels=line.partition(" → ")[0],
        columns=columns_of(view),
        is_chain=is_sequential(view.experiment),
        classes=data.classes,
        class_pictures=[to_data_uri(images[0]) for images in preview.images] if preview and has_pictures else (),
        image=pixel_image(preview.images[last, 0]) if preview else None,
        label=last,
    )


def network_state_getter(view: View, run: Run | None) -> Callable[[], NetworkState | Problem | None] | None:
    """Return a function that asks a worker for the network's outputs.

    Return None if the network has a problem or no weights.
    """
    if view.summary is None or view.blocking or not columns_of(view):
        return None
    is_trained = run is not None and run.is_over
    model = application().results.model(run) if run is not None and is_trained else ""
    if is_trained and not model:
        return None
    return lambda: application().ask(NetworkStateQuestion(view.experiment, model), wait=False)
