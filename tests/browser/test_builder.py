"""The builder: the residual net by clicking and dragging alone, then by keys alone; 20 steps back; nothing lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.experiment.share_links import Link, write
from tests.browser.browser_steps import OVERTAKEN, steady_box
from tests.core.sample_experiments import template
from tests.page_pictures.capture import rest
from tests.server import PATIENCE, Server, wait_for

STEPS = 20  # taken back
MOST_TABS = 4  # from a layer to its first setting
LAID_OUT = "(one) => [one.offsetLeft, one.offsetTop, one.offsetWidth, one.offsetHeight]"
CANVAS = (
    "[...document.querySelectorAll('*')].find((one) => one.shadowRoot?.querySelector('.builder'))"
    ".shadowRoot.querySelector('.sheet canvas')"
)
# The pixels by which the heading of a layer reaches below the top of the layer's dots.
HEADING_BEYOND = (
    "(block) => block.querySelector('.text').offsetHeight - parseFloat(getComputedStyle(block).getPropertyValue('--start'))"
)
# A picture is on its way through the network.
MOVES = "tokens => tokens.querySelector('.token img')?.getBoundingClientRect().width > 0"
SMALL = 640  # pixels: below that, the problem is in sight, and its button a finger's move away


def expect_layers(page: Page, *words: str) -> None:
    """The drawing shows these layers, the first one first."""
    shown = page.locator(".block:not(.picture) .name")
    expect(shown).to_have_text([re.compile(rf"^{word}\b") for word in words])


def open_define(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/define")
    expect_layers(page, "Flatten", "Dense", "Dense")
    expect(page.locator(".facts .shape").nth(1)).to_have_text("128 numbers")  # the engine is ready


def expect_residual(page: Page) -> None:
    """Conv, Conv, Add over a skip, Flatten, Dense: drawn, and ready to be trained."""
    expect_layers(page, "Conv2D", "Conv2D", "Add", "Flatten", "Dense")
    expect(page.locator(".block").nth(3).locator(".takes")).to_have_text("takes Conv2D (conv2) and Conv2D (conv1)")
    expect(page.locator(".wires .skip")).to_have_count(1)
    expect(page.locator(".facts .shape").last).to_have_text("10 numbers")
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.locator(".st-key-line-train button").first).to_be_enabled()


def centre(one: Locator) -> tuple[float, float]:
    box = steady_box(one)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, what: Locator, onto: Locator, before: float = 0) -> None:
    """Press on one thing, and let go on another, or so many pixels to the left of its middle."""
    expect(page.get_by_text("checking")).to_have_count(0)  # the drawing is at rest
    for one in (onto, what):
        one.scroll_into_view_if_needed()
    start, (x, y) = centre(what), centre(onto)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(x - before + 15, y)
    page.mouse.move(x - before, y, steps=3)
    page.mouse.up()


def test_residual_net_by_clicking_and_dragging(page: Page, server: Server) -> None:
    open_define(page, server)
    block = page.locator(".block")
    expect(block.first.locator(".label")).not_to_be_empty()  # the class of the image, once it went through the network
    page.get_by_text("Show the data").click()
    expect(block.first.locator(".label")).to_be_empty()
    drag(page, page.get_by_role("button", name=re.compile("^Add Conv2D ")), block.nth(1), before=20)
    expect_layers(page, "Conv2D", "Flatten", "Dense", "Dense")
    expect(block.nth(1)).to_have_class(re.compile(r"\badded\b"))
    block.nth(1).locator(".name").click()
    page.get_by_role("radio", name="same").click()
    expect(block.nth(1).locator(".facts .shape")).to_have_text("28 × 28 × 32")
    expect(page.locator(".problem")).to_have_count(0)
    block.nth(1).get_by_role("button", name="Duplicate Conv2D").click()
    expect_layers(page, "Conv2D", "Conv2D", "Flatten", "Dense", "Dense")
    drag(page, block.nth(1).get_by_role("button", name="Join conv1 with"), block.nth(3))
    expect_layers(page, "Conv2D", "Conv2D", "Add", "Flatten", "Dense", "Dense")
    drag(page, block.nth(5), block.nth(4), before=20)
    expect_layers(page, "Conv2D", "Conv2D", "Add", "Dense", "Flatten", "Dense")
    block.nth(4).hover()
    block.nth(4).get_by_role("button", name="Delete Dense 128 relu", exact=True).click()
    expect_residual(page)
    page.reload()
    expect_residual(page)


def test_five_layers_in_a_row_need_no_escape_and_the_totals_stay_in_sight(page: Page, server: Server) -> None:
    open_define(page, server)
    names = page.locator(".block:not(.picture) .name")
    for count in range(4, 9):
        page.get_by_role("button", name=re.compile("^Add Dropout ")).click()
        expect(names).to_have_count(count)
        expect(page.locator("[class*=st-key-card-layer-]")).to_have_count(0)
    expect(page.locator(".block.added .name")).to_have_text(re.compile("^Dropout"))
    expect(page.locator(".place")).to_contain_text("A click adds it after Dropout")
    names.first.click()
    expect(page.locator(".st-key-card-layer-flatten")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})  # the palette and the settings stand side by side
    page.get_by_label("Search all layers").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-card-layer-flatten")).to_have_count(0)
    expect(page.get_by_label("Search all layers")).to_be_focused()


def test_a_map_comes_to_the_front_and_a_window_follows_the_pointer(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/define?experiment={write(Link(template('convnet')))}")
    slider = page.get_by_role("slider", name="Map in front of Conv2D 32 3 × 3 relu (conv1)")
    expect(slider).to_have_attribute("aria-valuemax", "32", timeout=60_000)
    slider.click(position={"x": 5, "y": 5})
    expect(slider).to_have_attribute("aria-valuetext", "map 1, 1 of 32 that are shown")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "map 32, 32 of 32 that are shown")
    looked = page.locator(".windows .looked").first
    before = looked.get_attribute("x")
    made = steady_box(page.locator(".windows .made").first)
    page.mouse.move(made["x"] + 3 * made["width"], made["y"] + 1)
    expect(looked).not_to_have_attribute("x", before or "")


def test_a_plus_chooses_the_place_of_a_new_layer(page: Page, server: Server) -> None:
    open_define(page, server)
    before = page.get_by_role("button", name="Insert a layer before Dense 10 softmax")
    before.click()
    expect(before).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Search all layers")).to_be_focused()
    expect(page.locator(".place")).to_have_text("A click adds it before Dense (outputs). Esc ends this.")
    page.keyboard.press("Escape")
    expect(before).to_have_attribute("aria-pressed", "false")
    page.locator(".block:not(.picture) .name").nth(0).focus()
    page.keyboard.press("+")
    page.keyboard.type("rescaling")
    page.keyboard.press("Enter")
    expect_layers(page, "Rescaling", "Flatten", "Dense", "Dense")


def test_each_class_has_its_name_beside_the_unit_that_answers(page: Page, server: Server) -> None:
    open_define(page, server)
    names = page.locator(".block").last.locator(".classes li")
    expect(names).to_have_count(10)
    expect(names.first.locator(".percent")).to_have_text(re.compile("%"))
    labels = page.locator(".block.picture .label")
    shown = labels.text_content()
    page.get_by_role("button", name="The next image").click()
    expect(labels).not_to_have_text(shown or "")
    drawn = page.evaluate(f"{CANVAS}.toDataURL()")
    page.get_by_role("radio", name="weights").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="what this image sends")).to_be_checked()
    expect(page.get_by_role("radio", name="what this image sends")).to_be_focused()
    page.wait_for_function(f"(before) => {CANVAS}.toDataURL() !== before", arg=drawn)


def test_settings_are_a_few_tabs_away_and_escape_leads_back(page: Page, server: Server) -> None:
    open_define(page, server)
    name = page.locator(".block:not(.picture) .name").nth(1)
    name.focus()
    page.keyboard.press("Enter")
    units = page.get_by_role("spinbutton", name="Units")
    expect(units).to_be_visible()
    presses = 0
    while page.evaluate(FOCUSED) != "Units":
        page.keyboard.press("Tab")
        presses += 1
        assert presses <= MOST_TABS, f"{MOST_TABS} Tabs do not lead to the first setting"
    page.keyboard.press("Escape")
    expect(units).to_have_count(0)
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(units).to_be_visible()
    page.keyboard.press("Escape")  # on the layer itself
    expect(units).to_have_count(0)
    expect(name).to_be_focused()


def test_nothing_moves_when_a_layer_is_selected_and_its_mending_is_in_sight(page: Page, server: Server) -> None:
    open_define(page, server)
    outputs = page.locator(".block", has=page.locator(".called").get_by_text("outputs", exact=True))
    for width, height in ((1280, 720), (1024, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        first = page.locator(".block:not(.picture) .name").first
        rest(page)  # the drawing follows the size of the window
        first.scroll_into_view_if_needed()
        before = [one.evaluate(LAID_OUT) for one in page.locator(".block").all()]
        first.click()
        expect(page.locator(".st-key-card-layer-flatten")).to_be_visible()
        assert [one.evaluate(LAID_OUT) for one in page.locator(".block").all()] == before, f"a card moved at {width} pixels"
        outputs.locator(".name").click()
        units = page.get_by_role("spinbutton", name="Units")
        units.fill("7")
        units.press("Enter")
        mend = page.locator("[class*=st-key-repair-of-layers]").get_by_role("button", name="Set units to 10")
        if width > SMALL:
            expect(mend).to_be_in_viewport()
        assert page.locator("[data-testid=stMain]").evaluate("(one) => one.scrollWidth <= one.clientWidth")
        mend.click()
        expect(page.locator(".problem")).to_have_count(0)
        page.keyboard.press("Escape")
        outputs.locator(".name").focus()
        page.keyboard.press("Escape")
        expect(page.locator("[class*=st-key-card-layer-]")).to_have_count(0)


def test_heading_with_a_former_name_stands_above_the_dots_of_its_layer(page: Page, server: Server) -> None:
    open_define(page, server)
    dense = page.locator(".block").nth(2)
    dense.hover()
    dense.locator(".icon.duplicate").click()
    expect_layers(page, "Flatten", "Dense", "Dense", "Dense")
    dense.hover()
    dense.locator(".icon.remove").click()
    expect_layers(page, "Flatten", "Dense", "Dense")
    expect(dense.locator(".former")).to_have_text("was dense2")
    expect(dense.locator(".costs")).to_contain_text("parameters")
    for width, height in ((1280, 720), (1024, 768), (1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        rest(page)  # the drawing follows the size of the window
        assert dense.evaluate(HEADING_BEYOND) <= 0, f"the heading reaches into the dots at {width} pixels"


@pytest.mark.deep
def test_the_picture_goes_through_the_network_and_a_long_one_has_a_map(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_define(page, server)
    page.get_by_role("button", name="Send it through").click()
    expect(page.locator(".token")).to_have_count(0)  # a person who wants no motion sees the layers marked in their turn
    expect(page.locator("p.unseen").last).to_contain_text("Dense (outputs) gives 10 numbers")
    expect(page.locator(".flowing")).to_have_count(0)
    page.emulate_media(reduced_motion="no-preference")
    tokens = page.locator(".tokens").element_handle()
    page.get_by_role("button", name="Send it through").click()
    page.wait_for_function(MOVES, arg=tokens)  # which looks at every frame: a token is there for less than a second
    expect(page.locator(".flowing")).to_have_count(0)

    chart = page.get_by_role("slider", name="Map of the network")
    expect(chart).to_have_count(0)
    page.locator(".block:not(.picture) .name").nth(1).focus()
    for _ in range(10):
        page.keyboard.press("Control+d")
    expect(page.locator(".block")).to_have_count(14)
    tab_to(page, "Map of the network")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("in view: 1 to "))
    page.keyboard.press("End")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("to outputs in view: .* to 14 of 14"))
    page.keyboard.press("Enter")
    what = "Enter to lead from the map to the first layer in view"
    wait_for(lambda: "dense" in str(page.evaluate(FOCUSED)), PATIENCE, what)


FOCUSED = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.ariaLabel || at?.textContent;
}"""


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(80):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"no {key} leads to {name!r}")


@pytest.mark.deep
def test_residual_net_by_keys(page: Page, server: Server) -> None:
    open_define(page, server)
    tab_to(page, "Search all layers")
    page.keyboard.type("conv2d")
    page.keyboard.press("Enter")
    expect_layers(page, "Flatten", "Dense", "Conv2D", "Dense")
    tab_to(page, "Input")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect_layers(page, "Conv2D", "Flatten", "Dense", "Dense")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="valid", exact=True)).to_be_visible()  # else Tab leads past it
    tab_to(page, "valid")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".facts .shape").first).to_have_text("28 × 28 × 32")
    tab_to(page, "Conv2D 32 3 × 3 relu", "Shift+Tab")
    page.keyboard.press("Control+d")
    expect_layers(page, "Conv2D", "Conv2D", "Flatten", "Dense", "Dense")
    page.keyboard.press("j")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_layers(page, "Conv2D", "Conv2D", "Add", "Flatten", "Dense", "Dense")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect_residual(page)


@pytest.mark.deep
def test_call_that_is_overtaken_loses_no_key_and_doubles_none(page: Page, server: Server) -> None:
    page.add_init_script(OVERTAKEN)
    open_define(page, server)
    names = page.locator(".block:not(.picture) .name")
    names.nth(1).focus()
    for _ in range(2):
        for _ in range(5):  # the first is told at once, the others when it is answered
            page.keyboard.press("Control+d")
        page.evaluate("overtaken.builder()")
    expect(names).to_have_count(3 + 10)
    page.keyboard.press("Control+z")
    expect(names).to_have_count(3 + 9)


@pytest.mark.deep
def test_keys_that_come_while_a_layers_settings_open_are_not_lost(page: Page, server: Server) -> None:
    open_define(page, server)
    names = page.locator(".block:not(.picture) .name")
    names.nth(1).focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Control+d")
    expect(names).to_have_count(3 + 4)
    expect(page.get_by_role("spinbutton", name="Units")).to_be_visible()
    expect(names.nth(1)).to_be_focused()


@pytest.mark.deep
def test_twenty_steps_back_and_a_named_block(page: Page, server: Server) -> None:
    open_define(page, server)
    names = page.locator(".block:not(.picture) .name")
    names.nth(1).focus()
    for _ in range(STEPS):  # faster than they are carried out: none is lost
        page.keyboard.press("Control+d")
    expect(names).to_have_count(3 + STEPS)
    for left in reversed(range(STEPS)):
        page.keyboard.press("Control+z")
        expect(names).to_have_count(3 + left)
    expect(page.locator(".st-key-undo button").first).to_be_disabled()
    names.nth(0).focus()
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_label("Name of the block").fill("Front")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="▾ Front").click()
    expect(names).to_have_text([re.compile("▸ Front"), re.compile(r"Dense .* \(outputs\)")])
    page.reload()
    expect(names).to_have_text([re.compile("▸ Front"), re.compile(r"Dense .* \(outputs\)")])

    page.set_viewport_size({"width": 390, "height": 844})  # a phone: the palette is folded above the network
    page.get_by_role("button", name="Add a layer").click()
    page.locator(".tile[data-name='Flatten']").click()
    expect(names).to_have_text([re.compile("▸ Front"), re.compile("Flatten"), re.compile("Dense")])
    assert page.locator("[data-testid=stMain]").evaluate("(one) => one.scrollWidth <= one.clientWidth")


@pytest.mark.deep
def test_handle_dragged_onto_a_merge_adds_an_input_and_a_name_is_seen_at_once(page: Page, server: Server) -> None:
    open_define(page, server)
    page.get_by_label("Search all layers").fill("fire")
    page.keyboard.press("Enter")  # one press for four layers
    called = page.locator(".block .called")
    expect(called).to_have_text(["conv1", "conv2", "conv3", "outputs"])
    page.get_by_label("Search all layers").fill("")
    merge = page.locator(".block", has=page.locator(".name").get_by_text("Concatenate"))
    drag(page, page.get_by_role("button", name="Join conv1 with"), merge)
    expect(merge.locator(".takes")).to_have_text("takes Conv2D (conv2) and Conv2D (conv3) and Conv2D (conv1)")
    expect(called).to_have_count(4)
    merge.locator(".name").click()
    # Streamlit shows the settings of the layer before for a moment longer: the placeholder tells the two fields apart.
    field = page.locator('input[aria-label="Name"][placeholder="concat"]')
    field.fill("joined")
    field.press("Enter")
    expect(merge.locator(".called")).to_have_text("joined")
