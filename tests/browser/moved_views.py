"""Functions that move the view of a scene to each of its goals, by keys and pointer."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, expect

from core.teaching.shows.kernel import KERNEL, Picture
from core.teaching.shows.stop_in_time import losses_by_epoch
from core.views.scaling import nearest_rate
from tests.browser.browser_steps import draw_line, steady_box

BALL = {"crawls": 0, "arrives": 3, "jumps-out": 4}  # the index on the slider of lesson 7: 0.001, 1 and 10
PERCENT = {"loss-below": 98, "loss-above": 2, "guessing": 10}  # the probability of the right class among ten classes
WINDOW = {"less-by-2": (3, 1, "valid"), "same-size": (3, 1, "same"), "half-size": (3, 2, "same")}
SIZES = {"most-steps": 0, "close": 5, "fewest-steps": 9}  # the index on the slider of lesson 8: 1, 32 and all images
RATES = {"helps-small-pixels": 1.0, "helps-large-pixels": 3e-4}
SPLITS = {"coarse": 0, "a-fifth": 3}  # the index on the slider of lesson 3
ARRIVING = 5  # the index of the learning rate 0.05 on the slider of the view of a weight
# The page itself waits for the epoch, since Playwright may miss an epoch of half a second.
STOP_AT = """(view, epoch) => new Promise((done) => {
    const words = view.querySelector(".epoch");
    const watcher = new MutationObserver(() => {
        if (parseInt(words.textContent.slice("Epoch ".length)) < epoch) return;
        watcher.disconnect();
        view.querySelector(".press").click();
        done();
    });
    watcher.observe(words, { childList: true, characterData: true, subtree: true });
    view.querySelector(".press").click();
})"""
PIXELS = "canvas => [canvas.width, ...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"


def _slide(slider: Locator, value: int) -> None:
    """Set a slider to a value, and press keys at the end, so that the slider reports a move even at the same value."""
    slider.fill(str(value))
    slider.press("ArrowRight")
    slider.press("ArrowLeft")


def _ball(shown: Locator, goal: str) -> None:
    slider = shown.locator(".slider")
    slider.press("Home")  # and not _slide, whose last key would leave the highest rate
    for _ in range(BALL[goal]):
        slider.press("ArrowRight")


def _loss_bar(shown: Locator, goal: str) -> None:
    _slide(shown.locator(".slider"), PERCENT[goal])


def _kernel(shown: Locator, goal: str) -> None:
    expect(shown.locator(".sheet")).to_be_visible()
    side, *channels = shown.locator(".image").evaluate(PIXELS)
    greys = [value / 255 for value in channels[::4]]
    picture = Picture(tuple(tuple(greys[start : start + side]) for start in range(0, side * side, side)), "")
    sheet = shown.locator(".sheet")
    kernel = "horizontal" if shown.locator(".weights span").nth(1).inner_text() != "0" else "vertical"
    settings = KERNEL.settings({"kernel": kernel})
    places = ((row, column) for row in range(side - 2) for column in range(side - 2))
    row, column = next(place for place in places if goal in KERNEL.reached(picture, settings, (*place, "")))
    box = steady_box(sheet)
    sheet.click(position={"x": (column + 1.5) / side * box["width"], "y": (row + 1.5) / side * box["height"]})


def _window(shown: Locator, goal: str) -> None:
    size, stride, padding = WINDOW[goal]
    shown.locator(f"input[value={padding}]").check()
    _slide(shown.locator(".size"), size)
    _slide(shown.locator(".stride"), stride)


def _own_drawing(shown: Locator, goal: str) -> None:
    page = shown.page
    draw_line(page.locator("canvas.drawing"), [(0.5, 0.2), (0.5, 0.8)])
    page.get_by_role("button", name="Right answer" if goal == "recognised" else "Wrong answer").click()


def _path(shown: Locator, goal: str) -> None:
    shown.locator(".slider").fill(str(SIZES[goal]))


def _scaling(shown: Locator, goal: str) -> None:
    shown.locator(".slider").fill(str(nearest_rate(RATES[goal])))


def _send_through(shown: Locator, goal: str) -> None:
    """Send the image through, or choose the layer with the most parameters, the hidden layer after image and Flatten."""
    (shown.locator(".send") if goal == "sent" else shown.locator(".layers li").nth(2).locator("button")).click()


def _stop_in_time(shown: Locator, _goal: str) -> None:
    shown.locator(".stop").evaluate(STOP_AT, losses_by_epoch()[0].stop(1).lowest)


def _sure_and_wrong(shown: Locator, goal: str) -> None:
    slider = shown.locator(".slider")
    slider.fill(slider.get_attribute("max") or "")
    shown.locator(f'.tile[data-goal="{goal}"]').first.click()


def _three_sets(shown: Locator, goal: str) -> None:
    if goal == "unsealed":
        shown.locator(".open").click()
    else:
        shown.locator(".slider").fill(str(SPLITS[goal]))


def _weight(shown: Locator, goal: str) -> None:
    plane, steps = shown.locator(".plane"), 3
    if goal == "flat":  # from the left end, by 50 small steps of 100, to the middle of the axis
        plane.press("Home")
        for _ in range(5):
            plane.press("PageUp")
        return
    shown.get_by_role("button", name="Begin again").click()
    last = int(shown.locator(".rate").get_attribute("max") or 0)
    shown.locator(".rate").fill(str(last if goal == "rises" else ARRIVING))
    for _ in range(steps):
        shown.get_by_role("button", name="Take a step").click()


def _weight_chain(shown: Locator, goal: str) -> None:
    """Choose the brightest or a dark input, and then the unit with the wanted gradient."""
    inputs, units, result = shown.locator(".image canvas"), shown.locator(".units canvas"), shown.locator(".result")
    values = _values(inputs)
    wanted = values.index(0.0) if goal == "no-input" else values.index(max(values))
    _walk(inputs, wanted)
    expect(result).to_have_attribute("aria-busy", "false")
    if goal == "no-slope":
        _walk(units, _values(units).index(0.0))
    elif goal != "no-input":
        gradients = []
        for unit in range(int(units.get_attribute("aria-valuemax") or 0)):
            _walk(units, unit)
            expect(result).to_have_attribute("aria-busy", "false")
            gradients.append(_number(result.locator("b").first.inner_text()))
        sign = {"raises": 1.0, "lowers": -1.0}.get(goal)
        _walk(units, max(range(len(gradients)), key=lambda unit: sign * gradients[unit] if sign else abs(gradients[unit])))
    expect(result).to_have_attribute("aria-busy", "false")


def _walk(canvas: Locator, index: int) -> None:
    """Go to the cell with this index by keys. The attribute `aria-valuenow` counts from 1."""
    now = int(canvas.get_attribute("aria-valuenow") or 1) - 1
    for _ in range(abs(index - now)):
        canvas.press("ArrowRight" if index > now else "ArrowLeft")


def _values(canvas: Locator) -> list[float]:
    """Return the value of each cell, read from its text for screen readers."""
    values = []
    for index in range(int(canvas.get_attribute("aria-valuemax") or 0)):
        _walk(canvas, index)
        values.append(_number((canvas.get_attribute("aria-valuetext") or "").split()[-1]))
    return values


def _number(words: str) -> float:
    return float(words.replace("\u2212", "-").replace("+", ""))


def _all_weights(shown: Locator, goal: str) -> None:
    last = int(shown.locator(".rate").get_attribute("max") or 0)
    _slide(shown.locator(".rate"), {"as-promised": 1, "falls": last // 2 + 1, "rises": last}[goal] - (goal == "rises"))


def _border(shown: Locator, goal: str) -> None:
    """Change the network so that it reaches a goal. Each click trains at once, and the tick follows the training."""
    if goal == "stuck":
        _choose(shown, "points", "ring")
    elif goal == "straight":
        _choose(shown, "activation", "linear")
    elif goal == "held":
        _choose(shown, "penalty", "L2")
        shown.locator(".strength select").select_option("0.03")
    elif shown.locator("input[name=points][value=long_spiral]").is_checked():
        _build(shown, (8, 8))
    elif shown.locator("input[name=points][value=spiral]").is_checked():
        _choose(shown, "activation", "tanh")
        _build(shown, (8,))
    else:
        _build(shown, {"one-unit": (1,), "separates": (4,), "overfits": (8, 8)}[goal])


def _choose(shown: Locator, name: str, value: str) -> None:
    shown.locator(f"label:has(> input[name={name}][value={value}])").click()


def _build(shown: Locator, units: tuple[int, ...]) -> None:
    """Add layers and units until the hidden layers have these numbers of units."""
    for layer, wanted in enumerate(units, 1):
        more = shown.get_by_role("button", name=f"One unit more in layer {layer}")
        if not more.count():
            shown.get_by_role("button", name="Add a layer").click()
        heading = shown.locator(".head strong").nth(layer)
        for _ in range(wanted - int(heading.inner_text().removeprefix("Dense "))):
            more.click()


MOVES: Mapping[str, Callable[[Locator, str], None]] = {
    "ball": _ball,
    "loss-bar": _loss_bar,
    "kernel": _kernel,
    "window": _window,
    "own-drawing": _own_drawing,
    "path": _path,
    "scaling": _scaling,
    "send-through": _send_through,
    "stop-in-time": _stop_in_time,
    "sure-and-wrong": _sure_and_wrong,
    "three-sets": _three_sets,
    "weight": _weight,
    "weight-chain": _weight_chain,
    "all-weights": _all_weights,
    "border": _border,
}
