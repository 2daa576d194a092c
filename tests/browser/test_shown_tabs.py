"""A tab that Show me opens is brought into sight with what it holds, below the guide."""

from playwright.sync_api import Page, expect

from tests.browser.browser_steps import button
from tests.page_pictures.capture import rest
from tests.server import Server

DECK = """\
---
title: Look
kind: lesson
sentence: Look at pixels.
minutes: 5
---

# Look {page=load.py}

```experiment
data: {dataset: digits, pixels: 0-255}
```

```task
id: look
do: Look at all pixels.
checks:
  - opened: {views: [Pixel values]}
hints: [It is one of the tabs.]
show: {tab: Pixel values}
```
"""


def test_tab_that_show_me_opens_is_in_sight(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/learn")
    rest(page)  # a new page scrolls to its top, and what hangs on the button would leave the window
    button(page, "Bring a deck").click()
    page.locator(".st-key-own-decks input[type=file]").set_input_files(
        {"name": "look.md", "mimeType": "text/markdown", "buffer": DECK.encode()}
    )
    button(page, "Open it").click()
    expect(page.get_by_role("heading", name="Load", exact=True)).to_be_visible()
    rest(page)
    tab = page.get_by_role("tab", name="Pixel values")
    button(page, "Hint").click()
    button(page, "Show me").click()
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.locator(".st-key-guide")).to_contain_text("Done. Go on when you like.")
    chart = page.locator(".st-key-card-contents .js-plotly-plot").first
    expect(chart).to_be_in_viewport(ratio=0.3)
    chart.click(trial=True)  # nothing lies over it
