"""The draft's network as a picture in a scene, with its outputs for an image before and after training."""

from core.application import application
from core.datasets.previews import read_preview
from pages.shell import waiting
from pages.shell.addresses import live_url
from pages.shell.page_data import View
from pages.views.network.draft_network import network_state_getter, picture_of, run_of_draft
from pages.views.network.network import network


def draw_network(view: View) -> None:
    """Draw the network of the draft. Redraw the network once missing data arrive, such as images or shapes."""
    run = run_of_draft(view)
    ask = network_state_getter(view, run)
    state = ask() if ask else None
    drawn, is_trained = state if isinstance(state, dict) else None, run is not None and run.is_over
    network(picture_of(view), key="lecture-net", state=drawn, url=live_url(run) if run else "", is_trained=is_trained)
    experiment = view.experiment
    if read_preview(experiment.data.dataset) is None:
        waiting.wait_for_preview(experiment.data.dataset)
    if view.summary is None and view.all_allowed:
        waiting.wait_for_shapes(experiment)
    if run is not None and application().results.awaits_evaluation(run):
        waiting.wait_for_result(run)
    if ask is not None and state is None and (run is None or run.is_over):
        waiting.wait_for(lambda: ask() is not None, "", 0)
