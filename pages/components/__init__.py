"""What Streamlit cannot draw: live curves and progress of a run, the script with its marked lines, grids of pictures.

Each is a component of JavaScript, CSS and HTML in files beside this one, passed to Streamlit as text. The browser loads
the addresses in `ASSETS` from the server, so that all components of a tab share one event stream.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import plotly
import streamlit as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from core.png import to_data_uri
from pages.widgets.colours import SEQUENTIAL, SEQUENTIAL_DARK

FOLDER = Path(__file__).parent
ASSETS = {  # what the server has to serve, by address
    "/assets/plotly.min.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
    "/assets/stream.js": FOLDER / "stream.js",
}


def _text(*names: str) -> str:
    """Files as one text: Streamlit takes one module a component, so what they share is put in front."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def do_nothing() -> None:
    """For a trigger that nobody listens to: Streamlit wants a callback before it returns the trigger's value."""


_CURVES = st.components.v2.component(
    "run_curves",
    html=_text("curves.html"),
    css=_text("curves.css"),
    js=_text(
        *("words.js", "curves_lines.js", "curves_points.js", "curves_plot.js", "curves_charts.js", "curves_tools.js"),
        "curves.js",
    ),
    isolate_styles=False,  # in a shadow root Plotly's layout breaks
)
_PROGRESS = st.components.v2.component(
    "run_progress",
    html=_text("progress.html"),
    css=_text("progress.css"),
    js=_text("words.js", "following.js", "progress.js"),
)
_CODE = st.components.v2.component(
    "script", html=_text("code.html"), css=_text("code.css"), js=_text("clipboard.js", "code.js")
)
_PICTURES = st.components.v2.component(
    "pictures", html=_text("pictures.html"), css=_text("pictures.css"), js=_text("pictures.js")
)
_STEPPED = st.components.v2.component(
    "stepped", html=_text("stepped.html"), css=_text("stepped.css"), js=_text("words.js", "following.js", "stepped.js")
)
_PAGE_TOP = st.components.v2.component("page_top", js=_text("page_top.js"))
_LOOK = st.components.v2.component(
    "look",
    html=_text("look.html"),
    css=_text("look.css"),
    js=_text("words.js", "following.js", "look_images.js", "ink.js", "look_matrix.js", "look.js"),
)

_BUILDER = st.components.v2.component(
    "builder",
    html=_text("builder.html"),
    css=_text("builder_palette.css", "builder.css"),
    js=_text(
        *("words.js", "keeping.js", "builder_drawings.js", "builder_palette.js", "builder_blocks.js", "builder_data.js"),
        *("builder_wires.js", "builder_drag.js", "builder_keys.js", "telling.js", "builder.js"),
    ),
)


def page_top(title: str) -> None:
    """Begin a page at its top when it is not the page of the last script run."""
    _PAGE_TOP(key="page-top", data={"title": title}, height=1)


def curves(  # noqa: PLR0913 - each is one thing that the charts show
    *,
    url: str,
    epochs: int,
    guess: Mapping[str, float | None],
    ghost: Mapping[str, Any] | None = None,
    ghost_label: str = "",
    key: str,
    metric: str = "accuracy",
    height: int | None = 320,
    unit_range: bool | None = None,
    base: str = "",
    replay: bool = False,
) -> None:
    """Two live charts of a run: its loss, and one metric.

    Parameters
    ----------
    url : address of the run's event stream, such as "/live/<run id>"; a new one starts the charts afresh.
    epochs : length of the x axis.
    guess : loss and metric of a network that only guesses, by their Keras history names; None draws no line.
    ghost : {"events": [...]} of an earlier run, to compare with; drawn pale.
    ghost_label : what the legend calls that run.
    key : of the element.
    metric : the second chart's quantity, by its Keras history name.
    height : of one chart, in pixels; None: what the page's own style gives it.
    unit_range : whether the metric lies between 0 and 1, which fixes its axis; None: if it is an accuracy.
    base : the path under which the whole server stands, such as "/course".
    replay : whether the stream tells of a run that is over; the charts then say so, and never that it trains.
    """
    if unit_range is None:
        unit_range = "accuracy" in metric
    _CURVES(
        key=key,
        data={
            "url": base + url,
            "stream": f"{base}/assets/stream.js",
            "plotly": f"{base}/assets/plotly.min.js",
            "epochs": epochs,
            "guess": {name: guess.get(name) for name in ("loss", metric)},
            "ghost": {"events": list(ghost["events"])} if ghost else None,
            "ghost_label": ghost_label,
            "metric": metric,
            "ranges": {"loss": None, metric: [0, 1.02] if unit_range else None},  # a line at 1.0 keeps its full width
            "height": height,
            "replay": replay,
        },
    )


def progress(  # noqa: PLR0913 - each is one thing that the line shows
    *,
    url: str,
    run: str,
    state: str,
    word: str,
    epochs: int,
    key: str,
    on_state_change: Callable[[], None] | None = None,
    alarm: str = "",
    numbers: Sequence[str] = ("loss", "accuracy"),
    base: str = "",
) -> str | None:
    """One line that says how far a run is, and reruns the script when the run's state changes, or what the coach says of it.

    Parameters
    ----------
    url : address of the run's event stream, such as "/live/<run id>".
    run : the run's id.
    state : the state that this script run knows of; any other that the stream tells comes back once.
    word : for that state, as people read it.
    epochs : how many were asked for.
    key : of the element.
    on_state_change : called before the script reruns for a new state.
    alarm : the code of what the coach said when this script ran; "" for nothing.
    numbers : what to show of the latest values, by their Keras history names; a narrow line shows the first only.
    base : the path under which the whole server stands, such as "/course".

    Returns
    -------
    The new state in the script run that it caused, else None.
    """
    result = _PROGRESS(
        key=key,
        data={
            "url": base + url,
            "stream": f"{base}/assets/stream.js",
            "run": run,
            "state": state,
            "word": word,
            "epochs": epochs,
            "alarm": alarm,
            "numbers": list(numbers),
        },
        on_state_change=on_state_change or do_nothing,
        on_alarm_change=do_nothing,
    )
    return result.state


def stepped(  # noqa: PLR0913 - each is one thing that it shows
    *, url: str, classes: Sequence[str], titles: Mapping[str, str], key: str, base: str = "", compact: bool = False
) -> None:
    """The last step of a run that was taken alone: loss before and after, each layer, its images; nothing before one was.

    Parameters
    ----------
    url : address of the run's event stream, such as "/live/<run id>".
    classes : their names, in the order of the labels.
    titles : of the layers, by their ids.
    key : of the element.
    base : the path under which the whole server stands, such as "/course".
    compact : whether it is one line, of the loss alone.
    """
    shown = {"classes": list(classes), "titles": dict(titles), "compact": compact}
    _STEPPED(key=key, data={"url": base + url, "stream": f"{base}/assets/stream.js", **shown})


def code(  # noqa: PLR0913 - each is one thing that the box shows
    *,
    script: str,
    marked: Iterable[int] = (),
    file_name: str,
    title: str = "",
    key: str,
    height: int | None = None,
    focus: int | None = None,
) -> None:
    """A Python script in colours, with line numbers, and buttons to copy and to download it.

    Parameters
    ----------
    script : the text; shown as it is, whatever it holds.
    marked : indexes, from 0, of the lines that the last click wrote; the first is scrolled into view.
    file_name : of the file that is downloaded.
    title : what stands above the script; "" for the file's name.
    key : of the element.
    height : of the box in pixels; None is as high as the script.
    focus : index of the line that a fresh box starts with; None: the first marked one.
    """
    data = {
        "script": script,
        "lines": list(highlighted_lines(script)),
        "marked": sorted(marked),
        "file_name": file_name,
        "title": title or file_name,
        "height": height,
        "focus": focus,
    }
    _CODE(key=key, data=data)


@lru_cache(maxsize=256)  # a class of 30 has some hundred scripts on its screens
def highlighted_lines(script: str) -> tuple[str, ...]:
    """A script's lines as HTML: escaped, with Pygments' class names; as many as the script has."""
    plain = script.replace("\r\n", "\n").removesuffix("\n")
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines = highlight(plain, lexer, HtmlFormatter(nowrap=True)).split("\n")
    return tuple(lines[: plain.count("\n") + 1])  # Pygments ends the last line too


def pictures(  # noqa: PLR0913 - each is one thing that the grid shows
    items: Iterable[Mapping[str, str]],
    *,
    key: str,
    size: int = 72,
    columns: int | None = None,
    selectable: bool = False,
    rows: bool = False,
    on_picked: Callable[[], None] | None = None,
) -> str | None:
    """A grid of small pictures, drawn big and crisp, each with its caption.

    Parameters
    ----------
    items : each {"id", "src" (see `picture_source`), "alt", "caption", "detail", "tone"}; caption and detail may be "";
        tone is "", "wrong" or "right".
    key : of the element.
    size : of a picture's longer side, in pixels.
    columns : how many in a row; None: as many as there is room for.
    selectable : whether a picture can be picked, by click or keyboard.
    rows : whether a caption is the name of its whole row, so that it may be longer than its picture is wide.
    on_picked : called before the script reruns for a picture that was picked.

    Returns
    -------
    The id of the picture in the script run that its click caused, else None.
    """
    result = _PICTURES(
        key=key,
        data={
            "items": [dict(item) for item in items],
            "size": size,
            "columns": columns,
            "selectable": selectable,
            "rows": rows,
        },
        on_picked_change=on_picked or do_nothing,
    )
    return result.picked


def look(  # noqa: PLR0913 - each is one thing that it shows
    shows: str,
    *,
    url: str,
    classes: Sequence[str],
    validation: int,
    key: str,
    selected: tuple[int, int] | None = None,
    on_cell: Callable[[], None] | None = None,
    compact: bool = False,
    base: str = "",
) -> Mapping[str, Any] | None:
    """What a network says of the validation set while it learns.

    Parameters
    ----------
    shows : "matrix", the confusion matrix, or "images", a dozen images with the network's answers.
    url : address of the run's event stream, such as "/live/<run id>".
    classes : their names, in the order of the labels.
    validation : how many images the validation set holds.
    key : of the element.
    selected : the cell that is marked, as actual and predicted class.
    on_cell : called before the script reruns for a cell that was picked.
    compact : whether it has little room, as on the stage.
    base : the path under which the whole server stands, such as "/course".

    Returns
    -------
    The cell in the script run that its click caused, as `core.engine.inspector_images.read_cell` takes it, else None.
    """
    result = _LOOK(
        key=key,
        data={
            "shows": shows,
            "url": base + url,
            "stream": f"{base}/assets/stream.js",
            "classes": list(classes),
            "colours": {"light": SEQUENTIAL, "dark": SEQUENTIAL_DARK},
            "validation": validation,
            "selected": selected and list(selected),
            "compact": compact,
        },
        on_cell_change=on_cell or do_nothing,
    )
    return result.cell


def builder(  # noqa: PLR0913 - each is one thing that it shows
    *,
    blocks: Sequence[Mapping[str, Any]],
    palette: Sequence[Mapping[str, Any]],
    sizes: Mapping[str, str],
    picture: str,
    data: Mapping[str, Any] | None,
    selected: str | None,
    place: str,
    locked: str,
    done: int,
    key: str,
    on_told: Callable[[], None],
) -> None:
    """The network as a drawing that is built by pointer or keys, with the palette of layers beside it.

    Parameters
    ----------
    blocks : the layers, the first one on top; see `pages.builder.view_model.blocks`.
    palette : all layers that can be added; see `pages.builder.view_model.palette`.
    sizes : of the palette, the smallest first: name and label.
    picture : what goes in, in words.
    data : what one picture becomes after each layer; see `pages.builder.data_preview.builder_data`; None shows no data.
    selected : the id of the layer whose settings are shown, or None.
    place : where a layer goes that is added by a click, in words.
    locked : why the network cannot be changed; "" where it can.
    done : the number of the last thing told that has been done; later ones are told again.
    key : of the element; its session state has `told`, what a person did since: [{"do": ..., "number": ...}, ...].
    on_told : called before the script reruns for it.
    """
    net = {"blocks": list(blocks), "picture": picture, "data": data, "selected": selected, "done": done}
    layers = {"palette": list(palette), "sizes": dict(sizes), "place": place, "locked": locked}
    _BUILDER(key=key, data={**net, **layers}, on_told_change=on_told)


def picture_source(image: np.ndarray) -> str:
    """An image as a data: URI of a PNG, without loss.

    Parameters
    ----------
    image : bytes (uint8) of shape (height, width), (height, width, 1) or (height, width, 3).
    """
    return to_data_uri(image)
