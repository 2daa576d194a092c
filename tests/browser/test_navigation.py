"""The way through the pages, as only a browser sees it: landmarks, titles, focus, the search, and a low window."""

from playwright.sync_api import Page, expect

from tests.server import Server

FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.tagName + " " + (at.getAttribute("aria-label") ?? at.textContent).trim();
}"""
COVERS = """(number) => [...document.querySelectorAll(".st-key-rail, .st-key-line")].filter((one) => {
    for (let at = one; at; at = at.parentElement) {
        if (["sticky", "fixed"].includes(getComputedStyle(at).position)) return true;
    }
    return false;
}).length === number"""


def test_the_way_is_said_marked_and_found(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/mistakes")
    steps = page.get_by_role("navigation", name="The five steps")
    expect(steps.get_by_role("link", name="5 Evaluate")).to_have_attribute("aria-current", "step")
    tabs = page.get_by_role("navigation", name="Pages of Evaluate")
    expect(tabs.get_by_role("link", name="Mistakes")).to_have_attribute("aria-current", "page")
    expect(page).to_have_title("Mistakes · Layer by Layer")
    page.wait_for_function(COVERS, arg=2)  # the five steps, and Train, because nothing was trained yet
    # The whole card is a link: also its answer, below the verb.
    steps.get_by_text("cross-entropy").click()
    expect(page).to_have_title("Compile · Layer by Layer")
    expect(page.get_by_role("heading", level=1, name="Compile")).to_be_visible()
    page.get_by_test_id("stSkipToContent").evaluate("link => link.click()")
    assert page.evaluate(FOCUSED) == "H1 Compile"
    # The search, by keys alone.
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find anything")
    field.fill("batch size")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("option").first).to_contain_text("Batch size")
    field.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("Control+k")
    field.fill("batch size")
    expect(page.get_by_role("option").first).to_contain_text("Batch size")
    field.press("Enter")
    expect(page).to_have_title("Train · Layer by Layer")
    expect(page.get_by_role("spinbutton", name="Batch size")).to_be_focused()
    # Home, and nothing over what is read in a low window.
    page.wait_for_function(COVERS, arg=2)
    page.set_viewport_size({"width": 720, "height": 450})
    page.wait_for_function(COVERS, arg=0)
    page.get_by_role("link", name="Layer by Layer").click()
    expect(page).to_have_title("Start · Layer by Layer")
