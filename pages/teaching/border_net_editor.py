"""An editor of a small network that classifies points in the plane. After each change, the network is trained again.

The session stores the network.
"""

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from core.application import application
from core.engine.early_border import best_known_border
from core.export.border_script import border_script
from core.problems import Problem
from core.teaching.shows.border import initial_net, nets_to_judge
from core.views.border import BorderNetSettings, BorderQuestion, BorderTraining
from pages.components.code_view.code_view import code_view
from pages.frame import code_panel
from pages.shell.streamlit_patches import rerun
from pages.views.border.border import border, read_net
from pages.views.shared.view_context import ViewContext

BEFORE = "-before"  # in session state, after the element's key: the network before the visitor's last change
NET = "-net"
POLL_SECONDS = 0.25
ALL_CONTROLS = ("points", "activation", "penalty", "rate", "noise", "seed")
FEW_CONTROLS = ("points", "activation", "seed")


def stored_net(key: str, first: BorderNetSettings) -> BorderNetSettings:
    """Return the network that the session stores for an element. Return `first` if the visitor has changed nothing."""
    net: BorderNetSettings = st.session_state.setdefault(key + NET, first)
    return net


def apply_browser_change(key: str, first: BorderNetSettings) -> None:
    """Store the network in the session after the visitor has changed it in the browser."""
    net, now = read_net(getattr(st.session_state.get(key), "net", None)), stored_net(key, first)
    if net is not None and net != now:
        st.session_state[key + BEFORE], st.session_state[key + NET] = now, net


def draw_net_code(key: str, first: BorderNetSettings) -> None:
    """Draw the script of the network in the code panel, and mark the lines that the visitor's last change affected."""
    code_panel.close_button()
    text, before = border_script(stored_net(key, first)), st.session_state.get(key + BEFORE)
    marked = code_panel.changed_lines(border_script(before), text) if before else ()
    code_view(script=text, marked=marked, title="Code", file_name="two_inputs.py", key="code")


def draw_net(
    key: str,
    first: BorderNetSettings,
    controls: Iterable[str] = ALL_CONTROLS,
    others: Callable[[BorderNetSettings], Iterable[BorderNetSettings]] = lambda net: (),
    on_move: Callable[[], None] | None = None,
) -> None:
    """Draw the network with its decision boundary, and rerun the page once the network is trained.

    Parameters
    ----------
    key
        The key of the element, and of the network in the session.
    first
        The network before the visitor's first change.
    controls
        The names of the settings that the visitor can change, such as "activation". Units can always be changed.
    others
        A function that returns further networks to train, without which the goals of the view cannot be checked.
    on_move
        Called once all networks are trained and drawn, to check the goals of the view. None if the view has no goals.
    """
    net = stored_net(key, first)
    answer, is_whole = best_known_border(application().inspector, net)
    waits = not is_whole or not are_trained(others(net))
    problem = f"{answer.happened} {answer.fix}" if isinstance(answer, Problem) else ""
    border(
        net,
        answer if isinstance(answer, BorderTraining) else None,
        key=key,
        controls=controls,
        is_whole=is_whole,
        problem=problem,
        is_judged=on_move is not None and not waits,
        other_starts="" if waits else other_starts_words(net, others(net)),
        on_changed=partial(apply_browser_change, key, first),
        on_move=on_move,
    )
    if waits:
        wait_for_training((net, *others(net)))


def other_starts_words(net: BorderNetSettings, nets: Iterable[BorderNetSettings]) -> str:
    """Return a sentence with the scores of a trained network with other seeds. Without such networks, return ""."""
    scores = []
    for other in nets:
        answer = application().ask(BorderQuestion(other), wait=False)
        if other != net and isinstance(answer, BorderTraining):
            points = len(answer.labels) - answer.training_points
            scores.append(f"{round(answer.last.validation.accuracy * points)} of {points}")
    return f"Right on the validation points with other seeds: {', '.join(scores)}." if scores else ""


@st.fragment(run_every=POLL_SECONDS)
def wait_for_training(nets: tuple[BorderNetSettings, ...]) -> None:
    """Rerun the page once all networks are trained."""
    if are_trained(nets):
        rerun()


def are_trained(nets: Iterable[BorderNetSettings]) -> bool:
    """Return whether all networks are trained, and request the training of networks that are not."""
    answers = [application().ask(BorderQuestion(net), wait=False) for net in nets]
    return None not in answers


def draw(shown: ViewContext) -> None:
    """Draw the network in a scene of a deck. See `pages.views.shared.view_context.ViewContext`."""
    others = partial(nets_to_judge, shown.settings, shown.show.reach)
    controls = ALL_CONTROLS if shown.settings["all_controls"] else FEW_CONTROLS
    on_move = shown.on_move if shown.show.reach else None
    with st.container(key="border-scene"):
        draw_net(shown.key, initial_net(shown.settings), controls, others, on_move)
