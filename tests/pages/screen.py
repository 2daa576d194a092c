"""A page as a person sees and uses it: words, buttons and widgets, each looked up so that a missing one fails."""

import json
import re
from pathlib import Path
from typing import Any, Self

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button, ElementTree, Html, Widget

from core.experiment.model import Experiment
from core.runs import manager

MAIN = Path(__file__).parents[2] / "pages" / "main.py"
VISITOR = "ada"
ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~$:])")  # a sign that Markdown would read as its own
STATES = {
    ":material/check_circle:": "done",
    ":material/radio_button_unchecked:": "needs you",
    ":material/hourglass_empty:": "later",
    ":material/error:": "problem",
    ":material/warning:": "warning",
    ":material/pending:": "busy",
}


class Screen:
    """One session of a visitor's browser."""

    def __init__(self, installed: manager.Runs, visitor: str | None = VISITOR, run: str = "") -> None:
        """Arguments: `visitor`, None for one who is new; `run`, the id of a run that a link leads to."""
        self.installed = installed
        self.app = AppTest.from_file(MAIN, default_timeout=20)
        if visitor is not None:
            self.app.session_state["visitor_without_cookie"] = visitor
        if run:
            self.app.query_params["run"] = run

    # Using it

    def run(self) -> Self:
        """Run the script. No page may ever show an exception, or Streamlit's own words about a widget's value."""
        self.app.run()
        return self._checked()

    def _checked(self) -> Self:
        assert not self.app.exception, self.app.exception
        assert "Session State API" not in self.text(), self.text()
        return self

    def go(self, page: str) -> Self:
        """Open a page by its name; "start" is the first one."""
        self.app.switch_page(f"{page}.py")
        return self.run()

    def press(self, name: str) -> Self:
        """Press the button with this key or label."""
        button = self.button(name)
        assert not button.disabled, f"{name} is disabled: {button.help}"
        button.click()
        return self.run()

    def open(self, name: str) -> Self:
        """Open the popover with this key, whose content is made when it is open."""
        self.app.session_state[name] = True
        return self.run()

    def open_tab(self, name: str, key: str = "evaluate-view") -> Self:
        """Open one of the tabs with this key, whose content is made when it is open."""
        self.app.session_state[key] = name
        return self.run()

    def put(self, name: str, value: Any) -> Self:
        """Give a widget a value; see `widget`."""
        self.widget(name).set_value(value)
        return self.run()

    def widget_states(self) -> WidgetStates:
        """The values of all widgets, as a browser sends them. AppTest has no public name for this, nor for `send`."""
        return self.app._tree.get_widget_states()

    def send(self, states: WidgetStates) -> Self:
        """Rerun the page with these values of its widgets, which may be older than what it shows."""
        self.app._run(states)
        return self._checked()

    def tell(self, key: str, event: str, value: Any) -> Self:
        """Let the component with this key tell of an event, as its JavaScript does."""
        states = self.widget_states()
        identity = f"$$STREAMLIT_INTERNAL_KEY_{self.app.get_by_key(key).proto.id}__events"
        states.widgets.add(id=identity, json_trigger_value=json.dumps([{"event": event, "value": value}]))
        return self.send(states)

    def build(self, do: str, **told: Any) -> Self:
        """Do something to the network on Define with pointer or keys; see `core.experiment.builder_commands`."""
        return self.tell("builder", "events", [{"do": do, **told}])

    def mend(self, label: str = "") -> Self:
        """Press the button of this label of a problem, or the first one there is; on Define it stands on its layer."""
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
        """Open the settings that are folded away below an entry's important ones."""
        return self.open(f"others:{path}")

    # Looking at it

    def button(self, name: str) -> Button:
        """The one button with this key or label."""
        found = [one for one in self.app.button if name in (one.key, one.label)]
        assert len(found) == 1, f"{len(found)} buttons {name!r} among {[(one.key, one.label) for one in self.app.button]}"
        return found[0]

    def has_button(self, name: str) -> bool:
        return any(name in (one.key, one.label) for one in self.app.button)

    def widget(self, name: str) -> Widget:
        """The one widget with this key; "fit/epochs" stands for that of the present revision."""
        found = [one for one in self.app if isinstance(one, Widget) and name in (one.key, str(one.key).rpartition("#")[0])]
        assert len(found) == 1, f"{len(found)} widgets {name!r}"
        return found[0]

    def settings(self, path: str) -> set[str]:
        """The names of the arguments that have a widget, of what stands at a path such as "layers/hidden"."""
        keys = (str(one.key) for one in self.app if isinstance(one, Widget))
        start = f"{path}/arguments/"
        names = [key.partition("#")[0].removeprefix(start) for key in keys if key.startswith(start)]
        return {name for name in names if "/" not in name}  # not those of an argument that is a choice itself

    def has(self, key: str) -> bool:
        """Whether something with this key is there."""
        return key in (one.key for one in self.app if not isinstance(one, ElementTree))

    def text(self, key: str = "") -> str:
        """All words inside the container with this key, or on the whole screen, one element a line; all spaces are plain."""
        root: Any = self.app.get_by_key(key) if key else self.app
        return ESCAPED.sub(r"\1", "\n".join(words for one in root for words in _words(one) if words)).replace("\u00a0", " ")

    def component(self, key: str) -> dict:
        """What was given to the component with this key."""
        return json.loads(self.app.get_by_key(key).proto.json)

    def block(self, identity: str) -> dict:
        """What the drawing of the network shows of a layer."""
        return next(block for block in self.component("builder")["blocks"] if block["id"] == identity)

    def rail(self) -> dict[str, tuple[str, str]]:
        """Of each verb, its state and its answer."""
        found = {}
        for link in self._rail.get("page_link")[1:]:  # the first one leads home
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
        """The visitor's draft, as it is on disk."""
        found = self.installed.ledger.draft(self.app.session_state["visitor_without_cookie"])
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
