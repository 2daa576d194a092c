"""The first screen in a browser: the network answers untrained, its run colours it, and the result leads on."""

import re

from playwright.sync_api import Page, expect

from core.experiment.share_links import Link, write
from core.experiment.templates import lecture_experiment
from tests.browser.browser_steps import PATIENCE_MILLISECONDS
from tests.server import PATIENCE, Server, wait_for

COLOURED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let coloured = 0;
  for (let index = 0; index < data.length; index += 4) {
    if (data[index + 3] > 60 && Math.abs(data[index] - data[index + 2]) > 40) coloured += 1;
  }
  return coloured / (canvas.width * canvas.height);
}"""


def coloured(page: Page) -> float:
    """The share of the picture that is blue or orange."""
    return page.locator(".st-key-start-net canvas").evaluate(COLOURED)


def test_network_answers_untrained_is_coloured_by_its_run_and_leads_on(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?experiment={write(Link(lecture_experiment('digits')))}")
    net = page.locator(".st-key-start-net")
    expect(net.locator(".percent").first).to_have_text(re.compile(r"^\d+ %$"))
    expect(net.locator(".answers > li")).to_have_count(10)
    expect(net.get_by_role("group")).to_contain_text("Untrained, it only guesses: ")
    assert coloured(page) < 0.001, "the links of an untrained network are grey"
    page.get_by_role("button", name="Train this network").click()
    headline = page.get_by_role("heading", name=re.compile(r"\d+ of 100 right"))
    expect(headline).to_be_visible(timeout=4 * PATIENCE_MILLISECONDS)
    expect(net.locator(".best.settled")).to_have_count(1)
    expect(net.get_by_role("group")).to_contain_text("It answers ")
    wait_for(lambda: coloured(page) > 0.01, PATIENCE, "the links to be coloured")
    expect(page.locator(".st-key-start-curve").get_by_role("img")).to_have_attribute(
        "aria-label", re.compile(r"^Accuracy: validation \d+ % after epoch 5\.$")
    )
    page.get_by_role("link", name=re.compile("Draw your own")).click()
    expect(page.get_by_role("heading", name="Try it", level=1)).to_be_visible()
