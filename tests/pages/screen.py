"""A page as a person sees and uses it. The lookup of a word, a button or a widget fails if the page has none."""

import json
import re
from pathlib import Path
from typing import Any, Self

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button, ElementTree, Html, Widget

from core.experiment.model import Experiment
from core.runs import manager
from tests.server import PATIENCE

MAIN = Path(__file__).parents[2] / "pages" / "main.py"
VISITOR = "ada"
ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~$:])")  # a character that is escaped for Markdown
STATES = {
    ":material/check_circle:": "done",
    ":material/radio_button_unchecked:": "needs you",
    ":material/hourglass_empty:": "later",
    ":material/error:": "problem",
    ":material/warning:": "warning",
    ":material/pending:": "busy",
}


class Screen:
    """A session of a visitor's browser.

    Parameters
    ----------
    installed
        The queue of runs.
    visitor
        The name of the visitor, or None for a new visitor.
    run
        The id of a run that the visitor opens by a link, or "".
    """

    def __init__(self, installed: manager.Runs, visitor: str | None = VISITOR, run: str = "") -> None:
        self.installed = installed
        self.app = AppTest.from_file(MAIN, default_timeout=PATIENCE)
        if visitor is not None:
            self.app.session_state["visitor_without_cookie"] = visitor
        if run:
            self.app.query_params["run"] = run

    # Use of the page

    def run(self) -> Self:
        """Run the script. Check that the page shows no exception, and no warning of Streamlit about a widget's value."""
        self.app.run()
        return self._checked()

    def _checked(self) -> Self:
        assert not self.app.exception, self.app.exception
        assert "Session State API" not in self.text(), self.text()
        return self

    def go(self, page: str) -> Self:
        """Open a page by the name of its file, such as "start"."""
        self.app.switch_page(f"{page}.py")
        return self.run()

    def press(self, name: str) -> Self:
        """Press the button with this key or label."""
        button = self.button(name)
        assert not button.disabled, f"{name} is disabled: {button.help}"
        button.click()
        return self.run()

    def open(self, name: str) -> Self:
        """Open the popover with this key. Streamlit draws only the content of open popovers."""
        self.app.session_state[name] = True
        return self.run()

    def open_tab(self, name: str, key: str = "evaluate-view") -> Self:
        """Open the tab `name` of the tabs with this key. Streamlit draws only the content of the open tab."""
        self.app.session_state[key] = name
        return self.run()

    def put(self, name: str, value: Any) -> Self:
        """Set the value of a widget. See `widget`."""
        self.widget(name).set_value(value)
        return self.run()

    def widget_states(self) -> WidgetStates:
        """Return the values of all widgets in the form that a browser sends.

        AppTest has no public function for this purpose, nor for `send`.
        """
        return self.app._tree.get_widget_states()

    def send(self, states: WidgetStates) -> Self:
        """Rerun the page with these values of its widgets, which may be older than the values on the page."""
        self.app._run(states)
        return self._checked()

    def tell(self, key: str, event: str, value: Any) -> Self:
        """Let the component with this key report an event, as its JavaScript does."""
        states = self.widget_states()
        identity = f"$$STREAMLIT_INTERNAL_KEY_{self.app.get_by_key(key).proto.id}__events"
        states.widgets.add(id=identity, json_trigger_value=json.dumps([{"event": event, "value": value}]))
        return self.send(states)

    def change(self, key: str, **state: Any) -> Self:
        """Let the component with this key change its state, as its JavaScript does."""
        states = self.widget_states()
        states.widgets.add(id=self.app.get_by_key(key).proto.id, json_value=json.dumps(state))
        return self.send(states)

    def build(self, do: str, **told: Any) -> Self:
        """Send an event of the network builder on Define. See `core.experiment.builder_commands`."""
        return self.tell("builder", "events", [{"do": do, **told}])

    def mend(self, label: str = "") -> Self:
        """Press the repair button with this label, or the first repair button. On Define, it stands at a layer."""
        blocks = self.component("builder")["blocks"] if self.has("builder") else []
        found = [(block["id"], each) for block in blocks for one in block["problems"] for each in one["repairs"]]
        found = [(layer, repair) for layer, repair in found if label in ("", repair["label"])]
        if not found:
            keys = [str(one.key) for one in self.app.button if label in ("", one.label)]
            return self.press(next(key for key in keys if key.startswith("repair-")))
        assert len(found) == 1 or not label, f"{len(found)} buttons {label!r}"
        layer, repair = found[0]
        return self.build("repair", layer=layer, repair=repair["id"])

    def unfold(self, path: str) -> Self:
        """Open the expander with the less important settings of an entry."""
        part = path.removeprefix("compile/")
        screen = self.open(f"details-{part}") if part in ("optimizer", "loss") else self
        return screen.open(f"others:{path}")

    # Content of the page

    def button(self, name: str) -> Button:
        """Return the only button with this key or label."""
        found = [one for one in self.app.button if name in (one.key, one.label)]
        assert len(found) == 1, f"{len(found)} buttons {name!r} among {[(one.key, one.label) for one in self.app.button]}"
        return found[0]

    def has_button(self, name: str) -> bool:
        return any(name in (one.key, one.label) for one in self.app.button)

    def widget(self, name: str) -> Widget:
        """Return the only widget with this key, with or without its revision, as in "fit/epochs"."""
        found = [one for one in self.app if isinstance(one, Widget) and name in (one.key, str(one.key).rpartition("#")[0])]
        assert len(found) == 1, f"{len(found)} widgets {name!r}"
        return found[0]

    def settings(self, path: str) -> set[str]:
        """Return the names of the arguments with a widget, for the entry at a path such as "layers/hidden"."""
        keys = (str(one.key) for one in self.app if isinstance(one, Widget))
        start = f"{path}/arguments/"
        names = [key.partition("#")[0].removeprefix(start) for key in keys if key.startswith(start)]
        return {name for name in names if "/" not in name}  # without the arguments of a nested entry

    def has(self, key: str) -> bool:
        """Return whether the page has an element with this key, or with this key after "card-"."""
        return bool({key, f"card-{key}"} & {one.key for one in self.app if not isinstance(one, ElementTree)})

    def text(self, key: str = "") -> str:
        """Return the text of the container with this key (or of the page), a line for each element, with plain spaces."""
        root: Any = self.app.get_by_key(self._whole_key(key)) if key else self.app
        return ESCAPED.sub(r"\1", "\n".join(words for one in root for words in _words(one) if words)).replace("\u00a0", " ")

    def _whole_key(self, key: str) -> str:
        return next((str(one.key) for one in self.app if not isinstance(one, ElementTree) and one.key == f"card-{key}"), key)

    def component(self, key: str) -> dict:
        """Return the data of the component with this key."""
        return json.loads(self.app.get_by_key(key).proto.json)

    def block(self, identity: str) -> dict:
        """Return the data of a layer in the network builder, by the layer's id."""
        return next(block for block in self.component("builder")["blocks"] if block["id"] == identity)

    def rail(self) -> dict[str, tuple[str, str]]:
        """Return the state and the words of each step in the bar, by the name of the step."""
        found = {}
        for link in self._rail.get("page_link")[1:]:  # without the first link, which leads home
            state = STATES[link.proto.icon]
            verb, words = re.fullmatch(r"\d (\w+) :small\[(.*)\]", link.proto.label).groups()
            words = ESCAPED.sub(r"\1", words)
            if state != "done":
                assert words.startswith(f"{state}: "), words
                words = words.removeprefix(f"{state}: ")
            found[verb] = (state, words)
        return found

    @property
    def _rail(self) -> Block:
        found = self.app.get_by_key("rail")
        assert isinstance(found, Block)
        return found

    @property
    def title(self) -> str:
        return self.app.title[0].value

    @property
    def draft(self) -> Experiment:
        """The visitor's draft on disk."""
        found = self.installed.database.draft(self.app.session_state["visitor_without_cookie"])
        assert found is not None
        return found.experiment

    @property
    def layers(self) -> list[str]:
        """The names of the draft's layers."""
        return [layer.name for layer in self.draft.layers]


def _words(one: Any) -> list[str]:
    if isinstance(one, Html):  # the style sheet
        return []
    proto = getattr(one, "proto", None)
    return [str(getattr(proto, name, "") or "") for name in ("title", "label", "body", "text", "caption", "code_text")]
