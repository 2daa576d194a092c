"""The steps of a visitor through a deck. The visitor follows the guide."""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

from core.teaching import library
from core.teaching.deck import LECTURE, Deck, Mark, Part, Prediction, Question, Scene, Show, Task
from pages.teaching.predictions import options_of
from tests.browser.browser_steps import PATIENCE_MILLISECONDS, draw_line
from tests.browser.moved_views import MOVES
from tests.page_pictures.capture import rest
from tests.server import Server

HEADS = ".st-key-guide-head, .st-key-scene-head, .st-key-lecture-scene"
BODIES = "[class*=st-key-guide-body], .st-key-card-scene"  # the containers that may hold the parts of a scene
DONE = "Done. Go on when you like."
TRAINED = 4 * PATIENCE_MILLISECONDS  # the longest time for a training in a deck, while other tests use both cores
STROKES = (  # the strokes of a drawing that is first a 1, then a 7, and then resembles more and more digits
    *(((0.5, 0.2), (0.5, 0.8)), ((0.25, 0.2), (0.5, 0.2)), ((0.3, 0.8), (0.7, 0.8)), ((0.3, 0.5), (0.7, 0.5))),
    *(((0.3, 0.2), (0.3, 0.5)), ((0.7, 0.5), (0.7, 0.8)), ((0.5, 0.2), (0.75, 0.2)), ((0.7, 0.2), (0.7, 0.5))),
    *(((0.3, 0.5), (0.3, 0.8)), ((0.2, 0.3), (0.8, 0.7)), ((0.2, 0.7), (0.8, 0.3))),
)
TYPED_GUESSES = {  # for each value to guess, a text that answers the question
    "parameters": "640",
    "output_shape": "6 x 6 x 4",
    "first_loss": "2.3",
    "batches_per_epoch": "169",
    "most_confused_pair": "3 and 8",
}
WORST_CELL = """cells => cells.map((cell) => {
    const found = cell.ariaLabel.match(/^actual (.+), predicted (.+): (\\d+)/);
    return found && found[1] !== found[2] ? Number(found[3]) : -1;
}).reduce((best, count, place, counts) => (count > counts[best] ? place : best), 0)"""


def settle(page: Page) -> None:
    """Wait until a page is quiet enough for the next click. Pictures may still follow."""
    rest(page, quiet=80)


def shipped(name: str) -> Deck:
    """Return a deck that comes with the dashboard."""
    deck = library.find_deck(name)
    assert deck is not None, library.unreadable_decks()
    return deck


def begin(page: Page, server: Server, name: str) -> None:
    """Open a deck on Learn."""
    page.goto(f"{server.url}/learn")
    page.locator(f".st-key-open-{name}").get_by_role("button").click()


def at(page: Page, deck: Deck, number: int) -> None:
    """Wait until the scene with this number, counted from 1, is on the screen."""
    where = page.locator(HEADS).filter(has_text=f"{number} of {len(deck.scenes)}")
    expect(where.first).to_contain_text(deck.scenes[number - 1].title)


def go_on(page: Page) -> None:
    """Press Next, or Finish in the last scene. If the scene asks a question in a lecture, show the answer first."""
    turns = page.locator(".st-key-guide-next").get_by_role("button")
    if "Show the answer" in turns.inner_text():
        turns.click()
        expect(turns).not_to_contain_text("Show the answer")
    turns.click()


def train(page: Page, number: int) -> None:
    """Press Train, and wait for the end of the run."""
    page.locator(".st-key-line-train").get_by_role("button").first.click()
    expect(page.get_by_role("heading", name=f"Run {number}: finished")).to_be_visible(timeout=TRAINED)
    settle(page)


def steps(page: Page, deck: Deck) -> Iterator[tuple[int, str]]:
    """Do an open deck. After each step, yield the number of the scene and the step in words, once the page is at rest.

    The first step of a scene is "opened". Questions that only another variant of the deck asks are left out.
    """
    for number, scene in enumerate(deck.scenes, 1):
        at(page, deck, number)
        rest(page)
        yield number, "opened"
        for part in scene.parts:
            for done in _do(page, deck, scene, part):
                rest(page)
                yield number, done
        go_on(page)


def _do(page: Page, deck: Deck, scene: Scene, part: Part) -> Iterator[str]:
    match part:
        case Prediction() | Question() if deck.kind == LECTURE:
            _part(page, "question", deck, part.id).get_by_role("button").first.click()
            yield f"answered {part.id}"
        case Prediction() if _part(page, "predict", deck, part.id).count() or not part.variant:
            _guess(_part(page, "predict", deck, part.id), part)
            yield f"guessed {part.id}"
        case Question():
            asked, right = _part(page, "question", deck, part.id), [one.is_right for one in part.options].index(True)
            asked.get_by_test_id("stRadioOption").nth(right).click(
                position={"x": 8, "y": 8}
            )  # a click on the circle of the option
            expect(asked.get_by_test_id("stAlert")).to_be_visible()
            yield f"answered {part.id}"
        case Task():
            yield from _do_task(page, _part(page, "task", deck, part.id), part, scene)
        case Show() if part.reach:
            _move(page, part)
            yield f"moved {part.id}"
        case Mark():
            _mark(_part(page, "mark", deck, part.id))
            yield f"marked {part.id}"


def _part(page: Page, kind: str, deck: Deck, name: str) -> Locator:
    return page.locator(f".st-key-{kind}-{deck.name}-{name}")


def _move(page: Page, part: Show) -> None:
    """Move the view of a scene until all its goals have a tick in the guide."""
    ticks = page.locator(f".st-key-goals-{part.id}").get_by_text("check_circle", exact=True)
    shown = page.locator(f"[class*=st-key-show-][class*=-{part.id}]").first
    expect(shown.locator("[data-drawn]").first).to_be_visible()  # the functions in MOVES read numbers of the drawn view
    for reached, goal in enumerate(part.reach):
        MOVES[part.view](shown, goal)
        expect(ticks.nth(reached)).to_be_visible()  # a move may reach other goals on its way


def _fool(page: Page) -> None:
    """Draw strokes until a stroke makes the network say the class that was second before."""
    fooled, end = page.get_by_text("Fooled: it says"), page.locator(".st-key-try-give-up button")
    begin = page.locator(".st-key-try-fool button")
    for stroke in STROKES:
        draw_line(page.locator("canvas.drawing"), stroke)
        rest(page)
        expect(begin.or_(end).first).to_be_visible()
        if fooled.count():
            return
        if end.count():
            end.click()
        begin.click()
        expect(end).to_be_visible()
    raise AssertionError("no stroke fooled the network")


def _mark(marked: Locator) -> None:
    """Move the line to other epochs, as the replies say, until the marked epoch is right."""
    slider, answer = marked.get_by_role("slider"), marked.get_by_test_id("stAlert")
    shown = re.search(r"Mark epoch (\d+)", marked.inner_text())
    assert shown is not None
    low, high = 1, int(shown[1])  # the line begins at the last epoch
    epoch = high
    while low <= high:
        marked.get_by_role("button", name=re.compile(rf"Mark epoch {epoch}$")).click()
        expect(answer).to_contain_text(re.compile(rf"Yes: |After epoch {epoch} "))
        if "Yes: " in answer.inner_text():
            return
        low, high = (low, epoch - 1) if "earlier" in answer.inner_text() else (epoch + 1, high)
        target = (low + high) // 2
        for _ in range(abs(target - epoch)):
            slider.press("ArrowLeft" if target < epoch else "ArrowRight")
        epoch = target
        expect(marked.get_by_role("button", name=re.compile(rf"Mark epoch {epoch}$"))).to_be_visible()
    raise AssertionError("no epoch is right")


def _guess(asked: Locator, prediction: Prediction) -> None:
    if options := options_of(prediction):
        asked.get_by_test_id("stButtonGroup").get_by_role("radio").nth(len(options) // 2).click()
        expect(asked).to_contain_text(re.compile("You (said|guessed)"))
    else:
        asked.get_by_role("textbox").fill(TYPED_GUESSES[prediction.predictable_value])
        asked.get_by_role("textbox").press("Enter")
        expect(asked).to_contain_text(re.compile("You (said|guessed)"))


def _do_task(page: Page, task: Locator, part: Task, scene: Scene) -> Iterator[str]:
    """Ask for all hints of a task, and then do the task, by Show me if the task has this button."""
    expect(task).to_contain_text(part.do.split("**")[0].strip()[:20])
    if task.get_by_text(DONE).count():  # an earlier answer has done the task
        return
    for hint in part.hints:
        words = task.get_by_text(hint.split("**")[0].split("`")[0].strip()[:20])
        if not words.count():  # the first hint appears unasked after a while
            task.get_by_role("button", name=re.compile("^(Hint|A bigger hint)$")).click()
        expect(words.first).to_be_visible()
    yield f"hinted {part.id}"
    if part.show is not None:
        task.get_by_role("button", name="Show me", exact=True).click()
    elif scene.page == "evaluate.py":
        cells = page.locator("table.matrix td[aria-disabled=false]")
        cells.first.wait_for()
        cell = cells.nth(cells.evaluate_all(WORST_CELL))
        if any(call.arguments.get("diagonal") for call in part.checks):
            row = re.match(r"actual (.+), predicted", cell.get_attribute("aria-label") or "")
            assert row is not None
            cell = page.locator(f'table.matrix td[aria-label^="actual {row[1]}, predicted {row[1]}:"]')
        cell.click()
    elif scene.page == "inside.py":
        page.locator(".layers button.row").first.click()
        page.locator(".st-key-card-opened-sums canvas").last.wait_for()
        rest(page)  # another script run draws the cells that can be chosen
        page.locator(".st-key-card-opened-sums canvas").last.click()
    elif scene.page == "try_it.py":
        _fool(page)
    elif scene.page == "take_away.py":
        page.get_by_role("button", name="Run the export and compare").click()
    if part.seeds:
        task.get_by_role("button", name=f"Try {part.seeds} other seeds").click()
    expect(task).to_contain_text(DONE, timeout=TRAINED)
    yield f"done {part.id}"
