"""Steps through a deck, as somebody takes them who does what the guide says."""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

from core.teaching import library
from core.teaching.deck import Deck, Mark, Part, Prediction, Question, Scene, Task
from pages.teaching.predictions import options_of
from tests.page_pictures.capture import rest
from tests.server import Server

HEADS = ".st-key-guide-head, .st-key-scene-head"
BODIES = "[class*=st-key-guide-body], .st-key-scene"  # where the parts of a scene stand
DONE = "Done. Go on when you like."
TYPED_GUESSES = {  # by their figures: what somebody may type who has understood the question
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


def shipped(name: str) -> Deck:
    """A deck of the product."""
    deck = library.find(name)
    assert deck is not None, library.broken()
    return deck


def begin(page: Page, server: Server, name: str) -> None:
    """Open a deck on Learn."""
    page.goto(f"{server.url}/learn")
    page.locator(f".st-key-open-{name}").get_by_role("button", name="Begin").click()


def at(page: Page, deck: Deck, number: int) -> None:
    """Wait until a scene, counted from 1, is on the screen."""
    where = page.locator(HEADS).filter(has_text=f"{number} of {len(deck.scenes)}")
    expect(where.first).to_contain_text(deck.scenes[number - 1].title)


def go_on(page: Page) -> None:
    """Press Next, or Finish in the last scene."""
    page.locator(".st-key-guide-next").get_by_role("button").click()


def steps(page: Page, deck: Deck) -> Iterator[tuple[int, str]]:
    """Do a deck that was begun; gives the number of the scene and what was done, once its result is on the screen.

    The first step of a scene is "opened". What only another variant of the deck asks is left out.
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
        case Prediction() if _part(page, "predict", deck, part.id).count() or not part.variant:
            _guess(_part(page, "predict", deck, part.id), part)
            yield f"guessed {part.id}"
        case Question():
            asked, right = _part(page, "question", deck, part.id), [one.is_right for one in part.options].index(True)
            asked.get_by_test_id("stRadioOption").nth(right).click(
                position={"x": 8, "y": 8}
            )  # the circle: words may be marked
            expect(asked.get_by_test_id("stAlert")).to_be_visible()
            yield f"answered {part.id}"
        case Task():
            yield from _do_task(page, _part(page, "task", deck, part.id), part, scene)
        case Mark():
            marked = _part(page, "mark", deck, part.id)
            marked.get_by_role("button", name=re.compile("^Mark epoch")).click()
            expect(marked.get_by_test_id("stAlert")).to_be_visible()
            yield f"marked {part.id}"


def _part(page: Page, kind: str, deck: Deck, name: str) -> Locator:
    return page.locator(f".st-key-{kind}-{deck.name}-{name}")


def _guess(asked: Locator, prediction: Prediction) -> None:
    if options := options_of(prediction):
        asked.get_by_test_id("stButtonGroup").get_by_role("radio").nth(len(options) // 2).click()
        expect(asked).to_contain_text(re.compile("You (said|guessed)"))
    else:
        asked.get_by_role("textbox").fill(TYPED_GUESSES[prediction.figure])
        asked.get_by_role("textbox").press("Enter")
        expect(asked).to_contain_text(re.compile("You (said|guessed)"))


def _do_task(page: Page, task: Locator, part: Task, scene: Scene) -> Iterator[str]:
    """Ask for all hints, and then do it: by Show me, where it is there."""
    expect(task).to_contain_text(part.do.split("**")[0].strip()[:20])
    if task.get_by_text(DONE).count():  # an answer before did it
        return
    for hint in part.hints:
        words = task.get_by_text(hint.split("**")[0].split("`")[0].strip()[:20])
        if not words.count():  # the first one comes by itself after a while
            task.get_by_role("button", name=re.compile("^(Hint|A bigger hint)$")).click()
        expect(words.first).to_be_visible()
    yield f"hinted {part.id}"
    if part.show is not None:
        task.get_by_role("button", name="Show me", exact=True).click()
    elif scene.page == "evaluate.py":
        cells = page.locator("table.matrix td[aria-disabled=false]")
        cells.first.wait_for()
        cells.nth(cells.evaluate_all(WORST_CELL)).click()
    elif scene.page == "inside.py":
        page.locator(".layers button.row").first.click()
    elif scene.page == "take_away.py":
        page.get_by_role("button", name="Run the export and compare").click()
    expect(task).to_contain_text(DONE)
    yield f"done {part.id}"
